"""Wide tables: years or months across the top, one row for each measure and place.

Each filled cell under a period is an observation of its own: what the row says in its other
columns, the period, and the value. Only types that have a period and a value are read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from khue.intake.book import Row
from khue.intake.tables import Table
from khue.lib.vietnamese import exact
from khue.model.findings import Finding, finding
from khue.model.packs import Column
from khue.model.values import Context, kind_of

PERIOD, VALUE, STATUS, UNIT, MEASURE = "period", "value", "status", "unit", "name.vi"
"""Paths of what a cell of a wide table says: when, how much, whether planned or done, in what unit,
and what is measured, where no column but a heading over the periods says it."""

SAID_ABOVE = "Đầu cột"
"""Under which heading the rest of a heading with a period is kept."""

ABOVE = (STATUS, UNIT, MEASURE)

FEWEST = 2
"""Periods across the top that make a table wide."""

YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
SPAN = re.compile(r"((?:1[89]|20)\d\d)\s*[-–]\s*((?:1[89]|20)\d\d)")
MONTH = re.compile(r"(?:tháng|th\.?|t\.?)\s*(1[0-2]|0?[1-9])(?!\d)", re.IGNORECASE)
QUARTER = re.compile(r"quý\s*(IV|I{1,3}|[1-4])\b", re.IGNORECASE)
FILLING = re.compile(r"\bnăm\b|[()\[\]/,.;:–-]", re.IGNORECASE)


@dataclass(frozen=True)
class Across:
    """A column under a period: the period as it is to be read, and what else its heading says."""

    index: int
    heading: str
    period: str
    rest: str


@dataclass(frozen=True)
class Wide:
    """A wide table as one with a row for each filled cell: `kept` are the columns of the file that
    it still has, `across` those under periods."""

    table: Table
    kept: list[int]
    across: list[Across]
    findings: list[Finding]


def is_wide(table: Table, columns: Sequence[Column]) -> bool:
    """Whether a table has periods across the top, and the type a place for them."""
    paths = {column.path for column in columns}
    return {PERIOD, VALUE} <= paths and len(_across(table)) >= FEWEST


def unpivot(table: Table, columns: Sequence[Column], headings: Set[str], context: Context) -> Wide:
    """A wide table with a row for each filled cell. Its last columns are named by the paths that
    they fill; the very last cell of a row, without a heading, is the heading it came from.

    `headings` are those known, in the exact form: what a column of the table says, no heading over
    the periods need say.
    """
    across = _across(table)
    by_path = {column.path: column for column in columns}
    here = {exact(parts[-1]) for i, parts in enumerate(table.headings) if parts}
    free = {
        path: column
        for path, column in by_path.items()
        if path in (STATUS, UNIT, MEASURE) and not here & (headings & set(column.headings))
    }
    cells = {one.index: _said_above(one, free, context) for one in across}
    kept = [i for i in range(len(table.headings)) if i not in cells]
    rows = [
        (number, [*(_at(row, i) for i in kept), value, *said])
        for number, row in table.rows
        for i, said in cells.items()
        if (value := _at(row, i)).strip()
    ]
    rest = (SAID_ABOVE,) if any(said[-2] for said in cells.values()) else ()
    names = [(VALUE,), (PERIOD,), *((one,) if one in free else () for one in ABOVE), rest, ()]
    wide = replace(
        table,
        headings=(*(table.headings[i] for i in kept), *names),
        rows=rows,
        ordinal=kept.index(table.ordinal) if table.ordinal in kept else None,
        parents={},
    )
    periods = ", ".join(dict.fromkeys(one.period for one in across))
    told = finding("table_wide", periods=periods).at(sheet=table.sheet)
    return Wide(wide, kept, across, [told])


def _said_above(one: Across, free: dict[str, Column], context: Context) -> Row:
    """Period, status, unit and measure of the cells of a column, what is left of its heading, and
    the heading: the rest is a status if it is understood as one, else the measure if no column
    names it, else a unit."""
    said = dict.fromkeys(ABOVE, "")
    # A measure needs its name more than its unit, and may be called like it: *Lượt khách*.
    for path in (STATUS, MEASURE, UNIT):
        if one.rest and path in free and (path == MEASURE or _reads(one.rest, free[path], context)):
            said[path] = one.rest
            return [one.period, *said.values(), "", one.heading]
    return [one.period, *said.values(), one.rest, one.heading]


def _across(table: Table) -> list[Across]:
    return list(_periods(table.headings))


def _periods(headings: Sequence[tuple[str, ...]]) -> Iterator[Across]:
    for index, parts in enumerate(headings):
        text = " ".join(parts)
        span = SPAN.search(text)
        years = YEAR.findall(text)
        if not years or (len(years) > 1 and span is None):
            continue
        period = "-".join(span.groups()) if span else years[0]
        rest = YEAR.sub(" ", text)
        for shape, written in ((MONTH, "tháng {}/{}"), (QUARTER, "quý {}/{}")):
            found = shape.search(rest)
            if found and not span:
                period = written.format(found[1], years[0])
                rest = rest[: found.start()] + rest[found.end() :]
                break
        rest = " ".join(FILLING.sub(" ", rest).split())
        yield Across(index, " / ".join(parts), period, rest)


def _reads(text: str, column: Column, context: Context) -> bool:
    leaf = replace(column.field, path=column.path)
    return kind_of(leaf).read(text, leaf, context).value is not None


def _at(row: Row, index: int) -> str:
    return row[index] if index < len(row) else ""
