"""What is found in wide tables is told once for the row or the heading that is the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from tests.conftest import Khue

TOLD = ("note", "warning")


def found(khue: Khue, path: Path, *rows: tuple[Any, ...], commit: bool = False) -> list[Any]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(path)
    given = ("import", path, "--type", "observation", "--json", *(["--commit"] * commit))
    findings: list[Any] = khue(*given).json["findings"]
    return findings


def where(findings: list[Any]) -> set[tuple[str, int | None, str, str, int]]:
    return {
        (one["code"], one["row"], one["column"], one["value"], one["cells"])
        for one in findings
        if one["row"] is not None
    }


def test_what_a_row_says_is_told_once(khue: Khue, tmp_path: Path) -> None:
    told = found(
        khue,
        tmp_path / "so-lieu.xlsx",
        ("Chỉ tiêu", "Địa phương", "ĐVT", *(f"Năm {year}" for year in range(2015, 2025))),
        ("Câu lạc bộ văn hóa", "Phường Không Có", "cái gì", *[9] * 3, "abc", None, *[9] * 5),
        ("Thứ chưa ai biết", "Hà Nội", None, *[8] * 10),
    )
    assert where(told) == {
        ("indicator_by_name", 2, "Chỉ tiêu", "Câu lạc bộ văn hóa", 9),
        ("place_unknown", 2, "Địa phương", "Phường Không Có", 9),
        ("code_unknown", 2, "ĐVT", "cái gì", 9),
        ("number_unreadable", 2, "Năm 2018", "abc", 1),  # of this cell alone
        ("indicator_unstated", 3, "Chỉ tiêu", "Thứ chưa ai biết", 10),
        ("unit_unstated", 3, "Năm 2015", "8", 10),
    }
    (unit,) = [one for one in told if one["code"] == "unit_unstated"]
    assert unit["message"]["vi"].endswith("Điều này đúng với 10 ô.")
    assert unit["message"]["en"].endswith("This holds for 10 cells.")
    (number,) = [one for one in told if one["code"] == "number_unreadable"]
    assert "cells" not in number["message"]["en"]


def test_what_a_heading_says_is_told_once_over_blocks_of_rows(khue: Khue, tmp_path: Path) -> None:
    places = [f"Xã Không Có {number}" for number in range(700)]
    told = found(
        khue,
        tmp_path / "so-lieu.xlsx",
        ("Địa phương", "Đội chưa ai biết năm 2023", "Đội chưa ai biết năm 2024"),
        *((place, 5, 6) for place in places),
    )
    headings = [f"Đội chưa ai biết năm {year}" for year in (2023, 2024)]
    names = [one for one in told if one["code"] == "indicator_unstated"]
    assert [(one["row"], one["column"], one["cells"]) for one in names] == [
        (2, headings[0], 700),
        (2, headings[1], 700),
    ]
    # 700 rows are 1,400 figures, worked on in two blocks: none of them is told twice.
    rows = [one["row"] for one in told if one["code"] == "place_unknown"]
    assert rows == list(range(2, 702))
    assert {one["cells"] for one in told if one["code"] == "place_unknown"} == {2}


def test_what_waits_for_review_keeps_its_own(khue: Khue, tmp_path: Path) -> None:
    rows = (
        ("Chỉ tiêu", "Địa phương", "ĐVT", "Năm 2023", "Năm 2024"),
        ("Câu lạc bộ văn hóa", "Phường Không Có", "câu lạc bộ", 9, 8),
    )
    assert {one["cells"] for one in found(khue, tmp_path / "a.xlsx", *rows) if one["row"]} == {2}
    given = ("import", tmp_path / "a.xlsx", "--type", "observation", "--propose", "--json")
    shown = khue("proposals", "show", khue(*given).json["proposal"], "--json").json
    assert len(shown["items"]) == 2
    for item in shown["items"]:
        told = [one for one in item["findings"] if one["code"] == "place_unknown"]
        assert [one["cells"] for one in told] == [1]
