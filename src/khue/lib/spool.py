"""Values that are too many for memory: written to a file one after the other, read as often as
wanted. What was put in blocks is read in blocks, so that only one is in memory."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

IN_MEMORY = 8_000_000
"""Bytes up to which nothing is written to the disk."""


class Spool(Generic[Item]):
    """A sequence that only grows and is read from its beginning. Its file has no name: nothing of
    it is left when the process ends, however it ends."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self._ends)

    def put(self, item: Item) -> None:
        """Add a value at the end."""
        self.put_packed(pack(item))

    def put_packed(self, packed: bytes) -> None:
        """Add a value that another process has packed."""
        start = self._ends[-1] if self._ends else 0
        self._file.seek(start)
        self._file.write(packed)
        self._ends.append(start + len(packed))

    def __iter__(self) -> Iterator[Item]:
        return map(unpack, self.packed())

    def __getitem__(self, number: int) -> Item:
        """The value that was put in as this one, from 0."""
        return unpack(self.packed_at(number))

    def packed(self) -> Iterator[bytes]:
        """The values as another process can unpack them."""
        return map(self.packed_at, range(len(self._ends)))

    def packed_at(self, number: int) -> bytes:
        """The value that was put in as this one, from 0, as another process can unpack it."""
        start = self._ends[number - 1] if number else 0
        self._file.seek(start)
        return self._file.read(self._ends[number] - start)


def pack(item: object) -> bytes:
    """A value as bytes, for a spool or another process of this program."""
    return pickle.dumps(item, pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> Item:  # type: ignore[type-var]  # the caller knows what was packed
    """The value of `pack`. Only for what this program has packed itself."""
    item: Item = pickle.loads(packed)  # noqa: S301 (no file of others comes here)
    return item
