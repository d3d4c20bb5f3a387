"""Whether the ledger fits its hashes, and the records fit the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import chain
from khue.registry.models import Batch, Record, RecordUnit, Reference, Source, SourceRow
from khue.registry.tables import CHUNK, folded, rows_ever_stated


@contextmanager
def any_bytes() -> Iterator[None]:
    """Read texts of SQLite even where somebody has put bytes into them that are no UTF-8."""
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
    with connection.cursor() as cursor:
        batches = {str(row["id"]): row for row in _rows(cursor, "registry_batch", "id")}
        sources = {str(row["id"]): row for row in _rows(cursor, "registry_source", "id")}
        yield from chain.find_breaks(_rows(cursor, "registry_change", "seq"), batches, sources)


def find_uncovered_batches() -> list[str]:
    """Batches without a change: no hash covers them, so none may exist."""
    return list(Batch.objects.filter(change=None).values_list("id", flat=True))


def find_unused_sources() -> list[str]:
    """Source descriptions that no batch names: no hash covers them either."""
    return list(Source.objects.filter(batch=None).values_list("id", flat=True))


def find_differences(pack: Pack) -> Iterator[str]:
    """The identifiers of records that differ from the fold of the ledger, in any table."""
    seen: set[str] = set()
    for chunk in chunked(folded(pack), CHUNK):
        names = [prepared.id for prepared, _ in chunk]
        seen.update(names)
        stored = _stored(names)
        for prepared, seq in chunk:
            derived = prepared.derived
            row = (prepared.type, prepared.version, seq, prepared.document, prepared.public)
            expected = (*row, derived.name_key, derived.units, derived.references)
            if stored.get(prepared.id) != expected:
                yield prepared.id
    for record_id in Record.objects.values_list("id", flat=True).iterator(CHUNK):
        if record_id not in seen:
            yield record_id


def find_row_differences() -> Iterator[str]:
    """Source rows that the table has and no version states, or the other way round.

    Compared by hashes: a registry of a million rows fits into memory.
    """
    stated = {hash(row): row[1] for row in rows_ever_stated()}
    columns = SourceRow.objects.values_list("source", "key", "record")
    for row in columns.iterator(CHUNK):
        if stated.pop(hash(row), None) is None:
            yield row[1]
    yield from stated.values()


def _stored(names: list[str]) -> dict[str, tuple[Any, ...]]:
    """What the tables hold of records: the row, the name, the units, the references."""
    units: dict[str, set[str]] = {}
    for name, unit in RecordUnit.objects.filter(record__in=names).values_list("record", "unit"):
        units.setdefault(name, set()).add(unit)
    references: dict[str, set[tuple[str, str]]] = {}
    links = Reference.objects.filter(record__in=names).values_list("record", "field", "target")
    for name, field, target in links:
        references.setdefault(name, set()).add((field, target))
    return {
        row.id: (
            *(row.type, row.version, row.seq, row.document, row.public, row.name_key),
            frozenset(units.get(row.id, ())),
            frozenset(references.get(row.id, ())),
        )
        for row in Record.objects.filter(id__in=names)
    }


def _rows(cursor: Any, table: str, order: str) -> Iterator[dict[str, Any]]:
    cursor.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(CHUNK):
        for row in rows:
            yield dict(zip(names, row, strict=True))
