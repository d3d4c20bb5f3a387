"""Blocks: entries that share a name (its key) and may lie in the same unit.

An entry is looked up among those before it, so that each pair is met once. Lists repeat themselves,
so lines of entries of one name and place are linked with each other once, when the first of their
entries comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from khue.linking.comparison import Form, Verdict
from khue.linking.entries import Entry, Facts
from khue.linking.names import name_of

MOST = 200
"""Members of a block that an entry is compared with. Where there are more, their name and unit say
little: of the last few at each place only those of wholly the same name are."""

SAMPLE = 3
"""How many the last few are."""


@dataclass(eq=False, slots=True)
class Held:
    """An entry while others are compared with it. `others` are those that it may double, with the
    score and the reasons; None once nothing is added any more, or to one of the registry."""

    entry: Entry
    form: Form
    position: int = -1
    others: list[tuple[Entry, Verdict]] | None = None


class Blocks:
    """Entries by the key of their name, by their head and facts, and by where they may lie."""

    def __init__(self) -> None:
        self._places: dict[tuple[object, ...], _Place] = {}
        self._names: dict[str, _Kinds] = {}
        self._known: dict[tuple[object, ...], tuple[Form, Line]] = {}

    def line_of(self, entry: Entry) -> tuple[Form, Line]:
        """The form of an entry and the line that it belongs to; it is not put there."""
        shared = entry.exact, entry.units, entry.around, entry.facts
        known = self._known.get(shared)
        if known is None:
            known = self._known[shared] = self._line(entry)
        return known

    def _line(self, entry: Entry) -> tuple[Form, Line]:
        where = entry.units, entry.around
        place = self._places.get(where)
        if place is None:
            place = self._places[where] = _Place(frozenset(where[0]), frozenset(where[1]))
        form = Form(name_of(entry.exact), entry.units, entry.facts)
        kinds = self._names.get(form.name.key)
        if kinds is None:
            kinds = self._names[form.name.key] = _Kinds()
        return form, kinds.line(form.name.head, _certain(entry.facts), place)


def _certain(facts: Facts) -> Facts | None:
    """The facts of an entry of which each is known, else None."""
    return facts if not facts or all([len(values) == 1 for values in facts]) else None


@dataclass(eq=False, slots=True)
class _Place:
    """Where entries may lie: their units (none: not known) and those around them."""

    units: frozenset[str]
    around: frozenset[str]

    def meets(self, other: _Place) -> bool:
        """Whether two share a unit, one lies in the other, or it is not known where one lies."""
        return (
            self is other
            or not self.units
            or not other.units
            or not self.units.isdisjoint(other.units)
            or not self.units.isdisjoint(other.around)
            or not self.around.isdisjoint(other.units)
        )


class _Members:
    """Entries of one name and place: how many, and the last of them; a few once there are too many.
    Lines hold each other's members, not each other, so that all goes when a part is done."""

    __slots__ = ("last", "size")

    def __init__(self) -> None:
        self.size = 0
        self.last: list[Held] = []


class Line:
    """Entries of one name and place, linked with those that they are compared with."""

    __slots__ = ("members", "near", "place")

    def __init__(self, place: _Place) -> None:
        self.place, self.members = place, _Members()
        self.near = [self.members]

    def add(self, held: Held) -> None:
        """Have the entry found by those that come after it."""
        members = self.members
        members.size += 1
        members.last.append(held)
        if members.size > MOST:
            del members.last[:-SAMPLE]

    def link(self, other: Line) -> None:
        """Have the entries of each compared with those of the other."""
        # More than the most lines hold more than the most entries.
        if other is not self and len(self.near) <= MOST and other.place.meets(self.place):
            self.near.append(other.members)
            if len(other.near) <= MOST:
                other.near.append(self.members)

    def beside(self, exact: str) -> tuple[list[Held], int]:
        """The entries that one of this line is to be compared with whose name is `exact`, and how
        large its block is where that is a sample only (else 0)."""
        if len(self.near) == 1:
            size, found = self.members.size, self.members.last
        else:
            size = sum([one.size for one in self.near])
            found = [held for one in self.near for held in one.last] if size <= MOST else []
        if size <= MOST:
            return found, 0
        last = chain.from_iterable([one.last[-SAMPLE:] for one in self.near])
        return [held for held in last if held.entry.exact == exact], size


class _Kinds:
    """The lines of one key: by their head, by their facts where these are certain, and by place. A
    name without a head is that of any, and one of which a fact is not known may be any of it."""

    __slots__ = ("_lines", "_mixed")

    def __init__(self) -> None:
        self._lines: dict[tuple[str, Facts | None], dict[_Place, Line]] = {}
        self._mixed = False  # whether some have no head, or no certain facts

    def line(self, head: str, facts: Facts | None, place: _Place) -> Line:
        """The line of a head, facts and a place; a new one is linked with those beside it."""
        kind = head, facts
        lines = self._lines.get(kind)
        if lines is None:
            lines = self._lines[kind] = {}
            self._mixed |= not head or facts is None
        line = lines.get(place)
        if line is None:
            line = lines[place] = Line(place)
            for others in self._like(head, facts) if self._mixed else (lines,):
                for other in others.values():
                    line.link(other)
        return line

    def _like(self, head: str, facts: Facts | None) -> Iterator[dict[_Place, Line]]:
        """The lines that may hold what those of a head and facts hold."""
        if head and facts is not None:
            kinds: list[tuple[str, Facts | None]] = [(head, facts), ("", facts)]
            for kind in [*kinds, (head, None), ("", None)]:
                if kind in self._lines:
                    yield self._lines[kind]
            return
        for (its_head, its_facts), lines in islice(self._lines.items(), MOST):
            heads_fit = not head or not its_head or head == its_head
            if heads_fit and (facts is None or its_facts is None or facts == its_facts):
                yield lines
