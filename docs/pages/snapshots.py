"""The tables of a snapshot."""

from __future__ import annotations

from khue.model.packs import Pack
from khue.snapshot.layout import layout
from pages.markdown import Lines, table

_HOLDS = {
    "text": "text",
    "texts": "list of texts",
    "number": "number (double)",
    "integer": "whole number (64 bits)",
    "boolean": "yes or no",
    "date": "day",
}


def tables(pack: Pack) -> Lines:
    """Every table of a snapshot with its columns, those of staff marked."""
    yield "What `khue snapshot` writes, one Parquet file each, and what the selects of indicators"
    yield "read; a table without rows has no file (see the [guide](../guide/measures.md))."
    yield "Columns and tables that say *staff* are not in a public snapshot; in a public one"
    yield "`version` is empty. A side table, called after type and field, has a row for each value"
    yield "of a field that can have several, or of a dated statement; `position` counts from 1."
    public, whole = layout(pack, "public"), layout(pack, "staff")
    for name in sorted(whole):
        yield ""
        yield f"## {name}"
        yield ""
        if name not in public:
            yield "*staff*"
            yield ""
        seen = public[name].columns if name in public else whole[name].columns
        yield from table(
            ("column", "holds"),
            (
                (f"`{column}`", _HOLDS[kind] + ("" if column in seen else " *staff*"))
                for column, kind in whole[name].columns.items()
            ),
        )
