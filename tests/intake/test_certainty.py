"""Words of certainty before the number of a figure: *gần 1.793*, *khoảng 3,7%*."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Khue

HEAD = "Mã chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT"


def figure(khue: Khue, file: Path, cell: str, more: tuple[str, str] = ("", "")) -> Any:
    """The figure whose value is a cell, as shown, and what its import said of the cell."""
    row = f"museums_total;Hà Nội;2024;{cell};{'%' if '%' in cell else 'bảo tàng'}{more[1]}\n"
    file.write_text(f"{HEAD}{more[0]}\n{row}", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    shown = khue("show", found["id"], "--json").json
    return shown.get("value"), shown.get("precision"), {one["code"] for one in told}


@pytest.mark.parametrize(
    ("cell", "value", "precision"),
    [
        ("gần 1.793", 1793, "nearly"),
        ("Hơn 3.000", 3000, "over"),
        ("trên 3.000", 3000, "over"),
        ("khoảng 3,7%", 3.7, "about"),
        ("≥ 30", 30, "at_least"),
        (">30", 30, "over"),
        ("từ 30", 30, "at_least"),
        ("At least 30", 30, "at_least"),
        ("nearly 1.793", 1793, "nearly"),
        ("không quá 30", 30, "at_most"),
    ],
)
def test_the_word_before_a_number_is_its_precision(
    khue: Khue, tmp_path: Path, cell: str, value: float, precision: str
) -> None:
    found = figure(khue, tmp_path / "so-lieu.csv", cell)
    assert found[:2] == (value, precision)
    assert "certainty_understood" in found[2]
    assert not found[2] & {"number_unreadable", "number_approximate"}


@pytest.mark.parametrize("cell", ["gần đủ", "từ 100 đến 120", "vài chục", "-5", "gần"])
def test_what_is_no_word_and_number_is_as_it_was(khue: Khue, tmp_path: Path, cell: str) -> None:
    value, precision, told = figure(khue, tmp_path / "so-lieu.csv", cell)
    assert (value, precision) == (-5 if cell == "-5" else None, None)
    assert "certainty_understood" not in told


def test_a_column_says_it_better(khue: Khue, tmp_path: Path) -> None:
    column = (";Mức chính xác", ";trên")
    value, precision, told = figure(khue, tmp_path / "so-lieu.csv", "khoảng 30", column)
    assert (value, precision) == (30, "over")
    assert "certainty_understood" not in told


def test_the_word_goes_with_its_cell(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    assert figure(khue, file, "gần 30")[:2] == (30, "nearly")
    assert figure(khue, file, "hơn 30")[:2] == (30, "over")
    assert figure(khue, file, "35")[:2] == (35, None)
    # That of a column stands where a later file lacks it.
    assert figure(khue, file, "35", (";Mức chính xác", ";trên"))[:2] == (35, "over")
    assert figure(khue, file, "36")[:2] == (36, "over")
