"""Periods of figures: their ends, and how far apart they are."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import lru_cache

from khue.lib.dates import Day, parse_edtf


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


def years_between(before: Day, after: Day) -> Fraction:
    """The time between two days in years of the Gregorian mean, 365.2425 days; whole numbers of
    years are whole."""
    whole = after.year - before.year
    if (before.month, before.day) == (after.month, after.day):
        return Fraction(whole)
    days = (date(*after) - date(*before)).days
    return Fraction(days * 10_000, 3_652_425)
