"""Questions in addresses: read, bounded, written back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from khue.pipeline import house
from khue.search import Box, Position
from khue.web.portal.ask import LONGEST_SOURCE, LONGEST_TEXT, Ask, read_ask
from khue.web.portal.paging import LAST_PAGE, read_page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Ask()),
        ("q=++van++mieu", Ask(text="van mieu")),
        ("q=++van++mieu%C2%A0+", Ask(text="van mieu ")),
        ("q=++", Ask()),
        ("type=relic&rank=NAT&rank=SPEC", Ask(type="relic", facets={"rank": ("NAT", "SPEC")})),
        ("rank=NAT&rank=NAT&rank=", Ask(facets={"rank": ("NAT",)})),
        ("rank=%3Cb%3E&colour=red", Ask()),
        ("place=01&sort=name&page=3", Ask(place="01", sort="name", page=3)),
        ("place=00226", Ask(place="00226")),
        ("place=1&type=unknown&sort=x&page=x", Ask()),
        ("place=%D9%A3%D9%A3", Ask()),
        ("box=105,20.5,106,-21", Ask(box=Box(105, 20.5, 106, -21))),
        ("box=1,2,3&near=1&within=1&sort=distance", Ask()),
        ("box=1,2,3,nan&near=1,1e9&within=x", Ask()),
        ("near=105.8,91", Ask()),
        ("near=105.8,-21&sort=distance", Ask(near=Position(105.8, -21), sort="distance")),
        ("near=105.8,-21", Ask(near=Position(105.8, -21), sort="distance")),
        ("near=105.8,-21&sort=name", Ask(near=Position(105.8, -21), sort="name")),
        ("near=105.8,-21&sort=relevance", Ask(near=Position(105.8, -21), sort="relevance")),
        ("within=00226", Ask(within="00226")),
    ],
)
def test_read(pack: Any, query: str, expected: Ask) -> None:
    assert read_ask(QueryDict(query), pack) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 1), ("0", 1), ("7", 7), ("-1", 1), ("1.5", 1), ("99999", LAST_PAGE), ("9" * 9, 1)],
)
def test_pages_are_bounded(text: str, expected: int) -> None:
    assert read_page(text) == expected


def test_long_texts_are_cut(pack: Any) -> None:
    assert len(read_ask(QueryDict("q=" + "a" * 5000), pack).text) == LONGEST_TEXT


def test_names_of_sources_are_cut_as_they_are_shown(pack: Any) -> None:
    name = "di  tích\u00a0 " + "a" * LONGEST_SOURCE
    expected = ("di tích " + "a" * LONGEST_SOURCE)[:LONGEST_SOURCE]
    assert read_ask(QueryDict(urlencode({"source": name})), pack).facets == {"source": (expected,)}


def test_an_address_gives_the_question_back(pack: Any) -> None:
    ask = Ask("chùa & đình", "relic", "01", {"rank": ("NAT", "SPEC")}, "name", 2)
    assert read_ask(QueryDict(ask.address().partition("?")[2]), pack) == ask
    assert Ask("đình s ").address().endswith("?q=%C4%91%C3%ACnh+s+")


@given(*[st.floats(-540, 540).map(lambda one: round(one, 7))] * 4)
def test_places_on_the_map_are_written_back(west: float, south: float, e: float, n: float) -> None:
    ask = Ask(box=Box(west, south, e, n), near=Position(e, south / 6), within="01", sort="distance")
    ask = replace(ask, near=Position(e, round(south / 6, 7)))
    read = read_ask(QueryDict(ask.address().partition("?")[2]), house().pack)
    assert read == ask
    for key, value in ask.areas().items():
        assert value
        ask = ask.without(key, value)
    assert ask == Ask()


def test_every_order_is_written_back_where_there_is_a_position(pack: Any) -> None:
    for sort in ("relevance", "name", "date", "newest", "distance"):
        ask = Ask(near=Position(105.85, 21.03), sort=sort)
        assert read_ask(QueryDict(ask.address().partition("?")[2]), pack) == ask
        assert "sort=" not in ask.everywhere().address()


def test_filters_are_set_and_taken_off() -> None:
    ask = Ask(text="đình", page=4)
    narrowed = ask.with_value("rank", "NAT").with_value("type", "relic")
    assert narrowed == Ask("đình", "relic", facets={"rank": ("NAT",)})
    assert narrowed.has("rank", "NAT")
    assert not narrowed.has("rank", "SPEC")
    assert narrowed.without("rank", "NAT").without("type", "relic") == Ask(text="đình")
    assert Ask(place="01").without("place", "01") == Ask()
