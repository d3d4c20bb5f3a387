"""What the lines above a table say of all its rows: the indicator of figures, their unit, place and
period.

*Chỉ tiêu: Lượt khách (nghìn lượt)* above a table of places and years names what no column names. A
line without that word does so only if it is the name of an indicator in full, but for what reports
say around it: *Báo cáo lượt khách tham quan di tích, bảo tàng năm 2025*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from khue.intake.figures import is_figure
from khue.intake.mapping import MappedColumn
from khue.intake.measures import MEASURE, UNIT, said_of
from khue.intake.merged import NAMES
from khue.intake.periods import (
    parts_of_no_year,
    period_above,
    periods_across,
    plan_above,
    tells_results,
    tells_when,
)
from khue.intake.surroundings import Said
from khue.intake.tables import Table
from khue.intake.wide import PERIOD, STATUS
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Type
from khue.model.values import Context, kind_of, label_path
from khue.model.values.place import PLACE


def measure_above(table: Table, type_: Type, context: Context) -> str:
    """The indicator of the figures of a table, as the only line above it that names one does; else
    ""."""
    if not is_figure(type_):
        return ""
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    said = (said_of(display(line), columns, context) for _, line in table.above)
    names = [one[MEASURE] for one in said if MEASURE in one]
    return names[0] if len(names) == 1 else ""


def read_titles(
    table: Table,
    mapped: Sequence[MappedColumn],
    type_: Type,
    context: Context,
    *,
    named: bool = False,
) -> tuple[tuple[Said, ...], list[Finding]]:
    """The name, the unit, the place and the period of all rows of a table of figures that has no
    column for them, and what there is to say about it. Of several lines that say one of them, none
    counts; nor does a year beside a column of months, or above sections of years. `named`: the
    headings of its columns say what is measured."""
    if not is_figure(type_):
        return (), []
    own = {one.path for one in mapped if one.how != "unpivoted"}
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    wanted = {
        path: column
        for path, column in columns.items()
        if (path == MEASURE and not named and not own & set(NAMES))
        or (path in (UNIT, PLACE) and path not in own)
        or (path == PERIOD and not _tells_when(table, mapped))
    }
    found: dict[str, list[tuple[int, str]]] = {}
    for row, line in table.above:
        for path, text in said_of(display(line), columns, context).items():
            found.setdefault(path, []).append((row, text))
    if (above := period_above(table.above, table.sheet, planned=STATUS in own)) is not None:
        found[PERIOD] = [above]
    said: list[Said] = []
    told: list[Finding] = []
    for path, column in wanted.items():
        if len(found.get(path, ())) != 1:
            continue
        ((row, text),) = found[path]
        leaf = replace(column.field, path=path)
        reading = kind_of(leaf).read(text, leaf, context)
        said.append(Said(path, text, column, reading.value))
        label = label_path(type_, path)
        new = finding("title_read", value=text, field=path, label=label)
        told += [one.at(sheet=table.sheet, row=row or None) for one in (new, *reading.findings)]
    told += _unlike_its_title(table, mapped, columns)
    return tuple(said), told


def _unlike_its_title(
    table: Table, mapped: Sequence[MappedColumn], columns: Mapping[str, Column]
) -> Iterator[Finding]:
    """A table below a line that tells of a plan may be of it, or of what was done."""
    above = plan_above(table.above, table.sheet)
    if above is None or tells_results(above[1]) or not {STATUS, PERIOD} <= columns.keys():
        return
    stated = [one.index for one in mapped if one.path == STATUS]
    if not any(index < len(row) and row[index] for _, row in table.rows for index in stated):
        row, line = above
        yield finding("status_unstated", value=line, field=STATUS).at(
            sheet=table.sheet, row=row or None
        )


def _tells_when(table: Table, mapped: Sequence[MappedColumn]) -> bool:
    """Whether a column is that of the periods, or is not understood and looks like one; or sections
    of the table are of periods."""
    headings = [(one.text,) for one in table.sections]
    return (
        any(
            one.path == PERIOD or (one.column is None and tells_when(one.heading)) for one in mapped
        )
        or any(periods_across(headings))
        or bool(parts_of_no_year(headings))
    )
