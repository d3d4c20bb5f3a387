"""What an editor decides of the portal: the ways in, the words of its opening, its figures.

It stands as data in two files: `portal.yaml` of the pack (`ways`: groups of its types; `measures`:
the indicators that open the overview; `indicator_sets`) and of the folder of the city (`heading`,
`keeper`, `figures`). Without them the portal has none of it. Which city it is `city` knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from khue.lib.tables import parse_yaml

FILE = "portal.yaml"

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Way:
    """A way in: records of some `types`; to a `page` of the portal, by the name of its address, or
    to the list of those records."""

    key: str
    label: Texts
    types: tuple[str, ...]
    page: str


@dataclass(frozen=True)
class Pick:
    """An observation to show, by the data set that it came from and its Vietnamese name there, and
    what it `counts`, in words that go on after the number."""

    source: str
    name: str
    counts: Texts

    @property
    def key(self) -> tuple[str, str]:
        """What it is found by."""
        return self.source, self.name


@dataclass(frozen=True)
class Figures:
    """Observations that are read together, and what has to be said of them."""

    title: Texts
    note: Texts
    of: tuple[Pick, ...]


@dataclass(frozen=True)
class KeyFigures:
    """The indicators, by key, that say most of a dimension of indicators."""

    dimension: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class IndicatorSet:
    """Indicators that belong together because someone made them so: their keys begin alike."""

    key: str
    label: Texts
    note: Texts
    keys_begin: str


@dataclass(frozen=True)
class City:
    """The words of the opening, the figures beneath it, and who keeps this portal."""

    heading: Texts
    keeper: Texts
    figures: tuple[Figures, ...]


NO_CITY = City({}, {}, ())


def ways() -> tuple[Way, ...]:
    """The ways in of the pack, in their order."""
    return _ways(settings.KHUE_PACK / FILE)


def groups() -> Mapping[str, tuple[str, ...]]:
    """The types of each way in that is a group of types, by its key."""
    return {way.key: way.types for way in ways() if way.types}


def key_figures() -> tuple[KeyFigures, ...]:
    """The indicators that open the overview, by dimension, in their order."""
    return _key_figures(settings.KHUE_PACK / FILE)


def indicator_sets() -> tuple[IndicatorSet, ...]:
    """The sets of indicators that the pack tells of."""
    return _indicator_sets(settings.KHUE_PACK / FILE)


def city_of(folder: Path) -> City:
    """What the city of a folder says; nothing where it has no file."""
    return _city(folder / FILE)


@cache
def _key_figures(path: Path) -> tuple[KeyFigures, ...]:
    return tuple(
        KeyFigures(one["dimension"], tuple(one["of"])) for one in _read(path).get("measures") or ()
    )


@cache
def _indicator_sets(path: Path) -> tuple[IndicatorSet, ...]:
    return tuple(
        IndicatorSet(one["key"], one["label"], one.get("note") or {}, one["keys_begin"])
        for one in _read(path).get("indicator_sets") or ()
    )


@cache
def _ways(path: Path) -> tuple[Way, ...]:
    return tuple(
        Way(one["key"], one["label"], tuple(one.get("types") or ()), one.get("page") or "")
        for one in _read(path).get("ways") or ()
    )


@cache
def _city(path: Path) -> City:
    told = _read(path)
    figures = (
        Figures(
            one["title"],
            one.get("note") or {},
            tuple(Pick(pick["source"], pick["name"], pick["counts"]) for pick in one["of"]),
        )
        for one in told.get("figures") or ()
    )
    return City(told.get("heading") or {}, told.get("keeper") or {}, tuple(figures))


def _read(path: Path) -> Mapping[str, Any]:
    return parse_yaml(path.read_text(encoding="utf-8")) if path.exists() else {}
