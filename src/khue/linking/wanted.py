"""What the rows of a file look for, in little memory however many they are.

Of each only a bit is kept. So a name is now and then taken for one of the file that is none: then
it is compared in vain. One of the file is never missed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from mmap import mmap
from zlib import crc32

from khue.linking.entries import Row, block_of
from khue.linking.names import last_word

ANYWHERE = ""
"""Stands for the unit of a record without a place."""

PROVINCE_DIGITS = 2  # of the official codes; communes have five (19/2025/QĐ-TTg)

_BITS = 1 << 26
"""Of each table, in 8 MB: with a million rows one name in seventy is compared in vain."""


class _Bits:
    __slots__ = ("_bytes",)

    def __init__(self) -> None:
        # Of pages that nothing is written to, the system takes no memory.
        self._bytes = mmap(-1, _BITS >> 3)

    def add(self, number: int) -> bool:
        """Keep the number; whether it was there."""
        place, bit = (number & _BITS - 1) >> 3, 1 << (number & 7)
        byte = self._bytes[place]
        if byte & bit:
            return True
        self._bytes[place] = byte | bit
        return False

    def __contains__(self, number: int) -> bool:
        return bool(self._bytes[(number & _BITS - 1) >> 3] & 1 << (number & 7))


class Wanted:
    """The names of a file, which of them stand in it more than once, and where each may lie.

    `watched` are records that someone asks for; `present` those of them that the file has.
    """

    def __init__(self, blocks: Iterable[Sequence[Row]], watched: Collection[str] = ()) -> None:
        self.present: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._once, self._again, self._ends, self._there = _Bits(), _Bits(), _Bits(), _Bits()
        for rows in blocks:
            for row in rows:
                self._add(row)
                if watched and row[0] in watched:
                    self.present.add(row[0])

    def _add(self, row: Row) -> None:
        block = row[11]
        if self._once.add(block):
            self._again.add(block)
        else:
            self._ends.add(_end(row[1]))
        add, numbers = self._there.add, self._numbers
        for unit in row[4] or (ANYWHERE,):
            add(block ^ (numbers.get(unit) or self._number(unit)))

    def _number(self, unit: str) -> int:
        """A number that tells apart the units in which names may lie."""
        return self._numbers.setdefault(unit, crc32(unit.encode()) | 1)

    def repeats(self, block: int) -> bool:
        """Whether several rows have names of this block."""
        return block in self._again

    def has_like(self, exact: str) -> bool:
        """Whether a row has a name that may be this one. Most need not be taken apart to see that
        none has: every key ends as its name does."""
        return _end(exact) in self._ends and block_of(exact) in self._once

    def may_meet(self, exact: str, units: Collection[str]) -> bool:
        """Whether a record in `units` (those around them too) may lie where a row of like name may.
        One that is known to a province only may lie in any commune of it: its code has two
        digits."""
        block = block_of(exact)
        return all(len(unit) == PROVINCE_DIGITS for unit in units) or any(
            block ^ self._number(unit) in self._there for unit in (ANYWHERE, *units)
        )


def _end(exact: str) -> int:
    return crc32(last_word(exact[exact.rfind(" ") + 1 :]).encode())
