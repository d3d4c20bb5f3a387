"""What was found in the cells of wide tables, told once where a row or a heading is the reason.

Each cell under a period or a measure is a record, and has its own findings, which stay with it
where it waits for review. In a report of a file the same would stand there for every cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping
from itertools import chain, groupby

from khue.intake.figures import TAKEN, UNSTATED
from khue.intake.wide import VALUE
from khue.lib.chunks import chunked
from khue.lib.spool import Spool
from khue.model.findings import Finding

BLOCK = 1_000

Headings = Mapping[str, Collection[str]]
"""The headings with a period or a measure, by sheet."""


def told_once(found: Spool[list[Finding]], across: Headings) -> tuple[Spool[list[Finding]], int]:
    """Findings in the order of the file, each with the number of cells that it is of, and how many
    they are. What is wrong with a value stays at its cell."""
    columns = Counter(_of_column(one) for one in _each(found) if _is_of_column(one, across))
    told = Spool[list[Finding]]()
    length = 0
    for block in chunked(_told(found, across, columns), BLOCK):
        told.put(block)
        length += len(block)
    return told, length


def _told(
    found: Spool[list[Finding]], across: Headings, columns: Mapping[Hashable, int]
) -> Iterator[Finding]:
    said: set[Hashable] = set()
    for (sheet, _), row in groupby(_each(found), key=lambda one: (one.sheet, one.row)):
        if sheet not in across:
            yield from row
            continue
        first: dict[Hashable, Finding] = {}
        cells = Counter[Hashable]()
        for one in row:
            if _is_of_column(one, across):
                key = _of_column(one)
                if key not in said:
                    said.add(key)
                    first[key], cells[key] = one, columns[key]
                continue
            key = _of_row(one, across)
            first.setdefault(key, one)
            cells[key] += 1
        yield from (one._replace(cells=cells[key]) for key, one in first.items())


def _each(found: Spool[list[Finding]]) -> Iterator[Finding]:
    return chain.from_iterable(found)


def _is_of_column(one: Finding, across: Headings) -> bool:
    """Whether a heading is the reason: its period, its measure, or what else it says; or the unit
    of an indicator, which is one wherever it stands in a sheet."""
    return one.column in across.get(one.sheet, ()) and (one.field != VALUE or one.code == TAKEN)


def _of_column(one: Finding) -> Hashable:
    if one.code == TAKEN:
        return one.code, one.sheet, one.field, str(one.values)
    return one.code, one.sheet, one.column, one.field, one.value, str(one.values)


def _of_row(one: Finding, across: Headings) -> Hashable:
    """What is the same of a row: of a value only what its cell says. That a unit is not stated is
    told at the value, though it is the row that lacks it."""
    if one.code == UNSTATED and one.column in across.get(one.sheet, ()):
        return one.code, one.field, str(one.values)
    return one.code, one.column, one.field, one.value, str(one.values)
