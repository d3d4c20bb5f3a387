"""How far it is from one point to another, in a straight line, and how people say it.

What is told of a distance is no finer than what is known of its ends: between points that hold
within 500 m it is about 2.5 km, never 2.47 km.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from khue.lib.numbers import show_number
from khue.model.values.point import show_precision
from khue.web.portal.present.reader import Reader

EARTH_M = 6_371_000.0
"""Mean radius, metres (IUGG)."""
_ROUND_M = 10
_PLAIN_M = 30
"""Ends that hold within so many metres make a distance no rougher than people say it anyway."""
_STEPS_M = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""What rough distances are multiples of."""
_UNSAID_M = 100
"""What the distance to a point of unknown precision is a multiple of: it says no more."""


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


def show_away(metres: float, unsure_m: float | None, reader: Reader) -> str:
    """A distance whose ends hold within so many metres together, as one says how far off something
    is: 350 m away, about 2.5 km away, within 900 m. None where nobody said how far they hold."""
    if unsure_m is None:
        rounded = max(_UNSAID_M, round(metres / _UNSAID_M) * _UNSAID_M)
        return reader.say("distance.about", distance=show_distance(rounded, reader))
    step = next((one for one in _STEPS_M if one >= unsure_m), _STEPS_M[-1])
    if metres <= unsure_m:
        within = math.ceil((metres + unsure_m) / step) * step
        return reader.say("distance.within", distance=show_precision(within, reader.lang))
    if unsure_m <= _PLAIN_M:
        return reader.say("distance.away", distance=show_distance(metres, reader))
    rounded = max(step, round(metres / step) * step)
    return reader.say("distance.about", distance=show_distance(rounded, reader))


def show_position(lon: float, lat: float, reader: Reader) -> str:
    """A position as the address of a question has it, latitude first, in the page's convention."""
    return reader.say(
        "distance.position",
        lat=show_number(round(lat, 5), reader.lang),
        lon=show_number(round(lon, 5), reader.lang),
    )
