"""What happened to records: their versions, as whoever asks may see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Q

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain, tables
from khue.registry.fold import Document, differences
from khue.registry.fold import blame as blame_versions
from khue.registry.models import Batch, Change, Source
from khue.registry.queries.borrowing import closed_spans, is_within
from khue.registry.queries.records import (
    RecordView,
    get_many,
    is_insider,
    require_current,
    seen,
    time_of,
    visible,
)
from khue.registry.queries.rows import whole

CHUNK = 500

SELECT_BEFORE = """
SELECT one.seq, before.document
FROM registry_change AS one
JOIN registry_change AS before
    ON before.record = one.record AND before.version = one.version - 1
WHERE one.seq IN ({})
"""
JOINT = ("merge", "split")
"""Kinds of batches that change two records together."""


@dataclass(frozen=True)
class SourceView:
    """Where a batch came from, without the name of the file. Whoever may see a change of a batch
    may see this of its source; nothing else tells of it."""

    id: str
    name: str
    title: dict[str, str]
    publisher: str
    licence: str
    date: str
    url: str


@dataclass(frozen=True)
class BatchView:
    """A batch; `actor`, `why`, and whose `proposal` was accepted with it (`proposer`) are None for
    those who may not know them."""

    id: str
    kind: str
    at: datetime
    actor: str | None
    why: str | None
    source: SourceView | None
    undoes: str | None
    proposal: str | None = None
    proposer: str | None = None


@dataclass(frozen=True)
class FieldChange:
    """One path that a change set; None means absent."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class ChangeView:
    """One version of a record: what it was after, and what differed from the one before.

    `other` is the record that it was merged with or split from, `erased` the field that an erasure
    took away; None for those who may not know them.
    """

    seq: int
    record: str
    version: int
    action: str
    at: datetime
    actor: str | None
    batch: BatchView
    document: Document | None
    changed: tuple[FieldChange, ...]
    other: str | None = None
    erased: str | None = None


def history(actor: Actor, record: str, pack: Pack) -> list[ChangeView]:
    """All versions of a record that `actor` may see, newest first.

    The public sees only versions in which something public changed, numbered by themselves.
    """
    head = whole([record]).get(record)
    if head is None:
        return []
    insider = is_insider(actor, head, pack)
    if head.public is None and not insider:
        return []
    require_current(pack, insider)
    rows = list(
        Change.objects.filter(record=record).order_by("version").select_related("batch__source")
    )
    views: list[ChangeView] = []
    previous: Document | None = None
    documents = tables.open_documents(row.document for row in rows)
    others = _others(actor, rows, pack, insider)
    borrowed = () if insider else closed_spans([record]).get(record, ())
    for row, opened in zip(rows, documents, strict=True):
        if is_within(row.seq, borrowed):
            continue
        document = seen(opened, head, pack, insider)
        changed = field_changes(previous, document)
        if insider or changed:
            view = _change_view(row, document, changed, insider)
            # A gap in the numbers would tell of changes that nobody may know of.
            number = row.version if insider else len(views) + 1
            views.append(replace(view, version=number, other=others.get(row.seq)))
        previous = document
    return views[::-1]


def changes_at(actor: Actor, positions: Sequence[int], pack: Pack) -> Iterator[ChangeView]:
    """Those changes at positions of the ledger of which `actor` may see that something changed, in
    the order given, read together. `version` is 0 for those who see only what is public."""
    rows = Change.objects.select_related("batch__source").in_bulk(positions)
    heads = whole(row.record for row in rows.values())
    borrowed = closed_spans(heads)
    before = _documents_before(list(rows))
    opened = dict(zip(rows, tables.open_documents(r.document for r in rows.values()), strict=True))
    inside = {name for name, head in heads.items() if is_insider(actor, head, pack)}
    require_current(pack, insider=len(inside) == len(heads))
    for row in (rows[seq] for seq in positions if seq in rows):
        head, insider = heads[row.record], row.record in inside
        if head.public is None and not insider:
            continue
        if row.target or row.batch.kind in JOINT or (row.record in borrowed and not insider):
            versions = history(actor, row.record, pack)
            found = (one for one in versions if one.seq == row.seq and one.changed)
            yield from (one if insider else replace(one, version=0) for one in found)
            continue
        was, document = (
            seen(text, head, pack, insider) for text in (before.get(row.seq), opened[row.seq])
        )
        if changed := field_changes(was, document):
            view = _change_view(row, document, changed, insider)
            yield view if insider else replace(view, version=0)


def _documents_before(positions: Sequence[int]) -> dict[int, Document | None]:
    """What the records of changes were before them, by the position of the change."""
    if not positions:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SELECT_BEFORE.format(", ".join(["%s"] * len(positions))), positions)
        found = dict(cursor.fetchall())
    return dict(zip(found, tables.open_documents(found.values()), strict=True))


def blame(actor: Actor, record: str, pack: Pack) -> dict[str, ChangeView]:
    """For each path of the record, the change that set its present value."""
    return setters(history(actor, record, pack))


def setters(versions: Sequence[ChangeView]) -> dict[str, ChangeView]:
    """For each path of a record, the change that set its present value, by its `history`."""
    oldest_first = versions[::-1]
    found = blame_versions([version.document for version in oldest_first])
    return {path: oldest_first[index] for path, index in found.items()}


def as_of(
    actor: Actor,
    record: str,
    at: datetime | int,
    pack: Pack,
    versions: Sequence[ChangeView] | None = None,
) -> RecordView | None:
    """The record as it stood at a time (aware) or at a ledger position, by today's rules.
    `versions` is its `history`, for whoever has read it."""
    head = whole([record]).get(record)
    if head is None:
        return None
    insider = is_insider(actor, head, pack)
    if head.public is None and not insider:
        return None
    require_current(pack, insider)
    until = Q(seq__lte=at) if isinstance(at, int) else Q(at__lte=_stamp(at))
    # In the order of the record's own key: for that of `seq`, PostgreSQL may walk the whole ledger.
    row = Change.objects.filter(until, record=record).order_by("-version").first()
    if row is None:
        return None
    if not insider and is_within(row.seq, closed_spans([record]).get(record, ())):
        return None
    document = seen(tables.open_documents([row.document])[0], head, pack, insider)
    if document is None:
        return None
    version, seq = row.version, row.seq
    if not insider:
        past = history(actor, record, pack) if versions is None else versions
        told = (one for one in past if one.seq <= row.seq)
        version, seq = next(((one.version, one.seq) for one in told), (0, 0))
    return RecordView(record, document["type"], version, seq, document)


def latest(actor: Actor, limit: int, pack: Pack) -> list[ChangeView]:
    """The newest change of each of the `limit` most recently changed records that can be seen.

    Records are put in the order of the changes that the actor may see: a hidden one must not move
    them. No more than `4 * limit` records are looked at."""
    newest: list[ChangeView] = []
    for seq, name in islice(_recently_changed(actor), 4 * limit):
        # What an actor may see of a record is no newer than its last change.
        if len(newest) >= limit and newest[limit - 1].seq > seq:
            break
        newest += history(actor, name, pack)[:1]
        newest.sort(key=lambda one: one.seq, reverse=True)
    return newest[:limit]


def _recently_changed(actor: Actor) -> Iterator[tuple[int, str]]:
    """The last change of each record that the actor may see, newest first: `(seq, record)`.

    The ledger is read backwards in pieces, each of which asks what may be seen of it: to ask that
    of the whole ledger at once takes as long as it is long."""
    changes = Change.objects.order_by("-seq").values_list("seq", "record").iterator(CHUNK)
    for piece in chunked(_first_of_each(changes), CHUNK):
        names = [name for _, name in piece]
        seen = set(visible(actor).filter(id__in=names).values_list("id", flat=True))
        yield from (one for one in piece if one[1] in seen)


def _first_of_each(changes: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    told: set[str] = set()
    for seq, name in changes:
        if name not in told:
            told.add(name)
            yield seq, name


def field_changes(before: Document | None, after: Document | None) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(path, old, new) for path, (old, new) in differences(before, after).items()
    )


def _change_view(
    row: Change, document: Document | None, changed: tuple[FieldChange, ...], insider: bool
) -> ChangeView:
    return ChangeView(
        seq=row.seq,
        record=row.record,
        version=row.version,
        action=row.action,
        at=time_of(row.at),
        actor=row.actor if insider else None,
        batch=_batch_view(row.batch, insider),
        document=document,
        changed=changed,
        erased=row.field if insider else None,
    )


def _others(actor: Actor, rows: Sequence[Change], pack: Pack, insider: bool) -> dict[int, str]:
    """For each merge and split among the changes of a record, by position: the other record.

    The public gets to know of those only that it may see now and could see then.
    """
    joint = [row for row in rows if row.target or row.batch.kind in JOINT]
    if not joint:
        return {}
    batches = {row.batch_id for row in joint}
    changes = Change.objects.filter(batch__in=batches).exclude(record=joint[0].record)
    partners = {
        (change.batch_id, change.record): change.public_digest != chain.HIDDEN
        for change in changes.defer("document")
    }
    shown = get_many(actor, {record for _, record in partners}, pack)
    return {
        row.seq: record
        for row in joint
        for (batch, record), was_told in partners.items()
        if batch == row.batch_id
        and record == (row.target or record)
        and (insider or (was_told and record in shown))
    }


def _batch_view(row: Batch, insider: bool) -> BatchView:
    source = row.source
    return BatchView(
        id=row.id,
        kind=row.kind,
        at=time_of(row.at),
        actor=row.actor if insider else None,
        why=row.why if insider else None,
        source=None if source is None else source_view(source),
        undoes=row.undoes_id,
        proposal=row.proposal if insider else None,
        proposer=row.proposer if insider else None,
    )


def source_view(row: Source) -> SourceView:
    return SourceView(
        id=row.id,
        name=row.name,
        title=json.loads(row.title),
        publisher=row.publisher,
        licence=row.licence,
        date=row.date,
        url=row.url,
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
