"""A record: as it is, as it stood, its public document, and its history. Always as the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.registry.queries import ChangeView, RecordView
from khue.web.portal import events, measured, reading, standing
from khue.web.portal import house as ask_house
from khue.web.portal.addresses import absolute
from khue.web.portal.ask import Ask
from khue.web.portal.figures import show_date
from khue.web.portal.finding import find_record
from khue.web.portal.nearby import nearby
from khue.web.portal.paging import paging, read_page
from khue.web.portal.present import attached, calendar, changes
from khue.web.portal.present.citing import citation
from khue.web.portal.present.heading import heading, names
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.record import record_page
from khue.web.portal.stood import as_it_stood, not_there, read_at
from khue.web.portal.words import current_language

LISTED = 20
"""Versions on a page of the history."""


@require_safe
def record(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """A record as it is now, or as it stood at a time (`?at=`: ledger position or day)."""
    view = find_record(record_id)
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("record", args=[view.id]))
    at = request.GET.get("at", "")
    if not at and (read := reading.page_of(request, view)):
        return read
    past = queries.history(PUBLIC, view.id, house().pack)
    if not at:
        return render(request, "portal/record.html", _shown(request, view, None, past))
    asked = read_at(at)
    if asked is None:
        raise Http404
    stood = as_it_stood(view, asked, past)
    if stood is None:
        return not_there(request, view, asked, past)
    page = _shown(request, view, stood, past)
    if isinstance(asked, dt.date):
        page["stood_day"] = show_date(asked, current_language())
    return render(request, "portal/record.html", page)


def _shown(
    request: HttpRequest,
    view: RecordView,
    stood: RecordView | None,
    history: Sequence[ChangeView],
) -> dict[str, object]:
    """What the page of a record with this history tells, now or as it `stood`."""
    lang, pack = current_language(), house().pack
    shown = stood or view
    past = [change for change in history if stood is None or change.seq <= stood.seq]
    reader = ask_house.reader_for(lang, citing=view.id)
    reader = replace(reader, indicator_of=measured.indicator_name)
    ask_house.learn_names(reader, [shown.document])
    ask_house.learn_policies(reader, shown.document)
    referring = [] if stood else queries.referring(PUBLIC, view.id, pack)
    document = shown.document
    if stood is None and document.get("sources"):
        document = queries.with_stated_names(document, queries.stated_names(view.id, pack))
    page = record_page(document, queries.setters(past), past, referring, reader)
    known = ask_house.files_of(shown)
    changed = past[0].at if past else timezone.now()
    address = absolute(request, f"/id/{view.id}")
    type_ = pack.types[view.type]
    return {
        "lang": lang,
        "page": page,
        "map": page.spot.map if page.spot else None,
        "name_label": reader.label(type_.fields["name"]),
        "type_address": Ask(type=view.type).address(),
        "gallery": attached.pictures(shown.document, known, reader),
        "papers": attached.papers(shown.document, known, reader),
        "moments": changes.moments(history, past, reader),
        "coming": None if stood else _coming(view, reader),
        "nearby": None if stood else nearby(shown.document, type_, reader),
        "citation": citation(
            view.id, names(shown.document), len(past), changed, address, timezone.localdate()
        ),
        **({} if stood else standing.parts_of(view, reader)),
        "stood": stood is not None,
        "stood_date": show_date(changed, lang),
        "version": len(past),
        "changed": changed,
    }


def _coming(view: RecordView, reader: Reader) -> tuple[str, str] | None:
    """When an event is next held, in words, and where its month is told; None where no day of the
    coming year and some weeks is known."""
    first = next(iter(events.coming(view)), None)
    if first is None:
        return None
    days = calendar.occurrence_words(first, reader)
    return days, f"{reverse('events')}?month={max(first.first, timezone.localdate()):%Y-%m}"


@require_safe
def record_json(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """The public document of a record."""
    view = find_record(record_id)
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("record_json", args=[view.id]))
    return JsonResponse(view.document, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
def history(request: HttpRequest, record_id: str) -> HttpResponseBase:
    """The public versions of a record, newest first, a page (`?page=`) of them."""
    view = find_record(record_id)
    if view.id != record_id:
        return HttpResponsePermanentRedirect(reverse("history", args=[view.id]))
    reader = ask_house.reader_for(current_language())
    past = queries.history(PUBLIC, view.id, house().pack)
    number = read_page(request.GET.get("page") or "")
    address = reverse("history", args=[view.id])
    turn = paging(number, len(past), LISTED, lambda other: f"{address}?page={other}")
    some = past[(number - 1) * LISTED : number * LISTED]
    page = {
        "lang": reader.lang,
        "heading": heading(view.document, reader),
        "versions": changes.versions(some, house().pack.types[view.type], reader),
        "count": len(past),
        "turn": turn,
        "moments": changes.moments(past, past, reader),
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "portal/history.html", page)
