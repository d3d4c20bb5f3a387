"""What headings of wide tables say of time: the part of a year that they name, or a warning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from khue.intake.periods import Across, Unclear, periods_across
from khue.model.values.date_words import read_date
from tests.conftest import Khue

NAMED = [
    ("Năm 2025", "2025", ""),
    ("Cả năm 2025", "2025", ""),
    ("Giai đoạn 2021-2025", "2021/2025", "Giai đoạn"),
    ("Tháng 1/2025", "2025-01", ""),
    ("Thực hiện 12/2024", "2024-12", "Thực hiện"),
    ("T.12-2024", "2024-12", ""),
    ("January 2025", "2025-01", ""),
    ("2024 / May", "2024-05", ""),
    ("Quý II/2025", "2025-04/2025-06", ""),
    ("2025 Q3", "2025-07/2025-09", ""),
    ("6 tháng đầu năm 2025", "2025-01/2025-06", ""),
    ("6 thang dau 2025", "2025-01/2025-06", ""),
    ("Năm 2025 / 6 tháng đầu năm", "2025-01/2025-06", ""),
    ("Ước thực hiện 6 tháng cuối năm 2025", "2025-07/2025-12", "Ước thực hiện"),
    ("9 tháng 2025", "2025-01/2025-09", ""),
    ("Lũy kế 9 tháng năm 2025", "2025-01/2025-09", ""),
    ("Nửa đầu năm 2025", "2025-01/2025-06", ""),
    ("First half of 2025", "2025-01/2025-06", ""),
    ("First 9 months of 2025", "2025-01/2025-09", ""),
    ("H2/2025", "2025-07/2025-12", ""),
    ("Tính đến 31/12/2024", "2024-12-31", ""),
    ("Ngày 9 tháng 6 năm 2025", "2025-06-09", ""),
    ("Tuần lễ văn hóa 2024", "2024", "Tuần lễ văn hóa"),
    ("Quỹ đất 2024", "2024", "Quỹ đất"),
]
UNREAD = [
    "Lũy kế đến tháng 9/2025",
    "Lũy kế 2025",
    "Cùng kỳ năm 2024",
    "So với năm 2024 (%)",
    "Đến năm 2030",
    "Cuối năm 2024",
    "Tháng 1-3/2025",
    "Quý I + II/2025",
    "Quý I, II/2025",
    "Quý V/2025",
    "Năm học 2024-2025",
    "6 tháng 2024-2025",
    "13 tháng 2025",
    "Tháng 13/2025",
    "Bảy tháng năm 2025",
    "mid-2025",
    "luy ke 2025",
]


@pytest.mark.parametrize(("heading", "edtf", "rest"), NAMED)
def test_a_heading_names_its_period(heading: str, edtf: str, rest: str) -> None:
    (one,) = periods_across([tuple(heading.split(" / "))])
    assert isinstance(one, Across)
    assert (read_date(one.period).edtf, one.rest) == (edtf, rest)


@pytest.mark.parametrize("heading", UNREAD)
def test_a_heading_with_more_of_time_than_is_understood_is_no_year(heading: str) -> None:
    (one,) = periods_across([(heading,)])
    assert isinstance(one, Unclear)
    assert one.left


def wide(path: Path, *headings: str) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(("Chỉ tiêu", "Địa phương", "Đơn vị", *headings))
    sheet.append(
        ("Lượt khách tham quan di tích, bảo tàng", "Hà Nội", "lượt", *range(100, 900, 100))
    )
    book.save(path)
    return path


HEADINGS = (
    *("Tháng 1/2025", "6 tháng đầu năm 2025", "9 tháng 2025", "Năm 2025"),
    *("Lũy kế đến tháng 9/2025", "Chắc là 2026", "Kế hoạch 2027", "Tổng"),
)


def test_parts_of_a_year_are_figures_of_their_own(khue: Khue, tmp_path: Path) -> None:
    file = wide(tmp_path / "so-lieu.xlsx", *HEADINGS)
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    shown = khue("measure", "show", "visits", "--json").json["values"]
    assert {one["period"]: one["value"] for one in shown if one["obtained"] == "reported"} == {
        "2025-01": 100,
        "2025-01/2025-06": 200,
        "2025-01/2025-09": 300,
        "2025": 400,
        "2026": 600,
        "2027": 700,
    }
    assert not [one for one in told["figures"]["findings"] if one["code"] == "told_differently"]
    about = {
        (one["code"], one["level"], one["column"])
        for one in told["findings"]
        if one["code"].startswith(("heading_", "column_"))
    }
    # Each is told under the heading that the file has, once.
    assert about == {
        ("heading_period_unread", "warning", "Lũy kế đến tháng 9/2025"),
        ("heading_rest_kept", "note", "Chắc là 2026"),
        ("column_unmapped", "note", ""),
    }
    assert "Đầu cột" not in [one["value"] for one in told["findings"]]


def test_a_mapping_decides_about_a_column_of_unclear_time(khue: Khue, tmp_path: Path) -> None:
    file = wide(tmp_path / "so-lieu.xlsx", *HEADINGS)
    mapping = tmp_path / "anh-xa.yaml"
    mapping.write_text("skip:\n  - Lũy kế đến tháng 9/2025\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--mapping", mapping, "--json").json[
        "findings"
    ]
    assert not [one for one in told if one["code"] == "heading_period_unread"]


def test_a_column_of_periods_reads_the_same_words(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(
        "Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT\n"
        "visits;Lượt khách;Hà Nội;6 tháng đầu năm 2025;750;lượt\n"
        "visits;Lượt khách;Hà Nội;9 tháng 2025;1000;lượt\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "observation", "--commit")
    shown = khue("measure", "show", "visits", "--json").json["values"]
    assert [one["period"] for one in shown] == ["2025-01/2025-06", "2025-01/2025-09"]


MONTHS = ("Tháng 1", "T2", "Quý I", "6 tháng đầu năm", "Cả năm (ước)", "So với cùng kỳ")


def titled(path: Path, *above: str, sheet: str = "Sheet") -> Path:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = sheet
    for line in above:
        page.append((line,))
    page.append(("Chỉ tiêu", "Địa phương", "Đơn vị", *MONTHS))
    page.append(("Lượt khách tham quan di tích, bảo tàng", "Hà Nội", "lượt", *range(100, 700, 100)))
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("above", "sheet", "row"),
    [
        (("SỐ LIỆU NĂM 2025", "Kèm theo Báo cáo số 12/2026/BC-SVHTT ngày 05/01/2026"), "Sheet", 1),
        (("SỐ LIỆU", "Hà Nội, ngày 5 tháng 1 năm 2026"), "Năm 2025", 0),
        (("SỐ LIỆU NĂM 2025", "Nguồn: Niên giám thống kê 2026"), "Sheet", 1),
    ],
)
def test_months_are_of_the_year_that_stands_above_them(
    khue: Khue, tmp_path: Path, above: tuple[str, ...], sheet: str, row: int
) -> None:
    file = titled(tmp_path / "so-lieu.xlsx", *above, sheet=sheet)
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    shown = khue("measure", "show", "visits", "--json").json["values"]
    assert {one["period"]: (one["value"], one["status"]) for one in shown} == {
        "2025-01": (100, ""),
        "2025-02": (200, ""),
        "2025-01/2025-03": (300, ""),
        "2025-01/2025-06": (400, ""),
        "2025": (500, "estimate"),
    }
    (year,) = [one for one in told if one["code"] == "year_above"]
    assert (year["level"], year["value"], year["row"] or 0) == ("note", "2025", row)


@pytest.mark.parametrize(
    ("above", "sheet"),
    [
        ((), "Sheet"),
        (("Nguồn: Niên giám thống kê năm 2025",), "Sheet"),
        (("SỐ LIỆU CÁC NĂM 2024, 2025",), "2025"),
        (("GIAI ĐOẠN 2021-2025",), "2025"),
    ],
)
def test_months_of_no_year_or_of_several_make_no_figures(
    khue: Khue, tmp_path: Path, above: tuple[str, ...], sheet: str
) -> None:
    file = titled(tmp_path / "so-lieu.xlsx", *above, sheet=sheet)
    told = khue("import", file, "--type", "observation", "--json").json
    (unstated,) = [one for one in told["findings"] if one["code"] == "heading_year_unstated"]
    assert unstated["level"] == "warning"
    assert "Tháng 1, T2, Quý I, 6 tháng đầu năm" in unstated["message"]["vi"]
    assert "year_above" not in [one["code"] for one in told["findings"]]
