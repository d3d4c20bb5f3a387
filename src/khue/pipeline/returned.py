"""Rows that come back in a workbook for editing: which they are, and what stands in their cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from khue import intake
from khue.intake import Book
from khue.intake.mapping import MappedColumn
from khue.intake.own import data_sheets
from khue.lib.vietnamese import display, exact
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Type
from khue.pipeline.house import House
from khue.publish.cells import OTHER, RECORD, VERSION, CellColumn, cell_columns

TITLES = 40
"""Rows from the top in which the header is looked for: someone may have put titles above it."""

_RECORD_FORMS = frozenset(exact(name) for name in RECORD.values())
_VERSION_FORMS = frozenset(exact(name) for name in VERSION.values())
_OTHER_FORMS = frozenset(exact(name) for name in OTHER.values())
_OWN_FORMS = _RECORD_FORMS | _VERSION_FORMS | _OTHER_FORMS


@dataclass(frozen=True)
class ReturnedRow:
    """A row that came back: its cells by column path, what stands in its first two columns, and in
    the one that is only to be read, with its heading (None if it is not there)."""

    sheet: str
    number: int
    record: str
    version: str
    cells: Mapping[str, str]
    other: tuple[str, str] | None = None


@dataclass(frozen=True)
class Returned:
    """A file that came back: its rows, the columns that it has, and headings by column path."""

    rows: tuple[ReturnedRow, ...]
    columns: tuple[CellColumn, ...]
    mapped: tuple[tuple[str, int, MappedColumn], ...]
    findings: tuple[Finding, ...] = ()

    @property
    def headings(self) -> dict[str, str]:
        """The heading of each column in the file, by path."""
        return {one.path or "": one.heading for _, _, one in self.mapped if one.path}


def find_returned(book: Book, house: House, type_: Type) -> Returned | None:
    """The rows of a workbook that was exported for editing; None for any other file."""
    sheets, told = data_sheets(book)
    headers = [(sheet, _header(sheet)) for sheet in sheets]
    if not any(header is not None for _, header in headers):
        return None
    known = _known(house, type_)
    rows: list[ReturnedRow] = []
    mapped: list[tuple[str, int, MappedColumn]] = []
    findings = [*book.findings, *told]
    present: dict[str, CellColumn] = {}
    for sheet, header in headers:
        if header is None:
            findings.append(finding("sheet_without_table").at(sheet=sheet.name))
            continue
        found, unknown = _columns(sheet.rows[header], known)
        findings += [one.at(sheet=sheet.name) for one in unknown]
        present |= {one.path: one for one in found.values() if one is not None}
        mapped += [
            (sheet.name, header + 2, _mapped(index, heading, found.get(index)))
            for index, heading in enumerate(sheet.rows[header])
        ]
        rows += _rows(sheet, header, found)
    ordered = [one for one in cell_columns(type_, house.pack) if one.path in present]
    return Returned(tuple(rows), tuple(ordered), tuple(mapped), tuple(findings))


def new_rows(returned: Returned, source: str) -> tuple[bytes, str]:
    """The new rows alone, as CSV: what a record came from is kept with it, and what other rows say
    of other records is not part of that."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    paths = list(returned.headings)
    writer.writerow(returned.headings.values())
    for row in returned.rows:
        if not row.record and not row.version:
            writer.writerow(row.cells.get(path, "") for path in paths)
    return text.getvalue().encode("utf-8-sig"), f"{source}.csv"


def _header(sheet: intake.Sheet) -> int | None:
    """The row that names the columns of identifiers and versions, counted from 0."""
    for index, row in enumerate(islice(sheet.rows, TITLES)):
        forms = {exact(cell) for cell in row if cell}
        if forms & _RECORD_FORMS and forms & _VERSION_FORMS:
            return index
    return None


def _known(house: House, type_: Type) -> dict[str, CellColumn]:
    """Headings in the exact form to columns: those that an import knows, and our own."""
    columns = {one.path: one for one in cell_columns(type_, house.pack)}
    headings = intake.known_headings(house.pack.columns(type_.name))
    known = {form: columns[one.path] for form, one in headings.items() if one.path in columns}
    own = {
        exact(name): one for one in columns.values() for name in (*one.heading.values(), one.path)
    }
    return known | own


def _columns(
    header: Sequence[str], known: Mapping[str, CellColumn]
) -> tuple[dict[int, CellColumn], list[Finding]]:
    found: dict[int, CellColumn] = {}
    told: list[Finding] = []
    taken: dict[str, str] = {}
    for index, heading in enumerate(header):
        form = exact(heading)
        if not form or form in _OWN_FORMS:
            continue
        column = known.get(form)
        if column is None:
            told.append(finding("returned_column", value=display(heading)))
        elif column.path in taken:
            told.append(finding("column_twice", value=display(heading), first=taken[column.path]))
        else:
            taken[column.path] = display(heading)
            found[index] = column
    return found, told


def _mapped(index: int, heading: str, column: CellColumn | None) -> MappedColumn:
    if column is None:
        return MappedColumn(index, display(heading), None, "skipped")
    return MappedColumn(index, display(heading), Column(column.path, column.leaf, ()), "heading")


def _rows(sheet: intake.Sheet, header: int, columns: Mapping[int, CellColumn]) -> list[ReturnedRow]:
    names = sheet.rows[header]
    record = next(i for i, cell in enumerate(names) if exact(cell) in _RECORD_FORMS)
    version = next(i for i, cell in enumerate(names) if exact(cell) in _VERSION_FORMS)
    other = next((i for i, cell in enumerate(names) if exact(cell) in _OTHER_FORMS), None)
    rows = []
    for number, row in enumerate(sheet.rows, 1):
        if number <= header + 1 or not any(cell.strip() for cell in row):
            continue
        wide = [*row, *[""] * (len(names) - len(row))]
        cells = {column.path: wide[index].strip() for index, column in columns.items()}
        stated = display(wide[record]).upper(), display(wide[version])
        read_only = None if other is None else (display(names[other]), wide[other])
        rows.append(ReturnedRow(sheet.name, number, *stated, cells, read_only))
    return rows
