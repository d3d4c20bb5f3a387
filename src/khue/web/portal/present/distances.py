"""How far it is from one point to another, in a straight line, and how people say it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khue.lib.numbers import show_number
from khue.web.portal.present.reader import Reader

EARTH_M = 6_371_000.0
"""Mean radius, metres (IUGG)."""
_ROUND_M = 10


def distance_m(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The length of the great circle between two points in degrees (haversine)."""
    lat, far = math.radians(one["lat"]), math.radians(other["lat"])
    half_lat, half_lon = (far - lat) / 2, math.radians(other["lon"] - one["lon"]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(far) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def show_distance(metres: float, reader: Reader) -> str:
    """A distance as one says it: 350 m, 1,2 km."""
    if metres < 1000 - _ROUND_M / 2:
        shown = show_number(max(_ROUND_M, round(metres / _ROUND_M) * _ROUND_M), reader.lang)
        return reader.say("distance.metres", number=shown)
    return reader.say(
        "distance.kilometres", number=show_number(round(metres / 1000, 1), reader.lang)
    )
