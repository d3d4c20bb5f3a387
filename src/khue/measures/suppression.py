"""Which values count so few persons that only staff may know them, and which others would tell
these by a difference. Pure.

Cells of a table are suppressed as statistical offices do it (Hundepool et al., *Statistical
Disclosure Control*, 2012, chapter 4): first those that are too small, then as many beside them as
it takes that no total less the parts that are told gives one away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from khue.measures.compute import Value, name_of
from khue.measures.formulas import names_in
from khue.measures.indicators import Indicator, in_order

PERSONS = frozenset({"person", "artisan"})
FEWEST_PERSONS = 5
"""Fewer persons than that are not told, so that nobody can be found out (see DESIGN section 9)."""

LEAST_HIDDEN = 2
"""Parts of a total of which not all are told: what one of them is, would be a difference."""

LiesIn = Callable[[str, str], str]
"""In which part of the same breakdown a part lies (of `place`, a commune: its province); "" in
none."""

Hidden = frozenset[tuple[str, str]]
"""Values by indicator and part."""


def suppressed(
    values: Iterable[Value], indicators: Mapping[str, Indicator], lies_in: LiesIn
) -> Hidden:
    """The values of one run that only staff may know: of too few persons, what would give these
    away, and what was derived from either."""
    own: dict[str, list[Value]] = {}
    for value in values:
        own.setdefault(value.indicator, []).append(value)
    found = set[tuple[str, str]]()
    for one in in_order(indicators):
        some = own.get(one.key, ())
        terms = names_in(one.formula) if one.formula else ()
        hide = {value.name for value in some if any((each, value.name) in found for each in terms)}
        if one.unit in PERSONS:
            hide |= {value.name for value in some if 0 < value.value < FEWEST_PERSONS}
        if hide and one.unit in PERSONS:
            hide = _with_those_beside(hide, some, lies_in)
        found |= {(one.key, name) for name in hide}
    return frozenset(found)


def _with_those_beside(hide: set[str], some: Sequence[Value], lies_in: LiesIn) -> set[str]:
    """Those to hide with all that has to be hidden for their sake."""
    known = {value.name: value for value in some}
    groups = _groups(known, lies_in)
    hidden, before = set(hide), -1
    while len(hidden) > before:
        before = len(hidden)
        for whole, parts in groups:
            hidden |= _of_group(known[whole], [known[name] for name in parts], hidden)
    return hidden


def _groups(known: Mapping[str, Value], lies_in: LiesIn) -> list[tuple[str, tuple[str, ...]]]:
    """Each total with its parts by one breakdown, the smallest first. Communes are parts of their
    province, where that has a value."""
    found: dict[tuple[str, str], list[Value]] = {}
    for value in known.values():
        for dimension in value.part:
            whole = _whole(value, dimension, known, lies_in)
            if whole in known:
                found.setdefault((whole, dimension), []).append(value)
    return [
        (whole, tuple(one.name for one in sorted(some, key=lambda one: (one.value, one.name))))
        for (whole, _), some in found.items()
    ]


def _whole(value: Value, dimension: str, known: Mapping[str, Value], lies_in: LiesIn) -> str:
    greater = lies_in(dimension, value.part[dimension])
    within = name_of({**value.part, dimension: greater})
    if greater and within in known:
        return within
    return name_of({name: held for name, held in value.part.items() if name != dimension})


def _of_group(whole: Value, parts: Sequence[Value], hidden: set[str]) -> set[str]:
    """What more has to be hidden of a total and its parts."""
    if whole.name in hidden:
        return {one.name for one in parts}
    inside = [one for one in parts if one.name in hidden]
    if not inside:
        return set()
    told = [one for one in parts if one.name not in hidden and one.value > 0]
    left = whole.value - sum(one.value for one in told)
    more = set[str]()
    while told and (len(inside) + len(more) < LEAST_HIDDEN or left < FEWEST_PERSONS):
        next_one = told.pop(0)
        more.add(next_one.name)
        left += next_one.value
    alone = len(inside) + len(more) < LEAST_HIDDEN and left <= inside[0].value
    return more | ({whole.name} if alone else set())
