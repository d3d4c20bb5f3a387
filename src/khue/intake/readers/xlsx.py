"""XLSX: all sheets, values as shown, merged cells. Nothing in the file is executed."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from khue.intake.book import Book, Row, Sheet
from khue.intake.readers.formulas import Cells, find_formulas, hyperlink_label, position_of
from khue.intake.readers.limits import CELL_LIMIT, COLUMN_LIMIT, require_narrow, too_wide
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding

EXTENSIONS = ("xlsx",)

XML_LIMIT = 1_000_000_000
"""Bytes of all XML in a workbook, unpacked: a small archive can hold very much of nothing."""

DAMAGED = (
    CalamineError, zipfile.BadZipFile, zlib.error, ParseError,
    # What `zipfile` and the XML parser raise for offsets, lengths, numbers, names and methods that
    # cannot be (found by changing bytes of a workbook at random), and for encrypted parts.
    ValueError, LookupError, EOFError, OSError, RuntimeError, NotImplementedError,
)  # fmt: skip

_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,3}[0-9]{1,7})"')


def read(data: bytes) -> Book:
    """One `Sheet` for each worksheet. Raises `UnreadableFile` for damaged or encrypted files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            _refuse_vast(parts)
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = [_sheet(workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
            formulas = find_formulas(parts)
    except DAMAGED as error:
        raise UnreadableFile(
            f"Không mở được bảng tính: {error}.",
            f"The workbook cannot be opened: {error}.",
            mend_vi="Mở tệp bằng Excel, bỏ mật khẩu nếu có, lưu lại dạng .xlsx rồi nhập lại.",
            mend_en="Open it in Excel, remove any password, save it as .xlsx and import it again.",
        ) from error
    findings: list[Finding] = []
    for sheet in sheets:
        findings += _put(formulas.get(sheet.name, {}), sheet)
        require_narrow(sheet.rows)
    return Book(tuple(sheets), tuple(findings))


def _refuse_vast(parts: zipfile.ZipFile) -> None:
    """Raise `UnreadableFile` if a sheet says that it reaches so far that reading it would take all
    memory: one stray cell in the last row and column does that, and the reader cannot be stopped.
    """
    xml = [one for one in parts.infolist() if one.filename.lower().endswith((".xml", ".rels"))]
    if sum(one.file_size for one in xml) > XML_LIMIT:
        raise _vast("Bảng tính lớn hơn 1 GB khi mở ra.", "The workbook unpacks to more than 1 GB.")
    for one in xml:
        if not one.filename.startswith("xl/worksheets/"):
            continue
        with parts.open(one) as stream:
            found = _DIMENSION.search(stream.read(4096))
        if found is None:
            continue
        last = found[1].decode()
        row, column = position_of(last)
        if row * column > CELL_LIMIT:
            raise _vast(
                f"Trang tính kéo tới ô {last}, quá xa bảng dữ liệu.",
                f"A sheet reaches to cell {last}, far beyond its table.",
            )


def _vast(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi,
        en,
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


def _put(formulas: Cells, sheet: Sheet) -> list[Finding]:
    """Write into the rows what the reader left empty, and tell of formulas without a result."""
    findings = []
    for (row, column), stated in sorted(formulas.items()):
        if column > COLUMN_LIMIT:
            raise too_wide("Trang tính có", "A sheet has")
        sheet.rows.extend([] for _ in range(row - len(sheet.rows)))
        cells = sheet.rows[row - 1]
        cells.extend("" for _ in range(column - len(cells)))
        label = hyperlink_label(stated)
        cells[column - 1] = stated if label is None else label
        if stated.startswith("="):  # a failed formula is told of where its value is read
            code = "formula_kept" if label is None else "formula_label"
            name = _cell_name(row, column)
            told = finding(code, value=stated, cell=name, label=label)
            findings.append(told.at(sheet=sheet.name, row=row))
    return findings


def _cell_name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


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
