"""What a row below a header is, by its form: a record, a total, a signature, a section.

Words and shapes only; which field a section fills is decided where the columns are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from khue.intake.book import Row
from khue.lib.vietnamese import display

# The whole cell, so that "Tổng công ty ..." stays an organisation.
TOTALS = re.compile(
    r"(tổng(?: cộng| số)?|cộng|total|sum|grand total)[\s:.]*"
    r"(\(?[\d=].*|\([A-Z0-9 +,;-]*\)|(?:mục|phần|trang) \w{1,5})?",
    re.IGNORECASE,
)
LABELLED_TOTALS = re.compile(r"(tổng cộng|tổng số|cộng (?:mục|phần|trang))\b", re.IGNORECASE)
NUMBERS_ONLY = re.compile(r"=.*|[-+]?[\d\s.,]+(?:\s*(?:%|m2|m²|ha))?", re.DOTALL)
SUMS = re.compile(r"=\s*(?:SUM|SUBTOTAL|COUNT|COUNTA|COUNTIF|SUMIF)\s*\(", re.IGNORECASE)
SIGNATURES = re.compile(
    r"^(người lập(?: biểu)?|thủ trưởng|giám đốc|kt\.|tm\.|t/m|xác nhận|"
    r"\(?ký,? (?:ghi rõ )?họ tên|nơi nhận|…+, ngày|.{0,40}, ngày .* tháng .* năm)",
    re.IGNORECASE,
)
SIGNATURE_WITHIN = 120
"""Characters of a cell in which a signature block is looked for: a paragraph is none, and the
pattern takes time that grows with the square of the length."""

SOURCES = re.compile(
    r"[(*\s]*(?:nguồn(?:\s+(?:số\s+liệu|dữ\s+liệu|tài\s+liệu))?|(?:data\s+)?sources?)\s*:\s*"
    r"(?P<cited>\S.*?)\s*\)?",
    re.IGNORECASE | re.DOTALL,
)
"""A line that says where a table is from: *Nguồn: Niên giám thống kê 2024*."""

TABLE_TITLES = re.compile(
    r"(?:bảng|biểu|phụ\s+lục|table|annex)\s*(?:số\s*)?(?:\d|[IVX]+\b)", re.IGNORECASE
)
"""How the title of a table begins that has a number: *Bảng 2. Lượt khách*."""

ENUMERATOR = re.compile(
    r"(?:(?P<roman>[IVX]{1,5})|(?P<letter>[A-HĐ]))(?:\s*[.)/:]\s*|\s+[–-]\s+)(?=\S)"
)
MARKER = re.compile(r"(?P<roman>[IVX]{1,5})|(?P<letter>[A-HĐ])")
UNITS = re.compile(
    r"(quận|huyện|thị xã|thành phố|phường|xã|thị trấn|tỉnh|đặc khu|di tích (?:cấp|quốc gia|quốc tế|"
    r"thành phố|chưa xếp hạng|lưu niệm|lịch sử|kiến trúc|khảo cổ))\b",
    re.IGNORECASE,
)
"""How a heading without a number of its own begins, where the rows below it have numbers."""

BULLET = re.compile(r"[-–—−+•*●○▪◦]+\s*(?=[^\W\d_])")
BULLETS = frozenset("-–—−+•*●○▪◦")
SUB_NUMBER = re.compile(r"(\d{1,6}(?:\.\d{1,6})*)\.(\d{1,6})[.)]?")
SUB_LETTER = re.compile(r"[a-zđ][.)]?")

TOTAL_LETTERS = frozenset("tTcCsSgG=")
"""What totals begin with."""

SOURCE_LETTERS = frozenset("nNsSdD(*")
"""What lines with a source begin with."""

BESIDE = 2
"""How many texts stand side by side in a line of text."""

LINE = 300
"""Characters of such a line; a paragraph is none."""


@dataclass(frozen=True)
class Section:
    """A row that heads those below it: its row in the file, its text without a number, and how
    deep it lies (0: no section above it holds it)."""

    row: int
    text: str
    depth: int


def source_in(texts: list[str]) -> str:
    """What a row cites that holds nothing but a line with a source; "" for any other row."""
    if len(texts) > BESIDE or texts[0][0] not in SOURCE_LETTERS:
        return ""
    whole = display(" ".join(texts))
    found = SOURCES.fullmatch(whole) if len(whole) <= LINE else None
    return found["cited"] if found else ""


def sources_in(lines: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What lines above a table cite, by their rows; a row may have two texts side by side."""
    rows: dict[int, list[str]] = {}
    for row, text in lines:
        rows.setdefault(row, []).append(text)
    return {row: cited for row, texts in rows.items() if (cited := source_in(texts))}


def is_total(texts: list[str]) -> bool:
    """Whether filled cells, without the column that counts, are those of a total."""
    first = texts[0]
    if first[0] in TOTAL_LETTERS and len(first) <= SIGNATURE_WITHIN:
        if TOTALS.fullmatch(first):
            return True
        if LABELLED_TOTALS.match(first):
            return all(NUMBERS_ONLY.fullmatch(text) for text in texts[1:])
    # A row of sums that nobody has named.
    return first[0] == "=" and all(SUMS.match(text) for text in texts)


def is_signature(row: Row, cells: list[str]) -> bool:
    """Whether a row begins the signature block: few words, and none where rows have their number
    or their first value. All that follows is left out, so a note in a record may not look so."""
    first = row[0].strip() if row else ""
    if len(cells) > 3 or (first and not _signs(first)):
        return False
    return any(_signs(cell) for cell in cells)


def _signs(cell: str) -> bool:
    return SIGNATURES.match(cell[:SIGNATURE_WITHIN]) is not None


def section_of(marker: str, text: str, *, spans: bool, numbered: bool) -> tuple[str, str] | None:
    """The style (`roman`, `letter`, `plain`) and the text of a row that heads others, or None.

    `marker` is what stands in the column that counts, `text` the only other filled cell (empty: the
    marker is the only text); `spans`: it is merged over half of the table; `numbered`: the rows of
    the table have numbers.
    """
    if marker and text:
        found = MARKER.fullmatch(marker.rstrip(".)/:-– "))
        if found is not None:
            return str(found.lastgroup), text
        return ("plain", text) if marker.isdigit() and UNITS.match(text) else None
    if not text and MARKER.fullmatch(marker.rstrip(".)/:-– ")):
        return None
    whole = text or marker
    found = ENUMERATOR.match(whole)
    if found is not None:
        return str(found.lastgroup), whole[found.end() :]
    if spans or (marker and not marker[0].isdigit()) or (numbered and UNITS.match(whole)):
        return "plain", whole
    return None


def without_bullet(text: str) -> str:
    """The name of a member of a list, without the dash before it."""
    return BULLET.sub("", text.strip(), count=1)
