"""Vietnam's lunar calendar: which lunar day a solar day is, and the other way round.

Reckoned by the package `lunar-vn`, which follows Hồ Ngọc Đức's rules
(https://www.informatik.uni-leipzig.de/~duc/amlich/calrules.html) at UTC+7, the zone of Vietnam's
official calendar since 1968. Days before that year are reckoned by the same rule, and calendars
printed then may differ by a day. This door adds what the package does not refuse: a thirtieth day
of a month that has twenty-nine, and a leap month that a year does not have.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

import lunar_vn
from lunar_vn.can_chi import CAN, CHI

FIRST_YEAR, LAST_YEAR = lunar_vn.SUPPORTED_YEAR_RANGE
"""The solar years whose days are reckoned: 1900 to 2100."""

LONGEST_MONTH = 30


class LunarMonth(NamedTuple):
    """A month of a lunar year (which has the number of the solar year in which it begins). A `leap`
    month has the number of the one before it."""

    year: int
    month: int
    leap: bool = False


class LunarDay(NamedTuple):
    """A day of a lunar month, from 1."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def within(self) -> LunarMonth:
        """The month that it is in."""
        return LunarMonth(self.year, self.month, self.leap)


@lru_cache(maxsize=4096)
def lunar_of(day: dt.date) -> LunarDay:
    """The lunar day of a solar one. Raises `ValueError` outside 1900 to 2100."""
    found = lunar_vn.solar_to_lunar(day)
    return LunarDay(found.year, found.month, found.day, found.leap)


@lru_cache(maxsize=4096)
def first_day_of(month: LunarMonth) -> dt.date:
    """The solar day on which a lunar month begins. Raises `ValueError` for a month that there is
    not, and for one that begins outside 1900 to 2100."""
    asked = lunar_vn.LunarDate(1, month.month, month.year, month.leap)
    found = lunar_vn.lunar_to_solar(asked)
    if lunar_of(found) != (month.year, month.month, 1, month.leap):
        raise ValueError(f"there is no such lunar month: {month}")
    return found


def length_of(month: LunarMonth) -> int:
    """How many days a lunar month has, 29 or 30. Raises `ValueError` as `first_day_of`."""
    last = first_day_of(month) + dt.timedelta(days=LONGEST_MONTH - 1)
    return LONGEST_MONTH if lunar_of(last).within == month else LONGEST_MONTH - 1


def solar_of(day: LunarDay) -> dt.date:
    """The solar day of a lunar one. Raises `ValueError` for a day that there is not, and outside
    1900 to 2100."""
    if not 1 <= day.day <= length_of(day.within):
        raise ValueError(f"there is no such lunar day: {day}")
    return first_day_of(day.within) + dt.timedelta(days=day.day - 1)


def next_month(month: LunarMonth) -> LunarMonth:
    """The lunar month after one; the leap month where there is one."""
    return lunar_of(first_day_of(month) + dt.timedelta(days=LONGEST_MONTH)).within


def previous_month(month: LunarMonth) -> LunarMonth:
    """The lunar month before one."""
    return lunar_of(first_day_of(month) - dt.timedelta(days=1)).within


def year_name(year: int) -> str:
    """The name of a lunar year in the cycle of sixty: Bính Ngọ for 2026."""
    return f"{CAN[(year + 6) % 10]} {CHI[(year + 8) % 12]}"
