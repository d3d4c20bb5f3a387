"""Targets and tasks as pages tell them: how they stand in a word, why, and who answers for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khue.lib.numbers import measured
from khue.measures.counts import value_for
from khue.measures.figures import Target
from khue.measures.findings import piece, shown, shown_period
from khue.measures.standings import Standing, Task
from khue.measures.trajectories import Trajectory
from khue.pipeline import Figures
from khue.web.portal.present import statements
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.told import Told, told_observation, told_value
from khue.web.portal.words import Lang, choose, spoken

FIGURES = 3
"""Figures that a target shows of those it rests on, the newest first."""


@dataclass(frozen=True)
class State:
    """How something stands: `key` for its shape, `label` in words."""

    key: str
    label: str


@dataclass(frozen=True)
class Link:
    """A name that leads somewhere; `lang` where it is in the other language."""

    title: str
    lang: str
    href: str


@dataclass(frozen=True)
class TargetTold:
    """A target: what it asks for (`level`, `line`), how it stands and why. `implied` where the
    level was derived, `counted` where the registry's own count stands in for a reported figure."""

    id: str
    name: Link
    state: State
    level: str
    line: tuple[str, ...]
    why: str
    arithmetic: tuple[str, ...]
    implied: bool
    counted: bool
    invented: bool
    policy: Link | None
    unit: Link | None
    indicator: Link | None
    figures: tuple[Told, ...]


@dataclass(frozen=True)
class TaskTold:
    """A task: how it stands and why, who leads, by when, what shows it, which targets it serves."""

    id: str
    name: Link
    state: State
    why: str
    due: str
    invented: bool
    policy: Link | None
    unit: Link | None
    output: str
    output_lang: str
    evidence: tuple[Link, ...]
    serves: tuple[Link, ...]


def target_told(name: str, figures: Figures, reader: Reader) -> TargetTold:
    """A target of the public figures."""
    target, told = figures.targets[name], figures.trajectories[name]
    document, lang = figures.documents[name], reader.lang
    return TargetTold(
        id=name,
        name=name_of(document, reader),
        state=state_of(told, lang),
        level=level_of(target, told, reader),
        line=tuple(filter(None, (_by(target, reader), place_of(document, reader)))),
        why=told.why[lang],
        arithmetic=tuple(filter(None, told.arithmetic.get(lang, "").split("; "))),
        implied=told.implied,
        counted=told.counted,
        invented=bool(document.get("invented")),
        policy=policy_link(str(document.get("policy") or ""), reader),
        unit=unit_of(document, "responsible", reader),
        indicator=indicator_of(target.indicator, figures, reader),
        figures=rests_on(name, figures, reader),
    )


def task_told(name: str, figures: Figures, reader: Reader) -> TaskTold:
    """A task of the public figures."""
    task, told, document = figures.tasks[name], figures.standings[name], figures.documents[name]
    output: Mapping[str, str] = document.get("output") or {}
    return TaskTold(
        id=name,
        name=name_of(document, reader),
        state=state_of(told, reader.lang),
        why=told.why[reader.lang],
        due=shown_period(task.due)[reader.lang] if task.due else "",
        invented=bool(document.get("invented")),
        policy=policy_link(task.policy, reader),
        unit=unit_of(document, "owner", reader),
        output=choose(output, reader.lang),
        output_lang=spoken(output, reader.lang),
        evidence=links(task.evidence, reader),
        serves=links(task.serves, reader),
    )


def rests_on(name: str, figures: Figures, reader: Reader) -> tuple[Told, ...]:
    """The figures that the verdict on a target rests on, the newest first: those that sources
    state, else what the registry counts in their place."""
    target, told = figures.targets[name], figures.trajectories[name]
    known = figures.indicators.get(target.indicator)
    stated = [figures.observations[one] for one in told.observations if one in figures.observations]
    if stated:
        stated.sort(key=lambda one: one.last or (0, 0, 0), reverse=True)
        return tuple(told_observation(one, known, reader) for one in stated[:FIGURES])
    if told.counted and known is not None:
        counted = value_for(target, known, figures.computed.get(known.key, ()))
        return (told_value(counted, known, reader),) if counted else ()
    return ()


def state_of(one: Trajectory | Standing, lang: Lang) -> State:
    """How a target or a task stands."""
    return State(one.state, one.label[lang])


def level_of(target: Target, told: Trajectory, reader: Reader) -> str:
    """What a target asks for, with its unit; "" where neither its document nor arithmetic says."""
    value = told.value if target.value is None else target.value
    if value is None:
        return ""
    ends = [value] if target.value_to is None else [value, target.value_to]
    number = "–".join(shown(one)[reader.lang] for one in ends)
    text = measured(
        number, statements.unit_of(ends[0] if len(ends) == 1 else None, target.unit, reader)
    )
    if target.precision != "exact":
        text = piece(f"precision.{target.precision}", value=text)[reader.lang]
    return reader.say(f"policies.kind.{target.kind}", value=text)


def _by(target: Target, reader: Reader) -> str:
    due = shown_period(target.due)[reader.lang] if target.due else ""
    return reader.say("policies.by", due=due) if due else ""


def place_of(document: Mapping[str, Any], reader: Reader) -> str:
    """The unit that a document is about; "" where it names none."""
    place = document.get("place") or {}
    code = str(place.get("code") or "")
    return reader.unit_short(code) if code else str(place.get("stated") or "")


def name_of(document: Mapping[str, Any], reader: Reader) -> Link:
    """The name of a record, leading to its page."""
    name: Mapping[str, str] = document.get("name") or {}
    title = choose(name, reader.lang) or reader.say("record.unnamed")
    return Link(title, spoken(name, reader.lang), reverse("record", args=[document["id"]]))


def unit_of(document: Mapping[str, Any], field: str, reader: Reader) -> Link | None:
    """Who answers for a target or a task: a record, else the name as stated; None where no one is
    named."""
    named = links([str(document[field])], reader) if document.get(field) else ()
    if named:
        return named[0]
    stated = str(document.get(f"{field}_name") or "")
    return Link(stated, "vi" if reader.lang != "vi" else "", "") if stated else None


def policy_link(record: str, reader: Reader) -> Link | None:
    """The page of a policy, for what it asks; None where it names none that may be known."""
    found = links([record], reader) if record else ()
    if not found:
        return None
    return Link(found[0].title, found[0].lang, reverse("policy", args=[record]))


def links(records: Iterable[str], reader: Reader) -> tuple[Link, ...]:
    """The names of those of records that the public may know of."""
    found = ((one, reader.context.label_of(one)) for one in records)
    return tuple(
        Link(
            choose(label, reader.lang) or reader.say("record.unnamed"),
            spoken(label, reader.lang),
            reverse("record", args=[one]),
        )
        for one, label in found
        if label
    )


def indicator_of(key: str, figures: Figures, reader: Reader) -> Link | None:
    """The page of an indicator; None where the pack has none of this key."""
    known = figures.indicators.get(key)
    if known is None:
        return None
    return Link(choose(known.name, reader.lang), spoken(known.name, reader.lang), page_of(key))


def page_of(key: str) -> str:
    """Where an indicator is told."""
    return reverse("measure", args=[key])


def records_of(tasks: Iterable[Task]) -> Iterable[str]:
    """The records that tasks name, whose names a page needs."""
    for one in tasks:
        yield from (*filter(None, (one.owner, one.policy)), *one.evidence, *one.serves)
