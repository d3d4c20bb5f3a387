"""The door of search: the index of this installation, following this installation's ledger."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from khue.model.packs import Pack
from khue.model.rights import PUBLIC
from khue.registry import queries
from khue.search import following
from khue.search.queries import Query
from khue.search.reading import forget, reader_of
from khue.search.results import Results, results_of

LOOK_EVERY = 2.0
"""Seconds after which a search looks again whether the index is behind the ledger."""

_log = logging.getLogger(__name__)
_following = threading.Lock()
_looked = -LOOK_EVERY
"""The lock of the one thread of this process that follows, and when it last looked."""


def find(query: Query, pack: Pack) -> Results:
    """What the public finds. Never raises on any text; an index that is missing or found corrupt
    is rebuilt first (if another process is at that, there is nothing to find until it has done).

    This search sees the index as it is; if it is behind the ledger, `keep_up` sees to it that those
    after it see more. A record closed meanwhile is thus found, and counted, for `LOOK_EVERY`
    seconds and the time it takes to follow; who shows hits asks the registry for their documents.
    """
    folder = _folder()
    keep_up(pack)
    reader = reader_of(folder)
    if reader is None:
        catch_up(pack)
        reader = reader_of(folder)
    if reader is None:
        return Results()
    try:
        return results_of(reader, query)
    except (OSError, ValueError) as problem:
        if not _is_corruption(problem):
            raise
    forget(folder)
    rebuild(pack)
    reader = reader_of(folder)
    return Results() if reader is None else results_of(reader, query)


def keep_up(pack: Pack) -> threading.Thread | None:
    """If the index is behind, start the thread that brings it to the head, and give it.

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
        folder = _folder()
        if reader_of(folder) is not None and following.position_of(folder) != queries.head():
            thread = threading.Thread(target=_follow, args=(folder, pack), name="khue-search")
            thread.start()
            return thread
    except BaseException:
        _following.release()
        raise
    _following.release()
    return None


def _follow(folder: Path, pack: Pack) -> None:
    try:
        following.catch_up(folder, PublicLedger(pack), pack)
    except Exception:
        _log.exception("The search index could not follow the ledger")
    finally:
        connections.close_all()  # those of this thread
        _following.release()


def catch_up(pack: Pack) -> int:
    """Bring the index to the head of the ledger; gives the number of entries written.

    Does nothing if another process is at it, since that one looks at the head again at its end.
    """
    return following.catch_up(_folder(), PublicLedger(pack), pack)


def rebuild(pack: Pack) -> int:
    """Build the index again and swap it in; gives the number of its entries."""
    return following.rebuild(_folder(), PublicLedger(pack), pack)


def position() -> int:
    """The ledger position up to which the index has read; 0 if there is no index."""
    return following.position_of(_folder())


@dataclass(frozen=True)
class PublicLedger:
    """The registry as the public sees it; the `Ledger` that the index follows."""

    pack: Pack

    def head(self) -> int:
        return queries.head()

    def changes_since(self, seq: int, limit: int) -> Sequence[tuple[int, str]]:
        return queries.changes_since(seq, limit)

    def ids(self) -> Iterator[str]:
        return queries.ids(PUBLIC)

    def public_documents(self, ids: Sequence[str]) -> Mapping[str, dict[str, Any] | None]:
        return queries.public_documents(ids)

    def labels(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        return queries.labels(PUBLIC, ids, self.pack)


def _folder() -> Path:
    return Path(settings.KHUE_HOME) / "index" / "public"


def _is_corruption(problem: Exception) -> bool:
    return isinstance(problem, OSError) or "corrupt" in str(problem).lower()
