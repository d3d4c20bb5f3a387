"""How far records are from a position, by the points that everyone may see.

Never by what the index has: it may hold a point from before it was made coarse, and distances from
three positions tell where a thing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from khue.publish.summary import points_of
from khue.search import Position
from khue.web.portal.present.distances import distance_m, show_away
from khue.web.portal.present.heading import Heading
from khue.web.portal.present.reader import Reader


class Away(NamedTuple):
    """Metres to a record, and within how many metres its point holds, if anyone said so."""

    metres: float
    unsure_m: float | None


def away(document: Mapping[str, Any], near: Position, reader: Reader) -> Away | None:
    """How far a public document is, by the first of its points; None where it has none."""
    type_ = reader.pack.types.get(str(document["type"]))
    point = next(iter(points_of(document, type_)), None) if type_ else None
    if point is None:
        return None
    metres = distance_m({"lon": near.lon, "lat": near.lat}, point)
    return Away(metres, point.get("precision_m"))


def with_away(
    card: Heading, document: Mapping[str, Any], near: Position, reader: Reader
) -> Heading:
    """The card of a record that was asked for by distance, saying how far that is."""
    found = away(document, near, reader)
    said = show_away(*found, reader) if found else reader.say("distance.none")
    return replace(card, away=said)
