"""What the heading of a column says of time: the period of its cells, and what else it says.

A year with a part of it (*Quý I/2025*, *6 tháng đầu năm 2025*) is that part. Where more is said of
time than is understood here (*Lũy kế đến tháng 9/2025*), the column has no period: it would else be
taken for the whole year. The year of *Tháng 1*, *Quý I* is that of the lines above the table, if
they name one only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from khue.intake.lines import sources_in
from khue.lib.vietnamese import nfc
from khue.model.values.date_shapes import MONTHS, DateProblem
from khue.model.values.date_words import read_date

_YEAR = re.compile(r"(?<![\d|])(?:1[89]|20)\d\d(?!\d)")
"""A year, and not the end of a name (*Culture|2030*)."""
_SPAN = re.compile(r"((?:1[89]|20)\d\d)\s*[-–]\s*((?:1[89]|20)\d\d)")
_HERE = "¤"
"""Stands for the year in a heading while the rest of it is looked at."""
_DATED = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\bngày\b.{1,12}\btháng\b.{1,12}\bnăm\s+\d{4}"
    r"|^[^,;:\d]{1,40},\s*tháng\b.{1,12}\d{4}\W*$"
    r"|\d+\s*/\s*\d{4}\s*/\s*\w",
    re.IGNORECASE,
)
"""Days, numbers of documents, and where and when those were signed (*Hà Nội, tháng 3 năm 2026*):
years in them are not those of figures."""
_DOCUMENT = re.compile(
    r"\b(?:quyết\s+định|nghị\s+(?:quyết|định)|thông\s+tư|chỉ\s+thị|công\s+văn|kế\s+hoạch\s+số|luật"
    r"|căn\s+cứ|(?:kèm\s+)?theo|decision|resolution|decree|circular|law|according)\b",
    re.IGNORECASE,
)
"""Words of lines that name a document, with the year in which it was issued."""
_PLANNED = re.compile(
    r"\b(?:kế\s+hoạch|kh|ưth|dự\s+(?:kiến|báo|toán|ước)|ước|mục\s+tiêu(?!\s+quốc\s+gia)|phấn\s+đấu"
    r"|đề\s+án|tầm\s+nhìn|định\s+hướng|plan(?:ned)?|targets?|forecasts?|estimated?|projected|vision)\b",
    re.IGNORECASE,
)
"""Words of lines that tell of a time to come: figures are not of it flatly."""
_OFFICE = re.compile(
    r"\W*(?:sở|phòng|ban|bộ(?=\s+kế\s+hoạch)|vụ|(?:chi\s+)?cục|department)\b(?!.*\b\d{4}\b)",
    re.IGNORECASE,
)
"""A letterhead: *Phòng Tài chính - Kế hoạch* is no plan."""
_RESULTS = re.compile(
    r"\b(?:kết\s+quả|tình\s+hình)\s+(?:thực\s+hiện|triển\s+khai)\b", re.IGNORECASE
)
"""Words of lines that tell what was done of a plan."""
_WHEN = re.compile(
    r"(?:th[aá]ng|qu[yý]|năm|nam|ngày|tuần|kỳ|thời\s+(?:gian|điểm|kỳ)|giai\s+đoạn|months?|quarters?"
    r"|years?|days?|dates?|weeks?|periods?)(?:\s+(?:báo\s+cáo|thống\s+kê))?",
    re.IGNORECASE,
)
"""Headings of columns of times."""
_WHOLE = re.compile(r"\b(?:cả|trọn|toàn)\s+năm\b|\b(?:whole|full)[\s-]+year\b", re.IGNORECASE)
_FILLING = re.compile(
    rf"(?:\b(?:trong|của|cả)\s+)?\bnăm\b|\btính\s+đến\b|\bas\s+of\b|{_HERE}|[()\[\]/,.;:–-]",
    re.IGNORECASE,
)

_MONTH = r"(?P<month>1[0-2]|0?[1-9])(?!\d)"
_COUNT = r"(?<![\w.,/])(?P<count>\d{1,2}|ba|sáu|chín|three|six|nine)"
_NAMES = "|".join(f"{name}|{name[:3]}" for name in MONTHS)

_NUMBERS = {"ba": "3", "sáu": "6", "chín": "9", "three": "3", "six": "6", "nine": "9"}
_SECOND = frozenset(("cuối", "cuoi", "sau", "second", "2nd", "2", "last"))


def _as_day(found: re.Match[str]) -> str:
    return f"{found['day']}/{found['month']}/{{}}"


def _as_months(found: re.Match[str]) -> str:
    count = found["count"].lower()
    end = "cuối" if (found["end"] or "").lower() in _SECOND else "đầu"
    return f"{_NUMBERS.get(count, count)} tháng {end} năm {{}}"


def _as_half(found: re.Match[str]) -> str:
    return f"6 tháng {'cuối' if found['half'].lower() in _SECOND else 'đầu'} năm {{}}"


def _as_quarter(found: re.Match[str]) -> str:
    return f"quý {found['quarter']}/{{}}"


def _as_month(found: re.Match[str]) -> str:
    return f"tháng {found['month']}/{{}}"


def _as_name(found: re.Match[str]) -> str:
    return f"{found['name'] or found['after']} {{}}"


_PARTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(shape, re.IGNORECASE), written)
    for shape, written in (
        (rf"(?:ngày\s+)?\b(?P<day>\d{{1,2}})\s*[/.-]\s*{_MONTH}\s*[/.-]\s*{_HERE}", _as_day),
        (rf"(?:ngày\s+)?\b(?P<day>\d{{1,2}})\s+tháng\s+{_MONTH},?(?:\s+năm)?\s*{_HERE}", _as_day),
        (
            rf"{_COUNT}\s*(?:th[aá]ng|t)\b(?!\.?\s*\d)(?:\s+(?P<end>đầu|dau|cuối|cuoi)\b)?",
            _as_months,
        ),
        (rf"(?:\b(?P<end>first|last)\s+)?{_COUNT}\s+months\b(?:\s+of\b)?", _as_months),
        (r"\bn[uử]a\s+(?:năm\s+)?(?P<half>đầu|dau|cuối|cuoi|sau)\b", _as_half),
        (r"\b(?P<half>first|second|1st|2nd)\s+half\b(?:\s+of\b)?", _as_half),
        (r"\bh(?P<half>[12])\b", _as_half),
        (r"\bqu[yý]\s*(?P<quarter>IV|I{1,3}|[1-4])\b", _as_quarter),
        (r"\b(?:q|quarter\s+)(?P<quarter>[1-4])\b(?:\s+of\b)?", _as_quarter),
        (rf"(?:th[aá]ng|\bth\.?|\bt\.?)\s*{_MONTH}", _as_month),
        (rf"(?<![\d/.-]){_MONTH}\s*/\s*(?={_HERE}(?!\s*/))", _as_month),
        (
            rf"\b(?P<name>{_NAMES})\.?[\s,/-]*(?={_HERE})|(?<={_HERE})[\s,/-]*(?P<after>{_NAMES})\b",
            _as_name,
        ),
    )
)

_TOGETHER = re.compile(r"\b(?:lũy|luỹ)\s+kế\b|\bcộng\s+dồn\b|\bcumulative\b", re.IGNORECASE)
"""That months were added up: which is what so many months from the beginning of a year are."""
_MORE = re.compile(r"\s*(?:[-–+&,]|và\b|đến\b|tới\b|and\b|to\b)\s*(?:\d|[IVX]+\b)", re.IGNORECASE)
"""After a part of a year: a second one, as in *quý I - III*."""
_UNREAD = re.compile(
    rf"\btháng\b|\bquý\s*(?:\d|[IVX]+\b)|\bnửa\b|\b(?:ngày|tuần)\s*\d"
    rf"|\b(?:đầu|giữa|cuối)\s+(?:năm|kỳ|{_HERE})|\b(?:cùng|học|nửa)\s+kỳ\b|\bnăm\s+học\b"
    rf"|\bso\s+với\b|(?<!tính )\b(?:từ|đến|trước|sau)\s+(?:hết\s+)?(?:năm\s+)?{_HERE}"
    rf"|\b(?:months?|quarters?|half|weeks?|ytd|year[ -]to[ -]date|compared|versus|vs)\b"
    rf"|\b(?:until|till|before|after|since|from|to|by)\s+{_HERE}"
    rf"|\b(?:early|mid|late|end|beginning|start)(?:\s+of)?[\s-]*{_HERE}"
    rf"|\b(?:fiscal|school|academic)\s+year\b|{_TOGETHER.pattern}",
    re.IGNORECASE,
)
"""Words by which a heading means another time than the year that it names."""
_UNREAD_BARE = re.compile(r"\b(?:thang|luy ke|cung ky|nam hoc|so voi)\b|\bquy\s*\d", re.IGNORECASE)
"""The same in a heading typed without marks."""


@dataclass(frozen=True)
class Across:
    """A column under a period: the period as it is to be read, and what else its heading says; with
    `year_above` the year is not the heading's own."""

    index: int
    heading: str
    period: str
    rest: str
    year_above: bool = False


@dataclass(frozen=True)
class Unclear:
    """A column whose heading says more of time than is understood; `left` is what was not."""

    index: int
    heading: str
    left: str


@dataclass(frozen=True)
class YearAbove:
    """The year that stands above a table, and the row of its line (0: the name of the sheet)."""

    year: str
    row: int


def year_above(lines: Sequence[tuple[int, str]], sheet: str) -> YearAbove | None:
    """The only year that the lines above a table name, else the one that its sheet is called by.
    That of a source is when it was published: *Nguồn: Niên giám thống kê 2024*."""
    cited = sources_in(lines)
    found = [
        YearAbove(year, row)
        for row, line in lines
        if row not in cited
        for year in _YEAR.findall(_DATED.sub(" ", nfc(line)))
    ]
    found = found or [YearAbove(year, 0) for year in _YEAR.findall(_DATED.sub(" ", nfc(sheet)))]
    return found[0] if len({one.year for one in found}) == 1 else None


def period_above(
    lines: Sequence[tuple[int, str]], sheet: str, *, planned: bool = False
) -> tuple[int, str] | None:
    """The only period that the lines above a table name, with the row of its line; else that by
    which its sheet is called (row 0). One year or a part of it: of *2021–2025* it is not said
    whether each figure is of all these years. Nothing where a line says more of time than is
    understood, or tells of a plan, if the figures do not say themselves what they are (`planned`);
    the year of a document, or of a source, is none of figures."""
    texts = list(_of_figures(lines))
    if not planned and plan_above(lines, sheet) is not None:
        return None
    for some in (texts, [(0, nfc(sheet))]):
        named = [
            (row, one) for row, line in some for one in periods_across([(_DATED.sub(" ", line),)])
        ]
        if any(isinstance(one, Unclear) or _SPAN.search(one.heading) for _, one in named):
            return None
        found = [(row, one.period) for row, one in named if isinstance(one, Across)]
        if found:
            return found[0] if len({period for _, period in found}) == 1 else None
    return None


def plan_above(lines: Sequence[tuple[int, str]], sheet: str) -> tuple[int, str] | None:
    """The first line above a table that tells of a plan or an estimate, with its row; else so the
    name of its sheet (row 0)."""
    said = (*_of_figures(lines), (0, nfc(sheet)))
    told = ((row, line) for row, line in said if _PLANNED.search(line))
    return next(((row, line) for row, line in told if not _OFFICE.match(line)), None)


def tells_results(line: str) -> bool:
    """Whether a line above a table tells what was done of a plan."""
    return _RESULTS.search(nfc(line)) is not None


def _of_figures(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines above a table but for those that cite a source or name a document."""
    cited = sources_in(lines)
    written = ((row, nfc(line)) for row, line in lines if row not in cited)
    yield from ((row, line) for row, line in written if not _DOCUMENT.search(line))


def tells_when(heading: str) -> bool:
    """Whether a column has times in its cells, as *Tháng* has."""
    return _WHEN.fullmatch(nfc(heading.split(" / ")[-1]).strip()) is not None


def parts_of_no_year(headings: Sequence[tuple[str, ...]]) -> list[str]:
    """The headings that name a part of a year, and no year."""
    named = [(" / ".join(parts), nfc(" ".join(parts))) for parts in headings]
    return [
        heading for heading, text in named if not _YEAR.search(text) and _part(f"{text} {_HERE}")[0]
    ]


def periods_across(
    headings: Sequence[tuple[str, ...]], above: YearAbove | None = None
) -> Iterator[Across | Unclear]:
    """The columns whose headings name one year, or the years from one to another, or a part of the
    year that stands above the table."""
    for index, parts in enumerate(headings):
        text = nfc(" ".join(parts))
        span = _SPAN.search(text)
        years = _YEAR.findall(text)
        heading = " / ".join(parts)
        rest = (_SPAN if span else _YEAR).sub(_HERE, text)
        if not years and above is not None:
            rest = _WHOLE.sub(" ", rest) + f" {_HERE}"
            if _WHOLE.search(text) or _part(rest)[0]:
                years = [above.year]
        if not years or (len(years) > 1 and span is None):
            continue
        period, rest, left = _part(rest)
        if span and period:
            left = left or text
        unread = _UNREAD.search(rest) or (_UNREAD_BARE.search(rest) if text.isascii() else None)
        if left or unread:
            yield Unclear(index, heading, left or _plain(unread[0] if unread else ""))
            continue
        period = period.format(years[0]) if period else "-".join(span.groups() if span else years)
        if not _reads(period):
            yield Unclear(index, heading, period)
            continue
        borrowed = not _YEAR.search(text)
        yield Across(index, heading, period, _plain(_FILLING.sub(" ", rest)), borrowed)


def _part(text: str) -> tuple[str, str, str]:
    """The part of the year that a heading names, with a gap for the year ("": none), the heading
    without it, and what follows it that is not understood."""
    for shape, written in _PARTS:
        found = shape.search(text)
        if found is None:
            continue
        before, after = text[: found.start()], text[found.end() :]
        rest = f"{before} {_HERE} {after}"
        if written is _as_months:
            rest = _TOGETHER.sub(" ", rest)
        more = _MORE.match(after)
        return written(found), rest, _plain(found[0] + more[0]) if more else ""
    return "", text, ""


def _reads(period: str) -> bool:
    try:
        read_date(period)
    except DateProblem:
        return False
    return True


def _plain(text: str) -> str:
    return " ".join(text.replace(_HERE, " ").split())
