"""A table opened for reading: its columns understood, its rows ready to become candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from khue.intake.book import Row
from khue.intake.candidates import Candidate
from khue.intake.citing import read_sources
from khue.intake.dimensions import read_dimension
from khue.intake.figures import NUMBERS, is_figure, untimed
from khue.intake.mapping import MappedColumn, known_headings, map_columns
from khue.intake.mapping_files import Mapping
from khue.intake.merged import NAMES, fill_merged
from khue.intake.naming import INDICATOR
from khue.intake.rows import Reader
from khue.intake.surroundings import look_around
from khue.intake.tables import Table, left_out
from khue.intake.titles import measure_above, read_titles
from khue.intake.wide import (
    NAMING,
    VALUE,
    Wide,
    is_wide,
    unpivot,
    unpivot_measures,
    without_year,
)
from khue.lib.vietnamese import exact
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context


@dataclass(frozen=True)
class Opened:
    """A table whose columns are decided: `reader` reads its `rows`, any part of them (a slice costs
    little more than its own rows) in any order; `columns` are those of the file and what they were
    taken for, and after them values without a column (their index is -1); `findings` say what was
    understood of the table as a whole."""

    reader: Reader
    rows: Sequence[tuple[int, Row]]
    columns: list[MappedColumn]
    findings: tuple[Finding, ...]

    def candidates(self) -> Iterator[Candidate]:
        """The rows as candidates, all but their references, in order."""
        read = self.reader.read
        return (read(number, row) for number, row in self.rows)


def open_tables(
    tables: Sequence[Table], type_: Type, mapping: Mapping, context: Context
) -> tuple[list[tuple[Table, Opened]], list[Finding]]:
    """The tables of a file, opened, but for those that hold no records where another one on their
    sheet does: summaries, contacts and legends beside a list, which are told. Raises `WrongUse` if
    the mapping names an unknown path."""
    opened = [(table, open_table(table, type_, mapping, context)) for table in tables]
    holding = [_holds_records(one, type_) for _, one in opened]
    sheets = {table.sheet for table, holds in zip(tables, holding, strict=True) if holds}
    kept, told = [], []
    for (table, one), holds in zip(opened, holding, strict=True):
        if holds or table.sheet not in sheets:
            kept.append((table, one))
        else:
            told.append(left_out(table))
    return kept, told


def _holds_records(opened: Opened, type_: Type) -> bool:
    """Whether the rows of a table may be records: they are called something, and figures have
    numbers."""
    if any(one.code == "name_column_missing" for one in opened.findings):
        return False
    return not is_figure(type_) or any(one.path in NUMBERS for one in opened.columns)


def open_table(table: Table, type_: Type, mapping: Mapping, context: Context) -> Opened:
    """Decide what the columns of a table mean, and what its rows take from around them. Raises
    `WrongUse` if the mapping names an unknown path."""
    columns = context.pack.columns(type_.name)
    wide = _turn(table, type_, mapping, context)
    if wide is None:
        mapped, told = map_columns(table, columns, mapping, context)
        told = [*told, *fill_merged(table, mapped), *without_year(table, columns)]
        in_file = mapped
    else:
        table = wide.table
        mapped, told = map_columns(table, columns, mapping, context)
        mapped = _mark(mapped, len(wide.kept))
        in_file = _in_file(mapped, wide)
        told = [*_of_headings(wide, mapped), *(one for one in told if _is_of_file(one, wide))]
    around, seen = look_around(table, mapped, type_, context)
    by_measure = wide is not None and wide.by_measure
    titles, read = read_titles(table, mapped, type_, context, named=by_measure)
    cited, seen_there = read_sources(table, mapped, type_, context)
    parts, by = read_dimension(table, mapped, type_, context)
    around = replace(around, constants=(*around.constants, *titles, *cited, *parts))
    told = [*told, *read, *seen_there, *by]
    paths = {*around.paths, *(one.path for one in mapped)}
    told += _without_name(table, mapped, paths, type_)
    told += untimed(paths, type_, table.sheet)
    reader = Reader(type_, mapped, context, table.sheet, around)
    if around.parents:
        around = replace(around, names=reader.names_of_wholes([*table.heads, *table.rows]))
        reader = replace(reader, around=around)
    return Opened(reader, table.rows, in_file, (*told, *seen))


def _turn(table: Table, type_: Type, mapping: Mapping, context: Context) -> Wide | None:
    """A wide table with a row for each filled cell; None for any other."""
    columns = context.pack.columns(type_.name)
    known = known_headings(columns).keys()
    titled = measure_above(table, type_, context)
    if is_wide(table, columns):
        return unpivot(table, columns, known, context, titled=bool(titled))
    if not is_figure(type_) or mapping.targets & NAMING:
        return None
    decided = {exact(heading) for heading in mapping.columns} | mapping.skip
    return unpivot_measures(table, columns, known, decided, context, titled=titled)


def _of_headings(wide: Wide, mapped: Sequence[MappedColumn]) -> Iterator[Finding]:
    """What there is to say of the headings of a wide table, but for periods that were not read in
    columns that the mapping decides."""
    decided = {one.heading for one in mapped if one.how in ("mapping", "skipped")}
    for one in wide.findings:
        if one.code != "heading_period_unread" or one.value not in decided:
            yield one


def _is_of_file(told: Finding, wide: Wide) -> bool:
    """Whether a finding is of a column that the file has and of which nothing else was said. What
    headings gave stands in columns without a heading, or with one that the file has not."""
    if told.code == "column_unnamed":
        return False
    return told.code != "column_unmapped" or told.value not in wide.told


def _without_name(
    table: Table, mapped: Sequence[MappedColumn], paths: Set[str | None], type_: Type
) -> Iterator[Finding]:
    """What to say of a table with rows and no column of names: else each row alone would say it."""
    name = type_.fields.get("name")
    naming = {*NAMES, INDICATOR} if is_figure(type_) else {*NAMES}
    if name is not None and name.required and naming.isdisjoint(paths) and table.rows:
        free = (one.heading for one in mapped if one.how == "unmapped" and one.heading)
        label, heading = dict(name.label), next(free, "…")
        yield finding("name_column_missing", label=label, heading=heading).at(sheet=table.sheet)


def _mark(mapped: list[MappedColumn], first: int) -> list[MappedColumn]:
    """The columns of a wide table, those from `first` on, which its headings gave, marked as such;
    that without a heading is no column."""
    return [
        one
        if one.index < first or (one.column is None and one.heading)
        else replace(one, how="unpivoted" if one.column is not None else "skipped")
        for one in mapped
    ]


def _in_file(mapped: list[MappedColumn], wide: Wide) -> list[MappedColumn]:
    """The columns of a wide table as the file has them: each period holds values."""
    value = next(one.column for one in mapped if one.path == VALUE)
    own = [
        replace(one, index=wide.kept[one.index])
        for one in mapped
        if 0 <= one.index < len(wide.kept)
    ]
    across = [MappedColumn(one.index, one.heading, value, "unpivoted") for one in wide.across]
    unplaced = [one for one in mapped if one.index < 0]
    return [*sorted([*own, *across], key=lambda one: one.index), *unplaced]
