"""Figures of the registry: read in blocks, checked against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from khue.lib.chunks import chunked
from khue.measures import values as kept
from khue.measures.checks import check_figures
from khue.measures.figures import Computed, Observation, Text, info_of, observation_of
from khue.measures.findings import Finding
from khue.measures.indicators import Indicator
from khue.measures.territory import reform_of
from khue.measures.values import PERIOD, PLACE
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.measuring import UNITS, indicators_of
from khue.registry import queries

CHUNK = 500


def check_registry(house: House, actor: Actor) -> list[Finding]:
    """All findings about the figures that `actor` may see, also against the values that were
    computed last (of these, those that everyone may be told)."""
    figures = list(observations(house, actor))
    gazetteer = house.gazetteer
    places = {one.place for one in figures if one.place}
    reforms = {place: reform for place in sorted(places) if (reform := reform_of(place, gazetteer))}
    indicators, _ = indicators_of(house.pack)
    infos = {key: info_of(one) for key, one in indicators.items()}
    reported = {one.indicator for one in figures} & indicators.keys()
    computed = [one for key in sorted(reported) for one in _computed(indicators[key])]
    return check_figures(figures, infos, reforms, computed)


def observations(house: House, actor: Actor) -> Iterator[Observation]:
    """The figures that `actor` may see, in order of identifier."""
    concepts = house.pack.vocabularies[UNITS].concepts

    def name_of_unit(code: str) -> Text | None:
        return concepts[code].label if code in concepts else None

    for document in _documents(house, actor, "observation"):
        yield observation_of(document, _names_of_places(house), name_of_unit)


def _computed(indicator: Indicator) -> Iterator[Computed]:
    """The values of an indicator that were computed last."""
    position = kept.last_position(indicator.key)
    for one in [] if position is None else kept.values_of(indicator.key, position=position):
        if one.value is None:
            continue
        own = {name: part for name, part in one.part.items() if name not in (PLACE, PERIOD)}
        yield Computed(
            indicator=indicator.key,
            value=Fraction(repr(one.value)),
            position=one.position,
            unit=indicator.unit,
            place=one.place,
            period=one.part.get(PERIOD) or "",
            at=one.period,
            breakdowns=tuple(sorted(own.items())),
        )


def _documents(house: House, actor: Actor, type_: str) -> Iterator[Mapping[str, Any]]:
    for block in chunked(queries.ids(actor, type_), CHUNK):
        for view in queries.get_many(actor, block, house.pack).values():
            yield view.document


def _names_of_places(house: House) -> Any:
    gazetteer = house.gazetteer

    def name_of(code: str) -> Text | None:
        unit, province = gazetteer.unit(code), gazetteer.within(code)
        return unit.full_name(province) if unit and province else None

    return name_of
