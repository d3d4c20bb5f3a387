"""`/map.json`: what a question finds, as a map shows it, in GeoJSON (RFC 7946).

The parameters are those of the search page (`ask`), and `zoom=`, from 0 to 18. As the page, it
knows nothing but what is public. What has no point of its own is told by unit, and is nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from khue import search
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.places import Gazetteer
from khue.registry import queries
from khue.search import AtUnit, Box, Cell, Placed, Position
from khue.web.portal.answers import state
from khue.web.portal.ask import read_ask
from khue.web.portal.house import query_of
from khue.web.portal.words import Lang, choose, current_language

LAST_ZOOM = 18
_ZOOM = re.compile(r"([0-9]{1,2})(?:\.[0-9]{1,20})?")


@require_safe
@condition(etag_func=state)
def map_data(request: HttpRequest) -> HttpResponse:
    """Clusters, single records, and units with how many records are only known to be there. Any
    parameters give an answer."""
    ask = read_ask(request.GET, house().pack)
    zoom = _read_zoom(request.GET.get("zoom") or "")
    found = search.clusters(query_of(ask), house().pack, zoom)
    lang, gazetteer = current_language(), house().gazetteer
    features = [*_features(found.cells, lang), *_units(found.units, ask.box, lang, gazetteer)]
    answer = {
        "type": "FeatureCollection",
        "total": found.total,
        "without_point": found.without,
        "features": features,
    }
    response = HttpResponse(orjson.dumps(answer), content_type="application/geo+json")
    response["Cache-Control"] = "public, no-cache"
    return response


def _read_zoom(text: str) -> int:
    """A zoom, of which maps tell fractions too; 0, the whole world, where there is none."""
    match = _ZOOM.fullmatch(text)
    return min(int(match[1]), LAST_ZOOM) if match else 0


def _features(cells: Iterable[Cell], lang: Lang) -> Iterator[dict[str, Any]]:
    named = [one.hit.id for cell in cells for one in cell.records]
    # The registry says what is public now; the index may be a moment behind.
    public = queries.labels(PUBLIC, named, house().pack)
    for cell in cells:
        if not cell.records:
            yield _feature(cell.position, count=cell.count)
        yield from (_record(one, lang) for one in cell.records if one.hit.id in public)


def _record(one: Placed, lang: Lang) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.hit.id, "type": one.hit.type}
    told["label"] = choose(one.hit.label, lang)
    if one.precision_m is not None:
        told["precision_m"] = one.precision_m
    return _feature(one.position, **told)


def _units(
    units: Iterable[AtUnit], box: Box | None, lang: Lang, gazetteer: Gazetteer
) -> Iterator[dict[str, Any]]:
    """The units that have records without a point, at their middle, if that is on the map."""
    for one in units:
        unit = gazetteer.unit(one.unit)
        if unit is None or unit.lon is None or unit.lat is None:
            continue
        middle = Position(unit.lon, unit.lat)
        if box is None or box.holds(middle):
            yield _feature(
                middle,
                unit=unit.code,
                level=unit.level,
                label=choose(unit.name, lang),
                count=one.count,
                certain=one.certain,
                precision="unit",
            )


def _feature(position: Position, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [position.lon, position.lat]},
        "properties": properties,
    }
