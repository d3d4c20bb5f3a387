"""The places that keep a target from being reached: a share by place, what lacks most first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.urls import reverse

from khue.lib.numbers import measured
from khue.lib.vietnamese import sort_key
from khue.measures.figures import PERCENT, Target
from khue.measures.findings import shown
from khue.measures.indicators import Indicator
from khue.measures.values import PLACE, ValueView
from khue.pipeline import Figures
from khue.places import Gazetteer
from khue.web.portal.present.progress import page_of
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import unit_of
from khue.web.portal.present.told import Told, told_value

MOST = 8
"""Places that a page names."""
DECIMALS = 1

_SHARE = re.compile(r"\s*(\w+)\s*/\s*(\w+)\s*\*\s*100\s*")
"""A formula that is a share of what is counted: so many of so many."""


@dataclass(frozen=True)
class PlaceTold:
    """A place with its share, of how many (`counts`: 2 of 5), and how many it lacks to the level,
    both with the unit of what is counted."""

    label: str
    place_href: str
    share: Told
    counts: str
    lacks: str


@dataclass(frozen=True)
class Places:
    """The places of which a share falls short, those that lack most first; `more` others do too, of
    `all` in which something was counted."""

    rows: tuple[PlaceTold, ...]
    more: int
    all: int
    reached: int
    indicator_href: str


@dataclass(frozen=True)
class _Part:
    place: str
    share: Fraction
    part: Fraction
    whole: Fraction
    of: ValueView

    def lacks(self, level: Fraction) -> Fraction:
        return max(Fraction(0), self.whole * level / 100 - self.part)


def places_told(target: Target, figures: Figures, reader: Reader) -> Places | None:
    """The places that keep a share from its level; None where the target is no share of what the
    registry counts, or where it has one place only."""
    indicator, level = figures.indicators.get(target.indicator), target.value
    asked = _SHARE.fullmatch(indicator.formula) if indicator else None
    if indicator is None or asked is None or level is None:
        return None
    if target.unit != PERCENT or target.breakdowns:
        return None
    parts = list(_parts(target.place, asked[1], asked[2], figures, reader.gazetteer))
    short = [one for one in parts if one.share < level]
    if not short or len(parts) < 2:
        return None
    unit = figures.indicators[asked[2]].unit
    short.sort(key=lambda one: (-one.lacks(level), sort_key(reader.unit_short(one.place))))
    return Places(
        rows=tuple(_told(one, level, indicator, unit, reader) for one in short[:MOST]),
        more=max(0, len(short) - MOST),
        all=len(parts),
        reached=len(parts) - len(short),
        indicator_href=page_of(target.indicator),
    )


def _parts(
    place: str, part: str, whole: str, figures: Figures, gazetteer: Gazetteer
) -> Iterator[_Part]:
    """The units one level below a place (of none: provinces, or the communes of the only one)."""
    wholes, counted = _by_place(figures.computed.get(whole, ())), figures.computed.get(part, ())
    views = {
        one.place: one for one in figures.computed.get(whole, ()) if one.part.keys() == {PLACE}
    }
    below = _below(place, wholes, gazetteer)
    parts = _by_place(counted)
    untold = {one.place for one in counted if one.value is None}
    for code in below:
        if wholes[code] > 0 and code not in untold:
            has = parts.get(code, Fraction(0))
            yield _Part(code, has / wholes[code] * 100, has, wholes[code], views[code])


def _below(place: str, counted: Mapping[str, Fraction], gazetteer: Gazetteer) -> list[str]:
    units = [unit for code in counted if (unit := gazetteer.unit(code))]
    provinces = [unit.code for unit in units if unit.level == "province"]
    if not place and len(provinces) > 1:
        return provinces
    within = place or next(iter(provinces), "")
    return [u.code for u in units if u.level == "commune" and u.province_code == within]


def _by_place(values: tuple[ValueView, ...]) -> dict[str, Fraction]:
    return {
        one.place: Fraction(repr(one.value))
        for one in values
        if one.part.keys() == {PLACE} and one.value is not None
    }


def _told(
    one: _Part, level: Fraction, indicator: Indicator, unit: str, reader: Reader
) -> PlaceTold:
    """A place; `unit` is that of what is counted."""
    lang, lacks = reader.lang, one.lacks(level)
    whole, part = shown(one.whole)[lang], shown(one.part)[lang]
    left = shown(lacks, 0 if lacks.denominator == 1 else DECIMALS)[lang]
    of_all = reader.say("policies.of", part=part, whole=whole)
    share = replace(one.of, part={PLACE: one.place}, value=float(one.share))
    return PlaceTold(
        label=reader.unit_short(one.place),
        place_href=reverse("place", args=[one.place]),
        share=replace(told_value(share, indicator, reader), place=""),
        counts=measured(of_all, unit_of(one.whole, unit, reader)),
        lacks=measured(left, unit_of(lacks, unit, reader)),
    )
