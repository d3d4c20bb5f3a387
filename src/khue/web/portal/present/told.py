"""A value of an indicator with all that has to be said with it: never a number alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from khue.lib.numbers import measured
from khue.measures.figures import PERCENT, RATIO, Observation
from khue.measures.findings import shown_period
from khue.measures.indicators import Indicator
from khue.measures.values import PERIOD, PLACE, ValueView
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import (
    Amount,
    amount_of,
    counted,
    language_of,
    part_of,
    period_of,
    place_of,
    status_of,
    unit_of,
)
from khue.web.portal.present.statements import part_label as part_named
from khue.web.portal.words import choose

UNITS = "measure_unit"
METHODS = "observation_method"
DIMENSIONS = "breakdown_dimension"


@dataclass(frozen=True)
class Told:
    """A value as every page tells it: number, unit, period, status and source.

    `way` is computed, derived or reported. `href` leads down: to the records behind the value, to
    its terms, or to the record of who states it; what `follows` from reported figures is told as
    they are, and leads to them. `records` is how many were counted. `exact` is the
    value for programs; None where it may not be told. `by` is the breakdown that a part belongs to;
    `status_code` is "" where the source does not say; `quote` are its words where it states no
    number.
    """

    way: str
    exact: float | None
    amount: Amount
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
    quote: str = ""
    follows: bool = False

    @property
    def value(self) -> str:
        """The number with the word before it (nearly, over)."""
        return self.amount.number

    @property
    def unit(self) -> str:
        """The unit in words."""
        return self.amount.unit

    @property
    def number(self) -> str:
        """The number with its unit."""
        return measured(self.value, self.unit, gap="\u00a0")

    @property
    def about(self) -> tuple[str, ...]:
        """When, where, of which part, and what it is: actual, estimate, plan or not stated."""
        return tuple(filter(None, (self.period, self.place, self.part, self.status)))

    @property
    def quote_lang(self) -> str:
        """The language of the quotation."""
        return language_of(self.quote)

    def at(self, home: str) -> Told:
        """The same where readers know that figures without a place are of `home`."""
        return replace(self, place="") if self.place_code == home else self


def told_value(value: ValueView, indicator: Indicator, reader: Reader) -> Told:
    """A value that Khuê computed."""
    lang = reader.lang
    return Told(
        way=indicator.obtained,
        exact=value.value,
        amount=Amount(
            "",
            shown_computed(value.value, reader),
            unit_of(value.value, indicator.unit, reader),
        ),
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


def told_observation(one: Observation, indicator: Indicator | None, reader: Reader) -> Told:
    """A figure that somebody reports, or that follows from such; `indicator` is None where the pack
    has no file of it."""
    source = one.source or reader.say("indicator.no_source")
    method = reader.concept_label(METHODS, one.method) if one.method else ""
    return Told(
        way="reported",
        exact=None if one.value is None else float(one.value),
        amount=amount_of(one, reader),
        place=place_of(one, reader),
        place_code=one.place,
        part=_begun(part_of(one, indicator, reader)),
        period=period_of(one, reader),
        status=status_of(one.status, reader),
        source=reader.say("indicator.from.reported", source=source) if one.terms else source,
        href=_address_of_terms(one) if one.terms else reverse("record", args=[one.id]),
        note="; ".join(filter(None, (choose(one.carried, reader.lang), method, one.scope))),
        by=_begun(", ".join(dimension_label(name, reader) for name, _ in one.breakdowns)),
        status_code=one.status,
        unit_code=one.unit,
        quote=one.quote if one.value is None else "",
        follows=bool(one.terms),
    )


def shown_computed(value: float | None, reader: Reader) -> str:
    """A computed number, rounded for reading; what may not be told is "not published"."""
    return reader.say("indicator.few") if value is None else counted(value, reader.lang)


def address_behind(indicator: Indicator, part: Mapping[str, str], page: int = 1) -> str:
    """The page of the records, or the terms, behind the value of a part."""
    asked = {**part, **({"page": str(page)} if page > 1 else {})}
    address = reverse("measure_records", args=[indicator.key])
    return f"{address}?{urlencode(asked)}" if asked else address


def _address_of_terms(one: Observation) -> str:
    """The page of the reported figures from which one follows."""
    address = reverse("measure_records", args=[one.indicator])
    return f"{address}?{urlencode({'figure': one.id})}"


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
    return part_named(held, indicator.vocabulary_of(dimension), reader)


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
