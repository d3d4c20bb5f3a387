"""Parts a stated place into statements and each statement into names, small to large.

"Tổ 3, P. Hàng Bạc, Q. Hoàn Kiếm; Hà Nội" is two statements; the first has three parts. A part has
several names where it joins places ("Quảng Yên & Uông Bí"). Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
# Parts that say nothing about which unit is meant; folded.
_NOISE = frozenset({"", "viet nam", "vietnam", "vn", "cu", "moi", "nay", "nay la", "nay thuoc"})

_PRESENT = re.compile(r"\((?:mới|nay)\)", re.IGNORECASE)
_COMMA = re.compile(r"[,\n\r\t()\[\]]")
_AND = re.compile(r"\s*&\s*|\s+và\s+", re.IGNORECASE)
# Between units that are written without a comma: before a kind in full or abbreviated with a dot
# ("thôn Đoài xã Minh Quang huyện Ba Vì", "12 Hàng Bạc Q.Hoàn Kiếm"), or at a dash.
_KIND = "(?:thị trấn|thị xã|thành phố|phường|quận|huyện|tỉnh|đặc khu|xã)"
_BEFORE_KIND = re.compile(
    rf"\s+[-–—]\s+|(?<!thị)\s+(?={_KIND}\s+(?!{_KIND}\s)|(?:p|q|h|x|tt|tx|tp)\.\s*\w)",
    re.IGNORECASE,
)


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
    for one in _BEFORE_KIND.split(text):
        names = (one,) if known(one) else tuple(_AND.split(one))
        said = tuple(name for name in names if fold(name) not in _NOISE)
        if said:
            parts.append(said)
    return tuple(parts)


def is_detail(name: str) -> bool:
    """Whether a name that no unit bears is of something smaller than a commune: a hamlet, a
    street, a house number."""
    first = fold(name).split(" ")[0]
    return first in _DETAILS or first[:1].isdecimal()
