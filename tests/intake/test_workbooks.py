"""What a workbook says besides its cells: merged cells, hidden rows, columns and sheets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from khue import intake
from khue.intake.readers import hidden
from khue.model.findings import Finding
from khue.model.packs import Pack
from khue.model.values import Context
from tests.intake.books import headings_of, xlsx
from tests.intake.files import docx

Rows = list[dict[str, str]]


def read(pack: Pack, data: bytes, name: str = "a.xlsx") -> tuple[Rows, list[Finding]]:
    """What the rows of a file state, and what was found."""
    book = intake.read_book(data, name)
    tables, told = intake.find_tables(book.sheets, headings_of(pack))
    context = Context(pack, resolve_place=lambda text: {"stated": text}, label_of=lambda _: None)
    rows: Rows = []
    findings = [*book.findings, *told]
    for table in tables:
        opened = intake.open_table(table, pack.types["relic"], intake.Mapping(), context)
        rows += [dict(one.stated) for one in opened.candidates()]
        findings += opened.findings
    return rows, findings


def filled(rows: list[list[Any]], change: Callable[[Any], None] = lambda sheet: None) -> bytes:
    def fill(sheet: Any) -> None:
        for row in rows:
            sheet.append(row)
        change(sheet)

    return xlsx(fill)


MERGED = [
    ["STT", "Tên di tích", "Xã", "Xếp hạng", "Diện tích", "Lạ"],
    [1, "Đình So", "xã Cộng Hòa", "Quốc gia", "2 ha", "chung"],
    [2, "Chùa So", None, None, None, None],
    [3, "Đền So", None, "Cấp tỉnh", None, None],
    [4, "Chùa Thầy", "xã Sài Sơn", None, "450 m²", None],
]


def merge(sheet: Any) -> None:
    for area in ("C2:C4", "D2:D3", "E2:E4", "F2:F4"):
        sheet.merge_cells(area)


def test_a_cell_merged_down_speaks_for_all_its_rows(pack: Pack) -> None:
    rows, told = read(pack, filled(MERGED, merge))
    assert [one.get("place") for one in rows] == ["xã Cộng Hòa"] * 3 + ["xã Sài Sơn"]
    ranks = [one.get("designations.rank") for one in rows]
    assert ranks == ["Quốc gia", "Quốc gia", "Cấp tỉnh", None]
    notes = [(one.values["area"], one.values["n"]) for one in told if one.code == "cells_merged"]
    assert notes == [("C2:C4", 2), ("D2:D3", 1)]


def test_a_merged_amount_is_not_multiplied(pack: Pack) -> None:
    rows, told = read(pack, filled(MERGED, merge))
    assert [one.get("area") for one in rows] == ["2 ha", None, None, "450 m²"]
    assert [one.get("other.Lạ") for one in rows] == ["chung", None, None, None]
    open_ = [one for one in told if one.code == "cells_merged_open"]
    assert [(one.values["area"], one.level, one.row) for one in open_] == [
        ("E2:E4", "warning", 2),
        ("F2:F4", "warning", 2),
    ]
    assert all(one.message["en"] and one.mend["vi"] for one in open_)


def test_what_is_merged_again_and_again_is_merged_once(pack: Pack) -> None:
    rows = [[str(cell or "") for cell in row] for row in MERGED]
    (table,), _ = intake.find_tables(
        [intake.Sheet("S", rows, ((1, 2, 999_999, 2),) * 100)], headings_of(pack)
    )
    context = Context(pack, resolve_place=lambda text: {"stated": text}, label_of=lambda _: None)
    told = intake.open_table(table, pack.types["relic"], intake.Mapping(), context).findings
    assert [one.values["n"] for one in told if one.code == "cells_merged"] == [3]


def test_a_name_merged_over_several_lines_is_one_record(pack: Pack) -> None:
    rows = [
        ["STT", "Tên di tích", "Xếp hạng"],
        [1, "Đình So", "Cấp tỉnh"],
        [None, None, "Quốc gia"],
    ]
    stated, told = read(pack, filled(rows, lambda sheet: sheet.merge_cells("B2:B3")))
    assert [one.get("name.vi") for one in stated] == ["Đình So", None]
    assert not [one for one in told if one.code.startswith("cells_merged")]


def test_merged_cells_of_a_document(pack: Pack) -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    lines = [("Tên di tích", "", "Xã"), ("A", "restart", "xã So"), ("B", "continue", "")]
    body = "".join(
        "<w:tr>"
        + cell.format("", name)
        + cell.format(f'<w:vMerge w:val="{merge}"/>' if merge else "", place)
        + "</w:tr>"
        for name, merge, place in lines
    )
    rows, _ = read(pack, docx(f"<w:tbl>{body}</w:tbl>"), "a.docx")
    assert [one["place"] for one in rows] == ["xã So", "xã So"]


def hide(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["C"].hidden = True
    other = sheet.parent.create_sheet("Bản cũ")
    other.sheet_state = "veryHidden"
    other.append(["Tên di tích", "Xã"])
    other.append(["Đình Và", "xã Trung Hưng"])
    lists = sheet.parent.create_sheet("Danh mục")
    lists.sheet_state = "hidden"
    lists.append(["Quốc gia"])


@pytest.mark.parametrize("chunk", [60, 1 << 20])
def test_what_nobody_sees_is_read_and_told(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(hidden, "CHUNK", chunk)
    rows, told = read(pack, filled(MERGED, hide))
    assert [one["name.vi"] for one in rows] == [
        *("Đình So", "Chùa So", "Đền So", "Chùa Thầy", "Đình Và")
    ]
    seen = [one for one in told if "hidden" in one.code]
    assert [(one.code, one.level, one.sheet, one.row) for one in seen] == [
        ("rows_hidden", "warning", "Sheet", 3),
        ("columns_hidden", "note", "Sheet", None),
        ("sheet_hidden", "warning", "Bản cũ", None),
    ]
    assert "2 dòng đang ẩn hoặc bị bộ lọc che, từ dòng 3" in seen[0].message["vi"]
    assert "Cột C đang ẩn" in seen[1].message["vi"]


@pytest.mark.parametrize("chunk", [60, 1 << 20])
def test_hidden_rows_that_say_no_number_are_counted(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(hidden, "CHUNK", chunk)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled(MERGED, hide))) as parts,
        zipfile.ZipFile(stream, "w") as bare,
    ):
        for name in parts.namelist():
            bare.writestr(name, re.sub(rb'<row r="[0-9]+"', b"<row", parts.read(name)))
    with zipfile.ZipFile(stream) as parts:
        told = hidden.find_hidden(parts)["Sheet"]
    assert [(one.code, one.row) for one in told] == [("rows_hidden", 3), ("columns_hidden", None)]


def test_a_plain_workbook_hides_nothing(pack: Pack) -> None:
    _, told = read(pack, filled(MERGED))
    assert [one.code for one in told if "hidden" in one.code or "merged" in one.code] == []


def test_a_table_without_names_says_so_once_and_how_to_mend_it(pack: Pack) -> None:
    rows = [["STT", "Họ tên", "Xã", "Xếp hạng"], [1, "Bà Tư", "xã So", "QG"]]
    _, told = read(pack, filled(rows))
    (one,) = [one for one in told if one.code == "name_column_missing"]
    assert (one.level, one.sheet) == ("error", "Sheet")
    assert "«Họ tên»: name.vi" in one.mend["vi"]
    assert "name_column_missing" not in {one.code for one in read(pack, filled(MERGED))[1]}
