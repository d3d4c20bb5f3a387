"""Which values count so few persons that only staff may know them, and which others would tell
these by a difference. Pure.

Cells of a table are suppressed as statistical offices do it (Hundepool et al., *Statistical
Disclosure Control*, 2012, chapter 4): first those that are too small, then as many beside them as
it takes that no total less the parts that are told gives one away; tables that are linked are taken
together, the result is audited, and what one release has hidden the next does not tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from khue.measures.compute import Value, name_of
from khue.measures.differences import given_away
from khue.measures.formulas import linear, names_in
from khue.measures.indicators import Indicator, in_order

PERSONS = frozenset({"person", "artisan"})
FEWEST_PERSONS = 5
"""Fewer persons than that are not told, so that nobody can be found out (see DESIGN section 9)."""

LEAST_HIDDEN = 2
"""Parts of a total of which not all are told: what one of them is, would be a difference."""

RULED_BY = ("suppression.py", "differences.py", "formulas.py", "marking.py")
"""The modules that decide what is hidden."""


def rules_in(folder: Path) -> str:
    """Which rules those modules of a folder are."""
    read = b"".join((folder / name).read_bytes() for name in RULED_BY)
    return hashlib.sha256(read).hexdigest()[:16]


RULES = rules_in(Path(__file__).parent)
"""The rules of today: what was marked by any others has to be marked again."""

LiesIn = Callable[[str, str], str]
"""In which part of the same breakdown a part lies (of `place`, a commune: its province); "" in
none."""

Cell = tuple[str, str]
"""A value by its indicator and part."""

Hidden = frozenset[Cell]


@dataclass(frozen=True)
class Marks:
    """What of a run only staff may know: all of it, and what of it for the run's `own` sake."""

    own: Hidden
    all: Hidden


@dataclass(frozen=True)
class _Linked:
    """The values of a run and how they hang together.

    `sums` are totals with their parts, the smallest first, `within` a value and that which it is
    within; what either leaves of the whole nobody states, and is among `rests` under a name of its
    own, the same way. `derived` are values with their terms, and the factors of these where the
    formula is linear.
    """

    numbers: Mapping[Cell, float]
    few: Hidden
    sums: Mapping[Cell, tuple[Cell, tuple[Cell, ...]]]
    within: Mapping[Cell, tuple[Cell, tuple[Cell, ...]]]
    rests: Mapping[Cell, float]
    derived: Sequence[tuple[Cell, tuple[Cell, ...], Mapping[str, Fraction] | None]]


def suppressed(
    values: Iterable[Value],
    indicators: Mapping[str, Indicator],
    lies_in: LiesIn,
    before: Mapping[Cell, Iterable[float]] | None = None,
) -> Marks:
    """The values of one run that only staff may know: of too few persons, what would give these
    away, and what was derived from either.

    `before` are the numbers at which a value was hidden for their own sake in runs that are still
    compared. It stays hidden while it is fewer persons than `FEWEST_PERSONS` away from one of
    these: telling it would tell what it was.
    """
    linked = _linked(list(values), indicators, lies_in)
    guarded = linked.few | {name for name, left in linked.rests.items() if is_few(left)}
    own = _closed(linked.few, guarded, linked)
    again = frozenset(
        cell
        for cell, numbers in (before or {}).items()
        if cell in linked.numbers
        and any(abs(linked.numbers[cell] - one) < FEWEST_PERSONS for one in numbers)
    )
    every = own if again <= own else _closed(own | again, guarded | again, linked)
    return Marks(own & linked.numbers.keys(), every & linked.numbers.keys())


def is_few(value: float) -> bool:
    """Whether a number of persons is too small to be told."""
    return 0 < value < FEWEST_PERSONS


def concerned(indicators: Mapping[str, Indicator]) -> set[str]:
    """The indicators of which values may have to be hidden: of persons, and derived from these."""
    found = set[str]()
    for one in in_order(indicators):
        if one.unit in PERSONS or not found.isdisjoint(_terms(one)):
            found.add(one.key)
    return found


def _closed(hidden: Hidden, guarded: Hidden, linked: _Linked) -> Hidden:
    """What has to be hidden with all that has to be for its sake, until nothing `guarded` follows
    from what is told."""
    found = _spread(set(hidden), linked)
    while True:
        open_ones = given_away(_unknown(found, linked)) & guarded
        more = {cell for one in open_ones for cell in _company(one, found, linked)}
        if not more:
            return frozenset(found)
        found = _spread(found | more, linked)


def _spread(hidden: set[Cell], linked: _Linked) -> set[Cell]:
    """What is hidden with what stands beside it, above it and below it, and what it is derived from
    or was derived from it."""
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for cell, terms, factors in linked.derived:
            if not hidden.isdisjoint(terms):
                hidden.add(cell)
            elif cell in hidden and factors is not None:
                hidden |= _smallest(terms, hidden, linked)
        for rest, (whole, parts) in linked.within.items():
            if is_few(linked.rests[rest]) and hidden.isdisjoint((whole, *parts)):
                hidden.update(parts)
        for whole, parts in linked.sums.values():
            hidden |= _of_sum(whole, parts, hidden, linked.numbers)
    return hidden


def _of_sum(
    whole: Cell, parts: Sequence[Cell], hidden: set[Cell], numbers: Mapping[Cell, float]
) -> set[Cell]:
    """What more has to be hidden of a total and its parts. Few who are in none of the parts are as
    one more that is hidden."""
    if whole in hidden:
        return set(parts)
    inside = [numbers[one] for one in parts if one in hidden]
    without = numbers[whole] - sum(numbers[one] for one in parts)
    inside += [without] if is_few(without) else []
    if not inside:
        return set()
    told = [one for one in parts if one not in hidden and numbers[one] > 0]
    left = numbers[whole] - sum(numbers[one] for one in told)
    more = set[Cell]()
    while told and (len(inside) + len(more) < LEAST_HIDDEN or left < FEWEST_PERSONS):
        next_one = told.pop(0)
        more.add(next_one)
        left += numbers[next_one]
    alone = len(inside) + len(more) < LEAST_HIDDEN and left <= inside[0]
    return more | ({whole} if alone else set())


def _equations(linked: _Linked) -> Iterator[dict[Cell, Fraction]]:
    """How all numbers hang together, as factors of sums that are nothing."""
    one = Fraction(1)
    for rest, (whole, parts) in {**linked.sums, **linked.within}.items():
        if linked.rests[rest] >= 0:  # or persons are in several parts
            left = {rest: -one} if linked.rests[rest] else {}
            yield {whole: one, **dict.fromkeys(parts, -one), **left}
    for cell, terms, factors in linked.derived:
        if factors is not None:
            yield {cell: -one, **{term: factors[term[0]] for term in terms}}


def _unknown(hidden: set[Cell], linked: _Linked) -> Iterator[dict[Cell, Fraction]]:
    """The same of what is not told."""
    for equation in _equations(linked):
        left = {
            cell: factor
            for cell, factor in equation.items()
            if cell in hidden or cell in linked.rests
        }
        if left:
            yield left


def _company(cell: Cell, hidden: set[Cell], linked: _Linked) -> set[Cell]:
    """One more value to hide for a value that follows from others: the smallest of its own sums
    that is told, else of all that hang together with it. With all of these hidden, nothing
    follows."""
    equations = [set(one) for one in _equations(linked)]
    reached, near = {cell}, set[Cell]()
    while True:
        near = {one for some in equations if not reached.isdisjoint(some) for one in some}
        found = _smallest(near, hidden, linked)
        unknown = {one for one in near if one in hidden or one in linked.rests}
        if found or unknown <= reached:
            return found
        reached |= unknown


def _smallest(cells: Iterable[Cell], hidden: set[Cell], linked: _Linked) -> set[Cell]:
    told = [one for one in cells if one not in hidden and linked.numbers.get(one, 0) > 0]
    return {min(told, key=lambda one: (linked.numbers[one], one))} if told else set()


def _linked(
    values: Sequence[Value], indicators: Mapping[str, Indicator], lies_in: LiesIn
) -> _Linked:
    own: dict[str, dict[str, Value]] = {}
    for value in values:
        own.setdefault(value.indicator, {})[value.name] = value
    persons = [one for one in in_order(indicators) if one.unit in PERSONS and one.key in own]
    numbers = {(one.indicator, one.name): one.value for one in values}
    sums = {
        (f"{one.key} by {dimension}", whole): ((one.key, whole), tuple((one.key, n) for n in parts))
        for one in persons
        for whole, dimension, parts in _groups(own[one.key], lies_in)
    }
    within: dict[Cell, tuple[Cell, tuple[Cell, ...]]] = {
        (f"{whole} less {one.key}", name): ((whole, name), ((one.key, name),))
        for one in persons
        for whole in _above(one, indicators)
        for name in own[one.key].keys() & own.get(whole, {}).keys()
    }
    return _Linked(
        numbers=numbers,
        few=frozenset(
            (one.key, name)
            for one in persons
            for name, value in own[one.key].items()
            if is_few(value.value)
        ),
        sums=sums,
        within=within,
        rests={
            rest: numbers[whole] - sum(numbers[one] for one in parts)
            for rest, (whole, parts) in {**sums, **within}.items()
        },
        derived=[
            ((one.key, name), terms, linear(one.formula))
            for one in in_order(indicators)
            for name in (own.get(one.key, ()) if one.formula else ())
            for terms in [tuple((term, name) for term in _terms(one) if (term, name) in numbers)]
        ],
    )


def _terms(one: Indicator) -> tuple[str, ...]:
    return names_in(one.formula) if one.formula else ()


def _above(one: Indicator, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """The indicators of persons that one is within, the nearest first."""
    seen = {one.key}
    while one.within in indicators and one.within not in seen:
        one = indicators[one.within]
        seen.add(one.key)
        if one.unit in PERSONS:
            yield one.key


def _groups(known: Mapping[str, Value], lies_in: LiesIn) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each total and breakdown with its parts by that, the smallest first. Communes are parts of
    their province, where that has a value."""
    found: dict[tuple[str, str], list[Value]] = {}
    for value in known.values():
        for dimension in value.part:
            whole = _whole(value, dimension, known, lies_in)
            if whole in known:
                found.setdefault((whole, dimension), []).append(value)
    return [
        (whole, dimension, tuple(one.name for one in sorted(some, key=_smallest_first)))
        for (whole, dimension), some in found.items()
    ]


def _smallest_first(one: Value) -> tuple[float, str]:
    return one.value, one.name


def _whole(value: Value, dimension: str, known: Mapping[str, Value], lies_in: LiesIn) -> str:
    greater = lies_in(dimension, value.part[dimension])
    within = name_of({**value.part, dimension: greater})
    if greater and within in known:
        return within
    return name_of({name: held for name, held in value.part.items() if name != dimension})
