"""Reading dates as people write them, in Vietnamese and English, into EDTF.

What one date looks like is in `date_shapes`; here is what may stand around it.
- A dynasty is its years, both ends approximate.
- Five digits alone are a day in Excel's 1900 system (ECMA-376 part 1, 18.17.4.1), whose serials
  count from 30 December 1899.
- What is said beside a date of later works (*thời Lý; trùng tu 1899*) is not the date of the thing.
  It is set apart and told, if it has a date of its own: *1899 (trùng tu)* is the date of the works.
- *1830-41* is 1830/1841; where the end can be a month (*1805-11*), it is not read so.
- *trước 1945* is ../1945 and *sau 1945* is 1945/..: EDTF cannot leave the year itself out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from khue.lib import dates, vietnamese
from khue.model.values.date_shapes import DateProblem, Span, iso_year, read_simple
from khue.model.values.dynasties import dynasty_named, meanings_of

_LONGEST = 120  # characters; longer texts are prose
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL_DAYS = range(10_000, 80_000)  # 1927 to 2119

_PRESENT = frozenset(("nay", "hien nay", "ngay nay", "present", "now", "today"))
_PERIOD_WORDS = frozenset(("thời", "nhà", "triều", "đại", "đời", "vương", "thoi", "nha", "trieu"))


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_ABOUT = re.compile(
    r"(?:vao )?(?:(?:khoang|tam|chung|circa|about|around|approximately)\s+|ca?\.\s*|ca\s+|~\s*)"
    r"(?P<rest>.+)"
)
_PARTS = re.compile(r"[;,()\n\r]")
_WORKS = re.compile(
    r"(?:va |da |duoc |dai )*"
    r"(?:trung tu|tu bo|tu sua|ton tao|sua chua|xay lai|dung lai|phuc dung"
    r"|restored|rebuilt|renovated|repaired)\b.*(?:[0-9]|the ky|tk|thoi |nha |trieu ).*"
)
_ENDS_SHORT = re.compile(r"(?:nam )?(?P<century>[0-9]{2})(?P<first>[0-9]{2})-(?P<last>[0-9]{2})")
_PLUS_MINUS = re.compile(r"(?:nam )?(?P<year>[0-9]{4})\s*(?:±|\+/?-)\s*(?P<margin>[0-9]{1,3})")


def read_date(stated: str) -> Span:
    """The one date that `stated` gives. Raises `DateProblem` if it gives none, several, or one
    that no calendar has; nothing is guessed."""
    found = _remembered(stated) if len(stated) <= _LONGEST else _read_stated(stated)
    if isinstance(found, DateProblem):
        raise DateProblem(found.code, *found.why.values())
    return found


def _read_stated(stated: str) -> Span | DateProblem:
    try:
        return _read_one(stated)
    except DateProblem as problem:
        # Anew, without the traceback, which would keep everything that called this.
        return DateProblem(problem.code, *problem.why.values())


# A register knows a few hundred periods and centuries, however many rows it has.
_remembered = lru_cache(maxsize=8192)(_read_stated)


def _read_one(stated: str) -> Span:
    works = []
    if len(stated) <= _LONGEST:
        said = [text for part in _PARTS.split(stated) if (text := vietnamese.display(part))]
        works = [part for part in said if _WORKS.fullmatch(vietnamese.unmark(part))]
        if works:
            stated = "; ".join(part for part in said if part not in works)
    span = _read_alone(stated)
    return replace(span, left="; ".join(works)) if works else span


def _read_alone(stated: str) -> Span:
    parts = [text for part in re.split(r"[;\n\r]", stated) if (text := vietnamese.display(part))]
    if len(parts) != 1:
        raise DateProblem("date_several" if parts else "date_unreadable")
    plain = _plain(parts[0])
    if len(plain) > _LONGEST:
        raise DateProblem("date_unreadable")
    span = _literal(plain) or _serial(plain) or _read_whole(plain, parts[0])
    if span is None:
        several = len(re.findall(r"(?<!\d)\d{4}(?!\d)", plain)) > 1
        raise DateProblem("date_several" if several else "date_unreadable")
    try:
        dates.parse_edtf(span.edtf)
    except ValueError:
        raise DateProblem(
            "date_impossible", "mốc cuối sớm hơn mốc đầu", "it ends before it starts"
        ) from None
    return span


def _plain(text: str) -> str:
    """Lower case without marks, one kind of dash, no quotes, no full stop at the end."""
    text = vietnamese.unmark(text).translate(_DASHES)
    return " ".join(re.sub(r"[\"“”‘’]", "", text).split()).rstrip(".,").strip()


def _literal(plain: str) -> Span | None:
    try:
        edtf = dates.parse_edtf(plain.upper())
    except ValueError:
        return None
    start, slash, end = edtf.text.partition("/")
    # 2001-02 is a month in EDTF, but to some people the years 2001 and 2002.
    month = re.fullmatch(r"[0-9]{2}([0-9]{2})-([0-9]{2})", plain)
    return Span(start, end if slash else start, told=bool(month and month[2] > month[1]))


def _serial(plain: str) -> Span | None:
    match = re.fullmatch(r"([0-9]{5})(?:[.,][0-9]{1,12})?", plain)
    if match is None or int(match[1]) not in _EXCEL_DAYS:
        return None
    day = (_EXCEL_DAY_0 + timedelta(days=int(match[1]))).isoformat()
    return Span(day, day, told=True)


def _read_whole(plain: str, text: str) -> Span | None:
    """A date with what may stand around it: about, before, after, from-to, plus or minus."""
    if match := re.fullmatch(r"(.+?)\s*\(?\?\)?", plain):
        inner = _read_whole(match[1], text)
        return inner.qualified("?") if inner else None
    if match := _ABOUT.fullmatch(plain):
        inner = _read_whole(match["rest"], _after_first_word(text))
        return inner.qualified("~") if inner else None
    if match := _PLUS_MINUS.fullmatch(plain):
        year, margin = int(match["year"]), int(match["margin"])
        return Span(iso_year(year - margin), iso_year(year + margin), told=True)
    return read_simple(plain) or _read_open(plain) or _read_range(plain) or _read_dynasties(text)


def _read_open(plain: str) -> Span | None:
    if match := re.fullmatch(r"(?:truoc|den|before|until) (.+)", plain):
        inner = read_simple(match[1])
        return Span("..", inner.end, told=True) if inner else None
    if match := re.fullmatch(r"(?:sau|tu|after|from|since) (.+?)(?: tro di)?", plain):
        inner = read_simple(match[1])
        return Span(inner.start, "..", told=True) if inner else None
    return None


def _read_range(plain: str) -> Span | None:
    """Two dates joined by a dash or a word; the second may lean on the first (TK 17-18) and the
    first on the second (17th to 18th century)."""
    plain = re.sub(r"^(?:tu|from|between) ", "", plain)
    for joint in re.finditer(r"\s*(?:-|\b(?:den|toi|to|and)\b)\s*", plain):
        left, right = plain[: joint.start()], plain[joint.end() :]
        if re.fullmatch(r"[0-9]{1,2}(?:st|nd|rd|th)", left) and "centur" in right:
            left = f"{left} century"
        first = read_simple(left)
        if first is None:
            continue
        if right in _PRESENT:
            return Span(first.start, "..", told=True)
        last = read_simple(right)
        if last is None and first.century:
            last = read_simple(re.sub(r"(\S+)$", r"the ky \1", right))
        if last is None and (whole := _ENDS_SHORT.fullmatch(f"{left}-{right}")):
            # 1830-41. Up to 12 it may be a month, and backwards it is no span.
            years = int(whole["last"]) > max(12, int(whole["first"]))
            last = read_simple(whole["century"] + whole["last"]) if years else None
            first = replace(first, told=True)
        if last is not None:
            told = first.told or last.told
            return Span(first.start, last.end, told, first.century and last.century)
    return None


def _read_dynasties(text: str) -> Span | None:
    """A dynasty (*thời Lý*, *Hậu Lê*), or from one to another (*Lý - Trần*)."""
    whole = _read_dynasty(text)
    if whole is not None:
        return whole
    first, dash, last = text.translate(_DASHES).partition("-")
    start, end = (_read_dynasty(part) if dash else None for part in (first, last))
    return Span(start.start, end.end, told=True) if start and end else None


def _read_dynasty(text: str) -> Span | None:
    words = list(vietnamese.words(text))
    while words and words[0].lower() in _PERIOD_WORDS:
        words.pop(0)
    while words and words[-1].lower() in ("dynasty", "period"):
        words.pop()
    name = " ".join(words)
    if meanings := meanings_of(name):
        raise DateProblem("date_period_ambiguous", meanings["vi"], meanings["en"])
    dynasty = dynasty_named(name)
    if dynasty is None:
        return None
    start, _, end = dynasty.edtf.partition("/")
    return Span(start, end, told=True)


def _after_first_word(text: str) -> str:
    return text.partition(" ")[2]
