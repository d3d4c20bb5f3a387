"""Periods of figures: their ends, how long they are, and how far apart."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from khue.lib.dates import Day, parse_edtf

MONTH = 365.2425 / 12
"""Days."""

SHORTEST_MONTH = 28

YEAR = Fraction(12)
"""Months."""


@lru_cache(maxsize=4096)
def ends_of(text: str) -> tuple[Day | None, Day | None]:
    """The first and the last day that an EDTF text can mean; None where it says none, or one that
    is not within the years 1 to 9999."""
    try:
        edtf = parse_edtf(text)
    except ValueError:
        return None, None
    known = [day if day and 1 <= day.year <= 9999 else None for day in (edtf.earliest, edtf.latest)]
    return known[0], known[1]


def length_of(text: str) -> Fraction | None:
    """How long an EDTF period is: whole months, or the part of a month that some days are; None
    where its ends are not known."""
    first, last = ends_of(text)
    if first is None or last is None:
        return None
    days = (date(*last) - date(*first)).days + 1
    return Fraction(days, 31) if days < SHORTEST_MONTH else Fraction(round(days / MONTH))


def years_between(before: Day, after: Day) -> Fraction:
    """The time between two days in years of the Gregorian mean, 365.2425 days; whole numbers of
    years are whole."""
    whole = after.year - before.year
    if (before.month, before.day) == (after.month, after.day):
        return Fraction(whole)
    days = (date(*after) - date(*before)).days
    return Fraction(days * 10_000, 3_652_425)
