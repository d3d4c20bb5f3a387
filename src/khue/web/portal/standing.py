"""What the page of a record adds where the record is measured: how a target or a task stands, what
checks say of a figure, and where the targets and tasks of a policy are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from khue.registry import queries
from khue.registry.queries import RecordView
from khue.web.portal.indicator import chart_over_time
from khue.web.portal.measured import public_figures
from khue.web.portal.present import policy, progress, quality
from khue.web.portal.present.reader import Reader

Parts = Mapping[str, Any]

MOST = 6
"""Findings about a figure that its page shows."""


def parts_of(view: RecordView, reader: Reader) -> Parts:
    """What there is to say of a public record as it is now; nothing of one that is not measured."""
    make = _MAKERS.get(view.type)
    return make(view, reader) if make else {}


def _policy(view: RecordView, reader: Reader) -> Parts:
    return {"policy_page": reverse("policy", args=[view.id])}


def _target(view: RecordView, reader: Reader) -> Parts:
    figures = public_figures()
    if view.id not in figures.targets:  # it came while these were read
        return {}
    serving = [one.id for one in figures.tasks.values() if view.id in one.serves]
    (aim,) = policy.aims([view.id], serving, figures, reader)
    target = figures.targets[view.id]
    return {"aim": aim, "chart": chart_over_time(target.indicator, target.place, reader)}


def _task(view: RecordView, reader: Reader) -> Parts:
    figures = public_figures()
    if view.id not in figures.tasks:
        return {}
    return {"task": progress.task_told(view.id, figures, reader)}


def _observation(view: RecordView, reader: Reader) -> Parts:
    figures = public_figures()
    about = [one for one in figures.findings if view.id in one.observations]
    first = quality.in_order(about)[:MOST]
    names = list(dict.fromkeys(name for one in first for name in one.observations))
    documents = queries.public_documents(names)
    cards = [quality.finding_card(one, figures, documents, reader) for one in first]
    return {"checked": cards}


_MAKERS: Mapping[str, Callable[[RecordView, Reader], Parts]] = {
    "policy": _policy,
    "target": _target,
    "task": _task,
    "observation": _observation,
}
