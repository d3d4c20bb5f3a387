"""Lines above and below a table that say where its figures are from."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Khue

YEARBOOK = "Niên giám thống kê 2024, Cục Thống kê"
HEAD = ("Chỉ tiêu", "Địa phương", "Kỳ", "Giá trị", "ĐVT")
CLUBS = ("Câu lạc bộ văn hóa", "Hà Nội", 2024, 4100, "câu lạc bộ")
TEAMS = ("Đội nghệ thuật quần chúng", "Huế", 2024, 230, "đội")


def book(path: Path, *rows: tuple[Any, ...]) -> Path:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path


def cited(khue: Khue, file: Path) -> tuple[dict[str, list[str]], list[tuple[str, int, str]]]:
    """The titles that each figure cites, by its name; and what was told of such lines."""
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    titles = {
        one["name"]["vi"]: [each["title"] for each in one.get("citations", ())] for one in shown
    }
    codes = ("source_line_read", "row_remark")
    return titles, [
        (one["code"], one["row"], one["value"]) for one in told["findings"] if one["code"] in codes
    ]


@pytest.mark.parametrize(
    "line",
    [
        (f"Nguồn: {YEARBOOK}",),
        (f"(Nguồn số liệu: {YEARBOOK})",),
        ("Nguồn:", YEARBOOK),
        (None, f"Source: {YEARBOOK}"),
        (unicodedata.normalize("NFD", f"* NGUỒN:  {YEARBOOK}"),),
    ],
)
def test_a_line_with_a_source_is_the_citation_of_all_figures(
    khue: Khue, tmp_path: Path, line: tuple[Any, ...]
) -> None:
    every = {CLUBS[0]: [YEARBOOK], TEAMS[0]: [YEARBOOK]}
    below = book(tmp_path / "duoi.xlsx", HEAD, CLUBS, TEAMS, (), line)
    assert cited(khue, below) == (every, [("source_line_read", 5, YEARBOOK)])
    above = book(tmp_path / "tren.xlsx", ("BẢNG SỐ LIỆU",), line, HEAD, CLUBS, TEAMS)
    assert cited(khue, above) == (every, [("source_line_read", 2, YEARBOOK)])


def test_a_wide_table_has_one_too(khue: Khue, tmp_path: Path) -> None:
    file = book(
        tmp_path / "so-lieu.xlsx",
        ("Chỉ tiêu", "Địa phương", "Năm 2023", "Năm 2024"),
        ("Câu lạc bộ văn hóa", "Hà Nội", 4000, 4100),
        (f"Nguồn: {YEARBOOK}",),
    )
    titles, told = cited(khue, file)
    assert titles == {CLUBS[0]: [YEARBOOK]}
    assert [code for code, *_ in told] == ["source_line_read"]


def test_each_table_of_a_sheet_has_its_own(khue: Khue, tmp_path: Path) -> None:
    other = ("Chỉ tiêu", "Kỳ", "Địa phương", "Giá trị", "ĐVT")
    teams = (TEAMS[0], 2024, "Huế", 230, "đội")
    file = book(
        tmp_path / "so-lieu.xlsx",
        *(HEAD, CLUBS, (f"Nguồn: {YEARBOOK}",), ()),
        *(("BẢNG 2",), ("Nguồn: Sở Văn hóa và Thể thao",), other, teams),
    )
    titles, _ = cited(khue, file)
    assert titles == {CLUBS[0]: [YEARBOOK], TEAMS[0]: ["Sở Văn hóa và Thể thao"]}


def test_what_is_cited_before_the_title_of_the_next_table_is_of_the_one_above(
    khue: Khue, tmp_path: Path
) -> None:
    other = ("Chỉ tiêu", "Kỳ", "Địa phương", "Giá trị", "ĐVT")
    teams = (TEAMS[0], 2024, "Huế", 230, "đội")
    file = book(
        tmp_path / "so-lieu.xlsx",
        *(HEAD, CLUBS, (), (f"Nguồn: {YEARBOOK}",), ("BẢNG 2",), other, teams),
    )
    titles, _ = cited(khue, file)
    assert titles == {CLUBS[0]: [YEARBOOK], TEAMS[0]: []}


def test_a_title_with_a_number_needs_no_empty_row_before_it(khue: Khue, tmp_path: Path) -> None:
    other = ("Chỉ tiêu", "Kỳ", "Địa phương", "Giá trị", "ĐVT")
    teams = (TEAMS[0], 2024, "Huế", 230, "đội")
    title = ("Bảng số 2. Đội nghệ thuật",)
    file = book(tmp_path / "so-lieu.xlsx", HEAD, CLUBS, title, ("Nguồn: Sở",), other, teams)
    titles, _ = cited(khue, file)
    assert titles == {CLUBS[0]: [], TEAMS[0]: ["Sở"]}


def test_a_column_and_a_second_line_leave_it_open(khue: Khue, tmp_path: Path) -> None:
    line = (f"Nguồn: {YEARBOOK}",)
    file = book(tmp_path / "a.xlsx", (*HEAD, "Nguồn"), (*CLUBS, "Sở"), (*TEAMS, None), line)
    titles, told = cited(khue, file)
    assert titles == {CLUBS[0]: ["Sở"], TEAMS[0]: []}
    assert told == [("row_remark", 4, YEARBOOK)]
    file = book(tmp_path / "b.xlsx", line, HEAD, CLUBS, TEAMS, ("Nguồn: báo chí",))
    titles, told = cited(khue, file)
    assert told == [("row_remark", 5, "báo chí")]


def test_in_a_list_of_other_records_it_is_no_record(khue: Khue, tmp_path: Path) -> None:
    file = book(
        tmp_path / "di-tich.xlsx",
        ("Tên di tích", "Địa chỉ", "Cấp xếp hạng"),
        ("Đình So", "Quốc Oai, Hà Nội", "quốc gia"),
        (f"Nguồn: {YEARBOOK}",),
    )
    told = khue("import", file, "--type", "relic", "--commit", "--json").json
    assert told["created"] == 1
    assert [one["row"] for one in told["findings"] if one["code"] == "row_remark"] == [3]
