"""A value never stands alone: on every page of figures, wherever its number stands, its unit, its
period, its status and its source stand with it; so in every table that can be taken away."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client
from lxml import html

from khue import search
from khue.lib.identifiers import new_ulid
from khue.measures.compute import Value
from khue.measures.values import keep
from khue.pipeline import house, indicators_of
from tests.web.conftest import SECRET, Town, _edit
from tests.web.test_measures import commit, figure, target

HUE = "Huế"
TOGETHER = ("period", "status", "source")
SAID = re.compile("estimate|actual|plan|not stated", re.IGNORECASE)
AROUND = "tr|li|article|figure"
"""What holds all that is said of a value: a row, an entry, a card, a chart."""
RECORDED = {"facts", "source"}
"""Fields of a record and what its sources stated, on a page that says all of it."""
LIST = "List of relics"
"""The file that the records of the test are from: their own pages open with it."""
NOT_SEEN = ("title", "script", "style", "option", "summary", "code", "pre")


@dataclass(frozen=True)
class Known:
    """A number that is told, with what must stand beside it."""

    number: str
    unit: str
    period: str
    status: str
    source: str


REPORTED = (
    Known("5,917", "relics", "2019", "estimate", "Bài về Cũ"),
    Known("6,481", "relics", "2021", "not stated", "Bài về Mới"),
    Known("217", "medals", "2022", "actual", "Bài về Vàng trước"),
    Known("241", "medals", "2023", "not stated", "Bài về Vàng sau"),
    Known("317", "medals", "2022", "actual", "Bài về Bạc trước"),
    Known("341", "medals", "2023", "actual", "Bài về Bạc sau"),
)
COUNTED = (
    Known("4,321", "relics", "2 January 2026", "actual", "osition 7"),
    Known("31.3", "%", "2 January 2026", "actual", "osition 7"),
    Known("12.5", "%", "2 January 2026", "actual", "osition 7"),
)


@pytest.fixture
def told(town: Town) -> dict[str, str]:
    """Figures of every kind; gives the records that pages are of."""
    relics = {"indicator": "relics_total", "unit": "relic"}
    old = figure("Cũ", 5917, period="2019", status="estimate", **relics)
    new = figure("Mới", 6481, period="2021", **relics)
    medals = []
    for part, name, before, after, status in (
        ("gold", "Vàng", 217, 241, None),
        ("silver", "Bạc", 317, 341, "actual"),
    ):
        of = {
            "indicator": "medals",
            "unit": "medal",
            "place": HUE,
            "breakdowns": [{"dimension": "medal_colour", "part": part}],
        }
        medals.append(figure(f"{name} trước", before, period="2022", status="actual", **of))
        said = {"status": status} if status else {}
        medals.append(figure(f"{name} sau", after, period="2023", **said, **of))
    policy = {"id": new_ulid(), "type": "policy", "name": {"vi": "Nghị quyết thử"}}
    asked = target("Di tích đến 2030", value=9000, due="2030", **relics | {"policy": policy["id"]})
    share = target(
        "Di tích số hóa",
        value=80,
        due="2030",
        **{"indicator": "relics_digitised_share", "unit": "percent", "policy": policy["id"]},
    )
    commit(policy, old, new, *medals, asked, share)
    _compute()
    return {"policy": policy["id"], "target": asked["id"], "old": old["id"], "new": new["id"]}


def _compute() -> None:
    """The registry's own counts: of the city, of two of its communes, of another province."""
    every, _ = indicators_of(house().pack)
    communes = [one.code for one in house().gazetteer.communes("01")][:2]
    counts: dict[str, dict[str, float]] = {
        "relics_total": {"": 4400, "01": 4321, "46": 79, communes[0]: 16, communes[1]: 8},
        "relics_digitised": {"": 1373, "01": 1352, "46": 21, communes[0]: 5, communes[1]: 1},
    }
    counts["relics_digitised_share"] = {
        place: counts["relics_digitised"][place] / whole * 100
        for place, whole in counts["relics_total"].items()
    }
    values = [
        Value(key, every[key].version, {"place": place} if place else {}, number, int(number))
        for key, held in counts.items()
        for place, number in held.items()
    ]
    values += [
        Value("relics_total", every["relics_total"].version, {"rank": rank}, number, int(number))
        for rank, number in (("PROV", 3001.0), ("NAT", 1399.0))
    ]
    keep(values, every, position=7, period="2026-01-02", source="khue")


PAGES = (
    "/en/",
    "/en/measures",
    "/en/measures?q=relics",
    "/en/measures/relics_total",
    "/en/measures/relics_total?place=01",
    "/en/measures/relics_digitised_share",
    "/en/measures/medals",
    "/en/measures/medals?place=46",
    "/en/compare?indicator=relics_total",
    "/en/compare?indicator=relics_digitised_share",
    "/en/measures/findings",
    "/en/policies",
    "/en/policies/{policy}",
    "/en/id/{target}",
    "/en/id/{old}",
    "/en/id/{new}",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_value_never_stands_alone(visit: Client, told: dict[str, str], address: str) -> None:
    asked = address.format(**told).replace("/en/compare", "/en/measures/compare")
    answer = visit.get(asked)
    assert answer.status_code == 200, asked
    page = html.fromstring(answer.content.decode())
    assert SECRET not in page.text_content()
    seen = 0
    for known in REPORTED + COUNTED:
        for around in _around(page, known.number):
            seen += 1
            said = " ".join(around.text_content().split())
            assert known.source in said or LIST in said, (asked, known, said)
            for one in (known.unit, known.period):
                assert one in said, (asked, known, one, said)
            assert re.search(known.status, said, re.IGNORECASE), (asked, known, said)
    for table in page.iter("table"):
        _whole(table, asked)
    assert seen or address in ("/en/", "/en/policies")


def _around(page: Any, number: str) -> list[Any]:
    """The rows, entries, cards and charts in which a number is read."""
    found = []
    whole = re.compile(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)")
    for node in page.find(".//main").iter():
        texts = [node.text] if isinstance(node.tag, str) and node.tag not in NOT_SEEN else []
        for text, holder in ((texts[0] if texts else None, node), (node.tail, node.getparent())):
            if text and whole.search(text) and not _hidden(holder):
                found.append(_holder(holder))
    return found


def _hidden(node: Any) -> bool:
    """Whether nobody reads it there; the key of a map says of no unit what its value is."""
    above = (node, *node.iterancestors())
    return any(one.tag in NOT_SEEN or one.get("class") == "classes" for one in above)


def _holder(node: Any) -> Any:
    """The nearest of what holds all; a list of figures beneath a sentence belongs to its entry."""
    for one in (node, *node.iterancestors()):
        classes = set((one.get("class") or "").split())
        if classes & RECORDED:
            return node.getroottree().find(".//main")
        if one.tag in AROUND.split("|") or classes & {"target--whole", "opening-record"}:
            return one
    raise AssertionError(f"stands by itself: {node.text_content()}")


def _whole(table: Any, asked: str) -> None:
    """A table of values has all columns, and every row all cells; one column may have three."""
    heads = [one.text_content().strip() for one in table.xpath(".//thead//th")]
    if "Value" not in heads:
        return
    together = ", ".join(TOGETHER).capitalize()
    for name in ("Value", *(TOGETHER if together not in heads else ())):
        assert name.capitalize() in heads, (asked, heads)
    for row in table.xpath(".//tbody/tr"):
        cells = [" ".join(one.text_content().split()) for one in row]
        said = dict(zip(heads, cells, strict=True))
        if together in heads:
            spans = [one.text_content().strip() for one in row[heads.index(together)]]
            said |= dict(zip((one.capitalize() for one in TOGETHER), spans, strict=True))
        for name in ("Period", "Source"):
            assert said[name], (asked, said)
        assert SAID.search(said["Status"]), (asked, said)
        assert "Unit" in said or re.search(r"[\d.,]+(%| [a-z])", said["Value"]), (asked, said)


@pytest.mark.parametrize(
    ("address", "number", "unit"),
    [
        ("/en/measures/relics_total/time.csv", "6481", "relic"),
        ("/en/measures/relics_total/parts.csv?by=rank", "3001", "relic"),
        ("/en/measures/medals/parts.csv?by=medal_colour&place=46", "241", "medal"),
        ("/en/measures/relics_total.csv", "6481", "relic"),
        ("/en/measures/compare.csv?indicator=relics_total", "4321", "relic"),
        ("/en/measures/compare/chart.csv?indicator=relics_total", "4321", "relic"),
    ],
)
def test_no_row_that_is_taken_away_stands_alone(
    visit: Client, told: dict[str, str], address: str, number: str, unit: str
) -> None:
    answer = visit.get(address)
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows
    assert any(row["value"].removesuffix(".0") == number for row in rows), rows
    for row in rows:
        for name in ("indicator", "period", "unit", "source"):
            assert row[name], (name, row)
        assert "place" in row
        assert row["unit"].startswith(unit)
        assert "status" in row


def test_rows_of_what_changed_name_their_parts(visit: Client, told: dict[str, str]) -> None:
    page = html.fromstring(visit.get("/en/measures").content.decode())
    rows = [" ".join(one.text_content().split()) for one in page.xpath("//table//tbody/tr")]
    for number, part in (("241", "Gold"), ("341", "Silver")):
        (row,) = [one for one in rows if f" {number}" in one]
        for said in (part, "Huế", "+24 medals"):
            assert said in row


def test_what_a_source_says_in_words_is_told_in_its_words(visit: Client, town: Town) -> None:
    """Article 002 has hundreds of creative spaces: that is no number, and not none."""
    words = figure(
        "Không gian sáng tạo",
        None,
        period="2025-08",
        quote="hundreds of large and small creative spaces",
        **{"indicator": "creative_spaces", "unit": "space"},
    )
    words["sources"][0]["stated"] = {"value": "hàng trăm"}
    commit(words)
    for lang, none, status in (
        ("", "không có không gian", "Chưa rõ ước tính hay thực hiện"),
        ("/en", "none spaces", "Estimate or actual: not stated"),
    ):
        body = visit.get(f"{lang}/measures/creative_spaces").content.decode()
        (row,) = html.fromstring(body).xpath("//table[contains(@class,'table--every')]//tbody/tr")
        said = " ".join(row.text_content().split())
        assert none not in said
        assert "“hàng trăm”" in said
        assert row.xpath(".//span[@lang='vi']")[0].text == "“hàng trăm”"
        assert row.xpath(".//q[@lang='en']")[0].text == words["citations"][0]["quote"]
        assert status in said


def test_one_is_not_told_as_many_nor_a_type_by_its_code(visit: Client, town: Town) -> None:
    key = "c2030_04_cultural_facilities"
    every, _ = indicators_of(house().pack)
    values = [
        Value(key, every[key].version, part, number, int(number))
        for part, number in (
            ({}, 8.0),
            ({"kind": "museum"}, 1.0),
            ({"kind": "creative_space"}, 5.0),
            ({"kind": "facility"}, 2.0),
        )
    ]
    keep(values, every, position=7, period="2026-01-02", source="khue")
    page = html.fromstring(visit.get(f"/en/measures/{key}").content.decode())
    rows = page.xpath("//div[@aria-labelledby='every']//tbody/tr")
    said = {
        str(row.xpath("normalize-space(th/text())")): " ".join(
            row.xpath("string(td[@class='number'])").split()
        )
        for row in rows
    }
    assert said == {
        "The whole": "8 facilities",
        "Museum": "1 facility",
        "Creative space": "5 facilities",
        "Facility": "2 facilities",
    }
    units = house().pack.vocabularies["measure_unit"].concepts.values()
    many = [one for one in units if one.label["en"].endswith("s") and not one.one]
    # One thousand is many.
    assert {one.label["en"].split()[0] for one in many} <= {"thousand", "million"}


def test_a_correction_says_unit_and_certainty(visit: Client, town: Town) -> None:
    share = {"indicator": "cultural_industry_grdp_share", "unit": "percent", "period": "2024"}
    told = figure("Tỷ trọng", 3.7, precision="about", **share)
    commit(told)
    _edit(told["id"], value=3.9)
    search.catch_up(house().pack)
    body = visit.get("/en/measures/cultural_industry_grdp_share").content.decode()
    assert "about 3.7% became about 3.9%" in unescape(body).replace("\u00a0", " ")


def test_a_verdict_names_status_and_source(visit: Client, told: dict[str, str]) -> None:
    asked = target(
        "Tỷ trọng đến 2030",
        value=8,
        due="2030",
        **{"indicator": "cultural_industry_gdp_share", "unit": "percent"},
    )
    share = {"indicator": "cultural_industry_gdp_share", "unit": "percent", "status": "estimate"}
    commit(
        asked,
        figure("GDP trước", 6.02, period="2019", **share),
        figure("GDP sau", 4.04, period="2022", **share),
    )
    for address in ("/en/measures", "/en/measures/cultural_industry_gdp_share"):
        page = html.fromstring(visit.get(address).content.decode())
        (entry,) = page.xpath(f"//li[@id='t-{asked['id']}']")
        said = " ".join(entry.text_content().split())
        assert "From 6.02% (2019, estimate) to 4.04% (2022, estimate)" in said
        for source in ("Bài về GDP trước", "Bài về GDP sau"):
            assert source in said
