"""Totals of wide tables of figures against the rows that they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from khue.intake.periods import Across
from khue.intake.tables import Table
from khue.intake.totals import check_totals
from tests.conftest import Khue
from tests.work import calls_of

VISITS = "Lượt khách tham quan di tích, bảo tàng"
Rows = list[tuple[Any, ...]]


def told(khue: Khue, path: Path, rows: Rows, *, title: str = VISITS) -> list[dict[str, Any]]:
    """What an import says of the totals of a table of places and years."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append((title,))
    page.append(("TT", "Địa phương", "Năm 2023", "Năm 2024"))
    for row in rows:
        page.append(row)
    book.save(path)
    report = khue("import", path, "--type", "observation", "--json").json
    return [one for one in report["findings"] if one["code"] == "total_differs"]


def test_a_total_that_its_rows_do_not_make_is_told(khue: Khue, tmp_path: Path) -> None:
    rows: Rows = [(1, "Hà Nội", 100, 110), (2, "Huế", 50, 55), ("", "Cộng", 150, 156)]
    (found,) = told(khue, tmp_path / "so-lieu.xlsx", rows)
    assert (found["level"], found["row"], found["column"]) == ("warning", 5, "Năm 2024")
    assert "156" in found["message"]["vi"]
    assert "165" in found["message"]["vi"]
    assert found["message"]["en"] == (
        "The totals row states 156, but the 2 rows that it is of add up to 165."
        " It is not imported; the rows are kept as stated."
    )


FITTING: list[Rows] = [
    # Above its rows, as in yearbooks.
    [("", "Tổng số", 150, 165), (1, "Hà Nội", 100, 110), (2, "Huế", 50, 55)],
    # Of parts, and of everything.
    [
        *((1, "Hà Nội", 100, 110), (2, "Huế", 50, 55), ("", "Cộng (1)", 150, 165)),
        *((3, "Hải Phòng", 10, 11), (4, "Đà Nẵng", 5, 6), ("", "Cộng (2)", 15, 17)),
        ("", "Tổng cộng", 165, 182),
    ],
    # Of sections.
    [
        *(("I", "Miền Bắc", None, None), (1, "Hà Nội", 100, 110), (2, "Hải Phòng", 10, 11)),
        *(("II", "Miền Trung", None, None), (1, "Huế", 50, 55), (2, "Đà Nẵng", 5, 6)),
        ("", "Tổng cộng", 165, 182),
    ],
    # Of which some are a part of the row above them.
    [
        *((1, "Hà Nội", 100, 110), ("", "Trong đó: Sơn Tây", 30, 35), (2, "Huế", 50, 55)),
        ("", "Cộng", 150, 165),
    ],
    # As exactly as it is written.
    [(1, "Hà Nội", "1,4", "2,5"), (2, "Huế", "1,4", "2,5"), ("", "Cộng", "2,9", 5)],
    # A row that says no number may hold what is left; nothing at all adds up to nothing.
    [(1, "Hà Nội", 100, ""), (2, "Huế", "…", ""), ("", "Cộng", 150, 165)],
    [(1, "Hà Nội", "12,5%", "13%"), (2, "Huế", "10%", "11%"), ("", "Tổng số", "12%", "12%")],
]


@pytest.mark.parametrize("rows", FITTING)
def test_a_total_that_fits_in_any_way_is_not_told(khue: Khue, tmp_path: Path, rows: Rows) -> None:
    assert told(khue, tmp_path / "so-lieu.xlsx", rows) == []


def test_rates_are_no_sums(khue: Khue, tmp_path: Path) -> None:
    rows: Rows = [(1, "Hà Nội", 80, 81), (2, "Huế", 60, 61), ("", "Tổng số", 75, 76)]
    title = "Tỷ lệ thôn, tổ dân phố có nhà văn hóa, khu thể thao (%)"
    assert told(khue, tmp_path / "so-lieu.xlsx", rows, title=title) == []
    assert len(told(khue, tmp_path / "so-lieu.xlsx", rows)) == 2


def test_many_totals_are_as_little_work_as_few() -> None:
    """Each total is compared with all rows, and is still no reason to add them all up again."""

    def work(sections: int) -> int:
        rows = range(3, 3 + 4 * sections)
        cells = [["Cộng", f"{n}000"] if n % 4 == 2 else [f"Xã {n}", "7"] for n in rows]
        table = Table(
            "S",
            (("Địa phương",), ("Năm 2024",)),
            [(n, row) for n, row in zip(rows, cells, strict=True) if n % 4 != 2],
            totals=tuple((n, row) for n, row in zip(rows, cells, strict=True) if n % 4 == 2),
        )
        across = [Across(1, "Năm 2024", "2024", "")]
        assert len(list(check_totals(table, across))) == sections
        return calls_of(lambda: list(check_totals(table, across)))

    assert work(400) < 12 * work(40)


def test_a_total_is_exact_beside_numbers_without_end(khue: Khue, tmp_path: Path) -> None:
    huge = "9" * 38
    rows: Rows = [(1, "Hà Nội", huge, 1), ("", "Cộng", huge, 1)]
    rows += [(2, "Huế", 100, 1), (3, "Đà Nẵng", 50, 1), ("", "Cộng", 150, 9)]
    (found,) = told(khue, tmp_path / "so-lieu.xlsx", rows)
    assert (found["row"], found["column"]) == (7, "Năm 2024")
