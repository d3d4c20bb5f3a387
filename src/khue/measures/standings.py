"""How the tasks of a policy stand on a day: done, overdue, in progress, not started, or unknown.

What is recorded as done is done, whatever its due date. What is not, and whose due date has passed,
is overdue: the registry does not say that it was not done, only that nobody has recorded it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, Literal

from khue.lib.dates import Day
from khue.lib.tables import read_table
from khue.measures.figures import Text
from khue.measures.findings import LANGUAGES, joined, shown, shown_period
from khue.measures.periods import ends_of

TaskState = Literal["done", "overdue", "in_progress", "not_started", "cancelled", "unknown"]

SINCE_EVER = Day(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Task:
    """What a document or a meeting orders. `policy`, `owner`, `evidence` and `serves` (targets) are
    records; `owner_name` is the unit as stated; `due`, `done` and `as_of` are EDTF; `status` is the
    newest code of the vocabulary `task_status`, reported `as_of`."""

    id: str
    name: Text = field(default_factory=dict, hash=False)
    policy: str = ""
    owner: str = ""
    owner_name: str = ""
    due: str = ""
    done: str = ""
    status: str = ""
    as_of: str = ""
    evidence: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands: `why` says it with the dates; `days` are those since it was due, where it
    is overdue and its due date is known."""

    state: TaskState
    why: Text = field(hash=False)
    days: int | None = None

    @property
    def label(self) -> dict[str, str]:
        """The state in words, in both languages."""
        return dict(_texts()[f"state.{self.state}"])


def task_of(document: Mapping[str, Any], until: Day | None = None) -> Task:
    """The task of a document of type `task`; with `until`, as it was known by the end of that day:
    without the states of later days, nor that it was done later."""
    known = [
        one
        for one in document.get("states") or ()
        if until is None or (ends_of(one.get("date") or "")[0] or SINCE_EVER) <= until
    ]
    newest = _newest(known)
    done = document.get("done") or ""
    if until is not None and (ends_of(done)[0] or SINCE_EVER) > until:
        done = ""
    return Task(
        id=document["id"],
        name=document.get("name") or {},
        policy=document.get("policy") or "",
        owner=document.get("owner") or "",
        owner_name=document.get("owner_name") or "",
        due=document.get("due") or "",
        done=done,
        status=newest.get("status") or "",
        as_of=newest.get("date") or "",
        evidence=tuple(document.get("evidence") or ()),
        serves=tuple(document.get("serves") or ()),
    )


def standing(task: Task, today: Day) -> Standing:
    """How a task stands on a day."""
    if task.status == "cancelled":
        return Standing("cancelled", _said("cancelled"))
    if task.done:
        return Standing("done", _said("done_on", done=_dated(task.done)))
    if task.status == "done":
        return Standing("done", _when("done_by", "done", task))
    due = ends_of(task.due)[1]
    if due is not None and due < today:
        days = date(*today).toordinal() - date(*due).toordinal()
        code = "overdue_one" if days == 1 else "overdue"
        late = _said(code, due=_dated(task.due), days=shown(Fraction(days)))
        return Standing("overdue", joined((late, _last(task)), " "), days)
    if task.status == "late":
        return Standing("overdue", joined((_said("late"), _due(task)), " "))
    if task.status == "in_progress":
        return Standing("in_progress", joined((_last(task), _due(task)), " "))
    if task.status == "not_started":
        return Standing("not_started", joined((_last(task), _due(task)), " "))
    return Standing("unknown", joined((_said("unknown"), _due(task)), " "))


def _newest(states: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The last of dated states; one without a date is older than any other, and of two of one day
    the later entry counts."""
    order = enumerate(states)
    told = max(order, key=lambda one: (_day(one[1].get("date")), one[0]), default=(0, {}))
    return told[1]


def _day(text: str | None) -> Day:
    return ends_of(text or "")[1] or SINCE_EVER


def _last(task: Task) -> Text:
    """What was last reported, and when."""
    if not task.status:
        return _said("never")
    if not task.as_of:
        return (
            _said(task.status) if task.status in ("in_progress", "not_started") else _said("late")
        )
    label = _texts().get(f"state.{task.status}") or _texts()["late"]
    said = {lang: label[lang][0].lower() + label[lang][1:].rstrip(".") for lang in LANGUAGES}
    return _said("last", as_of=_dated(task.as_of), said=said)


def _due(task: Task) -> Text:
    return _said("due", due=_dated(task.due)) if task.due else _said("no_due")


def _dated(text: str) -> Text:
    """A date for the middle of a sentence: a bare number would not look like a year."""
    told = shown_period(text)
    return told | {"vi": f"năm {text}"} if text.isdigit() else told


def _when(dated: str, plain: str, task: Task) -> Text:
    return _said(dated, as_of=_dated(task.as_of)) if task.as_of else _said(plain)


def _said(code: str, **values: Text) -> dict[str, str]:
    texts = _texts()[code]
    return {
        lang: texts[lang].format_map({key: text[lang] for key, text in values.items()})
        for lang in LANGUAGES
    }


@cache
def _texts() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = read_table(__file__, "standings.yaml")
    return loaded
