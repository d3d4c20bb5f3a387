"""When events are held: the days of a public document of type `event`, worked out.

A document tells days in three ways: `happened` and the dates of its `editions` in EDTF, and a
`recurrence` of a month and days in the solar or the lunar calendar. What is worked out from a
recurrence is what custom says, not what an organiser has announced. The rules:

- A lunar festival is held in the month of that number that is not a leap month, which comes first.
- The thirtieth of a month with twenty-nine days is its last day (as New Year's Eve is); so is the
  29th of February in other years than leap years.
- An edition that is known to the month or the day is the holding that custom would have on the same
  days; if none, the one some weeks from it, else that of its year. Of that, custom says nothing.
- Of an event that is held every so many years the known editions say in which; without one, or if
  they do not agree, no other year is certain.
- While it is ended or suspended, and before the first year of which anyone says that it is held, an
  event does not recur.
- Of a rule whose last day comes before its first one only the month is believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from khue.lib.dates import Day, Edtf, days_in_month, parse_edtf
from khue.lib.lunar import LAST_YEAR, LunarMonth, first_day_of, length_of, lunar_of

Calendar = Literal["SOLAR", "LUNAR"]

Certainty = Literal["exact", "about", "month", "year", "cycle"]
"""How sure the days are: to the day; to the day but doubted by who states it, or of which only the
first is known; to the month; to the year; or to the day, but nobody knows in which of several
years."""

CEASED = frozenset({"ended", "suspended"})
"""States in which an event is not held."""

PLANNED = "planned"
"""The state of an event that is not held before its date."""

LONGEST_DAYS = 400
"""What takes longer is a period, and no event of a calendar."""

WHOLE_MONTHS = LONGEST_DAYS // 28

MOVED_DAYS = 60
"""An edition so far from a day by custom is that holding, moved; what is farther was put off, and
belongs to its year."""

LONGEST_WRAP = 6
"""Months that a rule goes on into the next year; with more, its days are taken for exchanged."""


@dataclass(frozen=True)
class Recurrence:
    """A rule of the days in a year, as it is stated. `day` is None where only the month is known;
    `every` so many years."""

    calendar: Calendar
    month: int
    day: int | None = None
    until_month: int | None = None
    until_day: int | None = None
    every: int = 1


@dataclass(frozen=True)
class Schedule:
    """All that an event says of its days: dates in EDTF, the rule, when it was first held; the day
    before which nothing is known of the rule, and from when until when it was not held."""

    dates: tuple[str, ...] = ()
    recurrence: Recurrence | None = None
    first_held: str = ""
    since: dt.date | None = None
    closed: tuple[tuple[dt.date, dt.date], ...] = ()


class Occurrence(NamedTuple):
    """One holding: first and last day (of what is not known to the day, of the month or year), how
    sure, and what says so: the EDTF text, or "" for the recurrence."""

    first: dt.date
    last: dt.date
    certainty: Certainty
    stated: str = ""


class Key(NamedTuple):
    """A month in which something may be held: of a year, of every solar or lunar year (`year` 0),
    or a whole year (`month` 0)."""

    calendar: Calendar
    year: int
    month: int


def schedule_of(document: Mapping[str, Any], stated: str = "") -> Schedule:
    """What a public document of an event says of its days, first `stated` at a date in EDTF.
    Whatever cannot be read says nothing."""
    told = [document.get("happened"), *(one.get("date") for one in _each(document, "editions"))]
    first_held = document.get("first_held")
    return Schedule(
        dates=tuple(_most_exact([text for text in told if isinstance(text, str)])),
        recurrence=_recurrence_of(document.get("recurrence")),
        first_held=first_held if isinstance(first_held, str) else "",
        since=_first_day(first_held) or _first_known(document, stated),
        closed=tuple(_closed([*_each(document, "states")])),
    )


def keys_of(schedule: Schedule) -> frozenset[Key]:
    """The months in which an event may be held: whoever looks for those of a month asks these."""
    found: set[Key] = set()
    for text in schedule.dates:
        held = _dated(text)
        if held is None:
            continue
        if held.certainty == "year":
            found.add(Key("SOLAR", held.first.year, 0))
        else:
            found.update(Key("SOLAR", *month) for month in _months(held.first, held.last))
    if rule := schedule.recurrence:
        last = rule.until_month or rule.month
        count = (last - rule.month) % 12 + 1
        found.update(Key(rule.calendar, 0, (rule.month - 1 + n) % 12 + 1) for n in range(count))
    return frozenset(found)


def keys_within(first: dt.date, last: dt.date) -> frozenset[Key]:
    """The keys of all that may be held from one day to another, some weeks apart."""
    found: set[Key] = set()
    for year, month in _months(first, last):
        found |= {Key("SOLAR", year, month), Key("SOLAR", 0, month), Key("SOLAR", year, 0)}
    day = first
    while day <= last:
        found.add(Key("LUNAR", 0, lunar_of(day).month))
        day += dt.timedelta(days=1)
    return frozenset(found)


def occurrences(schedule: Schedule, first: dt.date, last: dt.date) -> list[Occurrence]:
    """Every holding that touches the days from `first` to `last`, in order."""
    dated = [held for text in schedule.dates if (held := _dated(text))]
    by_rule = _by_custom(schedule, dated, range(first.year - 2, last.year + 2))
    # A year alone says less than the days that custom has in it.
    told = [
        one
        for one in dated
        if one.certainty != "year" or not any(_gap(one, held) == 0 for held in by_rule)
    ]
    return sorted(one for one in (*told, *by_rule) if one.first <= last and one.last >= first)


def _by_custom(
    schedule: Schedule, dated: Iterable[Occurrence], years: Iterable[int]
) -> list[Occurrence]:
    """What the rule says of some of its years, without those holdings of which an edition tells."""
    rule, found = schedule.recurrence, []
    if rule is None:
        return []
    told = {_year_of(rule, one) for one in dated if one.certainty != "year"}
    anchors = _anchors(schedule, rule) if rule.every > 1 else frozenset()
    phases = {anchor % rule.every for anchor in anchors}
    for year in years:
        held = None if year in told else _recurring(rule, year)
        if held is None or (schedule.since and held.first < schedule.since):
            continue
        if any(start <= held.first < end for start, end in schedule.closed):
            continue
        if rule.every > 1 and year not in anchors:
            if phases and year % rule.every not in phases:
                continue
            held = held if len(phases) == 1 else held._replace(certainty="cycle")
        found.append(held)
    return found


def _each(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    for one in document.get(name) or ():
        if isinstance(one, Mapping):
            yield one


def _recurrence_of(value: Any) -> Recurrence | None:
    if not isinstance(value, Mapping) or value.get("calendar") not in ("SOLAR", "LUNAR"):
        return None
    month = value.get("month")
    if not isinstance(month, int) or not 1 <= month <= 12:
        return None
    rule = Recurrence(
        calendar=value["calendar"],
        month=month,
        day=value.get("day"),
        until_month=value.get("until_month"),
        until_day=value.get("until_day"),
        every=value.get("every_years") or 1,
    )
    return replace(rule, day=None, until_month=None, until_day=None) if _reversed(rule) else rule


def _reversed(rule: Recurrence) -> bool:
    """Whether the last day of a rule comes before the first one: within a month, or by so much that
    it would be held for more than half a year."""
    last = rule.until_month or rule.month
    if last == rule.month:
        return bool(rule.day and rule.until_day and rule.until_day < rule.day)
    return last < rule.month and last + 12 - rule.month > LONGEST_WRAP


def _closed(states: Sequence[Mapping[str, Any]]) -> Iterator[tuple[dt.date, dt.date]]:
    """From when until when an event was not held. A state without a date came after the one before
    it in the list, which may also begin with the newest."""
    days = [day for one in states if (day := _begun(one.get("date")))]
    newest_first = len(days) > 1 and days == sorted(days, reverse=True) and days[0] > days[-1]
    day, told = dt.date.min, []
    for one in reversed(states) if newest_first else states:
        dated = _begun(one.get("date"))
        day = dated or day
        # Where nobody knows since when, nothing is said of the time before.
        told.append((day, dated or dt.date.min, one.get("status")))
    told.sort(key=lambda one: one[0])
    if told and told[0][2] == PLANNED:
        yield dt.date.min, told[0][0]
    for place, (_, start, status) in enumerate(told):
        if status in CEASED:
            after = (day for day, _, later in told[place + 1 :] if later not in CEASED)
            yield start, next(after, dt.date.max)


def _begun(text: Any) -> dt.date | None:
    """The first day that an EDTF text can mean; the last one where only that is known."""
    edtf = _edtf(text)
    day = edtf and (edtf.earliest or edtf.latest)
    return _date(day) if day else None


def _first_day(text: Any) -> dt.date | None:
    """The first day of the year, month or day that a date is at the latest: of 199X, 1999."""
    edtf = _edtf(text)
    one = edtf and (edtf.start or edtf.end)
    return _date(Day(one.last_year, one.month or 1, one.day or 1)) if one else None


def _first_known(document: Mapping[str, Any], stated: str) -> dt.date | None:
    """The first year of which an edition, a state or who stated it first says that it is held."""
    told = [one.get("date") for one in _each(document, "editions")]
    told += [
        one.get("date") for one in _each(document, "states") if one.get("status") == "operating"
    ]
    years = [day.year for text in (*told, stated) if (day := _first_day(text))]
    return dt.date(min(years), 1, 1) if years else None


def _edtf(text: Any) -> Edtf | None:
    try:
        return parse_edtf(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _date(day: Day) -> dt.date | None:
    return dt.date(*day) if 1 <= day.year <= 9999 else None


@lru_cache(maxsize=8192)
def _dated(text: str) -> Occurrence | None:
    """The days of one date in EDTF; None for what is no event of a calendar: more than a year."""
    edtf = _edtf(text)
    start = edtf.start if edtf else None
    if edtf is None or start is None or edtf.earliest is None:
        return None
    # Of an open end only the beginning is known.
    last_day = edtf.latest or start.latest
    end = edtf.end or start
    first, last = _date(edtf.earliest), _date(last_day)
    if first is None or last is None or (last - first).days > LONGEST_DAYS:
        return None
    if start.day and end.day:
        doubted = start.qualifier or end.qualifier or edtf.end is None
        return Occurrence(first, last, "about" if doubted else "exact", text)
    if start.month and end.month:
        return Occurrence(first, last, "month", text)
    return Occurrence(first, last, "year", text) if first.year == last.year else None


def _most_exact(texts: Iterable[str]) -> list[str]:
    """Each date once, without those within which a more exact one lies: the edition of a year, of
    which the day is known too."""
    told = {text: held for text in texts if (held := _dated(text))}
    return [
        text
        for text, held in told.items()
        if held.certainty in ("exact", "about")
        or not any(
            other is not held
            and held.first <= other.first
            and other.last <= held.last
            and (other.first, other.last) != (held.first, held.last)
            for other in told.values()
        )
    ]


def _months(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    begun = first.year * 12 + first.month - 1
    return [((begun + n) // 12, (begun + n) % 12 + 1) for n in range(min(count, WHOLE_MONTHS))]


def _gap(one: Occurrence, other: Occurrence) -> int:
    """Days between two holdings; 0 where they touch."""
    return max((other.first - one.last).days, (one.first - other.last).days, 0)


@lru_cache(maxsize=8192)
def _year_of(rule: Recurrence, one: Occurrence) -> int:
    """The year of the rule whose holding an edition is. Of a year alone it is the holding in that
    solar year: of a lunar month, mostly that of the lunar year which begins in it."""
    near = range(one.first.year - 2, one.last.year + 2)
    found = [(year, held) for year in near if (held := _recurring(rule, year))]

    def distance(pair: tuple[int, Occurrence]) -> tuple[int, bool, int, bool]:
        year, held = pair
        gap = _gap(one, held)
        is_other_year = held.first.year != one.first.year
        return min(gap, MOVED_DAYS), is_other_year, gap, year != one.first.year

    return min(found, key=distance)[0] if found else one.first.year


def _anchors(schedule: Schedule, rule: Recurrence) -> frozenset[int]:
    """Years of the rule in which the event was held for certain."""
    told = [held for text in schedule.dates if (held := _dated(text))]
    if not told and (first := _dated(schedule.first_held)):
        told = [first]
    return frozenset(_year_of(rule, one) for one in told)


@lru_cache(maxsize=8192)
def _recurring(rule: Recurrence, year: int) -> Occurrence | None:
    """The holding that begins in a year of the rule's calendar; None where it is not reckoned."""
    until_month = rule.until_month or rule.month
    until_day = (rule.until_day or (None if rule.until_month else rule.day)) if rule.day else None
    wraps = (until_month, until_day or 31) < (rule.month, rule.day or 1)
    first = _day_in(rule.calendar, year, rule.month, rule.day or 1)
    last = _day_in(rule.calendar, year + wraps, until_month, until_day or 31)
    certainty: Certainty = "exact" if until_day else "about" if rule.day else "month"
    if first is None or last is None or last < first:
        return None
    return Occurrence(first, last, certainty)


def _day_in(calendar: Calendar, year: int, month: int, day: int) -> dt.date | None:
    """A day of a month, or the last one of a shorter month."""
    if not 1 <= year <= LAST_YEAR:
        return None
    if calendar == "SOLAR":
        return dt.date(year, month, min(day, days_in_month(year, month)))
    asked = LunarMonth(year, month)
    try:
        return first_day_of(asked) + dt.timedelta(days=min(day, length_of(asked)) - 1)
    except ValueError:
        return None
