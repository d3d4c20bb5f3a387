"""Marks stand where a person would put them, whatever the text and whatever was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import fold, folded_words
from khue.search import highlights
from khue.search.highlights import (
    LOOKED_AT,
    MOST,
    PASSAGE,
    find_passage,
    mark,
    matches_in,
    missing_in,
    spans_in,
)
from khue.search.words import with_meant, words_of


def shown(text: str, typed: str) -> str:
    return "".join(
        f"[{piece.text}]" if piece.marked else piece.text for piece in mark(text, words_of(typed))
    )


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Văn Miếu – Quốc Tử Giám", "van mieu ", "[Văn Miếu] – Quốc Tử Giám"),
        ("Văn Miếu – Quốc Tử Giám", "quoc mieu ", "Văn [Miếu] – [Quốc] Tử Giám"),
        ("Đền Đồng Cổ", "den", "[Đền] Đồng Cổ"),
        # The last word may still go on; others may not.
        ("Đình Tây Đằng, đình So", "di", "[Đình] Tây Đằng, [đình] So"),
        ("Đình Tây Đằng", "di ", "Đình Tây Đằng"),
        ("Đình Tây Đằng", "di tay ", "Đình [Tây] Đằng"),
        # Typed with marks, these are meant where they are, and others where they are not.
        ("Chùa chưa ai biết", "chùa", "[Chùa] chưa ai biết"),
        ("Chùa chưa ai biết", "chua", "[Chùa chưa] ai biết"),
        ("Chưa ai biết", "chùa", "[Chưa] ai biết"),
        # Old and new places of the tone are one.
        ("Hòa bình, hoà bình, hoa", "hoà ", "[Hòa] bình, [hoà] bình, hoa"),
        # Marks beside letters, odd spaces, punctuation.
        (
            unicodedata.normalize("NFD", "Đình So"),
            "đình",
            unicodedata.normalize("NFD", "[Đình] So"),
        ),
        ("Chùa\u00a0 Một\u200bCột", "chua", "[Chùa]\u00a0 Một\u200bCột"),
        ("(Chùa) «Một-Cột»", "cot", "(Chùa) «Một-[Cột]»"),
        ("HÀ NỘI", "ha noi", "[HÀ NỘI]"),
        # Words that link others are not marked, unless they are all that was typed.
        ("Chùa ở Ba Vì", "chùa ở ba vì", "[Chùa] ở [Ba Vì]"),
        ("Chùa ở Ba Vì", "ở ", "Chùa [ở] Ba Vì"),
        ("Đình So", "", "Đình So"),
        ("", "dinh", ""),
    ],
)
def test_what_is_marked(text: str, typed: str, expected: str) -> None:
    assert shown(text, typed) == expected


WORDS = ("chùa", "chua", "chưa", "Hoà", "hòa", "đình", "Đ", "½", "a\u0301", "văn", "miếu", "x-y")
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=12).map(" ".join)
FORMS = st.sampled_from(("NFC", "NFD"))


@given(TEXTS, TEXTS, FORMS)
def test_spans_are_words_of_the_query(text: str, typed: str, form: str) -> None:
    text, words = unicodedata.normalize(form, text), words_of(typed)  # type: ignore[arg-type]
    folded = [word.folded for word in words.words]
    end = 0
    for start, stop in spans_in(text, words):
        assert end <= start < stop <= len(text)
        assert any(begun.startswith(tuple(folded)) for begun in fold(text[start:stop]).split())
        # No letter is parted from the marks on it.
        assert not unicodedata.combining(text[start])
        assert stop == len(text) or not unicodedata.combining(text[stop])
        end = stop
    for one in matches_in(text, words):
        assert fold(text[one.start : one.end]).split()
        assert words.words[one.word].asked
    assert "".join(piece.text for piece in mark(text, words)) == text


@given(TEXTS, FORMS)
def test_whatever_is_in_a_text_is_marked_when_typed(text: str, form: str) -> None:
    text = unicodedata.normalize(form, text)  # type: ignore[arg-type]
    for start, end, word in folded_words(text):
        if len(word) < 60:
            spans = spans_in(text, words_of(f"{word} "))
            assert any(first <= start and end <= last for first, last in spans), word


@given(st.text())
def test_words_stand_where_folding_finds_them(text: str) -> None:
    found = list(folded_words(text))
    assert [word for _, _, word in found] == fold(text).split()
    assert all(0 <= start < end <= len(text) for start, end, _ in found)


@given(TEXTS, TEXTS, st.integers(60, 200))
def test_a_passage_is_short_and_has_what_it_says(text: str, typed: str, length: int) -> None:
    words = words_of(typed)
    found = find_passage(text, words, length)
    assert (found is None) == (not matches_in(" ".join(text.split()), words))
    if found is None:
        return
    assert any(piece.marked for piece in found.pieces)
    assert found.words <= {place for place, word in enumerate(words.words) if word.asked}
    inside = found.text.strip("…")
    assert inside in " ".join(text.split())
    assert len(inside) <= max(length, max(map(len, text.split()), default=0))


def test_the_passage_with_most_words_is_chosen() -> None:
    filler = "lời kể dài dòng về nơi khác " * 20
    text = f"Một ngôi chùa. {filler}Trong chùa có tượng Phật cổ bằng gỗ mít. {filler}"
    found = find_passage(text, words_of("chua tuong go "))
    assert found is not None
    assert found.text.startswith("…")
    assert found.text.endswith("…")
    assert [piece.text for piece in found.pieces if piece.marked] == ["chùa", "tượng", "gỗ"]
    assert len(found.text) <= PASSAGE + 2
    assert found.words == {0, 1, 2}


def test_words_cut_at_neither_end() -> None:
    text = "dài " * 100 + "chùa " + "rộng " * 100
    found = find_passage(text, words_of("chua "))
    assert found is not None
    assert set(found.text.strip("…").split()) == {"dài", "chùa", "rộng"}


def test_only_the_beginning_of_a_vast_text_is_looked_at() -> None:
    words = words_of("chua ")
    assert find_passage("xa " * LOOKED_AT + "chùa", words) is None
    near = find_passage("xa " * (LOOKED_AT // 3 - 9) + "chùa " + "xa " * 100, words)
    assert near is not None
    assert near.text.endswith("…")
    # The word that the end falls in is not taken for the part of it that is left.
    for spaces in range(1, 5):
        assert find_passage("xa" + " " * (LOOKED_AT - spaces - 2) + "chùang", words) is None
    at_end = find_passage(" " * (LOOKED_AT - 4) + "chùa" + " " * 9, words)
    assert at_end is not None
    assert at_end.text == "chùa"


@pytest.mark.parametrize("typed", ["chua ", "chua dinh den mieu ", "chùa chua "])
def test_a_text_of_nothing_but_matches_is_little_work(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []

    def counting(text: str) -> list[tuple[int, int, str]]:
        looked_at.append(text)
        return list(folded_words(text))

    monkeypatch.setattr(highlights, "folded_words", counting)
    found = find_passage("chua " * 50_000, words_of(typed))
    assert found is not None
    assert len(found.text) <= PASSAGE + 1
    assert 0 < len(looked_at) <= MOST


def test_what_is_missing() -> None:
    words = words_of("chùa ở ba vì")
    assert missing_in(["Chùa Mía"], words) == {2, 3}
    assert missing_in(["Chùa Mía", "xã Ba Vì"], words) == frozenset()


def test_what_a_word_may_be_meant_for_is_marked() -> None:
    """After what is written just so, where the word was typed with marks."""
    words = with_meant(words_of("miếuu xưa "), {"mieuu": ("mieu", "mieuc")})
    assert [one.text for one in mark("Văn Miếu xưa", words) if one.marked] == ["Miếu xưa"]
    assert missing_in(["Văn Miếu"], words) == {1}
    assert [one.text for one in mark("Miếuu, miếu", words) if one.marked] == ["Miếuu"]
    assert with_meant(words, {}) == words_of("miếuu xưa ")
