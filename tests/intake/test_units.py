"""The unit of a figure that states none: that of its indicator, else a warning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.pipeline import house
from khue.pipeline.measuring import indicators_of, knowing_indicators
from tests.conftest import Khue

HEAD = "Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Giá trị"


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "so-lieu.csv"
    path.write_text("\n".join((head, *rows, "")), encoding="utf-8")
    return path


def about_units(told: Any) -> list[tuple[int, str, str, str]]:
    found = [
        (one["row"], one["code"], one["level"], one["column"])
        for one in told["findings"]
        if one["code"].startswith("unit_")
    ]
    return sorted(found)


def figures(khue: Khue) -> list[tuple[float, str | None]]:
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    return sorted((one["value"], one.get("unit")) for one in shown if "value" in one)


def test_a_figure_without_a_unit_is_in_that_of_its_indicator(khue: Khue, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "medals;Huy chương;Huế;2024;582",
        ";Câu lạc bộ thể thao;Huế;2024;12",
        "relics_digitised_share;Số hóa;Huế;2024;5%",
        ";Thứ chưa ai biết;Huế;2024;7",
        "medals;Huy chương;Huế;2023;",
    )
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert about_units(told) == [
        (2, "unit_by_indicator", "note", "Giá trị"),
        (3, "unit_by_indicator", "note", "Giá trị"),
        (5, "unit_unstated", "warning", "Giá trị"),
    ]
    (medals, _) = [one for one in told["findings"] if one["code"] == "unit_by_indicator"]
    assert "medals: huy chương" in medals["message"]["vi"]
    assert "medals: medals" in medals["message"]["en"]
    assert figures(khue) == [(5, "percent"), (7, None), (12, "club"), (582, "medal")]


def test_a_stated_unit_stands_and_nothing_is_said(khue: Khue, tmp_path: Path) -> None:
    rows = ("medals;Huy chương;Huế;2024;5;đội", "medals;Huy chương;Huế;2023;6;cái gì đó")
    file = write(tmp_path, *rows, head=f"{HEAD};ĐVT")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert [one["code"] for one in told["findings"] if "unit" in one["code"] + one["field"]] == [
        "code_unknown"
    ]
    assert figures(khue) == [(5, "team"), (6, None)]


def test_what_the_source_stated_before_counts(khue: Khue, tmp_path: Path) -> None:
    def read(head: str, row: str) -> Any:
        file = write(tmp_path, row, head=head)
        return khue("import", file, "--type", "observation", "--commit", "--json").json

    read(f"{HEAD};ĐVT", "medals;Số đội;Huế;2024;5;đội")
    assert not about_units(read(HEAD, "medals;Số đội;Huế;2024;6"))
    assert figures(khue) == [(6, "team")]


def test_the_indicator_stated_before_gives_the_unit(khue: Khue, tmp_path: Path) -> None:
    file = write(tmp_path, "medals;Câu lạc bộ thể thao;Huế;2024;5")
    khue("import", file, "--type", "observation", "--commit")
    file = write(tmp_path, "Câu lạc bộ thể thao;Huế;2024;6", head=HEAD.partition(";")[2])
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert told["updated"] == 1
    assert [one[1] for one in about_units(told)] == ["unit_by_indicator"]
    assert figures(khue) == [(6, "medal")]


def test_a_target_is_in_the_unit_of_its_indicator_unless_it_asks_for_growth(
    khue: Khue, tmp_path: Path
) -> None:
    head = "Mã chỉ tiêu;Chỉ tiêu;Địa phương;Đến năm;Loại;Giá trị;Kết quả vượt"
    rows = (
        "medals;Một;Huế;2030;mức đạt được;600;",
        "medals;Hai;Huế;2030;tăng mỗi năm;5;",
        "medals;Ba;Huế;2030;;;20",
        "medals;Bốn;Huế;2030;;;",
    )
    told = khue("import", write(tmp_path, *rows, head=head), "--type", "target", "--json").json
    assert about_units(told) == [
        (2, "unit_by_indicator", "note", "Giá trị"),
        (3, "unit_unstated", "warning", "Giá trị"),
        (4, "unit_by_indicator", "note", "Kết quả vượt"),
    ]


@pytest.mark.parametrize(("name", "reads"), [("relic", 0), ("observation", 1), ("target", 1)])
def test_only_figures_ask_for_the_indicators(pack: Pack, name: str, reads: int) -> None:
    """Reading them, with a select each, takes longer than all else that a small import does."""
    kept = indicators_of.__globals__["_indicators_in"]
    kept.cache_clear()
    context = knowing_indicators(house().context(), pack, pack.types[name])
    assert kept.cache_info().misses == reads
    assert (context.indicators is not None) == bool(context.indicator_units) == bool(reads)


def test_thousands_and_millions_of_visits(khue: Khue, tmp_path: Path) -> None:
    """They are units of one measure: what is told in several is the same, and is no fraction."""
    file = write(
        tmp_path,
        "visits;Lượt khách;Huế;2023;1250;nghìn lượt",
        "visits;Lượt khách;Huế;2023;1,25;triệu lượt khách",
        "visits;Lượt khách;Huế;2023;1250000;lượt",
        "visits;Lượt khách;Huế;2024;1300,5;ngàn lượt",
        "visits;Lượt khách;Huế;2024;2,6;triệu lượt",
        "cultural_industry_labour;Lao động;Huế;2024;12,5;nghìn người",
        head=f"{HEAD};ĐVT",
    )
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    wrong = {"code_unknown", "count_not_whole", "unit_unstated", "unit_by_indicator"}
    assert not wrong & {one["code"] for one in told["findings"]}
    assert figures(khue) == [
        (1.25, "trieu_luot"),
        (2.6, "trieu_luot"),
        (12.5, "nghin_nguoi"),
        (1250, "nghin_luot"),
        (1300.5, "nghin_luot"),
        (1250000, "visit"),
    ]
    (one,) = khue("measure", "check", "--json").json
    assert (one["code"], one["period"]) == ("told_differently", "2024")


@pytest.mark.parametrize(
    ("key", "unit", "warned"),
    [
        ("relics_total", "ha", True),
        ("relics_total", "%", True),
        ("relics_with_decision_share", "di tích", True),
        ("relics_total", "di tích", False),
        ("relics_total", "cụm", False),
        ("visits", "nghìn lượt", False),
        ("visit_revenue", "triệu đồng", False),
    ],
)
def test_a_unit_of_another_measure_is_told(
    khue: Khue, tmp_path: Path, key: str, unit: str, warned: bool
) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(
        f"Mã chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT\n{key};Hà Nội;2024;7;{unit}\n", encoding="utf-8"
    )
    told = khue("import", file, "--type", "observation", "--json").json["findings"]
    found = [one for one in told if one["code"] == "unit_of_other_measure"]
    assert [(one["level"], one["value"]) for one in found] == [("warning", unit)] * warned
