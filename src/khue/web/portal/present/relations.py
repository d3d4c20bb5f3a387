"""Relations both ways: sentences with names that lead on, and a small drawing of the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.urls import reverse

from khue.lib.numbers import show_number
from khue.model.packs import Field, Type
from khue.registry.queries import ReferringView
from khue.web.portal.present.evidence import Note
from khue.web.portal.present.heading import names
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.words import choose, spoken

RELATIONS = "relations"
"""The group of fields that are nothing but relations."""

MOST_NODES = 10
"""Records in a drawing, beside the one in the middle: what one takes in at a glance."""
FEWEST_NODES = 3
"""Below this a sentence says as much at a glance."""
ROW = 44
"""Height of a record in a drawing, in its own units: a finger has to find it."""
WIDTH, HUB, LEAF = 360, 20, 104
"""Width of a drawing, and how far from the left its middle and its records stand."""
LONGEST, BEGINNING = 26, 13
"""Characters of a name for which a drawing has room, and those of its beginning where it is its end
that tells it from others."""


@dataclass(frozen=True)
class Named:
    """Another record as a sentence names it. `lang` where the name is in the other language."""

    id: str
    title: str
    lang: str
    type_label: str
    href: str


@dataclass(frozen=True)
class Sentence:
    """“Is a component of A and B.” `more`: records that it does not name, or if `is_least` at least
    so many. `field` is the field of this record that says so, by name; "" where others say it."""

    group: str
    phrase: str
    records: tuple[Named, ...]
    more: int = 0
    field: str = ""
    notes: tuple[Note, ...] = ()
    is_least: bool = False


@dataclass(frozen=True)
class Node:
    """A record in a drawing: its name as far as there is room, and where it stands."""

    record: Named
    text: str
    y: int
    path: str


@dataclass(frozen=True)
class Graph:
    """A record and those around it. The sentences tell all that it shows."""

    width: int
    height: int
    hub_x: int
    hub_y: int
    leaf_x: int
    nodes: tuple[Node, ...]


def sentences(
    document: Mapping[str, Any],
    notes: Mapping[str, tuple[Note, ...]],
    referring: Iterable[ReferringView],
    reader: Reader,
) -> tuple[Sentence, ...]:
    """What a record and others say of how they belong together; its own words first. Where both
    say the same of the same record, it is said once."""
    type_ = reader.pack.types[str(document["type"])]
    found: dict[tuple[str, str], Sentence] = {}
    for one in [*_own(document, type_, notes, reader), *_of_others(referring, reader)]:
        key = (one.group, one.phrase)
        found[key] = _together(found[key], one) if key in found else one
    return tuple(found.values())


def graph(said: Iterable[Sentence]) -> Graph | None:
    """A drawing of the records that sentences name, some of each; None where there are few."""
    rounds = zip_longest(*(one.records for one in said))
    turns = (record for turn in rounds for record in turn if record is not None)
    chosen = list({record.id: record for record in turns}.values())[:MOST_NODES]
    if len(chosen) < FEWEST_NODES:
        return None
    height = len(chosen) * ROW
    middle = height // 2
    texts = _short([record.title for record in chosen])
    nodes = tuple(
        _node(record, text, number * ROW + ROW // 2, middle)
        for number, (record, text) in enumerate(zip(chosen, texts, strict=True))
    )
    return Graph(WIDTH, height, HUB, middle, LEAF, nodes)


def _own(
    document: Mapping[str, Any],
    type_: Type,
    notes: Mapping[str, tuple[Note, ...]],
    reader: Reader,
) -> Iterator[Sentence]:
    for field in public_fields(type_):
        if field.kind != "reference" or field.name not in document:
            continue
        value = document[field.name]
        items = value if isinstance(value, list) else [value]
        records = tuple(one for item in items if (one := _by_label(str(item), reader)))
        if records:
            count = show_number(len(records), reader.lang)
            phrase = _phrase(field.sentence, reader.label(field) + ":", count, reader)
            yield Sentence(field.group, phrase, records, 0, field.name, notes.get(field.name, ()))


def _of_others(referring: Iterable[ReferringView], reader: Reader) -> Iterator[Sentence]:
    for link in referring:
        type_ = reader.pack.types.get(link.type)
        field = type_.field(link.field) if type_ else None
        if type_ is None or field is None:
            continue
        records = tuple(
            _named(one.id, names(one.document), link.type, reader) for one in link.records
        )
        plain = reader.say(
            "record.referred_by", type=reader.type_plural(link.type), field=reader.label(field)
        )
        count = show_number(link.count, reader.lang)
        if link.is_least:
            count = reader.say("relations.at_least", count=link.count)
        phrase = _phrase(field.inverse, plain, count, reader)
        more = link.count - len(records)
        yield Sentence(_group(field, type_), phrase, records, more, is_least=link.is_least)


def _group(field: Field, type_: Type) -> str:
    """Relations inside dated statements stand with the others."""
    return field.group if field.path in type_.fields else RELATIONS


def _phrase(said: Mapping[str, str], otherwise: str, count: str, reader: Reader) -> str:
    return (choose(said, reader.lang) or otherwise).replace("{count}", count)


def _together(one: Sentence, other: Sentence) -> Sentence:
    known = {record.id for record in one.records}
    new = tuple(record for record in other.records if record.id not in known)
    return Sentence(
        one.group,
        one.phrase,
        one.records + new,
        one.more + other.more,
        one.field or other.field,
        one.notes or other.notes,
        one.is_least or other.is_least,
    )


def _by_label(record: str, reader: Reader) -> Named | None:
    """A record that this one names, if the public may know of it."""
    label = reader.context.label_of(record)
    return _named(record, label, label.get("type", ""), reader) if label else None


def _named(record: str, name: Mapping[str, str], type_name: str, reader: Reader) -> Named:
    return Named(
        record,
        choose(name, reader.lang) or reader.say("record.unnamed"),
        spoken(name, reader.lang),
        reader.type_label(type_name),
        reverse("record", args=[record]),
    )


def _node(record: Named, text: str, y: int, middle: int) -> Node:
    bend = (HUB + LEAF) // 2
    path = f"M{HUB} {middle}C{bend} {middle} {bend} {y} {LEAF - 8} {y}"
    return Node(record, text, y, path)


def _short(titles: Sequence[str]) -> list[str]:
    """Names as far as there is room for each. Those that would read the same leave out what they
    begin with in common, but for the first words."""
    cut = [_cut(title, LONGEST) for title in titles]
    shown = []
    for title, text in zip(titles, cut, strict=True):
        alike = [
            other
            for other, cut_too in zip(titles, cut, strict=True)
            if cut_too == text and other != title
        ]
        shown.append(_apart(title, alike) if alike else text)
    return shown


def _apart(title: str, alike: Iterable[str]) -> str:
    """The beginning of a name, and its end as far back as there is room, or its words from the one
    on in which it differs from the name most like it."""
    room = LONGEST - BEGINNING
    common = max(_in_common(title, other) for other in alike)
    differs = title.rfind(" ", 0, common) + 1
    fits = title.find(" ", max(len(title) - room - 1, 0)) + 1
    return f"{_cut(title, BEGINNING)} {_cut(title[min(differs, fits or differs) :], room)}"


def _in_common(one: str, other: str) -> int:
    """With how many letters both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,–-") + "…"
