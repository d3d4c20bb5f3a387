"""XLS: the workbooks of Excel before 2007."""

from __future__ import annotations

import re

from khue.intake.book import Book
from khue.intake.readers.archives import told_if_damaged
from khue.intake.readers.encodings import convert_sheet
from khue.intake.readers.limits import require_narrow
from khue.intake.readers.percents import convert_percents
from khue.intake.readers.workbooks import locked, read_sheets
from khue.intake.readers.xls_percents import find_percents

EXTENSIONS = ("xls",)

LOCKED = re.compile(
    rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)
"""The record FILEPASS after the beginning of a workbook. [MS-XLS] 2.1.7.20.3."""


def read(data: bytes) -> Book:
    """One `Sheet` for each worksheet. Raises `UnreadableFile` for damaged or encrypted files.

    Formulas read as the results that the file holds.
    """
    if LOCKED.search(data):
        raise locked()
    with told_if_damaged():
        sheets = read_sheets(data)
    percents = find_percents(data)
    for sheet in sheets:
        require_narrow(sheet.rows)
        convert_percents(sheet, percents.get(sheet.name, ()))
    return Book(tuple(sheets), tuple(one for sheet in sheets for one in convert_sheet(sheet)))
