"""The indicators that can be compared between places, to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from khue.lib.vietnamese import sort_key
from khue.measures.indicators import DIMENSIONS, Indicator
from khue.measures.values import PLACE
from khue.pipeline import Figures
from khue.web.portal.present.comparison import LEAST, Asked
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose


@dataclass(frozen=True)
class Offer:
    """An indicator that can be compared, with how many places have a value."""

    key: str
    label: str
    href: str
    places: int
    chosen: bool


@dataclass(frozen=True)
class Offers:
    """Indicators of a dimension."""

    title: str
    offers: tuple[Offer, ...]


def offered(figures: Figures, asked: Asked, reader: Reader) -> tuple[Offers, ...]:
    """The indicators of which several places have a value of the whole, by dimension, and the one
    that is asked for, which the page is about."""
    places: dict[str, set[str]] = {asked.indicator: set()} if asked.indicator else {}
    for key, values in figures.computed.items():
        places[key] = {one.place for one in values if one.part.keys() == {PLACE}}
    for one in figures.observations.values():
        whole = not one.breakdowns and not one.subject
        if one.indicator in places and whole and reader.gazetteer.unit(one.place):
            places[one.indicator].add(one.place)
    found = []
    for dimension in DIMENSIONS:
        offers = [
            _offer(figures.indicators[key], len(some), asked, reader)
            for key, some in places.items()
            if (len(some) >= LEAST or key == asked.indicator)
            and figures.indicators[key].dimension == dimension
        ]
        if offers:
            offers.sort(key=lambda one: sort_key(one.label))
            found.append(Offers(reader.say(f"measures.dimension.{dimension}"), tuple(offers)))
    return tuple(found)


def _offer(one: Indicator, places: int, asked: Asked, reader: Reader) -> Offer:
    label = choose(one.name, reader.lang)
    return Offer(one.key, label, Asked(one.key).address(), places, asked.indicator == one.key)
