"""Writing a batch: the one function through which every change enters the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection

from khue.lib.identifiers import new_ulid
from khue.model.errors import Busy, Refused, WrongUse
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain, tables
from khue.registry.actions.preparing import Draft, Entry, Kind, Lot, prepare
from khue.registry.database import (
    insert_many,
    is_busy,
    is_deadlock,
    writes_ahead,
    writing_alone,
)
from khue.registry.models import Batch, Change, Source

CLASHES = ("registry_change", "change_record_version", "registry_sourcerow")

CHANGE_COLUMNS = (
    "seq", "batch_id", "record", "version", "action", "document", "actor", "at", "target", "field",
    "public_digest", "public_hash", "hash",
)  # fmt: skip


class Stale(Exception):
    """Someone committed a newer version of a record while this change was being prepared."""


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
    """A batch that is in the ledger. `first` is the position of its first change, `seq` of its last
    one, `head` the last hash."""

    batch: str
    first: int
    seq: int
    head: str

    @property
    def records(self) -> tuple[str, ...]:
        """The records that it changed, in order; read from the ledger."""
        changes = Change.objects.filter(seq__range=(self.first, self.seq)).order_by("seq")
        return tuple(changes.values_list("record", flat=True))


@dataclass(frozen=True)
class Accepted:
    """That a batch is an accepted proposal: its identifier, and who proposed it."""

    proposal: str
    proposer: str


def commit(
    *,
    actor: Actor,
    why: str,
    kind: Kind,
    pack: Pack,
    drafts: Sequence[Draft] = (),
    lots: Iterable[Lot] | None = None,
    source: SourceDescription | None = None,
    undoes: str | None = None,
    accepted: Accepted | None = None,
    also: Callable[[Committed], None] | None = None,
) -> Committed:
    """Write `drafts`, or `lots` of them that `prepare` has made, as one batch; `also` is done in
    the same transaction. `lots` are iterated twice; only one of them is in memory.

    Raises `NotAllowed` if the actor may not write one of the records, `WrongUse` without a reason
    or with nothing to write, `Stale` if one of the records has moved on from its `base`, `Refused`
    if the ledger stays locked for too long, `ValueError` for a lot that was prepared for someone or
    something else.
    """
    require_word(why)
    if lots is None:
        if not drafts:
            raise _nothing_to_commit()
        known, types = tables.known_of((one.record, one.base, one.type) for one in drafts)
        lots = [prepare(drafts, actor=actor, kind=kind, pack=pack, known=known, types=types)]

    def fitting() -> Iterator[Lot]:
        for lot in lots:
            if (lot.actor, lot.kind, lot.pack) != (actor, kind, pack.sha256):
                raise ValueError("a lot was prepared for another actor, kind or pack")
            yield lot

    with exclusive(fitting):
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
        committed = append(batch, fitting())
        if committed.seq < committed.first:
            raise _nothing_to_commit()
        if also is not None:
            also(committed)
    return committed


@contextmanager
def exclusive(
    lots: Callable[[], Iterable[Lot]] = tuple, *, replacing: bool = False
) -> Iterator[None]:
    """A transaction that alone may write the ledger. Only numbering, chaining and inserting belong
    inside. Where the database lets several write at once, the tables of records that are new in
    `lots` are written before the lock: nobody else knows of them, so nobody need wait for it.

    Raises `Stale` where a next version or a source's row is taken already, `Refused` where the lock
    was not to be had in time.
    """

    def ahead(cursor: Any) -> None:
        for lot in lots():
            tables.write_new(cursor, lot.new)

    try:
        with writing_alone(ahead, replacing=replacing):
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


def _nothing_to_commit() -> WrongUse:
    return WrongUse("Không có gì để ghi.", "There is nothing to commit.")


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


class _Tail:
    """The end of the ledger, to which the changes of a batch are added."""

    def __init__(self, batch: Batch) -> None:
        head = Change.objects.order_by("-seq").values("seq", "hash", "at", "public_hash").first()
        self.seq = head["seq"] if head else 0
        self.hash = head["hash"] if head else chain.GENESIS
        self._public = (head and head["public_hash"]) or chain.GENESIS
        # The clock of the machine may go back; the ledger's never does.
        batch.at = max(now(), head["at"] if head else "")
        batch.save(force_insert=True)
        self._batch = batch
        self._digest = chain.batch_digest(
            _columns(batch, chain.BATCH_COLUMNS), _source_columns(batch)
        )

    def numbered(self, entries: Iterable[Entry]) -> Iterator[tuple[Any, ...]]:
        """The entries as rows of the ledger. Hashed while the database is taking in the row before:
        others are waiting."""
        batch, digest = self._batch, self._digest
        name, actor, at = batch.id, batch.actor, batch.at
        seq, last, public = self.seq, self.hash, self._public
        for record, version, action, document, target, field, public_digest, entry in entries:
            seq += 1
            public = chain.public_hash(public, seq, record, at, public_digest)
            last = chain.change_hash(last, digest, seq, public, entry)
            yield (
                seq, name, record, version, action, document, actor, at, target, field,
                public_digest, public, last,
            )  # fmt: skip
        self.seq, self.hash, self._public = seq, last, public


def append(batch: Batch, lots: Iterable[Lot]) -> Committed:
    """Number, chain and insert. Within `exclusive`, which may have written what is new."""
    tail = _Tail(batch)
    first = tail.seq + 1
    with connection.cursor() as cursor:
        for lot in lots:
            start = tail.seq + 1
            if not writes_ahead():
                tables.write_new(cursor, lot.new)
            rows = tail.numbered(lot.entries)
            insert_many(cursor, "registry_change", CHANGE_COLUMNS, rows, utf8=("document",))
            if lot.changed:
                _require_unbroken(cursor, start)
                tables.write_changed(cursor, lot.changed)
            insert_many(cursor, "registry_personal", tables.PERSONAL_COLUMNS, lot.openings)
    return Committed(batch.id, first, tail.seq, tail.hash)


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
