"""Boundaries: which unit a point is in, and what a point says about a stated place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box, from_wkb

from khue.places import (
    Boundaries,
    Gazetteer,
    NotBoundaries,
    commune_codes,
    load_gazetteer,
    pack,
    read_boundaries,
    unpack,
)

HOAN_KIEM, CUA_NAM = "00070", "00082"
KNOWN = {HOAN_KIEM, CUA_NAM}


def square(west: float, south: float, side: float = 1.0) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: object, *rings: list[list[float]], kind: str = "Polygon") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": list(rings)}
    return {"type": "Feature", "properties": {"code": code, "name": "x"}, "geometry": geometry}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


TWO = collection(feature(HOAN_KIEM, square(105, 21)), feature(CUA_NAM, square(106, 21)))


@pytest.fixture(scope="module")
def sided() -> Gazetteer:
    """A gazetteer in which two wards are squares side by side, and Hàng Bạc went to both."""
    from khue.places import ChangeTable

    shapes = read_boundaries(TWO, KNOWN).shapes
    changes = ChangeTable("bang", {"00061": (HOAN_KIEM, CUA_NAM)})
    return load_gazetteer([changes], Boundaries(lambda: [("ranh-gioi", shapes)]))


def settled(gazetteer: Gazetteer, stated: str, lon: float, lat: float, precision: float = 0) -> Any:
    place = gazetteer.resolve(stated).to_document()
    return gazetteer.settle(place, {"lon": lon, "lat": lat, "precision_m": precision})


def test_a_point_decides_between_candidates(sided: Gazetteer) -> None:
    open_place = sided.resolve("Hàng Bạc, Hoàn Kiếm").to_document()
    assert open_place["code"] is None
    found = settled(sided, "Hàng Bạc, Hoàn Kiếm", 106.5, 21.5)
    assert found.decided
    assert found.elsewhere == {}
    assert found.place["code"] == CUA_NAM
    assert found.place["stated"] == "Hàng Bạc, Hoàn Kiếm"
    assert [one["code"] for one in found.place["candidates"]] == [CUA_NAM]
    assert found.place["within"] == "01"
    assert found.place["why"]["vi"] == (
        open_place["why"]["vi"] + " Tọa độ nằm trong Phường Cửa Nam theo ranh-gioi."
    )


def test_too_near_a_boundary_nothing_is_decided(sided: Gazetteer) -> None:
    assert not settled(sided, "Hàng Bạc, Hoàn Kiếm", 105.9999, 21.5, 100).decided
    assert settled(sided, "Hàng Bạc, Hoàn Kiếm", 105.9999, 21.5, 1).decided
    assert not settled(sided, "Hàng Bạc, Hoàn Kiếm", 106, 21.5).decided


@pytest.mark.parametrize(
    ("stated", "lon", "elsewhere"),
    [
        ("Phường Hoàn Kiếm, Hà Nội", 106.5, [CUA_NAM]),  # another ward than the stated one
        ("Phường Hoàn Kiếm, Hà Nội", 105.5, []),
        ("Phường Hoàn Kiếm, Hà Nội", 120, []),  # where there are no shapes nothing is known
        ("Thành phố Hà Nội", 105.5, []),
        ("Thành phố Huế", 105.5, [HOAN_KIEM]),
        ("Phường Láng, Hà Nội", 105.5, []),  # of a unit without a shape nothing is known
        ("Biển Đông", 105.5, []),
    ],
)
def test_a_point_elsewhere_is_told_and_corrects_nothing(
    sided: Gazetteer, stated: str, lon: float, elsewhere: list[str]
) -> None:
    found = settled(sided, stated, lon, 21.5)
    assert [*found.elsewhere] == elsewhere
    assert not found.decided
    assert found.place == sided.resolve(stated).to_document()


def test_without_boundaries_a_point_says_nothing(gazetteer: Gazetteer) -> None:
    place = gazetteer.resolve("Phường Láng, Hà Nội").to_document()
    assert gazetteer.settle(place, {"lon": 0, "lat": 0}).place is place


def test_the_last_file_decides_for_a_unit() -> None:
    first, second = (
        read_boundaries(collection(feature(HOAN_KIEM, square(west, 21))), KNOWN).shapes
        for west in (105, 107)
    )
    found = Boundaries(lambda: [("one", first), ("two", second)])
    assert found.units_at(105.5, 21.5) == frozenset()
    assert found.units_at(107.5, 21.5) == {HOAN_KIEM}
    assert found.source_of(HOAN_KIEM) == "two"


def test_the_boundary_of_a_unit_is_told_where_there_is_one(gazetteer: Gazetteer) -> None:
    assert gazetteer.boundary(HOAN_KIEM) is None
    communes = load_gazetteer().communes("01")
    shapes = {one.code: box(number, 0, number + 1, 1) for number, one in enumerate(communes)}
    known = load_gazetteer(boundaries=Boundaries(lambda: [("x", shapes)]))
    assert from_wkb(known.boundary(communes[3].code)).equals(box(3, 0, 4, 1))
    assert from_wkb(known.boundary("01")).equals(box(0, 0, len(communes), 1))
    assert known.boundary("48") is None
    assert known.boundary("x") is None
    del shapes[communes[3].code]
    lacking = load_gazetteer(boundaries=Boundaries(lambda: [("x", shapes)]))
    assert lacking.boundary("01") is None


def test_a_ring_that_crosses_itself_is_mended_and_told() -> None:
    bow = [[105.0, 21.0], [106.0, 22.0], [106.0, 21.0], [105.0, 22.0], [105.0, 21.0]]
    read = read_boundaries(collection(feature(HOAN_KIEM, bow)), KNOWN)
    (told,) = read.remarks
    assert (told.code, told.row, told.values["unit"]) == ("places_shape_mended", 1, HOAN_KIEM)
    assert read.shapes[HOAN_KIEM].is_valid
    inside = Boundaries(lambda: [("x", read.shapes)])
    assert inside.units_at(105.1, 21.5) == inside.units_at(105.9, 21.5) == {HOAN_KIEM}
    assert inside.units_at(105.5, 21.1) == frozenset()


def test_several_shapes_of_a_unit_are_one_and_codes_may_have_lost_their_zeros() -> None:
    read = read_boundaries(
        collection(feature(70, square(105, 21)), feature("70", square(107, 21))), KNOWN
    )
    found = Boundaries(lambda: [("x", read.shapes)])
    assert found.units_at(105.5, 21.5) == found.units_at(107.5, 21.5) == {HOAN_KIEM}


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (feature("99999", square(105, 21)), "places_shape_of_no_unit"),
        ({"type": "Feature"}, "places_shape_of_no_unit"),
        (7, "places_shape_of_no_unit"),
        (feature(HOAN_KIEM, kind="Point"), "places_shape_missing"),
        (feature(HOAN_KIEM, [[105.0, 21.0]]), "places_shape_missing"),
        (feature(HOAN_KIEM) | {"geometry": None}, "places_shape_missing"),
        (
            feature(HOAN_KIEM, [[105.0, 21.0], [106.0, 21.0], [105.0, 21.0]] * 2),
            "places_shape_missing",
        ),
    ],
)
def test_what_is_no_area_of_a_unit_is_left_out_and_told(one: Any, code: str) -> None:
    read = read_boundaries(collection(one, feature(CUA_NAM, square(105, 21))), KNOWN)
    assert [(told.code, told.row) for told in read.remarks] == [(code, 1)]
    assert [*read.shapes] == [CUA_NAM]


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\xff\x00", b"[]", b"null", b'{"type": "FeatureCollection"}', b"[" * 100_000),
        b'{"type": "FeatureCollection", "features": {}}',
        collection(feature(HOAN_KIEM, square(587_000, 2_325_000))),  # metres of VN-2000
    ],
)
def test_what_is_no_boundaries(data: bytes) -> None:
    with pytest.raises(NotBoundaries):
        read_boundaries(data, KNOWN)


@given(data=st.binary(max_size=40))
def test_packed_shapes_are_read_back_or_refused(data: bytes) -> None:
    shapes = read_boundaries(TWO, KNOWN).shapes
    packed = pack(shapes)
    assert unpack(packed) == shapes
    with pytest.raises(ValueError, match=r".*"):
        unpack(packed[: len(packed) // 2] + data)


def test_the_126_of_hanoi(shared_data: Path, gazetteer: Gazetteer) -> None:
    data = (shared_data / "hanoi-wards.geojson").read_bytes()
    read = read_boundaries(data, commune_codes())
    assert (len(read.shapes), read.features) == (126, 126)
    assert {one.code for one in read.remarks} == {"places_shape_mended"}
    assert len(read.remarks) == 13
    assert all(shape.is_valid for shape in read.shapes.values())
    found = Boundaries(lambda: [("hanoi-wards", unpack(pack(read.shapes)))])
    assert found.units_at(105.8522, 21.0287) == {HOAN_KIEM}  # Ngọc Sơn temple
    # The source's centroid of a unit is mostly in its shape, and always in one of the city's.
    centroids = [gazetteer.unit(code) for code in read.shapes]
    own = sum(one.code in found.units_at(one.lon, one.lat) for one in centroids if one)  # type: ignore[arg-type]
    assert own > 110


def test_neighbours_are_those_that_touch() -> None:
    from shapely import box

    shapes = {
        "00004": box(105.80, 21.00, 105.81, 21.01),
        "00008": box(105.8101, 21.00, 105.82, 21.01),  # ten metres away, as maps drawn apart are
        "00025": box(105.83, 21.00, 105.84, 21.01),
    }
    boundaries = Boundaries(lambda: [("thử", shapes)])
    assert boundaries.neighbours_of("00004") == {"00008"}
    assert boundaries.neighbours_of("00025") == frozenset()
    gazetteer = load_gazetteer(boundaries=boundaries)
    assert [unit.code for unit in gazetteer.neighbours("00008") or ()] == ["00004"]
    assert gazetteer.neighbours("00226") is None
    assert load_gazetteer().neighbours("00008") is None


def test_the_nearest_middles() -> None:
    gazetteer = load_gazetteer()
    near = gazetteer.nearest("00226", 3)
    assert len(near) == 3
    assert [metres for _, metres in near] == sorted(metres for _, metres in near)
    assert 0 < near[0][1] < 5_000
    assert "00226" not in {unit.code for unit, _ in near}
    assert gazetteer.nearest("01", 3) == gazetteer.nearest("99999", 3) == ()
