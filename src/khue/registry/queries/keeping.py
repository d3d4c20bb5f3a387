"""What people judged and what they have in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import tables
from khue.registry.models import Judgement, WorkingDraft
from khue.registry.queries.records import get_many, time_of


@dataclass(frozen=True)
class JudgementView:
    """Who judged two records, when, how and why."""

    id: str
    one: str
    other: str
    verdict: str
    actor: str
    at: datetime
    why: str


@dataclass(frozen=True)
class WorkingDraftView:
    """A form of the actor's that is not finished."""

    id: str
    type: str
    record: str | None
    base: int
    stated: dict[str, str]
    at: datetime


def judgements(actor: Actor, record: str, pack: Pack) -> list[JudgementView]:
    """Judgements of a record, oldest first; only for staff who may see both records."""
    if not actor.roles:
        return []
    rows = list(Judgement.objects.filter(Q(one=record) | Q(other=record)).order_by("id"))
    views = get_many(actor, {name for row in rows for name in (row.one, row.other)}, pack)
    return [
        JudgementView(row.id, row.one, row.other, row.verdict, row.actor, time_of(row.at), row.why)
        for row in rows
        if row.one in views and row.other in views
    ]


def drafts(actor: Actor) -> list[WorkingDraftView]:
    """The actor's own unfinished forms, newest first."""
    rows = WorkingDraft.objects.filter(actor=actor.who).order_by("-at")
    return [
        WorkingDraftView(
            row.id, row.type, row.record, row.base, tables.parse(row.stated), time_of(row.at)
        )
        for row in rows
    ]
