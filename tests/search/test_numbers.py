"""English words in their other grammatical number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.search import following
from khue.search.highlights import mark, missing_in
from khue.search.numbers import other_numbers
from khue.search.words import words_of
from tests.search.conftest import Search, both, found, search
from tests.search.samples import MemoryLedger, person, place, relic

DOCUMENTS = (
    relic(1, "Chùa Láng", en="Lang Pagoda", place=place("09661", ("09661", "Xã Ba Vì"))),
    relic(2, "Chùa Mía", en="Mia Pagoda"),
    relic(3, "Hai ngôi chùa", en="Two pagodas of Ba Vi"),
    relic(4, "Đền Hai Bà Trưng", en="Hai Ba Trung Temple"),
    person(5, "Hai Bà Trưng", description={"vi": "two temples keep their memory"}),
    relic(6, "Thờ Mẫu", en="Mother Goddesses"),
    relic(7, "Gương", en="The Glass"),
    relic(8, "Sông Hồng", en="Red River"),
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pagoda", ("pagodas",)),
        ("pagodas", ("pagoda",)),
        ("goddess", ("goddesses",)),
        ("goddesses", ("goddess", "goddesse")),
        ("houses", ("hous", "house")),
        ("city", ("cities",)),
        ("cities", ("city", "citie")),
        ("church", ("churches",)),
        ("holiday", ("holidays",)),
        ("glass", ("glasses",)),
        ("campus", ()),
        ("oasis", ()),
        ("art", ()),
        ("17xx", ()),
        ("ngoc2", ()),
        ("", ()),
    ],
)
def test_how_the_other_number_is_written(one: str, other: tuple[str, ...]) -> None:
    assert other_numbers(one) == other


CASES = {
    # As typed first, then the other number, both in names before texts.
    "pagodas": ["Hai ngôi chùa", "Chùa Láng", "Chùa Mía"],
    "pagoda": ["Chùa Láng", "Chùa Mía", "Hai ngôi chùa"],
    "pagodas in Ba Vi": ["Hai ngôi chùa", "Chùa Láng"],
    "temples of Hai Ba Trung": ["Đền Hai Bà Trưng", "Hai Bà Trưng"],
    "mother goddess": ["Thờ Mẫu"],
    "rivers": ["Sông Hồng"],
    "glass": ["Gương"],
}


@pytest.mark.parametrize("text", CASES)
def test_either_number_finds_the_thing(text: str, searching: Callable[..., Search]) -> None:
    for typed in (text, f"{text} "):
        results = searching(*DOCUMENTS)(typed)
        assert found(results) == CASES[text], typed
        assert results.typos == {}


def test_a_phrase_and_a_word_with_marks_are_meant_as_they_stand(
    searching: Callable[..., Search],
) -> None:
    indexed = searching(*DOCUMENTS, *(relic(n, f"Old pagodas {n}") for n in (10, 11, 12)))
    assert "Chùa Mía" not in found(indexed('"pagodas"'))
    assert words_of("sông song").words[0].numbers == ()


def test_either_number_is_marked_and_not_missing() -> None:
    text, words = "Lang Pagoda and other pagodas", words_of("pagodas lang ")
    assert [piece.text for piece in mark(text, words) if piece.marked] == ["Lang Pagoda", "pagodas"]
    assert missing_in(["Mia Pagoda"], words_of("pagodas")) == frozenset()


def test_a_closed_word_is_found_in_no_number_by_those_who_may_not_read_it(
    folder: Path, pack: Pack
) -> None:
    ledger = MemoryLedger(relic(1, "Đền", note="zetemple"))
    following.catch_up(both(folder), ledger, pack)
    staff = both(folder)["staff"]
    for text in ("zetemples", "zetemple"):
        assert found(search(folder, text)) == []
        assert found(search(staff, text, actor=Actor("a", frozenset({"viewer"})))) == ["Đền"]
        of_persons = Actor("a", frozenset({"viewer"}), None, frozenset({"person"}))
        assert found(search(staff, text, actor=of_persons)) == []
