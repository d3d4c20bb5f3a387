"""Records as they are and as they were, for whoever asks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from khue.lib.chunks import chunked
from khue.model.errors import Refused
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, Subject, may, scope
from khue.registry import chain, tables
from khue.registry.actions.committing import loaded_pack
from khue.registry.fold import Document, derive, differences, label
from khue.registry.fold import blame as blame_versions
from khue.registry.models import (
    Batch,
    Change,
    Record,
    Source,
)
from khue.registry.queries.borrowing import closed_spans, is_within
from khue.registry.queries.rows import Row, whole, whole_now
from khue.registry.redaction import redact

CHUNK = 500

PAGE = 5_000
"""Identifiers that are read at once."""

LINKED = 500
"""Conditions in a row of which one has to hold: SQLite takes no expression of a thousand."""


@dataclass(frozen=True)
class RecordView:
    """A record as the actor may see it.

    `version` and `seq` (the position of its last change) count what is hidden too, so they are 0
    for those who see only what is public; of the past, those of the public version.
    """

    id: str
    type: str
    version: int
    seq: int
    document: Document
    redirected_from: str | None = None


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


def get(actor: Actor, record: str, pack: Pack) -> RecordView | None:
    """The record as `actor` may see it; None if it is not there or not for them to know of.

    A merged record gives the one that it redirects to, with `redirected_from`."""
    return get_many(actor, [record], pack).get(record)


def get_many(actor: Actor, records: Iterable[str], pack: Pack) -> dict[str, RecordView]:
    """Those of `records` that `actor` may see, by the identifier asked for, in that order."""
    final = whole_now(records)
    found: dict[str, RecordView | None] = {}
    for row in final.values():
        if row.id not in found:
            found[row.id] = _view(actor, row, pack)
    return {
        name: view if row.id == name else replace(view, redirected_from=name)
        for name, row in final.items()
        if (view := found[row.id]) is not None
    }


def labels(actor: Actor, records: Iterable[str], pack: Pack) -> dict[str, dict[str, str]]:
    """Names of those records that `actor` may see: id to {"vi", "en", "type"}.

    A merged record has the name of the one that it redirects to."""
    return {
        name: label(view.document) | {"type": view.type}
        for name, view in get_many(actor, records, pack).items()
    }


def history(actor: Actor, record: str, pack: Pack) -> list[ChangeView]:
    """All versions of a record that `actor` may see, newest first.

    The public sees only versions in which something public changed, numbered by themselves.
    """
    head = whole([record]).get(record)
    if head is None:
        return []
    insider = _is_insider(actor, head, pack)
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


def blame(actor: Actor, record: str, pack: Pack) -> dict[str, ChangeView]:
    """For each path of the record, the change that set its present value."""
    return setters(history(actor, record, pack))


def setters(versions: Sequence[ChangeView]) -> dict[str, ChangeView]:
    """For each path of a record, the change that set its present value, by its `history`."""
    oldest_first = versions[::-1]
    found = blame_versions([version.document for version in oldest_first])
    return {path: oldest_first[index] for path, index in found.items()}


def as_of(actor: Actor, record: str, at: datetime | int, pack: Pack) -> RecordView | None:
    """The record as it stood at a time (aware) or at a ledger position, by today's rules."""
    head = whole([record]).get(record)
    if head is None:
        return None
    insider = _is_insider(actor, head, pack)
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
        told = (one for one in history(actor, record, pack) if one.seq <= row.seq)
        version, seq = next(((one.version, one.seq) for one in told), (0, 0))
    return RecordView(record, document["type"], version, seq, document)


def counts(actor: Actor) -> dict[str, int]:
    """How many records of each type the actor may see."""
    rows = _visible(actor).values("type").annotate(n=Count("id"))
    return {row["type"]: row["n"] for row in rows}


def ids(actor: Actor, type_: str | None = None, after: str = "") -> Iterator[str]:
    """Identifiers of all records of a type that the actor may see, in order of identifier, from the
    one that follows `after`.

    No query of the database stays open between two of them: who reads on slowly keeps nobody from
    tidying up."""
    rows = _visible(actor) if type_ is None else _visible(actor).filter(type=type_)
    names = rows.order_by("id").values_list("id", flat=True)
    page = list((names.filter(id__gt=after) if after else names)[:PAGE])
    while page:
        yield from page
        page = list(names.filter(id__gt=page[-1])[:PAGE]) if len(page) == PAGE else []


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
        seen = set(_visible(actor).filter(id__in=names).values_list("id", flat=True))
        yield from (one for one in piece if one[1] in seen)


def _first_of_each(changes: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    told: set[str] = set()
    for seq, name in changes:
        if name not in told:
            told.add(name)
            yield seq, name


def aliases(records: Iterable[str]) -> dict[str, list[str]]:
    """The identifiers that redirect to each record, directly or through others."""
    return tables.aliases(records)


def was_withdrawn(record: str, pack: Pack) -> bool:
    """Whether everyone could see this record before it was withdrawn, by today's rules: then its
    address answers that it is gone, not that it never was."""
    require_current(pack, insider=False)
    changes = Change.objects.filter(record=record).exclude(action="erase")
    last = changes.order_by("-version").first()
    if last is None or last.document is not None or last.action != "withdraw":
        return False
    before = Change.objects.filter(record=record, version=last.version - 1).first()
    document = None if before is None else tables.open_documents([before.document])[0]
    return document is not None and redact(document, pack.types.get(document["type"])) is not None


def _visible(actor: Actor, action: Action = "read_public") -> QuerySet[Record]:
    """Rights as SQL: the records that `scope(actor, action)` admits."""
    allowed = scope(actor, action)
    condition = Q(pk__in=[])
    if allowed.public:
        condition |= Q(public__isnull=False)
    if allowed.granted:
        granted = Q(is_there=True)
        if allowed.types is not None:
            granted &= Q(type__in=allowed.types)
        if allowed.units is not None:
            # Within the spaces around each code, so that no code is found in another.
            inside = (Q(units__contains=f" {unit} ") for unit in sorted(allowed.units))
            some = (~Q(units="") & reduce(or_, few) for few in chunked(inside, LINKED))
            granted &= reduce(or_, some, Q(pk__in=[]))
        condition |= granted
    return Record.objects.filter(condition, is_there=True)


def visible_ids(actor: Actor, action: Action) -> set[str]:
    """The identifiers that the actor may do `action` to (the SQL form of the rule)."""
    return set(_visible(actor, action).values_list("id", flat=True))


def _is_insider(actor: Actor, row: Row, pack: Pack) -> bool:
    if not actor.roles:
        return False
    document = _last_document(row.id) if row.document is None else tables.parse(row.document)
    units = derive(document, pack.types.get(row.type)).units
    return may(actor, "read", Subject(row.type, units, row.public is not None))


def _last_document(record: str) -> Document | None:
    """What a record that is gone last was: who may see its past is who might see it then."""
    last = Change.objects.filter(record=record).exclude(document=None).order_by("-version").first()
    return None if last is None else tables.open_documents([last.document])[0]


def _view(actor: Actor, row: Row, pack: Pack) -> RecordView | None:
    insider = _is_insider(actor, row, pack)
    document = tables.parse(row.document if insider else row.shown)
    if document is None:
        return None
    version, seq = (row.version, row.seq) if insider else (0, 0)
    return RecordView(row.id, row.type, version, seq, document)


def require_current(pack: Pack, insider: bool) -> None:
    """Raise `Refused` if another state of the pack has been loaded since this process began: by its
    rules, the past may show what has been closed."""
    if not insider and loaded_pack() not in (None, pack.sha256):
        raise Refused(
            "Gói cấu hình đã thay đổi từ khi chương trình này khởi động.",
            "The pack has changed since this program started.",
            mend_vi="Khởi động lại chương trình.",
            mend_en="Start the program again.",
        )


def seen(
    document: Document | None, head_row: Record | Row, pack: Pack, insider: bool
) -> Document | None:
    """A past version as one may see it: whole for insiders, else redacted by today's rules."""
    if insider or document is None:
        return document
    now = tables.parse(head_row.document)
    return redact(document, pack.types.get(head_row.type), head=now)


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
    joint = [row for row in rows if row.target or row.batch.kind in ("merge", "split")]
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


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
