"""Likely duplicates of a whole file, told where its rows stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from khue import search
from khue.model.rights import OPERATOR
from khue.pipeline import SourceNote, duplicates, house, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


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


def told_rows(home: Path, type_name: str, text: str, **more: Any) -> dict[int | None, str]:
    """The findings on likely duplicates of a CSV text, by row."""
    path = home / "so.csv"
    path.write_text(text, encoding="utf-8")
    report = import_file(*(house(), path), type_name=type_name, actor=OPERATOR, why="thử", **more)
    told = [one for one in report.findings if one.code.startswith("duplicate")]
    return {one.row: one.message["en"] for one in told}


def test_values_of_other_periods_parts_subjects_and_places_are_other_values(home: Path) -> None:
    heading = "Chỉ tiêu,Mã chỉ tiêu,Địa điểm,Đối tượng,Kỳ,Phân tổ theo,Nhóm,Giá trị\n"
    rows = [
        "Lượt khách,L1,Hà Nội,,2023,,,5",
        "Lượt khách,L1,Hà Nội,,2024,,,5",
        "Lượt khách,L1,Hà Nội,,2024-01,,,5",
        "Lượt khách,L1,Hà Nội,,2023,giới,nữ,5",
        "Lượt khách,L1,Hà Nội,,2023,giới,nam,5",
        "Lượt khách,L1,Ninh Bình,,2023,,,5",
        'Lượt khách,L1,"phường Hoàn Kiếm, Hà Nội",,2023,,,5',
        "Lượt khách,L1,Hà Nội,Văn Miếu,2023,,,5",
        "Lượt khách,L2,Hà Nội,,2023,,,5",
        "lượt  khách,L1,Hà Nội,,2023,,,6",
    ]
    told = told_rows(home, "observation", heading + "\n".join(rows))
    assert told.keys() == {2, 11}
    assert "row 11" in told[2]
    told_rows(home, "observation", heading + rows[0], commit=True, note=SourceNote("cu"))
    told = told_rows(home, "observation", heading + "\n".join(rows[:3]))
    assert told.keys() == {2}
    targets = "Chỉ tiêu,Địa điểm,Đến năm,Giá trị\nLượt khách,Hà Nội,2025,1\n"
    targets += "Lượt khách,Hà Nội,2030,1\nLượt khách,Hà Nội,2030,2\n"
    assert told_rows(home, "target", targets).keys() == {3, 4}


def test_few_crowded_names_are_told_of_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST_CROWDED", 1)
    names = ["Chùa Bà"] * 202 + ["Đình So"] * 203 + ["Miếu Đầm"] * 202
    text = "Mã số,Tên\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))
    path = home / "so.csv"
    path.write_text(text, encoding="utf-8")
    report = import_file(house(), path, type_name="relic", actor=OPERATOR, why="thử")
    told = [one for one in report.findings if one.code.startswith("duplicates_crowded")]
    assert [(one.code, one.value, one.values["n"]) for one in told] == [
        ("duplicates_crowded", "Đình So", 202),
        ("duplicates_crowded_more", "", 2),
    ]


def test_a_row_of_another_sheet_is_named_with_it(home: Path) -> None:
    book = openpyxl.Workbook()
    for title in ("Phường A", "Phường B"):
        sheet = book.create_sheet(title)
        sheet.append(["Tên di tích", "Địa điểm"])
        sheet.append(["Đình Yên Nội", "Xã Bát Tràng, Hà Nội"])
    book.remove(book.worksheets[0])
    book.save(home / "so.xlsx")
    report = import_file(house(), home / "so.xlsx", type_name="relic", actor=OPERATOR, why="thử")
    told = {one.sheet: one.message for one in report.findings if one.code.startswith("duplicate")}
    assert "dòng 2 trang “Phường B” «Đình Yên Nội»" in told["Phường A"]["vi"]
    assert "row 2 of sheet 'Phường A' 'Đình Yên Nội'" in told["Phường B"]["en"]
