"""The compare page, and what the addresses of charts give."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from khue import search
from khue.charts import drawing
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.web.portal import charting

PAGE = "/measures/compare"
DONG_ANH, BA_DINH, NGOC_HA, SOC_SON = "00454", "00004", "00008", "00376"


def _figure(place: str, period: str, value: float, **more: Any) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "observation",
        "name": {"vi": "Tổng số di tích"},
        "indicator": "relics_total",
        "unit": "relic",
        "value": value,
        "place": house().resolve_place(place),
        "period": period,
        "sources": [{"name": "bao-cao", "key": str(value), "stated": {}}],
        **more,
    }


def _commit(*documents: dict[str, Any]) -> None:
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    actions.commit(
        actor=OPERATOR, why="nhập số liệu", kind="import", drafts=drafts, pack=house().pack
    )


@pytest.fixture
def visitor(db: None) -> Client:
    """A visitor of a registry with the figures of two communes, and one of a former district."""
    _commit(
        _figure("Xã Đông Anh, Hà Nội", "2025-12", 1250, status="actual"),
        _figure("Xã Đông Anh, Hà Nội", "2026-06", 1300, status="estimate"),
        _figure("Xã Sóc Sơn, Hà Nội", "2026-06", 410, status="actual"),
        _figure("Xã Sóc Sơn, Hà Nội", "2026-06", 395, status="actual"),
        _figure("phường Ngọc Hà, quận Ba Đình, Hà Nội", "2023", 33),
        _figure("Xã Sóc Sơn, Hà Nội", "2026-06", 77_777, visibility="restricted"),
    )
    return Client()


def test_places_stand_side_by_side_with_all_that_is_told(visitor: Client) -> None:
    page = visitor.get(PAGE, {"indicator": "relics_total"}).content.decode()
    assert "Tổng số di tích ở 2 địa bàn" in page, "contradicted figures have no greatest"
    for told in ("1.250", "1.300", "410", "395", "ước tính", "Xã Đông Anh", "Xã Sóc Sơn"):
        assert told in page
    assert "402" not in page, "never averaged"
    assert "Ngọc Hà" not in page


def test_a_figure_of_a_unit_that_was_split_is_refused_with_the_reason(visitor: Client) -> None:
    asked = {"indicator": "relics_total", "places": f"{NGOC_HA},{DONG_ANH}"}
    page = visitor.get(PAGE, asked).content.decode()
    refused = page[page.index('id="refused"') :]
    assert "33" in refused
    assert "Phường Ngọc Hà (Quận Ba Đình)" in refused
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{PAGE}.csv", asked).content.decode())))
    assert {one["place"] for one in rows} == {DONG_ANH}


def test_a_chosen_place_without_a_figure_is_named(visitor: Client) -> None:
    asked = {"indicator": "relics_total", "places": [DONG_ANH, BA_DINH]}
    page = visitor.get(PAGE, asked).content.decode()
    assert "Phường Ba Đình" in page[page.index('id="missing"') :]


def test_what_is_closed_is_nowhere(visitor: Client) -> None:
    asked = {"indicator": "relics_total"}
    for address in (PAGE, f"{PAGE}.csv", f"{PAGE}/chart.csv", f"{PAGE}/chart.json"):
        assert "77777" not in visitor.get(address, asked).content.decode().replace(".", "")


def _target(place: str, value: float) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "target",
        "name": {"vi": "Chỉ tiêu di tích"},
        "indicator": "relics_total",
        "unit": "relic",
        "value": value,
        "place": house().resolve_place(place),
        "due": "2030",
        "sources": [{"name": "bao-cao", "key": str(value), "stated": {}}],
    }


def _spec(visitor: Client, **asked: Any) -> Any:
    found = visitor.get(f"{PAGE}/chart.json", {"indicator": "relics_total", **asked})
    return json.loads(found.content)


def test_a_target_is_drawn_at_the_place_that_has_it_and_no_other(visitor: Client) -> None:
    _commit(_target("Xã Đông Anh, Hà Nội", 1400), _target("Hà Nội", 99_999))
    panels = _spec(visitor)["data"]["values"]
    assert {one["panel"] for one in panels if one["kind"] == "rule"} == {0}
    assert [one["text"] for one in panels if one["kind"] == "goal"] == ["mục tiêu 1.400 (2030)"]
    asked = {"indicator": "relics_total"}
    page = visitor.get(PAGE, asked).content.decode()
    goals = page[page.index('id="goals"') : page.index('id="missing"') if "missing" in page else -1]
    assert "Xã Đông Anh" in goals
    assert "/id/" in goals
    assert "99.999" not in page
    rows = list(
        csv.DictReader(io.StringIO(visitor.get(f"{PAGE}/chart.csv", asked).content.decode()))
    )
    assert {one["target"] for one in rows if one["value"] == "1300.0"} == {"1400.0"}
    assert {one["target"] for one in rows if one["value"] == "410.0"} == {""}


def test_a_target_of_one_period_is_a_line_across_its_bar(visitor: Client) -> None:
    _commit(_target("Xã Sóc Sơn, Hà Nội", 500))
    spec = _spec(visitor, places=SOC_SON)
    text = json.dumps(spec, ensure_ascii=False)
    assert "mục tiêu 500 (2030)" in text
    assert any(layer["mark"].get("strokeDash") == [6, 4] for layer in spec["layer"])


def test_places_stand_by_value_or_by_name(visitor: Client) -> None:
    _commit(_figure("Xã Ba Vì, Hà Nội", "2026-06", 700))

    def order(**asked: str) -> list[str]:
        told = visitor.get(f"{PAGE}.csv", {"indicator": "relics_total", **asked}).content.decode()
        return list(dict.fromkeys(one["name"] for one in csv.DictReader(io.StringIO(told))))

    by_value = ["Xã Đông Anh", "Xã Ba Vì", "Xã Sóc Sơn"]
    assert order() == order(sort="value") == order(sort="<script>") == by_value
    assert order(sort="name") == ["Xã Ba Vì", "Xã Đông Anh", "Xã Sóc Sơn"]
    page = visitor.get(PAGE, {"indicator": "relics_total", "sort": "name"}).content.decode()
    assert re.search(r'sort=name" aria-current="true"', page)
    assert '<input type="hidden" name="sort" value="name">' in page


def test_the_greatest_are_shown_where_there_are_more_places_than_bars(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes begin in the middle of the city: the first of them are not the greatest."""
    monkeypatch.setattr("khue.web.portal.present.comparison.MOST_BARS", 2)
    _commit(_figure("Phường Ba Đình, Hà Nội", "2026-06", 3))
    told = visitor.get(f"{PAGE}.csv", {"indicator": "relics_total"}).content.decode()
    assert "Ba Đình" not in told
    assert "Sóc Sơn" in told


def test_a_figure_leads_down_from_the_chart(visitor: Client) -> None:
    asked = {"indicator": "relics_total"}
    points = [one for one in _spec(visitor)["data"]["values"] if one["kind"] == "point"]
    assert len(points) == 4
    picture = visitor.get(f"/en{PAGE}/chart.svg", asked).content.decode()
    links = re.findall(r'<a xlink:href="([^"]+)"', picture)
    assert len(links) == 4
    for link, point in zip(sorted(links), sorted(one["href"] for one in points), strict=True):
        assert link == f"http://testserver/en{point}", "where it is opened as a file, too"
        assert visitor.get(link).status_code == 200


def test_who_has_waited_long_enough_is_told_where_the_figures_are(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Charts are drawn one after the other; nobody stands in line without end."""
    monkeypatch.setattr(charting, "PATIENCE", 0.05)
    drawing._drawing.cache_clear()
    asked = {"indicator": "relics_total", "size": "narrow"}
    with drawing._one_at_a_time:
        refused = visitor.get(f"{PAGE}/chart.svg", asked)
        assert refused.status_code == 503
        assert "trong bảng bên dưới" in refused.content.decode()
        assert b'width="358"' in refused.content
        assert refused["Cache-Control"] == "no-store"
        assert int(refused["Retry-After"]) > 0
        page = visitor.get(PAGE, asked)
        assert page.status_code == 200, "a page itself waits for no drawing"
        assert "1.300" in page.content.decode()
        assert visitor.get(f"{PAGE}/chart.json", asked).status_code == 200
        english = visitor.get(f"/en{PAGE}/chart.svg", {**asked, "theme": "dark"})
        assert "in the table below" in english.content.decode()
    assert visitor.get(f"{PAGE}/chart.svg", asked).status_code == 200


def test_the_table_for_programs_has_every_value(visitor: Client) -> None:
    answer = visitor.get(f"{PAGE}.csv", {"indicator": "relics_total"})
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert sorted(float(one["value"]) for one in rows) == [395, 410, 1250, 1300]
    assert {one["way"] for one in rows} == {"reported"}


def test_both_languages_and_what_there_is_to_compare(visitor: Client) -> None:
    assert "x" in visitor.get(f"/en{PAGE}").content.decode()
    listed = visitor.get(PAGE).content.decode()
    assert f"{PAGE}?indicator=relics_total" in listed
    one = visitor.get(PAGE, {"indicator": "medals"}).content.decode()
    assert '<option value="medals" selected>' in one, "the one that the page is about"


@pytest.mark.parametrize(
    "asked",
    [
        {"indicator": "relics_total", "places": "99999,<script>alert(1)</script>"},
        {"indicator": "medals"},
    ],
)
def test_any_question_has_an_answer(visitor: Client, asked: dict[str, str]) -> None:
    page = visitor.get(PAGE, asked)
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize("address", [PAGE, f"/en{PAGE}", f"{PAGE}.csv"])
def test_what_is_no_indicator_is_not_found(visitor: Client, address: str) -> None:
    assert visitor.get(address, {"indicator": "no_such"}).status_code == 404


def test_a_chart_needs_an_indicator_with_figures(visitor: Client) -> None:
    for asked in ({}, {"indicator": "no_such"}, {"indicator": "medals"}):
        assert visitor.get(f"{PAGE}/chart.svg", asked).status_code == 404


def test_a_chart_is_a_picture_a_specification_and_rows(visitor: Client) -> None:
    asked = {"indicator": "relics_total"}
    picture = visitor.get(f"{PAGE}/chart.svg", asked)
    assert picture["Content-Type"] == "image/svg+xml"
    assert b"<svg" in picture.content
    dark = visitor.get(f"{PAGE}/chart.svg", {**asked, "theme": "dark"})
    assert dark.content != picture.content
    narrow = visitor.get(f"{PAGE}/chart.svg", {**asked, "size": "narrow"})
    assert b'width="358"' in narrow.content
    spec = json.loads(visitor.get(f"{PAGE}/chart.json", asked).content)
    assert "vega-lite" in spec["$schema"]
    rows = list(csv.reader(io.StringIO(visitor.get(f"{PAGE}/chart.csv", asked).content.decode())))
    assert len(rows) == 5


def test_a_chart_is_asked_for_again_and_not_sent_again(visitor: Client) -> None:
    asked = {"indicator": "relics_total"}
    search.catch_up(house().pack)
    first = visitor.get(f"{PAGE}/chart.svg", asked)
    assert first["Cache-Control"] == "public, no-cache"
    same = visitor.get(f"{PAGE}/chart.svg", asked, headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    _commit(_figure("Xã Sóc Sơn, Hà Nội", "2026-06", 500))
    again = visitor.get(f"{PAGE}/chart.svg", asked, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "ETag" not in again  # what leads to records may still change: the index is behind


def test_a_page_shows_its_chart_without_scripts(visitor: Client) -> None:
    """A picture for each width and theme, and all figures in a table beneath it."""
    page = visitor.get(PAGE, {"indicator": "relics_total"}).content.decode()
    figure = page[page.index("<figure") : page.index("</figure>")]
    for address in re.findall(r'(?:src|srcset|data-spec)="([^"]+)"', figure):
        assert visitor.get(unescape(address)).status_code == 200
    assert figure.count("<source") == 3
    assert figure.count("<tr>") == 5
    assert "style=" not in figure


def test_a_cell_is_never_a_formula(visitor: Client) -> None:
    _commit(_figure("Xã Sóc Sơn, Hà Nội", "2026-06", 12, scope={"vi": "=HYPERLINK(1)"}))
    for address in (f"{PAGE}.csv", f"{PAGE}/chart.csv"):
        told = visitor.get(address, {"indicator": "relics_total"}).content.decode()
        assert "HYPERLINK" in told
        assert ",=HYPERLINK" not in told
