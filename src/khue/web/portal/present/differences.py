"""What differs between two states of a value: item by item, and word by word within an item."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from khue.search.highlights import Piece
from khue.web.portal.present.values import Shown

MOST_WORDS = 1_500
"""Beyond so many words a text is told as changed without saying which words."""
ALIKE = 0.25
"""Below this share of common words two texts are not one that was edited."""
_WORDS = re.compile(r"\s+|[^\s]+")


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
    old, new = _WORDS.findall(text_of(before)), _WORDS.findall(text_of(after))
    if max(len(old), len(new)) > MOST_WORDS:
        return (), ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return (), ()
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        left += _piece(old[i:j], tag != "equal")
        right += _piece(new[k:m], tag != "equal")
    return tuple(left), tuple(right)


def _piece(some: Iterable[str], marked: bool) -> list[Piece]:
    text = "".join(some)
    return [Piece(text, marked)] if text else []
