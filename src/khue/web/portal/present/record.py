"""The record page: facts in groups, what is open in them, how each is known, what refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from khue.model.packs import Field, Type
from khue.registry.queries import ChangeView, ReferringView
from khue.web.portal.present.evidence import Mark, SourceNote, gather, part_label
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import GROUPS, Reader, is_stated_publicly, public_fields
from khue.web.portal.present.values import Part, Shown, show

IN_HEADING = frozenset({"name", "invented", "missing", "visibility"})
"""Fields that the page says elsewhere, or that say how the record is handled."""
LONG_TEXT = 160
"""Characters above which a value is set for reading (in the serif)."""


@dataclass(frozen=True)
class Fact:
    """A label with its values and marks. `open` where a part of it is not settled."""

    name: str
    label: str
    values: tuple[Shown, ...]
    marks: tuple[Mark, ...]
    long: bool


@dataclass(frozen=True)
class Group:
    """Facts that belong together."""

    key: str
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Referring:
    """Records that name this one in the same way: "Thờ tại: ..." """

    label: str
    records: tuple[Heading, ...]


@dataclass(frozen=True)
class RecordPage:
    """All that the template of a record shows."""

    heading: Heading
    name_marks: tuple[Mark, ...]
    groups: tuple[Group, ...]
    sources: tuple[SourceNote, ...]
    referring: tuple[Referring, ...]
    open_count: int


def record_page(
    document: Mapping[str, Any],
    blame: Mapping[str, ChangeView],
    history: Sequence[ChangeView],
    referring: Iterable[ReferringView],
    reader: Reader,
) -> RecordPage:
    """The page of a public document. Its type must be in the pack."""
    type_ = reader.pack.types[str(document["type"])]
    evidence = gather(document, type_, blame, history, reader)
    facts = [
        (field.group, fact)
        for field in public_fields(type_)
        if field.name not in IN_HEADING
        and (fact := _fact(field, document, type_, evidence.marks.get(field.name, ()), reader))
    ]
    groups = tuple(
        Group(key, reader.group_title(key), tuple(fact for group, fact in facts if group == key))
        for key in _group_order(reader, [group for group, _ in facts])
    )
    return RecordPage(
        heading=heading(document, reader),
        name_marks=evidence.marks.get("name", ()),
        groups=groups,
        sources=tuple(evidence.notes),
        referring=_referring(referring, reader),
        open_count=sum(value.open for _, fact in facts for value in fact.values),
    )


def _group_order(reader: Reader, keys: Iterable[str]) -> list[str]:
    """Each group once, in the order of the pack's vocabulary of groups; unknown ones last."""
    groups = reader.pack.vocabularies.get(GROUPS)
    order = list(groups.concepts) if groups else []
    known = {key: order.index(key) if key in order else len(order) for key in keys}
    return sorted(known, key=lambda key: known[key])


def _fact(
    field: Field, document: Mapping[str, Any], type_: Type, marks: tuple[Mark, ...], reader: Reader
) -> Fact | None:
    values = show(field, document[field.name], reader) if field.name in document else ()
    values += _not_understood(field, document, type_, reader)
    values += () if values else _said_missing(field, document, type_, reader)
    if not values:
        return None
    long = any(len(value.text) > LONG_TEXT for value in values)
    return Fact(field.name, reader.label(field), values, marks, long)


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
                shown = Shown(str(text), open=True, note=reader.say("open.stated_only"))
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


def _referring(links: Iterable[ReferringView], reader: Reader) -> tuple[Referring, ...]:
    found = []
    for link in links:
        type_ = reader.pack.types.get(link.type)
        field = type_.field(link.field) if type_ else None
        label = reader.label(field) if field else link.field
        said = reader.say("record.referred_by", type=reader.type_plural(link.type), field=label)
        found.append(Referring(said, tuple(heading(one.document, reader) for one in link.records)))
    return tuple(found)
