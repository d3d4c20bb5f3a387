"""Whether the ledger fits its hashes, and the records fit the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import chain, tables
from khue.registry.models import (
    Batch,
    Change,
    Erasure,
    Personal,
    Record,
    RecordFile,
    Reference,
    Source,
    SourceRow,
)
from khue.registry.sealing import SEAL, commit_to, commitments_in
from khue.registry.tables import CHUNK, folded, rows_ever_stated


@contextmanager
def any_bytes() -> Iterator[None]:
    """Read texts of SQLite even where somebody has put bytes into them that are no UTF-8."""
    if connection.vendor != "sqlite":  # others let no such bytes in
        yield
        return
    connection.ensure_connection()
    connection.connection.text_factory = _decode
    try:
        yield
    finally:
        connection.connection.text_factory = str


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def find_chain_breaks() -> Iterator[tuple[int, str]]:
    """`chain.find_breaks` over the stored ledger, read as raw columns: (seq, finding code)."""
    batches: dict[str, Any] = {}
    sources = {str(row["id"]): row for row in Source.objects.values(*chain.SOURCE_COLUMNS)}
    yield from chain.find_breaks(_changes_with(batches), batches, sources)


def _changes_with(batches: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The changes of the ledger in their order; `batches` holds those of the present ones, since a
    registry that is edited by hand has as many as changes."""
    changes = Change.objects.order_by("seq").values(*chain.CHANGE_COLUMNS, "hash")
    for chunk in chunked(changes.iterator(CHUNK), CHUNK):
        names = {change["batch_id"] for change in chunk}
        rows = Batch.objects.filter(id__in=names).values(*chain.BATCH_COLUMNS)
        batches.clear()
        batches.update((str(row["id"]), row) for row in rows)
        yield from chunk


def contains_hash(head: str) -> bool:
    """Whether the ledger has, or had and went on from, this head."""
    return Change.objects.filter(hash=head).exists()


def find_uncovered_batches() -> list[str]:
    """Batches without a change: no hash covers them, so none may exist."""
    return list(Batch.objects.filter(change=None).values_list("id", flat=True))


def find_unused_sources() -> list[str]:
    """Source descriptions that no batch names: no hash covers them either."""
    return list(Source.objects.filter(batch=None).values_list("id", flat=True))


def find_differences(pack: Pack) -> Iterator[str]:
    """The identifiers of records that differ from the fold of the ledger, in any table."""
    since = tables.loaded_at(pack)
    for chunk in chunked(folded(pack), CHUNK):
        names = [prepared.id for prepared, _ in chunk]
        stored = _stored(names)
        told = Change.objects.filter(seq__in=[seq for _, seq in chunk if seq > (since or seq)])
        digests = dict(told.values_list("seq", "public_digest"))
        for prepared, seq in chunk:
            derived = prepared.derived
            row = (prepared.type, prepared.version, prepared.sealed is not None)
            expected = (
                *(*row, tables.as_text(prepared.opened), derived.name_key, prepared.merged_into),
                *(tables.joined_units(derived.units), derived.references, derived.files),
            )
            public, rest = stored.get(prepared.id, (None, None))
            seen = tables.as_text(prepared.public)
            fits = rest == expected and chain.is_canonical(public, seen)
            if not fits or not _is_told_rightly(seen, digests.get(seq)):
                yield prepared.id
    unknown = Record.objects.exclude(Exists(Change.objects.filter(record=OuterRef("id"))))
    yield from unknown.values_list("id", flat=True).iterator(CHUNK)


def find_row_differences() -> Iterator[str]:
    """Source rows that the table has and no version states, or the other way round.

    Compared by hashes: a registry of a million rows fits into memory.
    """
    stated: dict[int, int] = {}
    for source, key, record in rows_ever_stated():
        stated.setdefault(hash((source, key)), hash(record))
    columns = SourceRow.objects.values_list("source", "key", "record")
    for source, key, record in columns.iterator(CHUNK):
        if stated.pop(hash((source, key)), None) != hash(record):
            yield key
    if stated:
        for source, key, _ in rows_ever_stated():
            if stated.pop(hash((source, key)), None) is not None:
                yield key


def find_personal_trouble() -> Iterator[tuple[str, str]]:
    """Personal values that do not fit their commitment, that no version names or that should have
    been erased, and those that a version names and that are gone without an erasure: (finding code,
    record)."""
    erased = _Erased()
    sealed = Change.objects.filter(document__contains=SEAL)
    previous = ""
    values = Personal.objects.order_by("record", "path", "commitment")
    for rows in chunked(values.iterator(CHUNK), CHUNK):
        texts = sealed.filter(record__in={row.record for row in rows})
        named: set[str] = set()
        for text in texts.values_list("document", flat=True).iterator(CHUNK):
            named.update(commitments_in(tables.parse(text)))
        known = named - erased.commitments
        for row in rows:
            if commit_to(row.salt, row.record, row.path, row.value) != row.commitment:
                yield "personal_altered", row.record
            elif row.commitment not in known or row.commitment == previous:
                yield "personal_surplus", row.record
            previous = row.commitment
    changes = sealed.order_by("seq").values_list("record", "version", "document")
    for chunk in chunked(changes.iterator(CHUNK), CHUNK):
        there = Personal.objects.filter(record__in={record for record, _, _ in chunk})
        kept = set(there.values_list("commitment", flat=True))
        for record, version, text in chunk:
            for commitment, field in commitments_in(tables.parse(text)).items():
                if commitment not in kept and not erased.took(commitment, field, record, version):
                    yield "personal_missing", record


class _Erased:
    """What the erasures of the ledger took. Of the first ones nobody noted which values: all that
    the field had before."""

    def __init__(self) -> None:
        noted = {one.change: one.commitments for one in Erasure.objects.all()}
        changes = Change.objects.filter(action="erase").order_by("seq")
        rows = list(changes.values_list("seq", "batch", "record", "field", "version"))
        last = {batch: seq for seq, batch, *_ in rows}
        self.commitments: set[str] = set()
        self._taken: dict[tuple[str, str], list[tuple[int, frozenset[str] | None]]] = {}
        for _, batch, record, field, version in rows:
            told = tables.parse(noted.get(last[batch], "[]"))
            taken = None if told is None else frozenset(told)
            self.commitments |= taken or set()
            self._taken.setdefault((record, str(field)), []).append((version, taken))

    def took(self, commitment: str, field: str, record: str, version: int) -> bool:
        """Whether a value of a version of a record was erased after it."""
        return any(
            version < at and (taken is None or commitment in taken)
            for at, taken in self._taken.get((record, field), ())
        )


def _is_told_rightly(public: str | None, digest: str | None) -> bool:
    """Whether the public chain tells of a record what the public sees of it now. (What was told by
    the rules of an earlier pack has no `digest` here.)"""
    return digest is None or tables.is_told(public, digest)


def _stored(names: list[str]) -> dict[str, tuple[str | None, tuple[Any, ...]]]:
    """What the tables hold of records: the public text, and row, units, references, files."""
    references: dict[str, set[tuple[str, str]]] = {}
    links = Reference.objects.filter(record__in=names).values_list("record", "field", "target")
    for name, field, target in links:
        references.setdefault(name, set()).add((field, target))
    files: dict[str, set[str]] = {}
    for name, sha256 in RecordFile.objects.filter(record__in=names).values_list("record", "sha256"):
        files.setdefault(name, set()).add(sha256)
    return {
        row.id: (
            _public_of(row),
            (
                *(row.type, row.version, row.is_there, row.opened, row.name_key, row.merged_into),
                row.units,
                frozenset(references.get(row.id, ())),
                frozenset(files.get(row.id, ())),
            ),
        )
        for row in Record.whole.filter(id__in=names)
    }


def _public_of(row: Record) -> str | None:
    try:
        return tables.public_of(row)
    except ValueError:  # the pieces are none of this text
        return ""
