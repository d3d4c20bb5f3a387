"""The rows of a file as candidates, a block at a time: read on all cores, kept on the disk.

What all rows have to be known for (their keys, which records they name, which rows they stand
under) is gathered on the way and kept small, so that a file may have millions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from django.db import connection

from khue import intake
from khue.intake import Candidate, Opened
from khue.lib.chunks import chunked
from khue.lib.parallel import Mapped, mapping
from khue.lib.spool import Spool, pack, unpack
from khue.model.packs import Type

BLOCK = 1_000
"""Rows that are worked on together."""

MANY = 4 * BLOCK
"""Rows from which on it is worth to have other processes: they take a moment to begin."""

Targets = tuple[str, ...]
Spot = tuple[str, int]
"""A sheet, and the number of a row in it."""

Given = TypeVar("Given")
Result = TypeVar("Result")


class Outline(NamedTuple):
    """A block of candidates (`packed`), and what must be known of it beside all others: the
    `intake.base_key` of each, the places in the block of those that are refused, the texts by which
    records are referred to with the types that these may have, the rows that others stand under."""

    packed: bytes
    bases: list[str]
    refused: list[int]
    wanted: set[tuple[Targets, str]]
    under: set[Spot]
    columns: frozenset[str]


class Block(NamedTuple):
    """Candidates (`packed`) with their keys within the source, and which of them are refused."""

    packed: bytes
    keys: list[str]
    refused: list[int]

    def candidates(self) -> list[Candidate]:
        """The candidates themselves."""
        found: list[Candidate] = unpack(self.packed)
        return found


class Rows:
    """The candidates of a file, to be gone through as often as wanted, and what is known of all.

    `wanted` are the texts by which records are referred to, by the types that these may have;
    `under` the rows under which others are listed; `columns` the paths of all columns; `across` the
    headings of wide tables, by sheet, of which each cell is a row."""

    def __init__(self, type_: Type, key: Sequence[str]) -> None:
        self.type, self.key = type_, tuple(key)
        self.keys = intake.RowKeys()
        self.wanted: dict[Targets, set[str]] = {}
        self.under: set[Spot] = set()
        self.columns: frozenset[str] = frozenset()
        self.across: Mapping[str, Collection[str]] = {}
        self._blocks = Spool[Block]()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    @property
    def refer_here(self) -> bool:
        """Whether a row may mean another row of the file."""
        return bool(self.under) or any(
            not targets or self.type.name in targets for targets in self.wanted
        )

    def add(self, outline: Outline) -> None:
        """Add the next block."""
        keys = [self.keys.add(base) for base in outline.bases]
        self._blocks.put(Block(outline.packed, keys, outline.refused))
        self._length += len(keys)
        for targets, text in outline.wanted:
            self.wanted.setdefault(targets, set()).update([text, *intake.split(text)])
        self.under |= outline.under
        self.columns |= outline.columns

    def add_all(self, candidates: Sequence[Candidate]) -> None:
        """Add candidates that are in memory."""
        for block in chunked(candidates, BLOCK):
            self.add(outline_of(block, self.type, self.key))


def outline_of(candidates: list[Candidate], type_: Type, key: Sequence[str]) -> Outline:
    """What must be known of a block of candidates beside all others. Pure."""
    return Outline(
        pack(candidates),
        [intake.base_key(one, type_, key) for one in candidates],
        [number for number, one in enumerate(candidates) if one.refused],
        {(each.column.field.targets, each.text) for one in candidates for each in one.pending},
        {(one.sheet, e.row) for one in candidates for e in one.pending if e.row is not None},
        frozenset().union(*{one.columns for one in candidates}),
    )


def read_candidates(
    tables: Sequence[Opened],
    type_: Type,
    key: Sequence[str],
    progress: Callable[[str, int, int], None],
) -> Rows:
    """The rows of opened tables as candidates, all but their references."""
    total = sum(len(table.rows) for table in tables)

    def read(block: tuple[int, int, int]) -> Outline:
        number, first, end = block
        table = tables[number]
        one = table.reader.read
        return outline_of([one(row, cells) for row, cells in table.rows[first:end]], type_, key)

    blocks = (
        (number, first, end) for number, table in enumerate(tables) for first, end in _cuts(table)
    )
    found = Rows(type_, key)
    found.across = _across(tables)
    with mapping(apart(read), parallel=total >= MANY) as over:
        reading: Mapped[tuple[int, int, int], Outline] = over
        for outline in reading(blocks):
            found.add(outline)
            progress("rows", len(found), total)
    return found


def _across(tables: Iterable[Opened]) -> Mapping[str, Collection[str]]:
    """The headings of wide tables, by their sheet."""
    across: dict[str, set[str]] = {}
    for table in tables:
        headings = {one.heading for one in table.columns if one.how == "unpivoted"}
        if headings:
            across.setdefault(table.reader.sheet, set()).update(headings)
    return across


def _cuts(table: Opened) -> Iterator[tuple[int, int]]:
    """A table in blocks, as (first, end). They begin where the file's own blocks do, so long as no
    row between is left out: then each is parsed once."""
    total = len(table.rows)
    first = 0
    if total:
        end = BLOCK - (table.rows[0][0] - 1) % BLOCK
        while first < total:
            yield first, min(end, total)
            first, end = end, end + BLOCK


def apart(function: Callable[[Given], Result]) -> Callable[[Given], Result]:
    """The function for other processes of `khue.lib.parallel`: there it cannot ask the database,
    whose connection is not theirs."""
    here = os.getpid()

    def run(given: Given) -> Result:
        if os.getpid() != here:
            connection.execute_wrappers[:] = [_refuse]
        return function(given)

    return run


def _refuse(*_: object) -> None:
    raise RuntimeError("This process may not ask the database.")
