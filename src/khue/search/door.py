"""The door of search: the indexes of this installation, following this installation's ledger."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import connections

from khue.model.packs import Pack
from khue.model.rights import PUBLIC, Actor, Scope, scope
from khue.registry import queries
from khue.search import following
from khue.search.ahead import Ahead
from khue.search.clusters import Clusters, clusters_of
from khue.search.enumeration import identifiers_of
from khue.search.layout import Sight
from khue.search.queries import Query
from khue.search.reading import Reader, forget, reader_of
from khue.search.results import Results, results_of
from khue.search.status import IndexStatus, status_of
from khue.search.suggestions import Suggestions, suggestions_of
from khue.search.understanding import in_order_of
from khue.search.writing import Labels, Texts

T = TypeVar("T")

LOOK_EVERY = 2.0
"""Seconds after which a search looks again whether an index is behind the ledger."""

STAFF = Actor("search", roles=frozenset({"viewer"}))
"""Who the index for staff is made for: someone who may read everything."""

SEEN_BY: Mapping[Sight, Actor] = {"public": PUBLIC, "staff": STAFF}
"""As whom each index reads the registry."""

_log = logging.getLogger(__name__)
_following = threading.Lock()
_looked = -LOOK_EVERY
"""The lock of the one thread of this process that follows, and when it last looked."""


def find(query: Query, pack: Pack, actor: Actor = PUBLIC) -> Results:
    """What `actor` finds: among public records by what is public of them, and among those that
    their roles let them read, by all that these hold.

    Never raises on any text; an index that is missing or found corrupt is rebuilt first (if another
    process is at that, there is nothing to find until it has done).

    This search sees the index as it is; if it is behind the ledger, `keep_up` sees to it that those
    after it see more. A record closed meanwhile is thus found, and counted, for `LOOK_EVERY`
    seconds and the time it takes to follow; who shows hits asks the registry for their documents.
    """
    asked = in_order_of(query, pack)
    found = _answer(pack, actor, lambda reader, seen: results_of(reader, asked, seen))
    return found or Results()


def clusters(query: Query, pack: Pack, zoom: int, actor: Actor = PUBLIC) -> Clusters:
    """What `actor` finds, as a map shows it at a zoom; otherwise like `find`."""
    found = _answer(pack, actor, lambda reader, seen: clusters_of(reader, query, zoom, seen))
    return found or Clusters()


def suggest(query: Query, pack: Pack, actor: Actor = PUBLIC, limit: int = 8) -> Suggestions:
    """Names that the text of a query may become, of records that its filters leave and `actor` may
    find, and the text that was probably meant. Like `find`, it never raises on any text."""
    asked = in_order_of(query, pack)
    found = _answer(pack, actor, lambda reader, seen: suggestions_of(reader, asked, limit, seen))
    return found or Suggestions()


def identifiers(query: Query, pack: Pack, actor: Actor = PUBLIC) -> Iterator[str]:
    """The identifiers of all that `actor` finds, however many, from one state of the index.

    In the order of the query up to `DEPTH`, beyond that in the order in which the records were
    made. They are not kept: a million take no more memory than `enumeration.BLOCK`. Otherwise like
    `find`: those closed meanwhile are among them, so ask the registry for their documents.
    """
    asked = in_order_of(query, pack)
    found = _answer(pack, actor, lambda reader, seen: identifiers_of(reader, asked, seen))
    return found or iter(())


def _answer(pack: Pack, actor: Actor, answer: Callable[[Reader, Scope], T]) -> T | None:
    """What the index that is for `actor` answers; None if there is none."""
    seen = scope(actor, "read_public")
    sight: Sight = "staff" if seen.granted else "public"
    folder = _folders()[sight]
    keep_up(pack)
    reader = reader_of(folder)
    if reader is None:
        catch_up(pack)
        reader = reader_of(folder)
    if reader is None:
        return None
    try:
        return answer(reader, seen)
    except (OSError, ValueError) as problem:
        if not _is_corruption(problem):
            raise
    forget(folder)
    following.rebuild({sight: folder}, RegistryLedger(pack), pack)
    reader = reader_of(folder)
    return None if reader is None else answer(reader, seen)


def keep_up(pack: Pack) -> threading.Thread | None:
    """If an index is behind, start the thread that brings both to the head, and give it.

    Who commits also indexes, but may have died between the two. Looks every `LOOK_EVERY` seconds,
    and only if there is an index (without one, `find` builds it). One thread at a time in a
    process; between processes, the lock of the index decides. No one waits for it but the end of
    the process. What goes wrong is logged, and tried again at the next look.
    """
    global _looked
    if time.monotonic() < _looked + LOOK_EVERY or not _following.acquire(blocking=False):
        return None
    try:
        _looked = time.monotonic()
        folders = _folders()
        there = [folder for folder in folders.values() if reader_of(folder) is not None]
        head = queries.head()
        if there and any(following.position_of(folder) != head for folder in folders.values()):
            thread = threading.Thread(target=_follow, args=(folders, pack), name="khue-search")
            thread.start()
            return thread
    except BaseException:
        _following.release()
        raise
    _following.release()
    return None


def _follow(folders: following.Folders, pack: Pack) -> None:
    try:
        following.catch_up(folders, RegistryLedger(pack), pack)
    except Exception:
        _log.exception("The search indexes could not follow the ledger")
    finally:
        connections.close_all()  # those of this thread
        _following.release()


def catch_up(pack: Pack, ahead: Ahead | None = None) -> int:
    """Bring both indexes to the head of the ledger; gives the number of records indexed. Entries
    that were made `ahead` must be those of this pack.

    Does nothing where another process is at it, since that one looks at the head again at its end.
    """
    return following.catch_up(_folders(), RegistryLedger(pack), pack, ahead)


def rebuild(pack: Pack) -> int:
    """Build both indexes again and swap them in; gives the number of records indexed.

    After it, no word that the registry no longer holds is in any file of theirs.
    """
    return following.rebuild(_folders(), RegistryLedger(pack), pack)


def position() -> int:
    """The ledger position up to which both indexes have read; 0 if one is missing."""
    return min(following.position_of(folder) for folder in _folders().values())


def status(pack: Pack) -> list[IndexStatus]:
    """How each index is. Brings none up to the head, and makes none."""
    ledger = RegistryLedger(pack)
    return [status_of(sight, folder, ledger, pack) for sight, folder in _folders().items()]


@dataclass(frozen=True)
class RegistryLedger:
    """The registry as the `Ledger` that the indexes follow."""

    pack: Pack

    def head(self) -> int:
        return queries.head()

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        return queries.changes_since(seq, limit)

    def has_erased(self, after: int, until: int) -> bool:
        return queries.has_erased(after, until)

    def ids(self, sight: Sight) -> Iterator[str]:
        return queries.ids(SEEN_BY[sight])

    def texts(self, ids: Sequence[str], *, whole: bool) -> Texts:
        return queries.texts(ids, whole=whole)

    def labels(self, ids: Sequence[str], sight: Sight) -> Labels:
        return queries.labels(SEEN_BY[sight], ids, self.pack)

    def aliases(self, ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
        return queries.aliases(ids)


def _folders() -> dict[Sight, Path]:
    return {sight: Path(settings.KHUE_HOME) / "index" / sight for sight in SEEN_BY}


def _is_corruption(problem: Exception) -> bool:
    return isinstance(problem, OSError) or "corrupt" in str(problem).lower()
