"""Cells of an ODS workbook that are percentages: the format says so of each cell itself."""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Mapping

from khue.intake.readers.limits import CELL_LIMIT, COLUMN_LIMIT
from khue.intake.readers.styles import COLUMNS
from khue.intake.readers.xml import CHUNK, parse, refuse_doctype

CONTENT = "content.xml"
TYPE = b"percentage"
"""The type of such a cell: ODF 1.3 part 3, 19.387 office:value-type."""


def find_percents(parts: zipfile.ZipFile) -> Mapping[str, array[int]]:
    """The numbers that are shown as percentages, by the name of their sheet, as those of an XLSX
    workbook are; nothing, at little cost, for one without such cells. Raises what `zipfile` and
    `ElementTree` raise for damaged files, and `ValueError`."""
    if CONTENT not in parts.namelist() or not _has_any(parts):
        return {}
    found: Mapping[str, array[int]] = parse(parts, CONTENT, _Tables())
    return found


def _has_any(parts: zipfile.ZipFile) -> bool:
    rest = b""
    with parts.open(CONTENT) as stream:
        while chunk := stream.read(CHUNK):
            if TYPE in rest + chunk:
                return True
            rest = chunk[-len(TYPE) :]
    return False


class _Tables:
    """Takes the events of the XML one by one and counts rows and columns."""

    doctype = refuse_doctype

    def __init__(self) -> None:
        self._found: dict[str, array[int]] = {}
        self._cells = array("Q")
        self._row = self._column = self._rows = 0
        self._own: list[int] = []  # columns of the row that are percentages

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A table, a row or a cell begins."""
        name = tag.rpartition("}")[2]
        said = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if name == "table":
            self._cells = self._found.setdefault(said.get("name", ""), array("Q"))
            self._row = 0
        elif name == "table-row":
            self._rows = int(said.get("number-rows-repeated", 1))
            self._column, self._own = 0, []
        elif name in ("table-cell", "covered-table-cell"):
            width = int(said.get("number-columns-repeated", 1))
            if said.get("value-type") == TYPE.decode():
                last = min(self._column + width, COLUMN_LIMIT + 1)
                self._own += range(self._column, last)
            self._column += width

    def end(self, tag: str) -> None:
        """At the end of a row it is known how often its cells stand there."""
        if tag.rpartition("}")[2] != "table-row":
            return
        if len(self._cells) + len(self._own) * self._rows <= CELL_LIMIT:  # beyond it is not read
            for row in range(self._row, self._row + (self._rows if self._own else 0)):
                self._cells.extend(row * COLUMNS + column for column in self._own)
        self._row += self._rows

    def close(self) -> Mapping[str, array[int]]:
        """All that was found."""
        return self._found
