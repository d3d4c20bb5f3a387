"""Entries made of changes before these are written.

Who prepares a batch has its records in hand, and idle cores; who follows the ledger would have to
read them again. What was made ahead counts only where the ledger says that it still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from khue.lib.identifiers import is_ulid
from khue.lib.spool import Spool, pack
from khue.search.writing import Lot, Made, Maker, Texts


class Block(NamedTuple):
    """The entries of some changes next to each other, packed (see `lib.spool`): `records` are those
    of the changes in their order, and those of them that have no entry yet, because they refer to
    others whose labels nobody asked for. `size` is the number of changes."""

    size: int
    records: bytes
    made: bytes


def make_ahead(maker: Maker, records: Sequence[str], texts: Texts) -> Block:
    """The entries of records as the ledger will have them after these changes. Pure.

    `texts` must be the very documents that are going to be written.
    """
    made = maker(Lot(texts, frozenset(), {}, {}))
    waiting = [*made.unlabelled]
    return Block(len(records), pack((records, waiting)), pack(made._replace(unlabelled={})))


class Ahead:
    """The entries of a batch on the disk, block after block, in the order of its changes. `first`
    is the position of the first change, as soon as that is known."""

    def __init__(self) -> None:
        self.first = 0
        self._sizes: list[int] = []
        self._records = Spool[tuple[Sequence[str], list[str]]]()
        self._made = Spool[Made]()

    def put(self, block: Block) -> None:
        """Add the next block."""
        self._sizes.append(block.size)
        self._records.put_packed(block.records)
        self._made.put_packed(block.made)

    def fitting(self, last: Mapping[str, int]) -> tuple[list[int], set[str]]:
        """Which blocks are what the ledger says, all changes of it, and which records they hold.

        `last` is the position of the last change of each record among those that are followed. A
        record that was changed again makes its block worthless; what is no record, such as a loaded
        pack, makes all so, since the public may see less since.
        """
        blocks: list[int] = []
        records: set[str] = set()
        if not self.first or not last or not all(map(is_ulid, last)):
            return blocks, records
        least, most = min(last.values()), max(last.values())
        end = self.first
        for number, size in enumerate(self._sizes):
            start, end = end, end + size
            if start < least or end > most + 1:
                continue
            names, waiting = self._records[number]
            if all(last.get(name) == seq for seq, name in enumerate(names, start)):
                blocks.append(number)
                records.update(names)
                records.difference_update(waiting)
        return blocks, records

    def made(self, blocks: Iterable[int]) -> Iterator[Made]:
        """The entries of these blocks."""
        return map(self._made.__getitem__, blocks)
