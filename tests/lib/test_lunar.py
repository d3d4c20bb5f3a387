"""Vietnam's lunar calendar against what was printed, and against itself."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.lib.lunar import (
    LunarDay,
    LunarMonth,
    first_day_of,
    length_of,
    lunar_of,
    next_month,
    previous_month,
    solar_of,
    year_name,
)

TET = {
    2020: (1, 25),
    2021: (2, 12),
    2022: (2, 1),
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 2),  # one day before China's, whose new moon falls after midnight there
}
"""The first day of the first month, as Vietnam's calendars print it."""

LEAP_MONTHS = {2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11}

DAYS = st.dates(dt.date(1900, 3, 1), dt.date(2100, 10, 31))


@pytest.mark.parametrize("year", sorted(TET))
def test_the_new_year_is_when_it_was(year: int) -> None:
    day = dt.date(year, *TET[year])
    assert lunar_of(day) == LunarDay(year, 1, 1)
    assert solar_of(LunarDay(year, 1, 1)) == day


def test_vietnam_keeps_its_own_time() -> None:
    # Tết of 1985 was a month, of 1968 and 2007 a day before China's new year.
    assert solar_of(LunarDay(1985, 1, 1)) == dt.date(1985, 1, 21)
    assert solar_of(LunarDay(1968, 1, 1)) == dt.date(1968, 1, 29)
    assert solar_of(LunarDay(2007, 1, 1)) == dt.date(2007, 2, 17)


def test_years_have_the_leap_months_that_they_had() -> None:
    for year in range(2020, 2034):
        found = {month for month in range(1, 13) if _is_there(LunarMonth(year, month, True))}
        assert found == ({LEAP_MONTHS[year]} if year in LEAP_MONTHS else set()), year


def _is_there(month: LunarMonth) -> bool:
    try:
        first_day_of(month)
    except ValueError:
        return False
    return True


def test_what_there_is_not_is_refused() -> None:
    for day in (
        LunarDay(2026, 1, 31),
        LunarDay(2026, 1, 0),
        LunarDay(2026, 2, 30) if length_of(LunarMonth(2026, 2)) == 29 else LunarDay(2026, 3, 30),
        LunarDay(2026, 6, 1, True),
        LunarDay(2025, 5, 1, True),
        LunarDay(2026, 13, 1),
        LunarDay(1700, 1, 1),
        LunarDay(2300, 1, 1),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            solar_of(day)
    for far in (dt.date(1899, 12, 31), dt.date(2101, 1, 1)):
        with pytest.raises(ValueError, match="range"):
            lunar_of(far)


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_there_and_back(day: dt.date) -> None:
    lunar = lunar_of(day)
    assert solar_of(lunar) == day
    assert 1 <= lunar.day <= length_of(lunar.within) <= 30
    assert lunar.year in (day.year, day.year - 1)


@settings(max_examples=60, deadline=None)
@given(DAYS)
def test_days_follow_one_another(day: dt.date) -> None:
    today, tomorrow = lunar_of(day), lunar_of(day + dt.timedelta(days=1))
    if tomorrow.day == 1:
        assert tomorrow.within == next_month(today.within)
        assert today.within == previous_month(tomorrow.within)
        assert today.day == length_of(today.within)
    else:
        assert tomorrow == today._replace(day=today.day + 1)


def test_names_of_years() -> None:
    names = {1968: "Mậu Thân", 2024: "Giáp Thìn", 2025: "Ất Tỵ", 2026: "Bính Ngọ"}
    assert {year: year_name(year) for year in names} == names
