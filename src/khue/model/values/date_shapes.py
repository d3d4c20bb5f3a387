"""One date as people write it, in Vietnamese or English: a day, month, year, decade or century.

Conventions:
- Day before month, as in Viet Nam. A year of two digits is never completed.
- A century is the EDTF century: thế kỷ XVII is 16XX. Its parts are thirds and halves of the years
  it counts: early 1701-1733, middle 1734-1766, late 1767-1800; both ends approximate (~).
- Months that are counted are the first of the year, as reports do: 9 tháng 2025 is 2025-01/2025-09.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from khue.lib import dates, numbers

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH_NUMBER = {
    name: number
    for number, month in enumerate(MONTHS, start=1)
    for name in (month.lower(), month.lower()[:3])
} | {"sept": 9}
# As they are called in Vietnamese. The first and the last (giêng, chạp) are of the lunar calendar.
_MONTH_WORDS = {
    **{"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7},
    **{"tam": 8, "chin": 9, "muoi": 10, "muoi mot": 11, "muoi hai": 12},
}
_COUNTS = {word: number for word, number in _MONTH_WORDS.items() if word != "tu"} | {
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12},
}

# Parts of a century: years after its first (1701, 1801), first and last.
THIRDS = {"early": (0, 32), "middle": (33, 65), "late": (66, 99)}
HALVES = {"first half": (0, 49), "second half": (50, 99)}
_PARTS = {
    "dau": THIRDS["early"],
    "early": THIRDS["early"],
    "giua": THIRDS["middle"],
    "mid": THIRDS["middle"],
    "middle": THIRDS["middle"],
    "cuoi": THIRDS["late"],
    "late": THIRDS["late"],
    "nua dau": HALVES["first half"],
    "first half": HALVES["first half"],
    "nua cuoi": HALVES["second half"],
    "nua sau": HALVES["second half"],
    "second half": HALVES["second half"],
}


class DateProblem(ValueError):
    """A text that gives no date: `code` of the finding, and `why` in both languages."""

    def __init__(self, code: str, vi: str = "", en: str = "") -> None:
        super().__init__(en or code)
        self.code = code
        self.why = {"vi": vi, "en": en}


@dataclass(frozen=True)
class Span:
    """A date from `start` to `end`, both EDTF (one date if equal); `told` if the reading took a
    convention that the reader should be told back; `century` if it was counted in centuries;
    `left` what was said beside it of later works (*trùng tu 1899*), which is another date."""

    start: str
    end: str
    told: bool = False
    century: bool = False
    left: str = ""

    @property
    def edtf(self) -> str:
        """The span as EDTF."""
        return self.start if self.start == self.end else f"{self.start}/{self.end}"

    def qualified(self, qualifier: str) -> Span:
        """The span with a qualifier at both ends, where they have none yet."""
        return replace(
            self, start=_qualify(self.start, qualifier), end=_qualify(self.end, qualifier)
        )


def read_simple(plain: str) -> Span | None:
    """The date that `plain` (lower case, no marks, plain dashes) writes with nothing around it,
    or None. Raises `DateProblem` for a day that no calendar has and for a year of two digits."""
    for shape, read in _SHAPES:
        if match := shape.fullmatch(plain):
            return read(match)
    return None


def _qualify(moment: str, qualifier: str) -> str:
    return moment if moment in ("", "..") or moment[-1] in "?~%" else moment + qualifier


def iso_year(year: int) -> str:
    """A year as EDTF writes it."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _one(edtf: str) -> Span:
    return Span(edtf, edtf)


def _read_day(match: re.Match[str]) -> Span:
    year, month, day = int(match["year"]), _month(match), int(match["day"])
    _check_month(month)
    if not dates.is_day(year, month, day):
        raise DateProblem(
            "date_impossible",
            f"tháng {month} năm {year} không có ngày {day}",
            f"{MONTHS[month - 1]} {year} has no day {day}",
        )
    return _one(f"{year:04d}-{month:02d}-{day:02d}")


def _read_month(match: re.Match[str]) -> Span:
    month = _month(match)
    _check_month(month)
    return _one(f"{int(match['year']):04d}-{month:02d}")


def _month(match: re.Match[str]) -> int:
    stated = match["month"]
    return int(stated) if stated.isdecimal() else (_MONTH_NUMBER | _MONTH_WORDS)[stated]


def _check_month(month: int) -> None:
    if not 1 <= month <= 12:
        raise DateProblem(
            "date_impossible", f"không có tháng {month}", f"there is no month {month}"
        )


def _read_quarter(match: re.Match[str]) -> Span:
    """Its three months: EDTF has codes for quarters, but on a level that few programs read."""
    stated, year = match["quarter"], int(match["year"])
    quarter = int(stated) if stated.isdecimal() else numbers.read_roman(stated)
    if not 1 <= quarter <= 4:
        raise DateProblem(
            "date_impossible",
            f"không có quý {stated.upper()}",
            f"there is no quarter {stated.upper()}",
        )
    first = 3 * quarter - 2
    return Span(f"{year:04d}-{first:02d}", f"{year:04d}-{first + 2:02d}", told=True)


def _read_months(match: re.Match[str]) -> Span:
    """So many months from the beginning of a year, or to its end; all twelve are the year."""
    stated, year = match["count"], int(match["year"])
    count = int(stated) if stated.isdecimal() else _COUNTS[stated]
    if not 1 <= count <= 12:
        raise DateProblem(
            "date_impossible", f"một năm không có {count} tháng", f"no year has {count} months"
        )
    return _months(year, count, last=match["end"] in ("cuoi", "last"))


def _read_half(match: re.Match[str]) -> Span:
    return _months(int(match["year"]), 6, last=match["half"] in ("cuoi", "sau", "second", "2"))


def _months(year: int, count: int, *, last: bool) -> Span:
    if count == 12:
        return _one(f"{year:04d}")
    first = 13 - count if last else 1
    end = first + count - 1
    start = f"{year:04d}-{first:02d}"
    return Span(start, start if end == first else f"{year:04d}-{end:02d}", told=True)


def _read_year(match: re.Match[str]) -> Span:
    year = int(match["year"])
    if match.groupdict().get("bc"):
        return replace(_one(iso_year(1 - year)), told=True)
    return _one(iso_year(year))


def _read_decade(match: re.Match[str]) -> Span:
    if match.groupdict().get("century"):
        return _one(f"{_century(match) - 1:02d}{match['decade']}X")
    return _one(f"{match['decade']}X")


def _read_century(match: re.Match[str]) -> Span:
    century, part, before = _century(match), match["part"], bool(match["bc"])
    if part is None:
        return Span(
            *(2 * (f"{'-' if before else ''}{century - 1:02d}XX",)), told=before, century=True
        )
    first, last = _PARTS[part.removesuffix(" of the").removesuffix("-")]
    start = -100 * century + 1 if before else 100 * (century - 1) + 1
    return Span(
        f"{iso_year(start + first)}~", f"{iso_year(start + last)}~", told=True, century=True
    )


def _century(match: re.Match[str]) -> int:
    stated = match["century"]
    try:
        century = int(stated) if stated.isdecimal() else numbers.read_roman(stated)
    except ValueError:
        raise DateProblem("date_unreadable") from None
    if not 1 <= century <= 21:
        raise DateProblem(
            "date_impossible", f"không có thế kỷ {stated.upper()}", f"there is no century {stated}"
        )
    return century


def _refuse_short_year(match: re.Match[str]) -> Span:
    raise DateProblem("date_short_year")


_CLOCK = r"(?:[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?)?"
_D, _M, _Y = r"(?P<day>[0-9]{1,2})", r"(?P<month>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_NAME = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBER, key=len, reverse=True))})\.?"
_WORD = rf"(?P<month>{'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))})"
_TH = r"(?:st|nd|rd|th)?"
_DOT = r"\s*[/.-]\s*"
_COUNT = rf"(?P<count>[0-9]{{1,2}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_OF = r"(?:\s*[/,-]\s*|(?: cua)?(?: nam)?(?: of)?,? ?)"
_BC = r"(?P<bc> (?:tcn|truoc cong nguyen|bc|bce))"
_PART = rf"(?:(?P<part>(?:{'|'.join(_PARTS)})(?: of the|-)?)\s*)?"
_N = r"(?P<century>[0-9]{1,2}|[ivxl]+)"
_DECADE = r"(?:thap nien|thap k[yi]|nhung nam)"

_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span]], ...] = tuple(
    (re.compile(shape), read)
    for shape, read in (
        (rf"{_Y}[-/.]{_M}[-/.]{_D}{_CLOCK}", _read_day),
        (rf"(?:ngay )?{_D}{_DOT}{_M}{_DOT}{_Y}{_CLOCK}", _read_day),
        (rf"(?:ngay )?{_D} thang {_M},?(?: nam |/){_Y}", _read_day),
        (rf"(?:ngay )?{_D} thang {_WORD},? nam {_Y}", _read_day),
        (rf"{_D}{_TH} (?:of )?{_NAME},? {_Y}", _read_day),
        (rf"{_NAME} {_D}{_TH},? {_Y}", _read_day),
        (rf"(?:ngay )?{_D}{_DOT}{_M}{_DOT}[0-9]{{2}}", _refuse_short_year),
        (rf"(?:ngay )?{_D} thang {_M} nam [0-9]{{2}}", _refuse_short_year),
        (rf"(?:thang )?{_M}{_DOT}{_Y}", _read_month),
        (rf"thang {_M},?(?: nam)? {_Y}", _read_month),
        (rf"thang {_WORD},? nam {_Y}", _read_month),
        (rf"{_NAME},? {_Y}", _read_month),
        (
            rf"(?:quy |q)\s*(?P<quarter>[0-9]|i{{1,3}}|iv|v)(?:{_DOT}|,?(?: nam)? ){_Y}",
            _read_quarter,
        ),
        (rf"{_COUNT} ?(?:thang|t)(?: (?P<end>dau|cuoi))?{_OF}{_Y}", _read_months),
        (rf"(?:the )?(?:(?P<end>first|last) )?{_COUNT} months{_OF}{_Y}", _read_months),
        (rf"nua (?P<half>dau|cuoi|sau){_OF}{_Y}", _read_half),
        (rf"(?:the )?(?P<half>first|second) half{_OF}{_Y}", _read_half),
        (rf"h(?P<half>[12]){_OF}{_Y}", _read_half),
        (rf"(?:nam )?{_Y}(?: (?:scn|sau cong nguyen|ad|ce))?", _read_year),
        (r"(?:nam |ad )(?P<year>[0-9]{3})", _read_year),
        (rf"(?:nam )?(?P<year>[1-9][0-9]{{0,3}}){_BC}", _read_year),
        (rf"{_DECADE} (?P<decade>[0-9]) ?0 (?:cua )?(?:the k[yi]|tk\.?) ?{_N}", _read_decade),
        (rf"{_DECADE} (?P<decade>[0-9]{{3}})0", _read_decade),
        (r"(?:the )?(?P<decade>[0-9]{3})0s", _read_decade),
        (rf"{_PART}(?:the k[yi]|tk)\.?\s*(?:thu )?{_N}{_BC}?(?: scn)?", _read_century),
        (rf"(?:the )?{_PART}{_N}(?:st|nd|rd|th)[ -](?:centur(?:y|ies)|c){_BC}?", _read_century),
    )
)
