"""Showing EDTF dates to people: 28/4/1962 and 28 April 1962, thế kỷ XVII and 17th century."""

from __future__ import annotations

from khue.lib import dates, numbers
from khue.lib.dates import Edtf, Moment
from khue.model.values.date_shapes import HALVES, MONTHS, THIRDS
from khue.model.values.dynasties import dynasty_of

_PART_NAMES = {
    THIRDS["early"]: {"vi": "đầu", "en": "early"},
    THIRDS["middle"]: {"vi": "giữa", "en": "mid"},
    THIRDS["late"]: {"vi": "cuối", "en": "late"},
    HALVES["first half"]: {"vi": "nửa đầu", "en": "first half of the"},
    HALVES["second half"]: {"vi": "nửa sau", "en": "second half of the"},
}
_ABOUT = {"vi": "khoảng {}", "en": "about {}"}
_UNSURE = {"vi": "{} (chưa chắc)", "en": "{} (uncertain)"}


def show_date(edtf: Edtf, lang: str) -> str:
    """An EDTF date or interval for people, in `lang` "vi" or "en"."""
    lang = "en" if lang == "en" else "vi"
    if not edtf.is_interval and edtf.start:
        return _show_qualified(edtf.start, lang)
    named = _show_named(edtf, lang)
    if named:
        return named
    if edtf.start is None or edtf.end is None:
        return _show_half_open(edtf, lang)
    return _show_interval(edtf.start, edtf.end, lang)


def _show_named(edtf: Edtf, lang: str) -> str:
    """A dynasty, or a part of a century, if the interval is one."""
    dynasty = dynasty_of(edtf.text)
    if dynasty:
        years = _ABOUT[lang].format(f"{dynasty.first}–{dynasty.last}")
        return f"{dynasty.label[lang]} ({years})"
    start, end = edtf.start, edtf.end
    if start is None or end is None or not (start.qualifier == end.qualifier == "~"):
        return ""
    if start.month or end.month or start.first_year != start.last_year:
        return ""
    century, first = divmod(start.first_year - 1, 100)
    part = _PART_NAMES.get((first, end.last_year - 100 * century - 1))
    if part is None or century < 0:
        return ""
    return f"{part[lang]} {_century_name(century + 1, lang)}"


def _show_half_open(edtf: Edtf, lang: str) -> str:
    first, _, last = edtf.text.partition("/")
    if edtf.start:
        shown = _show_qualified(edtf.start, lang)
        return {"vi": f"từ {shown}", "en": f"from {shown}"}[lang] if last else f"{shown}–?"
    shown = _show_qualified(edtf.end, lang) if edtf.end else ""
    return {"vi": f"đến {shown}", "en": f"until {shown}"}[lang] if first else f"?–{shown}"


def _show_interval(start: Moment, end: Moment, lang: str) -> str:
    if start.qualifier == end.qualifier == "~":
        return _ABOUT[lang].format(_join(_show_moment(start, lang), _show_moment(end, lang)))
    first, last = _century_of(start), _century_of(end)
    if first and last and not start.qualifier and not end.qualifier and first != last:
        if lang == "vi":
            return f"thế kỷ {numbers.show_roman(first)}–{numbers.show_roman(last)}"
        return f"{_ordinal(first)}–{_ordinal(last)} centuries"
    if start.day and end.day and not start.qualifier and not end.qualifier:
        return _show_days(start, end, lang)
    return _join(_show_qualified(start, lang), _show_qualified(end, lang))


def _show_days(start: Moment, end: Moment, lang: str) -> str:
    """Days, without saying twice the month or year that they share: 8–12/2/2027."""
    first, last = _show_moment(start, lang), _show_moment(end, lang)
    if start.first_year != end.first_year or start.first_year < 1:
        return _join(first, last)
    if start.month != end.month:
        return _join(first[: first.rindex("/" if lang == "vi" else " ")], last)
    return f"{start.day}–{last}"


def _join(first: str, last: str) -> str:
    return f"{first} – {last}" if " " in first + last else f"{first}–{last}"


def _show_qualified(moment: Moment, lang: str) -> str:
    shown = _show_moment(moment, lang)
    if moment.qualifier in ("~", "%"):
        shown = _ABOUT[lang].format(shown)
    return _UNSURE[lang].format(shown) if moment.qualifier in ("?", "%") else shown


def _show_moment(moment: Moment, lang: str) -> str:
    """The date without its qualifier; an unspecified month or day is left out."""
    if moment.last_year - moment.first_year == 99:
        number = moment.first_year // 100 + 1
        if number > 0:
            return _century_name(number, lang)
        shown = _century_name(-moment.last_year // 100 + 1, lang)
        return f"{shown} {'TCN' if lang == 'vi' else 'BC'}"
    if moment.last_year != moment.first_year:
        decade = min(abs(moment.first_year), abs(moment.last_year))
        era = "" if moment.first_year >= 0 else " TCN" if lang == "vi" else " BC"
        return f"thập niên {decade}{era}" if lang == "vi" else f"{decade}s{era}"
    year = _show_year(moment.first_year, lang)
    if moment.month is None:
        return year
    if lang == "vi":
        return (
            f"{moment.day}/{moment.month}/{year}" if moment.day else f"tháng {moment.month}/{year}"
        )
    day = f"{moment.day} " if moment.day else ""
    return f"{day}{MONTHS[moment.month - 1]} {year}"


def _show_year(year: int, lang: str) -> str:
    if year > 0:
        return str(year)
    return f"{1 - year} {'TCN' if lang == 'vi' else 'BC'}"


def _century_of(moment: Moment) -> int | None:
    """The number of the century that a moment is, for centuries AD."""
    whole = moment.last_year - moment.first_year == 99 and moment.first_year >= 0
    number = moment.first_year // 100 + 1
    return number if whole and number <= 40 else None


def _century_name(number: int, lang: str) -> str:
    if lang == "en":
        return f"{_ordinal(number)} century"
    return f"thế kỷ {numbers.show_roman(number) if number <= 40 else number}"


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else suffix}"


def centuries(edtf: Edtf) -> tuple[str, ...]:
    """The EDTF centuries (`16XX`) that a date touches, for filtering; of an open interval only
    that of its known end, and none before the year 1."""
    known = [day.year for day in (edtf.earliest, edtf.latest) if isinstance(day, dates.Day)]
    first, last = max(min(known), 0) // 100, max(known) // 100
    return tuple(f"{number:02d}XX" for number in range(first, last + 1)) if last >= 0 else ()
