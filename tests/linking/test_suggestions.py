"""Which entries may be one thing, why, and that nothing is compared with everything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import name_key
from khue.linking import (
    Entry,
    Judged,
    Row,
    Suggestion,
    Verdict,
    Wanted,
    block_of,
    suggest,
    suggestions,
)
from khue.linking.comparison import moved

HANOI, COMMUNE, OTHER = "01", "00565", "00070"


def entry(record: str, name: str, *units: str, **more: Any) -> Entry:
    around = (HANOI,) if units and HANOI not in units else ()
    key = name_key(name)
    more |= {"units": tuple(sorted(units)), "around": around, "block": block_of(key)}
    return Entry(record, key, name, name, row=1, **more)


def found(
    known: list[Entry], new: list[Entry], judged: Judged | None = None
) -> dict[str, list[Suggestion]]:
    """What is suggested of new entries, in two blocks, by record."""
    judged = judged or {}
    rows = [tuple(one) for one in new]
    blocks: Any = [rows[:1], rows[1:]]
    wanted = Wanted(blocks, {name for pair in judged for name in pair})
    told = suggest([one._replace(row=None) for one in known], blocks, judged, wanted)
    assert [one.position for one in told] == sorted({one.position for one in told})
    assert len(list(told)) == len(told)
    return {one.record: one.suggestions for one in told}


def level(one: Entry, other: Entry) -> tuple[str, tuple[str, ...]] | None:
    """How likely two entries are one, and why; None if they are not suggested."""
    both = found([], [one, other])
    assert {name: [told.other for told in both.get(name, [])] for name in ("a", "b")} in (
        {"a": ["b"], "b": ["a"]},
        {"a": [], "b": []},
    )
    assert found([one], [other]).get("b") == both.get("b")
    return (both["a"][0].level, both["a"][0].codes) if both else None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Đình làng Thượng Mẫu", "đình thượng mẫu", "likely"),
        ("Chùa Hoè Mẫu", "Chùa Hòe Mẫu", "likely"),
        ("Chùa Hạ Mẫu", "Chùa Hà Mẫu", None),
        ("Đình So", "Chùa So", None),
        ("Đình So", "So", "possible"),
        # Hỏi and ngã are confused, i and y are one sound.
        ("Đình Mẫu Thượng", "Đình Mẩu Thượng", "possible"),
        ("Chùa Lý Quốc Sư", "Chùa Lí Quốc Sư", "possible"),
        # Typed without marks: folding finds, and is never certain.
        ("Đình Thượng Mẫu", "dinh thuong mau", "possible"),
        ("Cụm di tích Đình - Đền - Chùa Mẫu", "Đình Mẫu", None),
        ("Quán Sứ", "Quan Thánh", None),
    ],
)
def test_names_in_one_unit(one: str, other: str, expected: str | None) -> None:
    found = level(entry("a", one, COMMUNE), entry("b", other, COMMUNE))
    assert (found and found[0]) == expected
    assert level(entry("a", one, COMMUNE), entry("b", other, OTHER)) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((COMMUNE,), (COMMUNE,), ("likely", "place_same")),
        ((COMMUNE, OTHER), (OTHER,), ("likely", "place_shared")),
        ((HANOI,), (COMMUNE,), ("possible", "place_within")),
        ((COMMUNE,), (), ("possible", "place_unknown")),
        ((), (), ("possible", "place_unknown")),
        (("37",), (COMMUNE,), None),
    ],
)
def test_places(one: Any, other: Any, expected: tuple[str, str] | None) -> None:
    for first, second in ((one, other), (other, one)):
        found = level(entry("a", "Đình So", *first), entry("b", "Đình So", *second))
        assert found == (expected and (expected[0], ("name_same", expected[1])))


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        ("Đình So", {"numbers": (("so", "2"),)}, ("possible", "numbers_differ")),
        ("Đình So", {"numbers": (("so", "1"),)}, ("likely", "number_same")),
        ("Đình So", {"numbers": (("other", "2"),)}, ("likely", "place_same")),
        ("dinh so", {"numbers": (("so", "1"),)}, ("likely", "number_same")),
        ("dinh so", {"point": (21.0302, 105.8, 11.0)}, ("likely", "points_near")),
        ("dinh so", {"point": (21.1, 105.8, 11.0)}, None),
        ("Đình So", {"point": (21.1, 105.8, 11.0)}, ("possible", "points_far")),
        # A rough point says nothing against a precise one.
        ("Đình So", {"point": (21.1, 105.8, 11_132.0)}, ("likely", "points_near")),
    ],
)
def test_numbers_and_points(
    name: str, more: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    known = entry("a", "Đình So", COMMUNE, numbers=(("so", "1"),), point=(21.03, 105.8, 11.0))
    told = level(known, entry("b", name, COMMUNE, **more))
    assert (told and (told[0], told[1][-1])) == expected


def test_judgements() -> None:
    one, other = entry("a", "Đình So", COMMUNE), entry("b", "Đình So", COMMUNE)
    third = entry("c", "Chùa Thầy", OTHER)

    def judged_as(judged: Judged) -> dict[str, list[tuple[str, str]]]:
        told = found([one], [other, third], judged)
        return {name: [(each.other, each.codes[0]) for each in all] for name, all in told.items()}

    assert judged_as({}) == judged_as({("a", "b"): "unsure"}) == {"b": [("a", "name_same")]}
    assert judged_as({("a", "b"): "different"}) == {}
    assert judged_as({("a", "b"): "same"}) == {"b": [("a", "judged_same")]}
    assert judged_as({("a", "c"): "same"}) == {
        "b": [("a", "name_same")],
        "c": [("a", "judged_same")],
    }


def test_reasons_are_said_in_both_languages() -> None:
    told = found([], [entry("a", "Đình làng So", COMMUNE), entry("b", "Đình So", COMMUNE)])["a"][0]
    assert [reason["en"] for reason in told.reasons] == [
        "the same name, but for generic words",
        "the same administrative unit",
    ]
    assert [reason["vi"] for reason in told.reasons] == [
        "cùng tên, chỉ khác từ chung",
        "cùng đơn vị hành chính",
    ]


NAMES = st.sampled_from(
    ["Đình So", "Đình làng So", "So", "dinh so", "Đình Sổ", "Chùa So", "Chùa Sỗ", "Đền Và"]
)
ENTRIES = st.lists(
    st.tuples(NAMES, st.lists(st.sampled_from([COMMUNE, OTHER, HANOI]), unique=True)), max_size=8
)


def seen(told: dict[str, list[Suggestion]]) -> set[tuple[str, str, int, tuple[str, ...]]]:
    return {(name, one.other, one.score, one.codes) for name, all in told.items() for one in all}


@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_and_blocks_do_not_matter(rows: list[tuple[str, list[str]]], chance: Any) -> None:
    entries = [entry(str(n), name, *units) for n, (name, units) in enumerate(rows)]
    whole = seen(found([], entries))
    mixed = [*entries]
    chance.shuffle(mixed)
    assert seen(found([], mixed)) == whole
    pairs = set()
    for number, one in enumerate(entries):
        for other in entries[number + 1 :]:
            pairs |= seen(found([], [one, other]))
    assert pairs == whole
    assert all((other, name, *rest) in whole for name, other, *rest in whole)


@pytest.mark.parametrize("units", [(), (COMMUNE,)])
def test_a_crowd_is_sampled_and_told(
    units: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def count(*pair: Any) -> Verdict:
        counted.append(1)
        return moved(*pair)

    monkeypatch.setattr(suggestions, "moved", count)
    rows: list[Row] = [tuple(entry(str(n), "Nhà thờ họ Nguyễn", *units)) for n in range(2_000)]
    told = suggest([], [rows], {}, Wanted([rows]))
    assert list(told.crowded.values()) == [("Nhà thờ họ Nguyễn", 1_999)]
    assert all(0 < len(one.others) <= 10 for one in told)
    assert len(told) == len(rows)
    assert len(counted) < 10 * len(rows)


def test_facts_tell_apart() -> None:
    """An unknown fact tells nothing apart; one of several values is whichever fits."""

    def of(*facts: tuple[str, ...]) -> Entry:
        return entry("a" if not made else "b", "Lượt khách", COMMUNE, facts=facts)

    made: list[Entry] = []
    for one, other, expected in [
        ((("2023",), ("",)), (("2023",), ("",)), True),
        ((("2023",), ("",)), (("2024",), ("",)), False),
        ((("2023",), ("",)), (("2023",), ("nữ",)), False),
        (((), ("",)), (("2024",), ("",)), True),
        (((), ("",)), (("2024",), ("nữ",)), False),
        ((("a", "b"), ("",)), (("b",), ("",)), True),
        ((("a", "b"), ("",)), (("c",), ("",)), False),
    ]:
        made[:] = []
        made.append(of(*one))
        assert bool(level(made[0], of(*other))) is expected
        made[:] = []


def test_many_values_of_one_measure_are_no_crowd() -> None:
    rows: list[Row] = [
        tuple(entry(str(n), "Lượt khách", HANOI, facts=((str(n),),))) for n in range(1_000)
    ]
    told = suggest([], [rows], {}, Wanted([rows]))
    assert (list(told), told.crowded) == ([], {})


def test_much_waits_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of a file, and its order, does not depend on what fits into memory."""
    names = ["Đình So", "Đình làng So", "dinh so", "Chùa Thầy", "Đền Và", "Chùa Bà", "Miếu Đầm"]
    entries = [entry(str(n), names[n * n % 7], (COMMUNE, OTHER)[n % 2]) for n in range(300)]
    whole = found([], entries)
    monkeypatch.setattr(suggestions, "BLOCK", 3)
    monkeypatch.setattr(suggestions, "TOLD_BLOCK", 2)
    monkeypatch.setattr("khue.lib.spool.IN_MEMORY", 100)
    assert found([], entries) == whole
    assert list(found([], entries)) == list(whole)
    assert len(whole) == 300


def test_all_cores_find_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Đình So", "dinh so", "Chùa Thầy", "Đền Và", "Nhà thờ họ Nguyễn", "Miếu Đầm"]
    entries = [entry(f"{n:04}", names[n * n % 6], (COMMUNE, OTHER)[n % 2]) for n in range(1_500)]
    entries.append(entry("1500", "Đình Mỗ Lao", COMMUNE))
    known = [entry("r1", "Đình làng Mỗ Lao", COMMUNE), entry("r2", "Chùa Xưa")]
    judged: Judged = {("0001", "0007"): "different", ("0002", "r2"): "same"}

    def all_of() -> tuple[list[object], dict[str, tuple[str, int]], set[str]]:
        rows: list[Row] = [tuple(one) for one in entries]
        wanted = Wanted([rows], {"0001", "0002", "0007", "r2"})
        told = suggest([one._replace(row=None) for one in known], [rows], judged, wanted)
        return [*told], told.crowded, told.unnamed

    here = all_of()
    monkeypatch.setattr(suggestions, "MANY", 1)
    assert all_of() == here
    assert all(here)


def test_a_record_that_stands_in_two_rows_is_named_once() -> None:
    rows = [
        entry("a", "Đình Yên Nội", COMMUNE),
        entry("b", "Đình làng Yên Nội", COMMUNE),
        entry("b", "Đình Yên Nội", COMMUNE),
    ]
    named = found([], rows)["a"]
    assert [one.other for one in named] == ["b"]
    assert "name_same" in named[0].codes  # as the row that is most like it
