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
        self._noted = 0  # of all tables
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
            self._rows = _times(said.get("number-rows-repeated"))
            self._column, self._own = 0, []
        elif name in ("table-cell", "covered-table-cell"):
            width = _times(said.get("number-columns-repeated"))
            if said.get("value-type") == TYPE.decode():
                last = min(self._column + width, COLUMN_LIMIT + 1)
                self._own += range(self._column, last)
            self._column += width

    def end(self, tag: str) -> None:
        """At the end of a row it is known how often its cells stand there."""
        if tag.rpartition("}")[2] != "table-row":
            return
        first, self._row = self._row, self._row + self._rows
        noted = self._noted + len(self._own) * self._rows
        if not self._own or max(noted, self._row) > CELL_LIMIT:  # beyond it nothing is read
            return
        self._noted = noted
        for row in range(first, self._row):
            self._cells.extend(row * COLUMNS + column for column in self._own)

    def close(self) -> Mapping[str, array[int]]:
        """All that was found."""
        return self._found


def _times(stated: str | None) -> int:
    """How often a row or a cell stands there: once, where nothing or nothing possible is said."""
    return max(1, int(stated or 1))
