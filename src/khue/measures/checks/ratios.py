"""Stated ratios against their terms, and percentages over 100."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from khue.measures.figures import PERCENT, RATIO, IndicatorInfo, Observation
from khue.measures.findings import Finding, finding, piece, round_half_up, shown, shown_value

MORE = 2
"""Decimals that a recomputed ratio is shown with beyond those stated."""

_SCALE = {PERCENT: 100, RATIO: 1}


def check_ratio(one: Observation, info: IndicatorInfo | None) -> Iterator[Finding]:
    """What there is to say of a stated ratio: wrong, rounded otherwise, or nothing.

    With d decimals stated, the ratio of the terms rounded to d decimals (a half either way) is
    right. Within one unit of the last decimal the difference is one of rounding; beyond, one of
    the three numbers is wrong. A figure told with less certainty is right anywhere in its bounds.
    """
    if one.unit not in _SCALE:
        return
    yield from _over_100(one, info)
    if one.numerator is None or one.denominator is None or one.value is None:
        return
    if one.denominator <= 0:
        yield finding("ratio_no_whole", one, denominator=shown(one.denominator))
        return
    true = one.numerator / one.denominator * _SCALE[one.unit]
    low, high = one.bounds
    if (low is None or low <= true) and (high is None or true <= high):
        return
    unit = Fraction(1, 10**one.decimals)
    near = one.precision == "exact" and abs(true - one.value) < unit
    yield finding(
        "ratio_rounding" if near else "ratio_wrong",
        one,
        arithmetic=_arithmetic(one, true),
        stated=shown_value(one),
        numerator=shown(one.numerator),
        denominator=shown(one.denominator),
        true=shown(true, one.decimals + 1),
        rounded=shown(true, one.decimals),
        hint=_swapped(one, true),
    )


def _arithmetic(one: Observation, true: Fraction) -> dict[str, str]:
    above, below = (shown(term or Fraction(0)) for term in (one.numerator, one.denominator))
    result = shown(true, one.decimals + MORE)
    scale = " × 100" if one.unit == PERCENT else ""
    return {
        lang: f"{above[lang]} / {below[lang]}{scale} = {result[lang]} ≠ {shown_value(one)[lang]}"
        for lang in ("vi", "en")
    }


def _over_100(one: Observation, info: IndicatorInfo | None) -> Iterator[Finding]:
    """A share over 100%. Whether an indicator without a file is a share is known by its terms."""
    is_share = (not info.over_100) if info else one.denominator is not None
    if one.unit == PERCENT and is_share and one.value is not None and one.value > 100:
        yield finding("over_100", one, stated=shown_value(one))


def _swapped(one: Observation, true: Fraction) -> dict[str, str]:
    """That two neighbouring digits may have been swapped, where that explains a wrong ratio: the
    true one, cut off or rounded, with the two in the other order is the stated one."""
    scale = 10**one.decimals
    stated = str(abs(one.amount) * scale // 1)
    for meant in (true * scale // 1, round_half_up(true, one.decimals) * scale):
        digits = str(int(meant))
        if len(digits) != len(stated):
            continue
        for at in range(len(digits) - 1):
            first, second = digits[at], digits[at + 1]
            other = digits[:at] + second + first + digits[at + 2 :]
            if first != second and other == stated:
                return piece(
                    "piece.swapped",
                    first=first,
                    second=second,
                    true=shown(Fraction(int(meant), scale), one.decimals),
                    stated=shown_value(one),
                )
    return {"vi": "", "en": ""}
