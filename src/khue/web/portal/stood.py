"""A record as it stood: at an entry of the ledger, or at the end of a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.registry import queries
from khue.registry.queries import ChangeView, RecordView
from khue.web.portal import house as ask_house
from khue.web.portal.figures import show_date
from khue.web.portal.present.heading import heading
from khue.web.portal.words import current_language

FIRST = dt.date(1900, 1, 1)
"""Days before this are days of no registry; those near year 1 cannot be reckoned in UTC."""

_POSITION = re.compile(r"[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_at(text: str) -> int | dt.date | None:
    """A position of the ledger, or a day (ISO 8601); None for anything else. A day that has not
    come is today: nobody knows how the record will stand."""
    if _POSITION.fullmatch(text):
        return int(text)
    if not _DAY.fullmatch(text):
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return min(max(day, FIRST), timezone.localdate())


def as_it_stood(
    view: RecordView, at: int | dt.date, past: Sequence[ChangeView]
) -> RecordView | None:
    """The record with this `past` at a position or at the end of a day; None where the public knew
    nothing of it."""
    moment = at if isinstance(at, int) else _end_of(at)
    return queries.as_of(PUBLIC, view.id, moment, house().pack, past)


def not_there(
    request: HttpRequest, view: RecordView, at: int | dt.date, past: Sequence[ChangeView]
) -> HttpResponse:
    """404: on that day the record was not in the registry, or not public; when it first was, and
    what there is instead. Of a position that means nothing there is nothing to tell."""
    known = [change for change in past if change.document is not None]
    if isinstance(at, int) or not known:
        raise Http404
    reader = ask_house.reader_for(current_language())
    first = known[-1]
    page = {
        "lang": reader.lang,
        "heading": heading(view.document, reader),
        "day": show_date(at, reader.lang),
        "asked": at.isoformat(),
        "not_yet": first.at > _end_of(at),
        "first": show_date(first.at, reader.lang),
        "first_address": f"{reverse('record', args=[view.id])}?at={first.seq}",
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "portal/stood_none.html", page, status=404)


def _end_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))
