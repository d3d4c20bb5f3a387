"""XLSX for editing: the records of a type, a row each, tied to their versions.

Every cell is text, so that no spreadsheet program computes it, follows it, or makes a date of a
number of a decision. Identifier and version stand first and look locked, and so does what is only
to be read, which stands last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from khue.model.packs import Type
from khue.model.values import Context
from khue.publish.cells import CELL_LIMIT, OTHER, RECORD, VERSION, CellColumn, cells_of, other_of

ROW_LIMIT = 1_048_575
"""Rows below a header. Source: as `CELL_LIMIT`."""

TEXT_ONLY = {
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
"""What keeps a text a text in XlsxWriter."""

INK, PAPER, LINE, LOCKED = "#1F1B16", "#FBF8F3", "#E4DCCF", "#EDE8DF"
"""The colours of the house (ink, paper, line), and a shade of paper for what is not to be
changed."""

_WIDTHS = {"language_text": 34, "text": 28, "place": 34, "citation": 30, "reference": 40}
_WIDTH = 20

_KEEP = {
    "vi": "Không sửa hai cột này: chúng nối dòng với một phiên bản của hồ sơ. Dòng để trống cả hai"
    " cột là hồ sơ mới.",
    "en": "Leave these two columns as they are: they tie the row to a version of a record. A row"
    " in which both are empty is a new record.",
}


def write_records(
    records: Iterable[tuple[str, int, Mapping[str, Any]]],
    columns: Sequence[CellColumn],
    type_: Type,
    context: Context,
    stream: BinaryIO,
    *,
    lang: str,
) -> None:
    """Write `(identifier, version, document)` of each record, with headings in `lang`.

    At most `ROW_LIMIT` of them; rows are written as they come and not kept.
    """
    book = new_workbook(stream, constant_memory=True)
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    locked = book.add_format(
        {"num_format": "@", "valign": "top", "bg_color": LOCKED, "font_color": "#5B5348"}
    )
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bg_color": PAPER, "bottom": 1}
    )
    sheet = book.add_worksheet(sheet_name(type_.plural.get(lang) or type_.name))
    sheet.freeze_panes(1, 3)
    sheet.set_column(0, 0, 29, locked)
    sheet.set_column(1, 1, 10, locked)
    for index, column in enumerate(columns, 2):
        sheet.set_column(index, index, _WIDTHS.get(column.leaf.kind, _WIDTH), plain)
    headings = [RECORD[lang], VERSION[lang], *(one.heading[lang] for one in columns), OTHER[lang]]
    sheet.set_column(len(headings) - 1, len(headings) - 1, 40, locked)
    for index, heading in enumerate(headings):
        sheet.write_string(0, index, heading, head)
    sheet.write_comment(0, 0, _KEEP[lang], {"x_scale": 2.5, "author": "Khuê"})
    for number, (record, version, document) in enumerate(records, 1):
        sheet.write_string(number, 0, record, locked)
        sheet.write_string(number, 1, str(version), locked)
        for index, text in enumerate(cells_of(document, columns, context, lang), 2):
            if text:
                sheet.write_string(number, index, text, plain)
        if other := other_of(document):
            sheet.write_string(number, len(headings) - 1, other, locked)
    book.close()


def new_workbook(stream: BinaryIO, **options: Any) -> Any:
    """A workbook of XlsxWriter in which every text stays a text."""
    # Imported here, since every command imports this room and few write a workbook.
    import xlsxwriter

    return xlsxwriter.Workbook(stream, TEXT_ONLY | options)


def column_letters(index: int) -> str:
    """The letters of a column counted from 0: A, B, ... Z, AA."""
    letters = ""
    while index >= 0:
        index, letter = divmod(index, 26)
        letters = chr(ord("A") + letter) + letters
        index -= 1
    return letters


def sheet_name(text: str) -> str:
    """A text as the name of a sheet: 31 characters, none of those that Excel forbids.

    Source: Microsoft, Rename a worksheet,
    https://support.microsoft.com/office/3f1f7148-ee83-404d-8ef0-9ff99fbad1f9
    """
    kept = "".join(" " if one in "[]:*?/\\" or ord(one) < 32 else one for one in text)
    return kept[:31].strip(" '") or "Khuê 1"


def bounded(text: str) -> str:
    """A text that a cell has room for."""
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"
