"""Queries of which everyone can say what should come first, over the same records."""

from __future__ import annotations

import pytest

from khue.lib.vietnamese import exact
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.results import results_of
from tests.search.quality.corpus import Corpus

FIRST = {
    # English plurals find the things themselves.
    "temples of Hai Ba Trung": "Đền Hai Bà Trưng (Mê Linh)",
    "Mother Goddesses": "Thực hành tín ngưỡng thờ Mẫu Tam phủ của người Việt",
    # Marks as typed.
    "Đường Lâm": "Đường Lâm",
    # The thing itself before what tells of it.
    "imperial citadel": "Khu Trung tâm Hoàng thành Thăng Long - Hà Nội",
    "Opera House": "Nhà hát Lớn Hà Nội",
    "chùa 1 cột": "Chùa Một Cột",
}

TYPES = {
    "pagodas": "relic",
    "pagodas in Ba Vi": "relic",
    "museums": "museum",
    "bảo tàng": "museum",
    "làng nghề": "craft_village",
    "craft village": "craft_village",
    "craft villages": "craft_village",
}
"""Of what type the first ten are."""


@pytest.mark.parametrize("text", FIRST)
def test_what_comes_first(text: str, corpus: Corpus) -> None:
    assert called(corpus, corpus.find(text))[0] == exact(FIRST[text])


@pytest.mark.parametrize("text", TYPES)
def test_of_what_type_the_first_are(text: str, corpus: Corpus) -> None:
    types = {one["id"]: one["type"] for one in corpus.documents}
    assert [types[one] for one in corpus.find(text)] == [TYPES[text]] * 10


def test_a_plural_finds_what_the_singular_finds(corpus: Corpus) -> None:
    reader = reader_of(corpus.index)
    assert reader is not None
    for one, other in (("pagoda ", "pagodas "), ("pagoda Ba Vi ", "pagodas in Ba Vi ")):
        assert results_of(reader, Query(one)).total == results_of(reader, Query(other)).total > 10


def test_what_lacks_the_marks_that_were_typed_comes_after_what_has_them(corpus: Corpus) -> None:
    texts = {one.id: f" {exact(one.text)} " for one in corpus.texts}
    for text in ("đình làng", "Đường Lâm"):
        words = [f" {word} " for word in exact(text).split()]
        just_so = [all(word in texts[one] for word in words) for one in corpus.find(text, 50)]
        assert just_so == sorted(just_so, reverse=True), text
        assert just_so[0], text


def called(corpus: Corpus, found: list[str]) -> list[str]:
    names = {one["id"]: one["name"]["vi"] for one in corpus.documents}
    return [exact(names[one]) for one in found]
