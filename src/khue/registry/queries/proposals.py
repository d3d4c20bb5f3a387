"""What waits for a decision, for those who made it or may see its records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.model.rights import Actor, Subject, may, owns
from khue.registry import tables
from khue.registry.fold import Document, derive
from khue.registry.models import Change, Proposal, ProposalItem
from khue.registry.queries.records import time_of
from khue.registry.queries.versions import CHUNK, FieldChange, field_changes


@dataclass(frozen=True)
class ProposalView:
    """A proposal as those see it who may propose: how many records wait, and what is decided.
    `contact` is how to reach whoever sent it without an account, until all is decided."""

    id: str
    kind: str
    actor: str
    at: datetime
    why: str
    status: str
    source: str | None
    waiting: int
    accepted: int
    rejected: int
    contact: str | None = None


@dataclass(frozen=True)
class ItemView:
    """One record of a proposal: what would change, what was found, records it may double."""

    record: str
    type: str
    action: str
    status: str
    document: Document | None
    changed: tuple[FieldChange, ...]
    findings: tuple[dict[str, Any], ...]
    duplicates: tuple[str, ...]
    decided_by: str | None
    word: str | None
    batch: str | None


def proposals(actor: Actor, pack: Pack, *, waiting: bool = True) -> list[ProposalView]:
    """Proposals of the actor and those of which they may see a record, newest first; `waiting`:
    only those of which something waits."""
    rows = Proposal.objects.exclude(status="decided") if waiting else Proposal.objects.all()
    return [
        _proposal_view(row)
        for row in rows.order_by("-id")
        if any(_may_see(actor, row, document, pack) for _, document in _items(row))
    ]


def proposal(actor: Actor, name: str, pack: Pack) -> tuple[ProposalView, list[ItemView]] | None:
    """A proposal with those of its records that the actor may see; None if there is none."""
    row = Proposal.objects.filter(id=name).first()
    if row is None:
        return None
    seen = [
        _item_view(item, document)
        for item, document in _items(row)
        if _may_see(actor, row, document, pack)
    ]
    return (_proposal_view(row), seen) if seen else None


def _items(row: Proposal) -> Iterator[tuple[ProposalItem, Document | None]]:
    """The items in order, each with what it is about: the record as proposed, or, once that was
    accepted, as it last was."""
    items = ProposalItem.objects.filter(proposal=row).order_by("number").iterator(CHUNK)
    for chunk in chunked(items, CHUNK):
        decided = [item.record for item in chunk if not item.after and not item.before]
        last = _last_documents(decided) if decided else {}
        for item in chunk:
            yield item, tables.parse(item.after or item.before) or last.get(item.record)


def _last_documents(records: list[str]) -> dict[str, Document | None]:
    """Whole records as they last were, though they may be gone since."""
    there = Change.objects.filter(record__in=records).exclude(document=None)
    last = there.values("record").annotate(last=Max("seq")).values("last")
    changes = list(Change.objects.filter(seq__in=last).values_list("record", "document"))
    documents = tables.open_documents(text for _, text in changes)
    return dict(zip((record for record, _ in changes), documents, strict=True))


def _may_see(actor: Actor, row: Proposal, document: Document | None, pack: Pack) -> bool:
    if owns(actor, row.actor):
        return True
    if document is None:
        return False
    units = derive(document, pack.types.get(document["type"])).units
    return may(actor, "read", Subject(document["type"], units, public=False))


def _item_view(item: ProposalItem, document: Document | None) -> ItemView:
    before, after = tables.parse(item.before), tables.parse(item.after)
    return ItemView(
        record=item.record,
        type="" if document is None else document["type"],
        action="create" if item.base == 0 else "update",
        status=item.status,
        document=after,
        changed=field_changes(before, after) if after else (),
        findings=tuple(tables.parse(item.findings)),
        duplicates=tuple(tables.parse(item.duplicates)),
        decided_by=item.decided_by,
        word=item.word,
        batch=item.batch,
    )


def _proposal_view(row: Proposal) -> ProposalView:
    counted = dict(
        ProposalItem.objects.filter(proposal=row)
        .values_list("status")
        .annotate(n=Count("id"))
        .values_list("status", "n")
    )
    return ProposalView(
        row.id,
        row.kind,
        row.actor,
        time_of(row.at),
        row.why,
        row.status,
        None if row.source is None else tables.parse(row.source)["name"],
        counted.get("waiting", 0),
        counted.get("accepted", 0),
        counted.get("rejected", 0),
        contact=row.contact,
    )
