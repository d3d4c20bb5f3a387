"""The page of an indicator, its files and charts, and the records behind a value."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from django.test import Client

from khue.lib.identifiers import new_ulid
from khue.measures.compute import name_of
from khue.measures.findings import with_unit
from khue.measures.rows import COLUMNS
from khue.model.rights import OPERATOR
from khue.pipeline import behind, house, measure, withdraw_record
from khue.pipeline.measuring import indicators_of
from khue.web.portal.house import reader_for
from khue.web.portal.measured import public_figures
from khue.web.portal.present.classes import classes_of
from khue.web.portal.present.definition import is_of_reported
from khue.web.portal.present.indicator import unplaced
from khue.web.portal.present.indicator_chart import by_part
from khue.web.portal.present.statements import Amount
from khue.web.portal.present.told import Told
from tests.web.conftest import SECRET, Town, _commit, _edit, _source

COUNT = "SELECT place, count(*) AS value, array_agg(id) AS records FROM relic {} GROUP BY"
SETS = "GROUPING SETS ((), (place)) HAVING grouping(place) = 1 OR place IS NOT NULL"
RANKED = "WHERE id IN (SELECT id FROM relic__designations WHERE rank = 'SPEC')"
BASE = {
    "definition": {"vi": "Định nghĩa", "en": "Definition"},
    "method": {"vi": "Đếm", "en": "Counted"},
    "unit": "relic",
    "direction": "up",
    "dimension": "heritage",
    "flow_stock": "stock",
    "frequency": "year",
    "breakdowns": ["place"],
}
INDICATORS: dict[str, dict[str, Any]] = {
    "all_relics": {
        "name": {"vi": "Mọi di tích", "en": "All relics"},
        "obtained": "computed",
        "select": f"{COUNT.format('')} {SETS}",
    },
    "special": {
        "name": {"vi": "Di tích đặc biệt", "en": "Special relics"},
        "obtained": "computed",
        "select": f"{COUNT.format(RANKED)} {SETS}",
    },
    "share": {
        "name": {"vi": "Tỷ lệ", "en": "Share"},
        "unit": "percent",
        "obtained": "derived",
        "formula": "special / all_relics * 100",
    },
    "people": {
        "name": {"vi": "Người", "en": "People"},
        "unit": "person",
        "breakdowns": [],
        "obtained": "computed",
        "select": "SELECT count(*) AS value, array_agg(id) AS records FROM person",
    },
    "told": {"name": {"vi": "Được báo cáo", "en": "Told"}, "obtained": "reported"},
}


def state(folder: Path, key: str, **own: Any) -> None:
    text = yaml.safe_dump({"key": key, **BASE, **own}, allow_unicode=True, sort_keys=False)
    (folder / "indicators" / f"{key}.yaml").write_text(text, encoding="utf-8")
    indicators_of.__globals__["_indicators_in"].cache_clear()


@pytest.fixture
def pack_folder(town: Town, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Indicators of our own, computed for the town, and places that take no time."""
    house()
    settings.KHUE_PACK = tmp_path / "pack"
    (settings.KHUE_PACK / "indicators").mkdir(parents=True)
    for key, one in INDICATORS.items():
        state(settings.KHUE_PACK, key, **one)
    monkeypatch.setattr("khue.pipeline.snapshots.gazetteer_of", lambda loaded: SimpleNamespace())
    monkeypatch.setattr("khue.snapshot.writing._places", lambda gazetteer, columns: [])
    monkeypatch.setattr(behind, "_known", behind._Known())
    measure(house())
    return Path(settings.KHUE_PACK)


def observation(value: float, period: str, place: str = "Hà Nội", **own: Any) -> dict[str, Any]:
    return {
        "id": new_ulid(),
        "type": "observation",
        "name": {"vi": "Được báo cáo"},
        "indicator": "told",
        "value": value,
        "unit": "relic",
        "period": period,
        "status": "actual",
        "place": house().resolve_place(place),
        "citations": [{"title": f"Báo cáo {value:g}"}],
        "sources": [{"name": "danh-muc", "key": new_ulid(), "stated": {}}],
        "check_note": SECRET,
        **own,
    }


def page(visit: Client, address: str, status: int = 200) -> str:
    answer = visit.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    body = unescape(answer.content.decode())
    assert SECRET not in body
    return re.sub(r"<[^>]*>", "", body.replace("\u00a0", " "))


def test_a_value_stands_with_all_that_belongs_to_it_and_opens_to_its_records(
    visit: Client, town: Town, pack_folder: Path
) -> None:
    body = visit.get("/measures/all_relics").content.decode()
    now = body[body.index('aria-labelledby="now"') : body.index('aria-labelledby="every"')]
    for said in ("2</span> di tích", "Mọi địa bàn", "tính đến", "Thực hiện", "của sổ cái"):
        assert said in now
    assert 'href="/measures/all_relics/records"' in now
    records = page(visit, "/measures/all_relics/records")
    assert "2 hồ sơ, đúng bằng giá trị trên" in records
    for name in ("Văn Miếu – Quốc Tử Giám", "Đình So"):
        assert name in records
    withdraw_record(house(), town.dinh_so, actor=OPERATOR, why="thử")
    later = page(visit, "/measures/all_relics/records")
    assert "2 hồ sơ, đúng bằng giá trị trên" in later
    assert "1 hồ sơ nay không còn công khai" in later
    assert "Đình So" not in later
    english = page(visit, "/en/measures/all_relics/records")
    assert "1 of them is no longer public" in english


def test_what_is_derived_opens_to_its_terms_and_units_are_filled_by_classes(
    visit: Client, pack_folder: Path
) -> None:
    body = page(visit, "/en/measures/share/records")
    assert "Special relics ÷ All relics × 100" in body
    assert "1 ÷ 2 × 100 = 50" in body
    assert "See the 2 records counted" in body
    assert "Special relics ÷ All relics × 100" in page(visit, "/en/measures/share")
    told = visit.get("/measures/all_relics/units.json?place=01").json()["features"]
    filled = [one["properties"] for one in told if one["properties"]["fill"]]
    assert len(told) == 126
    assert [one["href"].split("?")[0] for one in filled] == ["/measures/all_relics/records"]
    assert all("1 di tích" in one["told"] for one in filled)
    assert "(1 đơn vị)" in page(visit, "/measures/all_relics")


def test_what_no_commune_has_is_told_with_its_unit(db: None) -> None:
    whole = SimpleNamespace(value=3.0, records=3)
    about: Any = SimpleNamespace(
        indicator=SimpleNamespace(unit="relic", formula=""),
        by_part={name_of({"place": "01"}): whole},
    )
    row: Any = SimpleNamespace(exact=2.0)
    assert unplaced(about, "01", [row], reader_for("vi")) == "1 di tích"
    assert unplaced(about, "01", [row], reader_for("en")) == "1 relic"
    assert unplaced(about, "01", [], reader_for("en")) == "3 relics"


@pytest.mark.parametrize(
    ("parts", "title"),
    [
        (
            {"Đình": 31, "Chùa": 7, "Chưa rõ": 45},
            "Nhiều nhất: Đình, 31 di tích; chưa rõ: 45 di tích",
        ),
        ({"Đình": 31, "Chùa": 31, "Chưa rõ": 9}, "Nhiều nhất, đều 31 di tích: Đình, Chùa"),
        ({"Đình": 0, "Chưa rõ": 9}, "Nhiều nhất: Chưa rõ, 9 di tích"),
    ],
)
def test_what_nobody_knows_is_no_part_that_has_most(
    db: None, parts: dict[str, float], title: str
) -> None:
    about: Any = SimpleNamespace(indicator=public_figures().indicators["relics_total"])
    rows = [
        Told(
            *("computed", value, Amount("", f"{value:g}", "di tích"), "", "", part),
            *("23/11/2026", "Thực hiện", "Khuê", "/measures"),
        )
        for part, value in parts.items()
    ]
    drawn = by_part(about, "01", "kind", rows, reader_for("vi"))
    assert drawn is not None
    assert drawn.frame.title.replace("\u00a0", " ") == title


def test_the_place_that_is_shown_is_chosen_also_where_it_has_no_value(
    visit: Client, pack_folder: Path
) -> None:
    body = visit.get("/measures/told?place=01").content.decode()
    assert '<option value="01" selected>' in body
    assert "Chưa có giá trị nào" in body


NOTHING = (
    "/measures/nothing",
    "/measures/nothing/records",
    "/measures/all_relics?place=99999",
    "/measures/all_relics/records?place=99999",
    "/measures/people/records",
    "/measures/told/records",
    "/measures/told/time.svg",
    "/measures/all_relics/parts.svg",
    "/measures/all_relics/other.svg",
)


def test_what_there_is_not_is_not_found_nor_what_may_not_be_told(
    visit: Client, pack_folder: Path
) -> None:
    for address in NOTHING:
        page(visit, address, 404)
    assert "không công bố" in page(visit, "/measures/people")
    told = visit.get("/measures/people.json").json()["values"]
    assert [(one["value"], one["records"], one["suppressed"]) for one in told] == [
        (None, None, True)
    ]
    assert [tuple(one) for one in told] == [COLUMNS]
    table = visit.get("/measures/people.csv").content.decode("utf-8-sig")
    assert tuple(csv.DictReader(io.StringIO(table)).fieldnames or ()) == COLUMNS


def test_reported_figures_stand_side_by_side_and_over_time(
    visit: Client, pack_folder: Path
) -> None:
    figures = [observation(10, "2023"), observation(12, "2024"), observation(13, "2024")]
    figures[0]["citations"] = [{"title": "=HYPERLINK(1) Báo cáo 10"}]
    _commit(*figures, source=_source())
    body = visit.get("/measures/told").content.decode()
    now = body[body.index('aria-labelledby="now"') : body.index("measure__chart")]
    assert [now.count(f"Báo cáo {value}") for value in (10, 12, 13)] == [0, 1, 1]
    assert "Thành phố Hà Nội: 12 hoặc 13 di tích (2024), trước đó 10 (2023)" in unescape(body)
    assert visit.get("/measures/told/time.svg").content.startswith(b"<svg")
    for place in ("99999", "zz", "%00", "01%20"):
        for address in ("", ".csv", "/time.svg", "/units.json", "/records"):
            page(visit, f"/measures/told{address}?place={place}", 404)
    text = visit.get("/measures/told.csv").content.decode("utf-8-sig")
    rows = [*csv.DictReader(io.StringIO(text))]
    assert [row["source"][:3] for row in rows if float(row["value"]) == 10] == ["'=H"]
    assert sorted(float(row["value"]) for row in rows) == [10, 12, 13]
    assert {row["record"] for row in rows} == {one["id"] for one in figures}
    # What was believed when.
    assert "Chưa số liệu nào bị sửa" in page(visit, "/measures/told")
    _edit(figures[0]["id"], value=11)
    assert "10 di tích thành 11 di tích" in page(visit, "/measures/told")


def test_figures_of_a_divided_unit_are_refused_with_the_reason(
    visit: Client, pack_folder: Path
) -> None:
    _commit(observation(40, "2023", "huyện Quốc Oai, Hà Nội"), source=_source())
    gazetteer = house().gazetteer
    (former,) = [
        one for one in gazetteer.named("huyện Quốc Oai, Hà Nội") if one.code not in ("01",)
    ]
    code = gazetteer.successors(former.code)[0].code
    body = page(visit, f"/measures/told?place={code}")
    assert "Không chuyển" in body
    assert "được chia cho" in body
    assert visit.get(f"/measures/told.json?place={code}").json()["values"] == []


def test_a_figure_of_a_former_unit_is_never_told_of_the_present_one(
    visit: Client, pack_folder: Path
) -> None:
    bac, phuc = "Phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội", "Phường Phúc Tân, quận Hoàn Kiếm, Hà Nội"
    carried = "Phường Dương Nỗ, quận Thuận Hóa, thành phố Huế"
    figures = [
        observation(12, "2023", bac),
        observation(11, "2023", phuc),
        observation(50, "2026", "Phường Hoàn Kiếm, Hà Nội"),
        observation(3, "2024", carried),
    ]
    _commit(*figures, source=_source())
    told = {one["value"]: one for one in visit.get("/measures/told.json").json()["values"]}
    assert told[12]["place"] == "Phường Hàng Bạc (cũ), Quận Hoàn Kiếm, Thành phố Hà Nội"
    assert told[11]["place"].startswith("Phường Phúc Tân (cũ)")
    assert [told[one]["former"] for one in (12, 50)] == ["00061", None]
    assert (told[50]["place"], told[3]["place"]) == ("00070", "19909")
    assert told[3]["former"]
    body = page(visit, "/en/measures/told")
    assert "Hàng Bạc Ward (former), Hoàn Kiếm District" in body
    assert "one former unit became one present unit" in body
    assert "Hồng Hà Ward (" not in body
    drawn = [*csv.DictReader(io.StringIO(_text(visit, "/en/measures/told/time.csv")))]
    assert {one["name"] for one in drawn if float(one["value"]) in (12, 50)} == {
        "Hàng Bạc Ward (former), Hoàn Kiếm District",
        "Hoàn Kiếm Ward",
    }
    rows = csv.DictReader(io.StringIO(_text(visit, "/measures/told.csv")))
    assert {row["place"] for row in rows} == {one["place"] for one in told.values()}
    # The present unit can still be chosen, and refuses the figure with the reason.
    alone = page(visit, "/en/measures/told?place=00070")
    assert "12 of Hàng Bạc Ward (Hoàn Kiếm District) alone is not the figure" in alone


def _text(visit: Client, address: str) -> str:
    return visit.get(address).content.decode("utf-8-sig")


def test_former_definitions_and_values_stay(visit: Client, pack_folder: Path) -> None:
    before = INDICATORS["all_relics"]
    now = before | {"select": f"{COUNT.format(RANKED)} {SETS}"}
    state(pack_folder, "all_relics", **now)
    measure(house())
    body = visit.get("/measures/all_relics").content.decode()
    past = unescape(body[body.index('aria-labelledby="past"') :])
    assert before["select"] in past
    assert "khác hiện nay: câu lệnh" in past
    assert [*re.findall(r'<td class="number">([^<]+)</td><td class="measure__status">', past)] == [
        "1\u00a0di tích",
        "2\u00a0di tích",
    ]
    assert "1 hồ sơ, đúng bằng" in page(visit, "/measures/all_relics/records")


def test_parts_of_a_former_definition_do_not_stand_beside_the_new(
    visit: Client, pack_folder: Path
) -> None:
    assert len(visit.get("/measures/all_relics.json").json()["values"]) > 1
    whole = "SELECT count(*) AS value, array_agg(id) AS records FROM relic"
    state(
        pack_folder, "all_relics", **INDICATORS["all_relics"] | {"breakdowns": [], "select": whole}
    )
    measure(house())
    told = visit.get("/measures/all_relics.json").json()["values"]
    assert [(one["part"], one["value"]) for one in told] == [({}, 2)]


def test_nobody_is_made_to_say_that_a_figure_is_actual(visit: Client, pack_folder: Path) -> None:
    """3.61% of 2018: its source says neither actual nor estimate, and so says every form of it."""
    parts = [{"dimension": "kind", "part": "chùa"}], [{"dimension": "kind", "part": "đình"}]
    _commit(
        observation(3.61, "2018", status=None),
        observation(3.9, "2019", status="estimate"),
        observation(3.7, "2024", status=None, precision="about", breakdowns=parts[0]),
        observation(0.2, "2024", status=None, breakdowns=parts[1]),
        source=_source(),
    )
    state(pack_folder, "told", **INDICATORS["told"], breakdowns=["place", "kind"])
    for lang, unstated, key in (
        ("", "chưa rõ tình trạng", "không nêu là thực hiện hay ước tính"),
        ("/en", "status not stated", "does not say whether actual or estimate"),
    ):
        address = f"{lang}/measures/told"
        body = page(visit, address)
        assert unstated in body
        assert key in body
        for which, codes in (("time", ["unstated", "estimate"]), ("parts", ["unstated"] * 2)):
            asked = {"by": "kind"} if which == "parts" else {}
            table = visit.get(f"{address}/{which}.csv", asked).content.decode("utf-8-sig")
            rows = list(csv.DictReader(io.StringIO(table)))
            assert [row["status"] for row in rows] == codes
            for row in rows:
                assert row["indicator"] == "told"
                assert row["unit"] == "relic"
                assert row["place"] == "01"
                assert row["period"]
                assert row["source"]
            drawn = visit.get(f"{address}/{which}.svg", asked).content.decode()
            assert key in drawn


def _observed(visit: Client, *figures: dict[str, Any]) -> Any:
    _commit(*figures, source=_source())
    return visit.get("/measures/told/time.json").json()


def test_a_line_is_broken_where_a_finding_says_that_the_list_changed(
    visit: Client, pack_folder: Path
) -> None:
    old, new = observation(5922, "2024"), observation(6489, "2026", method="register")
    spec = _observed(visit, old, new)
    assert "Danh mục thay đổi" in spec["description"]
    body = page(visit, "/en/measures/told")
    assert "vertical line (Change of the list)" in body
    assert "is a change of the list, not growth" in body
    rows = [*csv.DictReader(io.StringIO(_text(visit, "/measures/told/time.csv")))]
    assert [row["note"].split(";")[0] for row in rows] == ["", "Danh mục thay đổi"]


def test_figures_that_go_on_are_joined(visit: Client, pack_folder: Path) -> None:
    spec = _observed(visit, observation(10, "2024"), observation(12, "2026"))
    assert "Danh mục" not in spec["description"]


def test_figures_of_one_measure_stand_in_one_chart(visit: Client, pack_folder: Path) -> None:
    state(pack_folder, "told", **INDICATORS["told"] | {"unit": "person", "flow_stock": "flow"})
    people = {"unit": "person"}
    figures = [observation(value, year, **people) for value, year in ((250, "2023"), (900, "2024"))]
    figures.append(observation(1.5, "2025", unit="nghin_nguoi"))
    _commit(*figures, observation(7, "2025-06", unit="relic"), source=_source())
    rows = [*csv.DictReader(io.StringIO(_text(visit, "/measures/told/time.csv")))]
    assert [float(row["value"]) for row in rows] == [250, 900, 1500]
    assert {row["unit"] for row in rows} == {"person"}
    spec = visit.get("/en/measures/told/time.json").json()
    title = spec["usermeta"]["title"]
    assert "1.5 thousand people (2025)" in title
    assert "250 people" in title
    assert "1.5 thousand people" in visit.get("/en/measures/told/time.svg").content.decode()


def test_a_title_sets_no_month_against_a_year(visit: Client, pack_folder: Path) -> None:
    state(pack_folder, "told", **INDICATORS["told"] | {"flow_stock": "flow"})
    title = "/en/measures/told/time.json"
    _commit(observation(900, "2023"), observation(80, "2025-01"), source=_source())
    assert (
        visit.get(title).json()["usermeta"]["title"].endswith("Nội City: 80 relics (January 2025)")
    )
    _commit(observation(95, "2025-12"), observation(1000, "2025"), source=_source("b"))
    told = visit.get(title).json()["usermeta"]["title"]
    assert "1,000 relics (2025)" in told
    assert "900" in told
    assert "95" not in told


def test_a_title_sets_what_happened_against_no_plan(visit: Client, pack_folder: Path) -> None:
    planned = observation(950, "2023", status="plan")
    spec = _observed(visit, observation(900, "2023"), planned, observation(980, "2024"))
    assert "trước đó 900 (2023)" in spec["usermeta"]["title"]
    # What was planned alone is no past either.
    _commit(observation(700, "2022", status="plan"), source=_source("b"))
    again = visit.get("/measures/told/time.json").json()["usermeta"]["title"]
    assert again == spec["usermeta"]["title"]


def test_many_places_stand_side_by_side_in_charts_of_their_own(
    visit: Client, pack_folder: Path
) -> None:
    names = ("Hoàn Kiếm", "Cửa Nam", "Ba Đình", "Ngọc Hà", "Giảng Võ")
    figures = [observation(9, "2026", f"Phường {name}, Hà Nội") for name in names]
    spec = _observed(visit, *figures[:2], observation(7, "2025-12", "Phường Ba Đình, Hà Nội"))
    assert "facet" not in spec
    colours = {str(one["mark"].get("stroke")) for one in spec["layer"] if "stroke" in one["mark"]}
    assert len(colours) > 2
    spec = _observed(visit, *figures[2:])
    assert "facet" in spec
    assert "Được báo cáo ở 5 địa bàn" in spec["usermeta"]["title"]


def test_what_is_stated_in_words_stands_with_them_and_its_source(
    visit: Client, pack_folder: Path
) -> None:
    told = observation(0, "2025-08")
    told |= {
        "value": None,
        "citations": [{"title": "Bài 1", "quote": "hundreds of creative spaces"}],
        "sources": [{"name": "danh-muc", "key": new_ulid(), "stated": {"value": "hàng trăm"}}],
    }
    _commit(told, source=_source())
    for address in ("/en/measures/told", "/en/measures/told?place=01"):
        body = unescape(visit.get(address).content.decode())
        now = body[body.index('aria-labelledby="now"') : body.index('id="every"')]
        for said in ("hàng trăm", "hundreds of creative spaces", "Bài 1"):
            assert said in now, (address, said)


def test_a_formula_of_reported_figures_says_why_it_has_no_value(visit: Client) -> None:
    body = _text(visit, "/en/measures/medals_national")
    assert "It has terms that only sources report" in body
    assert "/en/measures/medals_international" in body
    body = page(visit, "/en/measures/treasures_digitised_share")
    assert "It has terms that only sources report" not in body


def test_a_formula_of_reported_figures_leads_down_to_them(visit: Client, town: Town) -> None:
    medal = {"unit": "medal", "name": {"vi": "Huy chương"}}
    whole, abroad = (
        observation(value, "2024", "Thành phố Huế", indicator=key, **medal)
        for key, value in (("medals", 582), ("medals_international", 35))
    )
    _commit(whole, abroad, source=_source())
    for lang, said in (("", "Khuê tính từ số liệu báo cáo"), ("/en", "from reported figures")):
        body = _text(visit, f"{lang}/measures/medals_national?place=46")
        assert ">547<" in body
        assert said in body
        (down,) = {*re.findall(rf'href="({lang}/measures/medals_national/records[^"]+)"', body)}
        behind_it = _text(visit, unescape(down))
        assert "582 − 35 = 547" in behind_it
        for one in (whole, abroad):
            assert f'href="{lang}/id/{one["id"]}"' in behind_it
    (row,) = visit.get("/measures/medals_national.json").json()["values"]
    assert (row["value"], row["obtained"], row["record"]) == (547, "derived", None)
    assert row["terms"] == [whole["id"], abroad["id"]]
    assert f"{whole['id']}; {abroad['id']}" in _text(visit, "/measures/medals_national.csv")
    assert "547" in _text(visit, "/measures/compare.csv?indicator=medals_national")
    assert visit.get("/measures/medals_national/records?figure=no").status_code == 404
    assert visit.get("/measures/medals/records", {"figure": whole["id"]}).status_code == 404
    # What sources contradict each other about has no value: who is right, nobody knows.
    _commit(
        observation(600, "2024", "Thành phố Huế", indicator="medals", **medal), source=_source("b")
    )
    assert "547" not in page(visit, "/en/measures/medals_national")


def test_a_line_with_a_stated_figure_is_not_called_worked_out(visit: Client, town: Town) -> None:
    def stated(key: str, value: float, year: str) -> dict[str, Any]:
        return observation(value, year, "Thành phố Huế", indicator=key, unit="medal")

    terms = (stated("medals", 582, "2023"), stated("medals_international", 35, "2023"))
    more = (stated("medals", 600, "2024"), stated("medals_international", 40, "2024"))
    _commit(*terms, *more, source=_source())
    address = "/en/measures/medals_national/time.json?place=46"
    assert "From reported figures" in visit.get(address).content.decode()
    _commit(stated("medals_national", 570, "2025"), source=_source("b"))
    drawn = visit.get(address).content.decode()
    assert "From reported figures" not in drawn
    assert "As reported" in drawn


def test_a_formula_of_formulas_of_reported_figures_is_of_reported_ones_too() -> None:
    known, _ = indicators_of(house().pack)
    share = known["treasures_digitised_share"]
    for formula, expected in (
        ("medals_national / medals * 100", True),
        ("treasures_digitised_share / medals_national", True),
        ("treasures_digitised_share / relics_total", False),
    ):
        one = replace(share, key="made", formula=formula)
        assert is_of_reported(one, {**known, "made": one}) == expected, formula


def test_one_is_told_as_one_in_english(visit: Client, pack_folder: Path) -> None:
    spec = _observed(visit, observation(3, "2024"), observation(1, "2026"))
    assert "1 di tích (2026)" in spec["usermeta"]["title"]
    titled = visit.get("/en/measures/told/time.json").json()["usermeta"]["title"]
    assert "1 relic (2026), from 3 (2024)" in titled
    (one,) = [each for each in public_figures().observations.values() if each.value == 1]
    assert with_unit(one) == {"vi": "1 di tích", "en": "1 relic"}


def test_targets_of_one_indicator_are_told_apart_by_their_headings(
    visit: Client, pack_folder: Path
) -> None:
    targets = [
        {
            "id": new_ulid(),
            "type": "target",
            "name": {"vi": "Được báo cáo"},
            "indicator": "told",
            "value": 1,
            "unit": "relic",
            "due": due,
            "place": house().resolve_place(place),
            "sources": [{"name": "danh-muc", "key": new_ulid(), "stated": {}}],
        }
        for due, place in (("2030", "Hà Nội"), ("2027", "Huế"), ("2027", "Hà Nội"))
    ]
    _commit(*targets, source=_source())
    body = visit.get("/en/measures/told").content.decode()
    listed = body[body.index('id="aims"') : body.index('id="how"')]
    headings = re.findall(r"<h3><a[^>]*>([^<]*)</a>", listed)
    assert len(set(headings)) == 3
    assert any("Hà Nội City, by 2030" in one for one in headings)
    assert "1 relic<" in listed


def test_no_class_of_a_map_is_without_its_unit(visit: Client) -> None:
    reader = reader_for("en")
    assert [one.label for one in classes_of([0, 0, 25], "percent", reader)] == ["0%", "25%"]
    assert [one.label for one in classes_of([0, 1], "relic", reader)] == ["0 relics", "1 relic"]
