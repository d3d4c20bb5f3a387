"""Field words in a typed text (*type:đình in:"Ba Vì" rank:national*), as filters. Pure.

query = understand(Query("chùa ở:Ba Vì"), pack, gazetteer)
query.text      # "chùa"
query.limits    # what was understood, for pages to show

A field word is one that the pack knows (a key of a facet, a label or another heading of its
field), or one for the type or the place, before a colon. What stands after it is a label or code
of the pack, in either language, with marks or without, the name of a unit, present or former, or
a date, as people write it, for the centuries that it touches.
What is not understood stays in the text, to be looked for like any other words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from khue.lib.dates import parse_edtf
from khue.lib.vietnamese import display, exact, fold
from khue.model.packs import Pack
from khue.model.values.date_show import centuries
from khue.model.values.date_words import read_date
from khue.places import Gazetteer
from khue.search.numbers import other_numbers
from khue.search.queries import Limit, Query
from khue.search.words import MAX_CHARACTERS, QUOTES

TYPE_WORDS = ("type", "loại", "kiểu", "kind")
PLACE_WORDS = ("in", "at", "place", "ở", "tại", "nơi")

MAX_FIELD_WORDS = 5
MAX_VALUE_WORDS = 8
"""As long as headings, labels of vocabularies and names of units are that people type."""

MAX_FIELDS = 8
"""So many field words are looked at: nobody types more, and each costs time."""

_TOKEN = re.compile(f"[{QUOTES}][^{QUOTES}]*[{QUOTES}]|[:\uff1a]|[^\\s:\uff1a{QUOTES}]+|[{QUOTES}]")
_PARTS = re.compile(r"[,;/]")
_SPACES = re.compile(r"\s+")

OWN = "="
"""Stands for types by their whole labels: who says *type:person* means the type alone."""

ANY = "*"
"""Stands for every facet: where people say *type*, they mean what the pack may call otherwise."""

Value = tuple[str, str]
"""A key (`type`, `place` or a facet) and one of its values."""

_Labels = Mapping[str, Sequence[tuple[Value, str]]]
"""Labels and codes in folded form, each with the values it means and their exact forms."""

_Way = Callable[[str, _Labels], list[Value]]
"""How typed words may mean values."""


def understand(query: Query, pack: Pack, gazetteer: Gazetteer) -> Query:
    """The query with the field words in its text as `limits`. Any text will do.

    A label that several facets have, and a name that several units bear or that became several,
    means all of them. In quotes a value is just what stands there, else the most words that mean
    something. A field word whose value means nothing is dropped and its value looked for.
    """
    text = query.text[:MAX_CHARACTERS]
    limits: list[Limit] = []
    left: list[str] = []
    end = 0
    for field in islice(_fields_in(text, _vocabulary(pack)), MAX_FIELDS):
        if field.start < end:  # it was part of the value before it
            continue
        meant = _meant(field, pack, gazetteer)
        stop = meant[1] if meant else field.colon
        left.append(text[end : field.start])
        end = stop
        if meant:
            limits.append(Limit(display(text[field.start : stop]).rstrip(",;"), meant[0]))
    if not end:
        return query
    rest = _SPACES.sub(" ", " ".join([*left, text[end:]])).lstrip()
    return replace(query, text=rest, limits=(*query.limits, *limits))


def in_order_of(query: Query, pack: Pack) -> Query:
    """The query with what the pack says of the order: which types the text is the very name of,
    and which tell of others."""
    vocabulary = _vocabulary(pack)
    named = [type_ for (_, type_), _ in vocabulary.labels[OWN].get(fold(query.text), ())]
    return replace(query, named=tuple(dict.fromkeys(named)), behind=vocabulary.behind)


def just_called(field: str, value: str, pack: Pack) -> bool:
    """Whether a value of a field word is just so called: a type by its own name or as people call a
    kind, a value of a facet by its label or code, a time that can be read."""
    vocabulary = _vocabulary(pack)
    names = vocabulary.fields.get(fold(field), ())
    if any(_called(value, vocabulary.labels[name]) for name in names if name != "place"):
        return True
    if "type" in names and any(_called(value, vocabulary.labels[key]) for key in (OWN, ANY)):
        return True
    return not vocabulary.dated.isdisjoint(names) and bool(_centuries(value))


@dataclass(frozen=True)
class _Typed:
    """A field word in a text: what it is about, where it starts and its colon ends, and the tokens
    that may be its value, with where each ends."""

    names: tuple[str, ...]
    start: int
    colon: int
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Vocabulary:
    """What the words of a pack mean, in folded form: field words to keys, and labels and codes of
    each key to values with their exact forms. Values of facets that are `dated` are centuries;
    `behind` are the types that tell of others."""

    fields: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, _Labels]
    dated: frozenset[str]
    behind: tuple[str, ...]


def _fields_in(text: str, vocabulary: _Vocabulary) -> Iterator[_Typed]:
    tokens = list(_TOKEN.finditer(text))
    for number, token in enumerate(tokens):
        if token[0] not in (":", "\uff1a") or number + 1 == len(tokens):
            continue
        values = tuple(_values_after(tokens[number + 1 :]))
        before = tokens[max(0, number - MAX_FIELD_WORDS) : number]
        for first in range(len(before)):
            names = vocabulary.fields.get(fold(text[before[first].start() : token.start()]))
            if names and values:
                yield _Typed(names, before[first].start(), token.end(), values)
                break


def _values_after(tokens: Sequence[re.Match[str]]) -> Iterator[tuple[str, int]]:
    """What may be a value, the longest first, and where each ends."""
    if tokens[0][0][0] in QUOTES and len(tokens[0][0]) > 1:
        yield tokens[0][0][1:-1], tokens[0].end()
        return
    run: list[re.Match[str]] = []
    for token in tokens[:MAX_VALUE_WORDS]:
        if token[0] in (":", "\uff1a") or token[0][0] in QUOTES:
            break
        run.append(token)
    for last in reversed(run):
        yield last.string[run[0].start() : last.end()], last.end()


def _meant(field: _Typed, pack: Pack, gazetteer: Gazetteer) -> tuple[tuple[Value, ...], int] | None:
    """The values that a field word has, and where in the text they end: those just so called, the
    most words first, else those whose label begins with the words, else has them."""
    vocabulary = _vocabulary(pack)
    for way, names in _ways(field):
        for value, end in field.values:
            found: dict[Value, None] = {}
            for name in names:
                if name != "place":
                    found.update(dict.fromkeys(way(value, vocabulary.labels[name])))
                elif way is _called:
                    found.update(dict.fromkeys(_units(value, gazetteer)))
                if way is _called and name in vocabulary.dated:
                    found.update(((name, century), None) for century in _centuries(value))
            if found:
                return tuple(found), end
    return None


def _ways(field: _Typed) -> Iterator[tuple[_Way, tuple[str, ...]]]:
    """In which ways a value may be meant, and by whose labels. What is a type's own name means the
    type alone. What many call a type is a kind (*lễ hội*): it comes before types that say it among
    other things (*Sự kiện, lễ hội*), and means those kinds, too, whose labels begin so."""
    if "type" not in field.names:
        yield _called, field.names
    else:
        kinds = tuple(name for name in field.names if name != "type")
        yield _called, (OWN,)
        yield _and_narrower, kinds
        yield _called, (ANY,)
        yield _called, ("type",)
    yield _beginning, field.names
    yield _having, field.names


def _called(value: str, labels: _Labels) -> list[Value]:
    """The values of this label or code, else of this label in its other number (*festivals*)."""
    found = (labels[form] for form in _forms(value) if form in labels)
    return _same_marks(value, next(found, ()))


def _and_narrower(value: str, labels: _Labels) -> list[Value]:
    """The values of this label or code and, if there are any, those whose label begins so."""
    called = _called(value, labels)
    return [*called, *_beginning(value, labels)] if called else []


def _beginning(value: str, labels: _Labels) -> list[Value]:
    """The values whose label begins with these words and goes on."""
    return _fitting(value, labels, lambda typed, label: label.startswith(f"{typed} "))


def _having(value: str, labels: _Labels) -> list[Value]:
    """The values whose label has these words somewhere, next to each other."""
    return _fitting(value, labels, lambda typed, label: f" {typed} " in f" {label} ")


def _fitting(value: str, labels: _Labels, fits: Callable[[str, str], bool]) -> list[Value]:
    for typed in _forms(value):
        found = [one for label, values in labels.items() if fits(typed, label) for one in values]
        if found:
            return _same_marks(value, found)
    return []


def _forms(value: str) -> tuple[str, ...]:
    """The words folded, and with the last of them in its other number."""
    if not (typed := fold(value)):
        return ()
    *before, last = typed.split(" ")
    return typed, *(" ".join([*before, other]) for other in other_numbers(last))


def _centuries(value: str) -> tuple[str, ...]:
    """The centuries that a date touches, as facets have them, of any date that can be read: `17XX`,
    *thế kỷ XVIII*, *18th century*, *nhà Lý*, *1789*."""
    try:
        span = read_date(value)
        return () if span.left else centuries(parse_edtf(span.edtf))
    except ValueError:
        return ()


def _same_marks(value: str, found: Sequence[tuple[Value, str]]) -> list[Value]:
    """Those with just these marks, if there are any."""
    typed = f" {exact(value)} "
    same = [one for one, label in found if typed in f" {label} "]
    return same or [one for one, _ in found]


def _units(value: str, gazetteer: Gazetteer) -> Iterator[Value]:
    """The present units that a name can mean, each part of which names a unit by itself."""
    stated = display(value)
    if gazetteer.unit(stated) is not None:
        yield "place", stated
        return
    parts = [part for part in _PARTS.split(stated) if fold(part)]
    if len(parts) < 2 or all(gazetteer.resolve(part).candidates for part in parts):
        yield from (("place", one.code) for one in gazetteer.resolve(stated).candidates)


@lru_cache(maxsize=8)
def _vocabulary(pack: Pack) -> _Vocabulary:
    fields: dict[str, dict[str, None]] = {}
    labels: dict[str, dict[str, dict[tuple[Value, str], None]]] = {
        key: {} for key in (OWN, ANY, "type", *pack.facets)
    }
    dated: set[str] = set()

    def name(key: str, *words: str) -> None:
        for word in words:
            if form := fold(word):
                fields.setdefault(form, {})[key] = None

    def label(key: str, value: Value, *words: str) -> None:
        for word in words:
            for part in (word,) if key == OWN else (word, *_PARTS.split(word)):
                if form := fold(part):
                    labels[key].setdefault(form, {})[value, exact(part)] = None

    name("type", *TYPE_WORDS)
    name("place", *PLACE_WORDS)
    for type_ in pack.types.values():
        for key in (OWN, "type"):
            label(key, ("type", type_.name), type_.name, *_texts(type_.label, type_.plural))
        for leaf in (leaf for top in type_.fields.values() for leaf in top.leaves()):
            if leaf.facet:
                name(leaf.facet, leaf.facet, leaf.name, *leaf.label.values(), *leaf.synonyms)
                if leaf.kind == "edtf":
                    dated.add(leaf.facet)
    for facet in pack.facets:
        for vocabulary in pack.facet_vocabularies(facet):
            for code, concept in pack.vocabularies[vocabulary].concepts.items():
                words = (code, *concept.label.values(), *concept.synonyms)
                label(facet, (facet, code), *words)
                label(ANY, (facet, code), *words)
    for keys in fields.values():  # what the pack also calls a type (*loại hình*)
        if not fields[fold("type")].keys().isdisjoint(keys):
            keys["type"] = None
    return _Vocabulary(
        {word: tuple(keys) for word, keys in fields.items()},
        {key: {form: tuple(each) for form, each in one.items()} for key, one in labels.items()},
        frozenset(dated),
        tuple(type_.name for type_ in pack.types.values() if type_.tells_of_others),
    )


def _texts(*texts: Mapping[str, str]) -> Iterator[str]:
    for each in texts:
        yield from each.values()
