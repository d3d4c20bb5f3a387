"""Tiles of the map: squares of the Web Mercator projection, a quarter of the size from one level to
the next but one, by which the index finds and counts points.

A tile is told by its level, its column from the date line eastwards and its row from the north:
at level n there are 2^n of each (as in https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames).
All positions are degrees WGS84. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

LEVELS = range(5, 20, 2)
"""The levels that the index keeps of each point: tiles from 1,250 km to 76 m wide at the equator.
Every other one, because each takes 3 µs and 4 bytes of every record."""

EDGE = 1e-9
"""Degrees, a tenth of a millimetre: as far as rounding may put a point beside its tile."""


class Tile(NamedTuple):
    """One square of a level."""

    level: int
    column: int
    row: int

    @property
    def key(self) -> str:
        """How the index writes it in the field of its level."""
        return f"{self.column}/{self.row}"

    @classmethod
    def of(cls, level: int, key: str) -> Tile:
        """The tile of a level that is written so."""
        column, _, row = key.partition("/")
        return cls(level, int(column), int(row))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north. The first and the last row reach to the poles."""
        count = 1 << self.level
        north = 90.0 if self.row == 0 else _latitude(self.row / count)
        south = -90.0 if self.row == count - 1 else _latitude((self.row + 1) / count)
        west, east = (column / count * 360 - 180 for column in (self.column, self.column + 1))
        return west, south, east, north

    def parts(self) -> Iterator[Tile]:
        """The sixteen tiles of the next level that the index keeps."""
        for column in range(4 * self.column, 4 * self.column + 4):
            for row in range(4 * self.row, 4 * self.row + 4):
                yield Tile(self.level + LEVELS.step, column, row)

    def parts_at(self, level: int) -> Iterator[Tile]:
        """The tiles of a level that this one consists of: itself, or smaller ones."""
        finer = level - self.level
        for column in range(self.column << finer, (self.column + 1) << finer):
            for row in range(self.row << finer, (self.row + 1) << finer):
                yield Tile(level, column, row)


def tile_at(lon: float, lat: float, level: int) -> Tile:
    """The tile that a position is in."""
    count = 1 << level
    column = int((lon + 180) / 360 * count)
    # Beyond these sines lie the poles, which the projection does not reach.
    sine = min(max(math.sin(math.radians(lat)), -0.9999), 0.9999)
    row = int((0.5 - math.atanh(sine) / (2 * math.pi)) * count)
    return Tile(level, min(max(column, 0), count - 1), min(max(row, 0), count - 1))


def keys_at(lon: float, lat: float) -> Iterator[tuple[int, str]]:
    """Each level that the index keeps, with the key of the tile that a position is in."""
    _, column, row = tile_at(lon, lat, LEVELS[-1])
    for level in LEVELS:
        shift = LEVELS[-1] - level
        yield level, f"{column >> shift}/{row >> shift}"


def tiles_between(
    west: float, south: float, east: float, north: float, level: int
) -> Iterator[Tile]:
    """The tiles of a level that a rectangle touches."""
    first = tile_at(west - EDGE, north + EDGE, level)
    last = tile_at(east + EDGE, south - EDGE, level)
    for column in range(first.column, last.column + 1):
        for row in range(first.row, last.row + 1):
            yield Tile(level, column, row)


def count_between(west: float, south: float, east: float, north: float, level: int) -> int:
    """How many tiles of a level a rectangle touches."""
    first, last = tile_at(west, north, level), tile_at(east, south, level)
    return (last.column - first.column + 1) * (last.row - first.row + 1)


class Lies(Enum):
    """How a tile lies to an area: wholly within it, on its border, or outside."""

    WITHIN = 1
    BORDER = 2
    OUTSIDE = 3


class Cover(NamedTuple):
    """An area in tiles: those wholly within it, and those on its border, all of one level. No two
    overlap, and no point of the area is in any other."""

    within: tuple[Tile, ...]
    border: tuple[Tile, ...]


def cover(
    bounds: tuple[float, float, float, float],
    lie: Callable[[Sequence[Tile]], Iterable[Lies]],
    most: int,
) -> Cover:
    """The tiles of an area, of which `bounds` are its west, south, east, north; `lie` tells how
    each of some tiles lies to it.

    The border is refined level by level as long as it has at most `most` tiles, about.
    """
    level = next((one for one in LEVELS if count_between(*bounds, one) > 1), LEVELS[-1])
    within: list[Tile] = []
    border: list[Tile] = []
    waiting = list(tiles_between(*bounds, level))
    while waiting:
        lying = list(zip(waiting, lie(waiting), strict=True))
        within += [tile for tile, how in lying if how is Lies.WITHIN]
        border = [tile for tile, how in lying if how is Lies.BORDER]
        waiting = []
        # Half as wide, a border has twice as many tiles: a quarter as wide, four times.
        if border and border[0].level < LEVELS[-1] and 4 * len(border) <= most:
            waiting = [part for tile in border for part in tile.parts()]
    return Cover(tuple(within), tuple(border))


def _latitude(height: float) -> float:
    """The latitude at a height of the projected world, from 0 in the north to 1 in the south."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * height))))
