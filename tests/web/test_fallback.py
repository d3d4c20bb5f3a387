"""What has no translation says so wherever it stands: in a word, and in `lang`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import translation

from khue.pipeline import house
from khue.pipeline.gazetteers import gazetteer_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.relations import Named, Sentence, graph
from khue.web.portal.present.values import show, stated_text
from khue.web.portal.templatetags.records import drawing
from khue.web.portal.words import Lang
from tests.web.conftest import Town

NAME = 'lang="vi">{}</a> <small class="tongue-note" lang="en">in Vietnamese</small>'
MINISTRY = "Bộ Văn hóa"


def reader(lang: Lang) -> Reader:
    """A reader who knows no other record."""
    return Reader(lang, replace(house().context(), label_of=lambda _: None), gazetteer_of(""))


def body(visit: Client, address: str) -> str:
    return visit.get(address).content.decode()


@pytest.mark.parametrize("view", ["cards", "table"])
def test_names_in_lists(visit: Client, town: Town, view: str) -> None:
    told = NAME.format("<mark>Chu</mark> Văn An")
    page = body(visit, f"/en/search?q=chu&view={view}")
    assert told in page
    assert 'class="tongue-note"' not in body(visit, f"/search?q=chu&view={view}")
    english = body(visit, f"/en/search?q=communal&view={view}")
    assert "Communal" in english
    assert 'class="tongue-note"' not in english


def test_names_in_sentences_and_headings(visit: Client, town: Town) -> None:
    page = body(visit, f"/en/id/{town.van_mieu}")
    assert NAME.format("Chu Văn An") in page
    assert "</h1> <small" in page
    walk = body(visit, f"/en/graph/{town.van_mieu}")
    assert NAME.format("Chu Văn An") in walk


def test_names_in_drawings() -> None:
    records = (
        Named("1", "Chu Văn An", "vi", "Person", "/1"),
        Named("2", "So festival", "", "Practice", "/2"),
        Named("3", "So Communal House", "", "Relic", "/3"),
    )
    drawn = graph([Sentence("", "Names", records)])
    assert drawn is not None
    with translation.override("en"):
        told = drawing(drawn)
    assert ">Person · in Vietnamese</text>" in told
    assert 'lang="vi">Chu Văn An<title>' in told
    assert ">Relic</text>" in told


def test_names_while_typing(visit: Client, town: Town) -> None:
    [name] = visit.get("/en/suggest.json?q=chu+van").json()["names"]
    assert (name["id"], name["lang"]) == (town.person, "vi")
    [name] = visit.get("/suggest.json?q=chu+van").json()["names"]
    assert name["lang"] == ""


def test_who_issued_a_decision_stands_as_it_was_written() -> None:
    field = house().pack.types["relic"].field("designations")
    assert field is not None
    decision = {"rank": "NAT", "date": "1962-04-28", "issuer": MINISTRY}
    [shown] = show(field, [decision], reader("en"))
    spoken = {part.value.text: part.value.lang for part in shown.parts}
    assert spoken[MINISTRY] == "vi"
    assert {lang for text, lang in spoken.items() if text != MINISTRY} == {""}
    [shown] = show(field, [decision], reader("vi"))
    assert {part.value.lang for part in shown.parts} == {""}
    assert stated_text("UNESCO", reader("en")).lang == ""


def test_the_last_of_several_says_it() -> None:
    field = house().pack.types["craft_village"].field("products")
    assert field is not None
    shown = show(field, ["gốm", "sứ", "paper", "lụa"], reader("en"))
    assert [(one.lang, one.more) for one in shown] == [
        ("vi", True),
        ("vi", False),
        ("", False),
        ("vi", False),
    ]


def test_publishers_of_sources(visit: Client, town: Town) -> None:
    page = body(visit, f"/en/id/{town.dinh_so}")
    publisher = 'lang="vi">Sở Văn hóa và Thể thao</span> <small class="tongue-note" lang="en">'
    assert publisher in page
