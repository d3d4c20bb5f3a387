"""Of what indicator a figure is: by its code, by its name in full, never by likeness."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Khue

HEAD = "Chỉ tiêu;Tên tiếng Anh;Địa phương;Kỳ;Giá trị;ĐVT\n"


def wide(path: Path) -> Path:
    """Years under a heading of two lines, one indicator a row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Tên chỉ tiêu", "Địa phương", "Năm", None, None),
        (None, None, 2023, 2024, 2025),
        ("Câu lạc bộ văn hóa", "Hà Nội", 4100, 4200, 4300),
        ("Đội nghệ thuật quần chúng", "Hà Nội", 2300, 2400, 2500),
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:E1"):
        sheet.merge_cells(cells)
    book.save(path)
    return path


def test_a_wide_table_without_codes_lands_in_its_indicators(khue: Khue, tmp_path: Path) -> None:
    file = wide(tmp_path / "so-lieu.xlsx")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert told["created"] == 6
    named = [one for one in told["findings"] if one["code"] == "indicator_by_name"]
    assert {(one["row"], one["value"]) for one in named} == {
        (3, "Câu lạc bộ văn hóa"),
        (4, "Đội nghệ thuật quần chúng"),
    }
    assert {one["level"] for one in named} == {"note"}
    assert "culture_clubs" in named[0]["message"]["vi"]
    assert "culture_clubs" in named[0]["message"]["en"]
    for key, values in (("culture_clubs", [4100, 4200, 4300]), ("art_teams", [2300, 2400, 2500])):
        shown = khue("measure", "show", key, "--json").json["values"]
        assert [one["value"] for one in shown if one["obtained"] == "reported"] == values
    again = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert again["unchanged"] == 6


def test_a_name_counts_in_english_and_without_marks(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(
        HEAD + "Số đội;Community art teams;Hà Nội;2024;5;đội\ncau lac bo van hoa;;Huế;2024;7;\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "observation", "--commit")
    (teams,) = khue("measure", "show", "art_teams", "--json").json["values"]
    (clubs,) = khue("measure", "show", "culture_clubs", "--json").json["values"]
    assert (teams["value"], clubs["value"]) == (5, 7)


def test_a_name_that_is_merely_alike_is_told_and_not_taken(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(HEAD + "Câu lạc bộ văn hóa xã;;Hà Nội;2024;5;\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    (open_,) = [one for one in told["findings"] if one["code"] == "indicator_unstated"]
    assert (open_["level"], open_["row"], open_["column"]) == ("warning", 2, "Chỉ tiêu")
    for lang in ("vi", "en"):
        assert "culture_clubs (" in open_["mend"][lang]
    # It is kept, and a column with the code mends it.
    stated = (
        HEAD.replace("\n", ";Mã chỉ tiêu\n")
        + "Câu lạc bộ văn hóa xã;;Hà Nội;2024;5;;sports_clubs\n"
    )
    file.write_text(stated, encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert not [one for one in told["findings"] if one["field"] == "indicator"]
    # A later file of the same source without that column says nothing else.
    file.write_text(HEAD + "Câu lạc bộ văn hóa xã;;Hà Nội;2024;6;\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert not [one for one in told["findings"] if one["code"] == "indicator_unstated"]


def test_names_of_two_indicators_in_one_row_decide_nothing(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    row = "Câu lạc bộ văn hóa;Community art teams;Hà Nội;2024;5;\n"
    file.write_text(HEAD + row, encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--json").json
    (open_,) = [one for one in told["findings"] if one["field"] == "indicator"]
    assert open_["code"] == "indicator_unstated"
    for key in ("culture_clubs", "art_teams"):
        assert f"{key} (" in open_["mend"]["vi"]


def test_targets_need_no_indicator(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "chi-tieu.csv"
    file.write_text("Tên chỉ tiêu;Địa phương;Thời hạn;Giá trị\nGiảm vi phạm;Huế;2030;5\n", "utf-8")
    told = khue("import", file, "--type", "target", "--json").json
    assert not [one for one in told["findings"] if one["field"] == "indicator"]


@pytest.mark.parametrize(
    ("type_", "row"),
    [("observation", "Kỳ;Giá trị;ĐVT\n{};{};Huế;2024;5;đội\n"),
     ("target", "Đến năm;Giá trị;ĐVT\n{};{};Huế;2030;5;đội\n")],
)  # fmt: skip
def test_a_code_that_no_indicator_has_is_told_with_the_nearest(
    khue: Khue, tmp_path: Path, type_: str, row: str
) -> None:
    file = tmp_path / "so-lieu.csv"
    head = "Mã chỉ tiêu;Chỉ tiêu;Địa phương;"

    def told(code: str, name: str) -> list[dict[str, Any]]:
        file.write_text(head + row.format(code, name), encoding="utf-8")
        findings = khue("import", file, "--type", type_, "--json").json["findings"]
        return [one for one in findings if one["field"] == "indicator"]

    (alike,) = told("museum_total", "X")
    assert (alike["code"], alike["level"]) == ("indicator_unknown", "warning")
    assert (alike["row"], alike["column"], alike["value"]) == (2, "Mã chỉ tiêu", "museum_total")
    # The nearest code is named, or that of the indicator whose name the row states.
    for lang in ("vi", "en"):
        assert "museums_total (" in alike["mend"][lang]
    (named,) = told("nope_code", "Đội nghệ thuật quần chúng")
    assert ": art_teams (" in named["mend"]["vi"]
    assert not told("art_teams", "X")


BROKEN_DOWN = "Chỉ tiêu;Địa phương;Kỳ;Giá trị;ĐVT;Mã chỉ tiêu;Phân tổ theo;Nhóm\n"


def test_a_breakdown_outside_its_vocabulary_is_told(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(
        BROKEN_DOWN
        + "Huy chương;Hà Nội;2023;5;huy chương;medals;màu huy chương;vàng\n"
        + "Huy chương;Hà Nội;2023;7;huy chương;medals;màu huy chương;XYZ\n"
        + "Huy chương;Hà Nội;2023;9;huy chương;medals;type;vàng\n"
        + "Huy chương;Hà Nội;2023;8;huy chương;medals;cấp xếp hạng;quốc gia\n"
        + "Thiết chế;Hà Nội;2023;8;cơ sở;c2030_04_cultural_facilities;loại;XYZ\n"
        + "Di tích;Hà Nội;2023;4;di tích;;cấp xếp hạng;hạng nhì\n",
        encoding="utf-8",
    )
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert told["created"] == 6  # as they were stated
    found = {
        (one["row"], one["code"], one["column"], one["value"]): one
        for one in told["findings"]
        if one["field"].startswith("breakdowns")
    }
    # What no vocabulary names (kinds of facilities) nothing is said of.
    assert set(found) == {
        (3, "breakdown_part_unknown", "Nhóm", "XYZ"),
        (4, "code_unknown", "Phân tổ theo", "type"),
        (5, "breakdown_not_of_indicator", "Phân tổ theo", "cấp xếp hạng"),
        (7, "breakdown_part_unknown", "Nhóm", "hạng nhì"),
    }
    assert {one["level"] for one in found.values()} == {"warning"}
    mends = {row: one["mend"] for (row, *_), one in found.items()}
    for row, vi, en in ((3, "“Vàng”", "“Gold”"), (5, "“Màu huy chương”", "“Colour of medal”")):
        assert vi in mends[row]["vi"]
        assert en in mends[row]["en"]


def test_a_figure_without_a_name_is_called_as_its_indicator_is(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(
        "Indicator;Place;Period;Value;Unit\n"
        "visits;Huế;2024;5;visits\n"  # a code
        "Museums;Huế;2024;7;museums\n"  # a name in full
        "Pagodas repaired;Huế;2024;9;\n",  # neither
        encoding="utf-8",
    )
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert (told["created"], told["refused"]) == (3, 0)
    codes = {one["row"]: one["code"] for one in told["findings"] if one["field"] == "indicator"}
    assert [one["row"] for one in told["findings"] if one["code"] == "name_by_indicator"] == [
        2,
        3,
        4,
    ]
    assert (codes[3], codes[4]) == ("indicator_by_name", "indicator_unknown")
    (visits,) = khue("measure", "show", "visits", "--json").json["values"]
    museums = khue("measure", "show", "museums_total", "--json").json["values"]
    assert (visits["value"], [one["value"] for one in museums]) == (5, [7])
    found = khue("search", "--type", "observation", "--json").json["results"]
    names = [khue("show", one["id"], "--json").json["name"] for one in found]
    assert {one["vi"] for one in names} == {
        "Lượt khách tham quan di tích, bảo tàng",
        "Bảo tàng",
        "Pagodas repaired",
    }
    assert {one.get("en") for one in names} == {"Visits to relics and museums", "Museums", None}
    again = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert again["unchanged"] == 3


def test_an_indicator_that_was_stated_by_its_name_stays_the_same(
    khue: Khue, tmp_path: Path
) -> None:
    file = tmp_path / "figures.csv"
    given = ("import", file, "--type", "observation", "--commit", "--json")
    head = "Indicator as stated;Place;Period;Value"
    file.write_text(f"{head};Indicator\nAll of them;Huế;2024;7;Museums\n", encoding="utf-8")
    khue(*given)
    file.write_text(f"{head}\nAll of them;Huế;2024;8\n", encoding="utf-8")
    told = khue(*given).json
    assert "unit_unstated" not in [one["code"] for one in told["findings"]]
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    shown = khue("show", found["id"], "--json").json
    assert (shown["value"], shown["indicator"], shown["unit"]) == (8, "museums_total", "museum")


@pytest.mark.parametrize(
    "name",
    [
        "Câu lạc bộ văn hóa",
        "Số câu lạc bộ văn hóa",
        "- Số lượng câu lạc bộ văn hóa",
        "+ Trong đó có: Tổng số câu lạc bộ văn hóa",
        "Number of culture clubs",
        "of which: number of culture clubs",
    ],
)
def test_words_before_a_name_in_full_do_not_matter(khue: Khue, tmp_path: Path, name: str) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(f"Chỉ tiêu;Địa phương;Kỳ;Giá trị\n{name};Hà Nội;2024;7\n", encoding="utf-8")
    khue("import", file, "--type", "observation", "--commit")
    (told,) = khue("measure", "show", "culture_clubs", "--json").json["values"]
    assert (told["value"], told["unit"]) == (7, "club")


@pytest.mark.parametrize(
    ("name", "unit", "indicator"),
    [
        ("Trong đó: bảo tàng", "bảo tàng", "museums_total"),
        ("of which: museums", "bảo tàng", "museums_total"),
        # Of visits, these are visits to museums, and of festivals per cent.
        ("Trong đó: bảo tàng", "", None),
        ("Trong đó: bảo tàng", "lượt khách", None),
        ("Lễ hội (%)", "", None),
        ("Tỷ lệ di tích xuống cấp (%)", "", "relics_damaged_share"),
    ],
)
def test_a_name_in_full_may_yet_mean_something_else(
    khue: Khue, tmp_path: Path, name: str, unit: str, indicator: str | None
) -> None:
    file = tmp_path / "so-lieu.csv"
    head = "Chỉ tiêu;Địa phương;Kỳ;Đơn vị tính;Giá trị"
    file.write_text(f"{head}\n{name};Hà Nội;2024;{unit};7\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    (found,) = khue("search", "--type", "observation", "--json").json["results"]
    assert khue("show", found["id"], "--json").json.get("indicator") == indicator
    unstated = [one for one in told["findings"] if one["code"] == "indicator_unstated"]
    assert len(unstated) == (indicator is None)


@pytest.mark.parametrize(
    ("above", "rows", "indicators"),
    [
        ("Lượt khách;;;", ("Bảo tàng;;300;400",), {None}),
        ("Lượt khách;lượt;;", ("Bảo tàng;lượt;300;400",), {None}),
        ("Lượt khách;lượt;9000;9999", ("- Bảo tàng;;300;400",), {None}),
        ("Lượt khách;;;", ("Bảo tàng;bảo tàng;300;400",), {"museums_total"}),
        ("Lượt khách;;;", ("Số bảo tàng;;300;400",), {"museums_total"}),
        ("Lượt khách;lượt;9000;9999", ("Bảo tàng;;300;400",), {"museums_total"}),
        ("Thiết chế văn hóa;;;", ("- Bảo tàng;;300;400",), {"museums_total"}),  # a heading
        ("Lượt khách;;;", ("Cộng;;300;400", "Bảo tàng;;3;4"), {"museums_total"}),
        (
            *("Câu lạc bộ thể thao;;30;40", ("- Câu lạc bộ văn hóa;;3;4",)),
            {"sports_clubs", "culture_clubs"},
        ),
    ],
)
def test_what_is_listed_under_a_row_is_some_of_what_that_tells(
    khue: Khue, tmp_path: Path, above: str, rows: tuple[str, ...], indicators: set[str | None]
) -> None:
    """Museums below visits may be visits to them, unless their unit says what they are."""
    file = tmp_path / "so-lieu.csv"
    lines = ("Chỉ tiêu;ĐVT;Năm 2024;Năm 2025", above, *rows)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    codes = [one["code"] for one in told["findings"]]
    assert ("row_without_values" in codes) == above.endswith(";;")
    assert ("indicator_of_part" in codes) == (None in indicators)
    shown = [
        khue("show", one["id"], "--json").json
        for one in khue("search", "--type", "observation", "--json").json["results"]
    ]
    # Lượt khách is the name of several indicators.
    own = [one for one in shown if one["name"]["vi"] != "Lượt khách"]
    assert {one.get("indicator") for one in own} == indicators
    assert not any("part_of" in one for one in shown)
