"""Writing entries: what the indexes read of the ledger, and how it becomes index documents."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol

import orjson
import tantivy

from khue.lib.chunks import chunked
from khue.lib.parallel import Mapped, mapping
from khue.model.packs import Pack
from khue.registry.fold import Document
from khue.search.entries import Entries, context_of
from khue.search.layout import Sight, register_tokenizers, values_of

HEAP_BYTES = 64_000_000
THREADS = 1
"""Of each writer: the two together keep a core busy, making entries and the ledger the other."""

LOT = 500
"""So many records are read and made entries of together."""

MANY = 5_000
"""From so many records on, entries are made on all cores."""

Text = Document | str | bytes | None
Texts = Mapping[str, tuple[Text, Text]]
"""What the public sees of records, and all that they hold, as documents or as their JSON; None
where there is nothing."""

Labels = Mapping[str, dict[str, str]]
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

    def texts(self, ids: Sequence[str], *, whole: bool) -> Texts:
        """What can be seen of records, without `whole` by the public alone; nothing of one that is
        not there or redirects to another."""

    def labels(self, ids: Sequence[str], sight: Sight) -> Labels:
        """Labels of those records that can be seen; of one that redirects, that of the other."""

    def aliases(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Which records redirect to each of these, over however many others."""


class Lot(NamedTuple):
    """Records to make entries of, and the labels, for the public and for staff, of those records
    whose labels were `asked` for."""

    texts: Texts
    asked: frozenset[str]
    shown: Labels
    known: Labels


class Made(NamedTuple):
    """What the document of each of some entries holds (see `values_of`), as JSON, which Tantivy
    reads in less time than Python takes it apart: in both indexes, and beside that in the public
    one (None where it has no such entry) and in the one for staff. `public` are those records that
    everyone may find. `unlabelled` refer to others, whose labels have to be asked for first."""

    documents: list[tuple[bytes, bytes | None, bytes]]
    public: list[str]
    unlabelled: dict[str, set[str]]


Making = Callable[[Iterable[str]], Iterator[Made]]


class Maker:
    """Makes entries of a lot; touches no database, so any process may do it."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._entries = Entries(pack)

    def __call__(self, lot: Lot) -> Made:
        documents: list[tuple[bytes, bytes | None, bytes]] = []
        public_records: list[str] = []
        unlabelled: dict[str, set[str]] = {}
        entries = self._entries
        context, known = context_of(self._pack, lot.shown.get), lot.known.get
        for record, texts in lot.texts.items():
            public, whole = _parsed(texts[0]), _parsed(texts[1])
            document = public if whole is None else whole
            if document is None:
                continue
            targets = entries.targets_of(document)
            if not targets <= lot.asked:
                unlabelled[record] = targets
                continue
            entry = entries.of(public, whole, context, known)
            if entry is not None:
                both, public_one, staff_one = map(orjson.dumps, values_of(entry))
                documents.append((both, public_one if entry.public else None, staff_one))
                if entry.public:
                    public_records.append(record)
        return Made(documents, public_records, unlabelled)


@contextmanager
def making(ledger: Ledger, pack: Pack, *, whole: bool, many: bool) -> Iterator[Making]:
    """What makes the entries of records, lot by lot; if there are `many`, on all cores.

    Without `whole`, only what the public sees is read. The processes begin with the first lot:
    that has to be before Tantivy's threads do (see `begun`).
    """
    with mapping(Maker(pack), parallel=many) as mapped:
        yield lambda ids: _made(mapped, ids, ledger, whole)


def begun(lots: Iterator[Made]) -> Iterator[Made]:
    """The same lots, of which the first has been made already."""
    return chain(list(islice(lots, 1)), lots)


def _made(
    mapped: Mapped[Lot, Made], ids: Iterable[str], ledger: Ledger, whole: bool
) -> Iterator[Made]:
    fresh, again = chunked(ids, LOT), deque[Mapping[str, set[str]]]()
    waiting = True
    while waiting:
        for made in mapped(_lots(fresh, again, ledger, whole)):
            if made.unlabelled:
                again.append(made.unlabelled)
            yield made
        waiting = bool(again)


def _lots(
    fresh: Iterable[Sequence[str]],
    again: deque[Mapping[str, set[str]]],
    ledger: Ledger,
    whole: bool,
) -> Iterator[Lot]:
    """Lots of records, and of those again that turned out to refer to others."""
    for ids in chain([()], fresh):
        if ids:
            yield Lot(ledger.texts(ids, whole=whole), frozenset(), {}, {})
        while again:
            wanted = again.popleft()
            targets = sorted({target for each in wanted.values() for target in each})
            # The texts before the labels: a label that changes meanwhile is a change to come.
            texts = ledger.texts(list(wanted), whole=whole)
            shown = ledger.labels(targets, "public")
            known = ledger.labels(targets, "staff") if whole else {}
            yield Lot(texts, frozenset(targets), shown, known)


@contextmanager
def writing(indexes: Mapping[Sight, tantivy.Index]) -> Iterator[Writers]:
    """A writer of each index. They commit at the end or not at all, let merges end, and give up
    their locks."""
    writers: dict[Sight, tantivy.IndexWriter] = {}
    try:
        for sight, index in indexes.items():
            register_tokenizers(index)
            writers[sight] = index.writer(HEAP_BYTES, THREADS)
            # Who was killed while committing may have left a list of deleted entries under the very
            # name that the next commit gives to its own.
            writers[sight].garbage_collect_files()
        yield writers
        with ThreadPoolExecutor(len(writers)) as pool:  # half of a commit is waiting for the disk
            deque(pool.map(tantivy.IndexWriter.commit, writers.values()), maxlen=0)
    except BaseException:
        for writer in writers.values():
            writer.rollback()
        raise
    finally:
        for writer in writers.values():
            writer.wait_merging_threads()


def write(writers: Writers, made: Made) -> None:
    """Add each entry to each index whose readers see something of it."""
    public, staff = writers.get("public"), writers.get("staff")
    for both, public_one, staff_one in made.documents:
        if public is not None and public_one is not None:
            public.add_json(_joined(both, public_one))
        if staff is not None:
            staff.add_json(_joined(both, staff_one))


def _joined(one: bytes, other: bytes) -> str:
    """Two objects in JSON as one; no name may be in both."""
    return (one if len(other) == 2 else one[:-1] + b"," + other[1:]).decode()


def delete(writers: Writers, records: Iterable[str]) -> None:
    """Take the entries of records out, as far as there are any."""
    for record in records:
        for writer in writers.values():
            writer.delete_documents_by_term("id", record)


def _parsed(text: Text) -> Any:
    if text is None or isinstance(text, dict):
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # half a surrogate pair, which is no UTF-8
        return json.loads(text)
