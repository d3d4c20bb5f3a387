"""What the cells of a workbook say of themselves besides their value, and the styles they name."""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from xml.etree import ElementTree

from khue.intake.book import Sheet
from khue.intake.readers.formulas import TREE_LIMIT, position_of, read_tree
from khue.intake.readers.xml import CHUNK

STYLES = "xl/styles.xml"

COLUMNS = 16_384
"""Of the format: ECMA-376, the limits of SpreadsheetML."""

Cells = Mapping[bytes, bytes]
"""The attributes `r`, `s` and `t` of a cell: where it is, its style, the type of its value."""

_CELL = re.compile(rb"<c\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"\s([rst])\s*=\s*[\"']([^\"'<>]*)[\"']")


def read_styles(parts: zipfile.ZipFile) -> ElementTree.Element | None:
    """The styles of a workbook; None if it has none, or more than are read."""
    # Some workbooks have gathered styles for years; they are read by their words.
    if STYLES not in parts.namelist() or parts.getinfo(STYLES).file_size > TREE_LIMIT:
        return None
    return read_tree(parts, STYLES)


def cells_of(parts: zipfile.ZipFile, part: str) -> Iterator[Cells]:
    """What each cell of a sheet says of itself."""
    rest = b""
    with parts.open(part) as stream:
        while chunk := stream.read(CHUNK):
            whole = rest + chunk
            cut = max(whole.rfind(b"<c"), 0)
            for cell in _CELL.findall(whole, 0, cut):
                yield dict(_ATTRIBUTE.findall(cell))
            rest = whole[cut:][-CHUNK:]
    for cell in _CELL.findall(rest):
        yield dict(_ATTRIBUTE.findall(cell))


def style_of(cell: Cells) -> int | None:
    """The number of the style of a cell."""
    style = cell.get(b"s", b"0")
    return int(style) if style.isdigit() else None


def add_place(cells: array[int], cell: Cells) -> None:
    """Note where a cell is, as `(row - 1) * COLUMNS + column - 1`."""
    row, column = position_of(cell[b"r"].decode("latin-1"))
    cells.append((row - 1) * COLUMNS + column - 1)


def places_in(sheet: Sheet, cells: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Row and column, 0-based, of noted cells that a sheet has."""
    for cell in cells:
        row, column = divmod(cell, COLUMNS)
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            yield row, column
