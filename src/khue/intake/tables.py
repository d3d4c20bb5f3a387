"""Finding the tables of a sheet: where headers are, where data ends, what is neither.

A sheet may hold several tables, one below the other; a header that comes again after a page break
is none of its own. Rows that head others, and rows that list the parts of the row above them, say
something about records: they are kept as `sections` and `parents`.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import overload

from khue.intake.body import TITLES, TOLD, Body
from khue.intake.book import Row, Sheet, numbered, texts_of
from khue.intake.headers import Header, find_headers
from khue.intake.lines import BESIDE, Section
from khue.model.findings import Finding, finding

FILLED, ROWS_OF_DATA = 2, 2
"""Filled cells of a row, and such rows, by which a sheet without a header seems to hold data."""


class TableRows(Sequence[tuple[int, Row]]):
    """The rows of a table with their numbers in the file, taken from its sheet when asked for: the
    cells of a large file are not held twice."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[int]) -> None:
        self._rows, self._numbers = rows, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        numbers = iter(self._numbers)
        wanted = next(numbers, None)
        for number, row in numbered(self._rows, 0 if wanted is None else wanted - 1):
            if number == wanted:
                yield number, row
                wanted = next(numbers, None)
            if wanted is None:
                return

    @overload
    def __getitem__(self, index: int) -> tuple[int, Row]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, Row]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, Row] | list[tuple[int, Row]]:
        if isinstance(index, slice):
            return [(number, self._rows[number - 1]) for number in self._numbers[index]]
        number = self._numbers[index]
        return number, self._rows[number - 1]

    def without(self, left_out: Set[int]) -> TableRows:
        """All but the rows of some numbers."""
        kept = array("I", (number for number in self._numbers if number not in left_out))
        return TableRows(self._rows, kept)


@dataclass(frozen=True)
class Table:
    """A table in a sheet. `headings` has the header cells of each column, top to bottom;
    `rows` are `(row number in the file, cells)`; `ordinal` is the column that only counts.

    `sections` are the rows that head those below them, in order. `parents` says of rows that list
    a part of a row above, by number in the file, which row that is. `merged` are merged cells below
    the header that cover several rows, as in `Sheet`. `above` are the lines above the
    header, up to the table before, each with its row; `totals` the rows that are sums of others,
    `sources` what lines below the rows cite, `heads` the rows of a wide table without any value,
    `row` the first of its header.
    """

    sheet: str
    headings: tuple[tuple[str, ...], ...]
    rows: Sequence[tuple[int, Row]]
    ordinal: int | None = None
    sections: tuple[Section, ...] = ()
    parents: Mapping[int, int] = field(default_factory=dict)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    above: tuple[tuple[int, str], ...] = ()
    totals: tuple[tuple[int, Row], ...] = ()
    sources: tuple[tuple[int, str], ...] = ()
    heads: tuple[tuple[int, Row], ...] = ()
    row: int = 1


def find_tables(
    sheets: Sequence[Sheet], known: Collection[str]
) -> tuple[list[Table], list[Finding]]:
    """The tables of all sheets; `known` are the headings of the type in the exact form."""
    tables: list[Table] = []
    findings: list[Finding] = []
    for sheet in sheets:
        found, told = _tables_of(sheet, frozenset(known))
        if sheet.hidden and found:
            told = [finding("sheet_hidden"), *told]
        findings += [one.at(sheet=sheet.name) for one in told]
        tables += found
    if not tables:
        findings.append(finding("header_missing"))
    elif not any(table.rows for table in tables):
        findings.append(finding("rows_none"))
    return tables, findings


def _tables_of(sheet: Sheet, known: frozenset[str]) -> tuple[list[Table], list[Finding]]:
    if not any(map(texts_of, sheet.rows)):
        return [], []
    headers = find_headers(sheet, known)
    if not headers:
        n = sum(len(texts_of(row)) >= FILLED for row in sheet.rows)
        code = "sheet_without_table" if n < ROWS_OF_DATA else "sheet_data_left_out"
        return [], [finding(code, n=n)]
    tables, findings = [], []
    at: Header | None = headers[0]
    last = 0
    while at is not None:
        body = Body(sheet, at, known, headers[-1].first)
        body.read()
        above = tuple(_lines(sheet, max(last, at.first - TITLES), at.first))
        table = _table(sheet, at, body, above)
        if sheet.header_rows is None and not at.is_of(known):
            findings.append(left_out(table))
        else:
            tables.append(table)
            findings += body.findings
        last = max([at.end, *body.rows[-1:], *(row for row, _ in body.sources)])
        at = body.next
    return tables, findings


def left_out(table: Table) -> Finding:
    """What to say of a table that holds no records of the type."""
    said = " | ".join(" ".join(parts) for parts in table.headings if parts)[:TOLD]
    told = finding("table_left_out", value=said, n=len(table.rows))
    return told.at(sheet=table.sheet, row=table.row)


def _table(sheet: Sheet, at: Header, body: Body, above: tuple[tuple[int, str], ...]) -> Table:
    beyond = ((),) * (body.width - len(at.headings))
    return Table(
        sheet.name,
        (*at.headings, *beyond),
        TableRows(sheet.rows, body.rows),
        at.ordinal,
        sections=tuple(body.sections),
        parents=body.parents,
        merged=tuple(m for m in sheet.merged if m[0] >= at.end and m[2] > m[0]),
        above=above,
        totals=tuple(body.totals),
        sources=tuple(body.sources),
        row=at.first + 1,
    )


def _lines(sheet: Sheet, first: int, end: int) -> Iterator[tuple[int, str]]:
    """The rows that hold nothing but a line or two of text, with their number."""
    if sheet.header_rows is not None:
        return
    for number, row in enumerate(sheet.rows[first:end], first + 1):
        texts = texts_of(row)
        if len(texts) <= BESIDE:
            yield from ((number, text) for text in texts if len(text) <= TOLD)
