"""XLSX: all sheets, values as shown, merged cells. Nothing in the file is executed."""

from __future__ import annotations

import functools
import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from khue.intake.book import Book, Row, Sheet
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile

EXTENSIONS = ("xlsx",)

CELL_LIMIT = 50_000_000
"""Cells of one sheet, empty ones too: the reader makes room for all of them."""

_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,3})([0-9]{1,7})"')


def read(data: bytes) -> Book:
    """One `Sheet` for each worksheet. Raises `UnreadableFile` for damaged or encrypted files."""
    _refuse_vast(data)
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


def _refuse_vast(data: bytes) -> None:
    """Raise `UnreadableFile` if a sheet says that it reaches so far that reading it would take all
    memory: one stray cell in the last row and column does that, and the reader cannot be stopped.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            heads = [parts.open(name).read(4096) for name in sheets]
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError):
        return  # damaged or encrypted: the reader says it better
    for head in heads:
        found = _DIMENSION.search(head)
        if found is None:
            continue
        column, row = found[1].decode(), int(found[2])
        width = functools.reduce(lambda sum_, letter: sum_ * 26 + ord(letter) - 64, column, 0)
        if row * width > CELL_LIMIT:
            raise UnreadableFile(
                f"Trang tính kéo tới ô {column}{row}, quá xa bảng dữ liệu.",
                f"A sheet reaches to cell {column}{row}, far beyond its table.",
                mend_vi="Xóa các hàng và cột trống ở dưới và bên phải bảng, lưu rồi nhập lại.",
                mend_en="Delete rows and columns below and right of the table, save, try again.",
            )


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
