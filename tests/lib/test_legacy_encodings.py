"""TCVN3 and VNI: what the tables say, and that right text is never taken for either."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from khue.lib.legacy_encodings import (
    FONTS,
    TCVN3,
    VNI,
    WINDOWS_1258,
    decode,
    encode,
    find_encoding,
    is_latin,
    profile,
    repair,
    words_of,
)
from khue.lib.syllables import is_syllable

ONSETS = ["", "b", "ch", "đ", "h", "l", "nh", "ph", "s", "t", "th", "tr", "v", "x"]
OPEN = (
    "a ai am an ang anh ao ăm ăn ăng âm ân âu ây ia oa oai oan on ong ô ôi ôn ông ơ ơi ơn u ua ui "
    "uân uôi uôn uông uyên ư ưa ưng ươi ươm ươn ương ưu"
)
STOPPED = ["ac", "ach", "at", "ăc", "ăt", "âp", "ât", "oc", "ôc", "uôc", "ươc", "ưc"]
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]


def _toned(onset: str, rhyme: str, tone: str) -> str:
    """The syllable with its tone on the vowel that carries marks, else on the first."""
    vowels = [i for i, letter in enumerate(rhyme) if letter in "aăâeêioôơuưy"]
    at = next((i for i in vowels if rhyme[i] in "ăâêôơ"), vowels[0])
    return onset + unicodedata.normalize("NFC", rhyme[: at + 1] + tone) + rhyme[at + 1 :]


SYLLABLES = st.one_of(
    st.builds(
        _toned, st.sampled_from(ONSETS), st.sampled_from(OPEN.split()), st.sampled_from(TONES)
    ),
    st.builds(
        _toned,
        st.sampled_from(ONSETS),
        st.sampled_from(STOPPED),
        st.sampled_from(["\u0301", "\u0323"]),
    ),
)
TEXTS = st.lists(SYLLABLES, min_size=1, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("text", "encoding", "legacy"),
    [
        # As programs show such files; the first is how the old name of TCVN3 is usually quoted.
        ("Cộng hòa xã hội chủ nghĩa Việt Nam", TCVN3, "Céng hßa x· héi chñ nghÜa ViÖt Nam"),
        ("Phường Hàng Bạc", TCVN3, "Ph­êng Hµng B¹c"),
        ("Đình Ước Lễ", TCVN3, "§×nh ¦íc LÔ"),
        ("Phường Hàng Bạc", VNI, "Phöôøng Haøng Baïc"),
        ("Đình Sổ kỵ", VNI, "Ñình Soå kî"),
        ("HÀ NỘI", VNI, "HAØ NOÄI"),
    ],
)
def test_known_texts(text: str, encoding: str, legacy: str) -> None:
    assert decode(legacy, encoding) == text
    assert find_encoding(words_of(legacy)).encoding == encoding  # type: ignore[union-attr]


def test_capitals_of_a_font_of_capitals() -> None:
    assert decode("Hµ NéI", TCVN3) == "HÀ NỘI"
    assert decode("Hµ Néi", TCVN3) == "Hà Nội"


@given(TEXTS, st.sampled_from(FONTS))
def test_what_is_encoded_is_decoded(text: str, encoding: str) -> None:
    legacy = encode(text, encoding)
    assert is_latin(legacy) or legacy.isascii()
    read = decode(legacy, encoding)
    assert read == text
    assert unicodedata.is_normalized("NFC", read)


@given(TEXTS)
def test_windows_1258_is_read_in_nfc(text: str) -> None:
    apart = "".join(_tone_apart(letter) for letter in text)
    assert decode(apart.encode(WINDOWS_1258).decode("latin-1"), WINDOWS_1258) == text


def _tone_apart(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in decomposed if mark in TONES)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in TONES)) + tones


@given(TEXTS)
@example("Ghi chú Tên xã là và")
def test_right_text_is_never_converted(text: str) -> None:
    assert all(is_syllable(word) for word in text.split())
    words = [word for word in words_of(text) if is_latin(word)]
    best = find_encoding(words) if words else None
    assert best is None or not best.is_likely


@pytest.mark.parametrize(
    "words",
    [
        "Müller José naïve façade Köln Zürich élève été Noël Åland crème brûlée",
        "QÐ NÐ HÐND Ðình Ðông",
        "m² 10×20 21° ½ © ®",
    ],
)
def test_other_languages_and_symbols_are_left_alone(words: str) -> None:
    best = find_encoding(words_of(words))
    assert best is None or not best.is_certain


@pytest.mark.parametrize(
    ("text", "expected", "clear"),
    [
        ("Ph­êng", "Phường", True),
        ("Tên di tích", "Tên di tích", True),  # a heading in Unicode over a column in TCVN3
        ("Xã", "Xã", True),
        ("Hà Nội", "Hà Nội", True),
        ("Ghi chó", "Ghi chú", True),
        ("Müller", "Müller", False),
        ("lá", "lá", False),  # as it stands, or lỏ
    ],
)
def test_cells_of_a_column_in_tcvn3(text: str, expected: str, clear: bool) -> None:
    if is_latin(text):
        assert repair(text, TCVN3) == (expected, clear)
    else:
        assert text == expected


def test_what_speaks_for_an_encoding() -> None:
    found = profile(["Ph­êng", "Hµng", "B¹c", "Müller"], TCVN3)
    assert (found.mended, found.lost, found.spoilt) == (3, 1, 0)
    assert found.is_certain
    assert not profile(["Hµng"], TCVN3).is_certain
    assert profile(["Hµng"], TCVN3).is_likely


@pytest.mark.parametrize(
    "word", ["quyển", "giếng", "gì", "khuya", "nghĩa", "ước", "Đắk", "hoà", "y"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word.upper()))


@pytest.mark.parametrize("word", ["", "cê", "kà", "bạcc", "toc", "hòạ", "Phöôøng", "x" * 30, "QĐ"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
