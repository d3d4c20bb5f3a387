"""`/map.json`: what a question finds, as a map shows it, in GeoJSON (RFC 7946).

The parameters are those of the search page (`ask`), and `zoom=`, from 0 to 18. As the page, it
knows nothing but what is public. What has no point of its own is told by unit, and is nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

from khue import search
from khue.pipeline import house
from khue.places import Gazetteer
from khue.publish.summary import values_at
from khue.registry import queries
from khue.registry.redaction import COARSE_DECIMALS
from khue.search import AtUnit, Box, Cell, Position
from khue.search.points import Point, first_point
from khue.web.portal.answers import state
from khue.web.portal.ask import read_ask
from khue.web.portal.house import followed, query_of
from khue.web.portal.present.heading import names
from khue.web.portal.present.reader import public_fields, public_leaves
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
    features = [
        *_features(found.cells, ask.box, lang),
        *_units(found.units, ask.box, lang, gazetteer),
    ]
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


def _features(cells: Sequence[Cell], box: Box | None, lang: Lang) -> Iterator[dict[str, Any]]:
    # A cell may hold a single record, which was made coarse since the index was written.
    decimals = COARSE_DECIMALS if followed() is None else 7
    for one in cells:
        if not one.records:
            lon, lat = round(one.position.lon, decimals), round(one.position.lat, decimals)
            yield _feature(Position(lon, lat), count=one.count)
    # The registry says what is public now; the index may be a moment behind, and still hold where
    # something was before it was closed, made coarse or moved.
    named = [one.hit.id for cell in cells for one in cell.records]
    for document in queries.public_documents(named).values():
        point = point_of(document) if document else None
        if document and point and (box is None or box.holds(Position(point.lon, point.lat))):
            yield _record(document, point, lang)


def point_of(document: Mapping[str, Any]) -> Point | None:
    """Where the public may know a record to be, by the field from which search takes it."""
    paths = _paths_of_points(document["type"], house().pack.sha256)
    points = {path: next(values_at(document, path), None) for path in paths}
    return first_point(points, paths)


@cache
def _paths_of_points(type_name: str, _pack: str) -> tuple[str, ...]:
    """The public points of a type, looked up once for each state of the pack."""
    fields = public_fields(house().pack.types.get(type_name))
    return tuple(leaf.path for one in fields for leaf in public_leaves(one) if leaf.kind == "point")


def _record(document: Mapping[str, Any], point: Point, lang: Lang) -> dict[str, Any]:
    told: dict[str, Any] = {"id": document["id"], "type": document["type"]}
    told["label"] = choose(names(document), lang)
    if point.precision_m is not None:
        told["precision_m"] = point.precision_m
    return _feature(Position(point.lon, point.lat), **told)


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
