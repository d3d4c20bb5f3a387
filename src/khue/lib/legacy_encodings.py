"""Vietnamese text from before Unicode: TCVN3 (fonts .VnTime), VNI and Windows-1258.

The fonts of TCVN3 and VNI draw Vietnamese letters in the places of Latin-1, so their text looks
like *Ph­êng* and *Phöôøng* wherever it is not drawn with them. Here it is converted, and told apart
from text that is right as it stands by the words it is made of. All functions are pure.

Tables: TCVN 5712:1993, character set VN3 (its capitals with tones exist only in fonts of capitals,
.VnTimeH, over the small letters); VNI-Windows, the letter and then its mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from khue.lib.syllables import is_syllable
from khue.lib.vietnamese import nfc

TCVN3, VNI, WINDOWS_1258 = "TCVN3", "VNI", "windows-1258"
FONTS = (TCVN3, VNI)

_TCVN3_CODES = {
    "Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7,
    "ă": 0xA8, "â": 0xA9, "ê": 0xAA, "ô": 0xAB, "ơ": 0xAC, "ư": 0xAD, "đ": 0xAE,
    "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "á": 0xB8, "ạ": 0xB9,
    "ằ": 0xBB, "ẳ": 0xBC, "ẵ": 0xBD, "ắ": 0xBE, "ặ": 0xC6,
    "ầ": 0xC7, "ẩ": 0xC8, "ẫ": 0xC9, "ấ": 0xCA, "ậ": 0xCB,
    "è": 0xCC, "ẻ": 0xCE, "ẽ": 0xCF, "é": 0xD0, "ẹ": 0xD1,
    "ề": 0xD2, "ể": 0xD3, "ễ": 0xD4, "ế": 0xD5, "ệ": 0xD6,
    "ì": 0xD7, "ỉ": 0xD8, "ĩ": 0xDC, "í": 0xDD, "ị": 0xDE,
    "ò": 0xDF, "ỏ": 0xE1, "õ": 0xE2, "ó": 0xE3, "ọ": 0xE4,
    "ồ": 0xE5, "ổ": 0xE6, "ỗ": 0xE7, "ố": 0xE8, "ộ": 0xE9,
    "ờ": 0xEA, "ở": 0xEB, "ỡ": 0xEC, "ớ": 0xED, "ợ": 0xEE,
    "ù": 0xEF, "ủ": 0xF1, "ũ": 0xF2, "ú": 0xF3, "ụ": 0xF4,
    "ừ": 0xF5, "ử": 0xF6, "ữ": 0xF7, "ứ": 0xF8, "ự": 0xF9,
    "ỳ": 0xFA, "ỷ": 0xFB, "ỹ": 0xFC, "ý": 0xFD, "ỵ": 0xFE,
}  # fmt: skip

_VNI_MARKS = {
    "áéóúý": "ù", "àèòùỳ": "ø", "ảẻỏủỷ": "û", "ãẽõũỹ": "õ", "ạẹọụ": "ï",
    "ă": "ê", "ắ": "é", "ằ": "è", "ẳ": "ú", "ẵ": "ü", "ặ": "ë",
    "âêô": "â", "ấếố": "á", "ầềồ": "à", "ẩểổ": "å", "ẫễỗ": "ã", "ậệộ": "ä",
    "ớứ": "ù", "ờừ": "ø", "ởử": "û", "ỡữ": "õ", "ợự": "ï",
}  # fmt: skip
_VNI_LETTERS = {"đ": "ñ", "í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î",
                "ơ": "ô", "ư": "ö"}  # fmt: skip

LATIN_WORD = re.compile("[A-Za-z\xa1-\xff]+")
_LATIN_LETTER = re.compile("[A-Za-z]")
beyond_latin_1 = re.compile("[^\x00-\xff]").search
"""Finds what no font of old has in a text."""

ENOUGH_WORDS = 2
"""Different words that only a conversion makes Vietnamese, before a column is taken to need it."""
ENOUGH_SHARE = 0.7
"""Of the words that are not Vietnamese as they stand, how many a conversion must make so."""


def _vni_table() -> dict[str, str]:
    """What stands in VNI for each letter that ASCII lacks, in both cases."""
    table = dict(_VNI_LETTERS)
    for letters, mark in _VNI_MARKS.items():
        for letter in letters:
            base = unicodedata.normalize("NFD", letter)[0]
            horned = "\u031b" in unicodedata.normalize("NFD", letter)
            table[letter] = (_VNI_LETTERS["ơ" if base == "o" else "ư"] if horned else base) + mark
    return table | {letter.upper(): code.upper() for letter, code in table.items()}


_TO_TCVN3 = {letter: chr(code) for letter, code in _TCVN3_CODES.items()}
_FROM_TCVN3 = str.maketrans({code: letter for letter, code in _TO_TCVN3.items()})
_TO_VNI = _vni_table()
_FROM_VNI = {code: letter for letter, code in _TO_VNI.items()} | {
    # A capital may carry a small mark.
    code[0] + code[1:].lower(): letter for letter, code in _TO_VNI.items() if len(code) == 2
}  # fmt: skip
_VNI_PART = re.compile("|".join(sorted(map(re.escape, _FROM_VNI), key=len, reverse=True)))


def encode(text: str, encoding: str) -> str:
    """`text` as a file in TCVN3 or VNI holds it. Capitals with tones become small letters in TCVN3,
    as under a font of capitals. Characters that the encoding lacks stay."""
    text = nfc(text)
    if encoding == VNI:
        return "".join(_TO_VNI.get(letter, letter) for letter in text)
    return "".join(_TO_TCVN3.get(one) or _TO_TCVN3.get(one.lower(), one) for one in text)


def decode(text: str, encoding: str) -> str | None:
    """`text` (characters of Latin-1) read by `encoding`, in NFC; None if it has a character that
    the encoding lacks."""
    if encoding == WINDOWS_1258:
        try:
            return nfc(text.encode("latin-1").decode(WINDOWS_1258))
        except UnicodeError:
            return None
    if encoding == VNI:
        read = _VNI_PART.sub(lambda part: _FROM_VNI[part[0]], text)
        bare = _VNI_PART.sub("", text)
    else:
        read, bare = text.translate(_FROM_TCVN3), _strip_tcvn3(text)
    if any("\xc0" <= letter <= "\xff" for letter in bare):
        return None
    return _raise_case(text, read) if encoding == TCVN3 else read


def _strip_tcvn3(text: str) -> str:
    return text.translate(dict.fromkeys(_FROM_TCVN3))


def _raise_case(text: str, read: str) -> str:
    """Capitals where the text was written in a font of capitals: no small Latin letter in it, and
    a capital one inside a word, as in *Hµ NéI*."""
    letters = "".join(_LATIN_LETTER.findall(text))
    if len(letters) < 2 or not letters.isupper():
        return read
    inside = any(_LATIN_LETTER.search(word[1:]) for word in LATIN_WORD.findall(text))
    return read.upper() if inside else read


def is_latin(text: str) -> bool:
    """Whether a text could be one of an old font: not plain, and nothing beyond Latin-1."""
    return not text.isascii() and beyond_latin_1(text) is None


def words_of(text: str) -> list[str]:
    """The words of a text that an old font could have written: with Latin letters and others."""
    return [
        word
        for word in LATIN_WORD.findall(text)
        if not word.isascii() and _LATIN_LETTER.search(word)
    ]


def is_right(word: str) -> bool:
    """Whether a word is Vietnamese as it stands. Ð for Đ is a slip of typing, not an encoding."""
    word = word.replace("\xd0", "Đ").replace("\xf0", "đ")
    return is_syllable(word) or (word.isupper() and "Đ" in word)


@dataclass(frozen=True)
class Profile:
    """What reading a set of words by an encoding would do: `mended` become Vietnamese, `lost` are
    not Vietnamese either way, `spoilt` are Vietnamese now and would not be any more."""

    encoding: str
    mended: int
    lost: int
    spoilt: int

    @property
    def is_certain(self) -> bool:
        """Whether the words are in this encoding beyond doubt."""
        return self.mended >= ENOUGH_WORDS and self.is_likely

    @property
    def is_likely(self) -> bool:
        """Whether the words, however few, speak for this encoding."""
        return self.mended > 0 and self.mended >= ENOUGH_SHARE * (self.mended + self.lost)


def profile(words: Iterable[str], encoding: str) -> Profile:
    """What reading by `encoding` would do to different words."""
    mended = lost = spoilt = 0
    for word in set(words):
        read = decode(word, encoding)
        becomes = read is not None and is_syllable(read)
        if is_right(word):
            spoilt += not becomes
        else:
            mended += becomes
            lost += not becomes
    return Profile(encoding, mended, lost, spoilt)


def find_encoding(words: Iterable[str], encodings: Iterable[str] = FONTS) -> Profile | None:
    """The encoding that makes most of the words Vietnamese; None if none makes any."""
    words = set(words)
    best = max((profile(words, one) for one in encodings), key=lambda one: one.mended)
    return best if best.mended else None


def repair(text: str, encoding: str) -> tuple[str, bool]:
    """A text among others of an encoding, converted if it is not right as it stands; and whether
    that is clear. What could be either stays as it is."""
    words = words_of(text)
    read = decode(text, encoding)
    before = sum(is_right(word) for word in words)
    if read is None or not words:
        return text, before == len(words)
    readings = [decode(word, encoding) or "" for word in words]
    after = sum(is_syllable(one) for one in readings)
    if after == before and before == len(words):
        # Both are Vietnamese: what registers say all the time is more likely meant.
        after += _common(readings)
        before += _common(words)
        if after == before:
            return text, False
    return (read if after > before else text), after != before


def encoding_of_font(font: str) -> str:
    """The encoding that a font draws; empty if it is none of old. Those of TCVN3 are called
    `.VnTime`, `.VnArialH` and so on, those of VNI `VNI-Times`."""
    name = font.lower()
    return TCVN3 if name.startswith(".vn") else VNI if name.startswith("vni-") else ""


def draws_capitals(font: str) -> bool:
    """Whether a font draws every letter as a capital: those of TCVN3 that end in H."""
    return encoding_of_font(font) == TCVN3 and font.lower().endswith("h")


def read_drawn(text: str, font: str) -> str:
    """What one sees of a text that is drawn with an old font; the text itself where it has letters
    that the font lacks, or where the font makes it less Vietnamese than it is."""
    if beyond_latin_1(text):
        return text
    encoding = encoding_of_font(font)
    read = decode(text, encoding) or text
    words = words_of(text)
    if words:
        after = sum(is_right(decode(word, encoding) or "") for word in words)
        if not after or after < sum(map(is_right, words)):
            return text
    return read.upper() if draws_capitals(font) else read


def _common(words: Iterable[str]) -> int:
    return sum(word.lower() in COMMON for word in words)


_COMMON = (
    "tên xã thôn chùa đình đền miếu loại hình hạng tình trạng ghi chú năm di tích hà là và có các "
    "cho làng lễ hội mã nghề thờ bà ông phố cũ tháng ngày chính quý giá nhà hòa hùng dân gian "
    "già đá đã sách múa hát xóm án lý trần lê nguyễn"
)
COMMON = frozenset(_COMMON.split())
"""Words that registers use, some of which read as rare words of another encoding."""
