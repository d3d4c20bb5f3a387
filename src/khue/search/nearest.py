"""Which of the records found are nearest to a position, by great-circle distance.

Mostly they are all in the tile of the position and the eight around it, which are looked at first,
small ones before large ones. Else how far one has to go is told by the counts of tiles, coarse ones
first and then the parts of those that are near enough; only points of the last ones left are looked
at one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tantivy import DocAddress, Occur
from tantivy import Query as Clause

from khue.search.areas import Position, in_tiles, points_of, turned
from khue.search.layout import tile_field
from khue.search.reading import Reader
from khue.search.tiles import LEVELS, Tile, tile_at

EARTH_M = 6_371_008.8
"""The mean radius of the Earth in metres (IUGG; https://doi.org/10.1007/s001900050278)."""

STEPS = (LEVELS[0], *LEVELS[2:])
"""The levels whose tiles are counted: the second is left out, since the first counts go through all
that was found, and then each level has sixteen parts of what was near enough at the one before."""

EVERY = 20_000
"""Most tiles that are counted at a time. More than are left on the way of a circle through tiles of
the level before; where there are more, one looks at too many points, but none is missed."""

AROUND = [level for level in reversed(LEVELS) if level > 10]
"""The levels whose tiles one looks around in: larger ones have too much in them, or nothing."""

LOOKED_AT = 2_000
"""Looking at so many points takes no longer than counting tiles once more."""

ROUNDING_M = 0.001
"""By so much a distance may be wrong."""


def find_nearest(
    reader: Reader, found: Clause, near: Position, count: int
) -> list[tuple[float, DocAddress]]:
    """The `count` nearest of those found that have a point, with their distances in metres, nearest
    first. Those at one distance follow each other in the same order until something is committed.
    """
    around = _look_around(reader, found, near, count)
    measured = around or _measured(reader, _near_enough(reader, found, near, count), near)
    return [(metres, address) for metres, _, _, address in measured[:count]]


_Measured = tuple[float, int, int, DocAddress]


def _measured(reader: Reader, within: Clause, near: Position) -> list[_Measured]:
    """All that a query finds, nearest first."""
    measured = [
        (distance(near, there), address.segment_ord, address.doc, address)
        for address, there in points_of(reader, within)
    ]
    measured.sort(key=lambda one: one[:3])
    return measured


def _look_around(reader: Reader, found: Clause, near: Position, count: int) -> list[_Measured]:
    """At least the `count` nearest, if that many are nearer than the edge of the tiles around;
    nothing if they may not be."""
    for level in AROUND:
        tiles, inside = _tiles_around(near, level)
        held = sum(reader.searcher.doc_freq(tile_field(level), tile.key) for tile in tiles)
        if held > count + LOOKED_AT:
            break
        if 0 < count <= held:
            there = _measured(reader, _both(found, in_tiles(reader.schema, tiles)), near)
            if len(there) >= count and there[count - 1][0] < inside:
                return there
    return []


def _tiles_around(near: Position, level: int) -> tuple[list[Tile], float]:
    """The tile of a position with those around it, and metres within which nothing is outside."""
    lon, many = turned(near.lon), 1 << level
    middle = tile_at(lon, near.lat, level)
    if not 0 < middle.row < many - 1:
        return [], 0.0
    tiles = [
        Tile(level, (middle.column + east) % many, middle.row + south)
        for east in (-1, 0, 1)
        for south in (-1, 0, 1)
    ]
    west, _, east, _ = middle.bounds
    _, _, _, north = Tile(level, middle.column, middle.row - 1).bounds
    _, south, _, _ = Tile(level, middle.column, middle.row + 1).bounds
    aside = math.radians(min(lon - west, east - lon) + east - west)
    across = math.asin(math.sin(aside) * math.cos(math.radians(near.lat)))
    along = math.radians(min(north - near.lat, near.lat - south))
    return tiles, EARTH_M * min(across, along) - ROUNDING_M


def distance(one: Position, other: Position) -> float:
    """Metres between two positions on a sphere; less than 0.6% from those on the ellipsoid.

    The form of the formula that loses no digits, neither for near positions nor for opposite ones
    (https://en.wikipedia.org/wiki/Great-circle_distance#Computational_formulae).
    """
    lat, there = math.radians(one.lat), math.radians(other.lat)
    east = math.radians(other.lon - one.lon)
    up = math.cos(lat) * math.sin(there) - math.sin(lat) * math.cos(there) * math.cos(east)
    across = math.cos(there) * math.sin(east)
    along = math.sin(lat) * math.sin(there) + math.cos(lat) * math.cos(there) * math.cos(east)
    return EARTH_M * math.atan2(math.hypot(up, across), along)


def _near_enough(reader: Reader, found: Clause, near: Position, count: int) -> Clause:
    """The query for those found that may be among the nearest, and for not very many more."""
    clause = _both(found, Clause.exists_query("lon"))
    for level in STEPS:
        counted = [
            (*_reach(tile, near), tile, number)
            for tile, number in _count_tiles(reader, clause, level)
        ]
        if len(counted) >= EVERY:  # perhaps not all of them
            break
        enough = _enough(((far, number) for _, far, _, number in counted), count)
        left = [(tile, number) for nearest, _, tile, number in counted if nearest <= enough]
        clause = _both(found, in_tiles(reader.schema, [tile for tile, _ in left]))
        if sum(number for _, number in left) <= count + LOOKED_AT:
            break
    return clause


def _count_tiles(reader: Reader, clause: Clause, level: int) -> list[tuple[Tile, int]]:
    asked = {"field": tile_field(level), "size": EVERY, "segment_size": EVERY}
    counted = reader.searcher.aggregate(clause, {"tiles": {"terms": asked}})
    buckets = counted["tiles"]["buckets"]
    return [(Tile.of(level, bucket["key"]), bucket["doc_count"]) for bucket in buckets]


def _enough(counted: Iterable[tuple[float, int]], count: int) -> float:
    """Metres within which so many points are, from how far tiles reach and how many they have."""
    held = 0
    for far, number in sorted(counted):
        held += number
        if 0 < count <= held:
            return far
    return math.inf


def _reach(tile: Tile, near: Position) -> tuple[float, float]:
    """Metres within which nothing of a tile is, and within which all of it is.

    To any of its points one comes from the middle along a parallel, and then along a meridian.
    """
    west, south, east, north = tile.bounds
    middle = Position((west + east) / 2, (south + north) / 2)
    along = math.radians(east - west) / 2 * math.cos(math.radians(middle.lat))
    radius = EARTH_M * (along + math.radians(north - south) / 2) + ROUNDING_M
    metres = distance(near, middle)
    return metres - radius, metres + radius


def _both(one: Clause, other: Clause) -> Clause:
    return Clause.boolean_query([(Occur.Must, one), (Occur.Must, other)])
