"""Acceptance: a department's inventory sheet, with every kind of dirt, through the real import.

The file is `messy-inventory.xlsx` of the shared data; its rows are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from khue.intake import read_book
from khue.model.findings import Finding
from khue.model.rights import OPERATOR
from khue.pipeline import ImportReport, house, import_file
from khue.registry import drafting

pytestmark = pytest.mark.django_db

FIRST, LAST = 6, 28
"""The first and the last row of data in the sheet *Di tích*."""


@dataclass
class Inventory:
    """The file, imported."""

    report: ImportReport
    cells: dict[int, list[str]]
    documents: list[dict[str, Any]]

    def row(self, number: int) -> dict[str, Any]:
        """The record of a row of the sheet."""
        name = self.cells[number][1].strip()
        (found,) = [one for one in self.documents if one["sources"][0]["stated"]["name.vi"] == name]
        return found

    def findings(self, row: int, column: str) -> list[Finding]:
        """What was told of a cell."""
        told = self.report.findings
        return [one for one in told if (one.row, one.column) == (row, column)]


@pytest.fixture
def inventory(shared_data: Path, home: Path) -> Inventory:
    path = shared_data / "messy-inventory.xlsx"
    report = import_file(
        house(), path, type_name="relic", actor=OPERATOR, why="nghiệm thu", commit=True
    )
    sheet = read_book(path.read_bytes(), path.name).sheets[0]
    heads = drafting.heads(report.records)
    documents = [heads[record][1] for record in report.records]
    assert None not in documents
    return Inventory(report, dict(enumerate(sheet.rows, 1)), [one for one in documents if one])


def test_the_messy_inventory(inventory: Inventory) -> None:
    report = inventory.report
    assert (report.rows, report.created, report.refused) == (22, 22, 0)
    assert [one.heading for one in report.columns][6:9] == [
        "Xếp hạng / Cấp", "Xếp hạng / Số QĐ", "Xếp hạng / Ngày QĐ",
    ]  # fmt: skip
    assert all(one.reason["vi"] and one.reason["en"] for one in report.columns)
    names = {one["name"]["vi"] for one in inventory.documents}
    assert not any("DANH MỤC" in name or "cộng" in name or "NGƯỜI" in name for name in names)
    told = {(one.code, one.row) for one in report.findings}
    assert {("row_total", 29), ("rows_signature", 31), ("row_blank", 11)} <= told

    _check_components(inventory)
    _check_values(inventory)
    _check_bad_values(inventory)
    _check_nothing_is_lost(inventory)


def _check_components(inventory: Inventory) -> None:
    whole = inventory.row(20)
    parts = [inventory.row(number) for number in (21, 22, 23)]
    assert [one["name"]["vi"] for one in parts] == ["Đình Mẫu", "Đền Mẫu", "Chùa Mẫu"]
    assert [one["part_of"] for one in parts] == [whole["id"]] * 3
    assert [one["structure"] for one in parts] == ["COMPONENT"] * 3
    assert "structure" not in whole, "nobody has stated that it is a complex"
    assert sum("part_of" in one for one in inventory.documents) == 3
    for number in (21, 22, 23):
        codes = [one.code for one in inventory.findings(number, "Tên di tích")]
        assert "row_component" in codes


def _check_values(inventory: Inventory) -> None:
    areas = {6: 1250.5, 7: 1250.5, 12: 20_000, 14: 450, 16: 120, 17: 125_000, 20: 5000}
    assert {n: inventory.row(n)["area"] for n in areas} == {
        n: {"value": value, "unit": "m2"} for n, value in areas.items()
    }
    for rows, date in (((6, 7), "1994-06-20"), ((12, 13), "2009-08-12"), ((18, 19), "1962-04-28")):
        assert {inventory.row(n)["designations"][0]["date"] for n in rows} == {date}
    assert [inventory.row(n)["designations"][0]["rank"] for n in (6, 7, 8, 9, 12, 13, 19)] == [
        "NAT", "NAT", "PROV", "PROV", "SPEC", "SPEC", "NAT",
    ]  # fmt: skip
    first, second, swapped = (inventory.row(n)["point"] for n in (6, 7, 12))
    assert abs(first["lat"] - second["lat"]) < 1e-4 > abs(first["lon"] - second["lon"])
    assert (swapped["lat"], swapped["lon"]) == (21.033, 105.84)
    assert inventory.row(28)["period"] == "1810/1830"
    assert inventory.row(18)["period"] == inventory.row(19)["period"]
    assert any("1899" in one.message["vi"] for one in inventory.findings(18, "Niên đại"))
    assert inventory.row(27)["name"]["vi"] == "Đình Chữ Đ Sai Mã"
    # The formula keeps its name as text, and markup stays text.
    (linked,) = [one for one in inventory.documents if one["name"]["vi"] == "Đình công thức"]
    assert "http" not in str(linked["name"])
    assert inventory.row(25)["name"]["vi"] == "Đình <script>alert(1)</script> Mẫu"


BAD = {
    (14, "Xếp hạng / Ngày QĐ"): ("date_impossible", "designations.date"),
    (16, "Xếp hạng / Ngày QĐ"): ("date_impossible", "designations.date"),
    (25, "Tọa độ"): ("point_off_earth", "point"),
    (26, "Diện tích (m2)"): ("quantity_negative", "area"),
    (8, "Diện tích (m2)"): ("value_missing", "area"),
    (10, "Niên đại"): ("value_missing", "period"),
    (17, "Niên đại"): ("value_missing", "period"),
    (10, "Xếp hạng / Số QĐ"): ("value_missing", "designations.decision"),
}


def _check_bad_values(inventory: Inventory) -> None:
    for (row, column), (code, path) in BAD.items():
        (told,) = inventory.findings(row, column)
        assert (told.code, told.field, told.sheet) == (code, path, "Di tích")
        assert told.value in inventory.cells[row]
        assert all(text for one in (told.message, told.mend) for text in one.values())
        value = inventory.row(row).get(path.partition(".")[0])
        assert value is None or path.rpartition(".")[2] not in value[0]
    unknown = [row for row in range(FIRST, LAST + 1) if inventory.findings(row, "Loại hình")]
    for row in unknown:
        assert "kind" not in inventory.row(row)


def _check_nothing_is_lost(inventory: Inventory) -> None:
    """Every filled cell is stated by the record of its row, or told."""
    values = {one.value for one in inventory.report.findings}
    for number in range(FIRST, LAST + 1):
        cells = [cell.strip() for cell in inventory.cells[number][1:] if cell.strip()]
        if not cells:
            continue
        entry = inventory.row(number)["sources"][0]
        stated = entry["stated"]
        whole = {*stated.values(), *stated.get("place", "").split(", "), *values}
        assert set(cells) <= whole, (number, set(cells) - whole)


def test_the_messy_inventory_comes_again(inventory: Inventory, shared_data: Path) -> None:
    path = shared_data / "messy-inventory.xlsx"
    again = import_file(
        house(), path, type_name="relic", actor=OPERATOR, why="lần hai", commit=True
    )
    assert (again.created, again.updated, again.unchanged, again.batch) == (0, 0, 22, None)
