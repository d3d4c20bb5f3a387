"""A value of an indicator with all that has to be said with it: never a number alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from khue.measures.figures import PERCENT, RATIO, Observation
from khue.measures.findings import shown_period, shown_value
from khue.measures.indicators import Indicator
from khue.measures.values import PERIOD, PLACE, ValueView
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import counted, period_of, place_of, status_of
from khue.web.portal.present.statements import part_label as part_named
from khue.web.portal.words import choose

UNITS = "measure_unit"
METHODS = "observation_method"
DIMENSIONS = "breakdown_dimension"


@dataclass(frozen=True)
class Told:
    """A value as a page tells it. `way` is computed, derived or reported. `href` leads down: to the
    records behind the value, to its terms, or to the record of who states it; `records` is how many
    were counted. `exact` is the value for programs; None where it may not be told. `by` is the
    breakdown that a part belongs to; `status_code` is "" where the source does not say."""

    way: str
    exact: float | None
    value: str
    unit: str
    place: str
    place_code: str
    part: str
    period: str
    status: str
    source: str
    href: str
    records: int | None = None
    note: str = ""
    by: str = ""
    status_code: str = ""
    unit_code: str = ""


def told_value(value: ValueView, indicator: Indicator, reader: Reader) -> Told:
    """A value that Khuê computed."""
    lang = reader.lang
    return Told(
        way=indicator.obtained,
        exact=value.value,
        value=shown_computed(value.value, reader),
        unit=reader.concept_label(UNITS, indicator.unit),
        place=place_label(value.place, reader),
        place_code=value.place,
        part=part_label(value.part, indicator, reader),
        period=choose(shown_period(value.period), lang),
        status=status_of(value.status, reader),
        source=reader.say(f"indicator.from.{indicator.obtained}", position=value.position),
        href=address_behind(indicator, value.part) if value.value is not None else "",
        records=value.records,
        by=_begun(", ".join(dimension_label(name, reader) for name in _own(value.part))),
        status_code=value.status,
        unit_code=indicator.unit,
    )


def told_observation(one: Observation, indicator: Indicator, reader: Reader) -> Told:
    """A figure that somebody reports."""
    lang = reader.lang
    stated = (
        choose(shown_value(one), lang) if one.value is not None else reader.say("indicator.none")
    )
    method = reader.concept_label(METHODS, one.method) if one.method else ""
    return Told(
        way="reported",
        exact=None if one.value is None else float(one.value),
        value=stated,
        unit=choose(one.unit_name, lang) or reader.concept_label(UNITS, one.unit or indicator.unit),
        place=place_of(one, reader),
        place_code=one.place,
        part=parts_stated(one, indicator, reader),
        period=period_of(one, reader),
        status=status_of(one.status, reader),
        source=one.source or reader.say("indicator.no_source"),
        href=reverse("record", args=[one.id]),
        note="; ".join(part for part in (method, one.scope) if part),
        by=_begun(", ".join(dimension_label(name, reader) for name, _ in one.breakdowns)),
        status_code=one.status,
        unit_code=one.unit,
    )


def shown_computed(value: float | None, reader: Reader) -> str:
    """A computed number, rounded for reading; what may not be told is "not published"."""
    return reader.say("indicator.few") if value is None else counted(value, reader.lang)


def address_behind(indicator: Indicator, part: Mapping[str, str], page: int = 1) -> str:
    """The page of the records, or the terms, behind the value of a part."""
    asked = {**part, **({"page": str(page)} if page > 1 else {})}
    address = reverse("measure_records", args=[indicator.key])
    return f"{address}?{urlencode(asked)}" if asked else address


def place_label(code: str, reader: Reader) -> str:
    """The name of a place; of "" that of everything in the registry."""
    return reader.unit(code) if code else reader.say("indicator.everywhere")


def part_label(part: Mapping[str, str], indicator: Indicator, reader: Reader) -> str:
    """What a value is a part of beside its place and period; "" of the whole."""
    return ", ".join(held_label(name, part[name], indicator, reader) for name in _own(part))


def _own(part: Mapping[str, str]) -> list[str]:
    return [name for name in part if name not in (PLACE, PERIOD)]


def held_label(dimension: str, held: str, indicator: Indicator, reader: Reader) -> str:
    """What one part of a breakdown is called."""
    if dimension == PLACE:
        return reader.unit(held)
    if held == "unknown":
        return reader.say("indicator.unknown")
    return part_named(held, indicator.vocabularies.get(dimension, dimension), reader)


def parts_stated(one: Observation, indicator: Indicator, reader: Reader) -> str:
    """What a reported figure is a part of, as its source has it."""
    labels = (held_label(name, held, indicator, reader) for name, held in one.breakdowns)
    return _begun(", ".join(labels))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def dimension_label(dimension: str, reader: Reader) -> str:
    """What a breakdown goes by."""
    if dimension == PLACE:
        return reader.say("indicator.place")
    if dimension == "year":
        return reader.say("indicator.year")
    return reader.concept_label(DIMENSIONS, dimension)


def is_share(indicator: Indicator) -> bool:
    """Whether values of parts cannot be added up."""
    return indicator.unit in (PERCENT, RATIO)


def newest(figures: Iterable[Observation]) -> list[Observation]:
    """Of figures of one thing, those of the last period that is told as what happened; all of them,
    where several sources tell it."""
    known = [one for one in figures if one.value is not None and one.last]
    happened = [one for one in known if one.status != "plan"] or known
    last = max((one.ended for one in happened), default=None)
    return [one for one in happened if one.last == last]
