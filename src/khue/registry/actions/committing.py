"""Writing a batch: the one function through which every change enters the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from django.db import IntegrityError, OperationalError, connection

from khue.lib.identifiers import new_ulid
from khue.model.errors import Busy, NotAllowed, Refused, WrongUse
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, Subject, may
from khue.registry import chain, tables
from khue.registry.database import insert_many, is_busy, is_deadlock, writing_alone
from khue.registry.fold import Document, derive
from khue.registry.models import Batch, Change, Source
from khue.registry.redaction import redact

Kind = Literal[
    "import", "edit", "undo", "merge", "split", "withdraw", "restore", "erase", "pack", "places"
]  # fmt: skip

NEEDED: Mapping[Kind, Action] = {
    "import": "commit",
    "edit": "commit",
    "undo": "undo",
    "merge": "merge",
    "split": "merge",
    "withdraw": "withdraw",
    "restore": "withdraw",
    "erase": "erase",
}
"""What one has to be allowed to do to the records of a batch. Loading a pack changes nothing that
anyone said, so nobody has to be allowed to."""

CLASHES = ("registry_change", "change_record_version", "registry_sourcerow")

CHANGE_COLUMNS = (
    "seq", "batch_id", "record", "version", "action", "document", "actor", "at", "target", "field",
    "public_digest", "public_hash", "hash",
)  # fmt: skip


class Stale(Exception):
    """Someone committed a newer version of a record while this change was being prepared."""


@dataclass(frozen=True)
class Draft:
    """One record as it shall be. `base` is the version that `before` was; 0 if there was none.

    Both documents are None while the record is gone; `target` is the record that it then redirects
    to. `action` is worked out where it is not given; `field` is what an erasure is about.
    """

    record: str
    base: int
    before: Document | None
    after: Document | None
    target: str | None = None
    action: str = ""
    field: str | None = None

    @property
    def type(self) -> str:
        """The type of the record; empty if it is gone before and after."""
        document = self.after or self.before
        return "" if document is None else str(document["type"])

    @property
    def verb(self) -> str:
        """What the change does to the record: create, update, remove, or what `action` says."""
        if self.action:
            return self.action
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


@dataclass(frozen=True)
class Accepted:
    """That a batch is an accepted proposal: its identifier, and who proposed it."""

    proposal: str
    proposer: str


@dataclass(frozen=True)
class Entry:
    """A change that only waits for its number: everything that can be done before the lock.

    `prepared` is what the tables beside the ledger are to hold; None if they hold nothing of it.
    """

    record: str
    version: int
    action: str
    target: str | None
    field: str | None
    sealed: str | None
    public_digest: str
    digest: str
    prepared: tables.Prepared | None


def entry_of(
    record: str,
    version: int,
    action: str,
    *,
    sealed: str | None,
    public_digest: str,
    prepared: tables.Prepared | None,
    target: str | None = None,
    field: str | None = None,
) -> Entry:
    """An entry with the digest of all that is known of it before it has a number."""
    known = {
        "record": record,
        "version": version,
        "action": action,
        "target": target,
        "field": field,
        "public_digest": public_digest,
    }
    digest = chain.entry_digest(known, chain.digest_of(sealed))
    return Entry(record, version, action, target, field, sealed, public_digest, digest, prepared)


def commit(
    *,
    actor: Actor,
    why: str,
    kind: Kind,
    drafts: Sequence[Draft],
    pack: Pack,
    source: SourceDescription | None = None,
    undoes: str | None = None,
    accepted: Accepted | None = None,
    also: Callable[[Committed], None] | None = None,
) -> Committed:
    """Write `drafts` as one batch; `also` is done in the same transaction.

    Raises `NotAllowed` if the actor may not write one of the records, `WrongUse` without a reason
    or without drafts, `Stale` if one of the records has moved on from its `base`, `Refused` if the
    ledger stays locked for too long.
    """
    require_word(why)
    if not drafts:
        raise WrongUse("Không có gì để ghi.", "There is nothing to commit.")
    if kind in NEEDED:
        require(actor, NEEDED[kind], drafts, pack)
    entries = prepare(drafts, pack)
    new = [one.prepared for one in entries if one.prepared is not None and one.prepared.is_new]
    with exclusive(new):
        require_current(pack)
        batch = Batch(
            id=new_ulid(),
            kind=kind,
            actor=actor.who,
            why=why,
            source=None if source is None else keep_source_row(source),
            undoes_id=undoes,
            proposal=None if accepted is None else accepted.proposal,
            proposer=None if accepted is None else accepted.proposer,
        )
        committed = append(batch, entries)
        if also is not None:
            also(committed)
    return committed


@contextmanager
def exclusive(new: Sequence[tables.Prepared] = (), *, replacing: bool = False) -> Iterator[None]:
    """A transaction that alone may write the ledger. Only numbering, chaining and inserting belong
    inside. Writes the tables of records that are `new`: nobody else knows of them, so a database
    that lets several write at once need not make all others wait for it.

    Raises `Stale` where a next version or a source's row is taken already, `Refused` where the lock
    was not to be had in time.
    """
    try:
        with writing_alone(lambda cursor: tables.write_new(cursor, new), replacing=replacing):
            yield
    except IntegrityError as error:
        # The two ways in which a well-formed batch can clash: a next version or the row of a source
        # is there already. SQLite names the columns, PostgreSQL the constraint.
        if any(name in str(error) for name in CLASHES):
            raise Stale from error
        raise
    except OperationalError as error:
        if is_deadlock(error):  # two imports of the same rows, each waiting for the other
            raise Stale from error
        if is_busy(error):
            raise busy() from error
        raise


def require_word(why: str) -> None:
    """Raise `WrongUse` for a reason that is empty, or no text that can be kept."""
    if "\0" in why or any("\ud800" <= one <= "\udfff" for one in why):
        raise WrongUse(
            "Lý do có ký tự không phải UTF-8.",
            "The reason has characters that are no UTF-8.",
            mend_vi="Gõ lại lý do bằng chữ thường.",
            mend_en="Type the reason again as plain text.",
        )
    if not why.strip():
        raise WrongUse(
            "Thay đổi nào cũng cần lý do.",
            "Every change needs a reason.",
            mend_vi="Ghi lý do với --why.",
            mend_en="Give one with --why.",
        )


def require(actor: Actor, action: Action, drafts: Sequence[Draft], pack: Pack) -> None:
    """Raise `NotAllowed` unless the actor may do `action` to every record, as it is and will be."""
    for draft in drafts:
        for document in (draft.before, draft.after):
            if document is None:
                continue
            # Where no unit bounds the actor, one need not look for those of each record.
            if actor.units is None:
                subject = Subject(document["type"], frozenset(), public=False)
            else:
                subject = subject_of(document, pack)
            if not may(actor, action, subject):
                raise NotAllowed(
                    f"{actor.who} không có quyền ghi hồ sơ {draft.record}.",
                    f"{actor.who} may not write record {draft.record}.",
                )


def subject_of(document: Document, pack: Pack) -> Subject:
    """What the rule of rights needs to know of a record that is to be written."""
    type_ = pack.types.get(document["type"])
    return Subject(document["type"], derive(document, type_).units, public=False)


def now() -> str:
    """The time as the ledger writes it: UTC with six digits of a second."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def busy() -> Busy:
    """What to tell who could not write because others did."""
    return Busy(
        "Có người khác đang ghi vào sổ cái; chưa ghi gì.",
        "Someone else is writing the ledger; nothing was written.",
        mend_vi="Thử lại sau ít phút.",
        mend_en="Try again in a few minutes.",
    )


def prepare(drafts: Sequence[Draft], pack: Pack) -> list[Entry]:
    """Redact, serialise, seal and hash the drafts: what can be done before the lock."""
    changed = [draft.record for draft in drafts if draft.base]
    known = tables.known_commitments(changed)
    entries = []
    for draft in drafts:
        prepared = tables.prepare(
            draft.record,
            draft.type or tables.last_type(draft.record),
            draft.base + 1,
            draft.after,
            pack,
            merged_into=draft.target if draft.after is None else None,
            known=known.get(draft.record, {}),
        )
        entries.append(
            entry_of(
                draft.record,
                draft.base + 1,
                draft.verb,
                sealed=prepared.sealed,
                public_digest=_public_digest(draft, prepared, pack),
                prepared=prepared,
                target=draft.target,
                field=draft.field,
            )
        )
    return entries


def loaded_pack() -> str | None:
    """The sha256 of the pack that was loaded last; None before the first."""
    loads = Change.objects.filter(record=tables.PACK).order_by("-version")
    document = loads.values_list("document", flat=True).first()
    return None if document is None else str(tables.parse(document)["sha256"])


def require_current(pack: Pack) -> None:
    """Raise `Refused` if another state of the pack has been loaded since this process began: its
    rules may show to everyone what has been closed."""
    if loaded_pack() not in (None, pack.sha256):
        raise Refused(
            "Gói cấu hình đã thay đổi từ khi chương trình này khởi động; chưa ghi gì.",
            "The pack has changed since this program started; nothing was written.",
            mend_vi="Khởi động lại chương trình rồi thử lại.",
            mend_en="Start the program again, then try again.",
        )


def _public_digest(draft: Draft, prepared: tables.Prepared, pack: Pack) -> str:
    if prepared.public is not None:
        return chain.digest_of(prepared.public)
    was_public = redact(draft.before, pack.types.get(draft.type)) is not None
    return chain.CLOSED if was_public else chain.HIDDEN


def append(batch: Batch, entries: Sequence[Entry]) -> Committed:
    """Number, chain and insert. Within `exclusive`, which has written what is new."""
    head = Change.objects.order_by("-seq").values("seq", "hash", "at", "public_hash").first()
    seq, previous = (head["seq"], head["hash"]) if head else (0, chain.GENESIS)
    public = (head and head["public_hash"]) or chain.GENESIS
    # The clock of the machine may go back; the ledger's never does.
    at = batch.at = max(now(), head["at"] if head else "")
    batch.save(force_insert=True)
    digest = chain.batch_digest(_columns(batch, chain.BATCH_COLUMNS), _source_columns(batch))
    first = seq + 1

    def rows() -> Iterator[tuple[Any, ...]]:
        # Hashed while the database is taking in the row before: others are waiting.
        nonlocal seq, previous, public
        for entry in entries:
            seq += 1
            public = chain.public_hash(public, seq, entry.record, at, entry.public_digest)
            previous = chain.change_hash(previous, digest, seq, public, entry.digest)
            yield (
                seq, batch.id, entry.record, entry.version, entry.action, entry.sealed,
                batch.actor, at, entry.target, entry.field, entry.public_digest, public, previous,
            )  # fmt: skip

    with connection.cursor() as cursor:
        insert_many(cursor, "registry_change", CHANGE_COLUMNS, rows())
        changed = [one for one in entries if one.version > 1]
        if changed:
            _require_unbroken(cursor, first)
            tables.write_changed(cursor, [one.prepared for one in changed if one.prepared])
        openings = (
            (one.commitment, one.record, one.path, one.salt, one.value)
            for entry in entries
            for one in (entry.prepared.openings if entry.prepared else ())
        )
        insert_many(cursor, "registry_personal", tables.PERSONAL_COLUMNS, openings)
    return Committed(batch.id, seq, previous, tuple(entry.record for entry in entries))


FIND_GAP = """
SELECT 1 FROM registry_change AS new WHERE new.seq >= %s AND new.version > 1 AND NOT EXISTS
    (SELECT 1 FROM registry_change AS old
     WHERE old.record = new.record AND old.version = new.version - 1)
LIMIT 1
"""


def _require_unbroken(cursor: Any, first: int) -> None:
    """Raise `Stale` if one of the changes from `first` on follows a version that the ledger does
    not have: it was prepared before the registry was restored to an earlier time."""
    cursor.execute(FIND_GAP, [first])
    if cursor.fetchone():
        raise Stale


def _columns(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _source_columns(batch: Batch) -> dict[str, Any] | None:
    return None if batch.source is None else _columns(batch.source, chain.SOURCE_COLUMNS)


def keep_source_row(source: SourceDescription) -> Source:
    """The row that describes a source; the same description is kept once."""
    columns = asdict(source) | {"title": chain.canonical(dict(source.title))}
    found = Source.objects.filter(**columns).first()
    if found is not None:
        return found
    kept = Source(id=new_ulid(), **columns)
    kept.save(force_insert=True)
    return kept
