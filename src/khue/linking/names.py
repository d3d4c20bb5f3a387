"""Names taken apart: what a thing is (*đình làng*), which one it is (*Thượng Mẫu*).

The key of a block is the second part without marks and with i for y (*Mỹ*, *Mĩ*): it brings
together what may be one name. Whether it is one is asked of the exact forms (`comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from khue.lib.tables import read_table
from khue.lib.vietnamese import exact, fold

_REMEMBERED = 50_000  # names; registers repeat theirs
_Y_AS_I = str.maketrans("y", "i")


class Name(NamedTuple):
    """A name in its `exact` form, and its parts: `head`, the folded name of the group of generic
    words that it begins with ("" if none), `said` the same with its marks ("" if the name was typed
    without any), `core` the exact form of the rest, `key` what it shares with its block."""

    exact: str
    head: str
    said: str
    core: str
    key: str
    marked: bool


class _Words(NamedTuple):
    """Phrases by their first word, the longest first, each with the name of its group."""

    openers: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    heads: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    fillers: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


@lru_cache(maxsize=_REMEMBERED)
def name_of(key: str) -> Name:
    """The parts of a name in its exact form (see `khue.lib.vietnamese.name_key`)."""
    folded = fold(key)
    marked = folded != key
    table = _tables()[marked]
    words = key.split(" ")
    start, _ = _after(table.openers, words, 0)
    begin, group = _after(table.heads, words, start)
    if group:
        begin, _ = _after(table.fillers, words, begin)
    core = " ".join(words[begin:])
    rest = fold(core) if marked else core
    head = fold(group)
    return Name(key, head, group if marked else "", core, rest.translate(_Y_AS_I), marked)


@lru_cache(maxsize=_REMEMBERED)
def last_word(word: str) -> str:
    """The last word of a name's key, from the last word of its exact form. Every key ends as its
    name does, so that most names of a registry need not be taken apart to see that they differ."""
    return fold(word).translate(_Y_AS_I)


def _after(
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str]]], words: list[str], start: int
) -> tuple[int, str]:
    """Where the name goes on after the longest phrase at `start`, and the group of that phrase.
    Nothing is a phrase that leaves nothing of the name: *Chùa Làng* has a name."""
    for phrase, group in phrases.get(words[start], ()):
        end = start + len(phrase)
        if end < len(words) and tuple(words[start:end]) == phrase:
            return end, group
    return start, ""


@cache
def _tables() -> dict[bool, _Words]:
    """The phrases of `names.yaml` with their marks (True) and without (False)."""
    raw = read_table(__file__, "names.yaml")
    groups = {
        "openers": [[one] for one in raw["openers"]],
        "heads": raw["heads"],
        "fillers": [[one] for one in raw["fillers"]],
    }
    return {
        marked: _Words(**{name: _by_first(table, marked) for name, table in groups.items()})
        for marked in (True, False)
    }


def _by_first(
    groups: Sequence[Sequence[str]], marked: bool
) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in groups:
        for phrase in group:
            words = tuple((exact(phrase) if marked else fold(phrase)).split(" "))
            found.setdefault(words[0], []).append((words, exact(group[0])))
    return {word: sorted(phrases, key=lambda one: -len(one[0])) for word, phrases in found.items()}
