"""`/units.json`: present units as a map draws them, in GeoJSON (RFC 7946).

`?unit=` is one unit, `?in=` the communes of a province; without either, the provinces, and the
special zones, which lie far out in the sea and belong on any map of the country. A unit is
its outline where boundaries are loaded, coarser than they are, and otherwise its middle: outlines
are for drawing, never for deciding what lies in a unit.

`between` has lines between units without a boundary, worked out from their middles alone: between
provinces, between the communes of the one that is asked for, around the unit that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import condition, require_safe

from khue.pipeline import house
from khue.places import Gazetteer, Unit
from khue.places.sketch import Line, Spot, joined, sketch
from khue.web.portal.answers import state
from khue.web.portal.words import Lang, choose, current_language

COARSE_DEGREES = 0.0002
"""Outlines leave out what is less than this aside (22 m of latitude): two pixels at zoom 13."""
DRAWN_DEGREES = 0.002
"""The same of a drawing: two of the thousand units of a province of 100 km."""
SPECIAL_ZONE = "Đặc khu"
"""The kind of the units of islands (Law 72/2025/QH15, article 1)."""
DECIMALS = 5
"""1 m."""


@require_safe
@condition(etag_func=state)
def units(request: HttpRequest) -> HttpResponse:
    """Units with their names; an unknown code gives none."""
    gazetteer, lang = house().gazetteer, current_language()
    features = [feature_of(one, gazetteer, lang) for one in _asked(request, gazetteer)]
    answer: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [one for one in features if one],
    }
    if between := _between(request, gazetteer):
        answer["between"] = between
    response = HttpResponse(orjson.dumps(answer), content_type="application/geo+json")
    response["Cache-Control"] = "public, no-cache"
    return response


def lines_of(province: str, gazetteer: Gazetteer) -> tuple[list[list[Spot]], bool]:
    """The lines in and around a province as a small drawing has them, and whether they are rough:
    the outlines of its communes where boundaries are loaded, or else what the middles tell."""
    import shapely

    parts = {one.code for one in gazetteer.communes(province)}
    areas = [area for code in sorted(parts) if (area := gazetteer.boundary(code))]
    if not areas:
        lines = _sketched(gazetteer)
        return joined(one for one in lines if one.one in parts or one.other in parts), True
    shapes = shapely.simplify(shapely.from_wkb(areas), DRAWN_DEGREES)
    rings = shapely.get_rings(shapely.get_parts(shapes))
    return [[(x, y) for x, y in ring.coords] for ring in rings], False


def _asked(request: HttpRequest, gazetteer: Gazetteer) -> Iterable[Unit]:
    if "unit" in request.GET:
        unit = gazetteer.unit(request.GET["unit"])
        return (unit,) if unit else ()
    if "in" in request.GET:
        return gazetteer.communes(request.GET["in"])
    provinces = gazetteer.provinces()
    communes = (one for province in provinces for one in gazetteer.communes(province.code))
    return (*provinces, *(one for one in communes if one.kind == SPECIAL_ZONE))


def _between(request: HttpRequest, gazetteer: Gazetteer) -> list[list[Spot]]:
    """The lines that belong to the units that are asked for, without those of known boundaries."""
    lines = _sketched(gazetteer)
    if code := request.GET.get("unit"):
        parts = {one.code for one in gazetteer.communes(code)} or {code}
        return joined(line for line in lines if (line.one in parts) != (line.other in parts))
    within = {code: unit.province_code for code in _codes(lines) if (unit := gazetteer.unit(code))}
    if code := request.GET.get("in"):
        both = (line for line in lines if within[line.one] == within[line.other] == code)
        return joined(both)
    return joined(line for line in lines if within[line.one] != within[line.other])


@lru_cache(2)  # by identity: a gazetteer never changes, and loading anything makes another
def _sketched(gazetteer: Gazetteer) -> tuple[Line, ...]:
    """The lines between communes neither of which has a boundary."""
    communes = [one for each in gazetteer.provinces() for one in gazetteer.communes(each.code)]
    middles = {
        one.code: (one.lon, one.lat)
        for one in communes
        if one.lon is not None and one.lat is not None
    }
    known = {code for code in middles if gazetteer.is_bounded(code)}
    lines = sketch(middles)
    return tuple(line for line in lines if line.one not in known and line.other not in known)


def _codes(lines: Iterable[Line]) -> set[str]:
    return {code for line in lines for code in (line.one, line.other)}


def feature_of(unit: Unit, gazetteer: Gazetteer, lang: Lang) -> dict[str, Any] | None:
    """A unit as a map draws it; None where nothing is known of where it is."""
    middle = None if unit.lon is None or unit.lat is None else (unit.lon, unit.lat)
    area = gazetteer.boundary(unit.code)
    if area is None and middle is None:
        return None
    return {
        "type": "Feature",
        "geometry": _outline(area) if area else {"type": "Point", "coordinates": middle},
        "properties": {
            "unit": unit.code,
            "level": unit.level,
            "label": choose(unit.name, lang),
            "short": unit.short,
            "middle": middle,
            "address": reverse("place", args=[unit.code]),
        },
    }


@lru_cache(4_096)
def _outline(area: bytes) -> dict[str, Any]:
    """The geometry of an area (well-known binary), coarser. Kept, since it is asked for again."""
    import shapely

    shape = shapely.from_wkb(area).simplify(COARSE_DEGREES)
    rounded = shapely.transform(shape, lambda corners: corners.round(DECIMALS))
    geometry: dict[str, Any] = rounded.__geo_interface__
    return geometry
