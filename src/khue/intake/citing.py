"""What a line above or below a table says of where all its figures are from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from khue.intake.figures import is_figure
from khue.intake.lines import sources_in
from khue.intake.mapping import MappedColumn
from khue.intake.surroundings import Said
from khue.intake.tables import Table
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context, kind_of

CITATIONS, TITLE = "citations", "citations.title"
"""The field for where something is stated, and in it the document."""


def read_sources(
    table: Table, mapped: Sequence[MappedColumn], type_: Type, context: Context
) -> tuple[tuple[Said, ...], list[Finding]]:
    """The citation of all rows of a table of figures without a column for that, and what there is
    to say about it. Of several lines none counts; those below the table are told, since no row of
    the table is lost in silence."""
    lines = [*sources_in(table.above).items(), *table.sources]
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    own = {one.path.partition(".")[0] for one in mapped if one.path}
    if not is_figure(type_) or TITLE not in columns or CITATIONS in own or len(lines) != 1:
        told = [finding("row_remark", value=cited).at(row=row) for row, cited in table.sources]
        return (), [one.at(sheet=table.sheet) for one in told]
    ((row, cited),) = lines
    column = columns[TITLE]
    leaf = replace(column.field, path=TITLE)
    reading = kind_of(leaf).read(cited, leaf, context)
    new = finding("source_line_read", value=cited, field=TITLE)
    told = [one.at(sheet=table.sheet, row=row) for one in (new, *reading.findings)]
    return (Said(TITLE, cited, column, reading.value),), told
