"""Words that may be mistyped by one letter, and for which others.

Only a word of four letters or more, all Latin, may be: figures that differ mean something else.
Whether it is looked for as another is decided by what its text finds (see `queries.Reach`).
"""

from __future__ import annotations

from string import ascii_lowercase

from khue.model.rights import Scope
from khue.search.clauses import Builder, all_of
from khue.search.queries import Reach, Typos
from khue.search.reading import Reader
from khue.search.words import Word, Words

MIN_LETTERS = 4
"""Shorter words differ from too many others by one letter."""

MANY = 3
"""Of so many words that records have, some are rather left out than taken for others."""

MAX_WORDS = 4
"""So many words are taken for others, the rarest."""

MAX_MEANINGS = 12
"""A mistyped word is taken for so many others, the most frequent."""


def typos_of(reader: Reader, typed: Words, seen: Scope) -> Typos:
    """For each word that may be mistyped those that it may stand for, of records that the asker may
    find; where there are words that none of these has, only for them. Remembered until something is
    committed."""
    return reader.remember(("typos", typed, seen), lambda: _meanings(reader, typed, seen))


def edits(word: str) -> set[str]:
    """All words that differ from a word by a letter more, less or other, or by two that changed
    places (the distance of Damerau, one)."""
    parts = [(word[:cut], word[cut:]) for cut in range(len(word) + 1)]
    less = {start + end[1:] for start, end in parts if end}
    turned = {start + end[1] + end[0] + end[2:] for start, end in parts if len(end) > 1}
    other = {start + letter + end[1:] for start, end in parts if end for letter in ascii_lowercase}
    more = {start + letter + end for start, end in parts for letter in ascii_lowercase}
    return (less | turned | other | more) - {word}


def _meanings(reader: Reader, typed: Words, seen: Scope) -> Typos:
    build = Builder(reader.schema, seen, Reach.NAMES)
    fields = ("text_folded", "closed", "named") if seen.granted else ("text_folded",)
    often = reader.searcher.doc_freq

    def frequency(word: str) -> int:
        """How many records have a word, about; 0 if none has it that the asker may find. The files
        count what was deleted and what others may read too, so that alone says nothing."""
        count = sum([often(field, word) for field in fields])
        if not count:
            return 0
        held = all_of([build.told(lambda name: build.term(name, word)), *build.admitted()])
        return count if reader.searcher.search(held, 1, count=False).hits else 0

    numbers = {word.folded: word.numbers for word in typed.words if _may_be_mistyped(word)}
    # Who asks for *rivers* where there is one *river* has mistyped nothing.
    frequencies = {
        word: frequency(word) or max(map(frequency, others), default=0)
        for word, others in numbers.items()
    }
    doubtful = sorted(frequencies, key=frequencies.__getitem__)
    unfinished = typed.words[-1].folded if typed.open else None
    if any(not frequencies[word] and word != unfinished for word in doubtful):
        doubtful = [word for word in doubtful if not frequencies[word]]
    elif all(frequencies.values()) and sum(word.asked for word in typed.words) >= MANY:
        return {}
    meanings: dict[str, tuple[str, ...]] = {}
    for word in doubtful[:MAX_WORDS]:
        others = edits(word).difference(numbers[word])
        known = [(-count, one) for one in others if (count := frequency(one))]
        if known:
            meanings[word] = tuple(one for _, one in sorted(known)[:MAX_MEANINGS])
    return meanings


def _may_be_mistyped(word: Word) -> bool:
    folded = word.folded
    return (
        word.asked
        and not word.phrase
        and len(folded) >= MIN_LETTERS
        and folded.isascii()
        and folded.isalpha()
    )
