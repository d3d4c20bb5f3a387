"""Findings as the spreadsheet they were found in."""

from __future__ import annotations

import io
import warnings
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from PIL import Image

from khue import intake
from khue.intake.mapping import MappedColumn
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Pack
from khue.publish import findings as report
from khue.publish.locating import locate

EVIL = '=HYPERLINK("https://example.org","x")'


def column(index: int, heading: str, path: str = "") -> MappedColumn:
    leaf: Any = None
    return MappedColumn(index, heading, Column(path, leaf, ()) if path else None, "heading")


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Di tích 'cũ'"
    for row in (("DANH SÁCH",), ("Tên", "Năm", "Lạ"), ("A", "hồi xưa", "=1+1"), ("B", 1900)):
        sheet.append(row)
    sheet["B3"].comment = Comment("Đã hỏi", "Ba")
    sheet.merge_cells("A3:A4")
    sheet.column_dimensions["B"].width = 33
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


MAPPED = [
    ("Di tích 'cũ'", 3, column(0, "Tên", "name.vi")),
    ("Di tích 'cũ'", 3, column(1, "Năm", "built")),
    ("Di tích 'cũ'", 3, column(2, "Lạ")),
]


def at(code: str, row: int | None = None, column: str = "", **values: Any) -> Finding:
    return finding(code, **values).at(sheet="Di tích 'cũ'", row=row, column=column)


FOUND = [
    at("date_unreadable", 3, "Năm", value="hồi xưa", why={"vi": "", "en": ""}),
    at("value_missing", 3, "Năm", value="-"),
    at("name_missing", 4),
    at("column_unmapped", value="Lạ"),
    finding("header_missing"),
]


def write(data: bytes, name: str, mapped: Any, found: list[Finding]) -> tuple[Any, Any]:
    book = intake.read_book(data, name)
    stream = io.BytesIO()
    written = report.write_findings(data, book, locate(found, mapped, book), stream)
    return openpyxl.load_workbook(stream), written


def texts(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_very_workbook_comes_back_with_comments() -> None:
    book, written = write(workbook(), "a.xlsx", MAPPED, FOUND)
    assert (written.copied, written.comments, written.left) == (True, 3, 1)
    sheet = book["Di tích 'cũ'"]
    comment = sheet["B3"].comment.text
    assert comment.startswith("Đã hỏi\n\nCảnh báo: ")
    assert comment.index("Ghi chú: ") < comment.index("Warning: ") < comment.index("Note: ")
    assert comment.count("Cách sửa: ") == comment.count("To mend it: ") == 2
    # What stood there stays: values, formulas, widths. The gravest level gives the colour.
    assert (sheet["B3"].value, sheet["C3"].value, sheet["B4"].value) == ("hồi xưa", "=1+1", 1900)
    assert sheet.column_dimensions["B"].width == 33
    assert sheet["B3"].fill.start_color.rgb.endswith("F7E6C4")
    # The name of row 4 lies in merged cells, whose value stands in row 3.
    assert sheet["A3"].fill.start_color.rgb.endswith("F6D5CF")
    assert "Lỗi" in sheet["A3"].comment.text
    assert "Lạ" in sheet["C2"].comment.text


def test_all_findings_stand_on_a_sheet_with_links() -> None:
    book, _ = write(workbook(), "a.xlsx", MAPPED, FOUND)
    rows = texts(book["Khuê"])
    assert rows[0][0] == "2 lỗi, 1 cảnh báo, 2 ghi chú."
    assert rows[2][0] == "1 phát hiện không có chú thích trong ô, chỉ có trong danh sách này."
    first = next(index for index, row in enumerate(rows) if str(row[0]).startswith("Mức")) + 1
    assert [row[2] for row in rows[first:]] == ["B3", "B3", "A4", "C2", None]
    cell = book["Khuê"].cell(first + 1, 3)
    assert cell.hyperlink.location == "'Di tích ''cũ'''!B3"
    assert cell.hyperlink.target is None


def test_it_can_be_imported_again_and_gets_the_findings_of_now() -> None:
    book, _ = write(workbook(), "a.xlsx", MAPPED, FOUND)
    data = io.BytesIO()
    book.save(data)
    again, _ = write(data.getvalue(), "a.xlsx", MAPPED, FOUND[:1])
    assert again.sheetnames == ["Di tích 'cũ'", "Khuê"]
    assert texts(again["Khuê"])[0][0] == "0 lỗi, 1 cảnh báo, 0 ghi chú."


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_other_files_become_a_workbook_of_text(name: str) -> None:
    data = f"Tên,Năm\n{EVIL.replace(',', '.')},hồi xưa\nhttps://example.org,0012\n".encode()
    if name == "a.json":
        data = b'[{"T\\u00ean": "=1+1", "N\\u0103m": "h\\u1ed3i x\\u01b0a"}, {"T\\u00ean": "B"}]'
    mapped = [("", 2, column(0, "Tên", "name.vi")), ("", 2, column(1, "Năm", "built"))]
    found = [
        finding("date_unreadable", value=EVIL, why={"vi": "", "en": ""}).at(row=2, column="Năm"),
        finding("name_missing").at(row=3),
    ]
    book, written = write(data, name, mapped, found)
    assert (written.copied, written.comments, written.left) == (False, 2, 0)
    sheet, listed = book.worksheets
    assert (sheet.title, listed.title) == ("Dữ liệu", "Khuê")
    assert sheet["A1"].value == "Tên"
    assert sheet["A2"].value.startswith("=")
    assert sheet["B2"].comment.text.startswith("Cảnh báo")
    cells = [cell for page in (sheet, listed) for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    assert {link.target for link in links} == {None}
    assert EVIL in [cell.value for cell in cells]


def test_only_so_many_cells_get_comments_the_gravest_first(monkeypatch: Any) -> None:
    monkeypatch.setattr(report, "COMMENTS", 1)
    for data, name in ((workbook(), "a.xlsx"), ("Tên,Năm\nA,x\nB,y\n".encode(), "a.csv")):
        sheet_name = "Di tích 'cũ'" if name == "a.xlsx" else ""
        found = [
            finding("value_missing", value="-").at(sheet=sheet_name, row=2, column="Năm"),
            finding("name_missing").at(sheet=sheet_name, row=3),
        ]
        mapped = [(sheet_name, 2, one) for _, _, one in MAPPED]
        book, written = write(data, name, mapped, found)
        assert (written.comments, written.left) == (1, 1)
        assert "Lỗi" in book.worksheets[0]["A3"].comment.text
        assert book.worksheets[0]["B2"].comment is None


def test_a_workbook_that_cannot_be_copied_becomes_text(monkeypatch: Any) -> None:
    monkeypatch.setattr(report, "COPIED", 10)
    book, written = write(workbook(), "a.xlsx", MAPPED, FOUND)
    assert not written.copied
    assert book.worksheets[0].title == "Di tích 'cũ"
    assert book.worksheets[0]["B3"].comment is not None


def test_texts_that_no_cell_can_hold(pack: Pack) -> None:
    value = "\x00\x0b\ud800" + "x" * 40_000
    for data, name in ((workbook(), "a.xlsx"), (b"T\nA\n", "a.csv")):
        found = [finding("code_unknown", value=value, choices={"vi": "", "en": ""}).at(row=2)]
        book, _ = write(data, name, [("", 2, column(0, "T", "name.vi"))], found)
        assert "xxx" in str(texts(book["Khuê"]))


def test_a_place_in_several_columns_is_marked_in_each_that_is_filled() -> None:
    """In the table below it the same headings stand in other columns."""
    text = "Tên,Tỉnh,Huyện,Xã\nA,Hà Nội,,Xã X\nTên,Xã,Tỉnh,Huyện\nB,Xã Y,,Huyện Z\n"
    heads = (("Tên", "name.vi"), ("Tỉnh", "place"), ("Huyện", "place"), ("Xã", "place"))
    second = (heads[0], heads[3], heads[1], heads[2])
    mapped = [("", 2, column(i, *one)) for i, one in enumerate(heads)]
    mapped += [("", 4, column(i, *one)) for i, one in enumerate(second)]
    found = [
        finding("place_unknown", value="x", why={"vi": "", "en": ""}).at(row=row, column=heading)
        for row, heading in ((2, "Tỉnh"), (4, "Xã"))
    ]
    found.append(finding("name_missing").at(row=2))
    book, written = write(text.encode(), "a.csv", mapped, found)
    sheet = book.worksheets[0]
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {"A2", "B2", "D2", "B4", "D4"}
    assert sheet["D2"].comment.text == sheet["B2"].comment.text
    assert (written.comments, written.left) == (5, 0)
    assert [row[2] for row in texts(book["Khuê"])[4:]] == ["B2", "B4", "A2"]


def drawn(*, kept_only: bool) -> bytes:
    """A workbook with a chart and a picture; and what no copy has, unless `kept_only`."""
    picture, data = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(picture, "PNG")
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet("A")
    sheet.write_row(0, 0, ["Tên", "Số"])
    sheet.write_row(1, 0, ["A", 3])
    sheet.insert_image("F2", "a.png", {"image_data": picture})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=A!$B$2:$B$2"})
    sheet.insert_chart("F9", chart)
    sheet.write_comment("A1", "Ghi chú cũ")
    pie = book.add_chart({"type": "pie"})
    pie.add_series({"values": "=A!$B$2:$B$2"})
    book.add_chartsheet("Biểu đồ").set_chart(pie)
    if not kept_only:
        sheet.insert_textbox("J2", "Đã đối chiếu")
        sheet.insert_button("J9", {"caption": "Lọc"})
        sheet.add_sparkline("C2", {"range": "A!A2:B2"})
    book.close()
    return data.getvalue()


def test_what_a_copy_lacks_is_told_in_it() -> None:
    mapped, found = [("A", 2, column(0, "Tên", "name.vi"))], []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book, written = write(drawn(kept_only=False), "a.xlsx", mapped, found)
    assert [one["en"] for one in written.lost] == [
        "shapes and text boxes",
        "extended rules of Excel (conditional formats, drop-down lists, sparklines)",
        "buttons and controls",
    ]
    told = [row[0] for row in texts(book["Khuê"])]
    assert any("thiếu hình vẽ và hộp chữ" in str(one) for one in told)
    assert any("lacks shapes and text boxes" in str(one) for one in told)


def test_what_a_copy_keeps_is_not_told_as_lost() -> None:
    mapped: Any = [("A", 2, column(0, "Tên", "name.vi"))]
    book, written = write(drawn(kept_only=True), "a.xlsx", mapped, [])
    assert written.copied
    assert written.lost == ()
    assert (len(book["A"]._charts), len(book["A"]._images)) == (1, 1)
    assert len(book["Biểu đồ"]._charts) == 1
