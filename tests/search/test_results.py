from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.search import results
from khue.search.results import FacetValue, Results
from tests.search.conftest import Search, found
from tests.search.samples import person, place, relic

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
    assert {hit.score for hit in search().hits} == {0.0}


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
    for sort in ("relevance", "name"):
        hostile(text, type=type_, place=place_, facets={"kind": (value,)}, sort=sort)
        assert all(hit.type != "" for hit in hostile(text, sort=sort).hits)
