"""The only writer of the ledger. Every action says who and why, and is all or nothing.

Reading, checking and serialising happen before the lock; inside it only numbering, chaining and
inserting. Commits are serialised by the database (SQLite `BEGIN IMMEDIATE`), so `seq` has no holes
and every follower can tail it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import IntegrityError, OperationalError, connection, transaction

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.findings import finding
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, Subject, may
from khue.registry import chain, tables
from khue.registry.fold import Document, derive, differences, patch
from khue.registry.models import Batch, Change, Record, Source

Kind = Literal["import", "edit", "undo"]


class Stale(Exception):
    """Someone committed a newer version of a record while this change was being prepared."""


@dataclass(frozen=True)
class Draft:
    """One record as it shall be. `base` is the version that `before` was; 0 if there was none."""

    record: str
    base: int
    before: Document | None
    after: Document | None

    @property
    def action(self) -> str:
        """What the change does to the record: create, update or remove."""
        if self.after is None:
            return "remove"
        return "create" if self.before is None else "update"


@dataclass(frozen=True)
class SourceDescription:
    """Where the data of a batch came from, as the ledger keeps it."""

    sha256: str
    size: int
    filename: str
    name: str
    title: Mapping[str, str]
    publisher: str = ""
    licence: str = ""
    date: str = ""
    url: str = ""


@dataclass(frozen=True)
class Committed:
    """A batch that is in the ledger. `seq` is the position after it, `head` its last hash."""

    batch: str
    seq: int
    head: str
    records: tuple[str, ...]


def commit(
    *,
    actor: Actor,
    why: str,
    kind: Kind,
    drafts: Sequence[Draft],
    pack: Pack,
    source: SourceDescription | None = None,
    undoes: str | None = None,
) -> Committed:
    """Write `drafts` as one batch.

    Raises `NotAllowed` if the actor may not write one of the records, `WrongUse` without a reason
    or without drafts, `Stale` if one of the records has moved on from its `base`.
    """
    if not why.strip():
        raise WrongUse(
            "Thay đổi nào cũng cần lý do.",
            "Every change needs a reason.",
            mend_vi="Ghi lý do với --why.",
            mend_en="Give one with --why.",
        )
    if not drafts:
        raise WrongUse("Không có gì để ghi.", "There is nothing to commit.")
    require(actor, "undo" if kind == "undo" else "commit", drafts, pack)
    prepared = [tables.prepare(draft.record, draft.base + 1, draft.after, pack) for draft in drafts]
    try:
        with transaction.atomic():
            head = Change.objects.order_by("-seq").values("seq", "hash", "at").first()
            seq, previous = (head["seq"], head["hash"]) if head else (0, chain.GENESIS)
            # The clock of the machine may go back; the ledger's never does.
            at = max(_now(), head["at"] if head else "")
            batch, digest = _open_batch(actor, why, kind, at, source, undoes)
            rows = []
            for draft, ready in zip(drafts, prepared, strict=True):
                seq += 1
                values = (
                    *(seq, batch.id, draft.record, draft.base + 1),
                    *(draft.action, ready.document, actor.who, at),
                )
                previous = chain.change_hash(previous, digest, values)
                rows.append((*values, previous))
            with connection.cursor() as cursor:
                cursor.executemany(INSERT_CHANGE, rows)
                tables.write(cursor, zip(prepared, (row[0] for row in rows), strict=True))
    except IntegrityError as error:
        # The one way in which a well-formed batch can clash: its next version is already there.
        if "registry_change" in str(error) or "change_record_version" in str(error):
            raise Stale from error
        raise
    except tables.RowTaken as error:
        raise Stale from error
    except OperationalError as error:
        # SQLite gives up after its timeout while a large import holds the lock.
        if "locked" in str(error):
            raise _busy() from error
        raise
    return Committed(batch.id, seq, previous, tuple(draft.record for draft in drafts))


INSERT_CHANGE = """
INSERT INTO registry_change
(seq, batch_id, record, version, action, document, actor, at, hash)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def edit(
    *, actor: Actor, why: str, record: str, base: int, changes: Mapping[str, Any], pack: Pack
) -> Committed | None:
    """Set paths of one record (None takes a path away), starting from version `base`.

    Edits of different paths made meanwhile are kept. Returns None if nothing would change. Raises
    `Refused` if someone has changed the same path since `base`, `NotFound` for an unknown record.
    """
    for _ in range(10):
        current = Record.objects.filter(id=record).first()
        if current is None or current.document is None:
            raise NotFound(f"Không có hồ sơ {record}.", f"There is no record {record}.")
        now: Document = tables.parse(current.document)
        require(actor, "commit", [Draft(record, base, now, now)], pack)
        if current.version != base:
            _refuse_conflict(record, base, now, changes)
        after = patch(now, changes)
        if after == now:
            return None
        try:
            return commit(
                actor=actor,
                why=why,
                kind="edit",
                drafts=[Draft(record, current.version, now, after)],
                pack=pack,
            )
        except Stale:
            continue
    raise _busy()


def undo(*, actor: Actor, batch: str, why: str, pack: Pack) -> Committed:
    """Bring every record of a batch back to what it was before it.

    Creates, updates and undos alike can be undone. Raises `NotFound`, and `Refused` naming the
    later batches if one of the records has been changed since.
    """
    if not Batch.objects.filter(id=batch).exists():
        raise NotFound(
            f"Không có đợt thay đổi {batch}.",
            f"There is no batch {batch}.",
            mend_vi="Xem mã đợt bằng `khue history ID`.",
            mend_en="`khue history ID` shows the batches of a record.",
        )
    drafts = []
    blockers: dict[str, list[str]] = {}
    changed = list(
        Change.objects.filter(batch_id=batch).order_by("seq").values("record", "version")
    )
    first = {row["record"]: row["version"] for row in reversed(changed)}
    last = {row["record"]: row["version"] for row in changed}
    for versions in tables.versions_of(first, last):
        if versions.blocking_batch:
            blockers.setdefault(versions.blocking_batch, []).append(versions.record)
        drafts.append(
            Draft(versions.record, versions.current, versions.document, versions.restored)
        )
    require(actor, "undo", drafts, pack)
    if blockers:
        raise Refused(
            "Không hoàn tác được: có thay đổi sau đó sẽ bị mất.",
            "This cannot be undone: later changes would be lost.",
            mend_vi="Hoàn tác các đợt sau trước đã.",
            mend_en="Undo the later batches first.",
            findings=[
                finding("undo_blocked", value=later, records=", ".join(records[:5]), n=len(records))
                for later, records in blockers.items()
            ],
        )
    try:
        return commit(actor=actor, why=why, kind="undo", drafts=drafts, pack=pack, undoes=batch)
    except Stale as error:
        raise _busy() from error


def rebuild(*, pack: Pack) -> int:
    """Make all tables beside the ledger anew from it; returns how many records there are.

    Nobody has to be allowed to: it changes nothing that anyone said.
    """
    with transaction.atomic():
        return tables.rebuild(pack)


def _busy() -> Refused:
    return Refused(
        "Có người khác đang ghi vào sổ cái; chưa ghi gì.",
        "Someone else is writing the ledger; nothing was written.",
        mend_vi="Thử lại sau ít phút.",
        mend_en="Try again in a few minutes.",
    )


def require(actor: Actor, action: Action, drafts: Sequence[Draft], pack: Pack) -> None:
    """Raise `NotAllowed` unless the actor may do `action` to every record, as it is and will be."""
    for draft in drafts:
        for document in (draft.before, draft.after):
            if document is None:
                continue
            type_ = pack.types.get(document["type"])
            subject = Subject(document["type"], derive(document, type_).units, public=False)
            if not may(actor, action, subject):
                raise NotAllowed(
                    f"{actor.who} không có quyền ghi hồ sơ {draft.record}.",
                    f"{actor.who} may not write record {draft.record}.",
                )


def _refuse_conflict(record: str, base: int, now: Document, changes: Mapping[str, Any]) -> None:
    """Raise `Refused` if a path of `changes` has another value now than it had at `base`."""
    started = Change.objects.filter(record=record, version=base).values("document").first()
    if started is None:
        raise NotFound(
            f"Hồ sơ {record} không có phiên bản {base}.", f"Record {record} has no version {base}."
        )
    since = differences(tables.parse(started["document"]), now)
    clashes = [path for path in changes if path in since and since[path][1] != changes[path]]
    if clashes:
        raise Refused(
            "Có người đã sửa cùng trường này.",
            "Someone has changed the same field.",
            mend_vi="Xem lịch sử hồ sơ rồi sửa lại từ bản mới nhất.",
            mend_en="Look at the history of the record and edit its newest version.",
            findings=[
                finding(
                    "edit_conflict", field=path, value=str(changes[path]), now=str(since[path][1])
                )
                for path in clashes
            ],
        )


def _open_batch(
    actor: Actor,
    why: str,
    kind: Kind,
    at: str,
    source: SourceDescription | None,
    undoes: str | None,
) -> tuple[Batch, str]:
    kept = None if source is None else _keep_source(source)
    batch = Batch(
        id=new_ulid(), kind=kind, actor=actor.who, at=at, why=why, source=kept, undoes_id=undoes
    )
    batch.save(force_insert=True)
    digest = chain.batch_digest(
        {name: getattr(batch, name) for name in chain.BATCH_COLUMNS},
        None if kept is None else {name: getattr(kept, name) for name in chain.SOURCE_COLUMNS},
    )
    return batch, digest


def _keep_source(source: SourceDescription) -> Source:
    """The row that describes a source; the same description is kept once."""
    columns = asdict(source) | {"title": chain.canonical(dict(source.title))}
    found = Source.objects.filter(**columns).first()
    if found is not None:
        return found
    kept = Source(id=new_ulid(), **columns)
    kept.save(force_insert=True)
    return kept


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
