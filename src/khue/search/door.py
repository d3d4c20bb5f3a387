"""The door of search: the index of this installation, following this installation's ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from khue.model.packs import Pack
from khue.model.rights import PUBLIC
from khue.registry import queries
from khue.search import following
from khue.search.queries import Query
from khue.search.reading import forget, reader_of
from khue.search.results import Results, results_of


def find(query: Query, pack: Pack) -> Results:
    """What the public finds. Never raises on any text; an index that is missing or found corrupt
    is rebuilt first (if another process is at that, there is nothing to find until it has done).
    """
    folder = _folder()
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


def catch_up(pack: Pack) -> int:
    """Bring the index to the head of the ledger; gives the number of records indexed anew.

    Does nothing if another process is at it, since that one looks at the head again at its end.
    """
    return following.catch_up(_folder(), PublicLedger(pack), pack)


def rebuild(pack: Pack) -> int:
    """Build the index anew and swap it in; gives the number of its entries."""
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
