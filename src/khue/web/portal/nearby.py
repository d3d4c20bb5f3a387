"""What is near a record: the public records with a point that are nearest to its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khue import search
from khue.model.packs import Type
from khue.publish.summary import points_of
from khue.search import Position
from khue.web.portal import house as ask_house
from khue.web.portal.ask import DISTANCE, Ask
from khue.web.portal.present.away import away
from khue.web.portal.present.distances import show_away
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader

SHOWN = 5
REACH_M = 20_000
"""What is farther off is not near."""
ROUGH_M = 5_000
"""A point that holds within no fewer metres has nothing near it to tell of."""
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
    found = _nearest(here, precision, str(document["id"]), reader)
    if not found:
        return None
    decimals = next((many for metres, many in _DECIMALS if (precision or 1e9) <= metres), _FEWEST)
    near = Position(round(here.lon, decimals), round(here.lat, decimals))
    address = Ask(near=near, sort=DISTANCE).address()
    return Nearby(tuple(one for _, one in found[:SHOWN]), address)


def _nearest(
    here: Position, precision: float | None, record: str, reader: Reader
) -> list[tuple[float, Near]]:
    """The nearest others, with the metres to them."""
    query = search.Query(near=here, sort="distance", limit=SHOWN + 1, counted=())
    found: list[tuple[float, Near]] = []
    for one in ask_house.documents_of(query):
        far = away(one, here, reader) if one["id"] != record else None
        if far is None or far.metres > REACH_M:
            continue
        known = precision is not None and far.unsure_m is not None
        unsure = (precision or 0.0) + (far.unsure_m or 0.0) if known else None
        said = show_away(far.metres, unsure, reader)
        found.append((far.metres, Near(heading(one, reader), said)))
    return sorted(found, key=lambda each: each[0])
