"""How do we know: for every field of a record, which sources state it, in which words, since when.

Two things answer: what each source last stated, kept in the document, and the ledger, which knows
the change that set the present value. A value without a stated text was entered by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from khue.model.packs import Field, Type
from khue.model.values import KINDS
from khue.registry.queries import ChangeView, SourceView
from khue.web.portal.present.reader import Reader, is_stated_publicly, public_fields
from khue.web.portal.words import choose, spoken

BY_HAND = ""
"""Stands where a source's name would, for changes that came from no source."""
_DATE = Field("date", "date", "EdtfDate", "edtf")


@dataclass(frozen=True)
class Mark:
    """The superscript behind a value: the number of a source, and where on the page it is told."""

    number: int
    anchor: str
    label: str


@dataclass(frozen=True)
class Stated:
    """A text as a source wrote it; `label` names the part of the field where it has several."""

    label: str
    text: str


@dataclass(frozen=True)
class Line:
    """What one source says about one field."""

    anchor: str
    back: str
    label: str
    stated: tuple[Stated, ...]
    entered: dt.datetime | None


@dataclass(frozen=True)
class SourceNote:
    """A source with all that it says about the record. `by_hand` where there is no source."""

    number: int
    by_hand: bool
    title: str
    title_lang: str
    publisher: str
    licence: str
    date: str
    url: str
    lines: tuple[Line, ...]


@dataclass
class Evidence:
    """The sources of a record in the order in which its fields name them."""

    notes: list[SourceNote] = field(default_factory=list)
    marks: dict[str, tuple[Mark, ...]] = field(default_factory=dict)


def gather(
    document: Mapping[str, Any],
    type_: Type,
    blame: Mapping[str, ChangeView],
    history: Sequence[ChangeView],
    reader: Reader,
) -> Evidence:
    """The evidence of a document; `history` is newest first."""
    known = _sources(history)
    setters = _setters(blame)
    numbers: dict[str, int] = {}
    lines: dict[str, list[Line]] = {}
    marks: dict[str, tuple[Mark, ...]] = {}
    for one in public_fields(type_):
        name = one.name
        stated = _stated(document, one, type_, reader)
        setter = setters.get(name) if name in document else None
        names = list(stated)
        if setter is not None and (by := _source_name(setter)) not in names:
            # What set the present value comes first: a hand's edit stands over older statements.
            names.insert(0, by)
        here: list[Mark] = []
        for source in names:
            number = numbers.setdefault(source, len(numbers) + 1)
            anchor = f"how-{name}-{number}"
            set_here = setter is not None and _source_name(setter) == source
            entered = setter.at if set_here and setter else _last_said(history, source, name)
            label = reader.label(one)
            line = Line(anchor, f"f-{name}", label, tuple(stated.get(source, ())), entered)
            lines.setdefault(source, []).append(line)
            here.append(Mark(number, anchor, label))
        if here:
            marks[name] = tuple(here)
    notes = [_note(known.get(s), s, numbers[s], lines[s], reader) for s in numbers]
    return Evidence(notes, marks)


def show_source_date(date: str, reader: Reader) -> str:
    """The EDTF date of a source in words; "" for none."""
    return KINDS["edtf"].show(date, reader.lang, _DATE, reader.context) if date else ""


def _sources(history: Iterable[ChangeView]) -> dict[str, SourceView]:
    """The newest description of each source by name."""
    found: dict[str, SourceView] = {}
    for change in history:
        if change.batch.source is not None:
            found.setdefault(change.batch.source.name, change.batch.source)
    return found


def _setters(blame: Mapping[str, ChangeView]) -> dict[str, ChangeView]:
    """For each top-level field the newest change that set any path of it."""
    found: dict[str, ChangeView] = {}
    for path, change in blame.items():
        name = path.partition(".")[0]
        if name not in found or found[name].seq < change.seq:
            found[name] = change
    return found


def _source_name(change: ChangeView) -> str:
    return change.batch.source.name if change.batch.source else BY_HAND


def _stated(
    document: Mapping[str, Any], one: Field, type_: Type, reader: Reader
) -> dict[str, list[Stated]]:
    """What each source states about a field, by source name."""
    found: dict[str, list[Stated]] = {}
    members = [f"{one.name}.{part}" for part in ("vi", "en", *(m.name for m in one.fields))]

    def order(path: str) -> tuple[int, str]:
        beginning = ".".join(path.split(".")[:2])
        return (members.index(beginning) if beginning in members else len(members), path)

    for source in document.get("sources") or ():
        stated = source.get("stated") or {}
        for path, text in sorted(stated.items(), key=lambda pair: order(pair[0])):
            if path.partition(".")[0] != one.name or not is_stated_publicly(path, type_):
                continue
            if str(text).strip():
                label = part_label(path, type_, reader)
                found.setdefault(source["name"], []).append(Stated(label, str(text)))
    return found


def part_label(path: str, type_: Type, reader: Reader) -> str:
    """What a column path names beyond its field: a language, a scheme, a member; "" if nothing."""
    name, _, rest = path.partition(".")
    if not rest:
        return ""
    top = type_.fields.get(name)
    if top is not None and top.kind == "language_text" and rest in ("vi", "en"):
        return reader.say(f"language.{rest}")
    if top is not None and top.kind == "identifier":
        return reader.scheme_label(rest)
    member = type_.field(path) or type_.field(path.rpartition(".")[0])
    return reader.label(member) if member is not None and member is not top else rest


def _last_said(history: Sequence[ChangeView], source: str, name: str) -> dt.datetime | None:
    """When a source last changed a field, else when it last changed the record."""
    of_source = [change for change in history if _source_name(change) == source]
    for change in of_source:
        if any(one.path.partition(".")[0] == name for one in change.changed):
            return change.at
    return of_source[0].at if of_source else None


def _note(
    source: SourceView | None, name: str, number: int, lines: list[Line], reader: Reader
) -> SourceNote:
    if source is None:
        title = reader.say("evidence.by_hand") if name == BY_HAND else name
        return SourceNote(number, name == BY_HAND, title, "", "", "", "", "", tuple(lines))
    url = source.url if source.url.startswith(("https://", "http://")) else ""
    return SourceNote(
        number=number,
        by_hand=False,
        title=choose(source.title, reader.lang) or source.name,
        title_lang=spoken(source.title, reader.lang),
        publisher=source.publisher,
        licence=source.licence,
        date=show_source_date(source.date, reader),
        url=url,
        lines=tuple(lines),
    )
