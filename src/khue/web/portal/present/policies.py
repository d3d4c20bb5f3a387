"""`/policies`: what is overdue, by the unit that answers for it, and how each policy stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from khue.lib.vietnamese import sort_key
from khue.measures.findings import shown_period
from khue.measures.overdue import Overdue
from khue.pipeline import Figures
from khue.web.portal.present.heading import is_invented
from khue.web.portal.present.progress import (
    Link,
    State,
    name_of,
    policy_link,
    state_of,
    unit_of,
)
from khue.web.portal.present.reader import Reader
from khue.web.portal.words import choose, spoken

TARGETS = ("behind", "unknown", "on_track", "achieved")
"""How targets stand, the worst first."""
TASKS = ("overdue", "unknown", "not_started", "in_progress", "done", "cancelled")
"""How tasks stand, the worst first."""
OF_A_UNIT = 8
"""Overdue things that the page shows of each unit; that of the unit shows all."""


@dataclass(frozen=True)
class Tally:
    """How many stand so."""

    state: State
    count: int


@dataclass(frozen=True)
class OverdueTold:
    """A task or target that is past its date."""

    name: Link
    kind: str
    state: State
    due: str
    days: str
    policy: Link | None
    invented: bool


@dataclass(frozen=True)
class UnitTold:
    """A unit with what it owes, the longest first. `href` leads to all of it where there is more;
    `unit` is None for what nobody is named for."""

    unit: Link | None
    rows: tuple[OverdueTold, ...]
    count: int
    href: str


@dataclass(frozen=True)
class Loose:
    """A target or task of no policy in the list, and how it stands."""

    name: Link
    state: State
    invented: bool


@dataclass(frozen=True)
class PolicyTold:
    """A policy in the list: its name, what it is about, how its targets and tasks stand."""

    name: Link
    about: str
    about_lang: str
    when: str
    targets: tuple[Tally, ...]
    tasks: tuple[Tally, ...]
    target_count: int
    task_count: int
    invented: bool


def units_told(
    some: Iterable[Overdue], figures: Figures, reader: Reader, asked: str = ""
) -> tuple[UnitTold, ...]:
    """What is overdue by unit, those with most first, what nobody answers for last; with `asked`
    (a record, or a name as stated) all that this unit owes, and no other."""
    by_unit: dict[str, list[Overdue]] = {}
    for one in some:
        by_unit.setdefault(one.unit or one.unit_name, []).append(one)
    told = [
        _unit(key, rows, figures, reader, whole=bool(asked))
        for key, rows in by_unit.items()
        if asked in ("", key)
    ]
    return tuple(sorted(told, key=_order))


def _order(one: UnitTold) -> tuple[bool, int, str]:
    return one.unit is None, -one.count, sort_key(one.unit.title) if one.unit else ""


def _unit(
    key: str, rows: Sequence[Overdue], figures: Figures, reader: Reader, *, whole: bool
) -> UnitTold:
    first = rows[0]
    field = "owner" if first.kind == "task" else "responsible"
    some = rows if whole else rows[:OF_A_UNIT]
    address = f"{reverse('policies')}?{urlencode({'unit': key})}" if key else ""
    return UnitTold(
        unit=unit_of(figures.documents[first.id], field, reader),
        rows=tuple(_overdue(one, figures, reader) for one in some),
        count=len(rows),
        href="" if len(some) == len(rows) else address,
    )


def _overdue(one: Overdue, figures: Figures, reader: Reader) -> OverdueTold:
    document = figures.documents[one.id]
    told = figures.trajectories[one.id] if one.kind == "target" else figures.standings[one.id]
    due = str(document.get("due") or "")
    return OverdueTold(
        name=name_of(document, reader),
        kind=reader.type_label(one.kind),
        state=state_of(told, reader.lang),
        due=shown_period(due)[reader.lang] if due else "",
        days=reader.say("policies.days", count=one.days) if one.days is not None else "",
        policy=policy_link(one.policy, reader),
        invented=is_invented(document),
    )


def policy_told(
    document: Mapping[str, Any],
    targets: Sequence[str],
    tasks: Sequence[str],
    figures: Figures,
    reader: Reader,
) -> PolicyTold:
    """A policy with these targets and tasks."""
    name = name_of(document, reader)
    about: Mapping[str, str] = document.get("subject") or document.get("description") or {}
    said = choose(about, reader.lang)
    repeated = said == name.title  # a law is known by its subject
    issued = str(document.get("issued") or "")
    return PolicyTold(
        name=Link(name.title, name.lang, reverse("policy", args=[document["id"]])),
        about="" if repeated else said,
        about_lang="" if repeated else spoken(about, reader.lang),
        when=shown_period(issued)[reader.lang] if issued else "",
        targets=tally([state_of(figures.trajectories[one], reader.lang) for one in targets]),
        tasks=tally([state_of(figures.standings[one], reader.lang) for one in tasks]),
        target_count=len(targets),
        task_count=len(tasks),
        invented=is_invented(document),
    )


def loose_told(names: Iterable[str], figures: Figures, reader: Reader) -> tuple[Loose, ...]:
    """These targets and tasks, the worst first."""
    some = [
        Loose(
            name_of(figures.documents[one], reader),
            state_of(figures.trajectories.get(one) or figures.standings[one], reader.lang),
            is_invented(figures.documents[one]),
        )
        for one in names
    ]
    return tuple(sorted(some, key=lambda one: (_place(one.state.key), sort_key(one.name.title))))


def tally(states: Iterable[State]) -> tuple[Tally, ...]:
    """How many stand how, the worst first."""
    counted = Counter(states)
    return tuple(
        Tally(state, counted[state]) for state in sorted(counted, key=lambda one: _place(one.key))
    )


def _place(state: str) -> tuple[int, int]:
    """Where a state stands among those of targets or of tasks."""
    return (TARGETS.index(state), 0) if state in TARGETS else (TASKS.index(state), 1)


def worst_first(one: PolicyTold) -> tuple[int, int, str]:
    """An order in which what needs attention comes first."""
    bad = {"overdue", "behind"}
    counts = [t.count for t in (*one.targets, *one.tasks) if t.state.key in bad]
    return -sum(counts), -(one.target_count + one.task_count), sort_key(one.name.title)
