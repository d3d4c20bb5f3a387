"""What an import says of the figures that it brings: before anything is written, and after."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Khue

HEAD = "Chỉ tiêu;Địa phương;Kỳ;Phân tổ theo;Nhóm;Giá trị;ĐVT\n"
TOTAL = "Huy chương;TP Huế;2024;;;582;HC\n"
PARTS = "".join(
    f"Huy chương;TP Huế;2024;Màu huy chương;{colour};{value};HC\n"
    for colour, value in (("vàng", 157), ("bạc", 252), ("đồng", 273))
)


def write(folder: Path, name: str, rows: str) -> Path:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_figures_that_contradict_their_total(khue: Khue, tmp_path: Path) -> None:
    # In one file, in a dry run: nothing is in the registry yet.
    both = write(tmp_path, "ca-hai.csv", TOTAL + PARTS)
    told = khue("import", both, "--type", "observation", "--json").json["figures"]
    assert told["checked"]
    assert [one["code"] for one in told["findings"]] == ["parts_exceed"]
    assert told["findings"][0]["arithmetic"]["en"] == "157 + 252 + 273 > 582"
    assert len(told["findings"][0]["observations"]) == 4

    # The total is in the registry; the parts come later.
    total = write(tmp_path, "tong.csv", TOTAL)
    first = khue("import", total, "--type", "observation", "--commit", "--json").json
    assert first["figures"]["findings"] == []
    parts = write(tmp_path, "phan.csv", PARTS)
    dry = khue("import", parts, "--type", "observation")
    assert "các phần theo màu huy chương cộng lại là 682, lớn hơn tổng 582" in dry.out
    done = khue("import", parts, "--type", "observation", "--commit", "--json").json
    (found,) = done["figures"]["findings"]
    assert found["severity"] == "error"
    there = {one["id"] for one in khue("search", "--type", "observation", "--json").json["results"]}
    assert set(found["observations"]) == there
    # Rows that change nothing still take part in what they contradict.
    again = khue("import", parts, "--type", "observation", "--json").json
    assert again["unchanged"] == 3
    assert again["figures"]["findings"] == [found]


def test_what_others_state_of_each_other_is_not_told(khue: Khue, tmp_path: Path) -> None:
    both = write(tmp_path, "ca-hai.csv", TOTAL + PARTS)
    khue("import", both, "--type", "observation", "--commit")
    other = write(tmp_path, "khac.csv", "Bảo tàng;TP Huế;2024;;;22;\n")
    told = khue("import", other, "--type", "observation", "--json").json["figures"]
    assert told == {"checked": True, "findings": [], "left_out": 0}
    relics = tmp_path / "di-tich.csv"
    relics.write_text("Tên di tích;Địa điểm\nChùa Một;Xã Quốc Oai, Hà Nội\n", encoding="utf-8")
    assert khue("import", relics, "--type", "relic", "--json").json["figures"] is None
