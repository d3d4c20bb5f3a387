"""Which entries may be one thing, why, and that nothing is compared with everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import name_key
from khue.linking import Entry, Found, name_of, suggest, suggestions
from khue.linking.comparison import compare

HANOI, COMMUNE, OTHER = "01", "00565", "00070"


def entry(record: str, name: str, *units: str, **more: Any) -> Entry:
    around = frozenset({HANOI} - set(units)) if units else frozenset()
    return Entry(record, name_of(name_key(name)), frozenset(units), around, **more)


def level(one: Entry, other: Entry) -> tuple[str, tuple[str, ...]] | None:
    """How likely two entries are one, and why; None if they are not suggested."""
    found = suggest([], [one, other], {}).suggestions
    assert {name: [told.other for told in found.get(name, [])] for name in ("a", "b")} in (
        {"a": ["b"], "b": ["a"]},
        {"a": [], "b": []},
    )
    assert suggest([one], [other], {}).suggestions.get("b") == found.get("b")
    return (found["a"][0].level, found["a"][0].codes) if found else None


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
        ("Đình So", {"numbers": {"so": "2"}}, ("possible", "numbers_differ")),
        ("Đình So", {"numbers": {"so": "1"}}, ("likely", "number_same")),
        ("Đình So", {"numbers": {"other": "2"}}, ("likely", "place_same")),
        ("dinh so", {"numbers": {"so": "1"}}, ("likely", "number_same")),
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
    known = entry("a", "Đình So", COMMUNE, numbers={"so": "1"}, point=(21.03, 105.8, 11.0))
    found = level(known, entry("b", name, COMMUNE, **more))
    assert (found and (found[0], found[1][-1])) == expected


def test_judgements() -> None:
    one, other = entry("a", "Đình So", COMMUNE), entry("b", "Đình So", COMMUNE)
    third = entry("c", "Chùa Thầy", OTHER)

    def found(judged: Mapping[tuple[str, str], str]) -> dict[str, list[tuple[str, str]]]:
        told = suggest([one], [other, third], judged).suggestions
        return {name: [(each.other, each.codes[0]) for each in all] for name, all in told.items()}

    assert found({}) == found({("a", "b"): "unsure"}) == {"b": [("a", "name_same")]}
    assert found({("a", "b"): "different"}) == {}
    assert found({("a", "b"): "same"}) == {"b": [("a", "judged_same")]}
    assert found({("a", "c"): "same"}) == {
        "b": [("a", "name_same")],
        "c": [("a", "judged_same")],
    }


def test_reasons_are_said_in_both_languages() -> None:
    found = suggest(
        [], [entry("a", "Đình làng So", COMMUNE), entry("b", "Đình So", COMMUNE)], {}
    ).suggestions["a"][0]
    assert [reason["en"] for reason in found.reasons] == [
        "the same name, but for generic words",
        "the same administrative unit",
    ]
    assert [reason["vi"] for reason in found.reasons] == [
        "cùng tên, chỉ khác từ chung",
        "cùng đơn vị hành chính",
    ]


NAMES = st.sampled_from(
    ["Đình So", "Đình làng So", "So", "dinh so", "Đình Sổ", "Chùa So", "Chùa Sỗ", "Đền Và"]
)
ENTRIES = st.lists(
    st.tuples(NAMES, st.lists(st.sampled_from([COMMUNE, OTHER, HANOI]), unique=True)), max_size=8
)


def seen(found: Found) -> set[tuple[str, str, int, tuple[str, ...]]]:
    return {
        (name, told.other, told.score, told.codes)
        for name, all in found.suggestions.items()
        for told in all
    }


@given(ENTRIES, st.randoms(use_true_random=False))
def test_order_and_blocks_do_not_matter(rows: list[tuple[str, list[str]]], chance: Any) -> None:
    entries = [entry(str(n), name, *units) for n, (name, units) in enumerate(rows)]
    whole = seen(suggest([], entries, {}))
    mixed = [*entries]
    chance.shuffle(mixed)
    assert seen(suggest([], mixed, {})) == whole
    pairs = set()
    for number, one in enumerate(entries):
        for other in entries[number + 1 :]:
            pairs |= seen(suggest([], [one, other], {}))
    assert pairs == whole
    assert all((other, name, *rest) in whole for name, other, *rest in whole)


@pytest.mark.parametrize("units", [(), (COMMUNE,)])
def test_a_crowd_is_sampled_and_told(
    units: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []

    def count(one: Entry, other: Entry) -> tuple[int, tuple[str, ...]]:
        counted.append(1)
        return compare(one, other)

    monkeypatch.setattr(suggestions, "compare", count)
    entries = [entry(str(n), "Nhà thờ họ Nguyễn", *units) for n in range(2_000)]
    found = suggest([], entries, {})
    assert list(found.crowded.values()) == [("1999", 1_999)]
    assert all(0 < len(told) <= 10 for told in found.suggestions.values())
    assert len(found.suggestions) == len(entries)
    assert len(counted) < 10 * len(entries)
