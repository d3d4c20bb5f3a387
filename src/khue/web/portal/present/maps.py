"""What a map on a page is told, in the words of `frontend/src/map.ts`."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.urls import reverse

from khue.search.points import Point
from khue.web.portal.ask import Ask


@dataclass(frozen=True)
class Map:
    """A map: where its records are told (`source`), in which `box` (west, south, east, north) it
    begins, the address of the `outline` of a unit that it is about, one `point` as JSON, and the
    address of a search page that shows the same (`page`), and where units are told that it fills by
    `classes`. All may be empty: without a box a map begins with all that it is told."""

    source: str = ""
    box: str = ""
    outline: str = ""
    point: str = ""
    page: str = ""
    classes: str = ""


def map_of(ask: Ask) -> Map:
    """The map of what a question finds."""
    return Map(
        source=ask.everywhere().address("map_json"),
        box=ask.areas()["box"],
        outline=outline_of(ask.within or ask.place),
    )


def map_of_unit(code: str) -> Map:
    """The map of a unit with what is in it."""
    ask = Ask(place=code)
    page = Ask(place=code, view="map").address()
    return Map(ask.address("map_json"), outline=outline_of(code), page=page)


def map_of_point(point: Point | None, label: str, unit: str = "") -> Map | None:
    """The map of one record: its point, as exact as it is known, in the outline of its unit (code);
    None where neither is known."""
    if point is None:
        return Map(outline=outline_of(unit)) if unit else None
    told = {"lon": point.lon, "lat": point.lat, "precision_m": point.precision_m, "label": label}
    return Map(outline=outline_of(unit), point=json.dumps(told, ensure_ascii=False))


def outline_of(code: str) -> str:
    """The address at which the outline of a unit is told; "" of none."""
    return f"{reverse('units_json')}?unit={code}" if code else ""
