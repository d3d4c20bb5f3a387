"""Figures broken down by what the heading of their parts says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Khue


def imported(khue: Khue, file: Path, text: str) -> tuple[dict[str, Any], list[Any]]:
    """What an import says, and the breakdowns of the figures by their values."""
    file.write_text(text, encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    return told, sorted((one["value"], one.get("breakdowns")) for one in shown)


def part(dimension: str | None, name: str) -> list[dict[str, str]]:
    return [{"dimension": dimension, "part": name} if dimension else {"part": name}]


def test_a_heading_says_by_what_figures_are_broken_down(khue: Khue, tmp_path: Path) -> None:
    told, found = imported(
        khue,
        tmp_path / "so-lieu.csv",
        "Chỉ tiêu: Giá trị tăng thêm của công nghiệp văn hóa (tỷ đồng)\n"
        "Ngành;Địa phương;2023;2024\n"
        "Điện ảnh;Hà Nội;1;2\n"
        "Xuất bản;Hà Nội;3;4\n",
    )
    assert found == [
        (1, part("sector", "Điện ảnh")),
        (2, part("sector", "Điện ảnh")),
        (3, part("sector", "Xuất bản")),
        (4, part("sector", "Xuất bản")),
    ]
    (by,) = [one for one in told["findings"] if one["code"] == "dimension_by_heading"]
    assert (by["level"], by["column"]) == ("note", "Ngành")
    again = khue("import", tmp_path / "so-lieu.csv", "--type", "observation", "--json").json
    assert again["unchanged"] == 4


@pytest.mark.parametrize(
    ("head", "first", "second", "dimensions"),
    [
        ("Màu huy chương", "Vàng", "Bạc", ("medal_colour", "medal_colour")),
        ("Nhóm", "Vàng", "Bạc", (None, None)),  # says nothing
        ("Màu huy chương;Phân tổ theo", "Vàng;Màu huy chương", "Bạc;", ("medal_colour", None)),
    ],
)
def test_a_column_of_dimensions_decides(
    khue: Khue, tmp_path: Path, head: str, first: str, second: str, dimensions: tuple[Any, Any]
) -> None:
    text = f"Mã chỉ tiêu;Địa phương;Kỳ;Giá trị;{head}\n"
    text += f"medals;Huế;2024;1;{first}\nmedals;Huế;2024;2;{second}\n"
    _, found = imported(khue, tmp_path / "so-lieu.csv", text)
    assert found == [(1, part(dimensions[0], "Vàng")), (2, part(dimensions[1], "Bạc"))]


def test_the_whole_is_no_part(khue: Khue, tmp_path: Path) -> None:
    text = "Mã chỉ tiêu;Địa phương;Kỳ;Giá trị;Màu huy chương\n"
    text += "medals;Huế;2024;1;Vàng\nmedals;Huế;2024;3;\n"
    told, found = imported(khue, tmp_path / "so-lieu.csv", text)
    assert found == [(1, part(None, "Vàng")), (3, None)]
    assert "dimension_by_heading" not in [one["code"] for one in told["findings"]]


@pytest.mark.parametrize(
    "head", ["Mã chỉ tiêu;Địa phương;Kỳ;Giá trị", "Mã chỉ tiêu;Địa phương;2024;"]
)
def test_a_part_that_the_mapping_states_has_no_heading(
    khue: Khue, tmp_path: Path, head: str
) -> None:
    """What heads the last column says nothing of it."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("constants:\n  breakdowns.part: Vàng\n", encoding="utf-8")
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"{head};Màu huy chương khác;\nmedals;Huế;2024;1;x;y\n", encoding="utf-8")
    given = ("import", file, "--type", "observation", "--mapping", mapping, "--commit", "--json")
    told = khue(*given).json
    assert "dimension_by_heading" not in [one["code"] for one in told["findings"]]
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    assert khue("show", found["id"], "--json").json["breakdowns"] == part(None, "Vàng")
