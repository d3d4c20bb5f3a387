"""The pages: read the question, ask one room below, show the answer. Always as the public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
)
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.pipeline import house
from khue.web.portal import house as ask_house
from khue.web.portal import opening
from khue.web.portal.ask import PAGE_SIZE, Ask, read_ask
from khue.web.portal.called import called
from khue.web.portal.filtering import as_filters
from khue.web.portal.paging import page_count
from khue.web.portal.present import files, results
from khue.web.portal.present import places as units
from khue.web.portal.present.away import with_away
from khue.web.portal.present.found import with_why
from khue.web.portal.present.heading import heading
from khue.web.portal.present.maps import map_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.table import table
from khue.web.portal.present.wider import SHOWN, Wider, wider
from khue.web.portal.words import current_language


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What a question finds, with facets, chips and pages."""
    ask = read_ask(request.GET, house().pack)
    reader = ask_house.reader_for(current_language())
    found = ask_house.find(ask, results.offered(ask, house().pack), reader)
    words = found.words
    if words.words:
        ask_house.learn_names(reader, found.documents)
    last = page_count(found.total, PAGE_SIZE)
    cards = [with_why(heading(one, reader), one, words, reader) for one in found.documents]
    if near := ask.near:
        told = zip(cards, found.documents, strict=True)
        cards = [with_away(card, document, near, reader) for card, document in told]
    is_table = ask.view == "table"
    return _page(
        request,
        "search",
        status=404 if ask.page > last else 200,
        here="search",
        ask=ask,
        named=results.named(ask, reader),
        kept=[pair for pair in ask.pairs() if pair[0] not in ("q", "page")],
        total=found.total,
        words=words,
        unbounded=results.unbounded(ask, reader),
        cards=cards,
        table=table(ask, zip(found.documents, cards, strict=True), reader) if is_table else None,
        map=map_of(ask),
        views=results.views(ask, reader) if found.total else (),
        **({"ways": (), "wider": ()} if found.total else _instead(ask, found, reader)),
        facets=results.facets(found.facets, ask, reader),
        chips=results.chips(ask, found.query.limits, reader),
        called=called(ask.text, reader),
        meant=results.meant(ask, found.spelling, found.query.limits),
        as_filters=as_filters(ask, reader),
        partial=found.partial,
        sorts=results.sorts(ask, reader, by_words=bool(words.words)),
        pages=results.pages(ask, found.total),
        previous=replace(ask, page=ask.page - 1).address() if 1 < ask.page <= last else "",
        next=replace(ask, page=ask.page + 1).address() if ask.page < last else "",
        beyond=found.total > 0 and ask.page > last,
        first_page=replace(ask, page=1).address(),
        cleared=Ask(text=ask.text, sort=ask.without("near", "").sort, view=ask.view).address(),
        files=files.offered(ask, found.facets, reader),
    )


def _instead(ask: Ask, found: ask_house.Found, reader: Reader) -> dict[str, Any]:
    """What is offered where nothing is found: questions near it, or else the ways in."""
    near = _wider(ask, found, reader)
    return {"wider": near, "ways": () if near else opening.ways(reader)}


def _wider(ask: Ask, found: ask_house.Found, reader: Reader) -> list[Wider]:
    """Questions that ask for less and find something."""
    near = wider(ask, found.query.limits, reader.gazetteer, reader)
    counted = (replace(one, count=ask_house.count(one.ask)) for one in near)
    return list(islice((one for one in counted if one.count), SHOWN))


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Provinces and communes that have records."""
    reader = ask_house.reader_for(current_language())
    _, counted = ask_house.contents()
    provinces = units.provinces(counted, house().gazetteer, reader)
    return _page(request, "places", here="places", provinces=provinces)


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    page: Mapping[str, Any] = {"lang": current_language(), **context}
    return render(request, f"portal/{name}.html", page, status=status)
