"""What names a record wherever it appears: both names, type, unit, rank, one line of when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from khue.model.packs import Field, Type
from khue.model.values import kind_of
from khue.web.portal.present.attached import first_picture
from khue.web.portal.present.reader import Reader, public_fields, public_leaves
from khue.web.portal.present.values import Shown, unit_line
from khue.web.portal.words import choose, other_language, spoken

RANK = "rank"
"""The facet whose value is worn as a tag."""
SPECIAL = frozenset({"SPEC", "WORLD"})
"""Ranks that fill the tag: special national relics and world heritage."""
UNRANKED = "NONE"
BESIDE = frozenset({"sources", "internal", "relations", "governance", "digital"})
"""Groups of fields whose dates say nothing about when the thing itself was."""


@dataclass(frozen=True)
class Tag:
    """A rank as a small outlined word; `special` is filled."""

    text: str
    special: bool


@dataclass(frozen=True)
class Heading:
    """A record in a few words. `other` is the name in the other language, where it differs;
    `picture` the address of its first photograph, small."""

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
    """The highest rank in force among those that the record states, by the vocabulary's order."""
    held: list[tuple[int, str, Field]] = []
    for leaf in _ranks(type_) if type_ else ():
        vocabulary = reader.pack.vocabularies.get(leaf.vocabulary or "")
        order = list(vocabulary.concepts) if vocabulary else []
        held += [
            (order.index(code), code, leaf)
            for code in _values(document, leaf.path, in_force=True)
            if code in order and code != UNRANKED
        ]
    if not held:
        return None
    _, code, leaf = max(held, key=lambda one: one[0])
    return Tag(reader.concept_label(leaf.vocabulary, code), code in SPECIAL)


def when(document: Mapping[str, Any], type_: Type | None, reader: Reader) -> str:
    """One line of when: the first date that the record has, with what it is the date of."""
    for field, leaf in _dates(type_) if type_ else ():
        for value in _values(document, leaf.path):
            text = kind_of(leaf).show(value, reader.lang, leaf, reader.context)
            return reader.say("record.when", label=reader.label(field), date=text)
    return ""


@cache
def _ranks(type_: Type) -> tuple[Field, ...]:
    """The public fields of a type that hold ranks."""
    leaves = (leaf for field in public_fields(type_) for leaf in public_leaves(field))
    return tuple(leaf for leaf in leaves if leaf.facet == RANK)


@cache
def _dates(type_: Type) -> tuple[tuple[Field, Field], ...]:
    """The public dates of a type that say when the thing was, each after the field that it is part
    of; a type never changes."""
    return tuple(
        (field, leaf)
        for field in public_fields(type_)
        if field.group not in BESIDE
        for leaf in public_leaves(field)
        if leaf.kind == "edtf" and not leaf.name.startswith("until")
    )


def _values(document: Mapping[str, Any], path: str, *, in_force: bool = False) -> Iterable[Any]:
    """All values at a dotted path, through lists of statements; if `in_force`, without those of
    statements that have an end."""
    name, _, rest = path.partition(".")
    value = document.get(name)
    for item in value if isinstance(value, list) else [value]:
        if rest and isinstance(item, Mapping):
            if not (in_force and item.get("until")):
                yield from _values(item, rest)
        elif not rest and item is not None:
            yield item
