"""What is past its date and not known to be reached or done, by the unit that answers for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from khue.lib.dates import Day
from khue.measures.figures import Target
from khue.measures.periods import ends_of
from khue.measures.standings import Standing, Task
from khue.measures.trajectories import Trajectory


@dataclass(frozen=True, slots=True)
class Overdue:
    """A task or a target that is past its date: its record, that of its policy and that of the
    responsible unit (`unit_name` where the unit has none). `days` since it was due, None where a
    source says late without a date."""

    kind: Literal["task", "target"]
    id: str
    policy: str
    unit: str
    unit_name: str
    days: int | None


def overdue(
    tasks: Mapping[str, Task],
    standings: Mapping[str, Standing],
    targets: Mapping[str, Target],
    trajectories: Mapping[str, Trajectory],
    documents: Mapping[str, Mapping[str, Any]],
    today: Day,
) -> tuple[Overdue, ...]:
    """What is overdue on a day, the longest first. A target whose date has passed is so too where
    nobody knows whether it was reached: someone owes the figure."""
    found = [*_tasks(tasks, standings), *_targets(targets, trajectories, documents, today)]
    return tuple(sorted(found, key=lambda one: (-(one.days or 0), one.id)))


def _tasks(tasks: Mapping[str, Task], standings: Mapping[str, Standing]) -> Iterable[Overdue]:
    for name, one in tasks.items():
        if standings[name].state == "overdue":
            days = standings[name].days
            yield Overdue("task", name, one.policy, one.owner, one.owner_name, days)


def _targets(
    targets: Mapping[str, Target],
    trajectories: Mapping[str, Trajectory],
    documents: Mapping[str, Mapping[str, Any]],
    today: Day,
) -> Iterable[Overdue]:
    for name, one in targets.items():
        due = ends_of(one.due)[1]
        if due is None or due >= today or trajectories[name].state == "achieved":
            continue
        told = documents[name]
        unit, unit_name = told.get("responsible") or "", told.get("responsible_name") or ""
        days = date(*today).toordinal() - date(*due).toordinal()
        yield Overdue("target", name, told.get("policy") or "", unit, unit_name, days)
