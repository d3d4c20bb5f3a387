"""Cells to values: each column of a table with all that reading its cells needs, prepared once. A
text that a column has stated before is not read again, since registers repeat."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from khue.intake.mapping import JOINERS, MappedColumn
from khue.intake.placing import placing
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Field, Type
from khue.model.values import Context, Kind, kind_of
from khue.model.values.coordinates import axis_of
from khue.model.values.missing import is_missing

GUARDS = frozenset({"visibility", "location_sensitive"})
"""Columns that decide what the public may see: not understanding them must not open anything."""

REMEMBERED, REMEMBERED_LENGTH = 200_000, 100
"""How many cells of a table are remembered, and up to which length, so that memory is bounded."""
MOST_OF_COLUMN = 20_000
"""How many of one column."""

Read = tuple[Any, tuple[Finding, ...]]
"""The value of a cell (None: it says nothing, or was not understood), and what there is to say."""


@dataclass(slots=True)
class Slot:
    """A column of the table with all that reading its cells needs. `known` is what its cells were
    read as, of `most` different texts; `indexes` are the columns that make one value, in the order
    in which `joiner` joins them; `is_plain` says that a cell is taken as it stands."""

    mapped: MappedColumn
    path: str
    index: int
    column: Column | None = None
    leaf: Field | None = None
    kind: Kind | None = None
    place: Callable[[dict[str, Any], Any], None] | None = None
    joiner: str = ""
    indexes: tuple[int, ...] = ()
    is_plain: bool = True
    is_reference: bool = False
    is_name: bool = False
    most: int = MOST_OF_COLUMN
    known: dict[str, Read] = dataclasses.field(default_factory=dict)


def slots_of(columns: Sequence[MappedColumn], type_: Type) -> list[Slot]:
    """Columns in their order, those that make one value together after all others."""
    single: list[Slot] = []
    joined: dict[str, Slot] = {}
    for mapped in columns:
        if mapped.how in ("ordinal", "skipped", "constant"):
            continue
        slot = slot_of(mapped, type_)
        kind = None if mapped.column is None else mapped.column.field.kind
        if kind not in JOINERS or mapped.steps:
            single.append(slot)
            continue
        first = joined.setdefault(slot.path, slot)
        if first.indexes and kind == "point" and axis_of(mapped.heading) == "lat":
            first.indexes = (slot.index, *first.indexes)  # as a pair is read
        else:
            first.indexes = (*first.indexes, slot.index)
        first.joiner = JOINERS[str(kind)]
        first.is_plain = len(first.indexes) == 1
    found = [*single, *joined.values()]
    for slot in found:
        slot.most = min(MOST_OF_COLUMN, REMEMBERED // len(found))
    return found


def slot_of(mapped: MappedColumn, type_: Type) -> Slot:
    """One column, prepared."""
    column = mapped.column
    if column is None:
        return Slot(mapped, path_beside(mapped), mapped.index, is_plain=not mapped.steps)
    leaf = replace(column.field, path=column.path)
    return Slot(
        *(mapped, column.path, mapped.index, column, leaf, kind_of(leaf)),
        placing(column, type_),
        is_plain=not mapped.steps,
        is_reference=leaf.kind == "reference",
        is_name=column.path in ("name.vi", "name.en"),
    )


def read_cell(slot: Slot, text: str, context: Context) -> Read:
    """The value of a cell and what there is to say; remembered."""
    value, told = _value(slot, text, context)
    if value is None and slot.path in GUARDS and not is_missing(display(text)):
        label = dict(slot.leaf.label) if slot.leaf else {}
        told = (*told, finding("guard_unreadable", value=text, label=label))
    if len(text) <= REMEMBERED_LENGTH:
        if len(slot.known) >= slot.most:
            slot.known.clear()
        slot.known[text] = value, told
    return value, told


def _value(slot: Slot, text: str, context: Context) -> Read:
    leaf, kind = slot.leaf, slot.kind
    if leaf is None or kind is None:
        return None, ()
    unit = slot.mapped.unit
    if unit and not any(map(str.isalpha, text)):
        text = f"{text} {unit}"
    reading = kind.read(text, leaf, context)
    whole, told = reading.value, reading.findings
    if not leaf.multivalued or leaf.kind == "identifier":
        return whole, told
    parts = split(text)
    if len(parts) < 2 or (whole is not None and leaf.kind == "code"):
        return (None if whole is None else [whole]), told
    readings = [kind.read(part, leaf, context) for part in parts]
    values = [one.value for one in readings if one.value is not None]
    return values or None, tuple(one for each in readings for one in each.findings)


def path_beside(mapped: MappedColumn) -> str:
    """Where the cells of a column that means nothing here are kept."""
    return f"other.{mapped.heading or f'#{mapped.index + 1}'}"


def split(text: str) -> list[str]:
    """The parts of a cell that lists several values: by lines, else by semicolons."""
    separator = "\n" if "\n" in text else ";"
    return [part.strip() for part in text.split(separator) if part.strip()]
