"""XLSX: all sheets, values as shown, merged cells. Nothing in the file is executed."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

from khue.intake.book import Book, Row, Sheet
from khue.intake.readers.archives import opened
from khue.intake.readers.encodings import convert_sheet, letters_of
from khue.intake.readers.fonts import convert_drawn, find_drawn
from khue.intake.readers.formulas import Cells, find_formulas, hyperlink_label, position_of
from khue.intake.readers.hidden import find_hidden
from khue.intake.readers.limits import CELL_LIMIT, COLUMN_LIMIT, require_narrow, too_wide
from khue.intake.readers.percents import convert_percents, find_percents
from khue.intake.readers.workbooks import read_sheets, vast
from khue.model.findings import Finding, finding

EXTENSIONS = ("xlsx", "xlsm")

SMALL_FILE = 300_000
SMALL_XML = 3_000_000
SMALL_TEXT = 50_000_000
SMALL_CELLS = 1_000_000
"""Of a workbook that cannot take much memory: bytes, bytes of XML, characters, cells."""

_REFERENCE = re.compile(rb"[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_ROW = re.compile(rb"<(?:[^\s<>:]{1,20}:)?row\b")
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]{1,3}[0-9]{1,7})"')


def read(data: bytes) -> Book:
    """One `Sheet` for each worksheet. Raises `UnreadableFile` for damaged or encrypted files."""
    with opened(data) as parts:
        _refuse_vast(parts)
        sheets = read_sheets(data, is_small=_is_small(parts))
        formulas = find_formulas(parts)
        drawn = find_drawn(parts)
        hidden = find_hidden(parts)
        percents = find_percents(parts)
    findings: list[Finding] = []
    done: list[Sheet] = []
    for sheet in sheets:
        rows = [*sheet.rows]
        findings += _put(formulas.get(sheet.name, {}), sheet.name, rows)
        require_narrow(rows)
        findings += hidden.get(sheet.name, [])
        done.append(replace(sheet, rows=rows))
        convert_percents(done[-1], percents.get(sheet.name, ()))
        findings += convert_drawn(done[-1], drawn.get(sheet.name, {}))
        findings += convert_sheet(done[-1])
    return Book(tuple(done), tuple(findings))


def _refuse_vast(parts: zipfile.ZipFile) -> None:
    """Raise `UnreadableFile` if a sheet says that it reaches so far that reading it would take all
    memory: one stray cell in the last row and column does that, and the reader cannot be stopped.
    """
    for one in parts.infolist():
        if not one.filename.startswith("xl/worksheets/"):
            continue
        with parts.open(one) as stream:
            found = _DIMENSION.search(stream.read(4096))
        if found is None:
            continue
        last = found[1].decode()
        row, column = position_of(last)
        if row * column > CELL_LIMIT:
            raise vast(
                f"Trang tính kéo tới ô {last}, quá xa bảng dữ liệu.",
                f"A sheet reaches to cell {last}, far beyond its table.",
            )


def _is_small(parts: zipfile.ZipFile) -> bool:
    """Whether the workbook, though it may say anything, cannot take much memory."""
    if sum(one.compress_size for one in parts.infolist()) > SMALL_FILE:
        return False  # an archive may lie about the other size
    if sum(one.file_size for one in parts.infolist()) > SMALL_XML:
        return False
    texts = b"".join(parts.read(name) for name in parts.namelist() if "haredStrings" in name)
    longest = max(map(len, texts.split(b"si>")))
    for name in parts.namelist():
        if not name.lower().endswith(".xml") or "haredStrings" in name:
            continue
        xml = parts.read(name)
        if xml.count(b"<") * longest > SMALL_TEXT:
            return False
        places = [(int(row), column) for column, row in set(_REFERENCE.findall(xml))]
        rows = max((row for row, _ in places), default=0) + len(_ROW.findall(xml))
        columns = {column for _, column in places}
        if rows * (_widest(columns) + (0 if places else xml.count(b"<"))) > SMALL_CELLS:
            return False
    return True


def _widest(columns: set[bytes]) -> int:
    return max((position_of(f"{column.decode()}1")[1] for column in columns), default=0)


def _put(formulas: Cells, name: str, rows: list[Row]) -> list[Finding]:
    """Write into the rows what the reader left empty, and tell of formulas without a result."""
    findings = []
    for (row, column), stated in sorted(formulas.items()):
        if column > COLUMN_LIMIT:
            raise too_wide("Trang tính có", "A sheet has")
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend("" for _ in range(column - len(cells)))
        label = hyperlink_label(stated)
        cells[column - 1] = stated if label is None else label
        if stated.startswith("="):  # a failed formula is told of where its value is read
            code = "formula_kept" if label is None else "formula_label"
            cell = f"{letters_of(column)}{row}"
            told = finding(code, value=stated, cell=cell, label=label)
            findings.append(told.at(sheet=name, row=row))
    return findings
