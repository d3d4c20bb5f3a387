"""What lists tell beside a name: numbers with all that belongs to them, deadlines, states."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.pipeline import house
from khue.web.portal.present.heading import heading
from khue.web.portal.present.listed import listed, listed_fields
from khue.web.portal.words import Lang
from tests.web.conftest import _commit
from tests.web.test_pages import text
from tests.web.test_present import ID, reader


def lines(lang: Lang, type_: str, **fields: Any) -> list[str]:
    document = {"id": ID, "type": type_, "name": {"vi": "x"}, **fields}
    told = heading(document, reader(lang)).listed
    return [one.line.replace("\u00a0", " ") for one in told]


FIGURE = {"value": 6489, "unit": "relic", "period": "2026-01", "status": "actual"}


@pytest.mark.parametrize(
    ("lang", "type_", "fields", "told"),
    [
        ("vi", "observation", FIGURE, ["6.489 di tích", "tháng 1/2026", "Thực hiện"]),
        ("en", "observation", FIGURE, ["6,489 relics", "January 2026", "Actual"]),
        (
            "en",
            "observation",
            {"value": 1, "unit": "relic", "precision": "over"},
            ["over 1 relic", "time not stated", "estimate or actual: not stated"],
        ),
        ("vi", "target", {"value": 7, "unit": "percent", "due": "2030"}, ["7%", "Đến mốc: 2030"]),
        (
            "en",
            "target",
            {"value": 5, "value_to": 6, "unit": "zone", "due": "2030"},
            ["5 zones", "Upper value: 6 zones", "By: 2030"],
        ),
        (
            "en",
            "task",
            {
                "due": "2026",
                "states": [
                    {"status": "done", "date": "2025-08"},
                    {"status": "not_started", "date": "2024", "note": "BIMAT"},
                ],
            },
            ["Due: 2026", "Done, August 2025"],
        ),
        ("vi", "task", {"states": [{"status": "done"}]}, ["Đã hoàn thành"]),
        ("vi", "relic", {"built": "16XX"}, []),
    ],
)
def test_what_lists_tell(lang: Lang, type_: str, fields: dict[str, Any], told: list[str]) -> None:
    assert lines(lang, type_, **fields) == told


def test_a_figure_in_words_is_told_in_them() -> None:
    stated = [{"name": "x", "key": "1", "stated": {"value": "hàng trăm"}}]
    assert "hàng trăm" in lines("en", "observation", sources=stated)[0]
    assert lines("en", "observation")[0] == "The source gives no number"


def test_what_is_closed_since_is_not_listed() -> None:
    type_ = house().pack.types["target"]
    closed = replace(type_.fields["value"], visibility="staff")
    type_ = replace(type_, fields={**type_.fields, "value": closed})
    told = listed({"id": ID, "type": "target", "value": 7, "due": "2030"}, type_, reader())
    assert [one.name for one in told] == ["due"]


def test_every_listed_field_is_told_of_by_its_type() -> None:
    """The pack says it, not the code: observations by three fields, numbers first."""
    told = {name: listed_fields(one) for name, one in house().pack.types.items()}
    names = {name: [one.name for one in fields] for name, fields in told.items() if fields}
    assert names == {
        "observation": ["value", "period", "status"],
        "target": ["value", "value_to", "due"],
        "task": ["due", "states"],
    }


def test_a_table_has_numbers_at_the_right_with_their_unit(visit: Client) -> None:
    name = {"vi": "Di tích", "en": "Relics"}
    _commit({"id": new_ulid(), "type": "observation", "name": name, **FIGURE})
    search.catch_up(house().pack)
    table = text(visit, "/en/search?type=observation&view=table")
    assert '<td class="number">6,489\u00a0relics</td><td>January 2026</td><td>Actual</td>' in table
    heads = re.findall(r'data-column="(\w+)"([^>]*)>', table)
    assert heads[:3] == [("value", ' class="number"'), ("period", ""), ("status", "")]
    assert "when" not in dict(heads)
    assert re.search(r'data-column="period"><a href="[^"]*sort=date', table)
    by_date = text(visit, "/en/search?type=observation&view=table&sort=date")
    assert 'data-column="period" aria-sort="ascending"' in by_date
    cards = text(visit, "/en/search?type=observation")
    assert '<span class="card__number">6,489\u00a0relics</span><span>January 2026</span>' in cards
    # Among other types it says what it is, too.
    assert "6,489\u00a0relics" in text(visit, "/en/search?q=relics")


def test_the_subject_of_a_policy_stands_below_its_number(visit: Client) -> None:
    subject = {"vi": "xếp hạng di tích (đợt mẫu)", "en": "Ranking of relics (sample group)"}
    number, law = new_ulid(), new_ulid()
    told = {"type": "policy", "description": {"vi": "Ghi chú của người nhập."}}
    _commit(
        {"id": number, "name": {"vi": "Quyết định 1/QĐ-TTg"}, "subject": subject, **told},
        {"id": law, "name": {"vi": "Luật Mẫu"}, "subject": {"vi": "Luật Mẫu"}, **told},
    )
    search.catch_up(house().pack)
    cards = text(visit, "/search?type=policy")
    assert f'<p class="card__below begins">{subject["vi"]}</p>' in cards
    assert cards.count("card__below") == 1, "the name is not said twice"
    table = text(visit, "/en/search?type=policy&view=table")
    assert f'<p class="table__below begins">{subject["en"]}</p></th>' in table
    # What was searched for stands in it already.
    found = text(visit, "/search?q=" + quote("đợt mẫu"))
    assert "card__why" not in found
    assert "<mark>đợt" in found
    page = text(visit, f"/id/{number}")
    head = page[page.index("<header class=") : page.index("</header>", page.index("<h1"))]
    assert subject["vi"] in head
    assert "Ghi chú của người nhập." not in head
    assert "Ghi chú của người nhập." in page
    assert "Ghi chú của người nhập." in text(visit, f"/id/{law}").partition("<section")[0]
