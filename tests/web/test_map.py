"""The map of the portal: clusters, records at their points, and units for what has none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from khue import pipeline, search
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions, queries
from tests.web.conftest import SECRET, _edit

HOAN_KIEM = "00070"
EXACT = {"lon": 105.8312345, "lat": 21.0412345, "precision_m": 5.0, "datum": "WGS84"}


def relic(name: str, **fields: Any) -> dict[str, Any]:
    return {"id": new_ulid(), "type": "relic", "name": {"vi": name}, "internal_note": SECRET} | (
        fields
    )


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"lon": lon, "lat": lat, "precision_m": 11.0, "datum": "WGS84"}


@pytest.fixture
def records(db: None) -> dict[str, str]:
    """The identifiers of some records by name: six at one point, others alone, without one, closed
    or sensitive."""
    place = house().resolve_place("phường Hoàn Kiếm, Hà Nội")
    documents = [
        *(relic(f"Đình {number}", point=point(105.85, 21.03)) for number in range(6)),
        relic("Chùa Xa", point=point(107.59, 16.47)),
        relic("Đền Ngọc Sơn", place=place),
        relic("Miếu Nhạy", point=EXACT, location_sensitive=True, place=place),
        relic(f"Miếu Kín {SECRET}", point=EXACT, visibility="restricted", place=place),
    ]
    drafts = [actions.Draft(document["id"], 0, None, document) for document in documents]
    actions.commit(actor=OPERATOR, why=SECRET, kind="import", drafts=drafts, pack=house().pack)
    search.catch_up(house().pack)
    return {document["name"]["vi"]: document["id"] for document in documents}


def asked(address: str) -> dict[str, Any]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/geo+json"
    assert SECRET not in answer.content.decode()
    return dict(json.loads(answer.content))


def told(answer: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """Where each feature stands, by its label or, of a cluster, its count."""
    assert answer["type"] == "FeatureCollection"
    found = {}
    for one in answer["features"]:
        assert (one["type"], one["geometry"]["type"]) == ("Feature", "Point")
        name = one["properties"].get("label") or str(one["properties"]["count"])
        found[name] = tuple(one["geometry"]["coordinates"])
    return found


def test_the_map_tells_what_was_found(records: dict[str, str]) -> None:
    answer = asked("/map.json?zoom=12.4")
    assert (answer["total"], answer["without_point"]) == (9, 1)
    assert told(answer)["Chùa Xa"] == (107.59, 16.47)
    assert "7" in told(answer)  # far out, those of one city are one
    there = told(asked("/map.json?zoom=15&box=105.8,21,105.9,21.1"))
    assert there["6"] == (105.85, 21.03)
    assert there["Miếu Nhạy"] == (105.83, 21.04)
    single = next(one for one in answer["features"] if one["properties"].get("id"))
    assert set(single["properties"]) == {"id", "type", "label", "precision_m"}
    assert single["properties"]["id"] in records.values()
    far = next(
        one["properties"]
        for one in asked("/en/map.json?zoom=12.4")["features"]
        if one["properties"].get("label") == "Chùa Xa"
    )
    assert far["lang"] == "vi", "it has no English name"


def test_what_has_no_point_is_told_by_unit(records: dict[str, str]) -> None:
    units = {
        one["properties"]["unit"]: one
        for one in asked("/en/map.json?zoom=12")["features"]
        if "unit" in one["properties"]
    }
    assert units.keys() == {HOAN_KIEM, "01"}
    assert units[HOAN_KIEM]["properties"] == {
        "unit": HOAN_KIEM,
        "level": "commune",
        "label": "Hoàn Kiếm Ward",
        "count": 1,
        "certain": 1,
        "precision": "unit",
    }
    unit = house().gazetteer.unit(HOAN_KIEM)
    assert unit is not None
    assert units[HOAN_KIEM]["geometry"]["coordinates"] == [unit.lon, unit.lat]


def test_a_box_shows_a_part_and_filters_the_list(records: dict[str, str]) -> None:
    part = asked("/map.json?zoom=8&box=107,16,108,17")
    assert told(part).keys() == {"Chùa Xa"}
    assert part["total"] == 2
    listed = Client().get("/search?box=107,16,108,17").content.decode()
    assert "Chùa Xa" in listed
    assert "Đền Ngọc Sơn" not in listed
    assert "Trong khung bản đồ" in listed
    assert told(asked("/map.json?q=chua&box=105,20,106,22")) == {}


def test_near_puts_the_nearest_first(records: dict[str, str]) -> None:
    listed = Client().get("/search?near=107.5,16.4&sort=distance").content.decode()
    names = ["Chùa Xa", "Đình 0", "Đền Ngọc Sơn"]
    assert sorted(names, key=listed.index) == names
    assert "khoảng cách" in listed
    assert "khoảng cách" not in Client().get("/search?sort=distance").content.decode()


def test_within_the_boundary_of_a_unit(records: dict[str, str], tmp_path: Path) -> None:
    # Without a boundary nothing is known to be within it.
    assert told(asked(f"/map.json?within={HOAN_KIEM}")) == {}
    ring = [[105.84, 21.02], [105.86, 21.02], [105.86, 21.04], [105.84, 21.04], [105.84, 21.02]]
    shape = {
        "type": "Feature",
        "properties": {"code": HOAN_KIEM},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "ranh-gioi.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    pipeline.load_places(house(), path, actor=OPERATOR, why="thử")
    assert told(asked(f"/map.json?zoom=10&within={HOAN_KIEM}")) == {"6": (105.85, 21.03)}
    assert told(asked("/map.json?within=01")) == {}  # not all of its communes have one
    assert "Đình 0" in Client().get(f"/search?within={HOAN_KIEM}").content.decode()


def test_a_sensitive_place_is_not_found_by_where_it_is(records: dict[str, str]) -> None:
    tight = "105.8311,21.0411,105.8313,21.0413"
    for query in (f"box={tight}", f"box={tight}&zoom=18", f"q=mieu&box={tight}"):
        features = asked(f"/map.json?{query}")["features"]
        assert not [one for one in features if "id" in one["properties"]]


def test_a_map_tells_what_is_public_at_that_moment(
    records: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khue.search.door.keep_up", lambda pack: None)
    exact = "/map.json?zoom=15&box=107.5899,16.4699,107.5901,16.4701"
    _edit(records["Chùa Xa"], name__vi="Chùa Gần", point=point(107.5912345, 16.4712345))
    assert "Chùa Xa" not in told(asked("/map.json?zoom=12"))
    assert told(asked("/map.json?zoom=12"))["Chùa Gần"] == (107.5912345, 16.4712345)
    assert told(asked(exact)) == {}  # it is not there any more
    _edit(records["Chùa Xa"], location_sensitive=True)
    found = asked("/map.json?zoom=12")
    assert told(found)["Chùa Gần"] == (107.59, 16.47)
    [there] = [one for one in found["features"] if "id" in one["properties"]]
    assert there["properties"]["precision_m"] > 11
    for changes in ({"point": None}, {"visibility": "restricted"}):
        _edit(records["Chùa Xa"], **changes)
        assert "Chùa Gần" not in told(asked("/map.json?zoom=12"))
        assert search.position() < queries.head()


def test_the_index_tells_what_the_registry_would(
    records: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"lon": 180.0, "lat": 16.1234567, "datum": "WGS84"}
    far = relic("", point=there) | {"name": {"en": "Far Temple"}}
    drafts = [actions.Draft(far["id"], 0, None, far)]
    actions.commit(actor=OPERATOR, why=SECRET, kind="import", drafts=drafts, pack=house().pack)
    search.catch_up(house().pack)
    for address in ("/map.json?zoom=18", "/en/map.json?zoom=18&box=100,10,180,22"):
        with monkeypatch.context() as patch:
            now = asked(address)
            patch.setattr("khue.web.portal.mapping.followed", lambda: None)
            then = asked(address)
        single = [one for one in now["features"] if "id" in one["properties"]]
        assert len(single) >= 2
        assert single == [one for one in then["features"] if "id" in one["properties"]]


def test_whoever_keeps_a_map_asks_whether_it_holds(records: dict[str, str]) -> None:
    first = Client().get("/map.json")
    again = Client().get("/map.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_without_boundaries_lines_between_units_are_told(
    records: dict[str, str], tmp_path: Path
) -> None:
    """Roughly, from their middles, and only where no boundary is loaded; nothing is found by it."""

    def between(query: str) -> Any:
        answer = Client().get(f"/units.json{query}")
        assert answer.status_code == 200
        return json.loads(answer.content).get("between")

    [ring] = between(f"?unit={HOAN_KIEM}")
    assert ring[0] == ring[-1]
    unit = house().gazetteer.unit(HOAN_KIEM)
    assert unit is not None
    lons, lats = zip(*ring, strict=True)
    assert min(lons) < unit.lon < max(lons)
    assert min(lats) < unit.lat < max(lats)
    assert len(between("?in=01")) > 100
    assert between("")
    assert between("?in=99") is None
    assert between("?unit=x") is None
    for found in ({"within": HOAN_KIEM}, {"within": "01"}):
        assert told(dict(json.loads(Client().get("/map.json", found).content))) == {}

    whole = between("?in=01")
    shape = {
        "type": "Feature",
        "properties": {"code": HOAN_KIEM},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[105.84, 21.02], [105.86, 21.02], [105.86, 21.04], [105.84, 21.02]]],
        },
    }
    path = tmp_path / "ranh-gioi.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    pipeline.load_places(house(), path, actor=OPERATOR, why="thử")
    assert between(f"?unit={HOAN_KIEM}") is None
    assert len(between("?in=01")) < len(whole)
