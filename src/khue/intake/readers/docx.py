"""DOCX: the tables of a document of Word, each a sheet; what stands between them is left aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from khue.intake.book import Book, Row, Sheet
from khue.intake.readers.archives import opened
from khue.intake.readers.encodings import brief, convert_sheet
from khue.intake.readers.limits import CELL_LENGTH, CELL_LIMIT, COLUMN_LIMIT, too_wide, vast_cell
from khue.intake.readers.xml import parse, refuse_doctype
from khue.lib.legacy_encodings import decode, draws_capitals, encoding_of_font
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding

EXTENSIONS = ("docx", "docm")

DOCUMENT = "word/document.xml"
DOCUMENT_LIMIT = 200_000_000
"""Bytes of the XML of a document, unpacked. A thousand pages of tables take twenty million."""
EXAMPLES = 3


def read(data: bytes) -> Book:
    """One `Sheet` for each table. A table within a cell is text of that cell. Raises
    `UnreadableFile` for damaged and encrypted files and for documents without a table."""
    with opened(data) as parts:
        if parts.getinfo(DOCUMENT).file_size > DOCUMENT_LIMIT:
            raise ValueError(f"{DOCUMENT} > {DOCUMENT_LIMIT}")
        document: _Document = parse(parts, DOCUMENT, _Document())
    if not document.sheets:
        raise UnreadableFile(
            "Tệp Word không có bảng nào.",
            "The Word document has no table.",
            mend_vi="Chép dữ liệu vào một bảng trong Word hoặc Excel rồi nhập lại.",
            mend_en="Put the data into a table in Word or Excel and import it again.",
        )
    findings = [one for sheet in document.sheets for one in convert_sheet(sheet)]
    return Book(tuple(document.sheets), (*document.findings, *findings))


@dataclass
class _Table:
    """A table as far as it was read. `spans` are cells merged downwards that go on: by their first
    column, the first row and the last column."""

    rows: list[Row] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    fonts: dict[str, list[str]] = field(default_factory=dict)


class _Document:
    """Takes the events of the XML one by one."""

    doctype = refuse_doctype

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.findings: list[Finding] = []
        self._table = _Table()
        self._depth = self._skipping = self._cells = 0
        self._width, self._vertical = 1, ""
        self._paragraphs: list[str] = []
        self._pieces: list[tuple[str, str]] = []
        self._font = ""
        self._in_run = self._in_text = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition("}")[2]
        if name == "Fallback":
            self._skipping += 1  # the same again, for old programs
        elif name == "tbl":
            self._depth += 1
            if self._depth == 1:
                self._table = _Table()
        elif not self._depth or self._skipping:
            return
        elif name == "r":
            self._in_run, self._font = True, ""
        elif name == "rFonts" and self._in_run:
            self._font = _attribute(attributes, "ascii") or _attribute(attributes, "hAnsi")
        elif name == "t":
            self._in_text = True
        elif name in _CHARACTERS and self._in_run:
            self._pieces.append((self._font, _CHARACTERS[name]))
        elif self._depth == 1:
            self._start_part(name, attributes)

    def _start_part(self, name: str, attributes: dict[str, str]) -> None:
        value = _attribute(attributes, "val")
        if name == "tr":
            self._table.rows.append([])
        elif name == "tc":
            self._width, self._vertical, self._paragraphs = 1, "", []
        elif name == "gridSpan":
            self._width = _count(value)
        elif name == "gridBefore" and self._table.rows:
            self._table.rows[-1] += [""] * _count(value)
        elif name == "vMerge":
            self._vertical = value or "continue"

    def data(self, text: str) -> None:
        """A part of a text."""
        if self._in_text:
            self._pieces.append((self._font, text))

    def end(self, tag: str) -> None:
        """An element ends."""
        name = tag.rpartition("}")[2]
        if name == "Fallback":
            self._skipping -= 1
        elif not self._depth:
            return
        elif name == "tbl":
            self._depth -= 1
            if not self._depth:
                self._end_table()
        elif name == "r":
            self._in_run = False
        elif name == "t":
            self._in_text = False
        elif name == "p" and not self._skipping:
            self._paragraphs.append(self._join())
        elif name == "tc" and self._depth == 1 and self._table.rows:
            self._end_cell()

    def _join(self) -> str:
        """The text of a paragraph, what old fonts drew in it converted. Word cuts a text into runs
        anywhere, even within a letter of VNI."""
        whole = ""
        for font, pieces in groupby(self._pieces, key=lambda piece: piece[0]):
            text = "".join(piece for _, piece in pieces)
            encoding = encoding_of_font(font)
            read = decode(text, encoding) if encoding and not text.isascii() else None
            drawn = text if read is None else read
            drawn = drawn.upper() if draws_capitals(font) else drawn
            if read is not None:
                seen = self._table.fonts.setdefault(font, [])
                if len(seen) < EXAMPLES:
                    seen.append(f"{brief(text)} → {brief(drawn)}")
            whole += drawn
        self._pieces = []
        return whole

    def _end_cell(self) -> None:
        table, cells = self._table, self._table.rows[-1]
        row, column = len(table.rows) - 1, len(cells)
        text = "\n".join(self._paragraphs).strip("\n")
        cells += [text, *[""] * (self._width - 1)]
        self._cells += self._width
        if len(text) > CELL_LENGTH:
            raise vast_cell()
        if len(cells) > COLUMN_LIMIT or self._cells > CELL_LIMIT:
            raise too_wide("Bảng trong tệp Word có", "A table of the document has")
        if self._vertical == "continue" and column in table.spans:
            return
        self._end_span(column, row)
        if self._vertical == "restart":
            table.spans[column] = row, column + self._width - 1
        elif self._width > 1:
            table.merged.append((row, column, row, column + self._width - 1))

    def _end_span(self, column: int, row: int) -> None:
        """A cell that was merged down to the row above."""
        if column in self._table.spans:
            first, last = self._table.spans.pop(column)
            if row - 1 > first or last > column:
                self._table.merged.append((first, column, row - 1, last))

    def _end_table(self) -> None:
        table, name = self._table, str(len(self.sheets) + 1)
        for column in list(table.spans):
            self._end_span(column, len(table.rows))
        self.sheets.append(Sheet(name, table.rows, tuple(sorted(table.merged))))
        for font, examples in table.fonts.items():
            told = finding("encoding_font", value=font, examples="; ".join(examples))
            self.findings.append(told.at(sheet=name))

    def close(self) -> _Document:
        """All that was found in the document."""
        return self


_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


def _count(value: str) -> int:
    count = int(value or 1)
    if not 0 < count <= COLUMN_LIMIT:
        raise too_wide("Bảng trong tệp Word có", "A table of the document has")
    return count
