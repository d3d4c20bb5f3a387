"""Single edits and undoing, with search catching up afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.intake import split
from khue.lib.identifiers import is_ulid
from khue.model.errors import Refused, WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor
from khue.model.values import Context, kind_of
from khue.model.values.place import PLACE, POINT, SENSITIVE, settle_place
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.presence import not_there
from khue.pipeline.referring import by_name, fits
from khue.registry import actions, drafting, queries
from khue.registry.fold import leaves, patch
from khue.registry.queries import RecordView
from khue.tasks.notices import maintenance


@dataclass(frozen=True)
class Asked:
    """An edit that was understood: the record it starts from, the paths it sets, and what there is
    to say of the values."""

    view: RecordView
    changes: Mapping[str, Any]
    findings: tuple[Finding, ...]


def edit_record(
    house: House, record: str, stated: Mapping[str, str], *, actor: Actor, why: str
) -> actions.Committed | None:
    """Set fields of a record from stated values (`{"name.en": "So Communal House"}`).

    An empty text takes the field away; dated statements are given as JSON. A merged record means
    the one that it redirects to. Returns None if nothing would change. Raises `NotFound`,
    `WrongUse` for an unknown field and `Refused` with findings for a value that cannot be
    understood or that someone else has changed meanwhile.
    """
    asked = understand_edit(house, record, stated, actor=actor)
    committed = actions.edit(
        actor=actor,
        why=why,
        record=asked.view.id,
        base=asked.view.version,
        changes=asked.changes,
        pack=house.pack,
    )
    if committed is not None:
        catch_up(house)
    return committed


def understand_edit(house: House, record: str, stated: Mapping[str, str], *, actor: Actor) -> Asked:
    """What stated values mean for a record. Raises what `edit_record` raises before it writes."""
    view = queries.get(actor, record, house.pack)
    if view is None:
        raise not_there(house, record, actor=actor)
    type_ = house.pack.types[view.type]
    context = house.context(actor=actor)
    changes: dict[str, Any] = {}
    findings: list[Finding] = []
    for path, text in stated.items():
        field, target = _field(type_, path)
        value, told = _read(field, text, context)
        findings += told
        if field.kind == "identifier":
            value = _with_identifier(patch(view.document, changes), field, value)
        changes[target] = value
    after = patch(view.document, changes)
    findings += _settle(after, changes, context)
    findings += house.pack.validate(after)
    if not any(one.level == "error" for one in findings):
        findings += _check(type_, after, {target.partition(".")[0] for target in changes}, context)
    unread = [
        path
        for path, text in stated.items()
        if text.strip() and changes[_field(type_, path)[1]] is None
    ]
    if unread or any(one.level == "error" for one in findings):
        raise Refused(
            f"Không hiểu giá trị của: {', '.join(unread or stated)}.",
            f"The value cannot be understood: {', '.join(unread or stated)}.",
            mend_vi="Xem từng phát hiện để biết cách ghi.",
            mend_en="Each finding says how to write it.",
            findings=findings,
        )
    return Asked(view, changes, tuple(findings))


def undo_batch(house: House, batch: str, *, actor: Actor, why: str) -> actions.Committed:
    """Undo a batch. Raises `NotFound`, and `Refused` naming later batches in the way."""
    with maintenance(drafting.count_changes(batch)):
        committed = actions.undo(actor=actor, batch=batch, why=why, pack=house.pack)
    catch_up(house)
    return committed


def _field(type_: Type, path: str) -> tuple[Field, str]:
    """The field that a path names, under that path, and the path that is edited for it."""
    name, _, rest = path.partition(".")
    field = type_.fields.get(name)
    if field is not None:
        if not rest and field.kind != "identifier":
            return field, f"{name}.vi" if field.by_language else name
        if rest in ("vi", "en") and field.by_language:
            return replace(field, path=path), path
        if rest and field.kind == "identifier":
            return replace(field, path=path), name
    known = ", ".join(type_.fields)
    example = f" {name}.wikidata" if field is not None and field.kind == "identifier" else ""
    raise WrongUse(
        f"Loại {type_.name} không có trường «{path}» để sửa.",
        f"The type {type_.name} has no field '{path}' to edit.",
        mend_vi=f"Ví dụ{example}." if example else f"Các trường: {known}.",
        mend_en=f"For example{example}." if example else f"Its fields: {known}.",
    )


def _with_identifier(document: Mapping[str, Any], field: Field, value: Any) -> Any:
    """The identifiers of a record with one scheme set anew or, for None, taken away."""
    name, _, scheme = field.path.partition(".")
    others = [one for one in document.get(name, ()) if one["scheme"] != scheme]
    return [*others, value] if value is not None else others or None


def _settle(
    after: dict[str, Any], changes: dict[str, Any], context: Context
) -> tuple[Finding, ...]:
    """Looks at the place of the record in the light of its point, if one of them is edited or is
    closed from now on, and sets it anew in both; gives what there is to say."""
    edited = changes.keys() & {PLACE, POINT, SENSITIVE}
    if not edited or not (after.get(PLACE) and after.get(POINT)):
        return ()
    before = after[PLACE]
    if after.get(SENSITIVE) and SENSITIVE in edited:
        # What only the point had decided would tell where it is.
        stated = context.resolve_place(before["stated"])
        after[PLACE] = before if stated.get("code") else stated
    after[PLACE], told = settle_place(after, context)
    if after[PLACE] != before:
        changes[PLACE] = after[PLACE]
    return told


def _check(
    type_: Type, document: Mapping[str, Any], names: set[str], context: Context
) -> list[Finding]:
    """What is wrong with what the edited fields mean: dates that do not exist, references to
    nothing. What a record held before is not this editor's to answer for."""
    findings: list[Finding] = []
    for name in names & document.keys():
        field = type_.fields[name]
        value = document[name]
        for item in value if isinstance(value, list) else [value]:
            findings += kind_of(field).check(item, field, context)
    known = drafting.types_of([one for _, one in _references(type_, document, names)])
    return findings + [
        finding("reference_not_there", field=field.path, value=one, label=dict(field.label))
        for field, one in _references(type_, document, names)
        if not fits(field, known.get(one))
    ]


def _references(
    type_: Type, document: Mapping[str, Any], names: set[str]
) -> list[tuple[Field, str]]:
    fields = {name: type_.fields[name] for name in names}
    return [
        (field, value) for field, value in leaves(document, fields) if field.kind == "reference"
    ]


def _read(field: Field, text: str, context: Context) -> tuple[Any, tuple[Finding, ...]]:
    if not text.strip():
        return None, ()
    if field.kind == "statement":
        try:
            return json.loads(text, parse_constant=_refuse_constant), ()
        except (ValueError, RecursionError):
            return None, (finding("statement_not_json", field=field.path, value=text),)
    if not field.multivalued or field.kind == "identifier":
        return _read_one(field, text, context)
    readings = [_read_one(field, part, context) for part in split(text)]
    values = [value for value, _ in readings if value is not None]
    return values or None, tuple(one for _, told in readings for one in told)


def _read_one(field: Field, text: str, context: Context) -> tuple[Any, tuple[Finding, ...]]:
    if field.kind == "reference" and not is_ulid(text):
        reading = by_name(field, text)
        return reading.value, reading.findings
    reading = kind_of(field).read(text, field, context)
    value = reading.value
    if field.by_language and isinstance(value, dict):
        value = next(iter(value.values()), None)
    return value, reading.findings


def _refuse_constant(name: str) -> Any:
    """NaN and Infinity are no JSON, whatever Python thinks."""
    raise ValueError(name)
