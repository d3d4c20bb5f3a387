"""By what the figures of a table are broken down, where the heading of the parts says so: under
*Ngành* stand sectors, under *Màu huy chương* colours of medals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from khue.intake.breakdowns import DIMENSION, PART
from khue.intake.mapping import MappedColumn
from khue.intake.surroundings import Said
from khue.intake.tables import Table
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context, kind_of


def read_dimension(
    table: Table, mapped: Sequence[MappedColumn], type_: Type, context: Context
) -> tuple[tuple[Said, ...], list[Finding]]:
    """The dimension of all rows of a table that has a column of parts and none of dimensions, if
    the heading of the parts names one, and every row has a part: else it would be said of a whole.
    """
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    parts = [one for one in mapped if one.path == PART]
    if DIMENSION not in columns or len(parts) != 1 or any(one.path == DIMENSION for one in mapped):
        return (), []
    index = parts[0].index
    if index < 0 or not table.headings[index]:  # a constant, or a column without a heading
        return (), []
    heading = table.headings[index][-1]
    if any(index >= len(row) or not row[index].strip() for _, row in table.rows):
        return (), []
    column = columns[DIMENSION]
    leaf = replace(column.field, path=DIMENSION)
    value = kind_of(leaf).read(heading, leaf, context).value
    if value is None:
        return (), []
    told = finding("dimension_by_heading", value=heading, field=DIMENSION)
    return (Said(DIMENSION, heading, column, value),), [
        told.at(sheet=table.sheet, column=parts[0].heading)
    ]
