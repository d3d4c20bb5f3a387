"""Figures of the registry: read in blocks, checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings

from khue.lib.chunks import chunked
from khue.lib.tables import parse_yaml
from khue.measures.checks import check_figures
from khue.measures.figures import (
    Computed,
    IndicatorInfo,
    Observation,
    Target,
    Text,
    info_of,
    observation_of,
    target_of,
)
from khue.measures.findings import Finding
from khue.measures.territory import reform_of
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.registry import queries

CHUNK = 500

UNITS = "measure_unit"
"""The vocabulary of the units that figures are in."""


def check_registry(house: House, actor: Actor, computed: Iterable[Computed] = ()) -> list[Finding]:
    """All findings about the figures that `actor` may see; `computed` are values from records."""
    figures = list(observations(house, actor))
    gazetteer = house.gazetteer
    places = {one.place for one in figures if one.place}
    reforms = {place: reform for place in sorted(places) if (reform := reform_of(place, gazetteer))}
    return check_figures(figures, indicator_infos(), reforms, computed)


def observations(house: House, actor: Actor) -> Iterator[Observation]:
    """The figures that `actor` may see, in order of identifier."""
    concepts = house.pack.vocabularies[UNITS].concepts

    def name_of_unit(code: str) -> Text | None:
        return concepts[code].label if code in concepts else None

    for document in _documents(house, actor, "observation"):
        yield observation_of(document, _names_of_places(house), name_of_unit)


def targets(house: House, actor: Actor) -> Iterator[Target]:
    """The targets that `actor` may see, in order of identifier."""
    for document in _documents(house, actor, "target"):
        yield target_of(document)


def indicator_infos() -> dict[str, IndicatorInfo]:
    """What the pack's indicator files say that checks need, by key."""
    folder = settings.KHUE_PACK / "indicators"
    raws = (parse_yaml(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml")))
    return {raw["key"]: info_of(raw) for raw in raws}


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
