"""Likely duplicates of a whole file, told where its rows stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from khue import search
from khue.model.rights import OPERATOR
from khue.pipeline import house, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda pack: 0)


def test_the_messy_inventory(shared_data: Path) -> None:
    """Rows 1 and 2 and rows 13 and 14 of the sheet are told of each other; no other rows are, not
    even two pagodas of one township whose names differ in a tone."""
    path = shared_data / "messy-inventory.xlsx"
    report = import_file(house(), path, type_name="relic", actor=OPERATOR, why="thử")
    told = [one for one in report.findings if one.code.startswith("duplicate")]
    assert {one.row: re.findall(r"row (\d+)", one.message["en"]) for one in told} == {
        6: ["7"],
        7: ["6"],
        18: ["19"],
        19: ["18"],
    }
    assert {(one.code, one.level, one.sheet) for one in told} == {
        ("duplicate_likely", "note", "Di tích")
    }
    assert all(one.message["vi"] != one.message["en"] and one.mend["vi"] for one in told)
