"""No value of few persons is told, nor can be worked out from totals and the parts that are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from khue.measures.compute import Value
from khue.measures.differences import given_away
from khue.measures.formulas import linear
from khue.measures.suppression import FEWEST_PERSONS, is_few, suppressed

PLACES = ("01", "00001", "00002", "00003", "79", "27001")
TITLES = ("a", "b", "c")


def lies_in(dimension: str, held: str) -> str:
    """The communes of the test are in its provinces."""
    above = {"00": "01", "27": "79"}
    return above.get(held[:2], "") if dimension == "place" and len(held) > 2 else ""


def indicator(key: str, unit: str, formula: str = "", within: str = "") -> Any:
    return SimpleNamespace(key=key, unit=unit, formula=formula, within=within)


def hidden_of(every: Mapping[str, Any], values: list[Value]) -> frozenset[tuple[str, str]]:
    return suppressed(values, every, lies_in).all


def hidden(
    counts: Mapping[tuple[tuple[str, str], ...], float], unit: str = "person"
) -> set[tuple[tuple[str, str], ...]]:
    """The parts that are suppressed."""
    values = {part: Value("n", "v", dict(part), value) for part, value in counts.items()}
    found = hidden_of({"n": indicator("n", unit)}, [*values.values()])
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
    # Two persons have no title: no part may be told beside the total that leaves them.
    assert hidden({**by_title(a=20, b=9, c=5), (): 36}) == {part["c"]}
    assert hidden(by_title(a=20, b=4), unit="relic") == set()


def test_what_is_derived_from_few_is_hidden() -> None:
    every = {
        "men": indicator("men", "person"),
        "all": indicator("all", "person"),
        "share": indicator("share", "percent", "men / all * 100"),
    }
    values = [Value(key, "v", {}, value) for key, value in (("men", 3), ("all", 9), ("share", 33))]
    assert hidden_of(every, values) == {("men", "{}"), ("share", "{}")}


def wholes(**numbers: float) -> list[Value]:
    """Values of indicators of the whole."""
    return [Value(key, "v", {}, value) for key, value in numbers.items()]


def names(found: Any) -> set[str]:
    return {key for key, _ in found}


def test_a_difference_that_a_formula_tells_is_not_told_by_its_terms() -> None:
    every = {
        "all": indicator("all", "person"),
        "men": indicator("men", "person"),
        "women": indicator("women", "person", "all - men"),
        "villages": indicator("villages", "village"),
        "mean": indicator("mean", "person", "all / villages"),
    }
    few = wholes(all=40, men=37, women=3, villages=20, mean=2)
    # The mean is small, but whoever hides it hides nothing: its terms are told.
    assert names(hidden_of(every, few)) == {"women", "men", "mean"}
    many = wholes(all=40, men=30, women=10, villages=5, mean=8)
    assert hidden_of(every, many) == frozenset()


def test_few_whom_a_part_leaves_of_its_whole_are_not_told() -> None:
    every = {
        "staff": indicator("staff", "person"),
        "artists": indicator("artists", "person", within="staff"),
        "women": indicator("women", "person", within="artists"),
        "share": indicator("share", "percent", "women / staff * 100"),
    }
    assert hidden_of(every, wholes(staff=60, artists=50, women=40, share=67)) == frozenset()
    assert names(hidden_of(every, wholes(staff=60, artists=50, women=48, share=80))) == {
        "women",
        "share",
    }
    # Also of the whole of the whole, and where nobody is left nobody is told.
    assert names(hidden_of(every, wholes(staff=60, women=57, share=95))) == {"women", "share"}
    assert hidden_of(every, wholes(staff=60, artists=60, women=60, share=100)) == frozenset()


def test_what_two_rings_of_hidden_parts_share_is_not_given_away() -> None:
    # Each line and each column hides two, yet the one between the rings would follow from all.
    one = Fraction(1)
    rings = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d", "x"), ("x", "e", "f"), ("e", "g")]
    equations = [dict.fromkeys(some, one) for some in [*rings, ("f", "h"), ("g", "h")]]
    assert given_away(equations) == {"x"}
    assert given_away([{"a": one, "b": one}, {"a": one, "b": -one}]) == {"a", "b"}
    assert given_away([{"a": one, "b": one}, {"a": 2 * one, "b": 2 * one}]) == set()


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


EVERY = {
    "all": indicator("all", "person"),
    "men": indicator("men", "person", within="all"),
    "women": indicator("women", "person", "all - men"),
    "share": indicator("share", "percent", "men / all * 100"),
}
PERSON_OF_TWO = some.tuples(PERSON, some.booleans())
Cells = dict[tuple[str, str], float]


def linked(persons: list[tuple[tuple[str, str], bool]]) -> list[Value]:
    """Everybody, the men, and what formulas make of these, by place and title."""
    every = table([person for person, _ in persons])
    men = table([person for person, is_man in persons if is_man])
    found = [Value("all", "v", dict(part), value) for part, value in every.items()]
    found += [Value("men", "v", dict(part), value) for part, value in men.items()]
    for part, value in every.items():
        left = value - men.get(part, 0)
        found.append(Value("women", "v", dict(part), left))
        found.append(Value("share", "v", dict(part), men.get(part, 0) * 100 / value))
    return found


def sums_of(values: Sequence[Value]) -> list[dict[tuple[str, str], Fraction]]:
    """How the numbers hang together, written down anew."""
    found: list[dict[tuple[str, str], Fraction]] = []
    numbers = {(one.indicator, one.name): one.value for one in values}
    for key in ("all", "men", "women"):
        own = {tuple(sorted(one.part.items())): one for one in values if one.indicator == key}
        for whole, total in own.items():
            for dimension in ("place", "title"):
                parts = [
                    (key, one.name)
                    for part, one in own.items()
                    if part != whole and _whole(part, dimension, own) == whole
                ]
                # Those who are in no part are one more number, which nobody states.
                rest = total.value - sum(numbers[part] for part in parts)
                if parts and rest >= 0:
                    left = [(f"{key} by {dimension}", total.name)] if rest else []
                    minus = dict.fromkeys((*parts, *left), Fraction(-1))
                    found.append({(key, total.name): Fraction(1), **minus})
    for one in values:
        if one.indicator == "women":
            terms = {"women": -1, "all": 1, "men": -1}
            held = {(key, one.name): Fraction(by) for key, by in terms.items()}
            found.append({cell: by for cell, by in held.items() if cell in numbers})
    return found


def steps_of(rows: Sequence[Mapping[Any, Fraction]]) -> list[tuple[Any, Mapping[Any, Fraction]]]:
    """A matrix in steps, by elimination from the top."""
    found: list[tuple[Any, Mapping[Any, Fraction]]] = []
    for row in rows:
        if left := reduced(row, found):
            found.append((next(iter(left)), left))
    return found


def reduced(
    row: Mapping[Any, Fraction], steps: Sequence[tuple[Any, Mapping[Any, Fraction]]]
) -> dict[Any, Fraction]:
    """What no sum of the steps gives of a row: nothing, where it follows from them."""
    left = dict(row)
    for first, step in steps:
        times = left.get(first, Fraction(0)) / step[first]
        for name, by in step.items() if times else ():
            left[name] = left.get(name, Fraction(0)) - times * by
    return {name: by for name, by in left.items() if by}


@settings(max_examples=40, deadline=None)
@given(some.lists(PERSON_OF_TWO, max_size=50))
def test_no_few_follow_from_all_that_is_told_of_linked_indicators(
    persons: list[tuple[tuple[str, str], bool]],
) -> None:
    values = linked(persons)
    kept = hidden_of(EVERY, values)
    few = [
        (one.indicator, one.name)
        for one in values
        if one.indicator != "share" and is_few(one.value)
    ]
    assert kept >= set(few)
    told = {(one.indicator, one.name): one.value for one in values if _told(one, kept)}
    unknown = [
        {cell: by for cell, by in row.items() if cell not in told} for row in sums_of(values)
    ]
    steps = steps_of(unknown)
    for cell in few:
        assert reduced({cell: Fraction(1)}, steps), cell
    for key, name in told:
        if key == "share":  # a share with its total tells the part
            assert ("men", name) not in kept
            assert ("all", name) not in kept
        if key == "men" and ("all", name) in told:
            assert not is_few(told["all", name] - told[key, name])


def test_the_audit_finds_what_elimination_finds() -> None:
    values = linked([(("00001", "a"), True), (("00002", "b"), False), (("79", "a"), False)])
    for hidden_cells in range(2, 30, 3):
        cells = {(one.indicator, one.name) for one in values[:hidden_cells]}
        rows = [{cell: by for cell, by in row.items() if cell in cells} for row in sums_of(values)]
        steps = steps_of(rows)
        follows = {cell for cell in cells if not reduced({cell: Fraction(1)}, steps)}
        assert given_away(rows) == follows


def _told(one: Value, kept: frozenset[tuple[str, str]]) -> bool:
    return (one.indicator, one.name) not in kept


@settings(max_examples=60, deadline=None)
@given(some.lists(PERSON, max_size=40), some.lists(PERSON, max_size=6), some.randoms())
def test_what_a_run_hides_the_next_does_not_tell(
    persons: list[tuple[str, str]], come: list[tuple[str, str]], random: Any
) -> None:
    every = {"n": indicator("n", "person")}

    def run(some_persons: list[tuple[str, str]]) -> list[Value]:
        return [Value("n", "v", dict(part), value) for part, value in table(some_persons).items()]

    first = run(persons)
    marks = suppressed(first, every, lies_in)
    assert marks.own == marks.all
    before = {
        (one.indicator, one.name): [one.value]
        for one in first
        if (one.indicator, one.name) in marks.own
    }
    gone = random.sample(persons, min(len(persons), 3))
    later = run([*persons, *come])
    for one in gone:
        persons.remove(one)
    for values in (later, run(persons), run([*persons, *come])):
        now = suppressed(values, every, lies_in, before)
        assert now.own <= now.all
        assert now.own == suppressed(values, every, lies_in).own
        for one in values:
            numbers = before.get((one.indicator, one.name), ())
            if (one.indicator, one.name) not in now.all:
                assert all(abs(one.value - number) >= FEWEST_PERSONS for number in numbers)


def test_what_is_linear_is_known_by_its_factors() -> None:
    assert linear("all - men") == {"all": 1, "men": -1}
    assert linear("2 * (a + b) - a / 4 + 3") == {"a": Fraction(7, 4), "b": 2}
    assert linear("-(a - 1) * 0.5") == {"a": Fraction(-1, 2)}
    assert linear("a / b") is None
    assert linear("a * b") is None
    assert linear("a / 0") is None
