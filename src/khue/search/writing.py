"""Writing entries: what the indexes read of the ledger, and how it becomes index documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import tantivy

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.model.values import Context
from khue.search.entries import Flats, entry, staff_entry, targets_of
from khue.search.layout import Sight, document_of

HEAP_BYTES = 64_000_000
THREADS = 1
"""Of each writer. Making entries takes five times as long as one thread of Tantivy needs."""

LOT = 1_000
"""So many documents are in memory at a time."""

Documents = Mapping[str, dict[str, Any] | None]
"""Documents by record; None where there is nothing to see."""

Labels = Mapping[str, Mapping[str, str]]
"""Labels of records in both languages, by identifier."""

Writers = Mapping[Sight, tantivy.IndexWriter]
"""Those indexes that are written to together, so that a record is read and folded once."""


class Ledger(Protocol):
    """What search reads of the registry, as the public sees it or as staff without limits do."""

    def head(self) -> int:
        """The position of the ledger."""

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        """The next changes after a position, `(seq, record)`."""

    def has_erased(self, after: int, until: int) -> bool:
        """Whether one of the changes after a position, up to another, erased something."""

    def ids(self, sight: Sight) -> Iterator[str]:
        """All records that can be seen."""

    def documents(self, ids: Sequence[str], sight: Sight) -> Documents:
        """What can be seen of records; None for one that is not there or redirects to another."""

    def labels(self, ids: Sequence[str], sight: Sight) -> Labels:
        """Labels of those records that can be seen; of one that redirects, that of the other."""

    def aliases(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Which records redirect to each of these, over however many others."""


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
    writers: Writers, records: Sequence[str], ledger: Ledger, pack: Pack
) -> set[str]:
    """Replace the entries of some records; gives those that everyone may find now."""
    public: set[str] = set()
    for ids in chunked(records, LOT):
        for writer in writers.values():
            for record in ids:
                writer.delete_documents_by_term("id", record)
        public |= add_entries(writers, ids, ledger, pack)
    return public


def add_entries(writers: Writers, ids: Sequence[str], ledger: Ledger, pack: Pack) -> set[str]:
    """Add an entry for each record to each index whose readers see something of it; gives those
    that everyone may find."""
    public = {
        name: document
        for name, document in ledger.documents(ids, "public").items()
        # A type that the pack no longer has is public to nobody.
        if document is not None and document["type"] in pack.types
    }
    whole = ledger.documents(ids, "staff") if "staff" in writers else {}
    documents = [one for one in (whole or public).values() if one is not None]
    targets = sorted({t for one in documents for t in targets_of(one, pack.types.get(one["type"]))})
    shown = {name: dict(label) for name, label in ledger.labels(targets, "public").items()}
    known = ledger.labels(targets, "staff") if "staff" in writers else {}
    context = Context(pack=pack, resolve_place=_resolve_nothing, label_of=shown.get)
    flats: Flats = {}
    for record in ids:
        made = None
        if (face := public.get(record)) is not None:
            made = face, entry(face, pack, context, flats)
        if made is not None and "public" in writers:
            writers["public"].add_document(document_of(made[1]))
        if (document := whole.get(record)) is not None:
            one = staff_entry(document, made, pack, context, known.get, flats)
            writers["staff"].add_document(document_of(one))
    return set(public)


def _resolve_nothing(stated: str) -> dict[str, Any]:
    """Places are resolved when they come in; the index keeps what the record holds."""
    return {"stated": stated, "code": None, "candidates": []}
