"""Single edits and undoing, with search catching up afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from khue import search
from khue.intake import split
from khue.lib.identifiers import is_ulid
from khue.lib.vietnamese import name_key
from khue.model.errors import NotFound, Refused, WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor
from khue.model.values import Context, kind_of
from khue.pipeline.house import House
from khue.registry import actions, drafting, queries
from khue.registry.fold import patch


def edit_record(
    house: House, record: str, stated: Mapping[str, str], *, actor: Actor, why: str
) -> actions.Committed | None:
    """Set fields of a record from stated values (`{"name.en": "So Communal House"}`).

    An empty text takes the field away; dated statements are given as JSON. Returns None if nothing
    would change. Raises `NotFound`, `WrongUse` for an unknown field and `Refused` with findings for
    a value that cannot be understood or that someone else has changed meanwhile.
    """
    view = queries.get(actor, record, house.pack)
    if view is None:
        raise NotFound(
            f"Không có hồ sơ {record}.",
            f"There is no record {record}.",
            mend_vi="Tìm mã hồ sơ bằng `khue search`.",
            mend_en="`khue search` finds identifiers.",
        )
    type_ = house.pack.types[view.type]
    context = house.context(actor=actor)
    changes: dict[str, Any] = {}
    findings: list[Finding] = []
    for path, text in stated.items():
        field, target = _field(type_, path)
        value, told = _read(field, text, context)
        findings += told
        changes[target] = value
    findings += house.pack.validate(patch(view.document, changes))
    unread = [
        path
        for path, text in stated.items()
        if text.strip() and changes[_target(type_, path)] is None
    ]
    if unread or any(one.level == "error" for one in findings):
        raise Refused(
            f"Không hiểu giá trị của: {', '.join(unread or stated)}.",
            f"The value cannot be understood: {', '.join(unread or stated)}.",
            mend_vi="Xem từng phát hiện để biết cách ghi.",
            mend_en="Each finding says how to write it.",
            findings=findings,
        )
    committed = actions.edit(
        actor=actor, why=why, record=view.id, base=view.version, changes=changes, pack=house.pack
    )
    if committed is not None:
        search.catch_up(house.pack)
    return committed


def undo_batch(house: House, batch: str, *, actor: Actor, why: str) -> actions.Committed:
    """Undo a batch. Raises `NotFound`, and `Refused` naming later batches in the way."""
    committed = actions.undo(actor=actor, batch=batch, why=why, pack=house.pack)
    search.catch_up(house.pack)
    return committed


def _target(type_: Type, path: str) -> str:
    return _field(type_, path)[1]


def _field(type_: Type, path: str) -> tuple[Field, str]:
    """The field that a path names, and the path that is edited for it."""
    name, _, rest = path.partition(".")
    field = type_.fields.get(name)
    language = field is not None and field.kind == "language_text" and not field.multivalued
    if field is None or (rest and not (language and rest in ("vi", "en"))):
        known = ", ".join(type_.fields)
        raise WrongUse(
            f"Loại {type_.name} không có trường «{path}» để sửa.",
            f"The type {type_.name} has no field '{path}' to edit.",
            mend_vi=f"Các trường: {known}.",
            mend_en=f"Its fields: {known}.",
        )
    return field, f"{name}.{rest or 'vi'}" if language else name


def _read(field: Field, text: str, context: Context) -> tuple[Any, tuple[Finding, ...]]:
    if not text.strip():
        return None, ()
    if field.kind == "statement":
        try:
            return json.loads(text), ()
        except json.JSONDecodeError:
            return None, (finding("statement_not_json", field=field.path, value=text),)
    if not field.multivalued:
        return _read_one(field, text, context)
    readings = [_read_one(field, part, context) for part in split(text)]
    values = [value for value, _ in readings if value is not None]
    return values or None, tuple(one for _, told in readings for one in told)


def _read_one(field: Field, text: str, context: Context) -> tuple[Any, tuple[Finding, ...]]:
    if field.kind == "reference" and not is_ulid(text):
        found = drafting.named(field.targets, [name_key(text)]).get(name_key(text), [])
        if len(found) == 1:
            return found[0], ()
        code = "reference_ambiguous" if found else "reference_unresolved"
        return None, (finding(code, field=field.path, value=text, n=len(found)),)
    reading = kind_of(field).read(text, field, context)
    value = reading.value
    if field.kind == "language_text" and not field.multivalued and isinstance(value, dict):
        value = next(iter(value.values()), None)
    return value, reading.findings
