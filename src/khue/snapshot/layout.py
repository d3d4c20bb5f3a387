"""Which tables a snapshot has and what stands in their columns. Pure: it follows from the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from khue.model.packs import Field, Pack, Type
from khue.model.values import kind_of
from khue.model.values.base import CellType

Sight = Literal["public", "staff"]

Columns = Mapping[str, CellType]

INVENTED = "invented"


@dataclass(frozen=True)
class Table:
    """A table: its name, its columns in order, and of a table of records their type and, of a side
    table, the field that it holds."""

    name: str
    columns: Columns
    type: str = ""
    field: Field | None = None


_UNIT: Columns = {
    "code": "text",
    "system": "text",
    "level": "text",
    "province": "text",
    "district": "text",
    "kind": "text",
    "name_vi": "text",
    "name_en": "text",
    "area_km2": "number",
    "valid_from": "date",
    "valid_to": "date",
}

COMMON: Mapping[str, Columns] = {
    "relation": {"subject": "text", "field": "text", "object": "text"},
    "file": {
        "id": "text",
        "position": "integer",
        "sha256": "text",
        "kind": "text",
        "licence": "text",
        "visibility": "text",
    },
    "unit": _UNIT,
    "unit_change": {"former": "text", "present": "text", "source": "text"},
    "term": {
        "vocabulary": "text",
        "code": "text",
        "name_vi": "text",
        "name_en": "text",
        "broader": "text",
        "exact_matches": "texts",
        "close_matches": "texts",
    },
}
"""The tables that are none of a type."""


def layout(pack: Pack, sight: Sight) -> dict[str, Table]:
    """All tables by name; in a public snapshot without the fields that the public may not see."""
    found = {name: Table(name, columns) for name, columns in COMMON.items()}
    for type_ in pack.types.values():
        if type_.name in found:
            raise ValueError(f"a type has the name of a table of every snapshot: {type_.name}")
        found |= {table.name: table for table in _tables(type_, sight)}
    return found


def is_aside(field: Field) -> bool:
    """Whether a record can have several of it, or it is a group of fields: then it has a table of
    its own."""
    return field.multivalued or field.kind == "statement"


def fields_of(type_: Type, sight: Sight) -> Iterator[Field]:
    """The fields of a type in their order, as far as a sight goes, also within statements."""
    for field in type_.fields.values():
        if field.name != INVENTED and _is_seen(field, sight):
            yield _seen(field, sight)


def columns_of(field: Field) -> dict[str, CellType]:
    """The columns of a field by name: its own name, with what its kind puts behind it."""
    kinds = kind_of(field).columns(field)
    if field.kind in ("statement", "identifier"):
        return dict(kinds)
    return {f"{field.name}_{one}" if one else field.name: held for one, held in kinds.items()}


def _tables(type_: Type, sight: Sight) -> Iterator[Table]:
    columns: dict[str, CellType] = {"id": "text", "version": "integer", INVENTED: "boolean"}
    for field in fields_of(type_, sight):
        own = columns_of(field)
        if is_aside(field):
            first: dict[str, CellType] = {"id": "text", "position": "integer"}
            _require_new(first, own, type_, field)
            yield Table(f"{type_.name}__{field.name}", first | own, type_.name, field)
        else:
            _require_new(columns, own, type_, field)
            columns |= own
    yield Table(type_.name, columns, type_.name)


def _require_new(known: Columns, own: Columns, type_: Type, field: Field) -> None:
    if twice := known.keys() & own.keys():
        raise ValueError(f"{type_.name}.{field.path} has a column that there is: {min(twice)}")


def _is_seen(field: Field, sight: Sight) -> bool:
    return sight == "staff" or field.visibility == "public"


def _seen(field: Field, sight: Sight) -> Field:
    if field.kind != "statement":
        return field
    members = (_seen(one, sight) for one in field.fields if _is_seen(one, sight))
    return replace(field, fields=tuple(members))
