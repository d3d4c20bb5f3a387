"""A source: what it is, when it came in, and what came from it. Always as the public."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue.lib.identifiers import is_ulid
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present.source import brought, source_page
from khue.web.portal.words import current_language

LISTED = 24
"""Changes on a page."""


@require_safe
def source(request: HttpRequest, source_id: str) -> HttpResponse:
    """A source by its identifier, with a page (`?page=`) of what came from it."""
    pack = house().pack
    found = queries.source(PUBLIC, source_id, pack) if is_ulid(source_id) else None
    if found is None:
        raise Http404
    address = reverse("source", args=[source_id])
    count = min(found.count, queries.MOST_OF_SOURCE)
    page = read_page(request.GET.get("page") or "")
    turn = paging(page, count, LISTED, lambda number: f"{address}?page={number}")
    changes = queries.changes_of_source(
        PUBLIC, source_id, pack, offset=(page - 1) * LISTED, limit=LISTED
    )
    reader = ask_house.reader_for(current_language())
    return render(
        request,
        "portal/source.html",
        {
            "lang": reader.lang,
            "source": source_page(found, reader),
            "count": count,
            "beyond": found.count > queries.MOST_OF_SOURCE,
            "brought": brought(changes, reader),
            "turn": turn,
        },
    )
