"""`/explore.json`: what a question finds, for programs and for pages that redraw themselves.

The parameters are those of the search page (`ask`), and `count=`: the keys of the facets to count,
with commas between; without it all of them. As the page, it knows nothing but what is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue import __version__
from khue.pipeline import house
from khue.search import FacetValue
from khue.web.portal import house as ask_house
from khue.web.portal.ask import PAGE_SIZE, Ask, read_ask
from khue.web.portal.house import FILTERS
from khue.web.portal.paging import page_count
from khue.web.portal.present.heading import names
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.results import meant_text, value_label
from khue.web.portal.words import choose, current_language

MOST_VALUES = 200
"""Of each facet so many values are told, the most frequent: more than the units of a province."""


def state(request: HttpRequest, *_: object) -> str | None:
    """What every answer follows from beside its address; None while the index is behind the ledger,
    since the next answer may then be another."""
    head = ask_house.followed()
    if head is None:
        return None
    return f'"{__version__}-{house().pack.sha256[:12]}-{head}"'


@require_safe
@condition(etag_func=state)
def explore(request: HttpRequest) -> JsonResponse:
    """A page of hits with the facets that were asked for. Any parameters give an answer.

    Whoever keeps it has to ask each time whether it still holds, since what was withdrawn must not
    be shown.
    """
    ask = read_ask(request.GET, house().pack)
    reader = ask_house.reader_for(current_language())
    found = ask_house.find(ask, _counted(request.GET.get("count")), reader)
    answer = {
        "total": found.total,
        "page": ask.page,
        "pages": page_count(found.total, PAGE_SIZE),
        "page_size": PAGE_SIZE,
        "hits": [_hit(document, reader) for document in found.documents],
        "spelling": meant_text(found.spelling, found.query.limits),
        "partial": found.partial,
        "understood": [
            {"typed": limit.typed, "values": [list(value) for value in limit.values]}
            for limit in found.query.limits
            if limit.typed
        ],
        "facets": {key: _values(key, found.facets[key], ask, reader) for key in found.facets},
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "public, no-cache"
    return response


def _counted(text: str | None) -> list[str]:
    """The facets that `count` names, of those that there are; all where it is not given."""
    known = ("type", "place", "present", "source", *house().pack.facets)
    wanted = known if text is None else text.split(",")
    return [key for key in known if key in wanted]


def _hit(document: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    return {
        "id": document["id"],
        "type": document["type"],
        "label": choose(names(document), reader.lang),
        "address": reverse("record", args=[document["id"]]),
    }


def _values(
    key: str, counted: Iterable[FacetValue], ask: Ask, reader: Reader
) -> list[dict[str, Any]]:
    named = FILTERS.get(key, key)
    return [
        {
            "value": one.value,
            "label": value_label(named, one.value, ask, reader),
            "count": one.count,
        }
        for one in list(counted)[:MOST_VALUES]
    ]
