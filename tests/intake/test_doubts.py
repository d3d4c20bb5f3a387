"""Figures that cannot be, as far as their cells tell: kept as stated, with a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from khue.model.values.units import counts_things
from khue.pipeline import house
from tests.conftest import Khue

FIGURES = "Chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT"
TARGETS = "Chỉ tiêu;Địa phương;Đến năm;Giá trị;Đến giá trị;Giá trị gốc;ĐVT"
DOUBTS = frozenset(
    ("quantity_negative", "count_not_whole", "range_reversed", "period_serial", "period_unstated")
)


@pytest.mark.parametrize(
    ("type_", "row", "doubts"),
    [
        ("observation", "A;Huế;2024;-5;câu lạc bộ", [("quantity_negative", "Giá trị", "-5")]),
        ("observation", "A;Huế;2024;-0,5;ha", [("quantity_negative", "Giá trị", "-0,5")]),
        ("observation", "A;Huế;2024;-5;%", []),
        ("observation", "A;Huế;2024;-5;tỷ đồng", []),
        ("observation", "A;Huế;2024;1,234.5;CLB", [("count_not_whole", "Giá trị", "1,234.5")]),
        (
            *("observation", "A;Huế;2024;1.234.567,5;lượt"),
            [("count_not_whole", "Giá trị", "1.234.567,5")],
        ),
        ("observation", "A;Huế;2024;1.234;lượt", []),
        ("observation", "A;Huế;2024;600,0;huy chương", []),
        ("observation", "A;Huế;2024;2,5;lần", []),
        ("observation", "A;Huế;2024;2,5;ha", []),
        ("observation", "A;Huế;2024;2,5;cái gì đó", []),
        ("observation", "A;Huế;20245;7;CLB", [("period_serial", "Kỳ", "20245")]),
        ("observation", "A;Huế;2024;7;CLB", []),
        ("observation", "A;Huế;;7;CLB", [("period_unstated", "Giá trị", "7")]),
        ("observation", "A;Huế;-;7;CLB", [("period_unstated", "Giá trị", "7")]),
        ("observation", "A;Huế;lâu rồi;7;CLB", []),  # which is told as a date that is not read
        ("observation", "A;Huế;;;CLB", []),
        ("target", "A;Huế;2030;10;5;;huy chương", [("range_reversed", "Đến giá trị", "5")]),
        ("target", "A;Huế;2030;5;10;-3;huy chương", [("quantity_negative", "Giá trị gốc", "-3")]),
        ("target", "A;Huế;2030;5;10;;%", []),
        ("target", "A;Huế;20300;5;10;;%", [("period_serial", "Đến năm", "20300")]),
    ],
)
def test_what_cannot_be_is_told(
    khue: Khue, tmp_path: Path, type_: str, row: str, doubts: list[tuple[str, str, str]]
) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{FIGURES if type_ == 'observation' else TARGETS}\n{row}\n", "utf-8")
    told = khue("import", file, "--type", type_, "--json").json["findings"]
    found = [one for one in told if one["code"] in DOUBTS]
    assert [(one["code"], one["column"], one["value"]) for one in found] == doubts
    assert {(one["level"], one["row"]) for one in found} <= {("warning", 2)}


def test_the_number_stays_as_stated_and_the_period_is_left_out(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{FIGURES}\nA;Huế;20245;-1,5;CLB\n", "utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    assert "date_understood" not in [one["code"] for one in told]
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    shown = khue("show", found["id"], "--json").json
    assert shown["value"] == -1.5
    assert "period" not in shown


def test_units_that_count_things() -> None:
    codes = house().pack.vocabularies["measure_unit"].concepts
    assert {one for one in codes if not counts_things(one)} == {
        *("percent", "ratio", "VND", "nghin", "trieu", "ty", "nghin_ty", "m2", "ha"),
        *("nghin_luot", "trieu_luot", "nghin_nguoi", "trieu_nguoi"),  # of which there are parts
    }


def test_a_table_without_periods_is_told_once(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text("Chỉ tiêu;Giá trị;ĐVT\nA;7;CLB\nB;8;CLB\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--json").json["findings"]
    (found,) = [one for one in told if one["code"] == "period_unstated"]
    assert (found["row"], found["level"]) == (None, "warning")
