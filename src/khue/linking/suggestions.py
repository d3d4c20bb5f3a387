"""All suggestions for the entries of one file, in memory that does not grow with the file.

Only rows whose name stands in the file again, or in the registry, are compared. They are dealt out
by their blocks into parts, which are compared one after the other; what is found is put back into
the order of the file when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, NamedTuple

from khue.lib.chunks import chunked
from khue.lib.parallel import Mapped, mapping
from khue.lib.spool import pack, unpack
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

BLOCK = 200
"""Rows of a part that are written together: so many of each part wait in memory."""

MANY = 30_000
"""Rows to be compared from which on it is worth to have other processes."""

TOLD_BLOCK = 100
"""Results that are written together; a block of each part is in memory while they are read."""

Judged = Mapping[tuple[str, str], str]
"""What people judged last of two records (in order of their identifiers): same, different..."""

Others = list[tuple[Entry, Verdict]]

_SAME: Verdict = 100, ("judged_same",)


Named = tuple[str, str, str, str, int | None]
"""What names an entry to people: its record, its name in both languages, its sheet and row in the
file, None for one of the registry."""


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
        self._parts = self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Told]:
        lanes = [self._lanes.lane(number) for number in self._lanes]
        return map(Told._make, merge(*lanes))

    def add(self, compared: _Compared) -> None:
        """Take in what was found of a part."""
        for blocks in (compared.told, compared.of_crowds):
            self._lanes.put_packed(self._parts, blocks)
            self._parts += 1
        self._size += compared.size
        self.crowded |= compared.crowded
        self.unnamed |= compared.unnamed


class _Compared(NamedTuple):
    """What was found of a part: what is `told` of its rows and, apart, of those of crowds, each in
    the order of the file and in packed blocks; how many rows that is, and what `Found` says of the
    whole."""

    told: list[bytes]
    of_crowds: list[bytes]
    size: int
    crowded: dict[str, tuple[str, int]]
    unnamed: set[str]


def _told(held: Held, unnamed: set[str]) -> tuple[Any, ...] | None:
    """What is told of an entry as a plain tuple, if anything was found for it."""
    entry, others = held.entry, held.others
    held.others = None
    if not others:
        return None
    like_best = 1
    if len(others) > 1:
        if len({other.record for other, _ in others}) < len(others):
            others = _each_once(others)
        others.sort(key=_record)
        if len({verdict[0] for _, verdict in others}) > 1:
            others.sort(key=_score, reverse=True)
        likely = sum([verdict[0] >= LIKELY for _, verdict in others])
        like_best = likely or len(others)
    named = []
    for other, (_, codes) in others[: min(like_best, NAMED)]:
        if other.row is None and "name_same" not in codes:
            unnamed.add(other.record)
        named.append((other.record, other.vi, other.en, other.sheet, other.row))
    records = tuple([other.record for other, _ in others])
    verdicts = tuple([verdict for _, verdict in others])
    told = (held.position, entry.record, entry.vi, entry.en, entry.sheet, entry.row)
    return (*told, records, verdicts, tuple(named), like_best)


def _each_once(others: Others) -> Others:
    """The best of each record: after a merge, one may stand in several rows."""
    best: dict[str, tuple[Entry, Verdict]] = {}
    for one in sorted(others, key=_score, reverse=True):
        best.setdefault(one[0].record, one)
    return [*best.values()]


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
    position = dealt = 0
    for rows in blocks:
        for row in rows:
            record, block = row[0], row[-1]
            registered.pop(record, None)
            if record in same:
                signed[record] = Entry(*row)
            if record in same or block in asked or wanted.repeats(block):
                parts.put(block % PARTS, (position, row))
                dealt += 1
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

    def compare(part: tuple[int, list[bytes]]) -> _Compared:
        number, packed = part
        return _compare_part(by_part.get(number, ()), packed, judged, signs)

    with mapping(compare, parallel=dealt >= MANY) as over:
        comparing: Mapped[tuple[int, list[bytes]], _Compared] = over
        for compared in comparing((number, parts.packed(number)) for number in parts):
            found.add(compared)
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
    known: Iterable[Entry], packed: Iterable[bytes], judged: Judged, signs: Mapping[str, Others]
) -> _Compared:
    """Compare the rows of a part with each other and with what is known of its blocks. Pure."""
    blocks = Blocks()
    for entry in known:
        form, line = blocks.line_of(entry)
        line.add(Held(entry, form))
    waiting: list[Held] = []
    told: list[tuple[Any, ...] | None] = []
    crowded: dict[str, tuple[str, int]] = {}
    unnamed: set[str] = set()
    for position, row in _unpacked(packed):
        entry = Entry(*row)
        others = [*signs.get(entry.record, ())[:MOST_NAMED]] if signs else []
        form, line = blocks.line_of(entry)
        held = Held(entry, form, position, others)
        beside, size = line.beside(entry.exact)
        _compare(held, others, beside, judged)
        line.add(held)
        if size:
            # Of a crowd no row waits for those that come: there is no end to them.
            crowded[entry.exact] = entry.vi, size
            told.append(_told(held, unnamed))
        else:
            waiting.append(held)
    of_crowds = [one for one in told if one is not None]
    of_others = [one for held in waiting if (one := _told(held, unnamed)) is not None]
    size = len(of_others) + len(of_crowds)
    return _Compared(_packed(of_others), _packed(of_crowds), size, crowded, unnamed)


def _unpacked(blocks: Iterable[bytes]) -> Iterator[tuple[int, Row]]:
    for packed in blocks:
        rows: list[tuple[int, Row]] = unpack(packed)
        yield from rows


def _packed(told: Iterable[tuple[Any, ...]]) -> list[bytes]:
    return [pack(block) for block in chunked(told, TOLD_BLOCK)]


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
