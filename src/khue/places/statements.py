"""Parts a stated place into statements and each statement into names, small to large.

"Tổ 3, P. Hàng Bạc, Q. Hoàn Kiếm; Hà Nội" is two statements; the first has three parts. A part has
several names where it joins places ("Quảng Yên & Uông Bí"). Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from khue.lib.vietnamese import display, fold

Part = tuple[str, ...]

# Words before names of what is smaller than a commune; folded. Used only for parts that no unit
# bears as its name: communes are called Đội Bình, Phố Mới, Bản Lang.
_DETAILS = frozenset(
    {
        *("ap", "ban", "buon", "cum", "doi", "duong", "hem", "khoi", "khom", "khu", "km", "lang"),
        *("ngach", "ngo", "nha", "pho", "phum", "so", "soc", "tdp", "thon", "tieu", "to", "xom"),
    }
)
# Streets that begin like a unit; folded.
_STREETS = frozenset({"xa dan"})
# Parts that say nothing about which unit is meant; folded.
_NOISE = frozenset({"", "viet nam", "vietnam", "vn", "cu", "moi", "nay", "nay la", "nay thuoc"})

_MOST_WORDS = 16  # of a chain without commas; more is prose
_LONGEST_NAME = 7  # words: Phường Văn Miếu - Quốc Tử Giám has its dash parted before

_COMMA = re.compile(r"[,\n\r\t()\[\]]")
_KIND = "(?:thị trấn|thị xã|thành phố|phường|quận|huyện|tỉnh|đặc khu|xã)"
_INSIDE = re.compile(rf"\s(?:(?:{_KIND}|phuong|huyen|[pqf]|t[pxt])\.?\s+\w|[pqf]\d)", re.IGNORECASE)
_DATED = re.compile(r"\s+(?:cũ|mới)$", re.IGNORECASE)
_PRESENT = re.compile(r"\((?:mới|nay)\)", re.IGNORECASE)
_STATED = rf"(?:{_KIND}\s+(?=\w)(?!(?:{_KIND}|và|hoặc|hay)\s)|(?:p|q|h|x|tt|tx|tp)\.\s*\w)"
# Between places of which one or all are meant. A slash between digits is of a house number.
_AND = re.compile(
    rf"\s*[&+|]\s*|\s+(?:và|hoặc|hay)\s+|\s*/\s*(?={_STATED})|(?<=[^\W\d])\s*/\s*(?=[^\W\d])",
    re.IGNORECASE,
)
# Between units that are written without a comma: before a kind in full or abbreviated with a dot
# ("thôn Đoài xã Minh Quang huyện Ba Vì", "12 Hàng Bạc Q.Hoàn Kiếm"), or at a dash. Not after a
# word by which the unit is one of several or not where the place is ("gần phường Hàng Bạc").
_NOT_AFTER = "".join(
    rf"(?<!\b{word})"
    for word in ("thị", "và", "hoặc", "hay", "từ", "đến", "tới", "gần", "giáp", "cạnh", "ngoài")
)
_BEFORE_KIND = re.compile(rf"\s+[-–—]\s+|(?<![&+|/\s]){_NOT_AFTER}\s+(?={_STATED})", re.IGNORECASE)


def says_present(statement: str) -> bool:
    """Whether a statement says that it names a present unit: "Phường Cửa Nam (mới)". "(cũ)" often
    stands behind the district alone, and then says nothing about the commune."""
    return _PRESENT.search(statement) is not None


def split_statements(stated: str) -> tuple[str, ...]:
    """The statements of a stated place, which departments part with ";"; empty ones dropped."""
    return tuple(text for text in stated.split(";") if fold(text))


def split_parts(statement: str, read: Callable[[str], tuple[Part, ...]]) -> tuple[Part, ...]:
    """The parts of one statement, from small to large; `read` is `read_piece`, which callers may
    remember because the larger parts repeat."""
    return tuple(part for piece in _COMMA.split(statement) for part in read(piece.strip()))


def read_piece(piece: str, known: Callable[[str], bool]) -> tuple[Part, ...]:
    """The parts between two commas, each with its one or more names.

    `known` says whether a text as a whole is the name of a unit; such names are not parted
    (Văn Miếu - Quốc Tử Giám, Tứ Xã).
    """
    text = display(piece)
    if known(text):
        return ((text,),)
    parts: list[Part] = []
    for one in _cut(text, _BEFORE_KIND, known):
        names = tuple(_undated(name, known) for name in _cut(one, _AND, known))
        said = tuple(name for name in names if fold(name) not in _NOISE)
        if len(said) == 1:
            parts += ((name,) for name in _part_unmarked(said[0], known))
        elif said:
            parts.append(said)
    return tuple(parts)


def _part_unmarked(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The names of a chain without commas (Hàng Bạc Hoàn Kiếm Hà Nội): the text itself, unless it
    is made of nothing but names of units, in one way only."""
    words = text.split(" ")
    if not 2 < len(words) <= _MOST_WORDS or known(text) or is_detail(text):
        return (text,)

    @cache
    def ways(count: int) -> tuple[tuple[str, ...], ...]:
        """Up to two ways in which the first words, so many, are names."""
        if not count:
            return ((),)
        found: list[tuple[str, ...]] = []
        for length in range(1, min(count, _LONGEST_NAME) + 1):
            name = " ".join(words[count - length : count])
            if known(name):
                found += ((*above, name) for above in ways(count - length))
        return tuple(found[:2])

    only = ways(len(words))
    return only[0] if len(only) == 1 else (text,)


def _cut(text: str, between: re.Pattern[str], known: Callable[[str], bool]) -> list[str]:
    """The pieces of the text, not cut inside a known name (phường A và xã Lao Và Chải)."""
    marks = list(between.finditer(text))
    starts, ends = [0, *(mark.end() for mark in marks)], [mark.start() for mark in marks]
    ends.append(len(text))
    pieces: list[str] = []
    first = 0
    while first < len(starts):
        # No name has more than one such mark in it.
        last = min(first + 1, len(marks))
        if last == first or not known(text[starts[first] : ends[last]]):
            last = first
        pieces.append(text[starts[first] : ends[last]])
        first = last + 1
    return pieces


def _undated(name: str, known: Callable[[str], bool]) -> str:
    """The name without a word that only says which system it is of (phường Hàng Bạc cũ)."""
    return name if known(name) else _DATED.sub("", name)


def is_detail(name: str) -> bool:
    """Whether a name that no unit bears is of something smaller than a commune: a hamlet, a
    street, a house number."""
    folded = fold(name)
    first = folded.split(" ")[0]
    told = first in _DETAILS or first[:1].isdecimal() or folded in _STREETS
    return told and not hides_unit(name)


def hides_unit(name: str) -> bool:
    """Whether a unit is stated inside a name that is not parted there ("Tổ 3 P Hàng Bạc", "Chùa
    Cầu gần phường Hàng Bạc")."""
    return _INSIDE.search(name) is not None
