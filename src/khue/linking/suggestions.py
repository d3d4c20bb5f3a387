"""All suggestions for the entries of one file, in memory that does not grow with the file.

Only rows whose name stands in the file again, or in the registry, are compared. They are dealt out
by their blocks into parts, which are compared one after the other; what is found is put back into
the order of the file when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, NamedTuple

from khue.linking.blocks import Blocks, Held
from khue.linking.comparison import (
    LEAST,
    LIKELY,
    POSSIBLE,
    Suggestion,
    Verdict,
    compare_forms,
    moved,
)
from khue.linking.entries import Entry, Row
from khue.linking.lanes import Lanes
from khue.linking.wanted import Wanted

MOST_NAMED = 10
"""Suggestions of one entry; where there are more, the name says nothing."""

NAMED = 3
"""Of these, those that are named; how many more there are is a number."""

PARTS = 32
"""A part of a million rows has some 30,000: with what is found of them, 40 MB."""

BLOCK = 1_000
"""Rows of a part that are written together."""

TOLD_BLOCK = 100
"""Results that are written together; a block of each part is in memory while they are read."""

Judged = Mapping[tuple[str, str], str]
"""What people judged last of two records (in order of their identifiers): same, different..."""

Others = list[tuple[Entry, Verdict]]

_SAME: Verdict = 100, ("judged_same",)


Named = tuple[str, str, str, int | None]
"""What names an entry to people: its record, its name in both languages, and its row in the file,
None for one of the registry."""


class Told(NamedTuple):
    """What is suggested of one row of a file: how many rows stand before it, its record, its name
    in both languages, its place, and the suggestions, the likeliest first, each as its record and
    its verdict; `named` are the first few of the best level, of which there are `like_best`."""

    position: int
    record: str
    vi: str
    en: str
    sheet: str
    row: int | None
    others: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    named: tuple[Named, ...]
    like_best: int

    @property
    def suggestions(self) -> list[Suggestion]:
        """The suggestions, the likeliest first."""
        pairs = zip(self.others, self.verdicts, strict=True)
        return [Suggestion(other, *verdict) for other, verdict in pairs]


class Found:
    """What is suggested of the rows that may be something else too, in the order of the file; may
    be read more than once.

    `crowded` are the names that too many entries share with a unit for each to be compared with
    each, by their exact form: how one of them is written, and how many there are. `unnamed` are the
    named records of the registry that have not wholly the name of the row.
    """

    def __init__(self) -> None:
        self.crowded: dict[str, tuple[str, int]] = {}
        self.unnamed: set[str] = set()
        self._lanes: Lanes[tuple[Any, ...]] = Lanes(TOLD_BLOCK)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Told]:
        lanes = [self._lanes.lane(number) for number in self._lanes]
        return map(Told._make, merge(*lanes))

    def put(self, lane: int, held: Held) -> None:
        """Keep what was found for an entry, if anything; each lane is in the order of the file."""
        entry, others = held.entry, held.others
        held.others = None
        if not others:
            return
        like_best = 1
        if len(others) > 1:
            others.sort(key=_record)
            if len({verdict[0] for _, verdict in others}) > 1:
                others.sort(key=_score, reverse=True)
            likely = sum([verdict[0] >= LIKELY for _, verdict in others])
            like_best = likely or len(others)
        named = []
        for other, (_, codes) in others[: min(like_best, NAMED)]:
            if other.row is None and "name_same" not in codes:
                self.unnamed.add(other.record)
            named.append((other.record, other.vi, other.en, other.row))
        records, verdicts = zip(
            *[(other.record, verdict) for other, verdict in others], strict=True
        )
        told = (held.position, entry.record, entry.vi, entry.en, entry.sheet, entry.row)
        self._lanes.put(lane, (*told, records, verdicts, tuple(named), like_best))
        self._size += 1


def _record(one: tuple[Entry, Verdict]) -> str:
    return one[0].record


def _score(one: tuple[Entry, Verdict]) -> int:
    return one[1][0]


def suggest(
    known: Iterable[Entry], blocks: Iterable[Sequence[Row]], judged: Judged, wanted: Wanted
) -> Found:
    """Which rows of a file may be one thing with another of them, or with one of `known`.

    Two that were judged to be different are never suggested; two that were judged to be the same
    always are. `wanted` is made of the same rows, watching those that were. A known entry that the
    file has too counts as the file has it.
    """
    registered = {entry.record: entry for entry in known}
    asked = {entry.block for entry in registered.values()}
    same = _judged_same(judged, wanted.present)
    signed: dict[str, Entry] = {}
    parts: Lanes[tuple[int, Row]] = Lanes(BLOCK)
    position = 0
    for rows in blocks:
        for row in rows:
            record, block = row[0], row[-1]
            registered.pop(record, None)
            if record in same:
                signed[record] = Entry(*row)
            if record in same or block in asked or wanted.repeats(block):
                parts.put(block % PARTS, (position, row))
            position += 1
    found = Found()
    by_part: dict[int, list[Entry]] = {}
    for entry in registered.values():
        by_part.setdefault(entry.block % PARTS, []).append(entry)
    signed = registered | signed
    signs: dict[str, Others] = {
        record: [(signed.get(other) or Entry(other, "", "", ""), _SAME) for other in others]
        for record, others in same.items()
    }
    for part in parts:
        _compare_part(part, by_part.get(part, ()), parts.lane(part), judged, signs, found)
    return found


def _judged_same(judged: Judged, present: Collection[str]) -> dict[str, list[str]]:
    """The records of the file that were judged to be one with others, and these."""
    found: dict[str, list[str]] = {}
    for pair, verdict in judged.items():
        if verdict == "same":
            for record, other in (pair, pair[::-1]):
                if record in present:
                    found.setdefault(record, []).append(other)
    return found


def _compare_part(
    part: int,
    known: Iterable[Entry],
    rows: Iterable[tuple[int, Row]],
    judged: Judged,
    signs: Mapping[str, Others],
    found: Found,
) -> None:
    """Compare the rows of a part with each other and with what is known of its blocks."""
    blocks = Blocks()
    for entry in known:
        form, line = blocks.line_of(entry)
        line.add(Held(entry, form))
    waiting: list[Held] = []
    for position, row in rows:
        entry = Entry(*row)
        others = [*signs.get(entry.record, ())[:MOST_NAMED]] if signs else []
        form, line = blocks.line_of(entry)
        held = Held(entry, form, position, others)
        beside, size = line.beside(entry.exact)
        _compare(held, others, beside, judged)
        line.add(held)
        if size:
            # Of a crowd no row waits for those that come: there is no end to them.
            found.crowded[entry.exact] = entry.vi, size
            found.put(PARTS + part, held)
        else:
            waiting.append(held)
    for held in waiting:
        found.put(part, held)


def _compare(held: Held, others: Others, beside: Iterable[Held], judged: Judged) -> None:
    """Tell an entry, and those beside it, which of them may be one; so long as there is room."""
    entry, form = held.entry, held.form
    for other in beside:
        forms = compare_forms(form, other.form)
        if forms[0] < LEAST or other.entry.record == entry.record:
            continue
        if judged and _verdict(judged, entry, other.entry) in ("same", "different"):
            continue
        verdict = moved(forms, entry, other.entry)
        if verdict[0] < POSSIBLE:
            continue
        if other.others is not None and len(other.others) < MOST_NAMED:
            other.others.append((entry, verdict))
        if len(others) < MOST_NAMED:
            others.append((other.entry, verdict))
        if len(others) >= MOST_NAMED:
            break


def _verdict(judged: Judged, one: Entry, other: Entry) -> str | None:
    pair = (one.record, other.record) if one.record < other.record else (other.record, one.record)
    return judged.get(pair)
