"""What differs between two states of a value: item by item, and word by word within an item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import takewhile
from typing import Any

from khue.search.highlights import Piece
from khue.web.portal.present.values import Shown

MOST_WORDS = 300
"""So many words, or sentences, are compared with each other, which takes as long as the square of
their number; where more differ together, they are told as changed together."""
ALIKE = 0.25
"""Below this share of common words two texts are not one that was edited."""
Step = tuple[str, int, int, int, int]
"""What became of words: how, from and to where before, and after."""

_WORDS = re.compile(r"\s+|\S+?(?=[,.;:!?)]*(?:\s|$))|[,.;:!?)]+")
"""Spaces, words, and what closes them: a word is the same with a comma after it and without."""


@dataclass(frozen=True)
class Compared:
    """An item before or after. `changed` where the other state does not have it; `pieces` are its
    words, those marked that the other state does not have; none where it is another item."""

    value: Shown
    changed: bool
    pieces: tuple[Piece, ...] = ()


def compare(
    before: tuple[Shown, ...], after: tuple[Shown, ...]
) -> tuple[tuple[Compared, ...], tuple[Compared, ...]]:
    """The items of both states, each with what the other has not. Items that were edited are
    paired in their order, where as many went as came."""
    old, new = [visible(one) for one in before], [visible(one) for one in after]
    gone = [number for number, one in enumerate(old) if one not in new]
    come = [number for number, one in enumerate(new) if one not in old]
    pieces: list[dict[int, tuple[Piece, ...]]] = [{}, {}]
    if len(gone) == len(come):
        for left, right in zip(gone, come, strict=True):
            pieces[0][left], pieces[1][right] = _words(before[left], after[right])
    return (
        tuple(
            Compared(one, number in gone, pieces[0].get(number, ()))
            for number, one in enumerate(before)
        ),
        tuple(
            Compared(one, number in come, pieces[1].get(number, ()))
            for number, one in enumerate(after)
        ),
    )


def visible(one: Shown) -> Any:
    """What one sees of a value in a history, which shows neither notes nor candidates."""
    return (one.text, one.lang, one.open, [(part.label, visible(part.value)) for part in one.parts])


def text_of(one: Shown) -> str:
    """A value in one line."""
    if one.parts:
        return ", ".join(text_of(part.value) for part in one.parts)
    return one.text


def _words(before: Shown, after: Shown) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if before.open != after.open:  # words alone would not say that one is open
        return (), ()
    return _pieces(text_of(before), text_of(after))


@lru_cache(500)
def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The words of two texts, marked where the other has not the same; none of two that are not
    alike. An edit is mostly small: only what stands between its first and last word is compared."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    steps = _steps(old, new)
    same = start + end
    kept = sum(j - i for tag, i, j, _, _ in steps if tag == "equal")
    if 2 * (same + kept) < ALIKE * (2 * same + len(old) + len(new)):
        return (), ()
    left, right = _piece(head, False), _piece(head, False)
    for tag, i, j, k, m in steps:
        left += _piece(old[i:j], tag != "equal")
        right += _piece(new[k:m], tag != "equal")
    return tuple(left + _piece(tail, False)), tuple(right + _piece(tail, False))


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words two texts have in common at their beginning."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    return sum(1 for _ in pairs)


def _steps(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    """What became of words, as `SequenceMatcher` tells it; of long texts sentence by sentence."""
    if _are_few(old) and _are_few(new):
        return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())
    before, after = _sentences(old), _sentences(new)
    if max(len(before), len(after)) > MOST_WORDS:
        return [("replace", 0, len(old), 0, len(new))]
    found: list[Step] = []
    left = right = 0
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone = [word for one in before[i:j] for word in one]
        come = [word for one in after[k:m] for word in one]
        inner: list[Step] = [(tag, 0, len(gone), 0, len(come))]
        if tag == "replace" and _are_few(gone) and _are_few(come):
            inner = _steps(gone, come)
        found += ((t, a + left, b + left, c + right, d + right) for t, a, b, c, d in inner)
        left, right = left + len(gone), right + len(come)
    return found


def _are_few(words: Sequence[str]) -> bool:
    return sum(not one.isspace() for one in words) <= MOST_WORDS


def _sentences(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Words up to each that ends a sentence or a line."""
    found: list[list[str]] = [[]]
    for word in words:
        found[-1].append(word)
        if "\n" in word or word[-1] in ".!?":
            found.append([])
    return [tuple(one) for one in found if one]


def _piece(some: Iterable[str], marked: bool) -> list[Piece]:
    text = "".join(some)
    return [Piece(text, marked)] if text else []
