"""What runs need of the registry to prepare and to prove changes: whole records, whoever asks.

Only the pipeline may come in here; what people see goes through `queries`, which redacts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import tables
from khue.registry.actions.committing import loaded_pack
from khue.registry.actions.erasing import reach_of
from khue.registry.fold import Document
from khue.registry.models import (
    Batch,
    Change,
    Erasure,
    File,
    Proposal,
    ProposalItem,
    Record,
    SavedMapping,
    Source,
    SourceRow,
)

CHUNK = 500


def rows_of_source(source: str, keys: Sequence[str]) -> dict[str, str]:
    """Which record each row key of a source is now; unknown keys are absent.

    A row of a record that was merged is the record that this redirects to.
    """
    found: dict[str, str] = {}
    for chunk in chunked(keys, CHUNK):
        rows = SourceRow.objects.filter(source=source, key__in=chunk)
        found |= dict(rows.values_list("key", "record"))
    final = tables.resolve(set(found.values()))
    return {key: final[record] for key, record in found.items()}


def keys_of_source(source: str, type_: str) -> dict[str, str]:
    """All rows that a source has stated of records of a type that are there: key to record."""
    known = Record.objects.filter(type=type_).values("id")
    rows = SourceRow.objects.filter(source=source, record__in=known)
    first = dict(rows.values_list("key", "record"))
    final = tables.resolve(set(first.values()))
    there = types_of(sorted(set(final.values())))
    return {key: final[record] for key, record in first.items() if final[record] in there}


def heads(records: Sequence[str]) -> dict[str, tuple[int, Document | None]]:
    """Version and whole document of records, for those who prepare changes to them."""
    found: dict[str, tuple[int, Document | None]] = {}
    for names in chunked(records, CHUNK):
        for row in Record.objects.filter(id__in=names).values_list("id", "version", "document"):
            found[row[0]] = (row[1], tables.parse(row[2]))
    return found


def versions(record: str, row: tuple[str, str]) -> list[tuple[Document | None, str]]:
    """Every version of the whole record, oldest first, with the name of the source that it was
    imported from (empty for edits and undos), for those who prepare changes to it.

    `row` (source, key) is the row that is compared: where it was first another record, which has
    been merged into this one, the versions of that one come before those since the merge.
    """
    first = SourceRow.objects.filter(source=row[0], key=row[1]).values_list("record", flat=True)
    line = [*_line(first[0] if first else record, record)]
    found: list[tuple[Document | None, str]] = []
    since = 0
    for name in line:
        rows = Change.objects.filter(record=name, seq__gt=since).order_by("version")
        stored = list(rows.values_list("document", "batch__source__name", "seq", "target"))
        if name != record:
            # What it was before it was merged for the last time.
            while stored and stored[-1][0] is None:
                since = stored.pop()[2]
            # The winner's change of the same batch comes before the loser's.
            since = max(since - 2, 0)
        documents = tables.open_documents(one[0] for one in stored)
        sources = [one[1] or "" for one in stored]
        found += zip(documents, sources, strict=True)
    return found


def _line(first: str, last: str) -> Iterator[str]:
    """The records from one to the one that it redirects to in the end."""
    while first != last:
        yield first
        step = Record.objects.filter(id=first).values_list("merged_into", flat=True).first()
        if step is None:
            break
        first = step
    yield last


def named(type_names: Sequence[str], name_keys: Sequence[str]) -> dict[str, list[str]]:
    """Records of the given types (all if empty) by the exact form of their Vietnamese name."""
    found: dict[str, list[str]] = {}
    for chunk in chunked(name_keys, CHUNK):
        rows = Record.objects.filter(name_key__in=chunk).exclude(document=None)
        if type_names:
            rows = rows.filter(type__in=type_names)
        for key, name in rows.order_by("id").values_list("name_key", "id"):
            found.setdefault(key, []).append(name)
    return found


def types_of(records: Sequence[str]) -> dict[str, str]:
    """The types of those records that are there, by identifier; a merged one is the record that it
    redirects to."""
    final = tables.resolve(records)
    found: dict[str, str] = {}
    for names in chunked(sorted(set(final.values())), CHUNK):
        rows = Record.objects.filter(id__in=names).exclude(document=None)
        found |= dict(rows.values_list("id", "type"))
    return {record: found[now] for record, now in final.items() if now in found}


def is_loaded(pack: Pack) -> bool:
    """Whether this state of the pack is the one that was loaded last."""
    return loaded_pack() == pack.sha256


def has_imported(source: str, sha256: str) -> bool:
    """Whether these bytes came in under this data set's name in a batch that still stands."""
    names = Batch.objects.filter(source__name=source, source__sha256=sha256)
    return any(not _is_undone(name) for name in names.values_list("id", flat=True))


def _is_undone(batch_id: str) -> bool:
    undoing = Batch.objects.filter(undoes=batch_id).values_list("id", flat=True)
    return any(not _is_undone(name) for name in undoing)


def source_digests() -> list[str]:
    """The sha256 of all source bytes that the ledger refers to and that were not erased."""
    kept = Source.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    gone = erased_bytes()
    return [digest for digest in kept if digest not in gone]


def file_digests() -> list[str]:
    """The sha256 of all files of records that were not erased."""
    return list(
        File.objects.filter(erased=None).order_by("sha256").values_list("sha256", flat=True)
    )


def waiting_digests() -> list[str]:
    """The sha256 of the source bytes of proposals."""
    texts = Proposal.objects.exclude(source=None).values_list("source", flat=True)
    return sorted({json.loads(text)["sha256"] for text in texts if text})


def erased_bytes() -> set[str]:
    """The sha256 of all sources and files whose bytes were erased."""
    return {
        digest
        for row in Erasure.objects.values_list("sources", "files")
        for text in row
        for digest in json.loads(text)
    }


def pending_erasures() -> dict[int, list[str]]:
    """Erasures of which something may still lie in files: ledger position to sha256 of bytes."""
    rows = Erasure.objects.filter(purged=False).order_by("change")
    return {row.change: [*json.loads(row.sources), *json.loads(row.files)] for row in rows}


@dataclass(frozen=True)
class ErasureNote:
    """An erasure as it is remembered outside the database: it says of no value what it was."""

    batch: str
    record: str
    field: str
    why: str
    actor: str
    at: str
    bytes: tuple[str, ...]


def erasures() -> list[ErasureNote]:
    """All erasures of the ledger, oldest first."""
    gone = {row.change: row for row in Erasure.objects.all()}
    changes = Change.objects.filter(action="erase").select_related("batch").order_by("seq")
    last = {change.batch_id: change.seq for change in changes}
    notes = []
    for change in changes:
        row = gone.get(last[change.batch_id])
        lost = [] if row is None else [*json.loads(row.sources), *json.loads(row.files)]
        notes.append(
            ErasureNote(
                change.batch_id,
                change.record,
                change.field or "",
                change.batch.why,
                change.actor,
                change.at,
                tuple(lost),
            )
        )
    return notes


def erased_fields(records: Sequence[str]) -> dict[str, set[str]]:
    """The fields that were erased from records, by record."""
    found: dict[str, set[str]] = {}
    for names in chunked(records, CHUNK):
        rows = Change.objects.filter(record__in=names, action="erase")
        for record, field in rows.values_list("record", "field"):
            found.setdefault(record, set()).add(str(field))
    return found


def personal_texts(record: str, field: str) -> tuple[set[str], set[str]]:
    """The values that an erasure would remove, as texts, and the names of the data sets that may
    have stated them: for whoever looks for the source files that hold them."""
    reach = reach_of(record, field)
    texts = {text for value in reach.values for text in _texts_in(json.loads(value))}
    names = {
        source["name"]
        for change in Change.objects.filter(record__in=reach.records).exclude(document=None)
        for source in tables.parse(change.document).get("sources", ())
    }
    for item in ProposalItem.objects.filter(record__in=reach.records).select_related("proposal"):
        if item.proposal.source:
            names.add(json.loads(item.proposal.source)["name"])
    return texts, names


def sources_named(names: Sequence[str]) -> dict[str, str]:
    """Kept bytes of data sets, those of proposals too: sha256 to the name of the file."""
    found = dict(Source.objects.filter(name__in=names).values_list("sha256", "filename"))
    for text in Proposal.objects.exclude(source=None).values_list("source", flat=True):
        source = json.loads(text or "{}")
        if source.get("name") in names:
            found[source["sha256"]] = source["filename"]
    return found


def saved_mapping(source: str, type_name: str) -> dict[str, object] | None:
    """How the columns of a source were read the last time it was settled."""
    row = SavedMapping.objects.filter(source=source, type=type_name).first()
    return None if row is None else dict(json.loads(row.mapping))


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
    elif value is not None:
        yield str(value)
