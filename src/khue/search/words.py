"""What someone typed, as words that can be looked for. Any text will do."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from khue.lib.vietnamese import exact, fold
from khue.search.numbers import other_numbers

MAX_CHARACTERS = 200
MAX_WORDS = 32
MAX_WORD = 64
MAX_REPEATED = 2
"""Bounds on a query: nobody types more, and longer ones would only cost time."""

PREFIX_LETTERS = 2
"""A last word of this many letters may be the beginning of one; after other words, any may."""

LINKING = frozenset(
    exact(word) for word in ("ở", "tại", "của", "thuộc", "of", "the", "in", "at", "and")
) | {"o"}
"""Words that link others (*chùa ở Ba Vì*): looked for, but not asked for."""

QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
"""Any of these opens and closes a phrase, as keyboards and word processors write them."""

_QUOTED = re.compile(f"[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]")


@dataclass(frozen=True)
class Word:
    """One word: its folded and exact form, whether it must be found, in which phrase in quotes it
    stands (from 1; 0 is none), the folded forms of what else it may be `meant` for, and those of
    its other grammatical number, if it is English (`numbers`)."""

    folded: str
    exact: str
    asked: bool = True
    phrase: int = 0
    meant: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()

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

    @property
    def asked(self) -> tuple[Word, ...]:
        """The words that must be found, each once."""
        return tuple({word.folded: word for word in self.words if word.asked}.values())

    @property
    def marks(self) -> tuple[str, ...]:
        """The exact forms of those of them that were typed with marks."""
        return tuple(word.exact for word in self.asked if word.marked)

    @property
    def phrases(self) -> tuple[Words, ...]:
        """The phrases in quotes, each just as it stands there."""
        quoted = itertools.groupby(self.words, lambda word: word.phrase)
        return tuple(Words(tuple(words)) for phrase, words in quoted if phrase)


def with_meant(words: Words, typos: Mapping[str, Iterable[str]]) -> Words:
    """The words, those that may be mistyped with what they may be meant for, by folded forms."""
    each = [replace(one, meant=frozenset(typos.get(one.folded, ()))) for one in words.words]
    return replace(words, words=tuple(each))


def words_of(text: str) -> Words:
    """The words of a typed text, at most `MAX_WORDS` from its first `MAX_CHARACTERS`, and none more
    than `MAX_REPEATED` times.

    A space or a quote at the end closes the last word; a quote without another is none. Linking
    words outside quotes are not asked for where there are other words.
    """
    return _read(text[:MAX_CHARACTERS])


@lru_cache(maxsize=256)
def _read(text: str) -> Words:
    # One search asks several times for the words of its text.
    read = [
        (folded, marked, phrase)
        for phrase, piece in _pieces(text)
        # Word by word, because the two forms may part a word differently (symbols, other scripts).
        for run in piece.split()
        for folded, marked in _aligned(fold(run), exact(run))
    ]
    kept = list(_seldom_enough(read))[:MAX_WORDS]
    links = any(phrase or marked not in LINKING for _, marked, phrase in kept)
    words = [_word(folded, marked, phrase, links=links) for folded, marked, phrase in kept]
    last = words[-1] if words else None
    return Words(
        tuple(words),
        open=last is not None
        and not last.phrase
        and not text[-1:].isspace()
        and (len(words) > 1 or len(last.folded) >= PREFIX_LETTERS),
    )


def _word(folded: str, marked: str, phrase: int, *, links: bool) -> Word:
    # In quotes a word is meant as it stands, and with marks it is Vietnamese.
    numbers = other_numbers(folded) if folded == marked and not phrase else ()
    is_asked = bool(phrase) or not links or marked not in LINKING
    return Word(folded, marked, is_asked, phrase, numbers=numbers)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a text outside quotes (0) and inside (counted from 1), in order."""
    for number, piece in enumerate(_QUOTED.split(text)):  # every other one stood in quotes
        yield (number + 1) // 2 if number % 2 else 0, piece


def _seldom_enough(read: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, str, int]]:
    """The words without those that came `MAX_REPEATED` times already."""
    seen = Counter[str]()
    for word in read:
        seen[word[0]] += 1
        if seen[word[0]] <= MAX_REPEATED:
            yield word


def _aligned(folded: str, exact_: str) -> list[tuple[str, str]]:
    """The words of both forms side by side; where their number differs, the folded ones twice."""
    first, second = folded.split(), exact_.split()
    if len(first) != len(second):
        second = first
    return [(one[:MAX_WORD], other[:MAX_WORD]) for one, other in zip(first, second, strict=True)]
