"""No value of few persons is told, nor can be worked out from totals and the parts that are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from khue.measures.compute import Value
from khue.measures.suppression import FEWEST_PERSONS, suppressed

PLACES = ("01", "00001", "00002", "00003", "79", "27001")
TITLES = ("a", "b", "c")


def lies_in(dimension: str, held: str) -> str:
    """The communes of the test are in its provinces."""
    above = {"00": "01", "27": "79"}
    return above.get(held[:2], "") if dimension == "place" and len(held) > 2 else ""


def indicator(key: str, unit: str, formula: str = "") -> Any:
    return SimpleNamespace(key=key, unit=unit, formula=formula)


def hidden(
    counts: Mapping[tuple[tuple[str, str], ...], float], unit: str = "person"
) -> set[tuple[tuple[str, str], ...]]:
    """The parts that are suppressed."""
    values = {part: Value("n", "v", dict(part), value) for part, value in counts.items()}
    found = suppressed(values.values(), {"n": indicator("n", unit)}, lies_in)
    return {part for part, value in values.items() if ("n", value.name) in found}


def by_title(**counts: float) -> dict[tuple[tuple[str, str], ...], float]:
    parts = {(("title", title),): value for title, value in counts.items()}
    return {(): sum(counts.values()), **parts}


def test_few_are_hidden_with_what_would_tell_them() -> None:
    part = {title: (("title", title),) for title in TITLES}
    assert hidden(by_title(a=20, b=9, c=5)) == set()
    assert hidden(by_title(a=20, b=9, c=4)) == {part["b"], part["c"]}
    assert hidden(by_title(a=20, b=2, c=1)) == {part["a"], part["b"], part["c"]}
    assert hidden(by_title(a=20, b=4, c=4)) == {part["b"], part["c"]}
    assert hidden(by_title(a=20, b=0, c=5)) == set()
    assert hidden(by_title(a=3)) == {(), part["a"]}
    assert hidden(by_title(a=20, b=4), unit="relic") == set()


def test_what_is_derived_from_few_is_hidden() -> None:
    every = {
        "men": indicator("men", "person"),
        "all": indicator("all", "person"),
        "share": indicator("share", "percent", "men / all * 100"),
    }
    values = [Value(key, "v", {}, value) for key, value in (("men", 3), ("all", 9), ("share", 33))]
    assert suppressed(values, every, lies_in) == {("men", "{}"), ("share", "{}")}


PERSON = some.tuples(some.sampled_from(PLACES), some.sampled_from((*TITLES, "")))


def table(persons: list[tuple[str, str]]) -> dict[tuple[tuple[str, str], ...], float]:
    """As a select counts persons: everywhere, by province and commune, by title, and by both."""
    found = Counter[tuple[tuple[str, str], ...]]()
    for place, title in persons:
        for where in {"", place, lies_in("place", place)}:
            for what in {"", title}:
                held = (("place", where), ("title", what))
                found[tuple(pair for pair in held if pair[1] and pair != ("place", ""))] += 1
    return {part: float(count) for part, count in found.items()}


@settings(max_examples=150, deadline=None)
@given(some.lists(PERSON, max_size=80))
def test_no_difference_of_what_is_told_is_what_is_hidden(persons: list[tuple[str, str]]) -> None:
    counts = table(persons)
    kept = hidden(counts)
    assert kept >= {part for part, value in counts.items() if 0 < value < FEWEST_PERSONS}
    for whole, total in counts.items():
        for dimension in ("place", "title"):
            parts = [
                part
                for part in counts
                if part != whole and _whole(part, dimension, counts) == whole
            ]
            inside = [part for part in parts if part in kept]
            if inside and whole not in kept:
                left = total - sum(counts[part] for part in parts if part not in kept)
                assert left >= FEWEST_PERSONS
                assert len(inside) > 1 or left > counts[inside[0]]


def _whole(
    part: tuple[tuple[str, str], ...], dimension: str, counts: Mapping[Any, float]
) -> tuple[tuple[str, str], ...] | None:
    held = dict(part)
    if dimension not in held:
        return None
    above = lies_in(dimension, held.pop(dimension))
    rest = tuple(held.items())
    upper = tuple(sorted((*rest, (dimension, above)))) if above else rest
    return upper if upper in counts else rest
