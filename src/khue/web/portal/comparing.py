"""`/measures/compare?indicator=&places=&sort=`: one indicator in several places, chart and rows.

`places` are codes of present units with commas between, or repeated; without them the provinces are
compared, or the communes of the one province that has values. `sort` is `value` (the greatest
first) or `name`.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue.places import Gazetteer
from khue.publish.csv import guarded
from khue.web.portal import charting
from khue.web.portal import house as ask_house
from khue.web.portal.measured import About, figures_about, public_figures
from khue.web.portal.present import comparable, comparison, indicator
from khue.web.portal.present.chart import piece_of
from khue.web.portal.present.comparison import MOST_PLACES, SORTS, Asked, Place
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import current_language

COLUMNS = (
    *("indicator", "place", "name", "period", "value", "told", "unit", "status", "way"),
    *("source", "note"),
)
"""Of the rows for programs."""


@require_safe
@condition(etag_func=charting.state)
def compare(request: HttpRequest) -> HttpResponse:
    """The page of a comparison; without an indicator, what can be compared. What is no place is not
    asked. Raises `Http404` for what is no indicator."""
    reader = ask_house.reader_for(current_language())
    asked = read_asked(request, reader.gazetteer)
    if request.GET.get("indicator") and not asked.indicator:
        raise Http404
    page: dict[str, Any] = {
        "lang": reader.lang,
        "here": "measures",
        "asked": asked,
        "offered": comparable.offered(public_figures(), asked, reader),
    }
    about = figures_about(asked.indicator) if asked.indicator else None
    if about is not None:
        page |= _compared(about, asked, reader)
    response = render(request, "portal/compare.html", page)
    response["Cache-Control"] = "public, no-cache"
    return response


def _compared(about: About, asked: Asked, reader: Reader) -> dict[str, Any]:
    some = comparison.places(about, public_figures(), asked, reader)
    drawn = comparison.chart_of(some, about.indicator, reader)
    address = f"{reverse('compare')}/chart"
    return {
        "head": indicator.head(about.indicator, reader),
        "places": some,
        "refused": [place for place in some if place.refused],
        "missing": [place for place in some if not place.rows],
        "orders": comparison.orders(asked, reader),
        "asked_of": [place for place in some if place.goals],
        "options": comparison.options(about, asked, reader),
        "most": MOST_PLACES,
        "chart": piece_of(drawn, address, asked.parameters()) if drawn else None,
        "csv": asked.address("compare_csv"),
    }


@require_safe
@condition(etag_func=charting.state)
def chart(request: HttpRequest, kind: charting.Kind) -> HttpResponse:
    """The chart of a comparison. 404 where there is nothing to draw."""
    reader, about, asked, some = _asked_for(request)
    drawn = comparison.chart_of(some, about.indicator, reader)
    if drawn is None:
        raise Http404
    return charting.answer(request, kind, drawn, f"{asked.indicator}-compare-chart")


@require_safe
@condition(etag_func=charting.state)
def as_csv(request: HttpRequest) -> HttpResponse:
    """Every value of every place that is compared."""
    _, _, asked, some = _asked_for(request)
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for cells in comparison.cells_of(some):
        row = {"indicator": asked.indicator, **cells}
        writer.writerow({name: guarded(cell) for name, cell in row.items()})
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{asked.indicator}-compare.csv"'
    response["Cache-Control"] = "public, no-cache"
    return response


def _asked_for(request: HttpRequest) -> tuple[Reader, About, Asked, tuple[Place, ...]]:
    """What a file is made of. Raises `Http404` for no indicator."""
    reader = ask_house.reader_for(current_language())
    asked = read_asked(request, reader.gazetteer)
    about = figures_about(asked.indicator)
    if about is None:
        raise Http404
    return reader, about, asked, comparison.places(about, public_figures(), asked, reader)


def read_asked(request: HttpRequest, gazetteer: Gazetteer) -> Asked:
    """What an address asks for, of what there is."""
    key = request.GET.get("indicator", "")
    stated = [code for text in request.GET.getlist("places") for code in text.split(",")]
    known = [code for code in dict.fromkeys(stated) if gazetteer.unit(code)]
    sort = request.GET.get("sort", "")
    return Asked(
        key if key in public_figures().indicators else "",
        tuple(known[:MOST_PLACES]),
        sort if sort in SORTS else "",
    )
