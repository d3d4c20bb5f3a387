"""Which of the records found are nearest to a position, by great-circle distance.

The distance within which there are enough is found from the counts of tiles, coarse ones first;
then only the points within it are looked at one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tantivy import DocAddress, Occur
from tantivy import Query as Clause

from khue.search.areas import Box, Position, in_box, points_of
from khue.search.layout import tile_field
from khue.search.reading import Reader
from khue.search.tiles import LEVELS, Tile, count_between

EARTH_M = 6_371_008.8
"""The mean radius of the Earth in metres (IUGG; https://doi.org/10.1007/s001900050278)."""

HALFWAY_M = math.pi * EARTH_M
"""To the other side of the world."""

TILES = 4_096
"""At most so many tiles are counted at a time."""

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
    within = _clause_within(reader, found, near, _reach(reader, found, near, count))
    measured = [
        (distance(near, there), address.segment_ord, address.doc, address)
        for address, there in points_of(reader, within)
    ]
    measured.sort(key=lambda one: one[:3])
    return [(metres, address) for metres, _, _, address in measured[:count]]


def distance(one: Position, other: Position) -> float:
    """Metres between two positions on a sphere; less than 0.6 % from those on the ellipsoid.

    The form of the formula that loses no digits, neither for near positions nor for opposite ones
    (https://en.wikipedia.org/wiki/Great-circle_distance#Computational_formulae).
    """
    lat, there = math.radians(one.lat), math.radians(other.lat)
    east = math.radians(other.lon - one.lon)
    up = math.cos(lat) * math.sin(there) - math.sin(lat) * math.cos(there) * math.cos(east)
    across = math.cos(there) * math.sin(east)
    along = math.sin(lat) * math.sin(there) + math.cos(lat) * math.cos(there) * math.cos(east)
    return EARTH_M * math.atan2(math.hypot(up, across), along)


def _reach(reader: Reader, found: Clause, near: Position, count: int) -> float:
    """Metres within which so many of those found are for certain, and not very many more."""
    reach = HALFWAY_M
    for level in LEVELS:
        boxes = _around(near, reach).rectangles()
        finer = level + LEVELS.step
        if finer in LEVELS and sum(count_between(*box, finer) for box in boxes) <= TILES:
            continue
        counted = _count_tiles(reader, _clause_within(reader, found, near, reach), level)
        reach = min(reach, _enough(counted, near, count))
        if sum(each for _, each in counted) <= count + LOOKED_AT:
            break
    return reach


def _count_tiles(reader: Reader, clause: Clause, level: int) -> list[tuple[Tile, int]]:
    name = tile_field(level)
    # Coarse tiles at first, and then those of a box: never more than that.
    asked = {"tiles": {"terms": {"field": name, "size": 2 * TILES, "segment_size": 2 * TILES}}}
    buckets = reader.searcher.aggregate(clause, asked)["tiles"]["buckets"]
    return [(Tile.of(level, bucket["key"]), bucket["doc_count"]) for bucket in buckets]


def _enough(counted: Iterable[tuple[Tile, int]], near: Position, count: int) -> float:
    """Metres within which the tiles that lie wholly within them have so many points."""
    held = 0
    for far, number in sorted((_farthest(tile, near), number) for tile, number in counted):
        held += number
        if held >= count:
            return far
    return HALFWAY_M


def _farthest(tile: Tile, near: Position) -> float:
    """Metres within which all of a tile is: to its middle, and on along parallel and meridian."""
    west, south, east, north = tile.bounds
    middle = Position((west + east) / 2, (south + north) / 2)
    along = math.radians(east - west) / 2 * math.cos(math.radians(middle.lat))
    up = math.radians(north - south) / 2
    return distance(near, middle) + EARTH_M * (along + up) + ROUNDING_M


def _clause_within(reader: Reader, found: Clause, near: Position, reach: float) -> Clause:
    """Those found that lie in a box that holds all that is within so many metres."""
    if reach >= HALFWAY_M:
        both = [found, Clause.exists_query("lon")]
    else:
        both = [found, in_box(reader.schema, _around(near, reach))]
    return Clause.boolean_query([(Occur.Must, each) for each in both])


def _around(near: Position, reach: float) -> Box:
    """A box that holds all that is within so many metres."""
    angle = (reach + ROUNDING_M) / EARTH_M
    up = math.degrees(angle)
    south, north = near.lat - up, near.lat + up
    if south <= -90 or north >= 90:  # a pole is within reach, and with it every meridian
        return Box(-180, south, 180, north)
    # Where the circle touches a meridian (https://en.wikipedia.org/wiki/Spherical_trigonometry,
    # Napier's rules), widened by what rounding takes away near a pole.
    along = math.degrees(math.asin(min(math.sin(angle) / math.cos(math.radians(near.lat)), 1.0)))
    return Box(near.lon - along - 1e-6, south, near.lon + along + 1e-6, north)
