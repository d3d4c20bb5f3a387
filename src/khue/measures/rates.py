"""Changes a year, compound and linear, and how they are written."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from fractions import Fraction

from khue.measures.figures import Text
from khue.measures.findings import LANGUAGES, shown

DECIMALS = 2
"""Of rates of change."""

MOST_LOG = 690.0
"""Beyond, the growth a year is more than a float can hold."""


def compound_rate(before: Fraction, after: Fraction, years: Fraction) -> float:
    """Compound change in per cent a year of two positive values. By logarithms: no number that
    someone may state is too large for them."""
    growth = (_log(after) - _log(before)) / float(years)
    return math.expm1(min(growth, MOST_LOG)) * 100


def _log(value: Fraction) -> float:
    return math.log(value.numerator) - math.log(value.denominator)


def linear_rate(change: Fraction, years: Fraction) -> float:
    """Linear change a year."""
    most = Fraction(sys.float_info.max)
    return float(min(max(change / years, -most), most))


def shown_years(years: Fraction) -> str:
    """A number of years as arithmetic shows it."""
    whole = years.denominator == 1
    return str(years) if whole else f"{float(years):.2f}"


def shown_rate(rate: float) -> dict[str, str]:
    """A change with its sign, in both languages."""
    text = shown(Fraction(repr(rate)), DECIMALS)
    return {lang: ("+" if rate > 0 else "") + text[lang] for lang in LANGUAGES}


def shown_steps(templates: Iterable[str], numbers: Mapping[str, Text]) -> dict[str, str]:
    """Lines of arithmetic, filled with numbers, in both languages."""
    return {
        lang: "; ".join(
            one.format_map({key: text[lang] for key, text in numbers.items()}) for one in templates
        )
        for lang in LANGUAGES
    }
