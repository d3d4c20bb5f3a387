"""What the registry itself counts of a target, as a figure of the day on which it was computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from khue.measures.figures import NameOf, Observation, Target
from khue.measures.indicators import Indicator
from khue.measures.values import PLACE, ValueView

SHOWN_DECIMALS = 2
"""Of a value that was computed and is no whole number."""


def value_for(
    target: Target, indicator: Indicator | None, values: Iterable[ValueView]
) -> ValueView | None:
    """The computed value for the place and part of a target. Where a count has nothing at that
    place, it is 0."""
    if indicator is None or not target.place or target.subject:
        return None
    known = list(values)
    part = {PLACE: target.place, **dict(target.breakdowns)}
    found = next((one for one in known if one.part == part), None)
    total = next((one for one in known if not one.part), None)
    if found is None and total is not None and indicator.obtained == "computed":
        found = replace(total, value=0.0, records=0) if PLACE in indicator.breakdowns else None
    return None if found is None or found.value is None else found


def counts_for(
    target: Target, indicator: Indicator | None, values: Iterable[ValueView], unit_name: NameOf
) -> Iterator[Observation]:
    """The same as a figure; nothing where there is none. For a target of the whole country it is
    what was counted everywhere: only a part of it, which the registry holds."""
    found = value_for(target, indicator, values) if target.place else _everywhere(target, values)
    if found is None or found.value is None or indicator is None:
        return
    value = Fraction(repr(found.value))
    yield Observation(
        id="",
        indicator=indicator.key,
        value=value,
        decimals=0 if value.denominator == 1 else SHOWN_DECIMALS,
        unit=indicator.unit,
        unit_name=unit_name(indicator.unit) or {},
        place=target.place,
        period=found.period,
        breakdowns=target.breakdowns,
        status="actual",
        is_stock=indicator.is_stock,
    )


def _everywhere(target: Target, values: Iterable[ValueView]) -> ValueView | None:
    if target.subject:
        return None
    part = dict(target.breakdowns)
    return next((one for one in values if one.part == part), None)
