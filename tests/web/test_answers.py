"""What the portal answers to programs, `/explore.json`."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from khue import search
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from tests.web.conftest import SECRET, Town, _edit


def explore(visit: Client, question: str, prefix: str = "") -> dict[str, Any]:
    """The answer to a question, which must tell no secret."""
    answer = visit.get(f"{prefix}/explore.json{question}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert SECRET not in answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def test_a_page_of_hits_in_both_languages(visit: Client, town: Town) -> None:
    told = explore(visit, "?q=dinh+so")
    assert told["hits"][0] == {
        "id": town.dinh_so,
        "type": "relic",
        "label": "Đình So",
        "address": f"/id/{town.dinh_so}",
    }
    assert (told["total"], told["page"], told["pages"], told["page_size"]) == (2, 1, 1, 20)
    first = explore(visit, "?q=dinh+so", "/en")["hits"][0]
    assert first["label"] == "So Communal House"
    assert first["address"] == f"/en/id/{town.dinh_so}"


def test_facets_have_words_in_both_languages(visit: Client) -> None:
    counted = explore(visit, "?type=relic&count=rank,type")["facets"]
    assert list(counted) == ["type", "rank"]
    assert counted["rank"] == [
        {"value": "NAT", "label": "Quốc gia", "count": 1},
        {"value": "SPEC", "label": "Quốc gia đặc biệt", "count": 1},
    ]
    # Without the filter on the facet itself: what one sees after choosing another type.
    assert {one["value"]: one["count"] for one in counted["type"]} == {
        "relic": 2, "event": 1, "person": 1, "practice": 1
    }  # fmt: skip
    in_english = explore(visit, "?type=relic&count=rank", "/en")["facets"]["rank"]
    assert in_english[0]["label"] == "National"


def test_only_facets_that_are_asked_for(visit: Client) -> None:
    assert explore(visit, "?count=")["facets"] == {}
    assert list(explore(visit, "?count=kind,secret,kind")["facets"]) == ["kind"]
    every = {"type", "place", "present", "source", *house().pack.facets}
    assert explore(visit, "")["facets"].keys() == every


def test_units_and_sources_of_what_was_found(visit: Client) -> None:
    commune = {"value": "09931", "label": "Xã Hưng Đạo", "count": 1}
    counted = explore(visit, "?q=dinh+so&count=place,present,source")["facets"]
    assert counted == {
        "place": [commune],
        "present": [commune],
        "source": [{"value": "danh-muc", "label": "Danh mục di tích <b>thử</b>", "count": 1}],
    }
    # Without the filter on units: the others of the province can be chosen too.
    chosen = explore(visit, "?place=09931&count=place,present")["facets"]
    assert commune in chosen["present"]
    assert len(chosen["place"]) > 1


def test_what_was_closed_a_moment_ago_is_not_shown(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("khue.search.door.keep_up", lambda pack: None)
    _edit(town.dinh_so, visibility="restricted")
    assert search.find(search.Query("đình so"), house().pack).hits[0].id == town.dinh_so
    assert town.dinh_so not in [hit["id"] for hit in explore(visit, "?q=dinh+so")["hits"]]


def test_no_spelling_is_made_of_what_was_closed_a_moment_ago(
    visit: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert explore(visit, "?q=chu+vann+an")["spelling"] == "Chu Văn An"
    monkeypatch.setattr("khue.search.door.keep_up", lambda pack: None)
    _edit(town.person, visibility="restricted")
    assert search.find(search.Query("chu vann an"), house().pack).spelling == "Chu Văn An"
    assert explore(visit, "?q=chu+vann+an")["spelling"] is None
    assert "Chu Văn An" not in visit.get("/search?q=chu+vann+an").content.decode()


def test_whoever_keeps_an_answer_asks_whether_it_still_holds(visit: Client, town: Town) -> None:
    first = visit.get("/explore.json?q=dinh")
    assert first["Cache-Control"] == "public, no-cache"
    again = visit.get("/explore.json?q=dinh", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    actions.withdraw(actor=OPERATOR, why="thử", record=town.dinh_so, pack=house().pack)
    later = visit.get("/explore.json?q=dinh", headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert town.dinh_so not in [hit["id"] for hit in later.json()["hits"]]
