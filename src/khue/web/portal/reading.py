"""Stories and tours: their lists, and the page of each, which is made for reading.

A story or a tour is a record, so its address is the record's (`/id/...`) and stays; there people
read it, and `?view=record` shows it as a record, with its sources, questions and history.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue import search
from khue.lib.identifiers import is_ulid
from khue.lib.vietnamese import display
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.registry.queries import RecordView
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask
from khue.web.portal.finding import find_record
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import markdown, tour
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.maps import Map, map_of_unit
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.present.spot import spot
from khue.web.portal.present.values import Shown, show
from khue.web.portal.words import choose, current_language, spoken

STORY, TOUR = "story", "tour"
PAGE_SIZE = 20
MORE = 3
"""Other stories or tours that a page leads to."""
LISTED = 8
"""Records beside a map in a story."""
MOST_LOOKED_UP = 12
"""Numbers and names in one story whose records are searched for; editors give identifiers to the
others."""
MOST_EMBEDDED = 60
"""Cards and maps in one story."""
LOOKED_AT = 10
"""Hits among which the record of a name is looked for."""
WORDS_A_MINUTE = 220
"""Syllables that people read in a minute: Vietnamese writes each by itself."""


@dataclass(frozen=True)
class Part:
    """A part of a story as its template shows it."""

    kind: str
    html: str = ""
    text: str = ""
    card: Heading | None = None
    map: Map | None = None
    cards: tuple[Heading, ...] = ()
    total: int = 0
    href: str = ""


@dataclass(frozen=True)
class Teaser:
    """A story or tour in a list: its card, and what invites to it."""

    card: Heading
    lead: str
    lead_lang: str
    line: tuple[str, ...]


@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """All stories, newest first."""
    return _list(request, STORY, "stories")


@require_safe
def tours(request: HttpRequest) -> HttpResponse:
    """All tours."""
    return _list(request, TOUR, "tours")


@require_safe
def stops_json(request: HttpRequest, record_id: str) -> HttpResponse:
    """The stops of a tour that have a point, as `/map.json` tells records, and in `lines` what
    joins them in order."""
    view = find_record(record_id)
    if view.type != TOUR:
        raise Http404
    reader = ask_house.reader_for(current_language())
    named = tour.stop_records(view.document)
    found = {id_: one for id_, one in queries.public_documents(named).items() if one is not None}
    features = tour.points_told(view.document, found.values(), reader)
    told = {"type": "FeatureCollection", "total": len(found), "features": features}
    told |= {"without_point": len(found) - len(features)}
    answer = JsonResponse(told | {"lines": tour.lines_told(view.document, found, reader)})
    answer["Cache-Control"] = "public, no-cache"
    return answer


def page_of(request: HttpRequest, view: RecordView) -> HttpResponse | None:
    """The page on which a record is read, if it is of a type that has one and not asked for as a
    record."""
    make = PAGES.get(view.type)
    if make is None or request.GET.get("view") == "record":
        return None
    reader = ask_house.reader_for(current_language())
    page = {
        "lang": reader.lang,
        "heading": heading(view.document, reader),
        "lead": choose(view.document.get("description"), reader.lang),
        "lead_lang": spoken(view.document.get("description"), reader.lang),
        "more": _teasers(_newest(view.type, MORE + 1, 0)[1], reader, without=view.id)[:MORE],
    }
    return render(request, f"portal/{view.type}.html", page | make(view.document, reader))


def _story(document: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    body = document.get("body") or {}
    text = choose(body, reader.lang)
    parsed = markdown.parse(text)
    about = [str(one) for one in document.get("about") or ()]
    ask_house.learn_names(reader, [document])
    targets = _addresses(parsed.targets, about, reader)
    parts = _parts(markdown.blocks(parsed, targets), targets, reader)
    return {
        "here": "stories",
        "parts": parts,
        "mapped": any(one.map for one in parts),
        "body_lang": spoken(body, reader.lang),
        "line": _line(document, reader),
        "about": _headings(about, reader),
        "sources": _shown(document, "citations", reader),
        "credits": document.get("credits") or "",
    }


def _tour(document: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    type_ = reader.pack.types[TOUR]
    found = queries.public_documents(tour.stop_records(document))
    known = {name: one for name, one in found.items() if one is not None}
    route = tour.route(document, known, reader)
    held_at = [] if route.stops else [heading(one, reader) for one in known.values()]
    has_points = bool(tour.points_told(document, known.values(), reader))
    source = reverse("stops_json", args=[document["id"]])
    ask_house.learn_names(reader, [document])
    return {
        "here": "tours",
        "route": route,
        "held_at": held_at,
        "map": Map(source) if has_points else None,
        "facts": tour.facts(document, type_, reader),
        "itinerary": _shown(document, "itinerary", reader),
        "sources": _shown(document, "citations", reader),
        "kind": reader.concept_label("tour_kind", str(document.get("kind") or "")),
    }


PAGES: Mapping[str, Callable[[Mapping[str, Any], Reader], dict[str, Any]]] = {
    STORY: _story,
    TOUR: _tour,
}
"""What each type that is read tells its template."""


def _addresses(targets: Sequence[str], about: Sequence[str], reader: Reader) -> dict[str, str]:
    """Where the targets of a text are, those that the public may know of: units by their codes,
    records by their identifiers, by the name of one that the story is about, by number or name."""
    found: dict[str, str] = {}
    looked_up = 0
    named = {name: one for one in about for name in _names(reader.context.label_of(one))}
    for target in targets:
        record = named.get(target)
        if reader.gazetteer.unit(target):
            found[target] = reverse("place", args=[target])
        elif is_ulid(target):
            record = target if reader.context.label_of(target) else None
        elif record is None and looked_up < MOST_LOOKED_UP:
            looked_up += 1
            record = _look_up(target)
        if record:
            found[target] = reverse("record", args=[record])
    return found


def _names(label: Mapping[str, str] | None) -> list[str]:
    return [label[lang] for lang in ("vi", "en") if label and label.get(lang)]


def _look_up(name: str) -> str | None:
    """The one public record that has this number or is called so; None where several are."""
    query = search.Query(text=name, limit=LOOKED_AT, counted=())
    hits = search.find(query, house().pack).hits
    documents = queries.public_documents([hit.id for hit in hits]).values()
    found = [one["id"] for one in documents if one and display(name) in _called(one)]
    return str(found[0]) if len(found) == 1 else None


def _called(document: Mapping[str, Any]) -> set[str]:
    numbers = {str(one.get("value")) for one in document.get("identifiers") or ()}
    return numbers | set(_names(document.get("name")))


def _parts(
    blocks: Iterable[markdown.Block], targets: Mapping[str, str], reader: Reader
) -> list[Part]:
    """The parts of a story. A card or map that stands in it more than once is looked up once; what
    are too many of them stays as text."""
    found: dict[tuple[str, str], Part] = {}
    parts: list[Part] = []
    embedded = 0
    for one in blocks:
        embedded += one.kind != "prose"
        if embedded > MOST_EMBEDDED and one.kind != "prose":
            parts.append(Part("text", text=one.text))
            continue
        if one.kind == "prose":
            parts.append(Part("prose", html=one.html))
            continue
        if (one.kind, one.target) not in found:
            found[one.kind, one.target] = _embedded(one, targets[one.target], reader)
        parts.append(replace(found[one.kind, one.target], text=one.text))
    return parts


def _embedded(block: markdown.Block, href: str, reader: Reader) -> Part:
    if reader.gazetteer.unit(block.target):
        ask = Ask(place=block.target)
        found = ask_house.find(ask, (), reader)
        cards = tuple(heading(one, reader) for one in found.documents[:LISTED])
        around = map_of_unit(block.target)
        return Part("map", "", block.text, None, around, cards, found.total, ask.address())
    view = queries.get(PUBLIC, href.rpartition("/")[2], house().pack)
    if view is None:
        return Part("text", text=block.text)
    card = heading(view.document, reader)
    map_ = _map_of(view, reader) if block.kind == "map" else None
    if map_ is None:
        return Part("record", text=block.text, card=card)
    return Part("map", "", block.text, None, map_, (card,), 1, card.href)


def _map_of(view: RecordView, reader: Reader) -> Map | None:
    """The map of a record: of a tour its stops, of others where they are, if that is known."""
    if view.type == TOUR:
        return Map(reverse("stops_json", args=[view.id]))
    found = spot(view.document, reader.pack.types[view.type], reader)
    return found.map if found else None


def _headings(records: Sequence[str], reader: Reader) -> list[Heading]:
    found = queries.public_documents(records).values()
    return [heading(one, reader) for one in found if one is not None]


def _shown(document: Mapping[str, Any], name: str, reader: Reader) -> tuple[Shown, ...]:
    type_ = reader.pack.types[str(document["type"])]
    field = next((one for one in public_fields(type_) if one.name == name), None)
    return show(field, document[name], reader) if field and name in document else ()


def _list(request: HttpRequest, type_: str, name: str) -> HttpResponse:
    reader = ask_house.reader_for(current_language())
    page = read_page(request.GET.get("page") or "")
    total, documents = _newest(type_, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    address = reverse(name)
    context = {
        "lang": reader.lang,
        "here": name,
        "title": reader.say(f"{name}.title"),
        "what": reader.say(f"{name}.what"),
        "none": reader.say(f"{name}.none"),
        "teasers": _teasers(documents, reader),
        "turn": paging(page, total, PAGE_SIZE, lambda number: f"{address}?page={number}"),
    }
    return render(request, "portal/reading.html", context)


def _newest(type_: str, limit: int, offset: int) -> tuple[int, list[Mapping[str, Any]]]:
    query = search.Query(type=type_, sort="newest", limit=limit, offset=offset, counted=())
    found = search.find(query, house().pack)
    documents = queries.public_documents([hit.id for hit in found.hits]).values()
    return found.total, [one for one in documents if one is not None]


def _teasers(
    documents: Sequence[Mapping[str, Any]], reader: Reader, without: str = ""
) -> list[Teaser]:
    stops = [name for one in documents for name in tour.stop_records(one)]
    public = {name for name, one in queries.public_documents(stops).items() if one is not None}
    return [
        Teaser(
            heading(one, reader),
            choose(one.get("description"), reader.lang),
            spoken(one.get("description"), reader.lang),
            _line(one, reader, public),
        )
        for one in documents
        if one["id"] != without
    ]


def _line(
    document: Mapping[str, Any], reader: Reader, public: Container[str] = ()
) -> tuple[str, ...]:
    """A story's byline, day and length; a tour's kind, stops and duration. Of its stops those are
    counted that are `public`, or have no record."""
    if document["type"] == STORY:
        count = len(choose(document.get("body"), reader.lang).split())
        told = [reader.say("story.by", name=document["byline"])] if document.get("byline") else []
        told += [one.text for one in _shown(document, "published", reader)]
        minutes = max(1, round(count / WORDS_A_MINUTE))
        return (*told, reader.say("story.minutes", count=minutes)) if count else tuple(told)
    told = [one.text for one in _shown(document, "kind", reader)]
    if stops := tour.shown_stops(document, public):
        told.append(reader.say("tour.stops_count", count=stops))
    if document.get("minutes"):
        told.append(reader.say("tour.minutes", count=document["minutes"]))
    return tuple(told)
