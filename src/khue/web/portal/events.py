"""`/events`: what is on in a month of the solar or lunar calendar, as a page and as iCalendar; and
the coming holdings of one event as iCalendar.

`month=2026-12` or `lunar=2026-11` (a leap month: `2025-06-leap`); `this` and `next` for either.
`place=` and `kind=` narrow, `day=` shows one day, `page=` goes on. A month that there is not, and
years that are not reckoned, are no page; anything else that makes no sense is passed over.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from khue.lib.lunar import LunarMonth, lunar_of
from khue.lib.vietnamese import sort_key
from khue.publish import icalendar
from khue.publish.occurrences import Occurrence, occurrences, schedule_of
from khue.registry import queries
from khue.registry.queries import RecordView
from khue.web.portal import agenda
from khue.web.portal import house as ask_house
from khue.web.portal.addresses import absolute
from khue.web.portal.agenda import Held
from khue.web.portal.ask import Ask
from khue.web.portal.finding import find_record
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import calendar
from khue.web.portal.present.calendar import Month
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, current_language

PAGE_SIZE = 40
MOST_IN_A_FILE = 500
COMING = dt.timedelta(days=400)
"""How far ahead the next holding of an event is looked for: a lunar year with a leap month."""
LOOKED_AHEAD = 3
"""Months in which an empty page looks for the next event."""
NEAR = dt.timedelta(days=732)
"""Months farther from today than this are worked out for whoever asks, but are for no robot."""
KINDS = "event_kind"

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(-leap)?")


@dataclass(frozen=True)
class Asked:
    """What is asked of the calendar."""

    month: Month
    place: str = ""
    kind: str = ""
    day: dt.date | None = None
    page: int = 1

    def address(self, name: str = "events") -> str:
        """The address of this question."""
        told = [(self.month.parameter, self.month.value), ("place", self.place)]
        told += [("kind", self.kind), ("day", self.day.isoformat() if self.day else "")]
        told += [("page", str(self.page) if self.page > 1 else "")]
        return f"{reverse(name)}?{urlencode([pair for pair in told if pair[1]])}"

    def of(self, month: Month) -> Asked:
        """The same filters for another month."""
        return replace(self, month=month, day=None, page=1)


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """A month as a wall calendar and as a list."""
    reader = ask_house.reader_for(current_language())
    today = timezone.localdate()
    asked = _read(request.GET, today, reader)
    all_held = agenda.held_between(asked.month.first, asked.month.last)
    held = _narrowed(all_held, asked)
    shown = _of_day(held, asked.day)
    ordered = calendar.in_order((one.occurrence for one in shown), asked.month, asked.day)
    turn = paging(
        asked.page, len(shown), PAGE_SIZE, lambda number: replace(asked, page=number).address()
    )
    start = (asked.page - 1) * PAGE_SIZE
    some = [shown[number] for number, _ in ordered[start : start + PAGE_SIZE]]
    before, after = calendar.beside(asked.month, -1), calendar.beside(asked.month, 1)
    page = {
        "lang": reader.lang,
        "here": "events",
        "asked": asked,
        "title": calendar.month_title(asked.month, reader),
        "other": calendar.other_calendar(asked.month, reader),
        "weekdays": calendar.weekdays(reader),
        "weeks": calendar.grid(
            asked.month,
            [one.occurrence for one in held],
            today,
            lambda day: replace(asked, day=day, page=1).address() + "#list",
            reader,
        ),
        "sections": calendar.sections(asked.month, cards(some, reader), asked.day, reader),
        "total": len(held),
        "only_day": calendar.day_title(asked.day, reader) if asked.day else "",
        "turn": turn,
        "before": _way(before, asked, reader),
        "after": _way(after, asked, reader),
        "ways": _ways(today, asked, reader),
        "later": "" if held else _later(asked, reader),
        "places": _places(all_held, asked, reader),
        "kinds": _kinds(all_held, asked, reader),
        "filtered": bool(asked.place or asked.kind),
        "cleared": Asked(asked.month).address(),
        "whole": replace(asked, day=None, page=1).address(),
        "ics": replace(asked, day=None, page=1).address("events_ics"),
        "all_events": Ask(type=agenda.EVENT).address(),
        "robots": abs(asked.month.first - today) < NEAR and request.GET.keys() <= {"month"},
    }
    return render(request, "portal/events.html", page)


@require_safe
def events_ics(request: HttpRequest) -> HttpResponseBase:
    """The month as iCalendar: what is known to the day, `MOST_IN_A_FILE` at most."""
    reader = ask_house.reader_for(current_language())
    asked = _read(request.GET, timezone.localdate(), reader)
    held = _narrowed(agenda.held_between(asked.month.first, asked.month.last), asked)
    sure = [one for one in held if one.occurrence.certainty in calendar.TO_THE_DAY]
    told = cards(sure[:MOST_IN_A_FILE], reader)
    title = reader.say("events.title_of", month=calendar.month_title(asked.month, reader))
    return _file(request, title, f"{asked.month.parameter}-{asked.month.value}", told, reader)


@require_safe
def event_ics(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """The coming holdings of one event as iCalendar. No page where no day of them is known."""
    view = find_record(record_id)
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("event_ics", args=[view.id]))
    held = coming(view)
    if not held:
        raise Http404
    reader = ask_house.reader_for(current_language())
    card = heading(view.document, reader)
    return _file(request, card.title, view.id, [(one, card) for one in held], reader)


def coming(view: RecordView) -> list[Occurrence]:
    """When an event is held from today on, as far ahead as `COMING`, where that is known to the
    day. No other record is held."""
    if view.type != agenda.EVENT:
        return []
    today = timezone.localdate()
    held = occurrences(schedule_of(view.document), today, today + COMING)
    return [one for one in held if one.certainty in calendar.TO_THE_DAY]


def _file(
    request: HttpRequest,
    title: str,
    name: str,
    held: Iterable[tuple[Occurrence, Heading]],
    reader: Reader,
) -> HttpResponseBase:
    """Holdings as a file in iCalendar."""
    entries = [
        icalendar.Entry(
            id=card.id,
            title=card.title,
            first=one.first,
            last=one.last,
            is_certain=bool(one.stated) and one.certainty == "exact",
            place=card.unit.text if card.unit else "",
            note=reader.say("events.announced" if one.stated else "events.by_custom"),
            address=absolute(request, card.href),
        )
        for one, card in held
    ]
    name = f"khue-{name}.ics"
    return StreamingHttpResponse(
        icalendar.write(title, entries, timezone.now()),
        content_type=f"{icalendar.MEDIA_TYPE}; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def _read(given: QueryDict, today: dt.date, reader: Reader) -> Asked:
    month = _month(given.get("month") or "", given.get("lunar") or "", today)
    if month is None:
        raise Http404
    place, kind = given.get("place") or "", given.get("kind") or ""
    known = reader.pack.vocabularies.get(KINDS)
    try:
        day = dt.date.fromisoformat(given.get("day") or "")
    except ValueError:
        day = None
    return Asked(
        month,
        place=place if reader.gazetteer.unit(place) else "",
        kind=kind if known and kind in known.concepts else "",
        day=day if day and month.first <= day <= month.last else None,
        page=read_page(given.get("page") or ""),
    )


def _month(solar: str, lunar: str, today: dt.date) -> Month | None:
    """The month that is asked for; this one where none is."""
    this = calendar.solar_month(today.year, today.month)
    if lunar in ("this", "next"):
        this = calendar.lunar_month(lunar_of(today).within)
        return calendar.beside(this, 1) if this and lunar == "next" else this
    if not solar and lunar:
        match = _MONTH.fullmatch(lunar)
        return match and calendar.lunar_month(
            LunarMonth(int(match[1]), int(match[2]), bool(match[3]))
        )
    if solar in ("", "this", "next"):
        return calendar.beside(this, 1) if this and solar == "next" else this
    match = _MONTH.fullmatch(solar)
    return calendar.solar_month(int(match[1]), int(match[2])) if match and not match[3] else None


def _narrowed(held: Iterable[Held], asked: Asked) -> list[Held]:
    found = agenda.of_place(held, asked.place) if asked.place else list(held)
    return [one for one in found if one.event.kind == asked.kind] if asked.kind else found


def _of_day(held: list[Held], day: dt.date | None) -> list[Held]:
    if day is None:
        return held
    return [
        one
        for one in held
        if one.occurrence.certainty in calendar.TO_THE_DAY
        and one.occurrence.first <= day <= one.occurrence.last
    ]


def cards(held: Sequence[Held], reader: Reader) -> list[tuple[Occurrence, Heading]]:
    """The holdings with what the registry tells of their events at this moment."""
    found = queries.public_documents(list(dict.fromkeys(one.event.id for one in held)))
    told = {
        name: replace(heading(document, reader), when="")
        for name, document in found.items()
        if document is not None
    }
    return [(one.occurrence, told[one.event.id]) for one in held if one.event.id in told]


def _way(month: Month | None, asked: Asked, reader: Reader) -> tuple[str, str] | None:
    """Where a month is, and what it is called."""
    if month is None:
        return None
    return asked.of(month).address(), calendar.short_title(month, reader)


def _ways(today: dt.date, asked: Asked, reader: Reader) -> list[tuple[str, str, bool]]:
    """This month and the next one in both calendars: address, name, whether it is shown."""
    found = []
    for parameter in ("month", "lunar"):
        for step in ("this", "next"):
            month = _month(*((step, "") if parameter == "month" else ("", step)), today)
            if month:
                label = reader.say(f"calendar.{step}_{parameter}")
                found.append((asked.of(month).address(), label, month == asked.month))
    return found


def _later(asked: Asked, reader: Reader) -> tuple[str, str] | None:
    """The next month in which something is on, if it is near."""
    month: Month | None = asked.month
    for _ in range(LOOKED_AHEAD):
        month = month and calendar.beside(month, 1)
        if month and _narrowed(agenda.held_between(month.first, month.last), asked):
            return _way(month, asked, reader)
    return None


def _places(held: Iterable[Held], asked: Asked, reader: Reader) -> list[tuple[str, str]]:
    """Units with events in the month, provinces first, and the one that is chosen."""
    codes = {code for one in held for code in one.event.units} | {asked.place} - {""}
    units = [unit for code in codes if (unit := reader.gazetteer.unit(code))]
    ordered = sorted(units, key=lambda one: (one.level != "province", sort_key(one.short)))
    return [(unit.code, choose(unit.name, reader.lang)) for unit in ordered]


def _kinds(held: Iterable[Held], asked: Asked, reader: Reader) -> list[tuple[str, str]]:
    """Kinds of events in the month, and the one that is chosen."""
    codes = Counter(one.event.kind for one in held).keys() | {asked.kind}
    known = reader.pack.vocabularies.get(KINDS)
    order = known.concepts if known else ()
    return [(code, reader.concept_label(KINDS, code)) for code in order if code in codes]
