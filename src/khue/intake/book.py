"""What a reader gives: sheets of text cells. Every value is text, as the file states it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import overload

from khue.model.findings import Finding

Row = list[str]

BLOCK = 1_000
"""Rows that are parsed together."""


class BlockRows(Sequence[Row]):
    """The rows of a large file, parsed anew a block at a time whenever they are asked for.

    The cells of a million rows take several times the memory of the file that states them; so what
    is kept is the file. Walking through is as cheap as parsing once; a single row costs a block,
    unless it is in the block that was asked for last. Rows that are given out must not be changed.
    """

    def __init__(self, length: int, read_block: Callable[[int], list[Row]]) -> None:
        """`read_block(n)` gives the rows from `n * BLOCK` to the next block or the end."""
        self._length = length
        self._read_block = read_block
        self._last: tuple[int, list[Row]] = (-1, [])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        return self.starting(0)

    def starting(self, first: int) -> Iterator[Row]:
        """The rows from number `first` (0-based) to the end."""
        number, skipped = divmod(first, BLOCK)
        for block in range(number, -(-self._length // BLOCK)):
            yield from islice(self._block(block), skipped, None)
            skipped = 0

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._length))]
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError(index)
        number, offset = divmod(index, BLOCK)
        return self._block(number)[offset]

    def _block(self, number: int) -> list[Row]:
        known, rows = self._last
        if known != number:
            rows = self._read_block(number)
            self._last = number, rows
        return rows


def numbered(rows: Sequence[Row], first: int) -> Iterator[tuple[int, Row]]:
    """Rows from index `first` on with their numbers in the file."""
    rest = rows.starting(first) if isinstance(rows, BlockRows) else islice(rows, first, None)
    return enumerate(rest, first + 1)


def texts_of(row: Row) -> list[str]:
    """The cells of a row that say something."""
    return [text for text in map(str.strip, row) if text]


@dataclass(frozen=True)
class Sheet:
    """One table-like part of a file.

    `rows[0]` is row 1 of the file; they are a list, or `BlockRows` where the file is large.
    `merged` are merged cells as (first row, first column, last row, last column), 0-based and
    inclusive. `header_rows` is set where the format itself says how many rows name the columns
    (JSON: one); None means that the header has to be found. `hidden` says that whoever opens the
    file does not see it.
    """

    name: str
    rows: Sequence[Row]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    header_rows: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Book:
    """A file that was read: its sheets, and what there is to say about the reading."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = field(default_factory=tuple)
