"""Figures of the registry: read in blocks, checked against each other and against targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from khue.lib.chunks import chunked
from khue.lib.dates import Day
from khue.measures import values as kept
from khue.measures.checks import check_figures
from khue.measures.counts import counts_for
from khue.measures.deriving import derive
from khue.measures.documents import observation_of, target_of
from khue.measures.figures import Computed, IndicatorInfo, Observation, Target, Text, info_of
from khue.measures.findings import Finding
from khue.measures.indicators import UNITS, Indicator
from khue.measures.overdue import Overdue, overdue
from khue.measures.standings import Standing, Task, standing, task_of
from khue.measures.territory import (
    Placed,
    reform_of,
    series_of,
    target_under_own_name,
    under_own_name,
)
from khue.measures.trajectories import Trajectory, assess
from khue.measures.values import PERIOD, PLACE, ValueView
from khue.model.rights import PUBLIC, Actor
from khue.pipeline.house import House
from khue.pipeline.measuring import indicators_of
from khue.registry import queries

OBSERVATION = "observation"

CHUNK = 500


@dataclass(frozen=True)
class Figures:
    """All figures that an actor may see, and what follows from them.

    `observations`, `targets` and `tasks` by identifier; `documents` are those of targets and tasks,
    the same way; `derived` the figures of each indicator that follow from reported ones, `computed`
    its values that were computed last, the total first; `trajectories` how each target stands, and
    `standings` each task, by identifier; `overdue` what is past its date; `findings` in the order
    of `check_figures`.
    """

    indicators: Mapping[str, Indicator]
    observations: Mapping[str, Observation]
    derived: Mapping[str, tuple[Observation, ...]]
    targets: Mapping[str, Target]
    tasks: Mapping[str, Task]
    documents: Mapping[str, Mapping[str, Any]]
    computed: Mapping[str, tuple[ValueView, ...]]
    trajectories: Mapping[str, Trajectory]
    standings: Mapping[str, Standing]
    overdue: tuple[Overdue, ...]
    findings: tuple[Finding, ...]

    def told_of(self, indicator: str) -> list[Observation]:
        """The figures of an indicator that sources state, and those that follow from such."""
        stated = [one for one in self.observations.values() if one.indicator == indicator]
        return [*stated, *self.derived.get(indicator, ())]


def figures_of(house: House, actor: Actor, today: Day) -> Figures:
    """The figures that `actor` may see, checked, with how the targets stand on a day. Values that
    were computed are those that everyone may be told."""
    indicators, _ = indicators_of(house.pack)
    ordered = {str(one["id"]): one for one in _documents(house, actor, "task")}
    return _figures(
        house,
        list(observations(house, actor)),
        {str(one["id"]): one for one in _documents(house, actor, "target")},
        ordered,
        {name: task_of(document) for name, document in ordered.items()},
        {key: _values(key) for key in indicators},
        today,
    )


def figures_at(house: House, position: int, day: Day) -> Figures:
    """The same of what was public at a position of the ledger (by today's rules), and as it stood
    at the end of a day: without figures and states of later days. Values that were computed are
    those of that very position."""

    read = partial(_standing, house, position)
    indicators, _ = indicators_of(house.pack)
    figures = [_observation(one, house) for one in read(OBSERVATION).values()]
    ordered = read("task")
    return _figures(
        house,
        [one for one in figures if one.last is None or one.last <= day],
        read("target"),
        ordered,
        {name: task_of(document, day) for name, document in ordered.items()},
        {key: tuple(kept.values_of(key, position=position)) for key in indicators},
        day,
    )


def reported(
    house: House, actor: Actor, indicator: str, *, at: int | None = None, place: str = ""
) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """The figures of an indicator that sources report and `actor` may see, and those that follow
    from such, in the order of their periods; or what was public `at` a position. Where a present
    unit is named, those of its territory, and those of former units that are not, each with why.
    Raises `KeyError` for a code of none."""
    told = (
        observations(house, actor)
        if at is None
        else (_observation(one, house) for one in _standing(house, at, OBSERVATION).values())
    )
    everything = list(told)
    found = [one for one in everything if one.indicator == indicator]
    indicators, _ = indicators_of(house.pack)
    if indicators[indicator].obtained == "derived":
        found += _derived(house, everything, _infos(house)).get(indicator, ())
    if place:
        series = series_of(place, found, house.gazetteer)
        return series.points, series.refused
    ordered = sorted(found, key=lambda one: (one.last or (0, 0, 0), one.id))
    return tuple(Placed(one, True, "same_unit", {}) for one in ordered), ()


def _standing(house: House, position: int, type_: str) -> dict[str, Mapping[str, Any]]:
    """What was public of a type at a position, by today's rules."""
    names = list(queries.ids(PUBLIC, type_))
    found = queries.standing(names, position, house.pack, sight="public")
    return {one.record: queries.document_of(one) for one in found}


def _figures(
    house: House,
    figures: list[Observation],
    asked: Mapping[str, Mapping[str, Any]],
    ordered: Mapping[str, Mapping[str, Any]],
    tasks: Mapping[str, Task],
    computed: Mapping[str, tuple[ValueView, ...]],
    today: Day,
) -> Figures:
    """What follows from figures, and from the documents of targets and tasks."""
    indicators, _ = indicators_of(house.pack)
    infos = _infos(house)
    derived = _derived(house, figures, infos)
    followed = [one for some in derived.values() for one in some]
    targets = {name: _target(document, house) for name, document in asked.items()}
    trajectories = {
        name: _on_what_is_stated(
            assess(
                target,
                [*figures, *followed],
                today,
                infos.get(target.indicator),
                counts_for(
                    target,
                    indicators.get(target.indicator),
                    computed.get(target.indicator, ()) if _is_now(target, house) else (),
                    partial(_unit_name, house),
                ),
            ),
            followed,
        )
        for name, target in targets.items()
    }
    standings = {name: standing(task, today) for name, task in tasks.items()}
    return Figures(
        indicators=indicators,
        observations={one.id: one for one in figures},
        derived=derived,
        targets=targets,
        tasks=tasks,
        documents={**asked, **ordered},
        computed=computed,
        trajectories=trajectories,
        standings=standings,
        overdue=overdue(tasks, standings, targets, trajectories, asked, today),
        findings=tuple(_check(figures, indicators, infos, house, computed)),
    )


def _infos(house: House) -> dict[str, IndicatorInfo]:
    indicators, _ = indicators_of(house.pack)
    return {key: info_of(one, house.pack.vocabularies) for key, one in indicators.items()}


def _derived(
    house: House, figures: Iterable[Observation], infos: Mapping[str, IndicatorInfo]
) -> dict[str, tuple[Observation, ...]]:
    """The figures that follow from reported ones, by indicator."""
    indicators, _ = indicators_of(house.pack)
    return {
        key: tuple(_with_unit(one, house) for one in some)
        for key, some in derive(indicators, figures, infos).items()
    }


def _on_what_is_stated(told: Trajectory, followed: Iterable[Observation]) -> Trajectory:
    """How a target stands, resting on figures that sources state where it rests on what follows
    from them."""
    terms = {one.id: one.terms for one in followed}

    def stated(name: str) -> Iterator[str]:
        for each in terms.get(name, ()):
            yield from stated(each)
        if name not in terms:
            yield name

    found = (each for one in told.observations for each in stated(one))
    return replace(told, observations=tuple(dict.fromkeys(found)))


def check_registry(
    house: House, actor: Actor, instead: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Finding]:
    """All findings about the figures that `actor` may see, also against the values that were
    computed last (of these, those that everyone may be told). The documents `instead`, by
    identifier, stand in for those of the registry, or beside them."""
    indicators, _ = indicators_of(house.pack)
    infos = _infos(house)
    others = instead or {}
    figures = [one for one in observations(house, actor) if one.id not in others]
    figures += [_observation(one, house) for one in others.values()]
    reported = {one.indicator for one in figures} & indicators.keys()
    return _check(figures, indicators, infos, house, {key: _values(key) for key in reported})


def _check(
    figures: list[Observation],
    indicators: Mapping[str, Indicator],
    infos: Mapping[str, IndicatorInfo],
    house: House,
    values: Mapping[str, tuple[ValueView, ...]],
) -> list[Finding]:
    gazetteer = house.gazetteer
    places = {one.place for one in figures if one.place}
    reforms = {place: reform for place in sorted(places) if (reform := reform_of(place, gazetteer))}
    reported = {one.indicator for one in figures} & indicators.keys()
    computed = [one for key in sorted(reported) for one in _computed(indicators[key], values[key])]
    return check_figures(figures, infos, reforms, computed)


def observations(house: House, actor: Actor) -> Iterator[Observation]:
    """The figures that `actor` may see, in order of identifier."""
    for document in _documents(house, actor, OBSERVATION):
        yield _observation(document, house)


def _observation(document: Mapping[str, Any], house: House) -> Observation:
    read = _with_unit(observation_of(document, _names_of_places(house)), house)
    known = indicators_of(house.pack)[0].get(read.indicator)
    read = replace(read, is_stock=True) if known and known.is_stock else read
    return under_own_name(read, house.gazetteer)


def _with_unit(figure: Observation, house: House) -> Observation:
    """A figure with what its unit is called."""
    concept = house.pack.vocabularies[UNITS].concepts.get(figure.unit)
    if concept is None:
        return figure
    return replace(figure, unit_name=concept.label, unit_one=concept.one or {})


def _target(document: Mapping[str, Any], house: House) -> Target:
    stated = str((document.get("place") or {}).get("stated") or "")
    return target_under_own_name(target_of(document), stated, house.gazetteer)


def _is_now(target: Target, house: House) -> bool:
    """Whether a target is of a present unit, or of none: only of these are records counted."""
    return not target.place or house.gazetteer.unit(target.place) is not None


def _unit_name(house: House, code: str) -> Text | None:
    concepts = house.pack.vocabularies[UNITS].concepts
    return concepts[code].label if code in concepts else None


def _values(indicator: str) -> tuple[ValueView, ...]:
    """The values of an indicator that were computed last."""
    position = kept.last_position(indicator)
    return () if position is None else tuple(kept.values_of(indicator, position=position))


def _computed(indicator: Indicator, values: Iterable[ValueView]) -> Iterator[Computed]:
    for one in values:
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
