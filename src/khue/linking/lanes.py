"""Values in many lanes, each read by itself later: in memory while they are few, then on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from khue.lib.spool import Spool, pack

Value = TypeVar("Value")


class Lanes(Generic[Value]):
    """Lists that grow side by side, in one file once each has more than `block` values."""

    def __init__(self, block: int) -> None:
        self._block = block
        self._spool: Spool[list[Value]] = Spool()
        self._written: defaultdict[int, list[int]] = defaultdict(list)
        self._open: defaultdict[int, list[Value]] = defaultdict(list)

    def put(self, lane: int, value: Value) -> None:
        """Add a value at the end of a lane."""
        held = self._open[lane]
        held.append(value)
        if len(held) >= self._block:
            self._written[lane].append(len(self._spool))
            self._spool.put(held)
            self._open[lane] = []

    def put_packed(self, lane: int, blocks: Iterable[bytes]) -> None:
        """Add blocks of values that another process has packed to a lane that has no others."""
        for packed in blocks:
            self._written[lane].append(len(self._spool))
            self._spool.put_packed(packed)

    def packed(self, lane: int) -> list[bytes]:
        """The values of a lane in blocks, as another process can unpack them."""
        blocks = [self._spool.packed_at(number) for number in self._written.get(lane, ())]
        held = self._open.get(lane)
        return [*blocks, pack(held)] if held else blocks

    def lane(self, lane: int) -> Iterator[Value]:
        """The values of a lane, in their order."""
        for number in self._written.get(lane, ()):
            yield from self._spool[number]
        yield from self._open.get(lane, ())

    def __iter__(self) -> Iterator[int]:
        """The lanes that hold something."""
        return iter(sorted(self._open.keys() | self._written.keys()))
