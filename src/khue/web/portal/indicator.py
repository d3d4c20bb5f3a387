"""The page of an indicator: what it is, its values, how they came about.

`/measures/<key>?place=&by=` shows a place and a breakdown; `.json` and `.csv` hold every value,
`/time.svg` and `/parts.svg` are its charts, `/units.json` fills a map. What is behind a value tells
`counted`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue.charts import Bars, Lines, Panels
from khue.lib.numbers import measured
from khue.measures import definitions
from khue.measures.figures import Observation
from khue.measures.rows import COLUMNS, row_of_figure, row_of_value
from khue.measures.territory import Series, series_of
from khue.measures.values import ValueView
from khue.pipeline import Figures
from khue.places import Unit
from khue.publish.csv import guarded
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.charting import Kind, answer, state
from khue.web.portal.measured import About, figures_about, public_figures
from khue.web.portal.outlines import feature_of
from khue.web.portal.present import (
    definition,
    indicator,
    indicator_chart,
    overview,
    quality,
)
from khue.web.portal.present.chart import ChartPiece, piece_of
from khue.web.portal.present.classes import Class, class_of, classes_of
from khue.web.portal.present.maps import Map
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import (
    Told,
    dimension_label,
    place_label,
)
from khue.web.portal.words import current_language


@dataclass(frozen=True)
class Cut:
    """What of an indicator is asked for: the place ("" for all), the breakdown of the parts."""

    about: About
    place: str
    by: str
    series: Series | None
    dimensions: tuple[str, ...]
    stated: tuple[Observation, ...]

    @cached_property
    def past(self) -> list[ValueView]:
        """What was computed for the place, of every run."""
        return self.about.past(self.place) if self.about.values else []


@require_safe
@condition(etag_func=state)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """An indicator at a place."""
    reader = ask_house.reader_for(current_language(), citing=key)
    cut = read_cut(request, key, reader)
    return render(request, "portal/indicator.html", _page(cut, reader))


@require_safe
@condition(etag_func=state)
def as_json(request: HttpRequest, key: str) -> HttpResponse:
    """The definition of an indicator and all its values, computed and reported, of all places or of
    that of `?place=`."""
    reader = ask_house.reader_for(current_language())
    cut = read_cut(request, key, reader)
    one = cut.about.indicator
    told = {
        **one.to_json(),
        "select": one.select,
        "formula": one.formula,
        "values": list(_values(cut)),
        "findings": [finding.to_json() for finding in cut.about.findings],
    }
    return _open(JsonResponse(told, json_dumps_params={"ensure_ascii": False}))


@require_safe
@condition(etag_func=state)
def as_csv(request: HttpRequest, key: str) -> HttpResponse:
    """All values of an indicator as a table, a row for each."""
    cut = read_cut(request, key, ask_house.reader_for(current_language()))
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for value in _values(cut):
        terms = "; ".join(value["terms"] or ())
        row = {**value, "part": _flat(value["part"]), "terms": terms}
        writer.writerow({name: guarded(cell) for name, cell in row.items()})
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return _open(response)


def read_cut(request: HttpRequest, key: str, reader: Reader) -> Cut:
    """What an address asks of an indicator. Raises `Http404` for one that there is not, and for a
    place that there is not."""
    place = request.GET.get("place", "")
    cut = _cut(key, place, request.GET.get("by", ""), reader)
    if cut is None:
        raise Http404
    return cut


def _cut(key: str, place: str, by: str, reader: Reader) -> Cut | None:
    about = figures_about(key)
    if about is None or (place and reader.gazetteer.unit(place) is None):
        return None
    series = series_of(place, about.observations, reader.gazetteer) if place else None
    stated = indicator.figures_at(series, about)
    found = indicator.dimensions(about, place, stated)
    by = by if by in found else next(iter(found), "")
    return Cut(about, place, by, series, found, stated)


@dataclass(frozen=True)
class ByUnit:
    """The values of the communes of a province ("" for none), and the classes that fill them."""

    province: str
    rows: Sequence[Told]
    classes: Sequence[Class]


def _by_unit(cut: Cut, reader: Reader) -> ByUnit:
    province = indicator.province_of(cut.about, cut.place, reader)
    rows = indicator.units(cut.about, province, reader) if province else ()
    exact = [one.exact for one in rows if one.exact is not None]
    return ByUnit(province, rows, classes_of(exact, cut.about.indicator.unit, reader))


@require_safe
@condition(etag_func=state)
def chart(request: HttpRequest, key: str, which: str, kind: str) -> HttpResponse:
    """A chart of the page as a picture, as its specification or as its rows: `time`, or `parts` by
    a breakdown."""
    reader = ask_house.reader_for(current_language())
    cut = read_cut(request, key, reader)
    drawn = (
        _over_time(cut, reader) if which == "time" else _by_part(cut, _parts(cut, reader), reader)
    )
    if drawn is None:
        raise Http404
    return answer(request, cast(Kind, kind), drawn, f"{key}-{which}")


@require_safe
@condition(etag_func=state)
def units(request: HttpRequest, key: str) -> HttpResponse:
    """The communes of a province as a map fills them: each with its value in words, how strong the
    fill of its class is, and the address of what is behind it. GeoJSON."""
    reader = ask_house.reader_for(current_language())
    filled = _by_unit(read_cut(request, key, reader), reader)
    told = {one.place_code: one for one in filled.rows}
    communes = reader.gazetteer.communes(filled.province) if filled.province else ()
    found = (_filled(one, told.get(one.code), filled.classes, reader) for one in communes)
    collection = {"type": "FeatureCollection", "features": [one for one in found if one]}
    response = HttpResponse(orjson.dumps(collection), content_type="application/geo+json")
    return _open(response)


def _filled(
    unit: Unit, told: Told | None, held: Sequence[Class], reader: Reader
) -> dict[str, Any] | None:
    feature = feature_of(unit, reader.gazetteer, reader.lang)
    if feature is None:
        return None
    said, fill, known = reader.say("indicator.no_value"), 0, told is not None
    if told is not None:
        number = measured(told.value, told.unit)
        said = f"{number}, {told.period}"
        fill = 0 if told.exact is None else class_of(told.exact, held)
    feature["properties"] |= {
        "fill": fill,
        "known": known,
        "told": said,
        "href": told.href if told else "",
    }
    return feature


def _over_time(cut: Cut, reader: Reader) -> Lines | Panels | None:
    about = cut.about
    stands = indicator_chart.stands_of(about, public_figures(), reader)
    return indicator_chart.over_time(about, cut.place, cut.stated, cut.past, stands, reader)


def _parts(cut: Cut, reader: Reader) -> Sequence[Told]:
    return indicator.parts(cut.about, cut.place, cut.by, cut.stated, reader) if cut.by else ()


def _by_part(cut: Cut, rows: Sequence[Told], reader: Reader) -> Bars | None:
    return indicator_chart.by_part(cut.about, cut.place, cut.by, rows, reader)


def chart_over_time(key: str, place: str, reader: Reader) -> ChartPiece | None:
    """The chart of an indicator over time, for another page; None where there is none."""
    cut = _cut(key, place, "", reader)
    return _piece_over_time(cut, reader) if cut else None


def _piece_over_time(cut: Cut, reader: Reader) -> ChartPiece | None:
    time = _over_time(cut, reader)
    asked = {"place": cut.place} if cut.place else {}
    address = f"{reverse('measure', args=[cut.about.indicator.key])}/time"
    return piece_of(time, address, asked, "time") if time else None


def _charts(cut: Cut, rows: Sequence[Told], reader: Reader) -> dict[str, Any]:
    """The charts of a page, those that have something to show."""
    key, place = cut.about.indicator.key, {"place": cut.place} if cut.place else {}
    parts = _by_part(cut, rows, reader)
    address, asked = f"{reverse('measure', args=[key])}/parts", {**place, "by": cut.by}
    return {
        "over_time": _piece_over_time(cut, reader),
        "by_part": parts and piece_of(parts, address, asked, "by"),
    }


def _page(cut: Cut, reader: Reader) -> dict[str, Any]:
    about, one = cut.about, cut.about.indicator
    figures = public_figures()
    stated = cut.stated
    address = reverse("measure", args=[one.key])
    rows = _parts(cut, reader)
    return {
        "lang": reader.lang,
        "here": "measures",
        "head": indicator.head(one, reader),
        "place": cut.place,
        "place_label": place_label(cut.place, reader),
        "places": indicator.place_choices(about, cut.place, reader),
        "address": address,
        "question": f"?place={cut.place}" if cut.place else "",
        "figures": indicator.headline(about, cut.place, stated, reader),
        "by": cut.by,
        "bys": indicator.by_choices(cut.dimensions, cut.by, address, cut.place, reader),
        "by_label": dimension_label(cut.by, reader) if cut.by else "",
        "parts": rows,
        **_charts(cut, rows, reader),
        **_units(cut, reader),
        "every": indicator.every_value(about, cut.place, stated, reader),
        "has_places": bool(cut.place or about.values or any(one.place for one in stated)),
        "apart": indicator.counted_apart(stated),
        "carried": indicator.carried(cut.series.points, one, reader) if cut.series else (),
        "refused": indicator.carried(cut.series.refused, one, reader) if cut.series else (),
        "said": _findings(cut, figures, reader),
        "aims": overview.asked(figures, reader, one.key),
        "how": definition.how(one, figures.indicators, reader),
        "of_reported": definition.is_of_reported(one, figures.indicators),
        "formula": definition.formula_in_words(one.formula, figures.indicators, reader)
        if one.formula
        else "",
        "versions": definition.versions(cut.past, one, definitions.definition, reader),
        "runs": definition.runs(cut.past, one, reader),
        "corrected": definition.corrected(about.corrections, reader),
    }


def _findings(cut: Cut, figures: Figures, reader: Reader) -> list[quality.FindingCard]:
    """What the checks say, of the chosen place where one is chosen."""
    about = [one for one in cut.about.findings if cut.place in ("", one.place)]
    found = quality.in_order(about)
    documents = queries.public_documents([name for one in found for name in one.observations])
    return [quality.finding_card(one, figures, documents, reader) for one in found]


def _units(cut: Cut, reader: Reader) -> dict[str, Any]:
    """The values by unit: the communes of a province, and the provinces where there are several."""
    about, found = cut.about, _by_unit(cut, reader)
    province, rows = found.province, found.rows
    above = indicator.provinces(about, reader) if not cut.place else ()
    address = f"{reverse('measure_units', args=[about.indicator.key])}?place={province}"
    return {
        "map": Map(classes=address) if found.classes else None,
        "classes": found.classes,
        "empty_units": _empty(province, rows, reader),
        "units": rows,
        "worst_first": indicator.has_worst(about.indicator),
        "province": place_label(province, reader) if province else "",
        "unplaced": indicator.unplaced(about, province, rows, reader) if rows else "",
        "provinces": above if len(above) > 1 else (),
    }


def _empty(province: str, rows: Sequence[Told], reader: Reader) -> int:
    """How many communes of a province have no value."""
    return len(reader.gazetteer.communes(province)) - len(rows) if province else 0


def _values(cut: Cut) -> Iterator[dict[str, Any]]:
    """Every value for programs; those of one place where that is asked for."""
    about, one = cut.about, cut.about.indicator
    for value in about.by_place.get(cut.place, ()) if cut.place else about.values:
        yield row_of_value(value, one)
    for figure in cut.stated:
        yield row_of_figure(figure, one)


def _flat(part: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={held}" for name, held in part.items())


def _open(response: HttpResponse) -> HttpResponse:
    """Whoever keeps it has to ask each time whether it still holds."""
    response["Cache-Control"] = "public, no-cache"
    return response
