"""What runs need of the registry to prepare and to prove changes: whole records, whoever asks.

Only the pipeline may come in here; what people see goes through `queries`, which redacts.
"""

from __future__ import annotations

from collections.abc import Sequence

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import tables
from khue.registry.fold import Document
from khue.registry.models import Batch, Change, Folding, Record, Source, SourceRow

CHUNK = 500


def rows_of_source(source: str, keys: Sequence[str]) -> dict[str, str]:
    """Which record each row key of a source is; unknown keys are absent."""
    found: dict[str, str] = {}
    for chunk in chunked(keys, CHUNK):
        rows = SourceRow.objects.filter(source=source, key__in=chunk)
        found |= dict(rows.values_list("key", "record"))
    return found


def keys_of_source(source: str, type_: str) -> dict[str, str]:
    """All rows that a source has stated of records of a type that are there: key to record."""
    present = Record.objects.filter(type=type_).exclude(document=None).values("id")
    rows = SourceRow.objects.filter(source=source, record__in=present)
    return dict(rows.values_list("key", "record"))


def heads(records: Sequence[str]) -> dict[str, tuple[int, Document | None]]:
    """Version and whole document of records, for those who prepare changes to them."""
    found: dict[str, tuple[int, Document | None]] = {}
    for names in chunked(records, CHUNK):
        for row in Record.objects.filter(id__in=names).values_list("id", "version", "document"):
            found[row[0]] = (row[1], tables.parse(row[2]))
    return found


def versions(record: str) -> list[tuple[Document | None, str]]:
    """Every version of the whole record, oldest first, with the name of the source that it was
    imported from (empty for edits and undos), for those who prepare changes to it."""
    rows = Change.objects.filter(record=record).order_by("version")
    stored = rows.values_list("document", "batch__source__name")
    return [(tables.parse(text), source or "") for text, source in stored]


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
    """The types of those records that are there, by identifier."""
    found: dict[str, str] = {}
    for names in chunked(records, CHUNK):
        rows = Record.objects.filter(id__in=names).exclude(document=None)
        found |= dict(rows.values_list("id", "type"))
    return found


def is_folded_with(pack: Pack) -> bool:
    """Whether the tables show what this state of the pack makes public."""
    return Folding.objects.filter(pack=pack.sha256).exists()


def has_imported(source: str, sha256: str) -> bool:
    """Whether these bytes came in under this data set's name in a batch that still stands."""
    names = Batch.objects.filter(source__name=source, source__sha256=sha256)
    return any(not _is_undone(name) for name in names.values_list("id", flat=True))


def _is_undone(batch_id: str) -> bool:
    undoing = Batch.objects.filter(undoes=batch_id).values_list("id", flat=True)
    return any(not _is_undone(name) for name in undoing)


def source_digests() -> list[str]:
    """The sha256 of all source bytes that the ledger refers to."""
    return list(Source.objects.order_by("sha256").values_list("sha256", flat=True).distinct())
