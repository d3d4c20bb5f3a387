"""All suggestions for the entries of one file, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khue.linking.blocks import Blocks
from khue.linking.comparison import POSSIBLE, Suggestion, compare
from khue.linking.entries import Entry

MOST_NAMED = 10
"""Suggestions of one entry; where there are more, the name says nothing."""

Judged = Mapping[tuple[str, str], str]
"""What people judged last of two records (in order of their identifiers): same, different..."""


@dataclass
class Found:
    """Suggestions by record, the best first, and how many entries share a name and unit where that
    was too many for each to be compared with each: by name, with the record of one of them."""

    suggestions: dict[str, list[Suggestion]] = field(default_factory=dict)
    crowded: dict[str, tuple[str, int]] = field(default_factory=dict)


def suggest(known: Iterable[Entry], new: Sequence[Entry], judged: Judged) -> Found:
    """Which of the `new` entries may be one thing with another of them or with one of `known`.

    Two that were judged to be different are never suggested; two that were judged to be the same
    always are.
    """
    found, blocks = Found(), Blocks()
    here = {entry.record for entry in new}
    for (one, other), verdict in judged.items():
        if verdict == "same":
            _note(found, one, other, 100, ("judged_same",), here)
    for entry in known:
        blocks.add(entry)
    for entry in new:
        _compare(entry, blocks, found, judged, here)
        blocks.add(entry)
    for suggestions in found.suggestions.values():
        if len(suggestions) > 1:
            suggestions.sort(key=lambda one: (-one.score, one.other))
    return found


def _compare(entry: Entry, blocks: Blocks, found: Found, judged: Judged, new: set[str]) -> None:
    others, size = blocks.beside(entry)
    if size:
        found.crowded[entry.name.exact] = entry.record, size
    for other in others:
        pair = (entry.record, other.record)
        if judged and (min(pair), max(pair)) in judged:
            verdict = judged[min(pair), max(pair)]
            if verdict in ("same", "different"):
                continue
        score, codes = compare(entry, other)
        if score >= POSSIBLE:
            _note(found, *pair, score, codes, new)
            if len(found.suggestions[entry.record]) >= MOST_NAMED:
                break


def _note(
    found: Found, one: str, other: str, score: int, codes: tuple[str, ...], new: set[str]
) -> None:
    """Tell it of whichever is new, so long as there is room."""
    for record, partner in ((one, other), (other, one)):
        if record in new:
            suggestions = found.suggestions.setdefault(record, [])
            if len(suggestions) < MOST_NAMED:
                suggestions.append(Suggestion(partner, score, codes))
