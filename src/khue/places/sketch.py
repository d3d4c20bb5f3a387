"""Roughly where one unit ends and the next begins, from their middles alone.

Every place is taken for part of the unit whose middle is nearest (Voronoi): good enough to give an
empty map a ground, and wrong by kilometres. It is for drawing where no boundary is loaded; nothing
is ever looked up in it or counted by it. Only lines between units are told, no outer edge: where a
country ends, middles do not say.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

Spot = tuple[float, float]
"""Of a middle: longitude and latitude. In the plane: Mercator's, in degrees."""

REACH = 1.5
"""A line goes no farther from the two middles that it is between than this many times the distance
at which the middles around them are: beyond is the sea, or another country."""
APART = 6
"""Middles that are so many times farther apart than those around either have the sea between."""
DECIMALS = 4
"""11 m, far finer than the lines are true."""


class Line(NamedTuple):
    """A straight line between two units, by code, from one end to the other in degrees."""

    one: str
    other: str
    ends: tuple[Spot, Spot]


def sketch(middles: Mapping[str, Spot]) -> tuple[Line, ...]:
    """The lines between units, by their codes and middles, none of which may be at a pole."""
    import shapely

    at: dict[Spot, str] = {}
    for code, middle in middles.items():
        at.setdefault(_in_plane(middle), code)
    if len(at) < 3:
        return ()
    triangles = shapely.delaunay_triangles(shapely.MultiPoint(list(at))).geoms
    thirds: defaultdict[tuple[Spot, Spot], list[Spot]] = defaultdict(list)
    for each in triangles:
        one, two, three = sorted((x, y) for x, y in each.exterior.coords[:3])
        thirds[one, two].append(three)
        thirds[one, three].append(two)
        thirds[two, three].append(one)
    around = _spacing(thirds)
    lines: list[Line] = []
    for (one, other), across in thirds.items():
        near, far = sorted((around[one], around[other]))
        ends = _ridge(one, other, across, REACH * far) if far < APART * near else None
        start, end = map(_on_earth, ends) if ends else ((0.0, 0.0), (0.0, 0.0))
        if start != end:
            lines.append(Line(at[one], at[other], (start, end)))
    return tuple(lines)


def joined(lines: Iterable[Line]) -> list[list[Spot]]:
    """Lines that meet end to end as one each, as GeoJSON has the coordinates of several."""
    import shapely

    parts = shapely.MultiLineString([line.ends for line in lines])
    merged = shapely.line_merge(parts)
    return [
        [(x, y) for x, y in one.coords] for one in getattr(merged, "geoms", [merged]) if one.length
    ]


def _spacing(edges: Iterable[tuple[Spot, Spot]]) -> dict[Spot, float]:
    """How far the middles around a middle are from it, as a rule."""
    far: defaultdict[Spot, list[float]] = defaultdict(list)
    for one, other in edges:
        length = math.dist(one, other)
        far[one].append(length)
        far[other].append(length)
    return {spot: median(lengths) for spot, lengths in far.items()}


def _ridge(
    one: Spot, other: Spot, across: Sequence[Spot], reach: float
) -> tuple[Spot, Spot] | None:
    """The part of the middle line of two points that is nearer to no third one, within reach.

    `across` are the points with which they make triangles, one at the edge and otherwise two: the
    line goes from the middle of the circle about one triangle to that of the other, and at the edge
    on for ever."""
    length = math.dist(one, other)
    if not length or reach <= length / 2:
        return None
    middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    along = ((one[1] - other[1]) / length, (other[0] - one[0]) / length)
    low, high = -math.inf, math.inf
    for third in across:
        x, y = third[0] - middle[0], third[1] - middle[1]
        side = x * along[0] + y * along[1]
        if not side:
            return None
        # As far from the third point as from the two.
        centre = (x * x + y * y - length * length / 4) / (2 * side)
        low, high = (low, min(high, centre)) if side > 0 else (max(low, centre), high)
    most = math.sqrt(reach * reach - length * length / 4)
    low, high = max(low, -most), min(high, most)
    if low >= high:
        return None
    start, end = ((middle[0] + far * along[0], middle[1] + far * along[1]) for far in (low, high))
    return start, end


def _in_plane(spot: Spot) -> Spot:
    """In Mercator's projection, where circles stay circles."""
    lon, lat = spot
    return lon, math.degrees(math.asinh(math.tan(math.radians(lat))))


def _on_earth(spot: Spot) -> Spot:
    x, y = spot
    return round(x, DECIMALS), round(math.degrees(math.atan(math.sinh(math.radians(y)))), DECIMALS)
