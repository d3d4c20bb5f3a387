"""The home page: the ways in, the city on a map, a story, figures, what changed lately.

What it shows follows from the ledger and the day. It is kept until one of them changes, so that it
is as quick with a million records as with a thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue import search
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.places import Gazetteer
from khue.publish.occurrences import Occurrence
from khue.registry import queries
from khue.web.portal import agenda, editorial, outlines
from khue.web.portal import house as ask_house
from khue.web.portal.city import city
from khue.web.portal.editorial import Pick
from khue.web.portal.kept import Kept, State
from khue.web.portal.present import calendar, changes, maps, opening, still
from khue.web.portal.present import places as units
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, current_language

LATEST = 6
"""Records in the list of latest changes."""
SOON = dt.timedelta(days=120)
SHOWN_SOON = 4
"""How far ahead events are looked for, and how many of them are shown."""
CANDIDATES = 20
"""Hits among which an observation is looked for by its whole name."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, a search, the ways in, and what is in it."""
    return render(request, "portal/home.html", {"here": "home", **_contents(current_language())})


def _make(state: State) -> Mapping[str, Any]:
    lang, day = state.lang, state.day or timezone.localdate()
    reader = ask_house.reader_for(lang)
    counted, at = ask_house.contents()
    told_of = city()
    present = [unit for code in at if (unit := reader.gazetteer.unit(code))]
    communes = _communes(at, reader.gazetteer)
    main = ask_house.most_of(present, at) if present else ""
    told = ask_house.newest("story")
    return {
        "lang": lang,
        "heading": choose(told_of.heading, lang) or reader.say("home.heading"),
        "ways": opening.ways_in(editorial.ways(), counted, communes, reader),
        "places": communes,
        "total": sum(counted.values()),
        "position": search.position(),
        "map": maps.map_of_unit(main) if main else None,
        "still": _still(main, at, reader.gazetteer) if main else None,
        "units": units.busiest(at, reader.gazetteer, reader),
        "soon": opening.soon(_soon(day), reader),
        "story": opening.story(told, reader) if told else None,
        "figures": opening.figure_groups(told_of.figures, _observations(told_of), reader),
        "latest": changes.latest(queries.latest(PUBLIC, LATEST, house().pack), reader),
    }


def ways(reader: Reader) -> tuple[opening.WayIn, ...]:
    """The ways in, as the home page has them."""
    counted, at = ask_house.contents()
    return opening.ways_in(editorial.ways(), counted, _communes(at, reader.gazetteer), reader)


def _communes(at: Mapping[str, int], gazetteer: Gazetteer) -> int:
    """How many communes have records."""
    found = (gazetteer.unit(code) for code in at)
    return sum(unit is not None and unit.level == "commune" for unit in found)


def _still(province: str, at: Mapping[str, int], gazetteer: Gazetteer) -> still.Still | None:
    lines, rough = outlines.lines_of(province, gazetteer)
    return still.still(lines, gazetteer.communes(province), at, rough=rough)


_contents = Kept(_make, daily=True)


def _soon(day: dt.date) -> list[tuple[Occurrence, ask_house.Document]]:
    """The next holdings whose days are known, one of each event."""
    held = agenda.held_between(day, day + SOON, wait=True)  # what is kept must be of now
    sure = (one for one in held if one.occurrence.certainty in calendar.TO_THE_DAY)
    first = {one.event.id: one.occurrence for one in reversed([*sure])}
    names = sorted(first, key=lambda name: first[name][:2])[:SHOWN_SOON]
    found = queries.public_documents(names)
    return [(first[name], document) for name in names if (document := found[name])]


def _observations(told_of: editorial.City) -> Mapping[tuple[str, str], ask_house.Document]:
    """The observations that the city shows, as far as the registry has them."""
    picks = [pick for group in told_of.figures for pick in group.of]
    found = ((pick.key, _observation(pick)) for pick in picks)
    return {key: document for key, document in found if document is not None}


def _observation(pick: Pick) -> ask_house.Document | None:
    """An observation by its data set and name; None where there is none, or where more than one
    has the name, since nothing says which is meant."""
    query = search.Query(
        text=f'"{pick.name}"',
        type="observation",
        facets={"source": (pick.source,)},
        limit=CANDIDATES,
        counted=(),
    )
    named = [
        document
        for document in ask_house.documents_of(query)
        if document["name"].get("vi") == pick.name
    ]
    return named[0] if len(named) == 1 else None
