"""What was found in a file: a few things of the whole, and of its rows as many as there are."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from khue.lib.spool import Spool
from khue.model.findings import Finding
from khue.pipeline.duplicates import Likely


class Findings(Collection[Finding]):
    """Findings in the order of the file: of the whole first, then by sheet and row. What was found
    in rows stays on the disk, for every row of a million may have something to be told."""

    def __init__(
        self,
        few: Sequence[Finding] = (),
        rows: Spool[list[Finding]] | None = None,
        likely: Likely | None = None,
        *,
        length: int = 0,
        sheets: Sequence[str] = (),
    ) -> None:
        """`rows` (`length` findings in all) and `likely` are in the order of the file, `few` in
        any; `sheets` are the sheets of the file in their order."""
        self._order = {name: number for number, name in enumerate(sheets)}
        self._few = sorted(few, key=self._place)
        self._rows, self._likely = rows, likely
        self._length = len(few) + length + (0 if likely is None else len(likely))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Finding]:
        return heapq.merge(self._few, self._of_rows(), self._of_likely(), key=self._place)

    def __contains__(self, one: object) -> bool:
        return any(one == other for other in self)

    def _of_rows(self) -> Iterator[Finding]:
        return chain.from_iterable(self._rows or ())

    def _of_likely(self) -> Iterable[Finding]:
        return (one.finding for one in self._likely or ())

    def _place(self, one: Finding) -> tuple[int, int]:
        return self._order.get(one.sheet, -1), one.row or 0
