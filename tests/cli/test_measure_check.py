"""`khue measure check`: what is said of figures that were imported."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Khue

FIGURES = """Mã chỉ tiêu;Chỉ tiêu;Địa phương;Kỳ;Phân tổ theo;Nhóm;Giá trị;ĐVT;Tử số;Mẫu số
medals;Huy chương;TP Huế;2024;;;600;HC;;
medals;Huy chương;TP Huế;2024;Màu huy chương;vàng;157;HC;;
medals;Huy chương;TP Huế;2024;Màu huy chương;bạc;152;HC;;
medals;Huy chương;TP Huế;2024;Màu huy chương;đồng;273;HC;;
coverage;Nhà văn hóa thôn;TP Hải Phòng;2024;;;63,7;%;1186;1761
coverage_communes;Nhà văn hóa xã;TP Hải Phòng;2024;;;87,50;%;190;217
clubs;Câu lạc bộ;TP Hải Phòng;2024;;;100;CLB;;
clubs;Câu lạc bộ;TP Hải Phòng;2026;;;900;CLB;;
"""


def test_an_import_that_contradicts_itself_is_told(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(FIGURES, encoding="utf-8")
    assert khue("measure", "check", "--json").json == []
    khue("import", file, "--type", "observation", "--commit")
    found = khue("measure", "check", "--json").json
    assert [(one["code"], one["indicator"], one["place"], one["period"]) for one in found] == [
        ("ratio_wrong", "coverage", "31", "2024"),
        ("ratio_wrong", "coverage_communes", "31", "2024"),  # two decimals were written
        ("parts_short", "medals", "46", "2024"),
        ("jump_reform", "clubs", "31", "2026"),
    ]
    wanted = {"code", "indicator", "place", "period", "message", "observations"}
    assert all(wanted <= one.keys() for one in found)
    assert all(set(one["message"]) == {"vi", "en"} for one in found)
    assert [len(one["observations"]) for one in found] == [1, 1, 4, 2]
    assert "Hải Dương" in found[3]["message"]["vi"]
    people = khue("measure", "check").out
    assert "157 + 152 + 273 < 600" in people
    assert all(name in people for one in found for name in one["observations"])


def test_two_former_units_of_one_present_unit_are_not_compared(khue: Khue, tmp_path: Path) -> None:
    """Neither one after the other, nor as two tellings, nor as a whole and its parts."""
    head, *_ = FIGURES.splitlines()
    rows = (
        "culture_clubs;Câu lạc bộ;Tỉnh Hải Dương;2021;;;30;CLB;;",
        "culture_clubs;Câu lạc bộ;Tỉnh Hải Dương;2023;;;40;CLB;;",
        "culture_clubs;Câu lạc bộ;TP Hải Phòng;2023;;;100;CLB;;",
        "culture_clubs;Câu lạc bộ;TP Hải Phòng;2024;;;4000;CLB;;",
        "culture_clubs;Câu lạc bộ;TP Hải Phòng;2026;;;800;CLB;;",
        "culture_clubs;Câu lạc bộ;;2020;;;9;CLB;;",
        "medals;Huy chương;TP Hải Phòng;2024;;;60;HC;;",
        "medals;Huy chương;Tỉnh Hải Dương;2024;Màu huy chương;vàng;40;HC;;",
        "medals;Huy chương;Tỉnh Hải Dương;2024;Màu huy chương;bạc;30;HC;;",
    )
    file = tmp_path / "so-lieu.csv"
    file.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    khue("import", file, "--type", "observation", "--commit")
    found = khue("measure", "check", "--json").json
    told = {(one["code"], one["place"], one["message"]["en"].split(" (")[0]) for one in found}
    clubs = "Cultural clubs, Hải Phòng City"
    assert told == {
        ("jump", "31", f"{clubs}"),
        ("jump_reform", "31", f"{clubs}: from 40 clubs"),
        ("jump_reform", "31", f"{clubs}: from 4,000 clubs"),
    }


def test_a_former_unit_is_told_by_its_own_name(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so-lieu.csv"
    file.write_text(FIGURES.replace("\nclubs", "\nculture_clubs"), encoding="utf-8")
    khue("import", file, "--type", "observation", "--commit")
    told = {
        one["value"]: (one["place"], one["former"])
        for one in khue("measure", "show", "culture_clubs", "--json").json["values"]
    }
    assert told[100] == ("Thành phố Hải Phòng (cũ)", "31")
    assert told[900] == ("31", None)
    people = khue("measure", "show", "culture_clubs").out
    assert "Thành phố Hải Phòng (cũ): 100" in people
    assert "Thành phố Hải Phòng: 900" in people
