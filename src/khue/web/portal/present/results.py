"""The search page: facets as links with counts, chips that can be taken off, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from khue.lib.numbers import show_number
from khue.lib.vietnamese import sort_key
from khue.model.packs import Field, Pack
from khue.model.values import kind_of
from khue.search import Limit
from khue.web.portal.ask import AREAS, DISTANCE, PAGE_SIZE, SORTS, VIEWS, Ask, typed_text
from khue.web.portal.editorial import ways
from khue.web.portal.paging import page_count
from khue.web.portal.present.distances import show_position
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose

SHOWN = 8
"""Values of a facet that stand open; the others open with one click."""
NAMED = 4
"""Filters that the title of a page names."""
ALTERNATIVES = 3
"""What a typed filter may mean, as far as it is told."""
OPEN = 4
"""Facets that stand open; the others open with one click."""


class Counted(Protocol):
    """A facet value with how many records it holds."""

    @property
    def value(self) -> str:
        """The code."""

    @property
    def count(self) -> int:
        """How many records."""


@dataclass(frozen=True)
class Choice:
    """A facet value as a link that sets it, or takes it off where it is `chosen`."""

    label: str
    count: int
    href: str
    chosen: bool
    value: str = ""


@dataclass(frozen=True)
class Facet:
    """A facet with its values, most frequent first (dates in order). A `folded` one opens with
    one click, as do the values in `more`; `of` is the one type that it is about, where nothing else
    says so."""

    key: str
    title: str
    shown: tuple[Choice, ...]
    more: tuple[Choice, ...]
    folded: bool = False
    of: str = ""


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the question without it."""

    facet: str
    label: str
    ask: Ask

    @property
    def href(self) -> str:
        """The address without it."""
        return self.ask.address()


@dataclass(frozen=True)
class Page:
    """A step of the pages: a number, or a gap where `href` is empty and it is not `current`."""

    number: int
    href: str
    current: bool


def offered(ask: Ask, pack: Pack) -> list[str]:
    """The facets from which one may choose, in the order of the page: those of the chosen type, or
    those whose codes mean the same in every type (kinds of relics beside kinds of policies are a
    choice only once a type is chosen), and those of which something is chosen."""
    leaves = _facet_leaves(pack)

    def may_choose(key: str) -> bool:
        if ask.type:
            return any(type_ == ask.type for type_, _ in leaves[key])
        return len({leaf.vocabulary for _, leaf in leaves[key]}) == 1

    keys = dict.fromkeys(("rank", *pack.facets) if "rank" in leaves else pack.facets)
    chosen = [key for key in keys if ask.facets.get(key) or may_choose(key)]
    return ["type", "place", *(["present"] if ask.place else []), *chosen, "source"]


def facets(counted: Mapping[str, Iterable[Counted]], ask: Ask, reader: Reader) -> tuple[Facet, ...]:
    """All facets that offer a choice, in the order of `offered`."""
    found: list[Facet] = []
    for key in offered(ask, reader.pack):
        values = counted.get(key, ())
        if key == "present":
            facet = _certainty(values, ask, reader)
        else:
            facet = _facet(key, len(found), values, ask, reader)
        found += [facet] if facet else []
    return tuple(found)


def meant_text(spelling: str | None, limits: Iterable[Limit]) -> str | None:
    """What was probably meant, with the typed filters, which stood in no name to be corrected."""
    typed = (limit.typed for limit in limits if limit.typed)
    return " ".join([spelling, *typed]) if spelling else None


def meant(ask: Ask, spelling: str | None, limits: Iterable[Limit]) -> Choice | None:
    """The text that was probably meant, as a link."""
    text = meant_text(spelling, limits)
    if not text:
        return None
    return Choice(text, 0, replace(ask, page=1, text=text).address(), False)


def as_filters(found: tuple[Ask, Sequence[Limit], int] | None, reader: Reader) -> Choice | None:
    """What a text says as filters, as a link with what they are called."""
    if found is None:
        return None
    ask, limits, total = found
    said = [
        limit.typed.partition(":")[2].strip('"')  # a name says more than all units that it became
        if limit.values[0][0] == "place" and len(limit.values) > 1
        else chip.label
        for limit, chip in zip(limits, _typed(ask, limits, reader), strict=True)
    ]
    return Choice(" · ".join(said), total, ask.address(), False)


def chips(ask: Ask, limits: Iterable[Limit], reader: Reader) -> tuple[Chip, ...]:
    """The filters that are set, those first that stand in the text."""
    return (*_typed(ask, limits, reader), *_set(ask, reader))


def named(ask: Ask, reader: Reader) -> str:
    """What a question asks for in a few words, for the title of its page: the text, and the filters
    that are chosen beside it; "" where it asks for everything."""
    chosen = [chip.label for chip in _set(ask, reader)]
    more = ["…"] if len(chosen) > NAMED else []
    return ", ".join(one for one in [ask.text.strip(), *chosen[:NAMED], *more] if one)


def _typed(ask: Ask, limits: Iterable[Limit], reader: Reader) -> Iterator[Chip]:
    for limit in (one for one in limits if one.typed):
        key = limit.values[0][0]
        values = dict.fromkeys(value_label(*one, ask, reader) for one in limit.values)
        left = replace(ask, page=1, text=typed_text(ask.text.replace(limit.typed, " ", 1)))
        said = reader.say("search.or").join(list(values)[:ALTERNATIVES])
        more = "…" if len(values) > ALTERNATIVES else ""
        yield Chip(facet_title(key, ask, reader), said + more, left)


def _set(ask: Ask, reader: Reader) -> tuple[Chip, ...]:
    held = [
        ("group", ask.group),
        ("type", ask.type),
        ("place", ask.place),
        ("certain", "1" if ask.certain else ""),
    ]
    held += [(key, value) for key, values in ask.facets.items() for value in values]
    held += ask.areas().items()
    return tuple(
        Chip(
            facet_title(key, ask, reader),
            reader.unit(value) if key == "place" else value_label(key, value, ask, reader),
            ask.without(key, value),
        )
        for key, value in held
        if value
    )


def sorts(ask: Ask, reader: Reader, *, by_words: bool) -> tuple[Choice, ...]:
    """The orders that the list can have, first that which it has by default. Unless something is
    looked for `by_words`, nothing fits better than anything else: without a position the list is
    then in the order of names."""
    words = SORTS if by_words else SORTS[1:]
    names = (DISTANCE, *words) if ask.near else words
    now = ask.sort if ask.sort in names else words[0]
    return tuple(
        Choice(
            reader.say(f"sort.{name}"),
            0,
            replace(ask, sort=name, page=1).address(),
            now == name,
        )
        for name in names
    )


def unbounded(ask: Ask, reader: Reader) -> Choice | None:
    """What to ask instead where a question is about the boundary of a unit that is not loaded:
    what is in the unit by its name. None where the boundary is known; without an address where no
    present unit has the code."""
    if not ask.within or reader.gazetteer.boundary(ask.within) is not None:
        return None
    if reader.gazetteer.unit(ask.within) is None:
        return Choice(ask.within, 0, "", False)
    instead = replace(ask, page=1, within="", place=ask.within)
    return Choice(reader.unit(ask.within), 0, instead.address(), False)


def views(ask: Ask, reader: Reader) -> tuple[Choice, ...]:
    """The ways to lay the result out; the page of the list stays."""
    return tuple(
        Choice(
            reader.say(f"view.{name}"),
            0,
            replace(ask, view=name).address(),
            ask.view == name,
            name,
        )
        for name in VIEWS
    )


def pages(ask: Ask, total: int) -> tuple[Page, ...]:
    """First and last page and those around the current one, with gaps between."""
    last = page_count(total, PAGE_SIZE)
    near = {1, last, *range(ask.page - 1, ask.page + 2)}
    found: list[Page] = []
    previous = 0
    for number in sorted(one for one in near if 1 <= one <= last):
        if number > previous + 1:
            found.append(Page(0, "", False))
        address = replace(ask, page=number).address()
        found.append(Page(number, address, number == ask.page))
        previous = number
    return tuple(found) if last > 1 else ()


def facet_title(key: str, ask: Ask, reader: Reader) -> str:
    """What a facet is called: the label of the field that has it, of the chosen type if one is."""
    if key in ("type", "group", "place", "certain", "source", *AREAS):
        return reader.say(f"facet.{key}")
    leaf = next(_leaves(key, ask, reader), None)
    return reader.label(leaf) if leaf else key


def value_label(key: str, value: str, ask: Ask, reader: Reader) -> str:
    """What a facet value is called."""
    if key == "type":
        return reader.type_plural(value)
    if key == "group":
        return choose(next(way.label for way in ways() if way.key == value), reader.lang)
    if key == "place":
        return reader.unit_short(value)
    if key == "source":
        return reader.source_title(value)
    if key == "within":
        return reader.unit(value)
    if key == "certain":
        return reader.say("facet.certain.yes")
    if key == "box":
        sides = (show_number(round(float(one), 2), reader.lang) for one in value.split(","))
        names = ("west", "south", "east", "north")
        return reader.say("explore.box", **dict(zip(names, sides, strict=True)))
    if key == "near":
        lon, lat = map(float, value.split(","))
        return show_position(lon, lat, reader)
    for leaf in _leaves(key, ask, reader):
        if leaf.kind == "edtf":
            return kind_of(leaf).show(value, reader.lang, leaf, reader.context)
        if leaf.kind == "boolean":
            return reader.say("value.yes" if value.lower() in ("true", "1") else "value.no")
        label = reader.concept_label(leaf.vocabulary, value)
        if label != value:
            return label
    return value


def _leaves(key: str, ask: Ask, reader: Reader) -> Iterator[Field]:
    """The fields that have a facet, those of the chosen type first."""
    leaves = _facet_leaves(reader.pack).get(key, ())
    yield from (leaf for type_, leaf in leaves if type_ == ask.type)
    yield from (leaf for type_, leaf in leaves if type_ != ask.type)


@cache
def _facet_leaves(pack: Pack) -> Mapping[str, Sequence[tuple[str, Field]]]:
    """For each facet key the types and their fields that have it. A pack never changes."""
    found: dict[str, list[tuple[str, Field]]] = {key: [] for key in pack.facets}
    for type_ in pack.types.values():
        for top in type_.fields.values():
            for leaf in top.leaves():
                if leaf.facet:
                    found[leaf.facet].append((type_.name, leaf))
    return found


def _facet(
    key: str, place: int, counted: Iterable[Counted], ask: Ask, reader: Reader
) -> Facet | None:
    choices = [_choice(key, one.value, one.count, ask, reader) for one in counted if one.count]
    chosen = sum(choice.chosen for choice in choices)
    if len(choices) < 2 and not chosen:
        return None
    leaf = next(_leaves(key, ask, reader), None)
    if leaf is not None and leaf.kind == "edtf":
        choices.sort(key=lambda one: one.value)
    else:
        choices.sort(key=lambda one: (not one.chosen, -one.count, sort_key(one.label)))
    shown = max(SHOWN, chosen)
    folded = place >= OPEN and not chosen
    return Facet(
        key,
        facet_title(key, ask, reader),
        tuple(choices[:shown]),
        tuple(choices[shown:]),
        folded=folded,
        of=_only_type(key, reader) if folded and not ask.type else "",
    )


def _only_type(key: str, reader: Reader) -> str:
    """The one type that has a facet, in words: beside those of other types its title alone does not
    say of what it is. "" where several have it."""
    types = {type_ for type_, _ in _facet_leaves(reader.pack).get(key, ())}
    return reader.type_plural(types.pop()) if len(types) == 1 else ""


def _certainty(counted: Iterable[Counted], ask: Ask, reader: Reader) -> Facet | None:
    """The choice of what is at the chosen place for certain."""
    count = next((one.count for one in counted if one.value == ask.place), 0)
    choice = _choice("certain", "1", count, ask, reader)
    return Facet("certain", facet_title("certain", ask, reader), (choice,), ()) if count else None


def _choice(key: str, value: str, count: int, ask: Ask, reader: Reader) -> Choice:
    chosen = ask.has(key, value)
    changed = ask.without(key, value) if chosen else ask.with_value(key, value)
    label = value_label(key, value, ask, reader)
    return Choice(label, count, changed.address(), chosen, value)
