"""Filters by their words: types, units and values that a text may be the beginning of.

The words are those of the pack and the gazetteer in the language of the page. They are kept with
their counts until the ledger moves, so that they can be looked through after every letter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

from khue import search
from khue.lib.vietnamese import fold
from khue.model.packs import Pack
from khue.pipeline import house
from khue.web.portal import house as ask_house
from khue.web.portal.ask import Ask
from khue.web.portal.kept import Kept
from khue.web.portal.present import results
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.results import Choice, facet_title, offered, value_label

MOST = 4
"""Filters under a search box: names come first, and both have to fit a screen."""
SHORTEST = 2
"""Letters from which on filters are told: nearly every value has a word of one letter."""
UNASKED = frozenset({"source"})
"""Facets whose values nobody types."""
TOLD = ("type", "place")
"""Facets of which a search tells otherwise that its text is a value."""
NO_WORDS = frozenset({"edtf", "boolean"})
"""Kinds of values that are not called by words."""


@dataclass(frozen=True)
class Filter:
    """A `value` of a facet, by its `key`: its `label`, what it is a value `of`, how many records
    have it, and the `folded` words by which it is found."""

    key: str
    value: str
    label: str
    of: str
    count: int
    address: str
    folded: str


def filters_for(text: str, reader: Reader) -> list[Filter]:
    """At most `MOST` filters whose label begins with the text, then those that have a word that
    does; each time those that most records have come first."""
    typed = " ".join(fold(text).split())
    if len(typed) < SHORTEST:
        return []
    inside = f" {typed}"
    found = [
        (not one.folded.startswith(inside), -one.count, one.label, one)
        for one in (*_told(reader.lang), *_others(reader.lang))
        if inside in one.folded
    ]
    return [one for *_, one in sorted(found, key=lambda each: each[:3])[:MOST]]


def as_filters(ask: Ask, reader: Reader) -> Choice | None:
    """What the text of a question may mean as filters, where none is chosen: the one that it is
    called (*bảo vật quốc gia*), which costs nothing, else several that it says one after the other
    (*di tích quận Hoàn Kiếm*)."""
    if ask.type or ask.place or ask.facets or ask.group or ask.page > 1:
        return None
    return _called(ask, reader) or results.as_filters(ask_house.as_filters(ask, reader), reader)


def _called(ask: Ask, reader: Reader) -> Choice | None:
    """The filter that a text is called: of several, that which most records have. Types come first
    by themselves, and units are told with their pages; a part of the map has other counts."""
    typed = " ".join(fold(ask.text).split())
    if not typed or any(ask.areas().values()):
        return None
    inside = f" {typed}"
    found = [one for one in _others(reader.lang) if one.folded == inside]
    if not found:
        return None
    most = max(found, key=lambda one: one.count)
    address = Ask(sort=ask.sort, view=ask.view).with_value(most.key, most.value).address()
    return Choice(f"{most.of}: {most.label}", most.count, address, False)


def _made_of(keys: Collection[str], reader: Reader) -> Iterator[Filter]:
    ask, pack = Ask(), house().pack
    counted = search.find(search.Query(limit=0, counted=tuple(keys)), pack).facets
    for key in keys:
        of = facet_title(key, ask, reader)
        for one in counted.get(key, ()):
            label = value_label(key, one.value, ask, reader)
            if one.count and label != one.value:
                address = ask.with_value(key, one.value).address()
                folded = f" {' '.join(fold(label).split())}"
                yield Filter(key, one.value, label, of, one.count, address, folded)


@cache
def _keys_of(pack: Pack) -> tuple[str, ...]:
    """The facets whose values are words and are not told otherwise."""
    kinds: dict[str, set[str]] = {}
    fields = (field for type_ in pack.types.values() for field in type_.fields.values())
    for leaf in (leaf for field in fields for leaf in field.leaves()):
        kinds.setdefault(leaf.facet or "", set()).add(leaf.kind)
    words = (key for key in offered(Ask(), pack) if not kinds.get(key, {""}) <= NO_WORDS)
    return tuple(key for key in words if key not in {*UNASKED, *TOLD})


# Apart: the units of a country are thousands, of which a page of results need not know.
_told = Kept(lambda state: tuple(_made_of(TOLD, ask_house.reader_for(state.lang))))
_others = Kept(
    lambda state: tuple(_made_of(_keys_of(house().pack), ask_house.reader_for(state.lang)))
)
