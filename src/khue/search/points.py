"""Where a record is, as the index keeps it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Point(NamedTuple):
    """Where a record is, in degrees WGS84 to seven decimals (11 mm), as values of points are kept,
    and within how many metres that holds, if anyone said so."""

    lon: float
    lat: float
    precision_m: float | None


def first_point(points: Mapping[str, Any], paths: Iterable[str]) -> Point | None:
    """The first of these points, by the order of paths, that is one on the Earth."""
    for path in paths:
        try:
            said = points[path]
            lon, lat = round(float(said["lon"]), 7), round(float(said["lat"]), 7)
            precision = said.get("precision_m")
            exact_to = None if precision is None else float(precision)
            if exact_to is not None and not math.isfinite(exact_to):
                exact_to = None
        except (KeyError, TypeError, ValueError, OverflowError):
            continue  # not there, or of a type that once meant something else by this name
        if -180 <= lon <= 180 and -90 <= lat <= 90:
            # The two edges of a map are one meridian.
            return Point(-180.0 if lon == 180 else lon, lat, exact_to)
    return None
