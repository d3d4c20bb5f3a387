"""Nearest to a point, near a record, within the boundary of a unit: as visitors reach them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from khue import pipeline, search
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.web.portal.house import reader_for
from khue.web.portal.present.distances import show_away
from tests.web.conftest import SECRET

HOAN_KIEM = "00070"
LON, LAT = 105.85, 21.03
METRES = 111_195.0
"""A degree of latitude on the sphere with which distances are told."""


def relic(name: str, north_m: float, precision_m: float | None = 11.0, **more: Any) -> Any:
    """A relic so many metres north of the middle of all of them."""
    point = {"lon": LON, "lat": round(LAT + north_m / METRES, 7), "datum": "WGS84"}
    if precision_m is not None:
        point["precision_m"] = precision_m
    return {"id": new_ulid(), "type": "relic", "name": {"vi": name}, "point": point} | more


@pytest.fixture
def records(db: None) -> dict[str, str]:
    """The identifiers of some records by name."""
    documents = [
        relic("Đình Giữa", 0),
        relic("Chùa Gần", 354),
        relic("Am Xa", 2_470, 500.0),
        relic("Miếu Rất Xa", 90_000),
        relic("Đền Không Rõ", 1_240, None),
        relic(f"Miếu Kín {SECRET}", 100, visibility="restricted"),
        relic("Miếu Nhạy", 123, 5.0, location_sensitive=True),
        {"id": new_ulid(), "type": "relic", "name": {"vi": "Am Không Tọa Độ"}},
    ]
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    actions.commit(actor=OPERATOR, why=SECRET, kind="import", drafts=drafts, pack=house().pack)
    search.catch_up(house().pack)
    return {one["name"]["vi"]: one["id"] for one in documents}


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    body = html.unescape(answer.content.decode())
    assert SECRET not in body
    return body


def aways(body: str) -> dict[str, str]:
    """How far each record of a list is said to be, by its name, in order."""
    cards = re.findall(r"<article.*?</article>", body, re.DOTALL)
    said = [(re.search(r"<h2><a[^>]*>([^<]+)", one), one) for one in cards]
    return {
        name[1]: (re.findall(r'card__away">([^<]+)', one) or [""])[0] for name, one in said if name
    }


def test_a_position_alone_puts_the_nearest_first(records: dict[str, str]) -> None:
    body = page(f"/search?near={LON},{LAT}")
    told = aways(body)
    names = ["Đình Giữa", "Chùa Gần", "Đền Không Rõ", "Am Xa", "Miếu Rất Xa"]
    assert [one for one in told if one in names] == names
    assert told["Đình Giữa"] == "cách không quá 20\u00a0m"
    assert list(told)[-1] == "Am Không Tọa Độ"
    assert told["Chùa Gần"] == "cách 350 m"
    assert told["Am Xa"] == "cách khoảng 2,5 km"
    assert told["Đền Không Rõ"] == "cách khoảng 1,2 km"
    assert told["Am Không Tọa Độ"] == "chưa có tọa độ"
    assert aways(page(f"/en/search?near={LON},{LAT}"))["Am Xa"] == "about 2.5 km away"
    sorts = re.findall(r'class="sorts">(.*?)</p>', body, re.DOTALL)[0]
    assert '<span aria-current="true">khoảng cách</span>' in sorts
    assert "Tính từ điểm</span> 21,03; 105,85" in body
    table = page(f"/search?near={LON},{LAT}&view=table")
    assert re.search(r'data-column="away" aria-sort="ascending">Khoảng cách', table)
    assert "cách 350 m" in table
    by_name = page(f"/search?near={LON},{LAT}&sort=name")
    assert next(iter(aways(by_name))) == "Am Không Tọa Độ"
    assert "card__away" not in page("/search")


def test_no_distance_tells_where_a_sensitive_thing_is(records: dict[str, str]) -> None:
    told = aways(page(f"/search?near={LON},{LAT}"))["Miếu Nhạy"]
    assert told.startswith(("cách khoảng", "cách không quá"))


@pytest.mark.parametrize(
    ("metres", "unsure", "expected"),
    [
        (354, 11, "cách 350 m"),
        (354, 55, "cách khoảng 400 m"),
        (354, 500, "cách không quá 1 km"),
        (2_470, 500, "cách khoảng 2,5 km"),
        (2_470, 1_100, "cách khoảng 2 km"),
        (12_470, 1_100, "cách khoảng 12 km"),
        (2_470, None, "cách khoảng 2,5 km"),
        (4, 11, "cách không quá 20 m"),
        (1e7, 9e6, "cách khoảng 10.000 km"),
    ],
)
def test_a_distance_is_no_finer_than_its_ends(
    db: None, metres: float, unsure: float | None, expected: str
) -> None:
    said = show_away(metres, unsure, reader_for("vi")).replace("\u00a0", " ")
    assert said == expected


def test_a_record_leads_to_what_is_near(records: dict[str, str]) -> None:
    body = page(f"/id/{records['Đình Giữa']}")
    part = body[body.index('id="nearby"') :]
    part = part[: part.index("</section>")]
    names = re.findall(r'href="/id/(\w+)"', part)
    assert set(names) == {
        records[one] for one in ("Chùa Gần", "Am Xa", "Đền Không Rõ", "Miếu Nhạy")
    }
    assert "cách 350 m" in part
    [everything] = re.findall(r'href="(/search\?near=[^"]+)"', part)
    assert "Đình Giữa" in list(aways(page(everything)))[:2]
    assert "Nearby" in page(f"/en/id/{records['Đình Giữa']}")
    for lonely in ("Miếu Rất Xa", "Am Không Tọa Độ"):
        assert 'id="nearby"' not in page(f"/id/{records[lonely]}")


def test_the_boundary_of_a_unit_is_asked_for_where_it_is_loaded(
    records: dict[str, str], tmp_path: Path
) -> None:
    within = f"/search?within={HOAN_KIEM}"
    body = page(within)
    assert "Chưa nạp ranh giới của" in body
    assert f'href="/search?place={HOAN_KIEM}"' in body
    assert "0 hồ sơ" not in body
    assert "khớp với tất cả" not in body
    assert "No boundary of" in page(f"/en{within}")
    assert "99999" in page("/search?within=99999")
    assert within not in page(f"/place/{HOAN_KIEM}")

    ring = [[105.84, 21.02], [105.86, 21.02], [105.86, 21.04], [105.84, 21.04], [105.84, 21.02]]
    area = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"code": HOAN_KIEM}, "geometry": area}
    file = tmp_path / "b.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    pipeline.load_places(house(), file, actor=OPERATOR, why="thử")
    search.catch_up(house().pack)
    assert within in page(f"/place/{HOAN_KIEM}")
    body = page(within)
    assert "Chưa nạp" not in body
    assert "Chùa Gần" in body
    assert "Am Xa" not in body
