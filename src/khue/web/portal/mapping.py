"""`/map.json`: what a question finds, as a map shows it, in GeoJSON (RFC 7946).

The parameters are those of the search page (`ask`), and `zoom=`, from 0 to 18. As the page, it
knows nothing but what is public. What has no point of its own is told by unit, and is nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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
from khue.search import AtUnit, Box, Cell, Placed, Position
from khue.search.points import Point, first_point
from khue.web.portal.answers import state
from khue.web.portal.ask import read_ask
from khue.web.portal.house import followed, query_of
from khue.web.portal.present.heading import names
from khue.web.portal.present.reader import public_fields, public_leaves
from khue.web.portal.words import Lang, choose, current_language

LAST_ZOOM = 18

POINT_DECIMALS = 7
"""Points are kept to so many decimals of a degree (11 mm)."""

_ZOOM = re.compile(r"([0-9]{1,2})(?:\.[0-9]{1,20})?")


@require_safe
@condition(etag_func=state)
def map_data(request: HttpRequest) -> HttpResponse:
    """Clusters, single records, and units with how many records are only known to be there. Any
    parameters give an answer."""
    ask = read_ask(request.GET, house().pack)
    zoom = _read_zoom(request.GET.get("zoom") or "")
    is_current = followed() is not None  # asked first: an index never goes back
    found = search.clusters(query_of(ask), house().pack, zoom)
    lang, gazetteer = current_language(), house().gazetteer
    placed = [one for cell in found.cells for one in cell.records]
    features = [
        # A cell may hold a single record, which was made coarse since the index was written.
        *_clusters(found.cells, POINT_DECIMALS if is_current else COARSE_DECIMALS),
        *(_records(placed, lang) if is_current else _records_now(placed, ask.box, lang)),
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


def _clusters(cells: Iterable[Cell], decimals: int) -> Iterator[dict[str, Any]]:
    for one in cells:
        if not one.records:
            lon, lat = round(one.position.lon, decimals), round(one.position.lat, decimals)
            yield _feature(Position(lon, lat), count=one.count)


def _records(placed: Iterable[Placed], lang: Lang) -> Iterator[dict[str, Any]]:
    """Records as the index has them, which it takes from what the public sees of them."""
    for one in placed:
        point = Point(one.position.lon, one.position.lat, one.precision_m)
        yield _record(one.hit.id, one.hit.type, one.hit.label, point, lang)


def _records_now(placed: Iterable[Placed], box: Box | None, lang: Lang) -> Iterator[dict[str, Any]]:
    """Records as the registry has them: the index is behind, and may still hold where something was
    before it was closed, made coarse or moved."""
    for document in queries.public_documents([one.hit.id for one in placed]).values():
        point = point_of(document) if document else None
        if document and point and (box is None or box.holds(Position(point.lon, point.lat))):
            yield _record(document["id"], document["type"], names(document), point, lang)


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


def _record(
    identifier: str, type_name: str, name: Mapping[str, str], point: Point, lang: Lang
) -> dict[str, Any]:
    told: dict[str, Any] = {"id": identifier, "type": type_name, "label": choose(name, lang)}
    # The index holds a name twice where there is no translation, and so cannot tell an English one
    # alone from one that both languages share.
    if lang == "en" and told["label"] == name.get("vi") and not told["label"].isascii():
        told["lang"] = "vi"
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
