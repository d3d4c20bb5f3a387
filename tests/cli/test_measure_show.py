"""`khue measure show`: which values are meant, and how they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Khue, run_khue

FIGURES = """Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT;Nguồn;Tính chất
culture_clubs;Câu lạc bộ văn hóa;"Phường Dương Nỗ, thành phố Huế, Thừa Thiên Huế";2023;3;câu lạc bộ;T;thực hiện
sports_clubs;Câu lạc bộ thể thao;TP Huế;2024-12;40;câu lạc bộ;T;thực hiện
sports_clubs;Câu lạc bộ thể thao;TP Huế;2026-11-23;50;câu lạc bộ;T;thực hiện
sports_clubs;Câu lạc bộ thể thao;TP Huế;2024-11/2025-02;60;câu lạc bộ;T;thực hiện
"""  # noqa: E501


@pytest.fixture
def figures(khue: Khue, tmp_path: Path) -> Khue:
    file = tmp_path / "so-lieu.csv"
    file.write_text(FIGURES, encoding="utf-8")
    khue("import", file, "--type", "observation", "--commit")
    return khue


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ("2024", [40]),
        ("2024-12", [40]),
        ("2026", [50]),
        ("2026-11", [50]),
        ("2024-06/2025-06", [60, 40]),
        ("2025/..", [50]),
        ("2024/2026", [60, 40, 50]),
    ],
)
def test_a_period_finds_what_lies_within_it(figures: Khue, period: str, found: list[int]) -> None:
    asked = ("measure", "show", "sports_clubs", "--period", period, "--json")
    assert {one["value"] for one in figures(*asked).json["values"]} == set(found)


@pytest.mark.parametrize("period", ["abc", "2024-13", ""])
def test_what_is_no_period_is_refused(khue: Khue, period: str) -> None:
    refused = khue("measure", "show", "sports_clubs", "--period", period, "--json", check=2)
    assert f"«{period}»" in refused.json["error"]["message"]["vi"]
    assert f"'{period}'" in refused.json["error"]["message"]["en"]


def test_a_place_is_a_code_or_a_name(figures: Khue) -> None:
    show = ("measure", "show", "sports_clubs", "--json", "--place")
    by_code = figures(*show, "46").json["values"]
    assert len(by_code) == 3
    for name in ("Huế", "Thành phố Huế", "TP Huế"):
        assert figures(*show, name).json["values"] == by_code
    several = figures(*show, "Minh Châu", check=1).json["error"]["message"]
    assert "09661" in several["vi"]
    assert "17476" in several["en"]
    none = figures(*show, "Atlantis", check=1).json["error"]["message"]
    assert "«Atlantis»" in none["vi"]


def test_a_figure_that_is_carried_over_says_so(figures: Khue) -> None:
    show = ("measure", "show", "culture_clubs", "--place", "19909")
    (one,) = figures(*show, "--json").json["values"]
    assert one["value"] == 3
    assert "Dương Nỗ" in one["why"]["vi"]
    assert "one former unit became one present unit" in one["why"]["en"]
    assert one["why"]["vi"] in figures(*show).out
    # Where no unit is asked for nothing is carried over.
    (whole,) = figures("measure", "show", "culture_clubs", "--json").json["values"]
    assert "why" not in whole


def test_computed_values_are_written_as_on_the_portal(demo_home: Path) -> None:
    show = (demo_home, "measure", "show", "relics_with_decision_share", "--place", "Hà Nội")
    told = run_khue(*show, "--json").json
    (one,) = told["values"]
    assert one["value"] != round(one["value"], 1)
    assert (one["unit"], told["unit_label"]["en"]) == ("percent", "%")
    people = run_khue(*show).out
    assert f"{one['value']:.1f}%".replace(".", ",") in people
    assert "– hồ sơ" not in people
    assert "records)" not in people
    counts = run_khue(demo_home, "measure", "show", "relics_total").out
    assert re.search(r"tổng: \d+ di tích \(kỳ .*, \d+ hồ sơ\)", counts)


def test_what_is_stated_in_words_is_told_in_them(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(
        "Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT\n"
        "creative_spaces;Không gian sáng tạo;Hà Nội;2025-08;hàng trăm;không gian\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "observation", "--commit")
    shown = khue("measure", "show", "creative_spaces").out
    assert "hàng trăm (" in shown
