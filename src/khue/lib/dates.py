"""EDTF dates: the part of the Extended Date/Time Format that a heritage registry needs.

Source: Library of Congress, EDTF specification (ISO 8601-2), levels 0 and 1,
https://www.loc.gov/standards/datetime/. Read here: years (also negative and with unspecified last
digits: 199X, 16XX), months, days, unspecified months and days (2004-XX, 2004-07-XX, 2004-XX-XX),
qualifiers of a whole date (? uncertain, ~ approximate, % both) and intervals, open (..) or of
unknown end. Left out: times of day, seasons, years of more than four digits. An interval may have
an unspecified end (06XX/19XX), which the specification puts in level 2.

Bounds are strict: a qualifier does not widen them. Years count as in EDTF and ISO 8601: 0000 is
1 BC, and all days are Gregorian, also before 1582.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_MOMENT = re.compile(
    r"(?P<year>-?(?:[0-9]{4}|[0-9]{3}X|[0-9]{2}XX))"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<qualifier>[?~%]?)"
)


class Day(NamedTuple):
    """A day of the proleptic Gregorian calendar; unlike `datetime.date` of any year."""

    year: int
    month: int
    day: int

    def isoformat(self) -> str:
        """The day as ISO 8601 writes it: 1962-04-28, -0043-01-01."""
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True)
class Moment:
    """One date as precise as it was given. `first_year` to `last_year` differ only for
    unspecified digits; `month` and `day` are None where absent or unspecified."""

    text: str
    first_year: int
    last_year: int
    month: int | None
    day: int | None
    qualifier: str

    @property
    def earliest(self) -> Day:
        """The first day it can mean."""
        return Day(self.first_year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> Day:
        """The last day it can mean."""
        month = self.month or 12
        return Day(self.last_year, month, self.day or days_in_month(self.last_year, month))


@dataclass(frozen=True)
class Edtf:
    """An EDTF date or interval. `earliest` and `latest` are the bounds, None where an interval is
    open or its end unknown; `start` and `end` the dates (the same one if no interval)."""

    text: str
    earliest: Day | None
    latest: Day | None
    start: Moment | None
    end: Moment | None

    @property
    def is_interval(self) -> bool:
        """Whether it is an interval rather than one date."""
        return "/" in self.text


@lru_cache(maxsize=8192)
def parse_edtf(text: str) -> Edtf:
    """The date that an EDTF text means. Raises `ValueError`, saying why, for a text outside the
    grammar, a day that no calendar has, and an interval that ends before it starts."""
    first, slash, last = text.partition("/")
    if not slash:
        moment = _parse_moment(first)
        return Edtf(text, moment.earliest, moment.latest, moment, moment)
    start, end = _parse_end(first), _parse_end(last)
    if start is None and end is None:
        raise ValueError(f"an interval without a date: {text}")
    if start and end and end.latest < start.earliest:
        raise ValueError(f"the interval ends before it starts: {text}")
    return Edtf(text, start.earliest if start else None, end.latest if end else None, start, end)


def days_in_month(year: int, month: int) -> int:
    """How many days a month (1 to 12) has, in any year. Raises `ValueError` for other months."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return 29 if month == 2 and calendar.isleap(year) else _DAYS[month - 1]


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the Gregorian calendar has this day."""
    return 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)


def _parse_end(text: str) -> Moment | None:
    return None if text in ("", "..") else _parse_moment(text)


def _parse_moment(text: str) -> Moment:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError(f"not an EDTF date: {text}")
    if match["year"] == "-0000":
        raise ValueError("the year 0000 has no sign")
    month, day = _number(match["month"]), _number(match["day"])
    if month is None and day is not None:
        raise ValueError(f"a day without its month: {text}")
    bounds = sorted((int(match["year"].replace("X", "0")), int(match["year"].replace("X", "9"))))
    moment = Moment(text, bounds[0], bounds[1], month, day, match["qualifier"])
    if month is not None and not is_day(bounds[1], month, 1 if day is None else day):
        raise ValueError(f"no calendar has this day: {text}")
    return moment


def _number(digits: str | None) -> int | None:
    return None if digits is None or digits == "XX" else int(digits)
