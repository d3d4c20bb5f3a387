"""What several sources say became of one former unit: who decides, and who says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from khue.lib.tables import read_table
from khue.places.changes import ChangeTable
from khue.places.source import Tables
from khue.places.units import SOURCE, Otherwise, Saying

Codes = tuple[str, ...]


@cache
def read_contested() -> tuple[ChangeTable, ...]:
    """The tables of `contested.yaml`: what published tables say of units for which the source
    names fewer."""
    return tuple(
        ChangeTable(row["source"], {code: tuple(now) for code, now in row["units"].items()})
        for row in read_table(__file__, "contested.yaml")
    )


def overlay(
    tables: Tables, loaded: Sequence[ChangeTable], contested: Sequence[ChangeTable] = ()
) -> tuple[Tables, dict[str, Saying]]:
    """The tables with the word of those that were `loaded`, of which the last decides, and what
    there is to say of every former unit that is not the package's alone."""
    said: dict[str, list[tuple[str, Codes]]] = {}
    for table in loaded:
        for code, now in table.successors.items():
            said.setdefault(code, [(SOURCE, tables.successors.get(code, ()))])
            others = [one for one in said[code] if one[0] != table.name]
            said[code] = [*others, (table.name, now)]
    successors = tables.successors | {code: each[-1][1] for code, each in said.items()}
    sayings = {code: _saying(each, tables) for code, each in said.items()}
    for table in contested:
        for code, now in table.successors.items():
            if code not in sayings:
                known = (SOURCE, tables.successors[code])
                found = _saying([(table.name, now), known], tables)
                sayings[code] = replace(found, contested=len(now) > 1)
    return replace(tables, successors=successors), sayings


def _saying(said: Sequence[tuple[str, Codes]], tables: Tables) -> Saying:
    """The last of those who said something decides."""
    *others, (source, codes) = said
    return Saying(
        source,
        tuple(
            Otherwise(
                other,
                _names([code for code in theirs if code not in codes], tables),
                _names([code for code in codes if code not in theirs], tables),
            )
            for other, theirs in others
            if theirs and theirs != codes
        ),
    )


def _names(codes: Sequence[str], tables: Tables) -> tuple[Mapping[str, str], ...]:
    return tuple(tables.present[code].name for code in codes)
