"""What is near a record: the public records with a point that are nearest to its own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khue import search
from khue.model.packs import Type
from khue.publish.summary import points_of
from khue.search import Box, Position
from khue.web.portal import house as ask_house
from khue.web.portal.ask import DISTANCE, Ask
from khue.web.portal.present.away import away
from khue.web.portal.present.distances import show_away
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader

SHOWN = 5
REACHES_M = (400, 3_000, 20_000)
"""So far one looks, in turn, until enough is found. Around the lake of a city there are thousands;
what is farther off than the last of these is not near."""
ROUGH_M = 5_000
"""A point that holds within no fewer metres has nothing near it to tell of."""
METRES_PER_DEGREE = 111_320.0
_DECIMALS = ((30.0, 4), (300.0, 3))
"""To so many decimals a position is asked for whose point holds within so many metres: a question
is no finer than what it is about."""
_FEWEST = 2


@dataclass(frozen=True)
class Near:
    """A record near another one, and how far off it is."""

    card: Heading
    away: str


@dataclass(frozen=True)
class Nearby:
    """The nearest records, and the address of all by distance."""

    records: tuple[Near, ...]
    href: str


def nearby(document: Mapping[str, Any], type_: Type, reader: Reader) -> Nearby | None:
    """What is near a public document; None where it has no point, a rough one, or nothing there."""
    point = next(iter(points_of(document, type_)), None)
    precision = point.get("precision_m") if point else None
    if point is None or (precision or 0) >= ROUGH_M:
        return None
    here = Position(point["lon"], point["lat"])
    found: list[tuple[float, Near]] = []
    for reach in REACHES_M:
        found = _within(reach, here, precision, str(document["id"]), reader)
        if len(found) >= SHOWN:
            break
    if not found:
        return None
    decimals = next((many for metres, many in _DECIMALS if (precision or 1e9) <= metres), _FEWEST)
    near = Position(round(here.lon, decimals), round(here.lat, decimals))
    address = Ask(near=near, sort=DISTANCE).address()
    return Nearby(tuple(one for _, one in found[:SHOWN]), address)


def _within(
    reach: float, here: Position, precision: float | None, record: str, reader: Reader
) -> list[tuple[float, Near]]:
    """The nearest others within so many metres."""
    north = reach / METRES_PER_DEGREE
    east = north / max(math.cos(math.radians(here.lat)), 0.01)
    box = Box(here.lon - east, here.lat - north, here.lon + east, here.lat + north)
    query = search.Query(box=box, near=here, sort="distance", limit=SHOWN + 1, counted=())
    found: list[tuple[float, Near]] = []
    for one in ask_house.documents_of(query):
        far = away(one, here, reader) if one["id"] != record else None
        if far is None or far.metres > reach:
            continue
        known = precision is not None and far.unsure_m is not None
        unsure = (precision or 0.0) + (far.unsure_m or 0.0) if known else None
        said = show_away(far.metres, unsure, reader)
        found.append((far.metres, Near(heading(one, reader), said)))
    return sorted(found, key=lambda each: each[0])
