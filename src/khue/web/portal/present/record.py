"""The record page: facts in groups, what is open in them, how each is known, what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from khue.lib.dates import parse_edtf
from khue.model.packs import Field, Type
from khue.registry.queries import ChangeView, ReferringView
from khue.web.portal.present.evidence import Note, SourceNote, gather, part_label
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.listed import field_below
from khue.web.portal.present.number import NUMBER, Number, number
from khue.web.portal.present.questions import Question, questions, unplaced
from khue.web.portal.present.reader import GROUPS, Reader, is_stated_publicly, public_fields
from khue.web.portal.present.relations import RELATIONS, Graph, Sentence, graph, sentences
from khue.web.portal.present.spot import Spot, spot
from khue.web.portal.present.values import Part, Shown, date_of, show, stated_text

IN_HEADING = frozenset({"name", "invented", "missing", "visibility"})
"""Fields that the page says elsewhere, or that say how the record is handled."""
LEAD = "description"
"""The field with which a page opens."""
LONG_TEXT = 160
"""Characters above which a value is set for reading (in the serif)."""
SOURCES = "sources"
"""The group of fields that say where something is written; what they date is that, not the thing.
"""
SINCE_EVER = (-10_000, 1, 1)


@dataclass(frozen=True)
class Fact:
    """A label with its values and how they are known. `dated` where each value is a statement with
    a date, to be read as a list of what happened."""

    name: str
    label: str
    values: tuple[Shown, ...]
    notes: tuple[Note, ...]
    long: bool
    dated: bool = False


@dataclass(frozen=True)
class Group:
    """Facts and sentences that belong together."""

    key: str
    title: str
    facts: tuple[Fact, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class RecordPage:
    """All that the template of a record shows."""

    heading: Heading
    name_notes: tuple[Note, ...]
    lead: Fact | None
    number: Number | None
    spot: Spot | None
    groups: tuple[Group, ...]
    relations: tuple[Sentence, ...]
    graph: Graph | None
    questions: tuple[Question, ...]
    sources: tuple[SourceNote, ...]


def record_page(
    document: Mapping[str, Any],
    setters: Mapping[str, ChangeView],
    history: Sequence[ChangeView],
    referring: Iterable[ReferringView],
    reader: Reader,
) -> RecordPage:
    """The page of a public document. Its type must be in the pack."""
    type_ = reader.pack.types[str(document["type"])]
    page_heading = heading(document, reader)
    evidence = gather(document, type_, setters, history, reader)
    said = sentences(document, evidence.notes, referring, reader)
    told = {one.field for one in said}
    facts = [
        (field, fact)
        for field in public_fields(type_)
        if field.name not in IN_HEADING
        and field.name not in told
        and (fact := _fact(field, document, type_, evidence.notes.get(field.name, ()), reader))
    ]
    first = field_below(type_) if page_heading.below else None
    leads = {field.name: fact for field, fact in facts}
    lead = leads.get(first.name if first else "") or leads.get(LEAD)
    return RecordPage(
        heading=page_heading,
        name_notes=evidence.notes.get("name", ()),
        lead=lead,
        number=number(document, type_, evidence.notes.get(NUMBER, ()), reader),
        spot=spot(document, type_, reader),
        groups=_groups([pair for pair in facts if pair[1] is not lead], said, reader),
        relations=tuple(one for one in said if one.group == RELATIONS),
        graph=graph(said),
        questions=(
            *questions([fact for one, fact in facts if one.group != SOURCES], reader),
            *unplaced(document, type_, reader),
        ),
        sources=tuple(evidence.sources),
    )


def _groups(
    facts: Sequence[tuple[Field, Fact]], said: Sequence[Sentence], reader: Reader
) -> tuple[Group, ...]:
    """The groups that have something to show; relations stand by themselves."""
    others = [one for one in said if one.group != RELATIONS]
    keys = [*(field.group for field, _ in facts), *(one.group for one in others)]
    return tuple(
        Group(
            key,
            reader.group_title(key),
            tuple(fact for field, fact in facts if field.group == key),
            tuple(one for one in others if one.group == key),
        )
        for key in _group_order(reader, keys)
    )


def _group_order(reader: Reader, keys: Iterable[str]) -> list[str]:
    """Each group once, in the order of the pack's vocabulary of groups; unknown ones last."""
    groups = reader.pack.vocabularies.get(GROUPS)
    order = list(groups.concepts) if groups else []
    known = {key: order.index(key) if key in order else len(order) for key in keys}
    return sorted(known, key=lambda key: known[key])


def _fact(
    field: Field, document: Mapping[str, Any], type_: Type, notes: tuple[Note, ...], reader: Reader
) -> Fact | None:
    dated = field.kind == "statement" and field.multivalued and date_of(field) is not None
    dated = dated and field.group != SOURCES
    values: tuple[Shown, ...] = ()
    if field.name in document:
        value = document[field.name]
        values = show(field, _in_order(field, value) if dated else value, reader)
    values += _not_understood(field, document, type_, reader)
    values += () if values else _said_missing(field, document, type_, reader)
    if not values:
        return None
    long = any(len(value.text) > LONG_TEXT for value in values)
    return Fact(field.name, reader.label(field), values, notes, long, dated)


def _in_order(field: Field, statements: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Dated statements, the earliest first; those without a date last."""
    member = date_of(field)
    name = member.name if member else ""

    def begins(statement: Mapping[str, Any]) -> tuple[bool, tuple[int, int, int]]:
        date = statement.get(name)
        try:
            return not date, (parse_edtf(str(date)).earliest or SINCE_EVER) if date else SINCE_EVER
        except ValueError:
            return True, SINCE_EVER

    return sorted((one for one in statements if one is not None), key=begins)


def _not_understood(
    field: Field, document: Mapping[str, Any], type_: Type, reader: Reader
) -> tuple[Shown, ...]:
    """What a source states about a field without the record having a value for it."""
    found: dict[str, Shown] = {}
    for source in document.get("sources") or ():
        for path, text in (source.get("stated") or {}).items():
            if path.partition(".")[0] != field.name or not str(text).strip():
                continue
            if is_stated_publicly(path, type_) and not _has(document, field, path):
                label = part_label(path, type_, reader)
                said = stated_text(str(text), reader)
                shown = replace(said, open=True, note=reader.say("open.stated_only"))
                parts = (Part(label, replace(shown, note="")),) if label else ()
                found[path] = replace(shown, parts=parts)
    return tuple(found.values())


def _said_missing(
    field: Field, document: Mapping[str, Any], type_: Type, reader: Reader
) -> tuple[Shown, ...]:
    """That a field has no value and why, where the record says so itself."""
    reason = type_.field("missing.reason")
    return tuple(
        Shown(reader.concept_label(reason.vocabulary, str(entry["reason"])), open=True)
        for entry in document.get("missing") or ()
        if reason is not None and entry.get("field") == field.name and "reason" in entry
    )


def _has(document: Mapping[str, Any], field: Field, path: str) -> bool:
    """Whether the record has a value where a column path points."""
    value = document.get(field.name)
    if value is None or field.kind not in ("statement", "language_text"):
        return value is not None
    rest = path.partition(".")[2]
    return not rest or any(
        rest.partition(".")[0] in item
        for item in (value if isinstance(value, list) else [value])
        if isinstance(item, Mapping)
    )
