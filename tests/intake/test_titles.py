"""Lines above a table that say of what all its figures are, and in what unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Khue

VISITS = "Lượt khách tham quan di tích, bảo tàng"


def book(path: Path, *above: str, head: tuple[str, ...] = ()) -> Path:
    """Places down, years and whether they were planned across, under lines of text."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    for line in above:
        sheet.append((line,))
    top = len(above) + 1
    sheet.append(("Địa phương", *head, "Năm 2023", None, "Năm 2024", None))
    sheet.append((None, *(None for _ in head), *(2 * ("Kế hoạch", "Thực hiện"))))
    first = 2 + len(head)
    for left in (first, first + 2):
        sheet.merge_cells(start_row=top, end_row=top, start_column=left, end_column=left + 1)
    for column in range(1, first):
        sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
    sheet.append(("Hà Nội", *head, 100, 110, 120, 131))
    sheet.append(("Huế", *head, 50, 55, 60, 65))
    sheet.append(("Cộng", *(None for _ in head), 150, 165, 180, 196))
    made.save(path)
    return path


def import_(khue: Khue, file: Path, check: int = 0) -> Any:
    given = ("import", file, "--type", "observation", "--commit", "--json")
    return khue(*given, check=check).json


def figures(khue: Khue) -> set[tuple[str, str | None, str | None]]:
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    return {(one["name"]["vi"], one.get("indicator"), one.get("unit")) for one in shown}


@pytest.mark.parametrize(
    ("above", "figure"),
    [
        ([f"Chỉ tiêu: {VISITS} (lượt)"], (VISITS, "visits", "visit")),
        (["BẢNG SỐ LIỆU", f"{VISITS} (lượt khách)"], (VISITS, "visits", "visit")),
        ([VISITS.upper(), "Đơn vị tính: lượt"], (VISITS.upper(), "visits", "visit")),
        ([f"Chỉ tiêu: {VISITS}"], (VISITS, "visits", "visit")),  # the unit of the indicator
        ([f"Chỉ tiêu: {VISITS} (nghìn lượt)"], (VISITS, "visits", "nghin_luot")),
        (
            ["Visits to relics and museums (million visits)"],
            ("Visits to relics and museums", "visits", "trieu_luot"),
        ),
        ([f"Chỉ tiêu: {VISITS} (nghìn vé)"], (VISITS, "visits", None)),
        ([f"BÁO CÁO {VISITS} năm 2023, 2024"], (VISITS, "visits", "visit")),
        ([f"Biểu 3. Tổng hợp {VISITS} (lượt) của thành phố"], (VISITS, "visits", "visit")),
        (["Chỉ tiêu: Một (được xếp hạng)"], ("Một (được xếp hạng)", None, None)),
    ],
)
def test_a_line_above_names_all_figures(
    khue: Khue, tmp_path: Path, above: list[str], figure: tuple[str, str | None, str | None]
) -> None:
    told = import_(khue, book(tmp_path / "so-lieu.xlsx", *above))
    assert told["created"] == 8
    assert figures(khue) == {figure}
    read = [one for one in told["findings"] if one["code"] == "title_read"]
    assert {one["level"] for one in read} == {"note"}
    assert figure[0] in [one["value"] for one in read]
    # No column is named that the file has not.
    assert {one["column"] for one in told["findings"]} <= {
        "",
        *(f"Năm {year} / {kind}" for year in (2023, 2024) for kind in ("Kế hoạch", "Thực hiện")),
    }


def test_a_unit_that_is_not_known_is_told_once_at_its_line(khue: Khue, tmp_path: Path) -> None:
    told = import_(khue, book(tmp_path / "so-lieu.xlsx", f"Chỉ tiêu: {VISITS} (nghìn vé)"))
    (unknown,) = [one for one in told["findings"] if one["code"] == "code_unknown"]
    assert (unknown["row"], unknown["value"], unknown["level"]) == (1, "nghìn vé", "warning")


@pytest.mark.parametrize(
    "above",
    [
        ["BẢNG TỔNG HỢP SỐ LIỆU"],
        [f"Chỉ tiêu: {VISITS}", "Chỉ tiêu: Huy chương"],
    ],
)
def test_other_lines_name_nothing(khue: Khue, tmp_path: Path, above: list[str]) -> None:
    told = import_(khue, book(tmp_path / "so-lieu.xlsx", *above), check=1)
    assert told["created"] == 0
    assert "title_read" not in [one["code"] for one in told["findings"]]


def test_a_column_counts_before_the_line(khue: Khue, tmp_path: Path) -> None:
    file = book(tmp_path / "so-lieu.xlsx", f"Chỉ tiêu: {VISITS} (lượt)", head=("Chỉ tiêu", "ĐVT"))
    told = import_(khue, file)
    assert {name for name, _, _ in figures(khue)} == {"Chỉ tiêu"}
    assert "title_read" not in [one["code"] for one in told["findings"]]


def test_the_whole_under_a_year_is_what_the_title_names(khue: Khue, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.append((f"BÁO CÁO {VISITS.upper()}",))
    sheet.append(("Địa phương", "Năm 2023", None, "Năm 2024", None, "Ước thực hiện 2025"))
    sheet.append((None, *(2 * ("Tổng số", "Trong đó: Khách quốc tế")), None))
    for merged in ("A2:A3", "B2:C2", "D2:E2", "F2:F3"):
        sheet.merge_cells(merged)
    sheet.append(("Hà Nội", 100, 30, 120, 40, 150))
    made.save(tmp_path / "so-lieu.xlsx")
    told = import_(khue, tmp_path / "so-lieu.xlsx")
    assert (told["created"], told["refused"]) == (5, 0)
    shown = khue("measure", "show", "visits", "--json").json["values"]
    assert {one["period"]: (one["value"], one["status"]) for one in shown} == {
        "2023": (100, ""),
        "2024": (120, ""),
        "2025": (150, "estimate"),
    }
    assert {name for name, *_ in figures(khue)} == {VISITS.upper(), "Trong đó Khách quốc tế"}


@pytest.mark.parametrize(
    ("title", "head", "codes"),
    [
        (f"BÁO CÁO {VISITS} của thành phố Huế năm 2024", "", {"46"}),
        (f"{VISITS} trên địa bàn thành phố Hà Nội (lượt)", "", {"01"}),
        (f"{VISITS} của thành phố năm 2024", "", {None}),
        (f"{VISITS} của thành phố Huế", "Địa phương", {"01"}),  # a column says it better
    ],
)
def test_the_place_in_a_title_is_that_of_all_figures(
    khue: Khue, tmp_path: Path, title: str, head: str, codes: set[str | None]
) -> None:
    """They would else be taken for those of the whole country."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.append((title,))
    sheet.append((head or "Ghi chú", "Năm 2023", "Năm 2024"))
    sheet.append(("Hà Nội" if head else None, 100, 120))
    made.save(tmp_path / "so-lieu.xlsx")
    told = import_(khue, tmp_path / "so-lieu.xlsx")
    assert told["created"] == 2
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    assert {one["indicator"] for one in shown} == {"visits"}
    assert {(one.get("place") or {}).get("code") for one in shown} == codes


@pytest.mark.parametrize(
    ("above", "headings", "told"),
    [
        ("Kế hoạch năm 2026", "Tháng 1;Tháng 2", True),
        ("Kế hoạch năm 2026", "Kế hoạch tháng 1;Thực hiện tháng 1", False),
        ("Số liệu năm 2026", "Tháng 1;Tháng 2", False),
        ("Thực hiện Kế hoạch số 270/KH-UBND năm 2026", "Tháng 1;Tháng 2", False),
        ("Phòng Tài chính - Kế hoạch", "Năm 2024;Năm 2025", False),
        ("Phòng Văn hóa: Kế hoạch năm 2026", "Tháng 1;Tháng 2", True),
        ("Kết quả thực hiện đề án năm 2026", "Tháng 1;Tháng 2", False),
        ("Chương trình mục tiêu quốc gia", "Năm 2024;Năm 2025", False),
    ],
)
def test_figures_under_a_plan_may_be_planned(
    khue: Khue, tmp_path: Path, above: str, headings: str, told: bool
) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{above};;\nChỉ tiêu;{headings}\nBảo tàng;10;20\n", encoding="utf-8")
    found = [
        (one["row"], one["level"], one["value"])
        for one in import_(khue, file)["findings"]
        if one["code"] == "status_unstated"
    ]
    assert found == [(1, "warning", above)] * told
