"""The words that were asked for are marked where a hit shows them, and where it hides them."""

from __future__ import annotations

import re

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from khue import search
from khue.pipeline import house
from khue.search.highlights import mark
from khue.search.words import words_of
from khue.web.portal.templatetags.portal import pieces
from tests.web.conftest import SECRET, Town, _edit
from tests.web.test_pages import text


def why(page: str) -> list[str]:
    """The reasons of the hits of a page."""
    return re.findall(r'<p class="card__why"><span class="quiet">(.*?)</p>', page, re.DOTALL)


def test_names_are_marked_in_both_languages(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=communal")
    assert 'lang="en">So <mark>Communal</mark> House' in page
    assert why(page) == []
    assert "<mark>Đình</mark> So" in text(visit, "/en/search?q=đình")
    assert "<mark>" not in text(visit, "/search")


def test_a_hit_says_why_it_was_found(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=chu+van+an&type=relic")
    label = house().pack.types["relic"].fields["worshipped_persons"].label["vi"]
    assert why(page) == [f"{label}:</span> <mark>Chu Văn An</mark>"]
    tale = "Kể chuyện. " * 60 + "Cây đa."
    _edit(town.dinh_so, alternative_names=["Đình Vân Côi"], description__vi=tale)
    search.catch_up(house().pack)
    assert why(text(visit, "/search?q=van+coi"))[-1] == "Tên khác:</span> Đình <mark>Vân Côi</mark>"
    (found,) = why(text(visit, "/search?q=cay+da&type=relic"))
    assert found.startswith("Mô tả:</span> …chuyện. Kể chuyện.")
    assert found.endswith("<mark>Cây đa</mark>.")
    assert len(found) < 250


def test_nothing_that_is_closed_says_why(visit: Client, town: Town) -> None:
    """Not even where something open of the same record was found: its contact and its note begin
    with these letters."""
    for prefix in ("", "/en"):
        page = text(visit, f"{prefix}/search?type=relic&q=so+{SECRET[:6].lower()}")
        assert 'href="/id/' not in page.replace("/en/", "/")
        assert why(text(visit, f"{prefix}/search?q=so&type=relic")) == []


def test_names_that_are_markup_stay_text(visit: Client, town: Town) -> None:
    page = text(visit, "/search?q=script")
    assert "&lt;<mark>script</mark>&gt;" in page
    assert "<script>" not in page


@given(st.text(), st.text(max_size=40))
def test_marked_text_is_escaped(shown: str, typed: str) -> None:
    html = str(pieces(mark(shown, words_of(typed))))
    rest = html.replace("<mark>", "").replace("</mark>", "")
    assert not set(rest) & set("<>\"'")
    assert html.count("<mark>") == html.count("</mark>")
