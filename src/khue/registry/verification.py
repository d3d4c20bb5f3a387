"""Whether the ledger fits its hashes, and the records fit the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from khue.model.packs import Pack
from khue.registry import chain
from khue.registry.models import Batch, Record
from khue.registry.tables import CHUNK, folded


def find_chain_breaks() -> Iterator[tuple[int, str]]:
    """`chain.find_breaks` over the stored ledger, read as raw columns: (seq, finding code)."""
    with connection.cursor() as cursor:
        batches = {str(row["id"]): row for row in _rows(cursor, "registry_batch", "id")}
        sources = {str(row["id"]): row for row in _rows(cursor, "registry_source", "id")}
        yield from chain.find_breaks(_rows(cursor, "registry_change", "seq"), batches, sources)


def find_uncovered_batches() -> list[str]:
    """Batches without a change: no hash covers them, so none may exist."""
    return list(Batch.objects.filter(change=None).values_list("id", flat=True))


def find_differences(pack: Pack) -> Iterator[str]:
    """The identifiers of records that differ from the fold of the ledger."""
    seen = set()
    for prepared, seq in folded(pack):
        seen.add(prepared.id)
        record = Record.objects.filter(id=prepared.id).first()
        if record is None or (
            (record.type, record.version, record.seq, record.document, record.public)
            != (prepared.type, prepared.version, seq, prepared.document, prepared.public)
        ):
            yield prepared.id
    for record_id in Record.objects.values_list("id", flat=True).iterator(CHUNK):
        if record_id not in seen:
            yield record_id


def _rows(cursor: Any, table: str, order: str) -> Iterator[dict[str, Any]]:
    cursor.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(CHUNK):
        for row in rows:
            yield dict(zip(names, row, strict=True))
