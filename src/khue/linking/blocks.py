"""Blocks: entries that share a name (its key) and may lie in the same unit.

An entry is looked up among those before it, so that each pair is met once.
"""

from __future__ import annotations

from khue.linking.entries import Entry

MOST = 200
"""Members of a block that an entry is compared with. Where there are more, their name and unit say
little: of the last few at each place only those of wholly the same name are."""

SAMPLE = 3
"""How many the last few are."""

_ANYWHERE = ""
"""Stands for the unit of an entry without a place."""


class Blocks:
    """Entries by the key of their name, their head, and where they may lie."""

    def __init__(self) -> None:
        self._names: dict[str, dict[str, _Block]] = {}

    def add(self, entry: Entry) -> None:
        """Have the entry found by those that come after it."""
        heads = self._names.setdefault(entry.name.key, {})
        block = heads.get(entry.name.head)
        if block is None:
            block = heads[entry.name.head] = _Block()
        block.add(entry)

    def beside(self, entry: Entry) -> tuple[list[Entry], int]:
        """The entries before this one that it is to be compared with, and how large its block is
        where that is a sample only (else 0). A name without a head is that of any."""
        heads = self._names.get(entry.name.key)
        if heads is None:
            return [], 0
        if not entry.name.head:
            found = [entries for block in heads.values() for entries in block.where(entry)]
        else:
            found = heads[entry.name.head].where(entry) if entry.name.head in heads else []
            if "" in heads:
                found += heads[""].where(entry)
        size = sum(map(len, found))
        if size > MOST:
            found = [[one for one in last[-SAMPLE:] if _alike(one, entry)] for last in found]
        else:
            size = 0
        if len(found) < 2:
            return (found[0] if found else []), size
        return list({one.record: one for entries in found for one in entries}.values()), size


def _alike(one: Entry, other: Entry) -> bool:
    return one.name.exact == other.name.exact


class _Block:
    """Entries of one name, by where they may lie."""

    __slots__ = ("_all", "_in", "_within")

    def __init__(self) -> None:
        self._all: list[Entry] = []
        self._in: dict[str, list[Entry]] = {}
        self._within: dict[str, list[Entry]] = {}

    def add(self, entry: Entry) -> None:
        self._all.append(entry)
        for unit in entry.units or (_ANYWHERE,):
            self._in.setdefault(unit, []).append(entry)
        for unit in entry.around:
            self._within.setdefault(unit, []).append(entry)

    def where(self, entry: Entry) -> list[list[Entry]]:
        """Those that share a unit with the entry, contain it or lie in it, or lie nowhere known."""
        if not entry.units:
            return [self._all]
        inside, within = self._in, self._within
        found = [inside[unit] for unit in entry.units if unit in inside]
        found += [inside[unit] for unit in entry.around if unit in inside]
        found += [within[unit] for unit in entry.units if unit in within]
        if _ANYWHERE in inside:
            found.append(inside[_ANYWHERE])
        return found
