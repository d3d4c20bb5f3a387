"""Following the ledger: one writer at a time brings an index up to the head.

A crash leaves the index behind, never wrong: entries and the marker of the position are committed
together. Who cannot take the lock does nothing, since its holder reads the head again after
releasing it. An index that is missing, corrupt or laid out otherwise is rebuilt. So is one that
holds words that must go, since Tantivy keeps what was deleted until segments merge: both indexes
when something was erased, and the public one when a record was closed.

Indexes that stand at one position move on together, so that each record is read and folded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path

import tantivy

from khue.model.packs import Pack
from khue.search import generations
from khue.search.ahead import Ahead
from khue.search.entries import label_token
from khue.search.layout import MARKER, Layout, Sight, marker, term
from khue.search.reading import Reader, reader_of
from khue.search.writing import MANY, Ledger, begun, delete, making, write, writing

CHANGES = 100_000
"""So many changes are read, indexed and committed together: Tantivy merges what it has committed,
and with turns a tenth as long works half as long again."""

REBUILT = 100_000
"""A public index of up to so many entries is rebuilt when one is taken out: about ten seconds."""

Folders = Mapping[Sight, Path]
"""The folders of those indexes that are meant."""


def layout_for(pack: Pack, sight: Sight) -> Layout:
    """The layout of an index of the pack. Its labels are in the text, so its files count too."""
    return Layout(sight=sight, facets=pack.facets, pack=pack.sha256)


def catch_up(folders: Folders, ledger: Ledger, pack: Pack, ahead: Ahead | None = None) -> int:
    """Bring indexes to the head of the ledger; gives the number of records indexed.

    Does nothing for one that another is at. Makes one that is missing or of another layout. What
    was made `ahead`, by this pack, is not made again where the ledger is still at that.

    What was erased, and a record that was in the public index and has become closed or been
    removed, is no longer found as soon as this turn commits. After an erasure both indexes are then
    rebuilt, however large they are; after a closing an index of up to `REBUILT` entries, so that no
    word of the record stays on the disk; a larger one keeps them in its files, where no search sees
    them, until its segments merge or someone rebuilds it. (A record that only lost some of its
    public text counts as changed: its old words stay until then too. The staff index keeps them as
    the ledger does.)
    """
    done = 0
    while behind := _behind(folders, ledger, pack):
        with ExitStack() as stack:
            held = {
                sight: folder
                for sight, folder in behind.items()
                if stack.enter_context(generations.lock(folder))
            }
            moved = _move_on(held, ledger, pack, ahead or Ahead()) if held else None
        if moved is None:
            return done
        done += moved
    return done


def rebuild(folders: Folders, ledger: Ledger, pack: Pack) -> int:
    """Build indexes again in new folders and swap; gives the number of records indexed.

    Waits for a writer that is at work. Nothing that was ever in the old ones stays on the disk.
    Before, the old ones move on to the head: while the new ones are made, which may take minutes,
    nobody finds what was closed or erased.
    """
    with ExitStack() as stack:
        for _, folder in sorted(folders.items()):  # everyone in one order, or two wait for ever
            stack.enter_context(generations.lock(folder, wait=True))
        with suppress(OSError, ValueError):  # what is corrupt is rebuilt as it is
            while _follow(_usable(folders, ledger, pack)[0], ledger, pack, Ahead()):
                pass
        done = _rebuild(folders, ledger, pack)
    return done + catch_up(folders, ledger, pack)


def position_of(folder: Path) -> int:
    """The ledger position up to which an index has read; 0 if there is none that can be read."""
    return position_in(reader_of(folder)) or 0


def _usable(folders: Folders, ledger: Ledger, pack: Pack) -> tuple[dict[Sight, Reader], int]:
    """Those indexes that can be brought up to the head, so that they need not be rebuilt, and the
    head.

    One that is ahead of the ledger was made from another ledger. So the head is read last: others
    may write, and index what they wrote, while we look.
    """
    readers = {sight: reader_of(folder) for sight, folder in folders.items()}
    positions = {sight: position_in(reader) for sight, reader in readers.items()}
    head = ledger.head()
    usable = {
        sight: reader
        for sight, reader in readers.items()
        if reader is not None and reader.layout == layout_for(pack, sight).name
        if (position := positions[sight]) is not None and position <= head
    }
    return usable, head


def _behind(folders: Folders, ledger: Ledger, pack: Pack) -> Folders:
    """Those indexes that are not at the head, have to be rebuilt, or have beside them what one that
    died left there: with words that must go, it may be."""
    readers, head = _usable(folders, ledger, pack)
    return {
        sight: folder
        for sight, folder in folders.items()
        if sight not in readers or readers[sight].position != head or generations.others(folder)
    }


def position_in(reader: Reader | None) -> int | None:
    """The position of an index; None if it cannot be read, or has to be rebuilt."""
    try:
        return reader.position if reader else None
    except ValueError:
        return None


def _move_on(held: Folders, ledger: Ledger, pack: Pack, ahead: Ahead) -> int | None:
    """One turn of the holder of the locks: the number of records indexed.

    None if another writes although we hold the lock (a program that does not know of it).
    """
    for folder in held.values():
        generations.sweep(folder)
    readers, _ = _usable(held, ledger, pack)
    if lost := {sight: folder for sight, folder in held.items() if sight not in readers}:
        return _rebuild(lost, ledger, pack)
    try:
        return _follow(readers, ledger, pack, ahead)
    except ValueError as problem:
        if "LockBusy" in str(problem):
            return None
        raise


def _follow(readers: Mapping[Sight, Reader], ledger: Ledger, pack: Pack, ahead: Ahead) -> int:
    """Let those indexes that are furthest behind follow some changes: index their records, and
    those whose text holds a label that changed. Gives their number: 0 at the head.

    What must not stay on the disk is found by nobody from then on. The index is left without the
    marker of its position: so the next turn rebuilds it, even if we die before.
    """
    start = min((reader.position for reader in readers.values()), default=0)
    changes = ledger.changes_since(start, CHANGES) if readers else ()
    if not changes:
        return 0
    readers = {sight: reader for sight, reader in readers.items() if reader.position == start}
    changed, end = {record: seq for seq, record in changes}, changes[-1][0]
    erased = ledger.has_erased(start, end)
    # A rebuild never looks at what was made ahead, so neither does what comes before it.
    blocks, ready = (Ahead() if erased else ahead).fitting(changed)
    rest = [record for record in changed if record not in ready]
    public: set[str] = set()
    with making(ledger, pack, whole="staff" in readers, many=len(rest) >= MANY) as make:
        lots = chain(begun(make(rest)), ahead.made(blocks))
        indexes = {
            sight: tantivy.Index.open(str(reader.generation)) for sight, reader in readers.items()
        }
        with writing(indexes) as writers:
            for sight, reader in readers.items():
                delete({sight: writers[sight]}, _held(reader, changed))
            for made in lots:
                write(writers, made)
                public.update(made.public)
            dependents = sorted(
                _holding_other_labels(readers, [*changed], ledger).difference(changed)
            )
            delete(writers, dependents)
            for made in make(dependents):
                write(writers, made)
            gone = [record for record in changed if record not in public]
            for sight, writer in writers.items():
                writer.delete_documents_by_term("id", MARKER)
                is_to_purge = sight == "public" and _is_to_purge(readers[sight], gone)
                if not (erased or is_to_purge):
                    writer.add_document(marker(end))
    return len(changed) + len(dependents)


def _is_to_purge(reader: Reader, gone: Iterable[str]) -> bool:
    """Whether a public index has to be rebuilt because it held one of these records."""
    return reader.searcher.num_docs <= REBUILT and any(_held(reader, gone))


def _held(reader: Reader, records: Iterable[str]) -> Iterator[str]:
    """Those of these records that an index holds, or that are in its files although they were
    deleted. Each that is deleted takes a kilobyte of memory, so one does not delete what is not
    there."""
    return (record for record in records if reader.searcher.doc_freq("id", record))


def _rebuild(folders: Folders, ledger: Ledger, pack: Pack) -> int:
    """New generations with all that there is, each made current when all are complete."""
    made: dict[Sight, Path] = {}
    for sight, folder in folders.items():
        generations.sweep(folder)
        made[sight] = generations.begin(folder, layout_for(pack, sight))
    # The head before the records: what changes meanwhile is indexed again, never missed.
    head = ledger.head()
    done = 0
    staff = "staff" in folders
    with making(ledger, pack, whole=staff, many=head >= MANY) as make:
        lots = begun(make(ledger.ids("staff" if staff else "public")))
        indexes = {
            sight: tantivy.Index(layout_for(pack, sight).schema(), str(generation))
            for sight, generation in made.items()
        }
        with writing(indexes) as writers:
            for lot in lots:
                write(writers, lot)
                done += len(lot.documents)
            for writer in writers.values():
                writer.add_document(marker(head))
    for sight, folder in folders.items():
        generations.switch(folder, made[sight])
    return done


def _holding_other_labels(
    readers: Mapping[Sight, Reader], changed: Sequence[str], ledger: Ledger
) -> set[str]:
    """Records whose entries were made with other labels of a changed record than it has now.

    Whoever refers to a record that redirects to a changed one holds the label of that one.
    """
    aliases = ledger.aliases(changed)
    names = dict.fromkeys([*changed, *(one for each in aliases.values() for one in each)])
    named = [one for one in names if any(_referring(reader, one) for reader in readers.values())]
    shown = ledger.labels(named, "public")
    known = ledger.labels(named, "staff") if "staff" in readers else {}
    found: set[str] = set()
    for sight, reader in readers.items():
        for record in named:
            labels = (shown, known) if sight == "staff" else (shown,)
            current = label_token(record, *(each.get(record) for each in labels))
            found.update(_referring_otherwise(reader, record, current))
    return found


def _referring(reader: Reader, record: str) -> int:
    """How many entries refer to a record, at most."""
    return reader.searcher.doc_freq("reference", record)


def _referring_otherwise(reader: Reader, record: str, token: str) -> Iterator[str]:
    """The records whose entries refer to a record by another label token than this."""
    if not (limit := _referring(reader, record)):
        return
    query = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Must, term(reader.schema, "reference", record)),
            (tantivy.Occur.MustNot, term(reader.schema, "reference", token)),
        ]
    )
    for _, address in reader.searcher.search(query, limit, count=False).hits:
        yield reader.searcher.doc(address)["id"][0]
