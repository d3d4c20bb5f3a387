"""Tables with the names of indicators across the top, one row for each place."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from khue.intake.periods import period_above
from tests.conftest import Khue

WARDS = """\
SỐ LIỆU VĂN HÓA CƠ SỞ NĂM 2025
;;;;;
STT;Xã, phường;Tổng số di tích;Số câu lạc bộ văn hóa;\
Lượt khách tham quan di tích, bảo tàng (nghìn lượt);Ghi chú
1;Phường Hoàn Kiếm, Hà Nội;52;12;1,5;
2;Phường Tây Hồ, Hà Nội;31;-;2;chưa đủ
;Tổng cộng;83;12;4;
"""


def figures(khue: Khue) -> set[tuple[Any, ...]]:
    found = khue("search", "--type", "observation", "--json").json["results"]
    shown = [khue("show", one["id"], "--json").json for one in found]
    return {
        (
            *(one.get("indicator"), one["name"]["vi"], (one.get("place") or {}).get("code")),
            *(one.get("period"), one.get("value"), one.get("unit")),
        )
        for one in shown
    }


def import_(khue: Khue, path: Path, text: str, *more: Any, check: int = 0) -> Any:
    path.write_text(text, encoding="utf-8")
    given = ("import", path, "--type", "observation", "--commit", "--json", *more)
    return khue(*given, check=check).json


def test_each_cell_is_a_figure_of_its_place(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    told = import_(khue, file, WARDS)
    clubs, visits = "Số câu lạc bộ văn hóa", "Lượt khách tham quan di tích, bảo tàng"
    assert figures(khue) == {
        ("relics_total", "Tổng số di tích", "00070", "2025", 52, "relic"),
        ("relics_total", "Tổng số di tích", "00103", "2025", 31, "relic"),
        ("culture_clubs", clubs, "00070", "2025", 12, "club"),
        ("culture_clubs", clubs, "00103", "2025", None, None),  # the dash says: no data
        ("visits", visits, "00070", "2025", 1.5, "nghin_luot"),
        ("visits", visits, "00103", "2025", 2, "nghin_luot"),
    }
    (by,) = [one for one in told["findings"] if one["code"] == "table_by_measure"]
    assert by["level"] == "note"
    assert "Số câu lạc bộ văn hóa" in by["message"]["vi"]
    assert "Xã, phường" not in by["message"]["vi"]
    # The title says of when the figures are, and a totals row is held against its rows.
    (read,) = [one for one in told["findings"] if one["code"] == "title_read"]
    assert (read["row"], read["value"]) == (1, "2025")
    (total,) = [one for one in told["findings"] if one["code"] == "total_differs"]
    assert total["column"].startswith("Lượt khách")
    # What is true of a column is told once, with the number of its cells.
    codes = [one["code"] for one in told["findings"]]
    assert (codes.count("indicator_by_name"), codes.count("unit_by_indicator")) == (3, 2)
    assert import_(khue, file, WARDS)["unchanged"] == 6


def test_a_column_of_years_says_when(khue: Khue, tmp_path: Path) -> None:
    text = (
        "Số liệu năm 2020\n"
        "Địa phương;Năm;Culture clubs;Number of community art teams\n"
        "Hà Nội;2023;4;7\n"
        "Hà Nội;2024;5;8\n"
    )
    import_(khue, tmp_path / "so-lieu.csv", text)
    found = {(one[0], one[3], one[4]) for one in figures(khue)}
    assert found == {
        *(("culture_clubs", "2023", 4), ("culture_clubs", "2024", 5)),
        *(("art_teams", "2023", 7), ("art_teams", "2024", 8)),
    }


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        # A column that names what is measured, or how much, says what the others are not.
        ("Chỉ tiêu;Giá trị;Câu lạc bộ văn hóa\nMột;5;7\n", ""),
        ("Địa phương;Giá trị;Câu lạc bộ văn hóa\nHà Nội;5;7\n", ""),
        # So does a mapping.
        (
            "Tên;Câu lạc bộ văn hóa\nMột;7\n",
            "columns:\n  Câu lạc bộ văn hóa: value\n  Tên: name.vi\n",
        ),
        ("Địa phương;Câu lạc bộ văn hóa\nHà Nội;7\n", "skip: [Câu lạc bộ văn hóa]\n"),
        # What is merely like the name of an indicator is none.
        ("Địa phương;Câu lạc bộ văn nghệ\nHà Nội;7\n", ""),
    ],
)
def test_other_tables_are_read_as_before(
    khue: Khue, tmp_path: Path, text: str, mapping: str
) -> None:
    more: tuple[Any, ...] = ()
    if mapping:
        (tmp_path / "map.yaml").write_text(mapping, encoding="utf-8")
        more = ("--mapping", tmp_path / "map.yaml")
    file = tmp_path / "so-lieu.csv"
    file.write_text(text, encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--json", *more, check=None).json
    assert "table_by_measure" not in [one["code"] for one in told["findings"]]


def test_records_of_other_types_have_no_measures(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "di-tich.csv"
    file.write_text("Tên di tích;Câu lạc bộ văn hóa\nĐình Một;7\n", encoding="utf-8")
    told = khue("import", file, "--type", "relic", "--json").json
    assert "table_by_measure" not in [one["code"] for one in told["findings"]]


@pytest.mark.parametrize(
    ("lines", "sheet", "period"),
    [
        (["SỐ LIỆU VĂN HÓA NĂM 2025"], "", "2025"),
        (["Số liệu 6 tháng đầu năm 2025"], "", "6 tháng đầu năm 2025"),
        (["Báo cáo quý I/2025", "Kèm theo Báo cáo số 12/BC-UBND năm 2026"], "", "quý I/2025"),
        (["Thực hiện Quyết định 5 năm 2023"], "", None),
        (["Số liệu văn hóa"], "Năm 2025", "2025"),
        (["Số liệu năm 2024"], "2025", "2024"),
        (["Năm 2024", "Năm 2025"], "", None),
        (["Giai đoạn 2021-2025"], "", None),
        (["So với năm 2024"], "2025", None),
        (["Nguồn: Niên giám thống kê 2024"], "", None),
        (["Ngày 5 tháng 3 năm 2026"], "", None),
        (["Số liệu văn hóa", "Hà Nội, tháng 3 năm 2026"], "", None),
        (["Số liệu năm 2025", "TP. Huế, tháng 3/2026"], "", "2025"),
        (["Chỉ tiêu: Culture|2030 số 4: cơ sở vật chất văn hóa"], "", None),
        # What is planned for a year is not what there was.
        (["Kế hoạch năm 2026"], "", None),
        (["Số liệu văn hóa", "Ước thực hiện năm 2025"], "2025", None),
        (["Mục tiêu 2030"], "", None),
        (["Tầm nhìn 2045"], "", None),
        (["Số liệu văn hóa"], "KH 2026", None),
        ([normalize("NFD", "Thực hiện Quyết định 5 năm 2023")], "", None),
        ([normalize("NFD", "Số liệu quý I năm 2025")], "", "quý I/2025"),
        ([], "Sheet1", None),
    ],
)
def test_the_period_of_a_table_is_the_only_one_above_it(
    lines: list[str], sheet: str, period: str | None
) -> None:
    found = period_above(list(enumerate(lines, start=1)), sheet)
    assert (found and found[1]) == period


@pytest.mark.parametrize(
    "heading",
    [
        "Câu lạc bộ văn hóa năm 2024",
        "Câu lạc bộ văn hóa tháng 6",
        "Số câu lạc bộ văn hóa phường Tây Hồ",
        "Báo cáo câu lạc bộ văn hóa 6 tháng đầu năm",
    ],
)
def test_a_heading_that_says_more_than_a_name_is_kept(
    khue: Khue, tmp_path: Path, heading: str
) -> None:
    # Of a month, or of one ward, the figure would else be of the year and of the city.
    text = f"Số liệu năm 2025\nĐịa phương;{heading};Tổng số di tích\nHà Nội;4;7\n"
    told = import_(khue, tmp_path / "so-lieu.csv", text)
    assert figures(khue) == {("relics_total", "Tổng số di tích", "01", "2025", 7, "relic")}
    assert ("column_unmapped", heading) in {(one["code"], one["value"]) for one in told["findings"]}


def test_a_sign_in_brackets_is_a_unit(khue: Khue, tmp_path: Path) -> None:
    text = "Năm;Địa phương;Tổng số di tích (%);Tỷ lệ di tích xuống cấp (%)\n2025;Hà Nội;5;6\n"
    import_(khue, tmp_path / "so-lieu.csv", text)
    assert {(one[0], one[4], one[5]) for one in figures(khue)} == {
        ("relics_total", 5, "percent"),
        ("relics_damaged_share", 6, "percent"),
    }


@pytest.mark.parametrize(
    ("title", "taken"),
    [
        ("Chỉ tiêu: Lượt khách tham quan di tích, bảo tàng", False),
        ("Lượt khách tham quan di tích, bảo tàng năm 2025", False),
        ("Bảo tàng, lễ hội năm 2025", True),
        ("Số liệu bảo tàng năm 2025", True),
    ],
)
def test_columns_below_the_name_of_an_indicator_are_parts_of_it(
    khue: Khue, tmp_path: Path, title: str, taken: bool
) -> None:
    # A hundred visits to museums are no hundred museums.
    text = f"{title}\nĐịa phương;Bảo tàng;Lễ hội\nHà Nội;100;50\n"
    import_(khue, tmp_path / "so-lieu.csv", text)
    found = {(one[0], one[4]) for one in figures(khue)}
    assert found == ({("museums_total", 100), ("festivals", 50)} if taken else {("visits", None)})


@pytest.mark.parametrize(
    ("heading", "cell", "period"),
    [
        ("Tháng", "6", None),
        ("Quý", "I", None),
        ("Số hộ", "6", "2025"),
    ],
)
def test_the_year_above_is_not_that_of_months(
    khue: Khue, tmp_path: Path, heading: str, cell: str, period: str | None
) -> None:
    rows = f"Địa phương;{heading};Câu lạc bộ văn hóa\nHà Nội;{cell};7\n"
    import_(khue, tmp_path / "so-lieu.csv", f"Số liệu năm 2025\n{rows}")
    assert {one[3:5] for one in figures(khue)} == {(period, 7)}


def test_of_relics_some_are_special_ones_and_of_visits_none_are_museums(
    khue: Khue, tmp_path: Path
) -> None:
    heads = (
        "Tổng số di tích;Trong đó: di tích quốc gia đặc biệt;"
        "Lượt khách tham quan di tích, bảo tàng;Trong đó: bảo tàng"
    )
    text = f"Năm;Địa phương;{heads}\n2025;Hà Nội;9;2;500;40\n"
    told = import_(khue, tmp_path / "so-lieu.csv", text)
    assert {(one[0], one[4]) for one in figures(khue)} == {
        *(("relics_total", 9), ("relics_special", 2), ("visits", 500), (None, 40)),
    }
    (open_,) = [one for one in told["findings"] if one["code"] == "indicator_unstated"]
    assert "museums_total" in open_["mend"]["vi"]


def test_a_unit_in_a_heading_is_not_that_of_the_row(khue: Khue, tmp_path: Path) -> None:
    heads = "Câu lạc bộ văn hóa;Lượt khách tham quan di tích, bảo tàng (nghìn lượt)"
    text = f"Năm;Địa phương;Đơn vị tính;{heads}\n2025;Hà Nội;câu lạc bộ;4;7\n"
    told = import_(khue, tmp_path / "so-lieu.csv", text)
    assert {(one[0], one[4], one[5]) for one in figures(khue)} == {("culture_clubs", 4, "club")}
    assert "column_unmapped" in [one["code"] for one in told["findings"]]


def test_the_year_in_the_name_of_an_indicator_is_no_period(khue: Khue, tmp_path: Path) -> None:
    heads = "Culture|2030 số 4: cơ sở vật chất văn hóa;Culture|2030 số 5: không gian mở cho văn hóa"
    text = f"Số liệu năm 2024\nĐịa phương;{heads}\nHà Nội;4;7\n"
    import_(khue, tmp_path / "so-lieu.csv", text)
    assert {(one[0], *one[3:5]) for one in figures(khue)} == {
        ("c2030_04_cultural_facilities", "2024", 4),
        ("c2030_05_open_space", "2024", 7),
    }


def test_the_year_of_a_plan_is_that_of_figures_that_say_they_are_planned(
    khue: Khue, tmp_path: Path
) -> None:
    text = "Kế hoạch năm 2026\nĐịa phương;Tính chất số liệu;Câu lạc bộ văn hóa\nHà Nội;kế hoạch;4\n"
    import_(khue, tmp_path / "so-lieu.csv", text)
    assert {one[3:5] for one in figures(khue)} == {("2026", 4)}


@pytest.mark.parametrize("sections", [("Năm 2024", "Năm 2025"), ("Quý I", "Quý II")])
def test_the_year_above_is_not_that_of_sections(
    khue: Khue, tmp_path: Path, sections: tuple[str, str]
) -> None:
    rows = "I. {};;\nHà Nội;4;1\nII. {};;\nHà Nội;5;2\n".format(*sections)
    text = f"Số liệu năm 2025\nĐịa phương;Câu lạc bộ văn hóa;Lễ hội\n{rows}"
    import_(khue, tmp_path / "so-lieu.csv", text)
    assert {one[3:5] for one in figures(khue)} == {(None, 4), (None, 1), (None, 5), (None, 2)}
