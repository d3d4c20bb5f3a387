"""Cells of data that are merged downwards: one value that is written for several rows.

The file has it in the first of them only. A place or a rank says the same of each row; an amount
may be that of each or of all together, and that is not guessed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from operator import itemgetter

from khue.intake.book import Row
from khue.intake.mapping import MappedColumn
from khue.intake.readers.encodings import brief, letters_of
from khue.intake.tables import Table
from khue.model.findings import Finding, finding

NAMES = ("name.vi", "name.en")
AMOUNTS = ("quantity", "integer", "number", "identifier", "point")
"""Kinds of values that need not be those of each row."""


def fill_merged(table: Table, columns: Sequence[MappedColumn]) -> list[Finding]:
    """Write the value of each merged cell into the rows that it covers, in place, and tell of it.

    A name is of one record, however many lines it takes, so it is left as it is, as are rows that
    have none. The rows of the table are lists that are held in memory, as readers of formats with
    merged cells give them.
    """
    if not table.merged:
        return []
    by_index = {one.index: one for one in columns}
    names = [one.index for one in columns if one.path in NAMES]
    place_of = partial(bisect_left, table.rows, key=itemgetter(0))
    ends: dict[int, int] = {}
    findings: list[Finding] = []
    for first, index, last, right in sorted(table.merged):
        column = by_index.get(index)
        if column is None or index != right or column.path in NAMES:
            continue
        if first <= ends.get(index, -1):
            continue  # no program merges a cell twice, and a file may say so a million times
        ends[index] = last
        own, *others = table.rows[place_of(first + 1) : place_of(last + 2)] or [(0, [])]
        text = _cell(own[1], index) if own[0] == first + 1 else ""
        below = [row for _, row in others if any(_cell(row, name) for name in names)]
        if not text or not below:
            continue
        repeats = column.column is not None and column.column.field.kind not in AMOUNTS
        if repeats:
            for row in below:
                row.extend("" for _ in range(index + 1 - len(row)))
                row[index] = row[index] or text
        elif column.how in ("ordinal", "skipped"):
            continue
        letter = letters_of(index + 1)
        told = finding(
            "cells_merged" if repeats else "cells_merged_open",
            value=brief(text),
            area=f"{letter}{first + 1}:{letter}{last + 1}",
            n=len(below),
        )
        findings.append(told.at(sheet=table.sheet, row=first + 1, column=column.heading))
    return findings


def _cell(row: Row, index: int) -> str:
    return row[index].strip() if index < len(row) else ""
