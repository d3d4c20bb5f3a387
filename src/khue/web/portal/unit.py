"""The pages of administrative units: one of today, and one of before 1/7/2025.

Both systems have codes of five digits, and many are the same: `/place/<code>` is a unit of today,
`/place/former/<code>` one of before. A code that only the former system has leads there.
"""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.web.portal import agenda, events
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask
from khue.web.portal.present import calendar, places
from khue.web.portal.present.calendar import HeldCard
from khue.web.portal.present.maps import map_of_unit
from khue.web.portal.present.places import Link
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, current_language

COMING = dt.timedelta(days=92)
SHOWN = 4
"""Holdings that a unit's page tells, of those of the coming days."""


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponseBase:
    """A province or commune: what it was made of, what is around it and what is in it."""
    reader = ask_house.reader_for(current_language())
    gazetteer = reader.gazetteer
    unit = gazetteer.unit(code)
    if unit is None:
        if gazetteer.former(code) is None:
            raise Http404
        return HttpResponseRedirect(reverse("former_place", args=[code]))
    found = ask_house.find_at(unit, reader.lang)
    communes = gazetteer.communes(code) if unit.level == "province" else ()
    around, by_boundaries = places.neighbours(unit, gazetteer, reader)
    page = {
        "lang": reader.lang,
        "here": "places",
        "unit": places.unit_heading(unit, gazetteer, reader),
        "counts": places.type_counts(found.types, code, reader),
        "total": found.total,
        "certain": ask_house.headings_of(found.certain, reader),
        "possible": ask_house.headings_of(found.possible, reader),
        "more": found.total > len(found.certain) + len(found.possible),
        "all_records": Ask(place=code).address(),
        "within_records": (
            Ask(within=code).address() if gazetteer.boundary(code) is not None else ""
        ),
        "map": map_of_unit(code) if found.total else None,
        "coming": coming(code, reader),
        "calendar": f"{reverse('events')}?place={code}",
        "communes": places.unit_counts(
            [(one, found.units.get(one.code, 0)) for one in communes], reader
        ),
        "neighbours": around,
        "by_boundaries": by_boundaries,
        "former": places.former_units(unit, gazetteer, reader),
    }
    return render(request, "portal/place.html", page)


@require_safe
def former(request: HttpRequest, code: str) -> HttpResponse:
    """A unit of before 1/7/2025: what it was part of and what became of it."""
    reader = ask_house.reader_for(current_language())
    unit = reader.gazetteer.former(code)
    if unit is None:
        raise Http404
    now = reader.gazetteer.unit(code)
    shown = places.former_page(unit, reader.gazetteer, reader)
    page = {
        "lang": reader.lang,
        "here": "places",
        "unit": shown,
        "search": Ask(text=shown.title).address(),
        "now": now and Link(choose(now.name, reader.lang), reverse("place", args=[code])),
    }
    return render(request, "portal/former.html", page)


def coming(code: str, reader: Reader) -> list[HeldCard]:
    """The next holdings in a unit, or possibly in it."""
    today = timezone.localdate()
    held = agenda.of_place(agenda.held_between(today, today + COMING), code)
    sure = [one for one in held if one.occurrence.certainty in calendar.TO_THE_DAY]
    return [
        calendar.held_card(one, card, reader) for one, card in events.cards(sure[:SHOWN], reader)
    ]
