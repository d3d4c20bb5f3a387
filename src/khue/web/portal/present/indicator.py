"""The page of an indicator: its values where and of what one asks, what they say, how they stand.

Texts of findings, targets and territory come from `measures`; nothing here is worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from khue.lib.numbers import measured
from khue.lib.vietnamese import sort_key
from khue.measures.compute import name_of
from khue.measures.figures import COUNTING, Observation
from khue.measures.indicators import Indicator
from khue.measures.territory import Placed, Series
from khue.measures.values import PLACE, ValueView
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import unit_of
from khue.web.portal.present.told import (
    UNITS,
    Told,
    dimension_label,
    is_share,
    newest,
    shown_computed,
    told_observation,
    told_value,
)
from khue.web.portal.words import choose, other_language

if TYPE_CHECKING:
    from khue.web.portal.measured import About

MOST_BESIDE = 3
"""Reported figures that stand beside the computed one at the head of a page."""

IN_ORDER = frozenset({"rank", "level", "size", "year", "age", "condition"})
"""Breakdowns whose parts have an order of their own; those of others stand by size."""

MOST_CHOICES = 400
"""Places to choose from in one list; of more, the provinces and what is in the chosen one."""


@dataclass(frozen=True)
class Head:
    """What an indicator is: names in both languages, definition, what it is part of, how it is
    obtained and how often, and what is counted."""

    key: str
    title: str
    other: str
    other_lang: str
    definition: str
    dimension: str
    way: str
    frequency: str
    unit: str


@dataclass(frozen=True)
class Choice:
    """Something to choose: where it leads, and whether it is chosen. As an option of a form it has
    a `value`."""

    label: str
    href: str = ""
    chosen: bool = False
    value: str = ""


@dataclass(frozen=True)
class Group:
    """Places of a province to choose from."""

    label: str
    options: tuple[Choice, ...]


@dataclass(frozen=True)
class Carried:
    """A figure of a former unit: which, and why it serves the present one, or does not."""

    told: Told
    why: str


def head(one: Indicator, reader: Reader) -> Head:
    """What the page of an indicator opens with."""
    other = other_language(reader.lang)
    title = choose(one.name, reader.lang)
    return Head(
        key=one.key,
        title=title,
        other=one.name.get(other, "") if one.name.get(other) != title else "",
        other_lang=other,
        definition=choose(one.definition, reader.lang),
        dimension=reader.say(f"measures.dimension.{one.dimension}"),
        way=reader.say(f"measures.obtained.{one.obtained}"),
        frequency=reader.say(f"indicator.frequency.{one.frequency}"),
        unit=choose(one.counting_unit, reader.lang) or reader.concept_label(UNITS, one.unit),
    )


def headline(
    about: About, place: str, figures: Iterable[Observation], reader: Reader
) -> tuple[Told, ...]:
    """The numbers with which a page opens: what Khuê computed, and beside it the newest reported
    figures of the whole; several sources of one period stand side by side. What a source states in
    words alone (hundreds) stands after the numbers."""
    one = about.indicator
    total = about.by_part.get(name_of({PLACE: place} if place else {}))
    own = [told_value(total, one, reader)] if total else []
    wholes: dict[tuple[str, str], list[Observation]] = {}
    words = []
    for figure in figures:
        if figure.breakdowns or figure.subject:
            continue
        if figure.value is None and figure.stated:
            words.append(figure)
        else:
            wholes.setdefault((figure.place, figure.scope), []).append(figure)
    found = [each for some in wholes.values() for each in newest(some)]
    found.sort(key=lambda each: each.ended, reverse=True)
    shown = (*found[:MOST_BESIDE], *reversed(words[-MOST_BESIDE:]))
    return (*own, *(told_observation(each, one, reader) for each in shown))


def dimensions(about: About, place: str, figures: Iterable[Observation]) -> tuple[str, ...]:
    """The breakdowns, beside that by place, of which a place has values; those of reported figures
    where nothing was computed."""
    if not about.values:
        parted = [each for each in figures if len(each.breakdowns) == 1]
        named = {each.breakdowns[0][0] for each in parted} - {COUNTING}
        return tuple(name for name in about.indicator.breakdowns if name in named)
    held = {name for value in about.by_place.get(place, ()) for name in value.part if name != PLACE}
    return tuple(name for name in about.indicator.breakdowns if name in held)


def parts(
    about: About, place: str, by: str, figures: Iterable[Observation], reader: Reader
) -> tuple[Told, ...]:
    """The values of the parts of a breakdown at a place; where nothing was computed, the newest
    reported ones, if they are all of one place."""
    one = about.indicator
    if not about.values:
        parted = newest(each for each in figures if [name for name, _ in each.breakdowns] == [by])
        one_place = len({each.place for each in parted}) == 1
        largest = sorted(parted, key=lambda each: (-each.amount, each.id))
        return tuple(told_observation(each, one, reader) for each in largest if one_place)
    wanted = {PLACE, by} if place else {by}
    found = [value for value in about.by_place.get(place, ()) if value.part.keys() == wanted]
    if by in IN_ORDER:
        vocabulary = reader.pack.vocabularies.get(one.vocabularies.get(by, ""))
        order = list(vocabulary.concepts) if vocabulary else []
        found.sort(
            key=lambda value: (
                order.index(value.part[by]) if value.part[by] in order else len(order),
                value.part[by],
            )
        )
    else:
        found.sort(key=_largest_first)
    return tuple(told_value(value, one, reader) for value in found)


def units(about: About, province: str, reader: Reader) -> tuple[Told, ...]:
    """The values of the communes of a province by name; shares with the worst first."""
    found = [
        told_value(value, about.indicator, reader)
        for unit in reader.gazetteer.communes(province)
        if (value := about.by_part.get(name_of({PLACE: unit.code})))
    ]
    named = (replace(one, place=reader.unit_short(one.place_code)) for one in found)
    ordered = sorted(named, key=lambda one: sort_key(one.place))
    if has_worst(about.indicator):
        sign = -1 if about.indicator.direction == "down" else 1
        ordered.sort(key=lambda one: sign * (one.exact or 0))
    return tuple(ordered)


def has_worst(one: Indicator) -> bool:
    """Whether places can be told apart by how well they do: a large place has more of everything,
    but no larger share."""
    return is_share(one) and one.direction != "none"


def provinces(about: About, reader: Reader) -> tuple[Told, ...]:
    """The values of provinces, largest first."""
    values = [
        value
        for unit in reader.gazetteer.provinces()
        if (value := about.by_part.get(name_of({PLACE: unit.code})))
    ]
    return tuple(
        told_value(value, about.indicator, reader) for value in sorted(values, key=_largest_first)
    )


def province_of(about: About, place: str, reader: Reader) -> str:
    """The province whose communes a page shows: the chosen one, else that in which most communes
    have values; "" where none has, or a commune is chosen."""
    if place:
        unit = reader.gazetteer.unit(place)
        return place if unit and unit.level == "province" else ""
    counted: dict[str, int] = {}
    for code in about.by_place:
        unit = reader.gazetteer.unit(code) if code else None
        if unit and unit.level == "commune":
            counted[unit.province_code] = counted.get(unit.province_code, 0) + 1
    return max(counted, key=lambda code: (counted[code], code), default="")


def unplaced(about: About, province: str, rows: Sequence[Told], reader: Reader) -> str:
    """What the value of a province holds that none of its communes has, with its unit: records of
    which no commune is known. "" of nothing, and where values cannot be added up."""
    whole = about.by_part.get(name_of({PLACE: province}))
    if whole is None or whole.value is None or whole.records is None:
        return ""
    if is_share(about.indicator) or any(one.exact is None for one in rows):
        return ""
    left = whole.value - sum(one.exact or 0 for one in rows)
    if left <= 0:
        return ""
    return measured(shown_computed(left, reader), unit_of(left, about.indicator.unit, reader))


def every_value(
    about: About, place: str, figures: Iterable[Observation], reader: Reader
) -> tuple[Told, ...]:
    """All values of a place: the computed first, then the reported, the newest first."""
    one = about.indicator
    computed = [told_value(value, one, reader) for value in about.by_place.get(place, ())]
    stated = sorted(figures, key=lambda each: (each.last or (0, 0, 0), each.id), reverse=True)
    return (*computed, *(told_observation(each, one, reader) for each in stated))


def carried(placed: Iterable[Placed], one: Indicator, reader: Reader) -> tuple[Carried, ...]:
    """Figures of former units with why they serve, or do not."""
    return tuple(
        Carried(told_observation(each.observation, one, reader), choose(each.why, reader.lang))
        for each in placed
        if each.reason != "same_unit"
    )


def figures_at(series: Series | None, about: About) -> tuple[Observation, ...]:
    """The reported figures that a page shows: those of the chosen place, else all."""
    if series is None:
        return about.observations
    return tuple(one.observation for one in series.points)


def by_choices(found: Sequence[str], by: str, address: str, place: str, reader: Reader) -> Any:
    """The breakdowns to choose from, as links."""
    where = f"place={place}&" if place else ""
    return tuple(
        Choice(dimension_label(name, reader), f"{address}?{where}by={name}#parts", name == by)
        for name in found
    )


def place_choices(about: About, place: str, reader: Reader) -> tuple[Group, ...]:
    """The places of which there are values or figures, by province, and the one that is shown."""
    # Also places whose figures are refused them: their page says so, and why.
    codes = {code for code in (*about.by_place, place) if code}
    codes |= {one.present or one.place for one in about.observations}
    units = [unit for code in codes if (unit := reader.gazetteer.unit(code))]
    if len(units) > MOST_CHOICES:
        chosen = reader.gazetteer.within(place) if place else None
        above = chosen.code if chosen else ""
        units = [one for one in units if one.level == "province" or one.province_code == above]
    groups: dict[str, list[Choice]] = {}
    for unit in sorted(units, key=lambda one: (one.level != "province", sort_key(one.short))):
        option = Choice(choose(unit.name, reader.lang), chosen=unit.code == place, value=unit.code)
        groups.setdefault(unit.province_code or unit.code, []).append(option)
    return tuple(
        Group(reader.unit_short(code), tuple(options))
        for code, options in sorted(
            groups.items(), key=lambda item: sort_key(reader.unit_short(item[0]))
        )
    )


def counted_apart(figures: Iterable[Observation]) -> bool:
    """Whether some figures say how they were counted, so that they must not be compared."""
    return any(name == COUNTING for one in figures for name, _ in one.breakdowns)


def _largest_first(value: ValueView) -> tuple[float, str]:
    return -(value.value or 0), value.name
