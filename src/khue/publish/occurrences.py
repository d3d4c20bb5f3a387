"""When events are held: the days of a public document of type `event`, worked out.

A document tells days in three ways: `happened` and the dates of its `editions` in EDTF, and a
`recurrence` of a month and days in the solar or the lunar calendar. What is worked out from a
recurrence is what custom says, not what an organiser has announced. The rules:

- A lunar festival is held in the month of that number that is not a leap month, which comes first.
- The thirtieth of a month with twenty-nine days is its last day (as New Year's Eve is); so is the
  29th of February in other years than leap years.
- Where an edition of a year is known to the month or the day, that year's recurrence says nothing.
- Of an event that is held every so many years the known editions say in which; without one, no
  year is certain.
- After it has ended or been suspended, and before it was first held, an event does not recur.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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

LONGEST_DAYS = 400
"""What takes longer is a period, and no event of a calendar."""

WHOLE_MONTHS = LONGEST_DAYS // 28


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
    """All that an event says of its days: dates in EDTF, the rule, the first year, and the day from
    which it is held no more."""

    dates: tuple[str, ...] = ()
    recurrence: Recurrence | None = None
    since: int | None = None
    until: dt.date | None = None


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


def schedule_of(document: Mapping[str, Any]) -> Schedule:
    """What a public document of an event says of its days. Whatever cannot be read says nothing."""
    told = [document.get("happened"), *(one.get("date") for one in _each(document, "editions"))]
    recurrence = _recurrence_of(document.get("recurrence"))
    first = _bounds(document.get("first_held"))
    return Schedule(
        dates=tuple(_most_exact([text for text in told if isinstance(text, str)])),
        recurrence=recurrence,
        since=first[0].year if first else None,
        until=_ceased(_each(document, "states")),
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
    found = [one for one in dated if one.first <= last and one.last >= first]
    if rule := schedule.recurrence:
        told = {_year_in(rule.calendar, one.first) for one in dated if one.certainty != "year"}
        found = [one for one in found if one.certainty != "year"]
        anchors = _anchors(schedule, rule.calendar)
        for year in range(first.year - 2, last.year + 1):
            held = None if year in told else _recurring(rule, year)
            if held is None or held.first > last or held.last < first:
                continue
            if schedule.since is not None and held.first.year < schedule.since:
                continue
            if schedule.until is not None and held.first >= schedule.until:
                continue
            if rule.every > 1:
                if anchors and all((year - anchor) % rule.every for anchor in anchors):
                    continue
                held = held if anchors else held._replace(certainty="cycle")
            found.append(held)
    return sorted(found)


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
    return Recurrence(
        calendar=value["calendar"],
        month=month,
        day=value.get("day"),
        until_month=value.get("until_month"),
        until_day=value.get("until_day"),
        every=value.get("every_years") or 1,
    )


def _ceased(states: Iterable[Mapping[str, Any]]) -> dt.date | None:
    """The day from which an event is held no more, by its last state; None if it is held."""
    dated = [(_bounds(one.get("date")), one.get("status")) for one in states]
    ordered = sorted(dated, key=lambda one: one[0][0] if one[0] else Day(0, 1, 1))
    if not ordered or ordered[-1][1] not in CEASED:
        return None
    bounds = ordered[-1][0]
    return (_date(bounds[0]) if bounds else None) or dt.date.min


def _bounds(text: Any) -> tuple[Day, Day] | None:
    """The first and last day that an EDTF text can mean, where both are known."""
    edtf = _edtf(text)
    return (edtf.earliest, edtf.latest) if edtf and edtf.earliest and edtf.latest else None


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


def _year_in(calendar: Calendar, day: dt.date) -> int:
    """The year of a day in a calendar; the solar one where the lunar one is not reckoned."""
    try:
        return lunar_of(day).year if calendar == "LUNAR" else day.year
    except ValueError:
        return day.year


def _anchors(schedule: Schedule, calendar: Calendar) -> set[int]:
    years = {_year_in(calendar, held.first) for text in schedule.dates if (held := _dated(text))}
    return years or ({schedule.since} if schedule.since is not None else set())


@lru_cache(maxsize=8192)
def _recurring(rule: Recurrence, year: int) -> Occurrence | None:
    """The holding that begins in a year of the rule's calendar; None where it is not reckoned."""
    until_month = rule.until_month or rule.month
    until_day = rule.until_day or (None if rule.until_month else rule.day)
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
