"""The pages of places: a unit, what it was made of, what is in it for certain and what may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.lib.vietnamese import sort_key
from khue.model.packs import Type
from khue.places import Gazetteer, Unit
from khue.web.portal.ask import Ask
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.words import choose, other_language

BUSIEST = 7
"""Units that the home page names."""


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


def former_units(unit: Unit, gazetteer: Gazetteer, reader: Reader) -> tuple[str, ...]:
    """The units of before 1/7/2025 that this one was made from, whole or in part, by name."""
    found = {choose(former.name, reader.lang) for former in gazetteer.predecessors(unit.code)}
    return tuple(sorted(found, key=sort_key))


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


def is_certainly_in(
    document: Mapping[str, Any], type_: Type | None, unit: Unit, gazetteer: Gazetteer
) -> bool:
    """Whether a place of the record is this unit or within it without doubt."""
    values = (document.get(one.name) for one in public_fields(type_) if one.kind == "place")
    places = (item for value in values for item in (value if isinstance(value, list) else [value]))
    return any(_is_within(place, unit, gazetteer) for place in places if isinstance(place, Mapping))


def _is_within(place: Mapping[str, Any], unit: Unit, gazetteer: Gazetteer) -> bool:
    code = place.get("code")
    if unit.code in (code, place.get("within")):
        return True
    found = gazetteer.unit(code) if code else None
    return found is not None and found.province_code == unit.code


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
