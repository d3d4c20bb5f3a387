from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.search import reading, results
from khue.search.results import FacetValue, Results
from khue.search.said import day_number
from tests.search.conftest import Search, found
from tests.search.samples import person, place, relic, stated

DOCUMENTS = (
    relic(1, "Đình A", kind=["ARCH_ART"], place=place("00001", ("00001", "A"))),
    relic(2, "Đình B", kind=["ARCH_ART", "HIST_EVENT"], designations=[{"rank": "NAT"}]),
    relic(3, "Chùa C", kind=["HIST_EVENT"], place=place(None, ("00001", "A"), ("00002", "B"))),
    relic(4, "Đình D", designations=[{"rank": "SPEC"}], place=place(None, within="46")),
    person(5, "Người E"),
)


def counts(found: Results, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in found.facets[facet]}


def test_an_empty_text_finds_all_by_vietnamese_name(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS, relic(6, "Ấp"), relic(7, "Ăn"))
    assert found(search()) == ["Ăn", "Ấp", "Chùa C", "Đình A", "Đình B", "Đình D", "Người E"]
    assert found(search("?!")) == found(search("   ")) == found(search())


def test_facets_count_what_was_found(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)
    everything = search()
    assert counts(everything, "type") == {"relic": 4, "person": 1}
    assert counts(everything, "kind") == {"ARCH_ART": 2, "HIST_EVENT": 2}
    assert counts(everything, "rank") == {"NAT": 1, "SPEC": 1}
    assert counts(everything, "place") == {"01": 2, "00001": 2, "00002": 1, "46": 1}
    assert counts(search("dinh"), "kind") == {"ARCH_ART": 2, "HIST_EVENT": 1}
    assert search("dinh").facets["kind"] == (FacetValue("ARCH_ART", 2), FacetValue("HIST_EVENT", 1))
    assert counts(search("dinh", type="person"), "type") == {}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"type": "relic"}, ["Chùa C", "Đình A", "Đình B", "Đình D"]),
        ({"type": "nothing"}, []),
        ({"facets": {"kind": ("ARCH_ART",)}}, ["Đình A", "Đình B"]),
        ({"facets": {"kind": ("ARCH_ART", "HIST_EVENT")}}, ["Chùa C", "Đình A", "Đình B"]),
        ({"facets": {"kind": ("HIST_EVENT",), "rank": ("NAT", "SPEC")}}, ["Đình B"]),
        ({"facets": {"kind": ()}, "type": "person"}, ["Người E"]),
        ({"facets": {"kind": ("NONSENSE",)}}, []),
        ({"facets": {"nonsense": ("ARCH_ART",)}}, []),
        ({"place": "00001"}, ["Chùa C", "Đình A"]),
        ({"place": "00002"}, ["Chùa C"]),
        ({"place": "01"}, ["Chùa C", "Đình A"]),
        ({"place": "46"}, ["Đình D"]),
        ({"place": "99"}, []),
        ({"text": "đình", "place": "01"}, ["Đình A"]),
        ({"text": "đình", "sort": "name"}, ["Đình A", "Đình B", "Đình D"]),
        ({"limit": 2}, ["Chùa C", "Đình A"]),
        ({"limit": 2, "offset": 3}, ["Đình D", "Người E"]),
        ({"limit": 0}, []),
        ({"limit": -1, "offset": -5}, []),
        ({"offset": 5}, []),
        ({"offset": 10**12, "limit": 10**12}, []),
    ],
)
def test_filters_and_pages(
    asked: dict[str, object], names: list[str], searching: Callable[..., Search]
) -> None:
    assert found(searching(*DOCUMENTS)(**asked)) == names


def test_what_may_be_at_a_unit_and_what_is(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)
    assert counts(search(), "present") == {"01": 2, "00001": 1, "46": 1}
    assert found(search(place="00001", certain=True)) == ["Đình A"]
    assert found(search(place="00002", certain=True)) == []
    assert found(search(place="46", certain=True)) == ["Đình D"]
    assert found(search(certain=True)) == found(search())
    assert found(search(place="00001", certain=False)) == ["Chùa C"]
    assert found(search(place="01", certain=False)) == []


def test_only_the_facets_asked_for_are_counted(searching: Callable[..., Search]) -> None:
    search = searching(*DOCUMENTS)
    everything = search().facets
    assert search(counted=()) == replace(search(), facets={})
    assert search(counted=("rank", "type", "nonsense")).facets == {
        "type": everything["type"],
        "rank": everything["rank"],
    }


def test_sources_are_a_facet(searching: Callable[..., Search]) -> None:
    def of(*names: str) -> list[dict[str, object]]:
        return [{"name": name, "key": "1", "stated": {}} for name in names]

    one, two = "Kiểm kê 2024", "Hồ sơ | di tích=A"
    search = searching(relic(1, "A", sources=of(one)), relic(2, "B", sources=of(one, two, one)))
    assert counts(search(), "source") == {one: 2, two: 1}
    assert found(search(facets={"source": (two,)})) == ["B"]


def test_by_date(searching: Callable[..., Search]) -> None:
    periods = {"An": "1802", "Bắc": "17XX", "Cổ": "-0207/0938", "Dâu": "1802", "Đậu": "../1900"}
    search = searching(
        *(relic(n, name, period=each) for n, (name, each) in enumerate(periods.items(), 1)),
        relic(9, "Ấp"),
    )
    assert found(search(sort="date")) == ["Cổ", "Bắc", "An", "Dâu", "Ấp", "Đậu"]
    assert found(search(sort="newest")) == ["An", "Dâu", "Bắc", "Cổ", "Ấp", "Đậu"]
    assert found(search(sort="date", offset=2, limit=2)) == ["An", "Dâu"]


@given(st.dates() | st.tuples(st.integers(-9999, -1), st.integers(1, 12), st.integers(1, 28)))
def test_days_stand_in_order(day: date | tuple[int, int, int]) -> None:
    year, month, number = (day.year, day.month, day.day) if isinstance(day, date) else day
    text = f"{year:05}-{month:02}-{number:02}" if year < 0 else f"{year:04}-{month:02}-{number:02}"
    assert (day_number(text) < day_number("1945-09-02")) == ((year, month, number) < (1945, 9, 2))
    assert day_number(text) // (12 * 31) == year


def test_a_filter_never_shows_more(searching: Callable[..., Search]) -> None:
    """Where words find three records, none is looked for by the beginning of a word of its text,
    also where a filter leaves one."""
    ranked = {"designations": [{"rank": "NAT"}]}
    texts = [relic(n, f"Đền {n}", description={"vi": "có tháp"}) for n in range(3)]
    more = relic(9, "Chùa Chín", description={"vi": "có gác"}, **ranked)
    search = searching(*texts[:2], more, texts[2] | ranked)
    assert search("có tháp").total == 3
    assert found(search("có tháp", facets={"rank": ("NAT",)})) == ["Đền 2"]
    assert found(search("có gá")) == ["Chùa Chín"]
    assert search("có gá", counted=("rank",)).facets["rank"] == (FacetValue("NAT", 1),)


def test_pages_end_at_the_depth(
    searching: Callable[..., Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "DEPTH", 3)
    search = searching(*DOCUMENTS)
    assert (search().total, len(search().hits)) == (5, 3)
    assert found(search(offset=2)) == ["Đình B"]
    assert found(search("dinh", offset=3)) == []


def test_facets_are_exact_with_many_values(searching: Callable[..., Search]) -> None:
    documents = [relic(n, "Đình", place=place(f"{n:05}", (f"{n:05}", "X"))) for n in range(3000)]
    counted = counts(searching(*documents)(), "place")
    assert len(counted) == 3001
    assert counted["01"] == 3000


@pytest.mark.parametrize("most", [5, 70_000])
def test_facets_are_exact_beyond_any_number_of_values(
    most: int, searching: Callable[..., Search], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each record has other sources, places and kinds together than the others."""
    many = [
        relic(
            n,
            f"Đình {n}",
            place=place(None, (f"{n:05}", "X"), (f"{n + 1:05}", "Y")),
            sources=[{"name": f"tệp {n}", "key": "1", "stated": {}}, stated(name="x")],
            kind=["ARCH_ART", "HIST_EVENT"][: 1 + n % 2],
        )
        for n in range(30)
    ]
    search = searching(*many)
    expected = search().facets
    monkeypatch.setattr(results, "FACET_VALUES", most)
    assert search("dinh").facets == search("đình").facets == expected

    def refuse(*_: object) -> None:  # as Tantivy does above 65,000 of all facets together
        raise ValueError("Aborting aggregation because bucket limit was exceeded. Limit: 65000")

    monkeypatch.setattr(results, "_count_together", refuse)
    assert search("di tich").facets == expected
    assert counts(search("relic"), "source")["nguồn"] == 30
    assert len(expected["source"]) == 31


def test_what_is_remembered_is_bounded(
    searching: Callable[..., Search], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    search = searching(*DOCUMENTS)
    monkeypatch.setattr(reading, "REMEMBERED", 100)
    for number in range(200):
        search(f"khong co gi {number}")
    reader = reading.reader_of(folder)
    assert reader is not None
    assert 1 <= len(reader.counted) <= 100


def test_sources_are_named_as_people_read_them(searching: Callable[..., Search]) -> None:
    name = unicodedata.normalize("NFD", "Kiểm  kê\x1fquận") + "x" * 300
    search = searching(relic(1, "A", sources=[{"name": name, "key": "1", "stated": {}}]))
    (value,) = search().facets["source"]
    assert value.value == ("Kiểm kê quận" + "x" * 300)[:200]
    assert found(search(facets={"source": (value.value,)})) == ["A"]


HOSTILE = [
    '"', "(((", "a AND", "type:[* TO *]", "^", "^ ^", "*", "**", ".*", "a.*b", "[a-", "\\", "~1",
    "\0", "\0" * 300, "\ud800", "🏛️" * 100, "é" * 5000, "a " * 5000, "ở " * 200, "-", "+-&|!{}",
    "đ" * 10_000, "\u0301\u0301\u0301", "Ð", "ﷺ", "１２３", "a\u200bb", "position", "%s", "{0}",
]  # fmt: skip


@pytest.fixture
def hostile(searching: Callable[..., Search]) -> Search:
    return searching(*DOCUMENTS)


@pytest.mark.parametrize("value", ["\ud800", "x" * 100_000, "\0", ""])
def test_hostile_values(value: str, hostile: Search) -> None:
    for asked in ({"type": value}, {"place": value}, {"facets": {value: (value,)}}):
        assert hostile(**asked).hits == ()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text: str, hostile: Search) -> None:
    assert hostile(text).total <= len(DOCUMENTS)


ANY = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs too


@settings(max_examples=200)
@given(text=ANY, type_=st.none() | ANY, place_=st.none() | ANY, value=ANY)
def test_no_text_is_an_error(
    text: str, type_: str | None, place_: str | None, value: str, hostile: Search
) -> None:
    for sort in ("relevance", "name", "date"):
        hostile(text, type=type_, place=place_, facets={"kind": (value,)}, sort=sort)
        assert all(hit.type != "" for hit in hostile(text, sort=sort).hits)
