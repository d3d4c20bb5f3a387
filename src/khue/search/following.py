"""Following the ledger: one writer at a time brings the index up to the head.

A crash leaves the index behind, never wrong: entries and the marker of the position are committed
together. Who cannot take the lock does nothing, since its holder reads the head again after
releasing it. An index that is missing, corrupt or laid out otherwise is rebuilt, and so is one that
holds words of a record which has been closed: Tantivy keeps what was deleted until segments merge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeGuard

import tantivy

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.search import generations
from khue.search.entries import label_token
from khue.search.layout import MARKER, Layout, marker, term
from khue.search.reading import Reader, reader_of
from khue.search.writing import LOT, Ledger, add_entries, replace_entries, writing

CHANGES = 10_000
"""So many changes are read, indexed and committed together."""

REBUILT = 100_000
"""An index of up to so many entries is rebuilt when one is taken out of it: about ten seconds."""


def layout_for(pack: Pack) -> Layout:
    """The layout of an index of the pack. Its labels are in the text, so its files count too."""
    return Layout(facets=pack.facets, pack=pack.sha256)


def catch_up(folder: Path, ledger: Ledger, pack: Pack) -> int:
    """Bring the index to the head of the ledger; gives the number of entries written.

    Does nothing if another is at it. Makes the index if it is missing or of another layout.

    A record that was in the index and has become closed or been removed is no longer found as soon
    as this turn commits. Then an index of up to `REBUILT` entries is rebuilt, so that no word of
    the record stays on the disk; a larger one keeps them in its files, where no search sees them,
    until its segments merge or someone rebuilds it. (A record that only lost some of its public
    text counts as changed: its old words stay until then too.)
    """
    done = 0
    while not _is_current(folder, ledger, pack):
        with generations.lock(folder) as held:
            moved = _move_on(folder, ledger, pack) if held else None
        if moved is None:
            return done
        done += moved
    return done


def rebuild(folder: Path, ledger: Ledger, pack: Pack) -> int:
    """Build the index again in a new folder and swap; gives the number of its entries.

    Waits for a writer that is at work. Nothing that was ever in the old index stays on the disk.
    """
    with generations.lock(folder, wait=True):
        done = _rebuild(folder, ledger, pack)
    return done + catch_up(folder, ledger, pack)


def position_of(folder: Path) -> int:
    """The ledger position up to which the index has read; 0 if there is none that can be read."""
    return _position(reader_of(folder)) or 0


def _is_current(folder: Path, ledger: Ledger, pack: Pack) -> bool:
    reader = reader_of(folder)
    return _is_usable(reader, ledger, pack) and _position(reader) == ledger.head()


def _is_usable(reader: Reader | None, ledger: Ledger, pack: Pack) -> TypeGuard[Reader]:
    """Whether an index can be brought up to the head, so that it need not be rebuilt.

    One that is ahead of the ledger was made from another ledger.
    """
    if reader is None or reader.layout != layout_for(pack).name:
        return False
    position = _position(reader)
    return position is not None and position <= ledger.head()


def _position(reader: Reader | None) -> int | None:
    try:
        return reader.position if reader else None
    except ValueError:
        return None


def _move_on(folder: Path, ledger: Ledger, pack: Pack) -> int | None:
    """One turn of the holder of the lock: the number of entries written.

    None if another writes although we hold the lock (a program that does not know of it).
    """
    reader = reader_of(folder)
    if not _is_usable(reader, ledger, pack):
        return _rebuild(folder, ledger, pack)
    changes = ledger.changes_since(reader.position, CHANGES)
    if not changes:  # the holder before us has done it
        return 0
    try:
        return _follow(ledger, pack, reader, changes)
    except ValueError as problem:
        if "LockBusy" in str(problem):
            return None
        raise


def _follow(ledger: Ledger, pack: Pack, reader: Reader, changes: Sequence[tuple[int, str]]) -> int:
    """Index the records of some changes, and those whose text holds a label that changed.

    If that takes an entry out of an index that is not too large, the index is left without the
    marker of its position: so the next turn rebuilds it, even if we die before.
    """
    changed = list(dict.fromkeys(record for _, record in changes))
    with writing(tantivy.Index.open(str(reader.generation))) as writer:
        labels = replace_entries(writer, changed, ledger, pack)
        stale = _holding_other_labels(reader, changed, labels)
        dependents = sorted(stale.difference(changed))
        replace_entries(writer, dependents, ledger, pack)
        writer.delete_documents_by_term("id", MARKER)
        # The frequency counts what was deleted too, as long as it is in the files.
        gone = (one for one in changed if one not in labels)
        is_purged = any(reader.searcher.doc_freq("id", one) for one in gone)
        if not is_purged or reader.searcher.num_docs > REBUILT:
            writer.add_document(marker(changes[-1][0]))
    return len(changed) + len(dependents)


def _rebuild(folder: Path, ledger: Ledger, pack: Pack) -> int:
    """A new generation with all that is public, made current when it is complete."""
    layout = layout_for(pack)
    generations.sweep(folder)
    generation = generations.begin(folder, layout)
    # The head before the records: what changes meanwhile is indexed again, never missed.
    head = ledger.head()
    done = 0
    with writing(tantivy.Index(layout.schema(), str(generation))) as writer:
        for ids in chunked(ledger.ids(), LOT):
            done += len(add_entries(writer, ids, ledger, pack))
        writer.add_document(marker(head))
    generations.switch(folder, generation)
    return done


def _holding_other_labels(
    reader: Reader, changed: Sequence[str], labels: Mapping[str, Mapping[str, str]]
) -> set[str]:
    """Records whose entries were made with another label of a changed record than it has now."""
    found: set[str] = set()
    for record in changed:
        referring = reader.searcher.doc_freq("reference", record)
        if not referring:
            continue
        current = label_token(record, labels.get(record))
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, term(reader.schema, "reference", record)),
                (tantivy.Occur.MustNot, term(reader.schema, "reference", current)),
            ]
        )
        hits = reader.searcher.search(query, referring, count=False).hits
        found.update(reader.searcher.doc(address)["id"][0] for _, address in hits)
    return found
