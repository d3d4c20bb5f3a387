"""The page of one policy: what it asks, how that stands, what shows it, what it belongs with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khue.measures.figures import Observation
from khue.measures.findings import shown_period
from khue.measures.indicators import Indicator
from khue.measures.values import PLACE
from khue.model.packs import Type
from khue.pipeline import Figures
from khue.web.portal.present.dragging import Places, places_told
from khue.web.portal.present.policies import TARGETS, TASKS
from khue.web.portal.present.progress import (
    Link,
    TargetTold,
    TaskTold,
    indicator_of,
    target_told,
    task_told,
)
from khue.web.portal.present.reader import Reader, is_public
from khue.web.portal.present.told import Told, told_observation, told_value
from khue.web.portal.present.values import Shown, show
from khue.web.portal.words import choose, spoken

FACTS = ("kind", "issuer", "issued", "in_force", "until", "horizon")
"""Fields that open the page, where a policy has them."""
RESULTS = 60
"""Indicators that the page tells of."""
NEWEST = 3
"""Figures of each."""


@dataclass(frozen=True)
class Fact:
    """A label with its values."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Goal:
    """A goal in words, and by when."""

    text: str
    lang: str
    by: str


@dataclass(frozen=True)
class Aim:
    """A target with the tasks that serve it and the places that keep it from being reached."""

    target: TargetTold
    tasks: tuple[TaskTold, ...]
    places: Places | None


@dataclass(frozen=True)
class Result:
    """What an indicator of the policy says: figures that sources state, the newest first, of which
    there are `more`, and what the registry counts itself."""

    indicator: Link
    figures: tuple[Told, ...]
    counted: Told | None
    more: int


def facts(document: Mapping[str, Any], type_: Type, reader: Reader) -> tuple[Fact, ...]:
    """What a policy is, in a few words, and whether it is in force."""
    found = []
    for name in FACTS:
        field = type_.fields.get(name)
        if field is not None and name in document and (told := show(field, document[name], reader)):
            found.append(Fact(reader.label(field), told))
    field = type_.fields.get("states")
    states = [one for one in document.get("states") or () if one.get("status")]
    if field is not None and is_public(field) and states:
        newest = max(states, key=lambda one: str(one.get("date") or ""))
        label = reader.concept_label("policy_status", str(newest["status"]))
        found.append(Fact(reader.label(field), (Shown(label),)))
    return tuple(found)


def goals(document: Mapping[str, Any], reader: Reader) -> tuple[Goal, ...]:
    """The goals that a policy states in words."""
    told = []
    for one in document.get("goals") or ():
        text: Mapping[str, str] = one.get("text") or {}
        if words := choose(text, reader.lang):
            due = str(one.get("due") or "")
            by = reader.say("policies.by", due=shown_period(due)[reader.lang]) if due else ""
            told.append(Goal(words, spoken(text, reader.lang), by))
    return tuple(told)


def aims(
    targets: Iterable[str], tasks: Iterable[str], figures: Figures, reader: Reader
) -> tuple[Aim, ...]:
    """The targets of a policy, the worst first, each with those of the tasks that serve it."""
    serving: dict[str, list[str]] = {}
    for name in tasks:
        for target in figures.tasks[name].serves:
            serving.setdefault(target, []).append(name)
    told = [
        Aim(
            target_told(name, figures, reader),
            tuple(task_told(one, figures, reader) for one in serving.get(name, ())),
            places_told(figures.targets[name], figures, reader),
        )
        for name in targets
    ]
    return tuple(
        sorted(
            told,
            key=lambda one: (
                TARGETS.index(one.target.state.key),
                figures.targets[one.target.id].due,
                one.target.id,
            ),
        )
    )


def tasks_told(tasks: Iterable[str], figures: Figures, reader: Reader) -> tuple[TaskTold, ...]:
    """The tasks of a policy, the worst first."""
    told = [task_told(one, figures, reader) for one in tasks]
    return tuple(
        sorted(
            told,
            key=lambda one: (TASKS.index(one.state.key), figures.tasks[one.id].due, one.id),
        )
    )


def results(
    keys: Iterable[str],
    observations: Mapping[str, Sequence[str]],
    place: str,
    figures: Figures,
    reader: Reader,
) -> tuple[Result, ...]:
    """What is known of these indicators, those without any figure left out; `observations` has the
    figures of each, `place` is where the policy applies."""
    found = []
    for key in dict.fromkeys(keys):
        indicator = figures.indicators.get(key)
        link = indicator_of(key, figures, reader)
        if indicator is None or link is None:
            continue
        named = [figures.observations[one] for one in observations.get(key, ())]
        stated = sorted((one for one in named if one.value is not None), key=_order)
        counted = _counted(indicator, place, figures, reader)
        if stated or counted:
            told = tuple(told_observation(one, indicator, reader) for one in stated[:NEWEST])
            found.append(Result(link, told, counted, max(0, len(stated) - NEWEST)))
    return tuple(found[:RESULTS])


def _order(one: Observation) -> tuple[int, tuple[int, ...], str]:
    """The whole before its parts, the newest first."""
    return len(one.breakdowns), tuple(-part for part in one.last or (0, 0, 0)), one.id


def _counted(indicator: Indicator, place: str, figures: Figures, reader: Reader) -> Told | None:
    """What the registry counts where a policy applies, else in all; None where that may not be
    told."""
    values = figures.computed.get(indicator.key, ())
    asked = {PLACE: place} if place else {}
    found = next((one for one in values if one.part == asked), None)
    found = found or next((one for one in values if not one.part), None)
    if found is None or found.value is None:
        return None
    return told_value(found, indicator, reader)
