"""Where findings stand: the cells of a spreadsheet that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khue.intake.book import Book, Row
from khue.intake.mapping import MappedColumn
from khue.lib.vietnamese import display
from khue.model.findings import Finding
from khue.publish.sheet import column_letters

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_HEADER_UP = 6  # rows above the data in which a heading is looked for

Mapped = Sequence[tuple[str, int, MappedColumn]]
"""Each column with its sheet and the first row of its table."""


@dataclass(frozen=True)
class Located:
    """A finding with its cell: row from 1, column from 0; None where there is none. `besides` are
    other columns of the row whose cells are part of the same value."""

    finding: Finding
    row: int | None
    column: int | None
    besides: tuple[int, ...] = ()

    @property
    def cell(self) -> str:
        """The address of the cell, `C12`; empty where there is none."""
        if self.row is None or self.column is None:
            return ""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def cells(self) -> tuple[tuple[str, int, int], ...]:
        """Sheet, row and column of all its cells, its own first."""
        if self.row is None or self.column is None:
            return ()
        columns = (self.column, *self.besides)
        return tuple((self.finding.sheet, self.row, column) for column in columns)


def locate(findings: Iterable[Finding], mapped: Mapped, book: Book) -> list[Located]:
    """Each finding with its cell. One of a whole row stands at its name, one of a whole column at
    its heading; one of a value that several columns make (province, ward, street) at all of them
    that are filled."""
    places = _Places(mapped)
    rows = {sheet.name: sheet.rows for sheet in book.sheets}
    located = []
    for one in findings:
        stated = _ADDRESS.fullmatch(str(one.values.get("cell") or ""))
        if stated:
            located.append(Located(one, int(stated[2]), _column_of(stated[1])))
        elif one.row is not None:
            column, others = places.of_row(one)
            own = rows.get(one.sheet, [])
            row: Row = own[one.row - 1] if others and one.row <= len(own) else []
            besides = tuple(each for each in others if each < len(row) and display(row[each]))
            located.append(Located(one, one.row, column, besides))
        else:
            heading = one.column or one.value
            tables = places.of_heading(one.sheet, heading)
            located.append(Located(one, *_of_header(rows.get(one.sheet, []), tables, heading)))
    return located


class _Places:
    """The columns of a file by what findings say of them."""

    def __init__(self, mapped: Mapped) -> None:
        self._columns: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self._names: dict[str, list[tuple[int, int]]] = {}
        joined: dict[tuple[str, int, str], list[int]] = {}
        for sheet, first, column in mapped:
            self._columns.setdefault((sheet, column.heading), []).append((first, column.index))
            if column.path in ("name.vi", "name.en"):
                self._names.setdefault(sheet, []).append((first, column.index))
            if column.path and column.index >= 0:
                joined.setdefault((sheet, first, column.path), []).append(column.index)
        self._besides = {
            (sheet, first, index): [one for one in group if one != index]
            for (sheet, first, _), group in joined.items()
            for index in group
        }

    def of_row(self, one: Finding) -> tuple[int, list[int]]:
        """The column of a finding in a row, and those that are part of the same value."""
        own = self._columns.get((one.sheet, one.column))
        first, column = _of_row(own or self._names.get(one.sheet) or [(1, 0)], one.row or 1)
        return column, self._besides.get((one.sheet, first, column), []) if own else []

    def of_heading(self, sheet: str, heading: str) -> list[tuple[int, int]]:
        """First row and column of each table of a sheet that has this heading."""
        return self._columns.get((sheet, heading), [])


def _column_of(letters: str) -> int:
    """The column of these letters, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _of_row(tables: Sequence[tuple[int, int]], row: int) -> tuple[int, int]:
    """The column's place in the table that a row belongs to: the last that begins above it."""
    above = [place for place in tables if place[0] <= row]
    return max(above) if above else tables[0]


def _of_header(
    rows: Sequence[Sequence[str]], tables: Sequence[tuple[int, int]], heading: str
) -> tuple[int | None, int | None]:
    if not tables:
        return None, None
    first, column = tables[0]
    last = display(heading.rpartition(" / ")[2])
    for number in range(first - 1, max(0, first - 1 - _HEADER_UP), -1):
        row = rows[number - 1] if number <= len(rows) else []
        if column < len(row) and display(row[column]) == last:
            return number, column
    return None, None
