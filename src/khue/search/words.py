"""What someone typed, as words that can be looked for. Any text will do."""

from __future__ import annotations

from dataclasses import dataclass

from khue.lib.vietnamese import exact, fold

MAX_CHARACTERS = 200
MAX_WORDS = 32
MAX_WORD = 64
"""Bounds on a query: nobody types more, and longer ones would only cost time."""

PREFIX_LETTERS = 2
"""A last word of this many letters may be the beginning of one; after other words, any may."""

LINKING = frozenset(
    exact(word) for word in ("ở", "tại", "của", "thuộc", "of", "the", "in", "at", "and")
) | {"o"}
"""Words that link others (*chùa ở Ba Vì*): looked for, but not asked for."""


@dataclass(frozen=True)
class Word:
    """One word: its folded and exact form, and whether it must be found."""

    folded: str
    exact: str
    asked: bool = True

    @property
    def marked(self) -> bool:
        """Whether it was typed with Vietnamese marks."""
        return self.folded != self.exact


@dataclass(frozen=True)
class Words:
    """The words of a query in order. `open` means that the last one may still go on."""

    words: tuple[Word, ...]
    open: bool = False

    @property
    def marked(self) -> bool:
        """Whether any word was typed with marks, so that the person means them."""
        return any(word.marked for word in self.words)

    @property
    def folded(self) -> tuple[str, ...]:
        """All words in folded form."""
        return tuple(word.folded for word in self.words)

    @property
    def exact(self) -> tuple[str, ...]:
        """All words in exact form."""
        return tuple(word.exact for word in self.words)


def words_of(text: str) -> Words:
    """The words of a typed text, at most `MAX_WORDS` from its first `MAX_CHARACTERS`.

    A space at the end closes the last word. Linking words are not asked for where there are others.
    """
    text = text[:MAX_CHARACTERS]
    # Word by word, because the two forms may part a word differently (symbols, other scripts).
    pairs = [(fold(piece), exact(piece)) for piece in text.split()]
    words = [Word(one, other) for pair in pairs for one, other in _aligned(*pair)][:MAX_WORDS]
    if any(word.exact not in LINKING for word in words):
        words = [Word(word.folded, word.exact, word.exact not in LINKING) for word in words]
    last = words[-1] if words else None
    return Words(
        tuple(words),
        open=last is not None
        and not text[-1:].isspace()
        and (len(words) > 1 or len(last.folded) >= PREFIX_LETTERS),
    )


def _aligned(folded: str, exact_: str) -> list[tuple[str, str]]:
    """The words of both forms side by side; where their number differs, the folded ones twice."""
    first, second = folded.split(), exact_.split()
    if len(first) != len(second):
        second = first
    return [(one[:MAX_WORD], other[:MAX_WORD]) for one, other in zip(first, second, strict=True)]
