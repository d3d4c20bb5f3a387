"""How people type a name who do not type it just as it is written. Pure and seeded."""

from __future__ import annotations

import random
import re
import unicodedata

from khue.lib.vietnamese import unmark

TYPED = 0.6
"""The part of a name that one has typed when suggestions begin to be of use."""

LEAST_LETTERS = 4
"""Letters of the shortest beginning, and of the shortest word in which one mistypes a letter."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Syllables whose tone stands on the first vowel in the older spelling and on the second in the
# newer one: hòa and hoà, khỏe and khoẻ, thúy and thuý. Only without a final consonant.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_PAIRS = ("oa", "oe", "uy")
_LATE = re.compile(rf"(?<!q)({'|'.join(_PAIRS)})([{_TONES}])(?![^\W\d_])", re.IGNORECASE)
_EARLY = re.compile(rf"(o|u)([{_TONES}])(a|e|y)(?![^\W\d_])", re.IGNORECASE)


def without_marks(name: str) -> str:
    """As on a keyboard without Vietnamese."""
    return unmark(name)


def with_tone_moved(name: str) -> str:
    """With each tone of *oa*, *oe* and *uy* on the other vowel; the same name if there is none."""
    decomposed = unicodedata.normalize("NFD", name)
    moved, late = _LATE.subn(lambda m: m[1][0] + m[2] + m[1][1], decomposed)
    if not late:
        moved = _EARLY.sub(_moved_late, decomposed)
    return unicodedata.normalize("NFC", moved)


def _moved_late(match: re.Match[str]) -> str:
    pair = match[1] + match[3]
    return pair + match[2] if pair.lower() in _PAIRS else match[0]


def with_typo(name: str, chance: random.Random) -> str | None:
    """With one letter added, left out, replaced, or in the place of its neighbour, in a word of
    four letters or more; None if the name has no such word."""
    long = [m for m in re.finditer(r"[^\W\d_]+", name) if len(m[0]) >= LEAST_LETTERS]
    if not long:
        return None
    word = chance.choice(long)
    while (wrong := _mistyped(word[0], chance)) == word[0]:
        pass
    return name[: word.start()] + wrong + name[word.end() :]


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))  # the first letter is seldom wrong
    letter = chance.choice(LETTERS)
    return chance.choice(
        (
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )


def beginning(name: str) -> str:
    """What has been typed of a name when 60 % of its letters have, but at least four; without the
    punctuation and the space that may follow."""
    letters = [at for at, letter in enumerate(name) if letter.isalnum()]
    count = max(LEAST_LETTERS, round(len(letters) * TYPED))
    return name[: letters[count - 1] + 1] if count <= len(letters) else name
