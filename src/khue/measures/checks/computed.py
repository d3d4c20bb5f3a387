"""Reported figures against those computed from the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from khue.measures.figures import Computed, Observation, day_of
from khue.measures.findings import LANGUAGES, Finding, finding, shown, shown_value


def check_computed(
    figures: Sequence[Observation], computed: Iterable[Computed]
) -> Iterator[Finding]:
    """The newest reported figure of each indicator, place and part, where the records give another
    number: fewer is a note (the registry may hold only a part), more a warning, unless they are
    of a later time."""
    newest: dict[object, Observation] = {}
    for one in figures:
        if one.value is None or one.scope or one.counted_by or one.subject or one.status == "plan":
            continue
        key = one.indicator, one.place, one.breakdowns
        if key not in newest or _age(newest[key]) < _age(one):
            newest[key] = one
    for value in computed:
        stated = newest.get((value.indicator, value.place, value.breakdowns))
        if stated is None:
            continue
        low, high = stated.bounds
        number = value.value * stated.factor
        if low is not None and number < low:
            yield _differs("computed_short", stated, value, "<")
        elif high is not None and number > high and not _is_later(value, stated):
            yield _differs("computed_exceeds", stated, value, ">")


def _is_later(value: Computed, stated: Observation) -> bool:
    """Whether a value was computed for a time after that of the figure: then more is growth."""
    at = day_of(value.period)
    return at is not None and stated.last is not None and at > stated.last


def _differs(code: str, stated: Observation, value: Computed, relation: str) -> Finding:
    computed, told = shown(value.value), shown_value(stated)
    return finding(
        code,
        stated,
        arithmetic={lang: f"{computed[lang]} {relation} {told[lang]}" for lang in LANGUAGES},
        stated=told,
        computed=computed,
        position=value.position,
    )


def _age(one: Observation) -> tuple[object, ...]:
    return one.last or (0, 0, 0), one.id
