"""Records whose place is a bare name: they count where they are for certain and where they may be,
in every way alike."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR, Actor
from khue.pipeline import house
from khue.registry import actions, queries

STATED = {
    "Tên tỉnh": "Hà Nội",
    "Tên không dấu": "ha noi",
    "Tên trần một tỉnh": "Long Biên",
    "Tên trần hai tỉnh": "Ba Vì",
    "Dưới tỉnh": "Ba Vì, Hà Nội",
    "Tên lẫn nước ngoài": "Long Biên, Luân Đôn",
    "Đủ": "phường Hoàn Kiếm, Hà Nội",
    "Nơi không tên": "Xứ Đoài",
    "Nhiều quá": "Châu Thành",
}
CERTAIN = {
    "01": {"Tên tỉnh", "Dưới tỉnh", "Đủ"},
    "51": set(),
    "00070": {"Đủ"},
    "00118": set(),
}
POSSIBLE = {
    "01": {"Tên không dấu", "Tên trần một tỉnh", "Tên trần hai tỉnh", "Tên lẫn nước ngoài"},
    "51": {"Tên trần hai tỉnh"},
    "00070": set(),
    "00118": {"Tên trần một tỉnh", "Tên lẫn nước ngoài"},
}


@pytest.fixture
def names(db: None) -> dict[str, str]:
    """The names of the records by identifier."""
    documents: list[dict[str, Any]] = [
        {
            "id": new_ulid(),
            "type": "relic",
            "name": {"vi": name},
            "place": house().resolve_place(stated),
        }
        for name, stated in STATED.items()
    ]
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    actions.commit(actor=OPERATOR, why="x", kind="import", drafts=drafts, pack=house().pack)
    search.catch_up(house().pack)
    return {one["id"]: one["name"]["vi"] for one in documents}


def test_all_ways_of_counting_agree(names: dict[str, str]) -> None:
    everything = search.find(search.Query(limit=0, counted=("place", "present")), house().pack)
    without = {one.unit: one for one in search.clusters(search.Query(), house().pack, 10).units}
    for unit, certain in CERTAIN.items():
        there = certain | POSSIBLE[unit]
        assert _listed(f"/search?place={unit}", names) == there
        assert _listed(f"/search?place={unit}&certain=1", names) == certain
        assert _listed(f"/place/{unit}", names) == there
        file = Client().get(f"/search.json?place={unit}")
        assert _named(b"".join(file.streaming_content).decode(), names) == there
        for key, expected in (("place", there), ("present", certain)):
            counted = {one.value: one.count for one in everything.facets[key]}
            assert counted.get(unit, 0) == len(expected)
        assert (without[unit].count, without[unit].certain) == (len(there), len(certain))
    page = Client().get("/place/01").content.decode()
    sure, unsure = page.split('aria-labelledby="possible"')
    assert _named(sure.partition('aria-labelledby="certain"')[2], names) == CERTAIN["01"]
    assert _named(unsure, names) == POSSIBLE["01"]
    for typed in ('in:"Hà Nội"', "in:01"):
        assert _listed(f"/search?q={typed}", names) == CERTAIN["01"] | POSSIBLE["01"]


def test_rights_look_at_the_same_units(names: dict[str, str]) -> None:
    for unit, certain in CERTAIN.items():
        officer = Actor("cán bộ", frozenset({"officer"}), units=frozenset({unit}))
        seen = {names[one] for one in queries.visible_ids(officer, "commit")}
        assert seen == certain | POSSIBLE[unit]


def _listed(address: str, names: dict[str, str]) -> set[str]:
    return _named(Client().get(address).content.decode(), names)


def _named(text: str, names: dict[str, str]) -> set[str]:
    """The records that a text names by their identifiers."""
    return {names[one] for one in re.findall(r"[0-9A-Z]{26}", text) if one in names}
