"""Where a record is, as a map shows it and as words say it without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.model.packs import Field, Type
from khue.model.values import KINDS
from khue.model.values.point import show_precision
from khue.places import Gazetteer
from khue.publish.summary import points_of
from khue.search.points import Point
from khue.web.portal.present.heading import names
from khue.web.portal.present.maps import Map, map_of_point
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.words import choose

_POINT = Field("point", "point", "Point", "point")
EXACT_M = 30
"""Up to so many metres a point is drawn as a dot; beyond, as a ring of that size."""


@dataclass(frozen=True)
class Spot:
    """A point with its precision in metres, or the unit of which one knows no more. `mark` is how
    it is drawn: a dot, a ring, a unit."""

    mark: str
    text: str
    precision: str
    map: Map | None


def spot(document: Mapping[str, Any], type_: Type, reader: Reader) -> Spot | None:
    """Where a public document is: its point, or the one commune that it is certain to be in. None
    where several communes are possible, since a map would choose one, and where no more than the
    province is known, or is meant: a map would show nothing that its name does not say."""
    label = choose(names(document), reader.lang)
    points = points_of(document, type_)
    if points:
        return _at(points[0], label, reader)
    code = _commune(document, type_, reader.gazetteer)
    if not code:
        return None
    said = reader.say("spot.unit")
    return Spot("unit", reader.unit(code), said, map_of_point(None, label, code))


def _commune(document: Mapping[str, Any], type_: Type, gazetteer: Gazetteer) -> str:
    """The code of the commune that a document is in, if a map can show it; "" of none."""
    field, place = type_.fields.get("place"), document.get("place")
    if field is None or not is_public(field) or not isinstance(place, Mapping):
        return ""
    unit = gazetteer.unit(str(place.get("code") or ""))
    if unit is None or unit.level != "commune":
        return ""
    return unit.code if unit.lon is not None or gazetteer.is_bounded(unit.code) else ""


def _at(point: Mapping[str, Any], label: str, reader: Reader) -> Spot:
    metres = point.get("precision_m")
    plain = {key: value for key, value in point.items() if key != "precision_m"}
    text = KINDS["point"].show(plain, reader.lang, _POINT, reader.context)
    drawn = map_of_point(Point(point["lon"], point["lat"], metres), label)
    found = Spot("ring", text, reader.say("spot.unknown"), drawn)
    if metres is None:
        return found
    within = show_precision(metres, reader.lang)
    if metres <= EXACT_M:
        return replace(found, mark="dot", precision=reader.say("spot.exact", within=within))
    return replace(found, precision=reader.say("spot.ring", within=within))
