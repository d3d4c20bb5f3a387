"""History in words: what happened to a record, when, from which source, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.model.packs import Type
from khue.registry.queries import ChangeView, FieldChange
from khue.web.portal.figures import show_moment
from khue.web.portal.present.attached import file_in_words, file_label
from khue.web.portal.present.differences import Compared, compare, visible
from khue.web.portal.present.evidence import show_source_date, source_title
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.present.record import IN_HEADING
from khue.web.portal.present.values import Shown, show
from khue.web.portal.words import knows

MOST_MOMENTS = 200
"""Versions among which one goes back and forth; the history has them all."""
HANDLING = IN_HEADING - {"name", "invented"}
Items = tuple[Shown, ...]
"""The values of a field."""


@dataclass(frozen=True)
class Difference:
    """A field before and after a change; empty where it was or became absent."""

    label: str
    before: tuple[Compared, ...]
    after: tuple[Compared, ...]


@dataclass(frozen=True)
class Version:
    """One version of a record. `gone` where the record was not there after it, `merged` where it
    had become one with another."""

    seq: int
    version: int
    at: dt.datetime
    action: str
    source: str
    source_href: str
    source_date: str
    licence: str
    differences: tuple[Difference, ...]
    first: bool
    gone: bool
    merged: bool


@dataclass(frozen=True)
class Moment:
    """A version to go to: `at` is its position in the ledger, "" for the record as it is now."""

    at: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Latest:
    """A record that changed lately."""

    at: dt.datetime
    heading: Heading
    action: str


def versions(history: Iterable[ChangeView], type_: Type, reader: Reader) -> tuple[Version, ...]:
    """The versions of a record as its history page shows them, in the order given."""
    return tuple(_version(change, type_, reader) for change in history)


def moments(
    history: Sequence[ChangeView], past: Sequence[ChangeView], reader: Reader
) -> tuple[Moment, ...]:
    """The versions that a record can be shown as, newest first; none where it has only one. `past`
    are those up to the one that is shown."""
    there = [change for change in history[:MOST_MOMENTS] if change.document is not None]
    chosen = next((change.seq for change in past if change.document is not None), None)
    if len(there) < 2:
        return ()
    return tuple(
        _moment(change, "" if number == 0 else str(change.seq), change.seq == chosen, reader)
        for number, change in enumerate(there)
    )


def _moment(change: ChangeView, at: str, chosen: bool, reader: Reader) -> Moment:
    version, date = str(change.version), show_moment(change.at, reader.lang)
    if at:
        return Moment(at, reader.say("stood.moment", version=version, date=date), chosen)
    return Moment(at, reader.say("stood.newest", version=version, date=date), chosen)


def latest(changes: Iterable[ChangeView], reader: Reader) -> tuple[Latest, ...]:
    """Records that changed lately, as the home page lists them."""
    return tuple(
        Latest(change.at, heading(change.document, reader), action_of(change, reader))
        for change in changes
        if change.document is not None
    )


def _version(change: ChangeView, type_: Type, reader: Reader) -> Version:
    source = change.batch.source
    return Version(
        seq=change.seq,
        version=change.version,
        at=change.at,
        action=action_of(change, reader),
        source=source_title(source, reader) if source else "",
        source_href=reverse("source", args=[source.id]) if source else "",
        source_date=show_source_date(source.date, reader) if source else "",
        licence=reader.concept_label("licence", source.licence) if source else "",
        differences=tuple(
            found for one in change.changed if (found := _difference(one, type_, reader))
        ),
        first=change.version == 1,
        gone=change.document is None,
        merged=change.document is None and change.action == "merge",
    )


def labels_of(change: ChangeView, reader: Reader) -> tuple[str, ...]:
    """The fields that a change set, by label, each once, in the order of the type."""
    type_ = reader.pack.types.get(str((change.document or {}).get("type")))
    order = {name: place for place, name in enumerate(type_.fields)} if type_ else {}
    found: dict[str, None] = {}
    for one in sorted(change.changed, key=lambda one: order.get(_top(one), len(order))):
        field = type_.fields.get(_top(one)) if type_ else None
        if one.path.startswith("files."):
            found[file_label(one.after or one.before, reader)] = None
        elif field is not None and is_public(field) and field.name not in HANDLING:
            found[reader.label(field)] = None
    return tuple(found)


def _top(one: FieldChange) -> str:
    """The field of the record in which a change is."""
    return one.path.partition(".")[0]


def action_of(change: ChangeView, reader: Reader) -> str:
    """What happened, in a word."""
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
        said = show(field, value, reader)
        if field.kind != "statement":
            return said
        # What stands beneath a statement on its page is stated too, and may be all that changed.
        return (*said, *(Shown(one.note) for one in said if one.note))

    before, after = shown(change.before), shown(change.after)
    if field.kind == "place" and change.before and change.after:
        before, after = _places(change.before, change.after, (before, after), reader)
    return None if _alike(before, after) else Difference(label, *compare(before, after))


def _file_difference(change: FieldChange, reader: Reader) -> Difference:
    """A file that came, went, or of which something else is said."""
    before, after = (
        (Shown(file_in_words(entry, reader)),) if entry else ()
        for entry in (change.before, change.after)
    )
    return Difference(file_label(change.after or change.before, reader), *compare(before, after))


def _alike(before: Iterable[Shown], after: Iterable[Shown]) -> bool:
    return [visible(one) for one in before] == [visible(one) for one in after]


def _places(old: Any, new: Any, told: tuple[Items, Items], reader: Reader) -> tuple[Items, Items]:
    """A place, or several, before and after, as `told` by themselves or, where that would set the
    words of one source against a name of ours, unit against unit and words against words."""
    before, after = (
        [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]
        for value in (old, new)
    )
    settled = {bool(one.get("code")) for one in (*before, *after)}
    if settled == {False} or (settled == {True} and not _alike(*told)):
        return told
    # The same unit in other words of the source, or one that was open: both say their own.
    units = [_units(some, reader) for some in (before, after)]
    words = [_stated(some, reader) for some in (before, after)]
    if _alike(*units):
        units = [(), ()]
    if _alike(*words):
        words = [(), ()]
    return (*units[0], *words[0]), (*units[1], *words[1])


def _units(places: Iterable[Mapping[str, Any]], reader: Reader) -> Items:
    """The present unit of each place; that it is open where it is."""
    open_ = Shown(reader.say("place.unit_open"), open=True)
    codes = (str(one.get("code") or "") for one in places)
    return tuple(Shown(reader.unit(code)) if code else open_ for code in codes)


def _stated(places: Iterable[Mapping[str, Any]], reader: Reader) -> Items:
    """What the source wrote of each place."""
    texts = (str(one.get("stated") or "") for one in places)
    return tuple(Shown(reader.say("place.stated", stated=text)) for text in texts if text)
