"""XLSX: all sheets, values as shown, merged cells. Nothing in the file is executed."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from khue.intake.book import Book, Row, Sheet
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile

EXTENSIONS = ("xlsx",)


def read(data: bytes) -> Book:
    """One `Sheet` for each worksheet. Raises `UnreadableFile` for damaged or encrypted files."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = tuple(_sheet(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names)
    except CalamineError as error:
        raise UnreadableFile(
            f"Không mở được bảng tính: {error}.",
            f"The workbook cannot be opened: {error}.",
            mend_vi="Mở tệp bằng Excel, bỏ mật khẩu nếu có, lưu lại dạng .xlsx rồi nhập lại.",
            mend_en="Open it in Excel, remove any password, save it as .xlsx and import it again.",
        ) from error
    return Book(sheets)


def _sheet(sheet: CalamineSheet) -> Sheet:
    rows: list[Row] = [
        [_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)
    ]
    merged = tuple(
        (first[0], first[1], last[0], last[1]) for first, last in sheet.merged_cell_ranges or ()
    )
    return Sheet(sheet.name, rows, merged)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int | float):
        return cell_text(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return ""
