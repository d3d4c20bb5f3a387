"""The calendar of events: a month of the solar or the lunar calendar as a wall calendar has it, and
what is held in it, day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from khue.lib.dates import days_in_month, parse_edtf
from khue.lib.lunar import (
    FIRST_YEAR,
    LAST_YEAR,
    LunarDay,
    LunarMonth,
    first_day_of,
    length_of,
    lunar_of,
    next_month,
    previous_month,
    year_name,
)
from khue.model.values.date_show import show_date
from khue.publish.occurrences import Occurrence
from khue.web.portal.present.heading import Heading
from khue.web.portal.present.reader import Reader

EARLY = 10
"""Days up to this one are called *mồng*."""
TO_THE_DAY = frozenset({"exact", "about"})


@dataclass(frozen=True)
class Month:
    """A month of either calendar: its first and last solar day, and what stands for it in an
    address: the name and value of a parameter."""

    first: dt.date
    last: dt.date
    parameter: str
    value: str


@dataclass(frozen=True)
class Cell:
    """A day of the wall calendar; `count` events on it, `href` where they are told."""

    day: int
    month: str
    lunar: str
    spoken: str
    iso: str
    count: int
    href: str
    is_today: bool
    opens_month: bool


@dataclass(frozen=True)
class HeldCard:
    """A holding: its event, its days in words ("" for the one day under which it stands), whether
    custom says so, whether it is doubted."""

    card: Heading
    days: str
    by_custom: bool
    open: bool


@dataclass(frozen=True)
class Section:
    """Holdings under a heading: of a day, or of those whose day is not known."""

    key: str
    title: str
    note: str
    held: tuple[HeldCard, ...]


def solar_month(year: int, month: int) -> Month | None:
    """A month of the solar calendar; None outside the years that are reckoned."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        return None
    last = dt.date(year, month, days_in_month(year, month))
    return Month(dt.date(year, month, 1), last, "month", f"{year}-{month:02d}")


def lunar_month(asked: LunarMonth) -> Month | None:
    """A month of the lunar calendar; None for one that there is not, or that is not reckoned."""
    try:
        first = first_day_of(asked)
        last = first + dt.timedelta(days=length_of(asked) - 1)
    except ValueError:
        return None
    value = f"{asked.year}-{asked.month:02d}{'-leap' if asked.leap else ''}"
    return Month(first, last, "lunar", value)


def beside(month: Month, step: int) -> Month | None:
    """The month before (-1) or after (1) one, in the same calendar."""
    if month.parameter == "month":
        number = month.first.year * 12 + month.first.month - 1 + step
        return solar_month(number // 12, number % 12 + 1)
    try:
        within = lunar_of(month.first).within
        return lunar_month(previous_month(within) if step < 0 else next_month(within))
    except ValueError:
        return None


def month_title(month: Month, reader: Reader) -> str:
    """What a month is called: `Tháng 12/2026`, `Tháng Mười Một âm lịch, năm Bính Ngọ`."""
    if month.parameter == "month":
        shown = show_date(parse_edtf(month.first.isoformat()[:7]), reader.lang)
        return shown[:1].upper() + shown[1:]
    lunar = lunar_of(month.first)
    return reader.say(
        "calendar.lunar_leap" if lunar.leap else "calendar.lunar_month",
        month=_lunar_month_name(lunar.month, reader),
        year=year_name(lunar.year),
    )


def short_title(month: Month, reader: Reader) -> str:
    """The same without the lunar year, which a neighbour mostly shares."""
    if month.parameter == "month":
        return month_title(month, reader)
    lunar = lunar_of(month.first)
    key = "calendar.short_leap" if lunar.leap else "calendar.short_lunar"
    return reader.say(key, month=_lunar_month_name(lunar.month, reader))


def other_calendar(month: Month, reader: Reader) -> str:
    """The same days in the other calendar."""
    if month.parameter == "lunar":
        return reader.say("events.solar_span", days=_days(month.first, month.last, reader.lang))
    first, last = lunar_of(month.first), lunar_of(month.last)
    years = dict.fromkeys((year_name(first.year), year_name(last.year)))
    return reader.say(
        "events.lunar_span",
        first=lunar_words(first, reader),
        last=lunar_words(last, reader),
        year=" – ".join(years),
    )


def grid(
    month: Month,
    held: Iterable[Occurrence],
    today: dt.date,
    href_of: Callable[[dt.date], str],
    reader: Reader,
) -> list[list[Cell | None]]:
    """The weeks of a month from Monday, None for days of other months."""
    counted: dict[dt.date, int] = {}
    for one in held:
        if one.certainty in TO_THE_DAY:
            for day in _each_day(max(one.first, month.first), min(one.last, month.last)):
                counted[day] = counted.get(day, 0) + 1
    blanks: list[Cell | None] = [None] * month.first.weekday()
    cells = blanks + [
        _cell(day, month, counted.get(day, 0), day == today, href_of, reader)
        for day in _each_day(month.first, month.last)
    ]
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]


def lunar_words(day: LunarDay, reader: Reader) -> str:
    """A lunar day as people say it: `mồng 6 tháng Giêng`."""
    early = reader.say("calendar.early_day", day=day.day) if day.day <= EARLY else str(day.day)
    return reader.say(
        "calendar.lunar_day_leap" if day.leap else "calendar.lunar_day",
        day=early,
        month=_lunar_month_name(day.month, reader),
    )


def occurrence_words(one: Occurrence, reader: Reader) -> str:
    """The days of a holding: as stated where they are not known to the day, else the solar days
    with the lunar ones."""
    stated = show_date(parse_edtf(one.stated), reader.lang) if one.stated else ""
    if stated and one.certainty not in TO_THE_DAY:
        return stated
    solar = stated or _days(one.first, one.last, reader.lang)
    try:
        first, last = lunar_of(one.first), lunar_of(one.last)
    except ValueError:
        return solar
    return reader.say("events.days", days=solar, lunar=_lunar_days(first, last, reader))


def _lunar_days(first: LunarDay, last: LunarDay, reader: Reader) -> str:
    if first == last or first.within != last.within:
        return " – ".join(dict.fromkeys(lunar_words(day, reader) for day in (first, last)))
    early = reader.say("calendar.early_day", day=first.day) if first.day <= EARLY else first.day
    return reader.say(
        "calendar.lunar_days_leap" if first.leap else "calendar.lunar_days",
        first=early,
        last=last.day,
        month=_lunar_month_name(first.month, reader),
    )


def sections(
    month: Month, held: Sequence[tuple[Occurrence, Heading]], day: dt.date | None, reader: Reader
) -> tuple[Section, ...]:
    """What is held, under headings: begun earlier, each day, and at last what is not known to the
    day. With a `day`, all stands under that."""
    found: dict[str, list[HeldCard]] = {}
    for one, card in held:
        key = section_key(one, month, day)
        told = held_card(one, card, reader)
        if one.certainty == "exact" and key == one.first.isoformat() == one.last.isoformat():
            told = replace(told, days="")
        found.setdefault(key, []).append(told)
    return tuple(
        Section(key, *_section_title(key, reader), held=tuple(cards))
        for key, cards in sorted(found.items(), key=lambda pair: _ORDER.get(pair[0], 1))
    )


def held_card(one: Occurrence, card: Heading, reader: Reader) -> HeldCard:
    """A holding with its days."""
    days = occurrence_words(one, reader)
    return HeldCard(card, days, by_custom=not one.stated, open=one.certainty != "exact")


_ORDER = {"earlier": 0, "month": 2, "year": 3, "cycle": 4}
"""Of sections; days stand between, in the order in which they are given."""


def section_key(one: Occurrence, month: Month, day: dt.date | None) -> str:
    """Under which heading a holding stands."""
    if one.certainty not in TO_THE_DAY:
        return one.certainty
    if day is not None:
        return day.isoformat()
    return "earlier" if one.first < month.first else one.first.isoformat()


def in_order(
    held: Iterable[Occurrence], month: Month, day: dt.date | None
) -> list[tuple[int, Occurrence]]:
    """Holdings, each with its place before sorting, in the order of their sections."""
    return sorted(
        enumerate(held), key=lambda pair: (_ORDER.get(section_key(pair[1], month, day), 1), pair[0])
    )


def _section_title(key: str, reader: Reader) -> tuple[str, str]:
    if key == "earlier":
        return reader.say("events.earlier"), ""
    if key == "month":
        return reader.say("events.month_only"), reader.say("events.month_only_what")
    if key == "year":
        return reader.say("events.year_only"), reader.say("events.year_only_what")
    if key == "cycle":
        return reader.say("events.cycle"), reader.say("events.cycle_what")
    day = dt.date.fromisoformat(key)
    lunar = lunar_words(lunar_of(day), reader)
    return day_title(day, reader), reader.say("calendar.lunar_words", day=lunar)


def day_title(day: dt.date, reader: Reader) -> str:
    """A day with its weekday: `Thứ Ba, 17/2/2026`."""
    weekday = reader.say(f"calendar.weekday.{day.isoweekday()}")
    return reader.say("calendar.day_full", weekday=weekday, day=_days(day, day, reader.lang))


def weekdays(reader: Reader) -> list[tuple[str, str]]:
    """The days of a week from Monday: short and full names."""
    return [
        (reader.say(f"calendar.short.{n}"), reader.say(f"calendar.weekday.{n}"))
        for n in range(1, 8)
    ]


def _cell(
    day: dt.date,
    month: Month,
    count: int,
    is_today: bool,
    href_of: Callable[[dt.date], str],
    reader: Reader,
) -> Cell:
    lunar = lunar_of(day)
    opens = lunar.day == 1 or day == month.first
    short = f"{lunar.day}/{lunar.month}" if opens else str(lunar.day)
    if opens and lunar.leap:
        short = reader.say("calendar.leap_mark", short=short)
    words = reader.say("calendar.lunar_words", day=lunar_words(lunar, reader))
    spoken = [day_title(day, reader), words]
    spoken += [reader.say("events.count", count=count)] if count else []
    spoken += [reader.say("events.today")] if is_today else []
    is_named = month.parameter == "lunar" and (day.day == 1 or day == month.first)
    named = f"{day.day}/{day.month}" if is_named else ""
    return Cell(
        day=day.day,
        month=named,
        lunar=short,
        spoken=", ".join(spoken),
        iso=day.isoformat(),
        count=count,
        href=href_of(day) if count else "",
        is_today=is_today,
        opens_month=lunar.day == 1,
    )


def _days(first: dt.date, last: dt.date, lang: str) -> str:
    text = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return show_date(parse_edtf(text), lang)


def _lunar_month_name(month: int, reader: Reader) -> str:
    return reader.say(f"calendar.lunar.{month}")


def _each_day(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for number in range((last - first).days + 1):
        yield first + dt.timedelta(days=number)
