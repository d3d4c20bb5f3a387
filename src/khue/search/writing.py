"""Writing entries: what the index reads of the ledger, and how it becomes index documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import tantivy

from khue.lib.chunks import chunked
from khue.model.packs import Field, Pack, Type
from khue.model.values import Context
from khue.registry.fold import leaves
from khue.search.entries import entry
from khue.search.layout import document_of

HEAP_BYTES = 128_000_000
THREADS = 2
LOT = 1_000
"""So many documents are in memory at a time."""

Labels = Mapping[str, Mapping[str, str]]
"""Labels of records in both languages, by identifier."""


class Ledger(Protocol):
    """What search reads of the registry, as the public sees it."""

    def head(self) -> int:
        """The position of the ledger."""

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        """The next changes after a position, `(seq, record)`."""

    def ids(self) -> Iterator[str]:
        """All records that the public may see."""

    def public_documents(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any] | None]:
        """Public document by record; None where there is nothing for the public."""

    def labels(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Labels of those records that the public may see."""


@contextmanager
def writing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """A writer that commits at the end or not at all, lets merges end, and gives up its lock."""
    writer = index.writer(HEAP_BYTES, THREADS)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def replace_entries(
    writer: tantivy.IndexWriter, records: Sequence[str], ledger: Ledger, pack: Pack
) -> dict[str, Mapping[str, str]]:
    """Replace the entries of some records; gives the labels of those that have one now."""
    labels: dict[str, Mapping[str, str]] = {}
    for ids in chunked(records, LOT):
        for record in ids:
            writer.delete_documents_by_term("id", record)
        labels |= add_entries(writer, ids, ledger, pack)
    return labels


def add_entries(
    writer: tantivy.IndexWriter, ids: Sequence[str], ledger: Ledger, pack: Pack
) -> dict[str, Mapping[str, str]]:
    """Add an entry for each record of which the public sees something; gives their labels."""
    found = ledger.public_documents(ids)
    documents = [
        document
        for record in ids
        # A type that the pack no longer has is public to nobody.
        if (document := found.get(record)) is not None and document["type"] in pack.types
    ]
    context = _context(documents, ledger, pack)
    labels: dict[str, Mapping[str, str]] = {}
    for document in documents:
        made = entry(document, pack, context)
        writer.add_document(document_of(made))
        labels[made.id] = made.label
    return labels


def _context(documents: Sequence[dict[str, Any]], ledger: Ledger, pack: Pack) -> Context:
    """What value kinds need to flatten these documents: the public labels they refer to."""
    targets = {
        target
        for document in documents
        for field, target in leaves(document, _referring(pack.types[document["type"]]))
        if field.kind == "reference"
    }
    labels = {name: dict(label) for name, label in ledger.labels(sorted(targets)).items()}
    return Context(pack=pack, resolve_place=_resolve_nothing, label_of=labels.get)


def _referring(type_: Type) -> dict[str, Field]:
    """The fields of a type that hold references, alone or inside statements."""
    return {
        name: field
        for name, field in type_.fields.items()
        if any(leaf.kind == "reference" for leaf in field.leaves())
    }


def _resolve_nothing(stated: str) -> dict[str, Any]:
    """Places are resolved when they come in; the index keeps what the record holds."""
    return {"stated": stated, "code": None, "candidates": []}
