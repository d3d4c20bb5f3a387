"""What runs need of the registry to prepare and to prove changes: whole records, whoever asks.

Only the pipeline may come in here; what people see goes through `queries`, which redacts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

from django.db.models import Min

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import erasures, merges, tables
from khue.registry.actions.committing import loaded_pack
from khue.registry.fold import Document
from khue.registry.models import (
    Batch,
    Change,
    File,
    Judgement,
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
    final = merges.resolve(set(found.values()))
    return {key: final[record] for key, record in found.items()}


def has_rows(source: str) -> bool:
    """Whether a row of this source has ever been stated."""
    return SourceRow.objects.filter(source=source).exists()


def keys_of_source(source: str, type_: str) -> dict[str, str]:
    """All rows that a source has stated of records of a type that are there: key to record."""
    known = Record.objects.filter(type=type_).values("id")
    rows = SourceRow.objects.filter(source=source, record__in=known)
    first = dict(rows.values_list("key", "record"))
    final = merges.resolve(set(first.values()))
    there = types_of(sorted(set(final.values())))
    return {key: final[record] for key, record in first.items() if final[record] in there}


def heads(records: Sequence[str]) -> dict[str, tuple[int, Document | None]]:
    """Version and whole document of records, for those who prepare changes to them."""
    found: dict[str, tuple[int, Document | None]] = {}
    for names in chunked(records, CHUNK):
        for row in Record.whole.filter(id__in=names).values_list("id", "version", "document"):
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
        rows = Change.objects.filter(record=name, seq__gte=since).order_by("version")
        stored = list(rows.values_list("document", "batch__source__name", "batch"))
        if name != record:
            # What it was before it was merged for the last time.
            merging = ""
            while stored and stored[-1][0] is None:
                merging = stored.pop()[2]
            since = Change.objects.filter(batch=merging).aggregate(first=Min("seq"))["first"] or 0
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
        rows = Record.objects.filter(name_key__in=chunk, is_there=True)
        if type_names:
            rows = rows.filter(type__in=type_names)
        for key, name in rows.order_by("id").values_list("name_key", "id"):
            found.setdefault(key, []).append(name)
    return found


def name_keys(type_name: str) -> Iterator[str]:
    """The names of all records of a type in their exact form, each once. Read from the index alone,
    so that a million take a second; no document is touched."""
    rows = Record.objects.filter(type=type_name).exclude(name_key="")
    yield from rows.order_by("name_key").values_list("name_key", flat=True).distinct().iterator()


def units_of(records: Sequence[str]) -> dict[str, set[str]]:
    """The present units of records, those around them too; records without a place are absent."""
    found: dict[str, set[str]] = {}
    for names in chunked(records, CHUNK):
        rows = Record.objects.filter(id__in=names).exclude(units="")
        found |= {record: set(units.split()) for record, units in rows.values_list("id", "units")}
    return found


def judged() -> dict[tuple[str, str], str]:
    """What people judged of two records (in order of their identifiers): the last verdict of each
    pair stands."""
    rows = Judgement.objects.order_by("id").values_list("one", "other", "verdict")
    return {(one, other): verdict for one, other, verdict in rows}


def count_waiting(proposal: str) -> int:
    """How many records of a proposal wait for a decision."""
    return ProposalItem.objects.filter(proposal=proposal, status="waiting").count()


def count_changes(batch: str) -> int:
    """How many changes a batch made."""
    return Change.objects.filter(batch=batch).count()


def withdrawn(records: Sequence[str]) -> set[str]:
    """Those of `records` that someone has withdrawn, and nobody brought back."""
    found: dict[str, str] = {}
    for names in chunked(records, CHUNK):
        gone = Record.objects.filter(id__in=names, is_there=False, merged_into=None).values("id")
        changes = Change.objects.filter(record__in=gone).exclude(action="erase")
        found |= dict(changes.order_by("version").values_list("record", "action"))
    return {record for record, action in found.items() if action == "withdraw"}


def types_of(records: Sequence[str]) -> dict[str, str]:
    """The types of those records that are there, by identifier; a merged one is the record that it
    redirects to."""
    final = merges.resolve(records)
    found: dict[str, str] = {}
    for names in chunked(sorted(set(final.values())), CHUNK):
        rows = Record.objects.filter(id__in=names, is_there=True)
        found |= dict(rows.values_list("id", "type"))
    return {record: found[now] for record, now in final.items() if now in found}


def was_replaced(pack: Pack) -> bool:
    """Whether this state of the pack was loaded before and another one after it."""
    loads = Change.objects.filter(record=tables.PACK).values_list("document", flat=True)
    known = {tables.parse(text)["sha256"] for text in loads}
    return pack.sha256 in known and not is_loaded(pack)


def is_loaded(pack: Pack) -> bool:
    """Whether this state of the pack is the one that was loaded last."""
    return loaded_pack() == pack.sha256


def loaded_pack_entry() -> dict[str, str]:
    """Name, version and sha256 of the pack that was loaded last; empty before the first."""
    last = Change.objects.filter(record=tables.PACK).order_by("-version").first()
    return {} if last is None else dict(tables.parse(last.document))


def loaded_places(until: int | None = None) -> str:
    """What the gazetteer is made of beside its package (or was at a position of the ledger), as the
    ledger's text; empty before anything was loaded. Quick: whoever needs a gazetteer asks."""
    loads = Change.objects.filter(record=tables.PLACES).order_by("-version")
    if until is not None:
        loads = loads.filter(seq__lte=until)
    return loads.values_list("document", flat=True).first() or ""


def batches_of_places() -> dict[int, Batch]:
    """The batch of each version of what the gazetteer is made of."""
    loads = Change.objects.filter(record=tables.PLACES).select_related("batch")
    return {one.version: one.batch for one in loads}


def has_imported(source: str, sha256: str) -> bool:
    """Whether these bytes came in under this data set's name in a batch that still stands."""
    return (source, sha256) in imported([source])


def imported(sources: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of data sets of these names, the name and the sha256 of bytes that came in under it in a
    batch that still stands; one after the other, since looking for all of them takes a while."""
    named = Batch.objects.filter(source__name__in=list(sources))
    for batch, name, sha256 in named.values_list("id", "source__name", "source__sha256"):
        if not _is_undone(batch):
            yield name, sha256


def _is_undone(batch_id: str) -> bool:
    undoing = Batch.objects.filter(undoes=batch_id).values_list("id", flat=True)
    return any(not _is_undone(name) for name in undoing)


def source_digests() -> list[str]:
    """The sha256 of all source bytes that the ledger refers to and that were not erased."""
    kept = Source.objects.order_by("sha256").values_list("sha256", flat=True).distinct()
    gone = erasures.sources()
    return [digest for digest in kept if digest not in gone]


def file_digests() -> list[str]:
    """The sha256 of all files of records that were not erased."""
    return list(
        File.objects.filter(erased=None).order_by("sha256").values_list("sha256", flat=True)
    )


def has_kept(sha256: str) -> bool:
    """Whether these bytes were ever kept as a file of a record, erased or not."""
    return File.objects.filter(sha256=sha256).exists()


def proposed_sources() -> dict[str, str]:
    """Kept bytes that proposals which wait were read from: sha256 to the name of the file."""
    waiting = Proposal.objects.exclude(source=None).exclude(status="decided")
    texts = waiting.values_list("source", flat=True)
    found = [json.loads(text or "{}") for text in texts]
    gone = erasures.sources()
    return {one["sha256"]: one["filename"] for one in found if one["sha256"] not in gone}


def erased_fields(records: Sequence[str]) -> dict[str, set[str]]:
    """The fields that were erased from records, or from those merged into them, by record.

    Not those of which an erasure in another record took some values only: such a record had been
    merged with the other once, and what it says itself is not what was to be forgotten."""
    found: dict[str, set[str]] = {}
    losers = merges.aliases(records)
    holders = {loser: record for record, names in losers.items() for loser in names}
    for names in chunked([*records, *holders], CHUNK):
        rows = Change.objects.filter(record__in=names, action="erase")
        for record, field, text in rows.values_list("record", "field", "document"):
            if text is None or field not in json.loads(text):
                found.setdefault(holders.get(record, record), set()).add(str(field))
    return found


def sources_named(names: Collection[str]) -> dict[str, str]:
    """Kept bytes of data sets: sha256 to the name of the file."""
    found = dict(Source.objects.filter(name__in=names).values_list("sha256", "filename"))
    gone = erasures.sources()
    return {digest: name for digest, name in found.items() if digest not in gone}


def saved_mapping(source: str, type_name: str) -> dict[str, object] | None:
    """How the columns of a source were read the last time it was settled."""
    row = SavedMapping.objects.filter(source=source, type=type_name).first()
    return None if row is None else dict(json.loads(row.mapping))
