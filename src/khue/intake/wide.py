"""Wide tables: years or months across the top, one row for each measure and place; or measures
across the top, one row for each place.

Each filled cell under a period, or under the name of an indicator, is an observation of its own:
what the row says in its other columns, what the heading says, and the value. Only types that have a
period and a value are read so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from khue.intake.book import Row
from khue.intake.lines import LINE
from khue.intake.measures import (
    MEASURE,
    UNIT,
    heading_says,
    indicator_named,
    is_counted_alike,
    some_of,
)
from khue.intake.periods import Across, Unclear, parts_of_no_year, periods_across, year_above
from khue.intake.tables import Table
from khue.intake.totals import check_totals
from khue.lib.vietnamese import display, exact
from khue.model.findings import Finding, finding
from khue.model.packs import Column
from khue.model.values import Context, kind_of

PERIOD, VALUE, STATUS = "period", "value", "status"
"""Paths of what a cell of a wide table says: when, how much, whether planned or done; its unit and
what is measured too, where no column but a heading over the periods says it."""

NAMING = frozenset({VALUE, MEASURE, "name.en", "indicator"})
"""Paths of columns of tables that have no measures across the top."""

SAID_ABOVE = "Đầu cột"
"""Under which heading the rest of a heading with a period is kept."""

ABOVE = (STATUS, UNIT, MEASURE)

WHOLES = frozenset(
    exact(word) for word in ("tổng số", "tổng cộng", "tổng", "cộng", "chung", "total", "all")
)
"""What a heading over the periods says of figures that are no part of others: nothing more."""

FEWEST = 2
"""Periods across the top that make a table wide."""


@dataclass(frozen=True)
class Wide:
    """A wide table as one with a row for each filled cell: `kept` are the columns of the file that
    it still has, `across` those under periods or measures (`by_measure`). `told` are headings of
    columns of which `findings` say all that there is to say."""

    table: Table
    kept: list[int]
    across: list[Across]
    findings: list[Finding]
    told: frozenset[str]
    by_measure: bool = False


def is_wide(table: Table, columns: Sequence[Column]) -> bool:
    """Whether a table has periods across the top, and the type a place for them."""
    if not _takes_periods(columns):
        return False
    across = _periods(table)
    return len(across) >= FEWEST and any(isinstance(one, Across) for one in across)


def without_year(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    """What to say of a table that is not wide only because nothing tells the year of its months."""
    headings = parts_of_no_year(table.headings) if _takes_periods(columns) else ()
    if len(headings) >= FEWEST:
        yield finding("heading_year_unstated", headings=", ".join(headings)).at(sheet=table.sheet)


def unpivot(
    table: Table,
    columns: Sequence[Column],
    headings: Set[str],
    context: Context,
    *,
    titled: bool = False,
) -> Wide:
    """A wide table with a row for each filled cell. Its last columns are named by the paths that
    they fill; the very last cell of a row, without a heading, is the heading it came from.

    `headings` are those known, in the exact form: what a column of the table says, no heading over
    the periods need say. `titled`: a line above the table names what is measured.
    """
    named = _periods(table)
    across = [one for one in named if isinstance(one, Across)]
    by_path = {column.path: column for column in columns}
    here = {exact(parts[-1]) for i, parts in enumerate(table.headings) if parts}
    free = {
        path: column
        for path, column in by_path.items()
        if path in (STATUS, UNIT, MEASURE) and not here & (headings & set(column.headings))
    }
    cells = {one.index: _said_above(_whole(one, titled), free, context) for one in across}
    names = [(PERIOD,), *((one,) if one in free else () for one in ABOVE)]
    kept, wide = _turned(table, cells, names)
    if MEASURE in by_path and here & headings & set(by_path[MEASURE].headings):
        wide = replace(wide, parents=_parents(table, wide))
    periods = ", ".join(dict.fromkeys(one.period for one in across))
    told = [finding("table_wide", periods=periods)]
    year = year_above(table.above, table.sheet)
    if year is not None and any(one.year_above for one in across):
        told.append(finding("year_above", value=year.year).at(row=year.row or None))
    unclear = [one for one in named if isinstance(one, Unclear)]
    told += [finding("heading_period_unread", value=one.heading, left=one.left) for one in unclear]
    told += [
        finding("heading_rest_kept", value=one.heading, left=cells[one.index][-2])
        for one in across
        if cells[one.index][-2]
    ]
    findings = [one.at(sheet=table.sheet, column=one.value) for one in told]
    findings += _without_values(wide)
    findings += check_totals(table, across)
    silent = frozenset({SAID_ABOVE, *(one.heading for one in unclear)})
    return Wide(wide, kept, across, findings, silent)


def unpivot_measures(
    table: Table,
    columns: Sequence[Column],
    headings: Set[str],
    decided: Set[str],
    context: Context,
    *,
    titled: str = "",
) -> Wide | None:
    """A table with the names of indicators across the top as one with a row for each filled cell,
    as `unpivot` gives it; None for any other table: one with a column for names or values, or of
    which no heading is such a name in full. A heading with a unit is none beside a column of units:
    one of them is wrong.

    `decided` are the headings, in the exact form, of which a mapping says what they are. `titled`
    is what a line above the table says is measured: where that is none of the columns, they are
    parts of it. *Bảo tàng* below *Lượt khách* are visits, and no museums.
    """
    by_path = {column.path: column for column in columns}
    known = {exact(parts[-1]) for parts in table.headings if parts} & headings
    naming = (set(by_path[path].headings) for path in NAMING & by_path.keys())
    if not _takes_periods(columns) or any(known & own for own in naming):
        return None
    named: dict[Across, Row] = {}
    takes_unit = not known & set(by_path[UNIT].headings)
    before = ""
    for index, parts in enumerate(table.headings):
        heading = " / ".join(parts)
        if not parts or exact(heading) in decided or exact(parts[-1]) in headings:
            continue
        name, unit = heading_says(display(" ".join(parts)), context)
        some, before = some_of(name), before if some_of(name) else name
        if name and (takes_unit or not unit):
            # Of so many relics some are special ones; of so many visits, none are museums.
            name = some if some and is_counted_alike(some, before, context) else name
            named[Across(index, heading, "", "")] = [name, unit, "", heading]
    if not named or (titled and not _measures(titled, named.values(), context)):
        return None
    cells = {one.index: said for one, said in named.items()}
    kept, wide = _turned(table, cells, [(MEASURE,), (UNIT,) if takes_unit else ()])
    names = "; ".join(one.heading for one in named)
    findings = [finding("table_by_measure", names=names).at(sheet=table.sheet)]
    findings += _without_values(wide)
    findings += check_totals(table, list(named))
    return Wide(wide, kept, list(named), findings, frozenset(), by_measure=True)


def _without_values(wide: Table) -> Iterator[Finding]:
    for number, row in wide.heads:
        said = " | ".join(display(cell) for cell in row if cell.strip())[:LINE]
        yield finding("row_without_values", value=said).at(sheet=wide.sheet, row=number)


def _measures(titled: str, cells: Iterable[Row], context: Context) -> bool:
    """Whether some column is of the indicator that a title names."""
    known = context.indicators
    key = indicator_named(titled, known) if known else ""
    return any(known and indicator_named(said[0], known) == key for said in cells)


def _turned(
    table: Table, cells: Mapping[int, Row], names: Sequence[tuple[str, ...]]
) -> tuple[list[int], Table]:
    """The columns that are kept, and a table with them and a row for each filled cell of the
    others: then its value, what its heading says (the `cells`) under some `names`, what is left of
    the heading, and the heading."""
    kept = [i for i in range(len(table.headings)) if i not in cells]
    rows: list[tuple[int, Row]] = []
    heads: list[tuple[int, Row]] = []
    for number, row in table.rows:
        own, before = [_at(row, i) for i in kept], len(rows)
        rows += (
            (number, [*own, value, *said])
            for i, said in cells.items()
            if (value := _at(row, i)).strip()
        )
        if len(rows) == before:
            heads.append((number, own))
    rest = (SAID_ABOVE,) if any(said[-2] for said in cells.values()) else ()
    turned = replace(
        table,
        headings=(*(table.headings[i] for i in kept), (VALUE,), *names, rest, ()),
        rows=rows,
        ordinal=kept.index(table.ordinal) if table.ordinal in kept else None,
        parents={},
        heads=tuple(heads),
    )
    return kept, turned


def _parents(table: Table, wide: Table) -> dict[int, int]:
    """Under which rows of a wide table others are listed: besides those that say so themselves,
    under one without any value, where rows have no numbers that would tell its end."""
    parents = dict(table.parents)
    if table.ordinal is None:
        heads, head = {number for number, _ in wide.heads}, 0
        ends = {one.row for one in table.sections} | {number for number, _ in table.totals}
        for number in sorted({*ends, *(number for number, _ in table.rows)}):
            if number in ends:
                head = 0
            elif number in heads:
                head = number
            elif head:
                parents.setdefault(number, head)
    return parents


def _whole(one: Across, titled: bool) -> Across:
    """A column without the word that it is of the whole, where another line names the measure."""
    return replace(one, rest="") if titled and exact(one.rest) in WHOLES else one


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


def _takes_periods(columns: Sequence[Column]) -> bool:
    return {PERIOD, VALUE} <= {column.path for column in columns}


def _periods(table: Table) -> list[Across | Unclear]:
    return list(periods_across(table.headings, year_above(table.above, table.sheet)))


def _reads(text: str, column: Column, context: Context) -> bool:
    leaf = replace(column.field, path=column.path)
    return kind_of(leaf).read(text, leaf, context).value is not None


def _at(row: Row, index: int) -> str:
    return row[index] if index < len(row) else ""
