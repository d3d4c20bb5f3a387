"""The views of a result, what a page tells its map, and what to do where nothing is found."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from khue import pipeline, search
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.search import FacetValue
from khue.web.portal.ask import Ask
from khue.web.portal.house import reader_for
from khue.web.portal.present import maps
from khue.web.portal.present.results import NAMED
from khue.web.portal.present.wider import TRIED, wider
from khue.web.security import policy
from tests.web.conftest import SECRET, Town

HOAN_KIEM = "00070"
RING = [[105.84, 21.02], [105.86, 21.02], [105.86, 21.04], [105.84, 21.04], [105.84, 21.02]]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    body = answer.content.decode()
    assert SECRET not in body
    return body


def attribute(body: str, name: str) -> str:
    """The value of a data attribute, which must stand once."""
    [value] = re.findall(rf'\sdata-{name}="([^"]*)"', body)
    return html.unescape(value)


def test_many_sources_take_no_more_questions_than_one(
    visit: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, sources = search.find, ["danh-muc", "nhan-vat"]

    def with_sources(*asked: Any) -> search.Results:
        results = find(*asked)
        counted = tuple(FacetValue(name, 1) for name in sources)
        return replace(results, facets={**results.facets, "source": counted})

    def asked() -> int:
        page(visit, "/search")  # what follows from the ledger is kept from now on
        with CaptureQueriesContext(connection) as made:
            assert sources[-1] in page(visit, "/search")
        return len(made)

    monkeypatch.setattr(search, "find", with_sources)
    few = asked()
    sources += [f"bo-{number}" for number in range(30)]
    assert asked() == few


def test_a_view_stays_while_one_narrows(visit: Client) -> None:
    body = page(visit, "/search?q=dinh&view=table")
    facets = body[body.index('class="filters"') : body.index("<table")]
    links = re.findall(r'href="([^"]+)"', facets)
    assert links
    assert all("view=table" in link for link in links)
    assert '<input type="hidden" name="view" value="table" form="explore-form">' in body
    assert '<form id="explore-form"' in body
    assert "view=" not in body[body.index('class="take"') :]  # files have no view
    unknown = page(visit, "/search?q=dinh&view=sideways")
    assert "sideways" not in unknown[unknown.index("<main") :]
    assert 'data-view="cards"' in unknown


def test_a_table_has_the_records_of_the_list(visit: Client, town: Town) -> None:
    body = page(visit, "/search?view=table&sort=name")
    ids = re.findall(r'<th scope="row"><a href="/id/(\w+)"', body)
    assert sorted(ids) == sorted(
        [town.van_mieu, town.dinh_so, town.person, town.practice, town.event]
    )
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', body) == [
        *("Tên", "Loại", "Địa bàn", "Xếp hạng", "Thời gian")
    ]
    assert 'aria-sort="ascending">Tên' in body
    assert "&lt;script&gt;" in body


def test_a_table_of_one_type_has_its_own_columns(visit: Client) -> None:
    body = page(visit, "/en/search?view=table&type=relic")
    assert (
        '<details class="columns" id="explore-columns" data-columns="relic" hidden>' in body
    )  # without scripts all
    columns = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', body)
    assert columns[0] == "Name"
    assert "Type" not in columns
    kind = next(one for one in house().pack.types["relic"].fields.values() if one.facet == "kind")
    assert kind.label["en"] in columns


def test_where_nothing_is_found_less_is_asked(visit: Client) -> None:
    body = page(visit, "/search?q=dinh+so&type=person&rank=NAT")
    told = body[body.index('id="wider"') :]
    found = [html.unescape(one) for one in re.findall(r'<a href="([^"]+)" rel', told)]
    assert found
    for address in found:  # what is suggested finds something, and as much as is said
        answer = page(visit, address)
        assert 'class="cards"' in answer
    assert "Bỏ lọc" in told
    assert 'id="wider"' not in page(visit, "/search?q=dinh+so")
    beyond = visit.get("/search?q=dinh+so&page=500")
    assert beyond.status_code == 404
    assert 'id="wider"' not in beyond.content.decode()


def test_a_larger_unit_is_offered(visit: Client) -> None:
    body = page(visit, "/search?q=dinh+so&place=00070")
    assert "Tìm trong cả Thành phố Hà Nội" in body
    assert "/search?q=dinh+so&amp;place=01" in body


def test_few_questions_are_tried(db: None) -> None:
    reader = reader_for("vi")
    facets = {f"f{number}": ("a", "b") for number in range(9)}
    ask = Ask(text="một hai ba bốn", place="00070", type="relic", facets=facets)
    found = wider(ask, (), reader.gazetteer, reader)
    assert len(found) == TRIED
    assert len({one.href for one in found}) == TRIED
    assert ask not in [one.ask for one in found]


def test_orders_and_views_are_offered_where_they_mean_something(visit: Client) -> None:
    def chosen(address: str) -> list[str]:
        return re.findall(r'<span aria-current="true">([^<]*)</span>', page(visit, address))

    assert chosen("/search") == chosen("/search?sort=name") == ["tên"]
    assert chosen("/search?sort=newest") == ["muộn nhất"]
    assert chosen("/search?q=chu+van+an+van+mieu") == ["mức phù hợp"]
    assert "mức phù hợp" not in page(visit, "/search")
    assert 'class="views"' in page(visit, "/search")
    assert 'class="views"' not in page(visit, "/search?q=qqqqxxxx")


def test_the_title_of_a_search_says_its_filters(visit: Client) -> None:
    def title(address: str) -> str:
        found = re.search(r"<title>(.*) · Khuê</title>", page(visit, address))
        assert found is not None
        assert f'og:title" content="{found[1]}"' in page(visit, address)
        return found[1]

    assert title("/search") == "Tra cứu"
    assert title("/search?q=dinh") == "dinh, tra cứu"
    assert title("/search?type=relic&rank=NAT") == "Di tích, Quốc gia, tra cứu"
    assert title("/en/search?q=dinh&type=relic") == "dinh, Relics, search"
    many = "&".join(f"rank={rank}" for rank in ("NAT", "SPEC", "CITY", "NONE", "WORLD"))
    assert title(f"/search?type=relic&{many}").count(", ") == NAMED + 1


def test_a_text_is_offered_as_filters(visit: Client) -> None:
    offer = re.compile(r'Xem theo bộ lọc: <a href="([^"]*)" rel="nofollow">([^<]*)</a> <span[^>]*>')
    body = page(visit, "/search?q=di+tích+ở+Hà+Nội")
    [(address, label)] = offer.findall(body)
    assert label == "Di tích · Thành phố Hà Nội"
    assert "(2 hồ sơ)" in body
    filtered = page(visit, html.unescape(address))
    assert "<h1>2 hồ sơ cho" in filtered
    assert not offer.search(filtered)
    # What became several units is called as it was typed.
    [(_, label)] = offer.findall(page(visit, "/search?q=di+tích+huyện+Quốc+Oai"))
    assert label == "Di tích · huyện Quốc Oai"
    # Not where something is chosen, nothing would be found, or a word is left.
    for other in ("di+tích+ở+Hà+Nội&type=relic", "làng+nghề+ở+Hà+Nội", "di+tích+lạ+ở+Hà+Nội"):
        assert not offer.search(page(visit, f"/search?q={other}"))


def test_where_nothing_is_near_the_ways_in_are_offered(visit: Client) -> None:
    """Not where something near is found, nor where something is found at all."""
    ways = 'href="/search?group=heritage"'
    nothing = page(visit, "/search?q=qqqqxxxx")
    assert ways in nothing.partition('id="ways"')[2]
    assert 'id="ways"' not in page(visit, "/search?q=van+mieu+qqqqxxxx")
    assert 'id="ways"' not in page(visit, "/search")


def test_a_page_tells_its_map_what_to_draw(visit: Client) -> None:
    body = page(visit, "/search?q=dinh&rank=NAT&sort=name&box=105,20,106,22&view=map")
    assert attribute(body, "source") == "/map.json?q=dinh&rank=NAT"
    assert attribute(body, "box") == "105,20,106,22"
    assert attribute(body, "outline") == ""
    assert attribute(page(visit, "/en/search?place=01"), "outline") == "/en/units.json?unit=01"
    for name in ("source", "units"):
        assert visit.get(attribute(body, name)).status_code == 200


def test_a_map_of_one_record() -> None:
    assert maps.map_of_point(None, "x") is None
    unit = maps.map_of_point(None, "x", HOAN_KIEM)
    assert unit is not None
    assert (unit.point, unit.outline) == ("", f"/units.json?unit={HOAN_KIEM}")
    there = maps.map_of_point(maps.Point(105.8, 21.0, None), "Đình", "")
    assert there is not None
    assert json.loads(there.point) == {
        "lon": 105.8, "lat": 21.0, "precision_m": None, "label": "Đình"
    }  # fmt: skip


def test_the_base_map_is_a_setting(visit: Client, settings: Any) -> None:
    assert attribute(page(visit, "/search"), "basemap") == ""
    settings.KHUE_BASEMAP = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.KHUE_BASEMAP_CREDIT = "© <Somebody>"
    body = page(visit, "/search")
    assert attribute(body, "basemap") == settings.KHUE_BASEMAP
    assert attribute(body, "credit") == settings.KHUE_BASEMAP_CREDIT
    for address, word in (("/about", "tải từ tiles.example.org:"), ("/en/about", "area you look")):
        assert word in page(visit, address)


def test_the_policy_names_the_hosts_of_the_base_map() -> None:
    assert "http" not in policy()
    told = policy("https://tiles.example.org/{z}/{x}/{y}.png https://fonts.example.org:8443")
    parts = dict(part.split(" ", 1) for part in told.split("; "))
    hosts = "https://tiles.example.org https://fonts.example.org:8443"
    assert parts["connect-src"] == f"'self' {hosts}"
    assert parts["img-src"].endswith(hosts)
    assert parts["script-src"] == "'self'"


def units(address: str) -> dict[str, Any]:
    answer = Client().get(address)
    assert answer.status_code == 200
    again = Client().get(address, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    assert answer["Content-Type"] == "application/geo+json"
    return {one["properties"]["unit"]: one for one in json.loads(answer.content)["features"]}


@pytest.mark.parametrize("query", ["?unit=99999", "?in=99", "?unit=", "?in=%00"])
def test_unknown_units_are_none(db: None, query: str) -> None:
    assert units(f"/units.json{query}") == {}


def test_units_are_points_until_boundaries_are_loaded(db: None, tmp_path: Path) -> None:
    everywhere = units("/units.json")
    assert sum(one["properties"]["level"] == "province" for one in everywhere.values()) == 34
    zones = {one["properties"]["short"] for one in everywhere.values()}
    assert {"Hoàng Sa", "Trường Sa", "Phú Quốc"} <= zones
    communes = units("/en/units.json?in=01")
    assert len(communes) == len(house().gazetteer.communes("01"))
    one = communes[HOAN_KIEM]
    assert one["geometry"]["type"] == "Point"
    assert one["properties"]["label"] == "Hoàn Kiếm Ward"
    assert one["properties"]["address"] == f"/en/place/{HOAN_KIEM}"
    shape = {
        "type": "Feature",
        "properties": {"code": HOAN_KIEM},
        "geometry": {"type": "Polygon", "coordinates": [RING]},
    }
    path = tmp_path / "ranh-gioi.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    pipeline.load_places(house(), path, actor=OPERATOR, why="thử")
    [outlined] = units(f"/units.json?unit={HOAN_KIEM}").values()
    assert outlined["geometry"]["type"] == "Polygon"
    assert sorted(map(tuple, outlined["geometry"]["coordinates"][0])) == sorted(map(tuple, RING))
    assert outlined["properties"]["middle"] == one["geometry"]["coordinates"]
