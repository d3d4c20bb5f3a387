"""The other grammatical number of an English word (*pagodas*, *pagoda*). Pure.

Records say *Lien Phai Pagoda* and people ask for *pagodas*. No Vietnamese syllable ends in *s*, so
what is looked for so is English; whether records have the word is asked of the index.
"""

from __future__ import annotations

MIN_LETTERS = 4
"""Shorter words are seldom English nouns, and often syllables."""

_HISSING = ("s", "x", "z", "ch", "sh")


def other_numbers(word: str) -> tuple[str, ...]:
    """How a folded word may be written in its other number, by the rules of spelling: nothing for
    short words and those that have other letters than the Latin ones."""
    if len(word) < MIN_LETTERS or not (word.isascii() and word.isalpha()):
        return ()
    if word.endswith("s") and not word.endswith("ss"):
        return _singulars(word)
    if word.endswith(_HISSING):
        return (f"{word}es",)
    if word.endswith("y") and word[-2] not in "aeiou":
        return (f"{word[:-1]}ies",)
    return (f"{word}s", f"{word}es") if word.endswith("o") else (f"{word}s",)


def _singulars(word: str) -> tuple[str, ...]:
    if word.endswith(("us", "is")):  # *campus*, *oasis*
        return ()
    if word.endswith("ies"):
        return f"{word[:-3]}y", word[:-1]
    if word.endswith("es") and word[:-2].endswith((*_HISSING, "o")):
        return word[:-2], word[:-1]
    return (word[:-1],)
