"""Boxes, areas, distances and clusters, against the same questions asked of every record."""

from __future__ import annotations

import itertools
import math
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Pack
from khue.model.rights import PUBLIC, Actor, scope
from khue.search import following, nearest
from khue.search.areas import (
    Area,
    Box,
    Position,
    count_points,
    count_within,
    part_box,
)
from khue.search.clusters import FEW, MOST_CELLS, MOST_NAMED, Clusters, Placed, clusters_of
from khue.search.nearest import EARTH_M
from khue.search.queries import DEPTH, Query
from khue.search.reading import Reader, reader_of
from khue.search.results import results_of
from khue.search.tiles import LEVELS, Tile, count_between, keys_at, tile_at
from tests.search.conftest import both, search
from tests.search.samples import MemoryLedger, place, relic, ulid

HANOI = Position(105.85, 21.03)
CORNERS = [
    *((lon, lat) for lon in (-180, 180, 179.9999999, 0, 90) for lat in (-90, 90, 0, 85.2)),
    *((x / 16 * 180, y / 16 * 90) for x in (-5, 3, 9) for y in (-7, 0, 4)),
    *[(105.85, 21.03)] * 7,
]


def points() -> Iterator[tuple[float, float]]:
    """Edges of the map and of tiles, a place with several records, a city, the date line, a pole,
    anywhere."""
    chance = random.Random(5)
    yield from CORNERS
    for _ in range(250):
        yield round(chance.gauss(105.85, 0.1), 7), round(chance.gauss(21.03, 0.1), 7)
    for _ in range(60):
        yield (round(chance.gauss(180, 1), 7) + 180) % 360 - 180, round(chance.gauss(-17, 1), 7)
    for _ in range(30):
        yield round(chance.uniform(-180, 180), 7), round(chance.uniform(86, 90), 7)
    for _ in range(120):
        yield round(chance.uniform(-180, 180), 7), round(chance.uniform(-90, 90), 7)


def documents() -> list[dict[str, Any]]:
    made = []
    for number, (lon, lat) in enumerate(points(), 1):
        made.append(
            relic(
                number,
                f"Đình {number % 7}",
                kind=["ARCH_ART" if number % 3 else "HIST_EVENT"],
                point={"lon": lon, "lat": lat},
            )
        )
    for number in range(5_000, 5_040):
        unit = f"{number % 3:05}"
        made.append(relic(number, f"Đình {number % 7}", place=place(unit, (unit, "Xã A"))))
    made.append(relic(6_000, "Đình 0"))
    return made


DOCUMENTS = documents()
POINTS = {
    one["id"]: Position(
        -180.0 if one["point"]["lon"] == 180 else round(one["point"]["lon"], 7),
        round(one["point"]["lat"], 7),
    )
    for one in DOCUMENTS
    if "point" in one
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Path:
    folder = tmp_path_factory.mktemp("indexes") / "public"
    following.catch_up({"public": folder}, MemoryLedger(*DOCUMENTS), pack)
    return folder


@pytest.fixture(scope="module")
def reader(folder: Path) -> Reader:
    reader = reader_of(folder)
    assert reader is not None
    return reader


def ids(reader: Reader, query: Query) -> list[str]:
    results = results_of(reader, query)
    assert results.total >= len(results.hits)
    return [hit.id for hit in results.hits]


def everywhere(reader: Reader, **asked: Any) -> set[str]:
    return set(ids(reader, Query(limit=DEPTH, **asked)))


longitudes = st.one_of(
    st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 0.0, 105.85, 105.9, 179.5, -179.5, 33.75])
)
latitudes = st.one_of(
    st.floats(-90, 90), st.sampled_from([-90.0, 90.0, 0.0, 21.03, 21.1, -17.0, 85.2, 22.5])
)
boxes = st.builds(Box, longitudes, latitudes, longitudes, latitudes)
small_boxes = st.builds(
    lambda lon, lat, width, height: Box(lon, lat, lon + width, lat + height),
    st.floats(105.6, 106.0),
    st.floats(20.8, 21.2),
    st.floats(0, 0.2),
    st.floats(0, 0.2),
)


def lies_in(box: Box, there: Position) -> bool:
    if not box.south <= there.lat <= box.north:
        return False
    return any(
        box.west <= lon <= box.east if box.west <= box.east else lon >= box.west or lon <= box.east
        for lon in ([there.lon, 180.0] if there.lon == -180 else [there.lon])
    )


@settings(max_examples=80, deadline=None)
@given(st.one_of(boxes, small_boxes))
def test_a_box_holds_what_lies_in_it(reader: Reader, box: Box) -> None:
    expected = {name for name, there in POINTS.items() if lies_in(box, there)}
    assert everywhere(reader, box=box) == expected


@pytest.mark.parametrize("point", CORNERS)
def test_a_box_without_extent_holds_what_stands_at_it(
    reader: Reader, point: tuple[float, float]
) -> None:
    there = Position(-180.0 if point[0] == 180 else round(point[0], 7), round(point[1], 7))
    box = Box(there.lon, there.lat, there.lon, there.lat)
    assert everywhere(reader, box=box) == {name for name, at in POINTS.items() if at == there}


NUMBERS = st.one_of(
    st.floats(), st.sampled_from([math.nan, math.inf, -math.inf, 1e308, -1e308, 540.0, -200.0])
)


@settings(max_examples=30, deadline=None)
@given(st.builds(Box, NUMBERS, NUMBERS, NUMBERS, NUMBERS), st.integers(-9, 99))
def test_no_numbers_are_an_error(reader: Reader, box: Box, zoom: int) -> None:
    there = everywhere(reader, box=box)
    clusters = clusters_of(reader, Query(box=box), zoom)
    assert sum(cell.count for cell in clusters.cells) == len(there)
    near = Position(box.west, box.south)
    assert len(ids(reader, Query(near=near, sort="distance"))) == 20


def test_longitudes_may_go_on_beyond_the_date_line(reader: Reader) -> None:
    crossing = everywhere(reader, box=Box(178, -20, -178, -14))
    assert len(crossing) > 40
    assert everywhere(reader, box=Box(178, -20, 182, -14)) == crossing
    assert everywhere(reader, box=Box(-182, -20, -178, -14)) == crossing
    assert everywhere(reader, box=Box(-500, -90, 500, 90)) == POINTS.keys()
    assert everywhere(reader, box=Box(-180, -90, 180, 90)) == POINTS.keys()
    assert everywhere(reader, box=Box(10, 30, 20, 20)) == set()


polygons = st.builds(
    lambda lon, lat, radii: shapely.make_valid(
        shapely.Polygon(
            [
                (
                    lon + radius * math.cos(number / len(radii) * math.tau),
                    lat + radius * math.sin(number / len(radii) * math.tau),
                )
                for number, radius in enumerate(radii)
            ]
        )
    ),
    st.floats(105.7, 106.0),
    st.floats(20.9, 21.2),
    st.lists(st.floats(0.001, 0.4), min_size=3, max_size=12),
)


@settings(max_examples=25, deadline=None)
@given(polygons)
def test_an_area_holds_what_lies_in_it(reader: Reader, shape: Any) -> None:
    reader.counted.clear()
    expected = {
        name
        for name, there in POINTS.items()
        if shape.intersects(shapely.Point(there.lon, there.lat))
    }
    assert everywhere(reader, area=Area(shape.wkb)) == expected
    assert everywhere(reader, area=Area(shape.wkb)) == expected  # remembered


def test_the_boundary_of_an_area_belongs_to_it(reader: Reader) -> None:
    here = {name for name, at in POINTS.items() if at == HANOI}
    assert len(here) == 7
    for shape in (
        shapely.box(HANOI.lon, HANOI.lat, HANOI.lon + 1e-6, HANOI.lat + 1e-6),
        shapely.box(HANOI.lon - 3, HANOI.lat - 3, HANOI.lon, HANOI.lat),
        shapely.MultiPolygon(
            [shapely.box(105.84, 21.02, 105.85, 21.03), shapely.box(0, 0, 0.1, 0.1)]
        ),
    ):
        assert here <= everywhere(reader, area=Area(shape.wkb))
    assert everywhere(reader, area=Area(shapely.Polygon().wkb)) == set()
    assert everywhere(reader, area=Area(b"")) == set()


def far(one: Position, other: Position) -> float:
    """Metres by the angle between two directions, for which the haversine formula is not needed."""

    def direction(there: Position) -> tuple[float, float, float]:
        lon, lat = math.radians(there.lon), math.radians(there.lat)
        return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)

    (a, b, c), (x, y, z) = direction(one), direction(other)
    crossed = math.hypot(b * z - c * y, c * x - a * z, a * y - b * x)
    return EARTH_M * math.atan2(crossed, a * x + b * y + c * z)


@settings(max_examples=50, deadline=None)
@given(
    st.one_of(st.builds(Position, longitudes, latitudes), st.just(HANOI)),
    st.sampled_from([(0, 5), (0, 1), (3, 20), (200, 50), (0, DEPTH), (450, 60)]),
)
def test_nearest_first(reader: Reader, near: Position, page: tuple[int, int]) -> None:
    offset, limit = page
    hits = results_of(reader, Query(near=near, sort="distance", offset=offset, limit=limit)).hits
    expected = sorted(far(near, there) for there in POINTS.values())[offset : offset + limit]
    placed = [hit for hit in hits if hit.distance_m is not None]
    assert [hit.distance_m for hit in placed] == pytest.approx(expected, abs=0.001)
    assert [hit.distance_m for hit in placed] == pytest.approx(
        [far(near, POINTS[hit.id]) for hit in placed], abs=0.01
    )
    assert len(hits) == min(limit, len(DOCUMENTS) - offset)
    assert {hit.id for hit in hits[len(placed) :]}.isdisjoint(POINTS)


def test_pages_by_distance_hold_each_record_once(reader: Reader) -> None:
    asked = Query("dinh", near=HANOI, sort="distance", facets={"kind": ("ARCH_ART",)}, limit=9)
    pages = [ids(reader, Query(**{**vars(asked), "offset": offset})) for offset in range(0, 600, 9)]
    listed = [name for page in pages for name in page]
    found_ = everywhere(reader, text="dinh", facets={"kind": ("ARCH_ART",)})
    assert len(listed) == len(set(listed)) == len(found_) > 200
    assert set(listed) == found_
    # Without a position it is a list by relevance.
    assert ids(reader, Query("dinh", sort="distance")) == ids(reader, Query("dinh"))


@pytest.mark.parametrize("near", [HANOI, Position(179.9, -17.05), Position(-180.2, -16.9)])
@pytest.mark.parametrize("limit", [1, 6, 9])
def test_the_nearest_among_many_are_found_around(
    reader: Reader, near: Position, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(*_: object) -> None:
        pytest.fail("all that there is was counted")

    monkeypatch.setattr(nearest, "AROUND", range(19, 8, -2))
    monkeypatch.setattr(nearest, "_near_enough", counted)
    hits = results_of(reader, Query(near=near, sort="distance", limit=limit)).hits
    expected = sorted(far(near, there) for there in POINTS.values())[:limit]
    assert [hit.distance_m for hit in hits] == pytest.approx(expected, abs=0.001)


def test_the_nearest_among_more_tiles_than_are_counted(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "EVERY", 10)
    monkeypatch.setattr(nearest, "LOOKED_AT", 0)
    hits = results_of(reader, Query(near=HANOI, sort="distance", limit=30)).hits
    expected = sorted(far(HANOI, there) for there in POINTS.values())[:30]
    assert [hit.distance_m for hit in hits] == pytest.approx(expected, abs=0.001)


def test_tiles_hold_what_is_in_them() -> None:
    for there in POINTS.values():
        for level, key in keys_at(there.lon, there.lat):
            tile = tile_at(there.lon, there.lat, level)
            assert tile == Tile.of(level, key)
            west, south, east, north = tile.bounds
            assert west - 1e-9 <= there.lon <= east + 1e-9
            assert south - 1e-9 <= there.lat <= north + 1e-9


zooms = st.integers(0, 18)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.none(), boxes, small_boxes), zooms, st.sampled_from(["", "đình 3"]))
def test_clusters_say_what_is_where(reader: Reader, box: Box | None, zoom: int, text: str) -> None:
    query = Query(text, box=box)
    clusters = clusters_of(reader, query, zoom)
    listed = everywhere(reader, text=text, box=box)
    placed = {name: there for name, there in POINTS.items() if name in listed}
    whole = everywhere(reader, text=text)
    assert clusters.without == len(whole - POINTS.keys())
    assert clusters.total == len(placed) + clusters.without
    assert len(clusters.cells) <= MOST_CELLS
    assert any(are_of_level(clusters, placed, level) for level in reversed(LEVELS))
    named = sum(len(cell.records) for cell in clusters.cells)
    assert named <= MOST_NAMED
    for cell in clusters.cells:
        assert len(cell.records) in (0, cell.count)
        assert all(POINTS[one.hit.id] == one.position for one in cell.records)
        if not cell.records:
            assert cell.count > FEW or named + cell.count > MOST_NAMED


@settings(max_examples=40, deadline=None)
@given(st.one_of(boxes, small_boxes), zooms, st.sampled_from(["", "đình 3"]))
def test_wide_boxes_are_counted_in_two_parts(
    reader: Reader, box: Box, zoom: int, text: str
) -> None:
    counted = []
    for wide in (0, 1_000_000):  # none, and all that hold a whole tile
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys.modules[clusters_of.__module__], "WIDE", wide)
            reader.counted.clear()
            counted.append(clusters_of(reader, Query(text, box=box), zoom))
    one, two = counted
    # The sums of the same points in another order.
    assert len(one.cells) == len(two.cells)
    means = zip(at(one), at(two), strict=True)
    for (count, lon, lat, records), (other, east, north, same) in means:
        assert (count, records) == (other, same)
        assert (lon, lat) == pytest.approx((east, north), abs=2e-7)
    assert (one.without, one.units) == (two.without, two.units)


def at(clusters: Clusters) -> list[tuple[int, float, float, tuple[Placed, ...]]]:
    """The cells, so that rounding puts none before another."""
    return sorted(
        (
            (cell.count, cell.position.lon, cell.position.lat, cell.records)
            for cell in clusters.cells
        ),
        key=lambda one: (one[0], round(one[1], 5), round(one[2], 5)),
    )


def test_a_box_in_two_parts_has_each_point_once(reader: Reader) -> None:
    boxes = [Box(105.4, 20.6, 106.3, 21.5), Box(170, -30, -170, -10), Box(-500, -90, 500, 90)]
    seen = set()
    for box, level in itertools.product(boxes, LEVELS):
        if sum(count_between(*each, level) for each in box.rectangles()) > MOST_CELLS:
            continue
        whole, rest = part_box(reader.schema, box, level)
        seen.add(bool(whole))
        assert {tile.level for tile in whole} <= {level}
        there = {name for name, at in POINTS.items() if tile_at(at.lon, at.lat, level) in whole}
        held = {name for name, at in POINTS.items() if box.holds(at)}
        assert there <= held
        assert count_points(reader, rest) == len(held - there)
        assert count_within(reader, box) <= len(held)
    assert seen == {True, False}


def are_of_level(clusters: Clusters, placed: dict[str, Position], level: int) -> bool:
    """Whether the cells are the tiles of a level, with the number and the mean of their points."""
    tiles: dict[Tile, list[Position]] = {}
    for there in placed.values():
        tiles.setdefault(tile_at(there.lon, there.lat, level), []).append(there)
    cells = {tile_at(cell.position.lon, cell.position.lat, level): cell for cell in clusters.cells}
    if len(cells) != len(clusters.cells) or cells.keys() != tiles.keys():
        return False
    for tile, held in tiles.items():
        lon = math.fsum(one.lon for one in held) / len(held)
        lat = math.fsum(one.lat for one in held) / len(held)
        assert cells[tile].count == len(held)
        assert cells[tile].position.lon == pytest.approx(lon, abs=2e-7)
        assert cells[tile].position.lat == pytest.approx(lat, abs=2e-7)
    return True


def test_nothing_stands_on_the_other_side_of_the_world(reader: Reader) -> None:
    for zoom in range(19):
        clusters = clusters_of(reader, Query(box=Box(170, -30, -170, -10)), zoom)
        assert sum(cell.count for cell in clusters.cells) > 50
        assert all(abs(cell.position.lon) > 170 for cell in clusters.cells)


def test_cells_are_smaller_the_nearer_one_looks(reader: Reader) -> None:
    around = Box(105.4, 20.6, 106.3, 21.5)
    counts = [len(clusters_of(reader, Query(box=around), zoom).cells) for zoom in range(0, 12)]
    assert counts == sorted(counts)
    assert counts[0] <= 4 < 20 < counts[-1]
    # Those at one point stay together at any zoom, and are not told one by one if they are many.
    near = Box(105.8499, 21.0299, 105.8501, 21.0301)
    cells = clusters_of(reader, Query(box=near), 18).cells
    assert [cell.count for cell in cells if cell.position == HANOI] == [7]


def test_what_has_no_point_is_told_by_unit(reader: Reader) -> None:
    clusters = clusters_of(reader, Query(box=Box(0, 0, 1, 1)), 5)
    assert clusters.without == 41
    assert {one.unit: one.count for one in clusters.units} == {
        "01": 40, "00000": 13, "00001": 13, "00002": 14
    }  # fmt: skip
    area = Area(shapely.box(0, 0, 1, 1).wkb)
    assert clusters_of(reader, Query(area=area), 5).without == 0


def test_only_who_may_read_a_record_whole_finds_it_by_an_exact_point(
    pack: Pack, tmp_path: Path
) -> None:
    exact = {"lon": 105.8312345, "lat": 21.0412345, "precision_m": 5}
    unit = place("00001", ("00001", "Xã A"))
    folder = tmp_path / "public"
    ledger = MemoryLedger(
        relic(1, "Miếu Nhạy", point=exact, survey=exact, location_sensitive=True, place=unit),
        relic(2, "Miếu Kín", point=exact, visibility="staff", place=unit),
        relic(3, "Miếu Đo", survey=exact, place=unit),
    )
    following.catch_up(both(folder), ledger, pack)
    tight = Box(105.8311, 21.0411, 105.8313, 21.0413)
    local = Actor("a", frozenset({"viewer"}), frozenset({"00001"}))
    elsewhere = Actor("a", frozenset({"viewer"}), frozenset({"00002"}))
    for actor, seen in ((PUBLIC, []), (elsewhere, []), (local, [ulid(2)])):
        granted = scope(actor, "read_public").granted
        sight = both(folder)["staff" if granted else "public"]
        results = search(sight, box=tight, actor=actor)
        assert [hit.id for hit in results.hits] == seen
        reader = reader_of(sight)
        assert reader is not None
        shown = clusters_of(reader, Query(), 18, scope(actor, "read_public"))
        told_ = [one for cell in shown.cells for one in cell.records]
        coarse = next(one for one in told_ if one.hit.id == ulid(1))
        assert (coarse.position, coarse.precision_m) == (Position(105.83, 21.04), 1500)
        assert {one.hit.id for one in told_} == {ulid(1), *seen}
