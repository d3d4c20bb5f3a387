"""Where the value of a column goes in the fields of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from khue.model.packs import Column, Field, Type

Fields = dict[str, Any]
Place = Callable[[Fields, Any], None]


def put(fields: Fields, column: Column, type_: Type, value: Any, entry: int = 0) -> None:
    """Set the value of a column in the fields of a record, making statements on the way; of
    several statements in the one that `entry` counts from 0."""
    if entry == 0:
        placing(column, type_)(fields, value)
        return
    name, _, _ = column.path.partition(".")
    statements = fields.setdefault(name, [])
    statements += ({} for _ in range(entry + 1 - len(statements)))
    alone = {name: [statements[entry]]}
    placing(column, type_)(alone, value)


def placing(column: Column, type_: Type) -> Place:
    """`put` for one column of one type, with the way found once for all rows."""
    *holders, last = _way(column, type_)
    if not holders and last.kind == "language_text" and not last.multivalued:
        return partial(_add_language, last.name)
    if not last.multivalued and last.kind != "language_text":
        if not holders:
            return partial(_set_top, last.name)
        if len(holders) == 1 and holders[0].multivalued:
            return partial(_set_first, holders[0].name, last.name)

    def place(fields: Fields, value: Any) -> None:
        holder = fields
        for statement in holders:
            inner = holder.get(statement.name)
            if inner is None:
                inner = {}
                holder[statement.name] = [inner] if statement.multivalued else inner
            elif statement.multivalued:
                inner = inner[0]
            holder = inner
        old = holder.get(last.name)
        if last.multivalued:
            added = value if isinstance(value, list) else [value]
            holder[last.name] = [*old, *added] if old else list(added)
        elif last.kind == "language_text" and old:
            holder[last.name] = old | value
        else:
            holder[last.name] = value

    return place


def _set_top(name: str, fields: Fields, value: Any) -> None:
    fields[name] = value


def _add_language(name: str, fields: Fields, value: Any) -> None:
    old = fields.get(name)
    fields[name] = old | value if old else value


def _set_first(holder: str, name: str, fields: Fields, value: Any) -> None:
    statements = fields.get(holder)
    if statements is None:
        fields[holder] = [{name: value}]
    else:
        statements[0][name] = value


def incomplete(fields: Fields, type_: Type) -> list[tuple[str, Field]]:
    """Statements of which a required part is missing: the field, and the first such part."""
    found = []
    for name in fields.keys() & demanding(type_).keys():
        value = fields[name]
        first = value[0] if isinstance(value, list) else value
        missing = [part for part in demanding(type_)[name] if part.name not in first]
        if missing:
            found.append((name, missing[0]))
    return sorted(found, key=lambda one: one[0])


def demanding(type_: Type) -> dict[str, list[Field]]:
    """The statements of a type that have required parts, and those parts."""
    known = _DEMANDING.get(id(type_))
    if known is None or known[0] is not type_:
        found = {
            top.name: required
            for top in type_.fields.values()
            if top.kind == "statement" and (required := [one for one in top.fields if one.required])
        }
        known = _DEMANDING[id(type_)] = type_, found
    return known[1]


_DEMANDING: dict[int, tuple[Type, dict[str, list[Field]]]] = {}


def _way(column: Column, type_: Type) -> Iterator[Field]:
    """The fields from the top one to the one that holds the column's value."""
    path = column.path
    if column.field.kind in ("language_text", "identifier"):
        path = path.rpartition(".")[0]
    first, *rest = path.split(".")
    field = type_.fields[first]
    yield field
    for name in rest:
        field = next(part for part in field.fields if part.name == name)
        yield field
