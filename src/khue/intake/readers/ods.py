"""ODS: the workbooks of LibreOffice and of the national standard for open documents."""

from __future__ import annotations

from khue.intake.book import Book
from khue.intake.readers.archives import opened
from khue.intake.readers.encodings import convert_sheet
from khue.intake.readers.limits import require_narrow
from khue.intake.readers.ods_percents import find_percents
from khue.intake.readers.percents import convert_percents
from khue.intake.readers.workbooks import locked, read_sheets

EXTENSIONS = ("ods",)

MANIFEST = "META-INF/manifest.xml"
MANIFEST_LIMIT = 1_000_000


def read(data: bytes) -> Book:
    """One `Sheet` for each table. Raises `UnreadableFile` for damaged or encrypted files.

    Formulas read as the results that the file holds.
    """
    with opened(data) as parts:
        if MANIFEST in parts.namelist():
            with parts.open(MANIFEST) as stream:
                if b"encryption-data" in stream.read(MANIFEST_LIMIT):
                    raise locked()
        sheets = read_sheets(data)
        percents = find_percents(parts)
    for sheet in sheets:
        require_narrow(sheet.rows)
        convert_percents(sheet, percents.get(sheet.name, ()))
    return Book(tuple(sheets), tuple(one for sheet in sheets for one in convert_sheet(sheet)))
