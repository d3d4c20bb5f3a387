"""The tables beside the ledger: records, their units, references and source rows.

They are a fold of the changes: written with each commit, made anew by `rebuild`, compared by
`verification`. Nothing here is known only here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import Max

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import chain
from khue.registry.fold import Derived, Document, derive
from khue.registry.models import Change, Folding, Record, SourceRow
from khue.registry.redaction import redact

CHUNK = 500

UPSERT_RECORD = """
INSERT INTO registry_record (id, type, version, seq, document, public, name_key)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, seq = excluded.seq, document = excluded.document,
    public = excluded.public, name_key = excluded.name_key
"""
INSERT_UNIT = "INSERT INTO registry_recordunit (record_id, unit) VALUES (%s, %s)"
INSERT_REFERENCE = "INSERT INTO registry_reference (record_id, field, target) VALUES (%s, %s, %s)"
INSERT_ROW = """
INSERT INTO registry_sourcerow (source, key, record) VALUES (%s, %s, %s)
ON CONFLICT (source, key) DO NOTHING
"""


class RowTaken(Exception):
    """Two imports made a record of the same source row at once; the later one has to look again."""


@dataclass(frozen=True)
class Prepared:
    """One record ready to be written, made before the lock is taken."""

    id: str
    type: str | None
    version: int
    document: str | None
    public: str | None
    derived: Derived


@dataclass(frozen=True)
class Versions:
    """What undoing needs of one record: where it stands, and where it shall go back to."""

    record: str
    current: int
    document: Document | None
    restored: Document | None
    blocking_batch: str | None


def parse(text: str | None) -> Any:
    """A stored document as a value."""
    return None if text is None else json.loads(text)


def prepare(record: str, version: int, document: Document | None, pack: Pack) -> Prepared:
    """Serialise and derive everything that the tables hold of `document`."""
    type_ = None if document is None else pack.types.get(document["type"])
    public = redact(document, type_)
    return Prepared(
        id=record,
        type=None if document is None else document["type"],
        version=version,
        document=None if document is None else chain.canonical(document),
        public=None if public is None else chain.canonical(public),
        derived=derive(document, type_),
    )


def write(cursor: Any, records: Iterable[tuple[Prepared, int]]) -> None:
    """Bring the tables to the given records, each with the `seq` of its change."""
    for chunk in chunked(records, CHUNK):
        _write_chunk(cursor, chunk)


def _require_own_rows(chunk: list[tuple[Prepared, int]], known: Mapping[str, str]) -> None:
    """Raise `RowTaken` if a row that makes a new record has become another one meanwhile."""
    wanted = {row: p.id for p, _ in chunk if p.id not in known for row in p.derived.rows}
    for source in {source for source, _ in wanted}:
        keys = [key for one, key in wanted if one == source]
        rows = SourceRow.objects.filter(source=source, key__in=keys).values_list("key", "record")
        if any(wanted[source, key] != record for key, record in rows):
            raise RowTaken


def _write_chunk(cursor: Any, chunk: list[tuple[Prepared, int]]) -> None:
    known = {
        record.id: record.type
        for record in Record.objects.filter(id__in=[prepared.id for prepared, _ in chunk]).only(
            "type"
        )
    }
    cursor.executemany(
        UPSERT_RECORD,
        [
            (
                prepared.id, prepared.type or known.get(prepared.id, ""), prepared.version, seq,
                prepared.document, prepared.public, prepared.derived.name_key,
            )
            for prepared, seq in chunk
        ],
    )  # fmt: skip
    _require_own_rows(chunk, known)
    changed = [(prepared.id,) for prepared, _ in chunk if prepared.id in known]
    cursor.executemany("DELETE FROM registry_recordunit WHERE record_id = %s", changed)
    cursor.executemany("DELETE FROM registry_reference WHERE record_id = %s", changed)
    cursor.executemany(
        INSERT_UNIT,
        [(p.id, unit) for p, _ in chunk for unit in sorted(p.derived.units)],
    )
    cursor.executemany(
        INSERT_REFERENCE,
        [(p.id, field, target) for p, _ in chunk for field, target in sorted(p.derived.references)],
    )
    cursor.executemany(
        INSERT_ROW,
        [(source, key, p.id) for p, _ in chunk for source, key in sorted(p.derived.rows)],
    )


def versions_of(first: Mapping[str, int], last: Mapping[str, int]) -> Iterator[Versions]:
    """For each record changed by a batch (first and last version in it), what undoing needs."""
    for names in chunked(first, CHUNK):
        current = {record.id: record for record in Record.objects.filter(id__in=names)}
        rows = Change.objects.filter(record__in=names).values(
            "record", "version", "document", "batch"
        )
        by_version = {(row["record"], row["version"]): row for row in rows}
        for name in names:
            record = current[name]
            before = by_version.get((name, first[name] - 1))
            blocking = None
            # Later changes that were themselves undone are in nobody's way.
            if record.document != by_version[name, last[name]]["document"]:
                blocking = _made(record, by_version, last[name])
            yield Versions(
                record=name,
                current=record.version,
                document=parse(record.document),
                restored=parse(before["document"]) if before else None,
                blocking_batch=blocking,
            )


def _made(record: Record, versions: Mapping[tuple[str, int], Any], after: int) -> str:
    """The batch that brought a record to what it is now, later than version `after`."""
    return next(
        str(versions[record.id, version]["batch"])
        for version in range(after + 1, record.version + 1)
        if versions[record.id, version]["document"] == record.document
    )


def rebuild(pack: Pack) -> int:
    """Empty the tables and write the fold of the ledger. Within the caller's transaction."""
    with connection.cursor() as cursor:
        for table in ("recordunit", "reference", "sourcerow", "record"):
            cursor.execute(f"DELETE FROM registry_{table}")  # noqa: S608
        # Rows of every version, in order: an undone row comes back as the same record.
        for chunk in chunked(rows_ever_stated(), CHUNK):
            cursor.executemany(INSERT_ROW, chunk)
        write(cursor, folded(pack))
    Folding.objects.update_or_create(id=1, defaults={"pack": pack.sha256})
    return Record.objects.exclude(document=None).count()


def folded(pack: Pack) -> Iterator[tuple[Prepared, int]]:
    """The fold of the ledger: every record as its last change leaves it, in order of `seq`."""
    last = Change.objects.values("record").annotate(last=Max("seq")).values("last")
    for change in Change.objects.filter(seq__in=last).order_by("seq").iterator(CHUNK):
        document = parse(change.document)
        prepared = prepare(change.record, change.version, document, pack)
        if document is None:
            prepared = replace(prepared, type=_last_type(change.record))
        yield prepared, change.seq


def _last_type(record: str) -> str:
    """The type of a record that is gone, from the last version that had a document."""
    last = Change.objects.filter(record=record).exclude(document=None).order_by("-version").first()
    return "" if last is None else str(parse(last.document)["type"])


def rows_ever_stated() -> Iterator[tuple[str, str, str]]:
    """Every `(source, row key, record)` that a version of a record states, in order of `seq`."""
    for change in Change.objects.exclude(document=None).order_by("seq").iterator(CHUNK):
        for source in parse(change.document).get("sources", ()):
            yield source["name"], source["key"], change.record
