"""What names a record wherever it appears: both names, type, unit, rank, one line of when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from khue.model.packs import Type
from khue.model.values import kind_of
from khue.publish.summary import first_date, highest_rank
from khue.web.portal.present.attached import first_picture
from khue.web.portal.present.listed import Listed, below, listed, newest
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.recurring import RECURRENCE, recurrence_words
from khue.web.portal.present.values import Shown, unit_line
from khue.web.portal.words import choose, other_language, spoken

if TYPE_CHECKING:
    from khue.web.portal.present.found import Why

SPECIAL = frozenset({"SPEC", "WORLD"})
"""Ranks that fill the tag: special national relics and world heritage."""


@dataclass(frozen=True)
class Tag:
    """A rank as a small outlined word; `special` is filled."""

    text: str
    special: bool


@dataclass(frozen=True)
class Heading:
    """A record in a few words. `other` is the name in the other language, where it differs;
    `picture` the address of its first picture, small; `why` what a search found it by, where
    nothing else of this shows it; `away` how far it is, where a search asked for that; `below` what
    stands below the name."""

    id: str
    href: str
    title: str
    title_lang: str
    other: str
    other_lang: str
    type: str
    type_label: str
    unit: Shown | None
    rank: Tag | None
    when: str
    invented: bool
    picture: str
    why: Why | None = None
    listed: tuple[Listed, ...] = ()
    away: str = ""
    below: Shown | None = None


def heading(document: Mapping[str, Any], reader: Reader) -> Heading:
    """The heading of a public document."""
    name = names(document)
    other = other_language(reader.lang)
    title = choose(name, reader.lang) or reader.say("record.unnamed")
    type_ = reader.pack.types.get(str(document["type"]))
    return Heading(
        id=str(document["id"]),
        href=reverse("record", args=[document["id"]]),
        title=title,
        title_lang=spoken(name, reader.lang),
        other=name.get(other, "") if name.get(other, "") != title else "",
        other_lang=other,
        type=str(document["type"]),
        type_label=reader.type_label(str(document["type"])),
        unit=unit_line(document, type_, reader),
        rank=rank(document, type_, reader),
        when=when(document, type_, reader),
        invented=is_invented(document),
        picture=first_picture(document),
        listed=listed(document, type_, reader),
        below=below(document, type_, reader),
    )


def names(document: Mapping[str, Any]) -> Mapping[str, str]:
    """The name in each language it has."""
    name = document.get("name")
    if isinstance(name, Mapping):
        return name
    return {"vi": str(name)} if name else {}


def is_invented(document: Mapping[str, Any]) -> bool:
    """Whether the record says of itself that it is made up for demonstration."""
    return bool(document.get("invented"))


def rank(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> Tag | None:
    """The highest rank in force among those that the record states."""
    found = highest_rank(document, type_, reader.pack) if type_ else None
    if found is None:
        return None
    return Tag(reader.concept_label(found.field.vocabulary, found.code), found.code in SPECIAL)


def when(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> str:
    """One line of when: the days on which an event comes back, or the first date that the record
    has, with what it is the date of; beside a rank, none of another rank."""
    again = type_.fields.get(RECURRENCE) if type_ else None
    if again and (words := recurrence_words(again, document.get(RECURRENCE), reader)):
        return words[0].upper() + words[1:]
    ranked = highest_rank(document, type_, reader.pack) if type_ else None
    found = first_date(document, type_, ranked) if type_ else None
    if found is None:
        return ""
    if ranked is None:
        said = newest(found.top, document.get(found.top.name), reader)
        if said:
            return said
    text = kind_of(found.field).show(found.value, reader.lang, found.field, reader.context)
    return reader.say("record.when", label=reader.label(found.top), date=text)
