"""A map that is there at once and needs no program: the lines of a province, a circle for each unit
of it that has records. What a browser draws (`frontend/src/map.ts`) takes its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from khue.places import Unit
from khue.places.sketch import Spot

SIZE, MARGIN = 1000, 40
"""The longer side of the drawing in its own units, without the margin around it."""
LARGEST, SMALLEST = 36, 5
"""Radii of circles."""


@dataclass(frozen=True)
class Circle:
    """A unit with its records: the area of the circle grows with how many there are."""

    x: int
    y: int
    r: int


@dataclass(frozen=True)
class Still:
    """A drawing as SVG has it: its `box`, the `path` of its lines, the largest circle first. The
    lines are `rough` if they are only between the middles of units."""

    box: str
    path: str
    circles: tuple[Circle, ...]
    rough: bool


def still(
    lines: Sequence[Sequence[Spot]],
    units: Iterable[Unit],
    counted: Mapping[str, int],
    *,
    rough: bool,
) -> Still | None:
    """The drawing of some units of which it is known where they are, with how many records each
    has, by code; None where fewer than two places are known."""
    middles = {
        one.code: (one.lon, one.lat) for one in units if one.lon is not None and one.lat is not None
    }
    spots = [*middles.values(), *(spot for line in lines for spot in line)]
    if len(set(middles.values())) < 2:
        return None
    west, east = min(lon for lon, _ in spots), max(lon for lon, _ in spots)
    south, north = min(lat for _, lat in spots), max(lat for _, lat in spots)
    # A degree of longitude is shorter than one of latitude.
    narrow = math.cos(math.radians((south + north) / 2))
    scale = SIZE / max((east - west) * narrow, north - south)

    def place(spot: Spot) -> tuple[int, int]:
        return round((spot[0] - west) * narrow * scale), round((north - spot[1]) * scale)

    width, height = place((east, south))
    most = max((counted.get(code, 0) for code in middles), default=0)
    held = sorted(
        ((counted[code], spot) for code, spot in middles.items() if counted.get(code)), reverse=True
    )
    return Still(
        box=f"{-MARGIN} {-MARGIN} {width + 2 * MARGIN} {height + 2 * MARGIN}",
        path="".join(
            "M" + "L".join("{} {}".format(*place(spot)) for spot in line) for line in lines
        ),
        circles=tuple(
            Circle(*place(spot), max(SMALLEST, round(LARGEST * math.sqrt(count / most))))
            for count, spot in held
        ),
        rough=rough,
    )
