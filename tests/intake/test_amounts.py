"""Words beside the number of a figure: *gần 1.793*, *khoảng 3,7%*, *12 triệu*."""

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


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("12 triệu", "lượt", 12_000_000),
        ("9,5 triệu lượt", "lượt", 9_500_000),
        ("2.1 million", "visits", 2_100_000),
        ("350 nghìn", "", 350_000),  # of the unit of the indicator
        ("1,2 tỷ", "đồng", 1_200_000_000),
        ("105,5 tỷ", "tỷ đồng", 105.5),
        ("105,5 tỷ đồng", "tỷ đồng", 105.5),
        ("3 triệu", "triệu đồng", 3),
    ],
)
def test_thousands_and_millions_are_in_the_unit_of_the_row(
    khue: Khue, tmp_path: Path, cell: str, unit: str, value: float
) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{HEAD}\nvisits;Huế;2024;{cell};{unit}\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    (shown,) = khue("measure", "show", "visits", "--json").json["values"]
    assert shown["value"] == value
    (large,) = [one for one in told if one["code"] == "large_understood"]
    assert (large["level"], large["column"]) == ("note", "Giá trị")
    assert not [one for one in told if one["code"] == "number_unreadable"]


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("12 tỷ", "triệu đồng"),
        ("12 triệu", "nghìn tỷ đồng"),
        ("12 triệu", "đơn vị lạ"),
        ("12 triệu người", "lượt"),
        ("vài triệu", "lượt"),
        ("12 triệu 5", "lượt"),
        ("12 triệu", "%"),
        ("12 triệu", "lần"),
    ],
)
def test_millions_of_something_else_are_not_read(
    khue: Khue, tmp_path: Path, cell: str, unit: str
) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{HEAD}\nvisits;Huế;2024;{cell};{unit}\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--json").json["findings"]
    assert "number_unreadable" in [one["code"] for one in told]
    assert "large_understood" not in [one["code"] for one in told]


def test_a_million_may_be_nearly_one(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{HEAD}\nvisits;Huế;2024;ít nhất 12 triệu;lượt\n", encoding="utf-8")
    khue("import", file, "--type", "observation", "--commit")
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    shown = khue("show", found["id"], "--json").json
    assert (shown["value"], shown["precision"]) == (12_000_000, "at_least")


def test_the_indicator_that_a_figure_names_says_of_what_there_are_millions(
    khue: Khue, tmp_path: Path
) -> None:
    file = tmp_path / "so-lieu.csv"
    name = "Lượt khách tham quan di tích, bảo tàng"
    head = "Chỉ tiêu;Địa phương;Kỳ;Giá trị"
    file.write_text(f"{head}\n{name};Huế;2024;1.250 nghìn\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    (shown,) = khue("measure", "show", "visits", "--json").json["values"]
    assert (shown["value"], shown["unit"]) == (1_250_000, "visit")
    codes = [one["code"] for one in told]
    assert {"large_understood", "number_ambiguous", "unit_by_indicator"} <= set(codes)


@pytest.mark.parametrize(("unit", "value"), [("lượt", 12_000_000), ("nghìn lượt", None)])
def test_millions_are_not_of_a_unit_that_was_stated_before(
    khue: Khue, tmp_path: Path, unit: str, value: float | None
) -> None:
    file = tmp_path / "so-lieu.csv"
    given = ("import", file, "--type", "observation", "--commit", "--json")
    file.write_text(f"{HEAD}\nvisits;Huế;2024;5;{unit}\n", encoding="utf-8")
    khue(*given)
    head = HEAD.removesuffix(";ĐVT")
    file.write_text(f"{head}\nvisits;Huế;2024;12 triệu\n", encoding="utf-8")
    told = [one["code"] for one in khue(*given).json["findings"]]
    assert ("large_understood" in told, "number_unreadable" in told) == (bool(value), not value)
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    assert khue("show", found["id"], "--json").json.get("value") == value
