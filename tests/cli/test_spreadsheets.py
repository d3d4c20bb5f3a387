"""Templates, findings and workbooks for editing, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.conftest import Khue


def test_a_template_is_filled_in_imported_exported_edited_and_imported_again(
    khue: Khue, tmp_path: Path
) -> None:
    file = tmp_path / "di-tich.xlsx"
    assert str(file) in khue("template", "relic", file).out
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, columns["Tên"]).value = "Đình So"
    sheet.cell(3, columns["Năm xây dựng"]).value = "thế kỷ 17"
    book.save(file)
    done = khue("import", file, "--type", "relic", "--commit", "--json").json
    assert (done["rows"], done["created"], done["refused"]) == (1, 1, 0)
    assert {one["code"] for one in done["findings"]} == {"sheet_of_khue", "row_example"}

    out = tmp_path / "sửa.xlsx"
    said = khue("export", out, "--type", "relic", "--format", "xlsx")
    assert "không công bố" in said.err
    book = openpyxl.load_workbook(out)
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, columns["Ghi chú nội bộ"]).value = "Đã hỏi ban quản lý"
    book.save(out)
    done = khue("import", out, "--type", "relic", "--commit", "--json").json
    assert (done["updated"], done["unchanged"]) == (1, 0)


def test_findings_with_their_cells(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so.csv"
    file.write_text("Tên,Năm xây dựng,Lạ\nĐình So,hồi xưa,x\n,1900,y\n", encoding="utf-8")
    told = tmp_path / "f.json"
    done = khue("import", file, "--type", "relic", "--findings", told, "--json", check=1)
    found = json.loads(told.read_text(encoding="utf-8"))
    assert {one["cell"] for one in found["findings"]} >= {"B2", "A3", "C1"}
    assert len(found["findings"]) == len(done.json["findings"])


def test_an_unknown_kind_of_findings_is_refused_before_anything_is_read(
    khue: Khue, tmp_path: Path
) -> None:
    khue("import", tmp_path / "no.csv", "--type", "relic", "--findings", "a.pdf", check=2)


def test_findings_never_take_the_place_of_the_file(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["Tên di tích"])
    book.active.append(["Đình So"])
    book.save(file)
    before = file.read_bytes()
    said = khue(
        "import", file, "--type", "relic", "--findings", tmp_path / "." / "so.xlsx", check=2
    )
    assert "ghi đè lên chính tệp" in said.err
    assert file.read_bytes() == before


def test_options_that_exclude_each_other_say_so_in_words(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "so.csv"
    file.write_text("Tên di tích\nĐình So\n", encoding="utf-8")
    for options, told in (
        (("--commit", "--propose"), "cùng lúc --commit và --propose"),
        (("--background",), "Thêm --commit"),
        (("--source", " "), "Ghi tên bộ dữ liệu"),
        (("--findings", "a.pdf"), ".xlsx hoặc .json"),
    ):
        assert told in khue("import", file, "--type", "relic", *options, check=2).err
    missing = khue("import", tmp_path / "không-có.csv", "--type", "relic", check=1)
    assert "không có tệp hay thư mục này" in missing.err
