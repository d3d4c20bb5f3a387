"""What the address of a chart gives: the picture, the specification, or the rows.

A page `…/x` that shows a chart has `…/x/chart.svg`, `.json` and `.csv`, with the question of the
page. `size=narrow` lays it out for a phone, `theme=dark` draws it in the colours of the night.
Where too many wait for theirs, a picture says so instead.
"""

from __future__ import annotations

import csv
import io
from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from khue import __version__
from khue.charts import (
    NARROW,
    WIDE,
    Busy,
    Chart,
    draw_svg,
    sentence,
    size_of,
    spec_of,
    table_of,
)
from khue.measures.values import last_value
from khue.pipeline import house
from khue.publish.csv import guarded
from khue.web.portal import house as ask_house
from khue.web.portal.addresses import absolute
from khue.web.portal.words import current_language, say

Kind = Literal["svg", "json", "csv"]
KINDS: tuple[Kind, ...] = ("svg", "json", "csv")


PATIENCE = 4.0
"""Seconds that a visitor waits for the turn of a picture. Charts are drawn one after the other,
each in some tenths of a second; who waits longer keeps a thread of the server from others."""


def state(request: HttpRequest, *_: object, **__: object) -> str | None:
    """What a page of figures follows from beside its address, for `condition(etag_func=state)`:
    the ledger, the pack, the computed values, the day (of targets) and the language. None while the
    index is behind the ledger: what leads to records may then be another next time."""
    head = ask_house.followed()
    if head is None:
        return None
    return (
        f'"{__version__}-{house().pack.sha256[:12]}-{head}'
        f'-{last_value()}-{timezone.localdate()}-{current_language()}"'
    )


def answer(request: HttpRequest, kind: Kind, chart: Chart, name: str) -> HttpResponse:
    """A chart in the form of its address; `name` is that of the file. Whoever keeps it has to ask
    each time whether it still holds."""
    response = _make(request, kind, chart)
    response.setdefault("Cache-Control", "public, no-cache")
    if kind == "csv":
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _make(request: HttpRequest, kind: Kind, chart: Chart) -> HttpResponse:
    if kind == "csv":
        return HttpResponse(_csv(chart), content_type="text/csv; charset=utf-8")
    width = NARROW if request.GET.get("size") == "narrow" else WIDE
    spec = spec_of(chart, width)
    if kind == "json":
        return JsonResponse(spec)
    dark = request.GET.get("theme") == "dark"
    try:
        drawn = draw_svg(spec, dark, site=absolute(request, "/")[:-1], patience=PATIENCE)
    except Busy:
        return _busy(sentence(say("chart.busy", current_language()), *size_of(chart, width), dark))
    return HttpResponse(drawn, content_type="image/svg+xml")


def _busy(said: str) -> HttpResponse:
    """A picture that says that there is none now: the table beneath it has the figures. Nobody
    keeps it."""
    response = HttpResponse(said, content_type="image/svg+xml", status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


def _csv(chart: Chart) -> str:
    table, text = table_of(chart), io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([guarded(cell) for cell in row] for row in table.raw)
    return text.getvalue()
