"""XLSX: a workbook to read and to calculate with, a sheet for each type of record.

It has the table of CSV (`publish.columns`), with headings in words. Texts are texts, whatever they
look like, and numbers are numbers. Columns that no record fills are hidden; the last sheet says
what the columns are called in CSV, and what a cell had no room for. The workbook that comes back
edited is another one (`publish.sheet`).
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from khue.model.packs import Type
from khue.publish.cells import CELL_LIMIT, CUT
from khue.publish.columns import Cell, header, headings, row
from khue.publish.format import PART, Edition, Format
from khue.publish.sheet import PAPER, ROW_LIMIT, new_workbook, sheet_name

EXACT = 2**53
"""Up to here a cell holds whole numbers exactly: they are floating-point numbers of 64 bits."""

_WIDTH = 22
_NOTES = {"vi": "Ghi chú", "en": "Notes"}
_SAID = {
    "vi": {
        "records": "Số hồ sơ",
        "cut": f"Số ô bị cắt vì dài hơn {CELL_LIMIT} ký tự (tệp JSON và CSV có đủ)",
        "sheet": "Trang tính",
        "heading": "Cột",
        "column": "Tên cột trong tệp CSV",
    },
    "en": {
        "records": "Records",
        "cut": f"Cells cut because they are longer than {CELL_LIMIT} characters"
        " (JSON and CSV have them whole)",
        "sheet": "Sheet",
        "heading": "Column",
        "column": "Name of the column in CSV",
    },
}


def write(documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
    """A workbook, which is whole before its first part: until then it is on the disk, since what
    stands first in a file of this kind is known last."""
    with tempfile.TemporaryFile() as file:
        book = _Book(new_workbook(file, constant_memory=True), edition)
        for document in documents:
            book.add(document)
        book.close()
        file.seek(0)
        while part := file.read(PART):
            yield part


@dataclass
class _Sheet:
    """A sheet of one type: `rows` that it has, with the header, and the columns that are filled."""

    type: Type
    name: str
    sheet: Any
    columns: Mapping[str, int]
    rows: int = 1
    filled: set[str] = field(default_factory=set)


class _Book:
    """A workbook to which records are added, of whatever type comes next."""

    def __init__(self, book: Any, edition: Edition) -> None:
        self._book, self._edition = book, edition
        self._head = book.add_format({"bold": True, "bg_color": PAPER, "bottom": 1})
        self._open: dict[str, _Sheet] = {}
        self._sheets: list[_Sheet] = []
        self._cut = 0
        if edition.type is not None:  # the table of a type without records has its columns too
            self._open[edition.type.name] = self._begin(edition.type)

    def add(self, document: Mapping[str, Any]) -> None:
        """Add a record; one of a type that the pack does not have has no public fields."""
        type_ = self._edition.pack.types.get(document["type"])
        if type_ is None:
            return
        one = self._open.get(type_.name)
        if one is None or one.rows > ROW_LIMIT:
            one = self._open[type_.name] = self._begin(type_)
        cells = row(document, type_, self._edition.pack, self._edition.context)
        for name, cell in cells.items():
            self._write(one.sheet, one.rows, one.columns[name], cell)
        one.filled.update(cells)
        one.rows += 1

    def close(self) -> None:
        """Hide what is empty, add the notes, and write the workbook."""
        for one in self._sheets:
            for name, index in one.columns.items():
                options = {} if name in one.filled else {"hidden": 1}
                one.sheet.set_column(index, index, _WIDTH, None, options)
        self._add_notes()
        self._book.close()

    def _begin(self, type_: Type) -> _Sheet:
        pack, lang = self._edition.pack, self._edition.lang
        name = self._free_name(type_.plural.get(lang) or type_.name)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for index, heading in enumerate(headings(type_, pack, lang)):
            sheet.write_string(0, index, heading, self._head)
        columns = {column: index for index, column in enumerate(header(type_, pack))}
        self._sheets.append(_Sheet(type_, name, sheet, columns))
        return self._sheets[-1]

    def _free_name(self, wanted: str) -> str:
        """A name that no sheet has; the notes keep theirs."""
        taken = {one.name.casefold() for one in self._sheets} | {
            one.casefold() for one in _NOTES.values()
        }
        name, number = sheet_name(wanted), 1
        while name.casefold() in taken:
            number += 1
            name = f"{sheet_name(wanted)[:25]} ({number})"
        return name

    def _write(self, sheet: Any, number: int, index: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if _is_number(cell):
            sheet.write_number(number, index, cell)
            return
        text = str(cell).encode("utf-8", "replace").decode()
        if len(text) > CELL_LIMIT:
            self._cut += 1
            text = text[: CELL_LIMIT - len(CUT)] + CUT
        sheet.write_string(number, index, text)

    def _add_notes(self) -> None:
        lang = self._edition.lang
        said, sheet = _SAID[lang], self._book.add_worksheet(_NOTES[lang])
        sheet.set_column(0, 2, 40)
        sheet.write_string(0, 0, said["records"], self._head)
        sheet.write_number(0, 1, sum(one.rows - 1 for one in self._sheets))
        sheet.write_string(1, 0, said["cut"], self._head)
        sheet.write_number(1, 1, self._cut)
        for index, name in enumerate(("sheet", "heading", "column")):
            sheet.write_string(3, index, said[name], self._head)
        number = 4
        for one in self._sheets:
            words = headings(one.type, self._edition.pack, lang)
            for column, heading in zip(one.columns, words, strict=True):
                if column in one.filled:
                    for index, text in enumerate((one.name, heading, column)):
                        sheet.write_string(number, index, text)
                    number += 1


def _is_number(cell: Cell) -> bool:
    """Whether a cell holds it as a number, and exactly."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return math.isfinite(cell) and abs(cell) <= EXACT


FORMAT = Format(
    "xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx",
    write,
    names_others=True,
)
