"""Indexes opened for reading: once per process and folder, reloaded when something was committed.

reader = reader_of(folder)      # None if there is no index, or it cannot be read
reader.searcher.search(...)     # one searcher sees one commit, whatever happens meanwhile
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import tantivy

from khue.search.generations import current, layout_of
from khue.search.layout import marker_query

_ATTEMPTS = 5

REMEMBERED = 100_000
"""About 15 MB of values of facets."""

T = TypeVar("T")

_lock = threading.Lock()
_opened: dict[Path, _Opened] = {}


class Counted:
    """What was worked out of one commit, by question. What nobody asked for longest is forgotten
    when all together weigh more than `REMEMBERED`, in values of facets or the like."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._weight = 0
        self._changing = threading.Lock()

    def remember(self, asked: Hashable, work_out: Callable[[], T], weigh: Callable[[T], int]) -> T:
        """The answer to a question."""
        with self._changing:
            if known := self._known.get(asked):
                self._known.move_to_end(asked)
                return cast(T, known[0])
        answer = work_out()
        weight = 1 + weigh(answer)
        with self._changing:
            if asked not in self._known:
                self._known[asked] = answer, weight
                self._weight += weight
            while self._weight > REMEMBERED and len(self._known) > 1:
                self._weight -= self._known.popitem(last=False)[1][1]
        return answer

    def clear(self) -> None:
        """Forget everything."""
        with self._changing:
            self._known.clear()
            self._weight = 0

    def __len__(self) -> int:
        return len(self._known)


@dataclass(frozen=True)
class Reader:
    """One commit of an index: where it is, its searcher, schema, facet keys, name of its layout,
    and what has been counted in it already."""

    generation: Path
    searcher: tantivy.Searcher
    schema: tantivy.Schema
    facets: tuple[str, ...]
    layout: str
    counted: Counted

    def remember(
        self, asked: Hashable, work_out: Callable[[], T], weigh: Callable[[T], int] = lambda _: 1
    ) -> T:
        """What was worked out for a question, by `work_out` if that is not known any more."""
        return self.counted.remember(asked, work_out, weigh)

    @property
    def position(self) -> int:
        """The ledger position up to which this commit has read. Raises `ValueError` without one."""
        return self.remember("position", self._look_up_position)

    def _look_up_position(self) -> int:
        hits = self.searcher.search(marker_query(self.schema), 1).hits
        if not hits:
            raise ValueError("the index has no marker of its position")
        return int(self.searcher.doc(hits[0][1])["position"][0])


@dataclass(frozen=True)
class _Opened:
    generation: Path
    index: tantivy.Index
    facets: tuple[str, ...]
    layout: str
    stamp: bytes
    counted: Counted = field(default_factory=Counted)


def reader_of(folder: Path) -> Reader | None:
    """A reader of the last commit of the index in `folder`; None if it is missing or corrupt."""
    with _lock:
        for _ in range(_ATTEMPTS):
            generation = current(folder)
            if generation is None:
                return None
            try:
                opened = _fresh(_opened.get(folder), generation)
                _opened[folder] = opened
                return Reader(
                    generation=generation,
                    searcher=opened.index.searcher(),
                    schema=opened.index.schema,
                    facets=opened.facets,
                    layout=opened.layout,
                    counted=opened.counted,
                )
            except (OSError, ValueError):
                _opened.pop(folder, None)
                if current(folder) == generation:  # not swapped meanwhile: it is corrupt
                    return None
    return None


def _fresh(opened: _Opened | None, generation: Path) -> _Opened:
    """The same index if nothing was committed since, else reloaded or opened."""
    # Each commit tells its segments in there, with what is deleted of each: so no clock, and no
    # number of a file that is given again, can make two commits look alike.
    stamp = (generation / "meta.json").read_bytes()
    if opened is not None and opened.generation == generation:
        if opened.stamp == stamp:
            return opened
        index = opened.index
    else:
        index = tantivy.Index.open(str(generation))
        index.config_reader("manual")  # no thread that watches files: we look at each search
    index.reload()
    layout = layout_of(generation)
    if layout is None:
        raise ValueError("the index does not say how it is laid out")
    if not generation.name.startswith(f"{layout.name}-"):
        raise ValueError("the index was laid out by another version of Khuê")
    return _Opened(generation, index, layout.facets, layout.name, stamp)


def forget(folder: Path) -> None:
    """Close the index in `folder` if it is open in this process."""
    with _lock:
        _opened.pop(folder, None)
