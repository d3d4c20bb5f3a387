from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.search.words import MAX_WORD, MAX_WORDS, words_of


@pytest.mark.parametrize(
    ("typed", "folded", "marked", "open_"),
    [
        ("văn miếu", ("van", "mieu"), True, True),
        ("van mieu", ("van", "mieu"), False, True),
        ("van mieu ", ("van", "mieu"), False, False),
        ("Đình So", ("dinh", "so"), True, True),
        ("ÐÌNH SO", ("dinh", "so"), True, True),
        (unicodedata.normalize("NFD", "chùa Hương"), ("chua", "huong"), True, True),
        ("24/NQ-HĐND", ("24", "nq", "hdnd"), True, True),
        ("x", ("x",), False, False),
        ("", (), False, False),
        ("  ?!  ", (), False, False),
        ('type:relic OR "a" AND (', ("type", "relic", "or", "a", "and"), False, True),
    ],
)
def test_typed_text_becomes_words(
    typed: str, folded: tuple[str, ...], marked: bool, open_: bool
) -> None:
    words = words_of(typed)
    assert (words.folded, words.marked, words.open) == (folded, marked, open_)


def test_tone_placement_does_not_matter() -> None:
    assert words_of("hoà").exact == words_of("hòa").exact != words_of("hoả").exact


def test_linking_words_are_not_asked_for_but_alone_they_are() -> None:
    assert [word.asked for word in words_of("chùa ở Ba Vì").words] == [True, False, True, True]
    assert [word.asked for word in words_of("chua o ba vi").words] == [True, False, True, True]
    assert [word.asked for word in words_of("temple of the").words] == [True, False, False]
    assert [word.asked for word in words_of("ở tại").words] == [True, True]


@given(st.text(max_size=3000))
def test_any_text_gives_a_bounded_number_of_bounded_words(text: str) -> None:
    words = words_of(text)
    assert len(words.words) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_WORD and " " not in word for word in words.folded)
    assert all(0 < len(word) <= MAX_WORD and " " not in word for word in words.exact)
