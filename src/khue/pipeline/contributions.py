"""What people without an account send: records that they suggest, errors that they report.

Each becomes a proposal that staff decide about; nothing of it is in the ledger, in a search or on a
page before. A form is one row of a spreadsheet, so it is read, checked and planned as the intake
reads rows. What is shown to whoever sends it is made of public records alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from khue import intake
from khue.intake.mapping import MappedColumn
from khue.intake.mapping_files import default_key
from khue.lib.dates import parse_edtf
from khue.lib.identifiers import new_ulid
from khue.lib.vietnamese import name_key
from khue.model.errors import Refused, WrongUse
from khue.model.findings import Finding
from khue.model.packs import Column, Type
from khue.model.rights import OPERATOR, PUBLIC, VISITOR
from khue.model.values.date_show import show_date
from khue.pipeline.duplicates import likeness, near
from khue.pipeline.edits import Asked, understand_edit
from khue.pipeline.files import source_path
from khue.pipeline.house import House
from khue.pipeline.planning import PlannedBlock, plan_rows
from khue.pipeline.presence import not_there
from khue.pipeline.rows import Rows
from khue.pipeline.sources import SourceNote, describe_source
from khue.registry import actions, drafting, queries
from khue.registry.fold import Document, patch

MOST_WAITING = 200
"""Proposals of the public that may wait at one time: more than that nobody would read."""

NOTE = "internal_note"
"""The field for staff to which a report is added that sets no field."""

SUGGESTED = {"vi": "Công chúng đề xuất ngày {day}", "en": "Suggested by the public on {day}"}
REPORTED = {"vi": "Công chúng báo sai sót ngày {day}", "en": "Reported by the public on {day}"}


@dataclass(frozen=True)
class Filled:
    """A form as it was understood: the `columns` that were asked for, the `stated` texts by path,
    the values `understood` by path, what was found in each (`findings` have a field), and, if
    nothing stands in the way, the `document` that would come to be."""

    type: Type
    columns: tuple[Column, ...]
    stated: Mapping[str, str]
    understood: Mapping[str, Any]
    findings: tuple[Finding, ...]
    missing: tuple[tuple[str, ...], ...]
    unread: tuple[str, ...]
    draft: actions.Draft | None


def asked_columns(house: House, type_: Type) -> tuple[Column, ...]:
    """The columns that the pack asks the public for, in its order."""
    columns = {column.path: column for column in house.pack.columns(type_.name)}
    return tuple(columns[path] for path in type_.asked if path in columns)


def fill_in(house: House, type_name: str, stated: Mapping[str, str], source: str = "") -> Filled:
    """Read a form as the only row of a file. Raises `WrongUse` for a type that nobody is asked for,
    or a path that is not asked for; what is wrong with the values is in the result."""
    type_ = house.pack.types.get(type_name)
    columns = asked_columns(house, type_) if type_ else ()
    if type_ is None or not columns:
        raise WrongUse(
            f"Không nhận đề xuất loại hồ sơ «{type_name}».",
            f"Records of the type '{type_name}' cannot be suggested.",
        )
    if unknown := stated.keys() - {column.path for column in columns}:
        raise WrongUse(
            f"Biểu mẫu không có ô {', '.join(sorted(unknown))}.",
            f"The form has no field {', '.join(sorted(unknown))}.",
        )
    given = {path: text for path, text in stated.items() if text.strip()}
    source = source or f"suggestion-{new_ulid().lower()}"
    candidate, block = _plan(house, type_, columns, given, source)
    values = {column.path: value_at(candidate.fields, column) for column in columns}
    understood = {path: value for path, value in values.items() if value is not None}
    # A word for "nothing" is a note; nobody needs to mend that.
    doubtful = {one.field for one in block.findings if one.level != "note"}
    unread = tuple(path for path in given if path not in understood and path in doubtful)
    draft = block.drafts[0].draft if block.drafts else None
    return Filled(
        type=type_,
        columns=columns,
        stated=given,
        understood=understood,
        findings=tuple(block.findings),
        missing=tuple(
            group
            for group in type_.needed
            if not any(e in understood or e in unread for e in group)
        ),
        unread=unread,
        draft=draft,
    )


def _plan(
    house: House, type_: Type, columns: tuple[Column, ...], given: Mapping[str, str], source: str
) -> tuple[intake.Candidate, PlannedBlock]:
    """The row of a form, and what it does to the registry."""
    mapped = [MappedColumn(n, "", column, "path") for n, column in enumerate(columns)]
    context = house.context(source=source, gazetteer=house.gazetteer)
    reader = intake.Reader(type_, mapped, context, "")
    candidate = reader.read(1, [given.get(column.path, "") for column in columns])
    rows = Rows(type_, default_key(type_))
    rows.add_all([candidate])
    blocks, _ = plan_rows(
        *(house, rows),
        source=source,
        actor=VISITOR,
        conclude=lambda block: block,
        gather=list[PlannedBlock],
        progress=lambda what, done, total: None,
    )
    return candidate, blocks[0]


def value_at(fields: Mapping[str, Any], column: Column) -> Any:
    """What the fields of a candidate hold at a column: of a statement, in its only one."""
    value: Any = fields
    for name in column.path.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def likely_public(house: House, filled: Filled) -> list[str]:
    """Public records that a form may describe once more, the likeliest first. They are compared by
    what is public of them, so that nothing else can be found out by trying."""
    if filled.draft is None or filled.draft.after is None:
        return []
    document = filled.draft.after
    documents = queries.public_documents(near(house, document, actor=PUBLIC))
    others = [one for one in documents.values() if one is not None]
    return [one for one, _ in likeness(house, filled.type, document, others, actor=PUBLIC)]


def suggest_record(house: House, filled: Filled, *, day: date) -> str:
    """Propose the record of a form on behalf of the public; gives the identifier of the proposal.

    Raises `Refused` for a form with something in the way, or while too many proposals wait.
    """
    draft, type_ = filled.draft, filled.type
    if draft is None or draft.after is None or filled.missing or filled.unread:
        raise Refused(
            "Biểu mẫu chưa đủ hoặc có ô chưa hiểu được.",
            "The form is not complete, or one of its fields was not understood.",
            findings=filled.findings,
        )
    known = [*near(house, draft.after, actor=OPERATOR), *_same_name(type_, draft.after)]
    heads = drafting.heads(list(dict.fromkeys(known)))
    others = [document for _, document in heads.values() if document is not None]
    likely = likeness(house, type_, draft.after, others, actor=OPERATOR)
    told = [one.to_json() for one in (*filled.findings, *(found for _, found in likely[:1]))]
    item = actions.ProposedItem(draft, told, [record for record, _ in likely])
    # A contact is for staff, in the record alone; the bytes of a source may be shown to others.
    shown = {path: text for path, text in filled.stated.items() if not _is_personal(type_, path)}
    name = str(draft.after["sources"][0]["name"])
    with _described(name, SUGGESTED, day, {"type": type_.name, "stated": shown}) as source:
        return actions.propose(
            actor=VISITOR,
            why="Công chúng đề xuất qua cổng thông tin",
            kind="import",
            items=[item],
            pack=house.pack,
            source=source,
            most_waiting=MOST_WAITING,
        )


def _is_personal(type_: Type, path: str) -> bool:
    return path.partition(".")[0] in type_.personal


def _same_name(type_: Type, document: Document) -> list[str]:
    key = name_key(str(document["name"].get("vi") or document["name"].get("en") or ""))
    return drafting.named((type_.name,), [key]).get(key, []) if key else []


@dataclass(frozen=True)
class Report:
    """An error that someone reports: of which record, at which path ("" for the whole), what is
    right, how they know, and how they can be reached, if they say so."""

    record: str
    path: str
    right: str
    how: str
    contact: str = ""


FOR_PEOPLE = frozenset({"statement", "reference", "identifier", "place", "point"})
"""Kinds of values that a report cannot set: those of several parts, and where something is. Of some
records that is kept vague, and nobody may find out of which by seeing how a report is read."""


def reportable(type_: Type) -> list[str]:
    """The public paths of which the public may say in one text what is right."""
    paths = []
    for name, field in type_.fields.items():
        if field.visibility == "public" and field.kind not in FOR_PEOPLE:
            paths += [f"{name}.vi", f"{name}.en"] if field.by_language else [name]
    return paths


def understand_report(house: House, report: Report) -> Asked | None:
    """The edit that a report asks for; None if it is for people to read. Raises `NotFound` for a
    record that is not public."""
    view = queries.get(PUBLIC, report.record, house.pack)
    if view is None:
        raise not_there(house, report.record, actor=PUBLIC)
    if report.path not in reportable(house.pack.types[view.type]):
        return None
    try:
        return understand_edit(house, view.id, {report.path: report.right}, actor=VISITOR)
    except (Refused, WrongUse):
        return None


def report_error(house: House, report: Report, *, day: date) -> str:
    """Propose what a report asks for; gives the identifier of the proposal.

    What cannot be read as a value is proposed as an addition to the note that staff keep beside the
    record. Raises `NotFound` for a record that is not public, `Refused` while too many wait.
    """
    asked = understand_report(house, report)
    view = queries.get(PUBLIC, report.record, house.pack)
    version, before = drafting.heads([view.id])[view.id] if view else (0, None)
    if view is None or before is None:
        raise not_there(house, report.record, actor=PUBLIC)
    after = patch(before, asked.changes) if asked else before
    draft = actions.Draft(view.id, version, before, after)
    about: dict[str, Any] = {
        "actor": VISITOR,
        "kind": "edit",
        "pack": house.pack,
        "contact": report.contact or None,
        "most_waiting": MOST_WAITING,
    }
    if asked is None or after == before:
        # What it says stands in the note alone, from which it can be erased.
        noted = patch(before, {NOTE: _with_note(before, report, day)})
        items = [actions.ProposedItem(draft._replace(after=noted))]
        return actions.propose(why="Công chúng nhắn về hồ sơ", items=items, **about)
    items = [actions.ProposedItem(draft, [one.to_json() for one in asked.findings])]
    content = {"record": view.id, "field": report.path, "right": report.right}
    with _described(f"report-{new_ulid().lower()}", REPORTED, day, content) as source:
        why = f"Công chúng báo sai sót: {report.right}. Căn cứ: {report.how}"
        return actions.propose(why=why, items=items, source=source, **about)


def _with_note(before: Document, report: Report, day: date) -> str:
    said = f"[{day:%d/%m/%Y}, công chúng] {report.path or '–'}: {report.right} ({report.how})"
    return "\n".join(filter(None, (before.get(NOTE), said)))


@contextmanager
def _described(
    name: str, title: Mapping[str, str], day: date, content: Mapping[str, Any]
) -> Iterator[actions.SourceDescription]:
    """What was sent as a source: its bytes are kept, unless the proposal does not come to be. Its
    title says when, and not who."""
    edtf = parse_edtf(day.isoformat())
    said = {lang: text.format(day=show_date(edtf, lang)) for lang, text in title.items()}
    data = json.dumps({"name": name, **content}, ensure_ascii=False, sort_keys=True).encode()
    source = describe_source(SourceNote(name, said, date=day.isoformat()), data, f"{name}.json")
    try:
        yield source
    except BaseException:
        source_path(source.sha256).unlink(missing_ok=True)
        raise
