"""History in words: what happened to a record, when, from which source, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khue.model.packs import Type
from khue.registry.queries import ChangeView, FieldChange
from khue.web.portal.present.attached import file_in_words, file_label
from khue.web.portal.present.evidence import show_source_date
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.present.record import IN_HEADING
from khue.web.portal.present.values import Shown, show
from khue.web.portal.words import choose, knows

HANDLING = IN_HEADING - {"name", "invented"}


@dataclass(frozen=True)
class Difference:
    """A field before and after a change; empty where it was or became absent."""

    label: str
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]


@dataclass(frozen=True)
class Version:
    """One version of a record. `gone` where the record was not there after it, `merged` where it
    had become one with another."""

    seq: int
    version: int
    at: dt.datetime
    action: str
    source: str
    source_date: str
    licence: str
    url: str
    differences: tuple[Difference, ...]
    first: bool
    gone: bool
    merged: bool


@dataclass(frozen=True)
class Latest:
    """A record that changed lately."""

    at: dt.datetime
    heading: Heading
    action: str


def versions(history: Iterable[ChangeView], type_: Type, reader: Reader) -> tuple[Version, ...]:
    """The versions of a record as its history page shows them, in the order given."""
    return tuple(_version(change, type_, reader) for change in history)


def latest(changes: Iterable[ChangeView], reader: Reader) -> tuple[Latest, ...]:
    """Records that changed lately, as the home page lists them."""
    return tuple(
        Latest(change.at, heading(change.document, reader), _action(change, reader))
        for change in changes
        if change.document is not None
    )


def _version(change: ChangeView, type_: Type, reader: Reader) -> Version:
    source = change.batch.source
    return Version(
        seq=change.seq,
        version=change.version,
        at=change.at,
        action=_action(change, reader),
        source=(choose(source.title, reader.lang) or source.name) if source else "",
        source_date=show_source_date(source.date, reader) if source else "",
        licence=source.licence if source else "",
        url=source.url if source and source.url.startswith(("https://", "http://")) else "",
        differences=tuple(
            found for one in change.changed if (found := _difference(one, type_, reader))
        ),
        first=change.version == 1,
        gone=change.document is None,
        merged=change.document is None and change.action == "merge",
    )


def _action(change: ChangeView, reader: Reader) -> str:
    if change.batch.undoes is not None:
        return reader.say("action.undo")
    # The record that stays is merged or split too.
    joint = change.action == "update" and change.batch.kind in ("merge", "split")
    key = f"action.{change.batch.kind if joint else change.action}"
    return reader.say(key if knows(key) else "action.update")


def _difference(change: FieldChange, type_: Type, reader: Reader) -> Difference | None:
    name, _, lang = change.path.partition(".")
    if name == "files":
        return _file_difference(change, reader)
    field = type_.fields.get(name)
    if field is None or not is_public(field) or name in HANDLING:
        return None
    label = reader.label(field)
    if lang:
        label = reader.say(
            "label.in_language", label=label, language=reader.say(f"language.{lang}")
        )

    def shown(value: Any) -> tuple[Shown, ...]:
        if value is None:
            return ()
        if lang:
            return (Shown(str(value), lang=lang if lang != reader.lang else ""),)
        return show(field, value, reader)

    before, after = shown(change.before), shown(change.after)
    if _visible(before) == _visible(after) and field.kind == "place":
        # The same unit, told by the source in other words: these are what changed.
        before, after = _stated(change.before, reader), _stated(change.after, reader)
    return Difference(label, before, after) if _visible(before) != _visible(after) else None


def _file_difference(change: FieldChange, reader: Reader) -> Difference:
    """A file that came, went, or of which something else is said."""
    texts = [
        (Shown(file_in_words(entry, reader)),) if entry else ()
        for entry in (change.before, change.after)
    ]
    return Difference(file_label(change.after or change.before, reader), texts[0], texts[1])


def _visible(values: Iterable[Shown]) -> list[Any]:
    """What one sees of values in a history, which shows neither notes nor candidates."""
    return [
        (one.text, one.lang, one.open, [(p.label, *_visible([p.value])) for p in one.parts])
        for one in values
    ]


def _stated(value: Any, reader: Reader) -> tuple[Shown, ...]:
    """What the source wrote of a place, or of each."""
    places = value if isinstance(value, list) else [value]
    texts = (str(one.get("stated") or "") for one in places if isinstance(one, Mapping))
    return tuple(Shown(reader.say("place.stated", stated=text)) for text in texts if text)
