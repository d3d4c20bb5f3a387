"""Where on the Earth: boxes, polygons and positions, and which records lie in them.

Both filters are exact: tiles wholly within an area are taken as they are, and of those on its
border each point is looked at. Positions are degrees WGS84. A record without a point is in no box
and in no area, whatever its unit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from tantivy import DocAddress, FieldType, Occur, Schema
from tantivy import Query as Clause

from khue.search.layout import spot, tile_field
from khue.search.reading import Reader
from khue.search.tiles import EDGE, Cover, Lies, Tile, cover

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

BOX_TILES = 128
"""About so many tiles are on the border of a box: fewer, and more points have to be looked at;
more, and more words have to be looked up. The least time at 1,000,000 points."""

AREA_TILES = 500
"""About so many tiles are on the border of a polygon. More than of a box, since its points are
looked at one by one, but once for each commit of the index."""

BOXES = 64
"""Tiles of so many boxes are remembered: one page asks several times for the same."""

AREAS = 64
"""So many polygons are kept ready."""

Rectangle = tuple[float, float, float, float]
"""West, south, east, north, with west <= east and south <= north."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the Earth in degrees. Longitudes may go on beyond 180."""

    lon: float
    lat: float

    @property
    def is_on_earth(self) -> bool:
        """Whether these numbers are a position at all."""
        return math.isfinite(self.lon) and -90 <= self.lat <= 90


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a map in degrees, its edges included; `west` > `east` crosses the date line.

    Any numbers will do: longitudes may go on beyond 180, as maps tell them; what is no number or
    has its south above its north holds nothing.
    """

    west: float
    south: float
    east: float
    north: float

    def rectangles(self) -> tuple[Rectangle, ...]:
        """The box as rectangles that do not cross the date line: none, one, two or, where it ends
        at that meridian, which has two numbers, three."""
        edges = (self.west, self.south, self.east, self.north)
        # Zero is added because to the index minus zero comes before zero.
        south, north = max(self.south, -90.0) + 0.0, min(self.north, 90.0) + 0.0
        if not all(map(math.isfinite, edges)) or south > north:
            return ()
        if self.east - self.west >= 360:
            return ((-180.0, south, 180.0, north),)
        west, east = turned(self.west) + 0.0, turned(self.east) + 0.0
        if west > east:
            return ((west, south, 180.0, north), (-180.0, south, east, north))
        if east == 180 and west > -180:
            return ((west, south, east, north), (-180.0, south, -180.0, north))
        return ((west, south, east, north),)

    def holds(self, position: Position) -> bool:
        """Whether a position of longitudes up to 180 lies in the box."""
        return any(
            west <= position.lon <= east and south <= position.lat <= north
            for west, south, east, north in self.rectangles()
        )


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon, or several, as well-known binary (ISO 19125-1); its boundary belongs to it. No
    bytes are an area without extent, which holds nothing."""

    wkb: bytes


def in_box(schema: Schema, box: Box) -> Clause:
    """The query for the records whose point is in a box."""
    ways = [way for each in box.rectangles() for way in _in_rectangle(schema, each)]
    return _any(ways)


class Parted(NamedTuple):
    """A box in two parts: tiles of one level that are wholly within it, and the query for the
    records whose point is in the rest of it. No point is in both."""

    whole: tuple[Tile, ...]
    rest: Clause


def part_box(schema: Schema, box: Box, level: int) -> Parted:
    """A box in two parts, the first of which has all tiles of a level that lie within tiles by
    which a search finds what is in the box."""
    whole: list[Tile] = []
    rest: list[Clause] = []
    for rectangle in box.rectangles():
        within, border = _cover_rectangle(rectangle)
        whole += [part for tile in within if tile.level <= level for part in tile.parts_at(level)]
        smaller = [tile for tile in within if tile.level > level]
        rest += [*_of_tiles(schema, smaller), _on_border(schema, border, rectangle)]
    return Parted(tuple(whole), _any(rest))


def count_within(reader: Reader, box: Box) -> int:
    """How many records about have a point in a box, at least: those in the tiles within it, which
    takes a twentieth of the time of counting all. Remembered for this commit."""

    def work_out() -> int:
        tiles = [tile for each in box.rectangles() for tile in _cover_rectangle(each).within]
        return sum(reader.searcher.doc_freq(tile_field(one.level), one.key) for one in tiles)

    return reader.remember(("within", box), work_out)


def in_area(reader: Reader, area: Area) -> Clause:
    """The query for the records whose point is in an area, remembered for this commit."""
    if not area.wkb:
        return _any([])
    return reader.remember(
        area, lambda: _in_shape(reader, _shape_of(area.wkb)), lambda _: AREA_TILES
    )


def in_tiles(schema: Schema, tiles: Iterable[Tile], box: Box | None = None) -> Clause:
    """The query for the records whose point is in one of these tiles and, if there is one, in a
    box. Quicker than the query for the box, if the tiles hold few points."""
    there = _any(_of_tiles(schema, tiles))
    if box is None:
        return there
    return _any([_all([there, *_between(schema, each)]) for each in box.rectangles()])


def without_point(clause: Clause) -> Clause:
    """The query for those of the records that another one finds that have no point."""
    both = [(Occur.Must, clause), (Occur.MustNot, Clause.exists_query("lon"))]
    return Clause.boolean_query(both)


def count_points(reader: Reader, clause: Clause) -> int:
    """How many of the records that a query finds have a point."""
    counted = reader.searcher.aggregate(clause, {"count": {"value_count": {"field": "lon"}}})
    return int(counted["count"]["value"])


def points_of(reader: Reader, clause: Clause) -> list[tuple[DocAddress, Position]]:
    """Where all records are that a query finds, which must find none without a point."""
    count = count_points(reader, clause)
    if not count:
        return []
    addresses = [one for _, one in reader.searcher.search(clause, count, count=False).hits]
    lons = cast(list[float], reader.searcher.fast_field_values("lon", addresses))
    lats = cast(list[float], reader.searcher.fast_field_values("lat", addresses))
    return list(zip(addresses, map(Position, lons, lats), strict=True))


def turned(lon: float) -> float:
    """The longitude between -180 and 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


def _in_rectangle(schema: Schema, rectangle: Rectangle) -> list[Clause]:
    within, border = _cover_rectangle(rectangle)
    return [*_of_tiles(schema, within), _on_border(schema, border, rectangle)]


def _on_border(schema: Schema, border: Sequence[Tile], rectangle: Rectangle) -> Clause:
    return _all([in_tiles(schema, border), *_between(schema, rectangle)])


@lru_cache(BOXES)
def _cover_rectangle(rectangle: Rectangle) -> Cover:
    west, south, east, north = rectangle
    # What the edge of the world cuts off is not there.
    inner = (
        west + EDGE if west > -180 else west,
        south + EDGE if south > -90 else south,
        east - EDGE if east < 180 else east,
        north - EDGE if north < 90 else north,
    )
    return cover(rectangle, lambda tiles: [_lies(tile, inner) for tile in tiles], BOX_TILES)


def _between(schema: Schema, rectangle: Rectangle) -> list[Clause]:
    west, south, east, north = rectangle
    return [
        Clause.range_query(schema, "lon", FieldType.Float, west, east),
        Clause.range_query(schema, "lat", FieldType.Float, south, north),
    ]


def _lies(tile: Tile, inner: Rectangle) -> Lies:
    west, south, east, north = inner
    left, below, right, above = tile.bounds
    if west <= left and right <= east and south <= below and above <= north:
        return Lies.WITHIN
    if right < west - 2 * EDGE or left > east + 2 * EDGE:
        return Lies.OUTSIDE
    if above < south - 2 * EDGE or below > north + 2 * EDGE:
        return Lies.OUTSIDE
    return Lies.BORDER


def _in_shape(reader: Reader, shape: BaseGeometry) -> Clause:
    import shapely

    if shape.is_empty:
        return _any([])
    covered = _cover_shape(shape)
    there = [one for _, one in points_of(reader, in_tiles(reader.schema, covered.border))]
    held = shapely.intersects_xy(shape, [one.lon for one in there], [one.lat for one in there])
    spots = {spot(one.lon, one.lat) for one, is_in in zip(there, held, strict=True) if is_in}
    ways = _of_tiles(reader.schema, covered.within)
    if spots:
        ways.append(Clause.term_set_query(reader.schema, "spot", sorted(spots)))
    return _any(ways)


def _cover_shape(shape: BaseGeometry) -> Cover:
    import shapely

    def lie(tiles: Sequence[Tile]) -> list[Lies]:
        bounds = zip(*(tile.bounds for tile in tiles), strict=True)
        west, south, east, north = map(list, bounds)
        boxes = shapely.box(
            [one - EDGE for one in west],
            [one - EDGE for one in south],
            [one + EDGE for one in east],
            [one + EDGE for one in north],
        )
        touched, held = shapely.intersects(shape, boxes), shapely.contains(shape, boxes)
        return [
            Lies.WITHIN if whole else Lies.BORDER if some else Lies.OUTSIDE
            for some, whole in zip(touched, held, strict=True)
        ]

    return cover(tuple(shape.bounds), lie, AREA_TILES)


@lru_cache(AREAS)
def _shape_of(wkb: bytes) -> BaseGeometry:
    import shapely

    shape = shapely.from_wkb(wkb)
    shapely.prepare(shape)
    return shape


def _of_tiles(schema: Schema, tiles: Iterable[Tile]) -> list[Clause]:
    """One query for those of each level."""
    keys: defaultdict[int, list[str]] = defaultdict(list)
    for tile in tiles:
        keys[tile.level].append(tile.key)
    return [Clause.term_set_query(schema, tile_field(level), each) for level, each in keys.items()]


def _all(clauses: Sequence[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Must, clause) for clause in clauses])


def _any(clauses: Sequence[Clause]) -> Clause:
    if not clauses:
        return Clause.empty_query()
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])
