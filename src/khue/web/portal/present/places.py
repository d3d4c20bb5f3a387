"""The pages of places: a unit, what it was made of, what is in it for certain and what may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from khue.lib.vietnamese import sort_key
from khue.places import FormerUnit, Gazetteer, Unit
from khue.web.portal.ask import Ask
from khue.web.portal.present.distances import show_distance
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, other_language

BUSIEST = 7
"""Units that the home page names."""
NEAREST = 6
"""Units around one that its page names where no boundaries are loaded."""


@dataclass(frozen=True)
class Count:
    """A name with how many records, and where they are."""

    label: str
    count: int
    href: str


@dataclass(frozen=True)
class UnitHeading:
    """A unit's names, what it is part of, and its code."""

    code: str
    title: str
    other: str
    other_lang: str
    province: str
    province_href: str


def unit_heading(unit: Unit, gazetteer: Gazetteer, reader: Reader) -> UnitHeading:
    """The head of a unit's page."""
    other = other_language(reader.lang)
    province = gazetteer.unit(unit.province_code) if unit.level == "commune" else None
    return UnitHeading(
        code=unit.code,
        title=choose(unit.name, reader.lang),
        other=unit.name.get(other, ""),
        other_lang=other,
        province=choose(province.name, reader.lang) if province else "",
        province_href=reverse("place", args=[province.code]) if province else "",
    )


@dataclass(frozen=True)
class Link:
    """A name that leads somewhere, with what is said beside it."""

    label: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Former:
    """A unit of before 1/7/2025: its name, what it was part of, its page, and the units of today
    that it went to beside the one whose page this is; none of these where it is wholly in that."""

    label: str
    above: str
    href: str
    others: tuple[Link, ...]


@dataclass(frozen=True)
class FormerPage:
    """All that the page of a former unit shows; `sources` are those whose word it is that it became
    these."""

    title: str
    other: str
    other_lang: str
    code: str
    above: tuple[Link, ...]
    became: tuple[Link, ...]
    sources: tuple[str, ...]


def former_units(unit: Unit, gazetteer: Gazetteer, reader: Reader) -> tuple[Former, ...]:
    """The units of before 1/7/2025 that this one was made from, whole or in part, by name."""
    found = (_former(one, unit, gazetteer, reader) for one in gazetteer.predecessors(unit.code))
    return tuple(sorted(found, key=lambda one: (sort_key(one.label), one.href)))


def former_page(unit: FormerUnit, gazetteer: Gazetteer, reader: Reader) -> FormerPage:
    """What a former unit was and what became of it."""
    other = other_language(reader.lang)
    became = gazetteer.successors(unit.code)
    links = [
        Link(choose(now.name, reader.lang), reverse("place", args=[now.code]))
        for one in became
        if (now := gazetteer.unit(one.code))
    ]
    return FormerPage(
        title=choose(unit.name, reader.lang),
        other=unit.name.get(other, ""),
        other_lang=other,
        code=unit.code,
        above=_above(unit, gazetteer, reader),
        became=tuple(sorted(links, key=lambda one: sort_key(one.label))),
        sources=tuple(dict.fromkeys(one.source for one in became)),
    )


def neighbours(unit: Unit, gazetteer: Gazetteer, reader: Reader) -> tuple[tuple[Link, ...], bool]:
    """The units around a commune, and whether boundaries say so; without them those whose middles
    are nearest, each with how far that is."""
    touching = gazetteer.neighbours(unit.code)
    if touching is not None:
        named = sorted(touching, key=lambda one: sort_key(one.short))
        return tuple(_unit_link(one, reader) for one in named), True
    near = gazetteer.nearest(unit.code, NEAREST)
    return tuple(
        _unit_link(one, reader, show_distance(metres, reader)) for one, metres in near
    ), False


def _former(one: FormerUnit, unit: Unit, gazetteer: Gazetteer, reader: Reader) -> Former:
    others = (gazetteer.unit(to.code) for to in gazetteer.successors(one.code))
    return Former(
        label=choose(one.name, reader.lang),
        above=", ".join(link.label for link in _above(one, gazetteer, reader)),
        href=reverse("former_place", args=[one.code]),
        others=tuple(_unit_link(other, reader) for other in others if other and other != unit),
    )


def _above(unit: FormerUnit, gazetteer: Gazetteer, reader: Reader) -> tuple[Link, ...]:
    """The former district and province of a former unit."""
    codes = [code for code in (unit.district_code, unit.province_code) if code != unit.code]
    return tuple(
        Link(choose(above.name, reader.lang), reverse("former_place", args=[code]))
        for code in codes
        if code and (above := gazetteer.former(code))
    )


def _unit_link(unit: Unit, reader: Reader, note: str = "") -> Link:
    return Link(choose(unit.name, reader.lang), reverse("place", args=[unit.code]), note)


def type_counts(counted: Mapping[str, int], place: str, reader: Reader) -> tuple[Count, ...]:
    """How many records of each type, most first; `place` narrows the lists that they lead to."""
    counts = (
        Count(reader.type_plural(name), count, Ask(type=name, place=place).address())
        for name, count in counted.items()
        if count
    )
    return tuple(sorted(counts, key=lambda one: (-one.count, sort_key(one.label))))


def unit_counts(counted: Iterable[tuple[Unit, int]], reader: Reader) -> tuple[Count, ...]:
    """Units with their records, in alphabetical order of their short names."""
    ordered = sorted(counted, key=lambda one: (sort_key(one[0].short), one[0].code))
    return tuple(
        Count(choose(unit.name, reader.lang), count, reverse("place", args=[unit.code]))
        for unit, count in ordered
    )


def busiest(counted: Mapping[str, int], gazetteer: Gazetteer, reader: Reader) -> tuple[Count, ...]:
    """The communes with most records, in alphabetical order; ways in for the home page."""
    units = [(unit, count) for code, count in counted.items() if (unit := gazetteer.unit(code))]
    communes = [pair for pair in units if pair[0].level == "commune"]
    most = sorted(communes, key=lambda pair: (-pair[1], pair[0].code))[:BUSIEST]
    return unit_counts(most, reader)


@dataclass(frozen=True)
class Province:
    """A province that has records, with those of its communes that have."""

    code: str
    label: str
    count: int
    href: str
    communes: tuple[Count, ...]


def provinces(
    counted: Mapping[str, int], gazetteer: Gazetteer, reader: Reader
) -> tuple[Province, ...]:
    """Provinces that have records, most first; `counted` has records by unit code."""
    found = []
    for unit in gazetteer.provinces():
        communes = [(one, counted.get(one.code, 0)) for one in gazetteer.communes(unit.code)]
        if counted.get(unit.code) or any(count for _, count in communes):
            found.append(
                Province(
                    unit.code,
                    choose(unit.name, reader.lang),
                    counted.get(unit.code, 0),
                    reverse("place", args=[unit.code]),
                    unit_counts([pair for pair in communes if pair[1]], reader),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.count, sort_key(one.label))))
