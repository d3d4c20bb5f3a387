"""How do we know: for every field of a record, which sources state it, in which words, since when.

Two things answer: what each source last stated, kept in the document, and the ledger, which knows
the change that set the present value. A value without a stated text was entered by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from khue.model.packs import Field, Type
from khue.model.values import KINDS
from khue.registry.queries import ChangeView, SourceView
from khue.web.portal.figures import show_date
from khue.web.portal.present.reader import Reader, is_stated_publicly, public_fields
from khue.web.portal.present.values import Shown, stated_text
from khue.web.portal.words import choose, spoken

BY_HAND = ""
"""Stands where a source's name would, for changes that came from no source."""
_DATE = Field("date", "date", "EdtfDate", "edtf")


@dataclass(frozen=True)
class Stated:
    """A text as a source wrote it; `label` names the part of the field where it has several, `lang`
    its language where that is not the reader's."""

    label: str
    text: str
    lang: str = ""


@dataclass(frozen=True)
class Note:
    """How one source knows of a field: the number of the source on the page, what it says in its
    own words, and `decided`: since when the value stands, by whose decision, in a sentence."""

    number: int
    title: str
    title_lang: str
    href: str
    date: str
    stated: tuple[Stated, ...]
    decided: str


@dataclass(frozen=True)
class SourceNote:
    """A source of the page. `href` is its own page; "" where officers entered values by hand.
    `fields` are those that it states, with where they are on the page."""

    number: int
    title: str
    title_lang: str
    href: str
    publisher: Shown | None
    licence: str
    date: str
    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Evidence:
    """The sources of a record in the order in which its fields name them, and the notes of each
    field by its name."""

    sources: list[SourceNote] = field(default_factory=list)
    notes: dict[str, tuple[Note, ...]] = field(default_factory=dict)


def gather(
    document: Mapping[str, Any],
    type_: Type,
    setters: Mapping[str, ChangeView],
    history: Sequence[ChangeView],
    reader: Reader,
) -> Evidence:
    """The evidence of a document; `history` is newest first."""
    known = _sources(history)
    set_by = _setters(setters)
    stated = _stated(document, type_, reader)
    numbers: dict[str, int] = {}
    fields: dict[str, list[tuple[str, str]]] = {}
    found = Evidence()
    for one in public_fields(type_):
        name = one.name
        setter = set_by.get(name) if name in document else None
        by = _source_name(setter) if setter else None
        said = stated.get(name, {})
        # What set the present value comes first: a hand's edit stands over older statements.
        names = [*said] if by is None or by in said else [by, *said]
        for source in names:
            numbers.setdefault(source, len(numbers) + 1)
            fields.setdefault(source, []).append((reader.label(one), f"f-{name}"))
        if names:
            found.notes[name] = tuple(
                _note(
                    numbers[source],
                    setter if setter and source == by else _last_said(history, source, name),
                    known.get(source),
                    source,
                    tuple(said.get(source, ())),
                    setter is not None and source == by,
                    reader,
                )
                for source in names
            )
    found.sources = [
        _source_note(known.get(name), name, numbers[name], tuple(fields[name]), reader)
        for name in numbers
    ]
    return found


def show_source_date(date: str, reader: Reader) -> str:
    """The EDTF date of a source in words; "" for none."""
    return KINDS["edtf"].show(date, reader.lang, _DATE, reader.context) if date else ""


def source_title(source: SourceView, reader: Reader) -> str:
    """What a source is called; its short name where it has no title."""
    return choose(source.title, reader.lang) or source.name


def web_address(source: SourceView) -> str:
    """Where a source is on the web; "" for what is no address of a page."""
    return source.url if source.url.startswith(("https://", "http://")) else ""


def _sources(history: Iterable[ChangeView]) -> dict[str, SourceView]:
    """The newest description of each source by name."""
    found: dict[str, SourceView] = {}
    for change in history:
        if change.batch.source is not None:
            found.setdefault(change.batch.source.name, change.batch.source)
    return found


def _setters(setters: Mapping[str, ChangeView]) -> dict[str, ChangeView]:
    """For each top-level field the newest change that set any path of it."""
    found: dict[str, ChangeView] = {}
    for path, change in setters.items():
        name = path.partition(".")[0]
        if name not in found or found[name].seq < change.seq:
            found[name] = change
    return found


def _source_name(change: ChangeView) -> str:
    return change.batch.source.name if change.batch.source else BY_HAND


def _stated(
    document: Mapping[str, Any], type_: Type, reader: Reader
) -> dict[str, dict[str, list[Stated]]]:
    """What each source states about each field, by the field's name and the source's."""
    found: dict[str, dict[str, list[Stated]]] = {}
    for source in document.get("sources") or ():
        cells: dict[str, list[tuple[str, str]]] = {}
        for path, text in (source.get("stated") or {}).items():
            if str(text).strip() and is_stated_publicly(path, type_):
                cells.setdefault(path.partition(".")[0], []).append((path, str(text)))
        for name, pairs in cells.items():
            if len(pairs) > 1:
                pairs = _in_order(pairs, type_.fields.get(name))
            found.setdefault(name, {})[source["name"]] = [
                Stated(part_label(path, type_, reader), text, stated_text(text, reader).lang)
                for path, text in pairs
            ]
    return found


def _in_order(pairs: list[tuple[str, str]], top: Field | None) -> list[tuple[str, str]]:
    """Cells in the order of a field's members."""
    members = ["vi", "en", *(member.name for member in (top.fields if top else ()))]
    order = {name: number for number, name in enumerate(members)}

    def place(pair: tuple[str, str]) -> tuple[int, str]:
        parts = pair[0].split(".")
        return order.get(parts[1] if len(parts) > 1 else "", len(order)), pair[0]

    return sorted(pairs, key=place)


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


def _last_said(history: Sequence[ChangeView], source: str, name: str) -> ChangeView | None:
    """When a source last changed a field, else when it last changed the record."""
    of_source = [change for change in history if _source_name(change) == source]
    for change in of_source:
        if any(one.path.partition(".")[0] == name for one in change.changed):
            return change
    return of_source[0] if of_source else None


def _note(
    number: int,
    change: ChangeView | None,
    known: SourceView | None,
    name: str,
    stated: tuple[Stated, ...],
    decides: bool,
    reader: Reader,
) -> Note:
    day = show_date(change.at, reader.lang) if change else ""
    if name == BY_HAND:
        decided = reader.say("how.decided_hand", date=day)
    elif decides:
        decided = reader.say("how.decided_source", date=day)
    else:
        decided = reader.say("how.decided_also", date=day)
    decided = decided if day else ""
    # What it last stated is what its newest edition states, though another may have said it first.
    edition = change.batch.source if change else None
    source = known or edition
    if source and edition and edition.id != source.id and edition.date != source.date:
        since = show_source_date(edition.date, reader)
        decided += " " + reader.say("how.edition", date=since) if since else ""
    if source is None:
        title = reader.say("evidence.by_hand") if name == BY_HAND else name
        return Note(number, title, "", "", "", stated, decided)
    return Note(
        number=number,
        title=source_title(source, reader),
        title_lang=spoken(source.title, reader.lang),
        href=reverse("source", args=[source.id]),
        date=show_source_date(source.date, reader),
        stated=stated,
        decided=decided,
    )


def _source_note(
    source: SourceView | None,
    name: str,
    number: int,
    fields: tuple[tuple[str, str], ...],
    reader: Reader,
) -> SourceNote:
    if source is None:
        title = reader.say("evidence.by_hand") if name == BY_HAND else name
        return SourceNote(number, title, "", "", None, "", "", "", fields)
    return SourceNote(
        number=number,
        title=source_title(source, reader),
        title_lang=spoken(source.title, reader.lang),
        href=reverse("source", args=[source.id]),
        publisher=stated_text(source.publisher, reader) if source.publisher else None,
        licence=reader.concept_label("licence", source.licence),
        date=show_source_date(source.date, reader),
        url=web_address(source),
        fields=fields,
    )
