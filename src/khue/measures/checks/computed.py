"""Reported figures against those computed from the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from khue.measures.figures import Breakdowns, Computed, Observation, factor_of, measure_of
from khue.measures.findings import (
    LANGUAGES,
    Finding,
    finding,
    measured_as,
    shown,
    shown_value,
    with_unit,
)
from khue.measures.periods import ends_of


def check_computed(
    figures: Sequence[Observation], computed: Iterable[Computed]
) -> Iterator[Finding]:
    """Reported figures where the records give another number: of the period of the computed value,
    or the newest of a stock where that has none. Fewer is a note (the registry may hold only a
    part), more a warning, unless they are of a later time."""
    reported = [one for one in figures if _is_whole(one)]
    newest = {_key(one): one for one in sorted(reported, key=_age)}
    of_period = {(_key(one), one.first, one.last): one for one in sorted(reported, key=_age)}
    for value in computed:
        key = value.indicator, value.place, value.breakdowns
        first, last = ends_of(value.period)
        stated = of_period.get((key, first, last)) if value.period else newest.get(key)
        if stated is None or measure_of(value.unit) != stated.measure:
            continue
        if not value.period and not stated.is_stock:
            continue  # all that there ever was is not what there was in a year
        low, high = stated.bounds
        number = value.value * factor_of(value.unit)
        if low is not None and number < low:
            yield _differs("computed_short", stated, value, "<")
        elif high is not None and number > high and not _is_later(value, stated):
            yield _differs("computed_exceeds", stated, value, ">")


def _is_whole(one: Observation) -> bool:
    """Whether a figure may be one of the records that the registry holds: nothing limits it."""
    limited = one.scope or one.counted_by or one.subject or one.status == "plan"
    return one.value is not None and not limited


def _key(one: Observation) -> tuple[str, str, Breakdowns]:
    return one.indicator, one.place, one.breakdowns


def _is_later(value: Computed, stated: Observation) -> bool:
    """Whether a value was computed for a time after that of the figure: then more is growth."""
    _, at = ends_of(value.at)
    return not value.period and at is not None and stated.last is not None and at > stated.last


def _differs(code: str, stated: Observation, value: Computed, relation: str) -> Finding:
    computed = shown(value.value * factor_of(value.unit) / stated.factor)
    told = shown_value(stated)
    return finding(
        code,
        stated,
        arithmetic={lang: f"{computed[lang]} {relation} {told[lang]}" for lang in LANGUAGES},
        stated=with_unit(stated),
        computed=measured_as(stated, computed),
        position=value.position,
    )


def _age(one: Observation) -> tuple[object, ...]:
    return one.last or (0, 0, 0), one.id
