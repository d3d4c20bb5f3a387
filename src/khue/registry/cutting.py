"""A text that is another one without some of its pieces, kept as where those are. Pure.

What the public sees of a record is nearly always its whole text without a few pieces. Both are
objects in canonical JSON; the pieces are a list of numbers: how long the whole text is, then where
each piece begins and how long it is, all in bytes of UTF-8.
"""

from __future__ import annotations

import orjson
from rapidfuzz.distance import Prefix

MOST = 16
"""Pieces, beyond which the part is kept as it is."""

ANCHOR = 24
"""Bytes by which the place is found where both go on alike."""


def cut(whole: bytes, part: bytes) -> bytes:
    """How to get `part` out of `whole`: the pieces that are not in it, or `part` itself where it
    has what `whole` has not."""
    pieces: list[int] = []
    place = done = 0
    while True:
        alike = Prefix.similarity(whole[place:], part[done:])
        place, done = place + alike, done + alike
        if done == len(part):
            break
        onwards = whole.find(part[done : done + ANCHOR], place + 1)
        if onwards < 0 or len(pieces) == 2 * MOST:
            return part
        pieces += place, onwards - place
        place = onwards
    if place < len(whole):
        pieces += place, len(whole) - place
    return orjson.dumps([len(whole), *pieces])


def uncut(kept: str | None, whole: str | None) -> str | None:
    """What `cut` was given as part; `whole` is the text that it was cut from. Raises `ValueError`
    where it cannot be that text: then nothing is shown rather than the wrong pieces."""
    if kept is None or whole is None or not kept.startswith("["):
        return kept
    part = uncut_bytes(kept.encode(), whole.encode())
    return None if part is None else part.decode()


def uncut_bytes(kept: bytes | None, whole: bytes | None) -> bytes | None:
    """The same in UTF-8."""
    if kept is None or whole is None or not kept.startswith(b"["):
        return kept
    size, *pieces = orjson.loads(kept)
    place, left = 0, []
    if len(whole) != size:
        raise ValueError("a text is not the one that its pieces were taken from")
    for offset, length in zip(pieces[::2], pieces[1::2], strict=True):
        left.append(whole[place:offset])
        place = offset + length
    left.append(whole[place:])
    return b"".join(left)
