"""Where nothing is found: questions near this one that ask for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from khue.places import Gazetteer
from khue.search import Limit
from khue.web.portal.ask import Ask, typed_text
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.results import chips
from khue.web.portal.words import choose

SHOWN = 6
"""Suggestions on a page."""
TRIED = 10
"""Questions that are counted for a page on which nothing was found."""
MOST_WORDS = 5
"""Of a longer text no single word is left out: what remained would still be too much."""


@dataclass(frozen=True)
class Wider:
    """A question that asks for less, in words, and how many records it finds."""

    label: str
    ask: Ask
    count: int = 0

    @property
    def href(self) -> str:
        """Its address."""
        return self.ask.address()


def wider(ask: Ask, limits: Iterable[Limit], gazetteer: Gazetteer, reader: Reader) -> list[Wider]:
    """Questions that ask for one thing less, the nearest first, and at last those that keep only
    the text or only the filters. Nobody has counted them yet."""
    limits = list(limits)
    first = replace(ask, page=1)
    found = [
        *_larger_unit(first, gazetteer, reader),
        *_less_one_filter(first, limits, reader),
        *_less_one_word(first, limits, reader),
        *_halves(first, reader),
    ]
    by_address = {one.ask.address(): one for one in reversed(found) if one.ask != first}
    kept = [one for one in found if by_address.get(one.ask.address()) is one]
    return kept[:TRIED]


def _larger_unit(ask: Ask, gazetteer: Gazetteer, reader: Reader) -> Iterator[Wider]:
    province = gazetteer.within(ask.place) if ask.place else None
    if province and province.code != ask.place:
        label = reader.say("wider.unit", unit=choose(province.name, reader.lang))
        yield Wider(label, replace(ask, place=province.code))


def _less_one_filter(ask: Ask, limits: list[Limit], reader: Reader) -> Iterator[Wider]:
    for chip in chips(ask, limits, reader):
        label = reader.say("wider.filter", facet=chip.facet, value=chip.label)
        yield Wider(label, chip.ask)


def _less_one_word(ask: Ask, limits: list[Limit], reader: Reader) -> Iterator[Wider]:
    words = ask.text.split()
    if limits or not 1 < len(words) <= MOST_WORDS:
        return
    for left in range(len(words) - 1, -1, -1):
        text = typed_text(" ".join(words[:left] + words[left + 1 :]))
        yield Wider(reader.say("wider.words", text=text), replace(ask, text=text))


def _halves(ask: Ask, reader: Reader) -> Iterator[Wider]:
    if ask.text.strip():
        text = ask.text.strip()
        yield Wider(reader.say("wider.text_only", text=text), Ask(text=ask.text, view=ask.view))
        if chips(replace(ask, text=""), (), reader):
            yield Wider(reader.say("wider.filters_only"), replace(ask, text=""))
