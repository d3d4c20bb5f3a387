"""Field words in typed texts, over the pack and the gazetteer that the demonstration has."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Pack, load_pack
from khue.places import Gazetteer, load_gazetteer
from khue.search.queries import Limit, Query
from khue.search.understanding import in_order_of, understand
from tests.search.conftest import Search, found
from tests.search.samples import person, place, relic


@pytest.fixture(scope="module")
def vietnam() -> Pack:
    return load_pack(Path(__file__).parents[2] / "packs" / "vietnam")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


FORM = {("form", "COMMUNAL_HOUSE")}
FESTIVALS = {
    ("kind", f"FESTIVAL_{kind}") for kind in ("TRADITIONAL", "CULTURAL", "TRADE", "FOREIGN")
}
EIGHTEENTH = {("period", "17XX")}
LY = {("period", "10XX"), ("period", "11XX"), ("period", "12XX")}
BA_VI = {
    ("place", code)
    for code in "09619 09634 09661 09664 09676 09694 09700 09706".split()  # noqa: SIM905
}


@pytest.mark.parametrize(
    ("text", "left", "meant"),
    [
        ("type:đình", "", [FORM]),
        ("type:dinh so", "so", [FORM]),
        ("TYPE: Đình", "", [FORM]),
        ("loại hình:đình cổ", "cổ", [FORM]),
        ("type:relic", "", [{("type", "relic")}]),
        ("type:relics", "", [{("type", "relic")}]),
        ('type:"Di tích" chùa', "chùa", [{("type", "relic")}]),
        ("chùa type:“di tich”", "chùa ", [{("type", "relic")}]),
        ("type：relic", "", [{("type", "relic")}]),
        ("rank:national", "", [{("rank", "NAT")}]),
        ("rank:NAT văn miếu", "văn miếu", [{("rank", "NAT")}]),
        ("hạng:quốc gia đặc biệt", "", [{("rank", "SPEC")}]),
        ("hang:quoc gia", "", [{("rank", "NAT")}]),
        ("rank:special", "", [{("rank", "SPEC")}]),
        ("cấp xếp hạng:quốc gia", "", [{("rank", "NAT")}]),
        ("sector:thiết kế", "", [{("sector", "DESIGN")}]),
        ("sector:games", "", [{("sector", "SOFTWARE_GAMES")}]),
        ("form:PAGODA rank:nat", "", [{("form", "PAGODA")}, {("rank", "NAT")}]),
        ("in:09661", "", [{("place", "09661")}]),
        ("chùa in:Láng", "chùa ", [{("place", "00199")}]),
        ("ở:“phường Láng” chùa", "chùa", [{("place", "00199")}]),
        ("at:Hà Nội", "", [{("place", "01")}]),
        # A type's own name is the type alone; what only kinds are called is the kinds.
        ("type:person", "", [{("type", "person")}]),
        ("type:người", "", [{("type", "person")}]),
        ("type:tour", "", [{("type", "tour")}]),
        ("loại:làng nghề", "", [{("type", "craft_village")}]),
        ('loại:"lễ hội"', "", [FESTIVALS | {("kind", "FEST"), ("kind", "DESIGN_WEEK")}]),
        ("type:festival", "", [FESTIVALS]),
        ("type:festivals", "", [FESTIVALS]),
        ("hội type:communal houses", "hội ", [FORM]),
        ("type:event", "", [{("type", "event")}]),
        ("type:intangible", "", [{("type", "practice")}]),
        # Dates as people write them.
        ("period:17XX", "", [EIGHTEENTH]),
        ('period:"thế kỷ XVIII"', "", [EIGHTEENTH]),
        ("period:thế kỷ 18 chùa", "chùa", [EIGHTEENTH]),
        ("period:the ky XVIII", "", [EIGHTEENTH]),
        ('period:"18th century" pagoda', "pagoda", [EIGHTEENTH]),
        ("niên đại:1789", "", [EIGHTEENTH]),
        ('period:"nhà Lý"', "", [LY]),
        ("period:chùa", "chùa", []),
        ("period:nhà Lý; trùng tu 1899", "trùng tu 1899", [LY]),
        ("rank:city", "", [{("rank", "PROV")}]),
        # Not understood: looked for as words.
        ("type:xyzzy", "xyzzy", []),
        ("in:Chẳng Đâu chùa", "Chẳng Đâu chùa", []),
        ("in:Láng, chẳng đâu", "chẳng đâu", [{("place", "00199")}]),
        ("type:", "type:", []),
        ("http://khue.vn/a:b", "http://khue.vn/a:b", []),
        ("văn miếu: quốc tử giám", "văn miếu: quốc tử giám", []),
        (":::", ":::", []),
    ],
)
def test_field_words(
    text: str,
    left: str,
    meant: list[set[tuple[str, str]]],
    vietnam: Pack,
    gazetteer: Gazetteer,
) -> None:
    for typed in (text, unicodedata.normalize("NFD", text)):
        query = understand(Query(typed), vietnam, gazetteer)
        assert unicodedata.normalize("NFC", query.text) == left
        assert [set(limit.values) for limit in query.limits] == meant


def test_a_name_that_became_several_units_means_all(vietnam: Pack, gazetteer: Gazetteer) -> None:
    [limit] = understand(Query("chùa in:Ba Vì"), vietnam, gazetteer).limits
    assert limit.typed == "in:Ba Vì"
    assert set(limit.values) > BA_VI


def test_other_filters_are_kept(vietnam: Pack, gazetteer: Gazetteer) -> None:
    asked = Query("rank:nat so", type="relic", facets={"kind": ("A",)}, sort="name", offset=3)
    query = understand(asked, vietnam, gazetteer)
    assert (query.type, query.facets, query.sort, query.offset) == (
        "relic",
        asked.facets,
        "name",
        3,
    )
    assert query.limits == (Limit("rank:nat", (("rank", "NAT"),)),)
    assert understand(query, vietnam, gazetteer) == query


def test_the_pack_says_what_comes_first(vietnam: Pack) -> None:
    for text in ("làng nghề", "LANG NGHE ", "craft villages", "Craft village"):
        assert in_order_of(Query(text), vietnam).named == ("craft_village",), text
    for text in ("làng nghề Gia Lâm", "lễ hội", "", "nghề"):
        assert in_order_of(Query(text), vietnam).named == (), text
    behind = in_order_of(Query("x"), vietnam).behind
    assert {"observation", "story", "task", "target", "event", "tour"} <= set(behind)
    assert not {"relic", "practice", "person", "museum", "craft_village"} & set(behind)


def test_limits_filter(searching: object) -> None:
    search: Search = searching(  # type: ignore[operator]
        relic(1, "Đình A", designations=[{"rank": "NAT"}], place=place("00001", ("00001", "A"))),
        relic(2, "Đình B", designations=[{"rank": "SPEC"}], place=place("00002", ("00002", "B"))),
        person(3, "Người C"),
    )

    def limited(*limits: tuple[tuple[str, str], ...]) -> list[str]:
        return found(search(limits=tuple(Limit("", values) for values in limits)))

    assert limited((("rank", "NAT"),)) == ["Đình A"]
    assert limited((("rank", "NAT"), ("type", "person"))) == ["Đình A", "Người C"]
    assert limited((("place", "00001"), ("place", "00002"))) == ["Đình A", "Đình B"]
    assert limited((("type", "relic"),), (("place", "00002"),)) == ["Đình B"]
    assert limited((("rank", "NAT"),), (("rank", "SPEC"),)) == []


ANY = st.text(st.characters(exclude_categories=()), max_size=300)
PIECES = st.lists(
    st.sampled_from(["type", "in", "ở", ":", " ", '"', "“", "đình", "Ba Vì", "rank", "NAT", ","])
    | ANY
).map("".join)


@settings(max_examples=100)
@given(text=PIECES)
def test_any_text_has_a_meaning(text: str, vietnam: Pack, gazetteer: Gazetteer) -> None:
    query = understand(Query(text), vietnam, gazetteer)
    assert all(limit.values for limit in query.limits)
    assert ":" in text or "：" in text or query == Query(text)
