"""What was found, as a map shows it: how many there are in each cell, and where.

A cell is a tile, so that it never lies on both sides of the date line, and its position is the mean
of the points in it. What has no point is told beside them, by unit, and never put anywhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from tantivy import Occur
from tantivy import Query as Clause

from khue.model.rights import Scope
from khue.search.areas import Box, Position, count_within, in_box, in_tiles, part_box
from khue.search.clauses import score_nothing
from khue.search.layout import BETWEEN, CERTAIN, UNPLACED, tile_field
from khue.search.matching import matching
from khue.search.queries import EVERYONE, Query, Reach, question_of
from khue.search.queries import FEW as FEW_FOUND
from khue.search.reading import Reader
from khue.search.results import Hit, count, hit_of, reach_of
from khue.search.tiles import LEVELS, Tile, count_between, tile_at

ZOOMS = range(19)
"""The zooms of maps, where the whole world is 512 pixels wide at 0 (as MapLibre and Mapbox count;
https://docs.mapbox.com/help/glossary/zoom-level/)."""

FINER = 3
"""Cells are tiles of the last level that is not more than so much above the zoom: 64 or 128 pixels
wide, about as wide as a finger."""

MOST_CELLS = 1_024
"""A box has at most so many cells; where it would have more, they are larger. A screen of 4,096 by
2,304 pixels has half as many cells of 128 pixels."""

COUNTED_AT = 9
"""The level (78 km) whose tiles tell how far spread is what was found, where no box says it."""

FEW = 4
"""The records of a cell that has no more are told one by one, each at its own point."""

MOST_NAMED = 100
"""At most so many records are told one by one, those of the cells with the fewest first."""

WIDE = 6
"""A box is wide that has one of so many records or more."""

EVERY = 20_000
"""More than there are cells or units: counts are exact only if every value fits."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A record at its point, which holds within `precision_m` metres, if anyone said so."""

    hit: Hit
    position: Position
    precision_m: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How many records there are in a cell, the mean of their points, and which ones, if few."""

    count: int
    position: Position
    records: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class AtUnit:
    """How many records without a point are in a unit or may be (candidates), and how many of them
    are so for certain. One counts in each unit that it may be in, and in what this lies within."""

    unit: str
    count: int
    certain: int


@dataclass(frozen=True, slots=True)
class Clusters:
    """What a question found, in cells.

    The query's box says what part of the map is shown: `cells` has what lies in it, by falling
    count. `without` is how many of all that the rest of the question finds have no point, and
    `units` where these are, as far as is known. An `area` is more than a part of a map, and without
    a point nothing is known to be in it: then `without` is 0.
    """

    cells: tuple[Cell, ...] = ()
    without: int = 0
    units: tuple[AtUnit, ...] = ()

    @property
    def total(self) -> int:
        """How many were found: those in the cells, and those without a point. Without a box as
        many as a list has."""
        return sum(cell.count for cell in self.cells) + self.without


def clusters_of(reader: Reader, query: Query, zoom: int, seen: Scope = EVERYONE) -> Clusters:
    """The clusters of a query in one commit of an index, for someone who may see what `seen`
    admits. Order and page of the query do not matter. Any zoom will do. Remembered until something
    is committed, since everyone begins with the same map."""
    zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
    asked = ("clusters", zoom, question_of(query, seen))
    return reader.remember(
        asked, lambda: _count_cells(reader, query, zoom, seen), lambda found: len(found.cells)
    )


def _count_cells(reader: Reader, query: Query, zoom: int, seen: Scope) -> Clusters:
    found = _count_as_far(reader, query, zoom, seen, Reach.NAMES)
    # As many as that without a point alone: then one need not go further, nor count for it.
    if found.without < FEW_FOUND:
        reach = reach_of(reader, query, seen)
        if reach != Reach.NAMES:
            return _count_as_far(reader, query, zoom, seen, reach)
    return found


def _count_as_far(reader: Reader, query: Query, zoom: int, seen: Scope, reach: Reach) -> Clusters:
    # The index counts without Python's lock, so that two counts go on at once.
    with ThreadPoolExecutor(1) as beside:
        unplaced = beside.submit(_without_point, reader, query, seen, reach)
        cells = _cells(reader, query, zoom, (seen, reach), beside)
        return Clusters(cells, *unplaced.result())


def _cells(
    reader: Reader, query: Query, zoom: int, who: tuple[Scope, Reach], beside: Executor
) -> tuple[Cell, ...]:
    anywhere = matching(replace(query, box=None), reader, *who)
    level = _level_of(reader, anywhere, query.box, zoom)
    means = _means(reader, anywhere, query.box, level, beside)
    few = _few({tile: count for tile, (count, _) in means.items()})
    placed = _placed(reader, anywhere, few, query.box)
    cells = [Cell(count, mean, placed.get(tile, ())) for tile, (count, mean) in means.items()]
    return tuple(sorted(cells, key=lambda one: (-one.count, one.position.lon, one.position.lat)))


_Means = dict[Tile, tuple[int, Position]]
"""How many points there are in a cell, and the mean of them."""


def _means(
    reader: Reader, anywhere: Clause, box: Box | None, level: int, beside: Executor
) -> _Means:
    """The cells of a level with what is found anywhere, as far as it is in a box."""
    if box is None:
        return _means_of(reader, anywhere, level)
    if count_within(reader, box) * WIDE > reader.searcher.num_docs:
        # Looking up the tile of every record that is found takes less time than looking for those
        # in the box first, and what else is in the box can be counted at once.
        whole, rest = part_box(reader.schema, box, level)
        if whole:
            others = beside.submit(_means_of, reader, _both(anywhere, rest), level)
            return _means_of(reader, anywhere, level, whole) | others.result()
    return _means_of(reader, _both(anywhere, in_box(reader.schema, box)), level)


def _means_of(
    reader: Reader, found: Clause, level: int, tiles: Iterable[Tile] | None = None
) -> _Means:
    """The cells of what is found, of some tiles or all."""
    mean = {axis: {"avg": {"field": axis}} for axis in ("lon", "lat")}
    terms: dict[str, Any] = {"field": tile_field(level), "size": EVERY, "segment_size": EVERY}
    if tiles is not None:
        terms["include"] = [tile.key for tile in tiles]
    counted = reader.searcher.aggregate(found, {"tiles": {"terms": terms, "aggs": mean}})
    return {
        Tile.of(level, one["key"]): (one["doc_count"], _mean(one))
        for one in counted["tiles"]["buckets"]
    }


def _mean(bucket: Mapping[str, Any]) -> Position:
    # Sums of floating point numbers: what is beyond the seventh decimal means nothing.
    return Position(round(bucket["lon"]["value"], 7), round(bucket["lat"]["value"], 7))


def _both(one: Clause, other: Clause) -> Clause:
    return Clause.boolean_query([(Occur.Must, one), (Occur.Must, score_nothing(other))])


def _level_of(reader: Reader, found: Clause, box: Box | None, zoom: int) -> int:
    """The level of the cells: that of the zoom, or the finest one with few enough cells."""
    wanted = [level for level in LEVELS if level <= max(zoom + FINER, LEVELS[0])]
    if box is not None:
        parts = box.rectangles()
        fitting = [
            one for one in wanted if sum(count_between(*p, one) for p in parts) <= MOST_CELLS
        ]
    else:
        asked = {"field": tile_field(COUNTED_AT), "size": EVERY, "segment_size": EVERY}
        counted = reader.searcher.aggregate(found, {"tiles": {"terms": asked}})
        spread = len(counted["tiles"]["buckets"])
        fitting = [one for one in wanted if spread * 4 ** (one - COUNTED_AT) <= MOST_CELLS]
    return fitting[-1] if fitting else LEVELS[0]


def _few(counts: Mapping[Tile, int]) -> dict[Tile, int]:
    """The cells whose records are told one by one, with how many these are."""
    few: dict[Tile, int] = {}
    left = MOST_NAMED
    for tile in sorted(counts, key=lambda one: (counts[one], one)):
        if counts[tile] > min(FEW, left):
            break
        left -= counts[tile]
        few[tile] = counts[tile]
    return few


def _placed(
    reader: Reader, anywhere: Clause, few: Mapping[Tile, int], box: Box | None
) -> dict[Tile, tuple[Placed, ...]]:
    """The records of some tiles, of those that are found anywhere, as far as they are in a box."""
    if not few:
        return {}
    level = next(iter(few)).level
    there = _both(score_nothing(anywhere), in_tiles(reader.schema, few, box))
    hits = reader.searcher.search(there, sum(few.values()), count=False).hits
    held: defaultdict[Tile, list[tuple[str, Placed]]] = defaultdict(list)
    for _, address in hits:
        document = reader.searcher.doc(address)
        order, hit = hit_of(document)
        point = Position(document["lon"][0], document["lat"][0])
        one = Placed(hit, point, document.get_first("precision"))
        held[tile_at(point.lon, point.lat, level)].append((order, one))
    return {
        tile: tuple(one for _, one in sorted(each, key=lambda pair: pair[0]))
        for tile, each in held.items()
    }


def _without_point(
    reader: Reader, query: Query, seen: Scope, reach: Reach
) -> tuple[int, tuple[AtUnit, ...]]:
    """What has no point, remembered for other parts of the same map."""
    if query.area is not None:
        return 0, ()
    query = replace(query, box=None)
    asked = ("without point", reach, question_of(query, seen))
    return reader.remember(
        asked,
        lambda: _count_unplaced(reader, matching(query, reader, seen, reach)),
        lambda found: len(found[1]),
    )


def _count_unplaced(reader: Reader, found: Clause) -> tuple[int, tuple[AtUnit, ...]]:
    """How many of the records found have no point, and in which units, by falling count."""
    counts: Counter[str] = Counter()
    certain: Counter[str] = Counter()
    for together in count(reader, found, (UNPLACED,))[UNPLACED]:
        for one in together.value.split(BETWEEN):
            code = one.removeprefix(CERTAIN)
            counts[code] += together.count
            certain[code] += together.count if one != code else 0
    without = counts.pop("", 0)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return without, tuple(AtUnit(code, number, certain[code]) for code, number in ordered)
