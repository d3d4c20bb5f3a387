"""Where the words of a query stand in a text, with the marks that they have there. Pure.

    mark("Đền thờ Chu Văn An", words_of("chu van"))       # Đền thờ [Chu Văn] An

Texts are looked at as the index looked at them, so what found a record is what is marked. Nothing
is taken from the index: whoever asks brings the texts, and may bring public ones only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from khue.lib.vietnamese import exact, fold, folded_words
from khue.search.words import Words

PASSAGE = 160
"""Characters of a passage, about two lines."""

LEAD = 40
"""Characters of a passage before its first marked word, at most."""

LOOKED_AT = 20_000
"""Characters of a text in which a passage is looked for, some ten pages. Words further on find a
record but are not shown, so that a vast text takes no longer than a long one."""

MOST = 500
"""Matches of a text among which a passage is chosen, the first ones."""

_RUN = re.compile(r"\S+")
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """A part of a text, and whether it is marked."""

    text: str
    marked: bool = False


class Passage(NamedTuple):
    """A part of a text that has words of the query, as pieces; `words` are the places of those of
    them that it has, among all words of the query."""

    pieces: tuple[Piece, ...]
    words: frozenset[int]

    @property
    def text(self) -> str:
        """The passage without marks."""
        return "".join(piece.text for piece in self.pieces)


class Match(NamedTuple):
    """A word of a text, from `start` to `end`, that is one of a query: the place of that one, and
    whether its marks are those that were typed."""

    start: int
    end: int
    word: int
    exact: bool


def matches_in(text: str, words: Words, most: int | None = None) -> list[Match]:
    """The words of a text that a query means, in order; those that it only needs to link others
    (*ở*) are left alone. Of a word that was typed with marks, those with the same marks count; only
    where there are none, those that agree but for marks, or that it may be meant for. With `most`,
    only so many are seen."""
    found = list(islice(_matches(text, words), most))
    strict = {one.word for one in found if one.exact}
    return [
        one
        for one in found
        if one.exact or one.word not in strict or not words.words[one.word].marked
    ]


def spans_in(text: str, words: Words) -> list[tuple[int, int]]:
    """Where a text is to be marked, `(start, end)` in order. Neighbours are one span."""
    return _joined(text, matches_in(text, words))


def mark(text: str, words: Words) -> tuple[Piece, ...]:
    """A whole text as pieces."""
    return tuple(_pieces(text, spans_in(text, words), 0, len(text)))


def find_passage(text: str, words: Words, length: int = PASSAGE) -> Passage | None:
    """The part of a text, of at most `length` characters and cut between words, that has most
    different words of a query, the first of such parts; None where it has none of them. Where it is
    cut, `…` stands. No more than `LOOKED_AT` characters and `MOST` matches are looked at."""
    text, more = _beginning(text)
    found = matches_in(text, words, MOST)
    if not found:
        return None
    first, held = _densest(found, length - LEAD)
    start, end = _window(text, found[first].start, max(one.end for one in held), length)
    pieces = [Piece("…")] if start else []
    pieces += _pieces(text, _joined(text, found), start, end)
    if more or end < len(text):
        pieces.append(Piece("…"))
    shown = frozenset(one.word for one in found if start <= one.start and one.end <= end)
    return Passage(tuple(pieces), shown)


def missing_in(texts: Iterable[str], words: Words) -> frozenset[int]:
    """The places of those words that a query asks for and that none of some texts has."""
    asked = {place for place, word in enumerate(words.words) if word.asked}
    told = {one.word for text in texts for one in matches_in(text, words)}
    return frozenset(asked - told)


def _beginning(text: str) -> tuple[str, bool]:
    """What is looked at of a text, without the word that is cut, and whether there is more."""
    looked = _SPACE.sub(" ", text[:LOOKED_AT]).strip()
    more = not (len(text) <= LOOKED_AT or text[LOOKED_AT:].isspace())
    return (looked.rpartition(" ")[0] or looked if more else looked), more


def _matches(text: str, words: Words) -> Iterator[Match]:
    asked = [(place, word) for place, word in enumerate(words.words) if word.asked]
    last = len(words.words) - 1 if words.open else -1
    begins = tuple({one for _, word in asked for one in (word.folded, *word.meant, *word.numbers)})
    for run in _RUN.finditer(text):
        # Most runs are no match, and what folding says of them is remembered.
        if not any(part.startswith(begins) for part in fold(run[0]).split()):
            continue
        for start, end, folded in folded_words(run[0]):
            written = run[0][start:end]
            for place, word in asked:
                goes_on = place == last and folded.startswith(word.folded)
                other = folded in word.meant or folded in word.numbers
                if folded == word.folded or goes_on or other:
                    same = exact(written) == word.exact
                    yield Match(run.start() + start, run.start() + end, place, same)


def _joined(text: str, found: Sequence[Match]) -> list[tuple[int, int]]:
    """The spans of matches, those in one with nothing but a space between them."""
    spans: list[tuple[int, int]] = []
    for one in found:
        if spans and (one.start <= spans[-1][1] or text[spans[-1][1] : one.start].isspace()):
            spans[-1] = (spans[-1][0], max(one.end, spans[-1][1]))
        else:
            spans.append((one.start, one.end))
    return spans


def _pieces(text: str, spans: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    """The text from `start` to `end`, parted at the spans."""
    at = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if at < first:
            yield Piece(text[at:first])
        yield Piece(text[first:last], True)
        at = last
    if at < end:
        yield Piece(text[at:end])


def _densest(found: Sequence[Match], length: int) -> tuple[int, Sequence[Match]]:
    """The place of the match from which on so many characters have most different words, and those
    within them. Words with the typed marks count before others."""
    best: tuple[int, Sequence[Match]] = (0, found[:1])
    best_score = (0, 0)
    stop = 0
    for first, one in enumerate(found):
        stop = max(stop, first + 1)
        while stop < len(found) and found[stop].end <= one.start + length:
            stop += 1
        held = found[first:stop]
        score = (len({each.word for each in held}), sum(each.exact for each in held))
        if score > best_score:
            best, best_score = (first, held), score
    return best


def _window(text: str, first: int, last: int, length: int) -> tuple[int, int]:
    """From where to where to cut, between words, so that both are within and something before."""
    if len(text) <= length:
        return 0, len(text)
    start = max(0, min(first - LEAD, len(text) - length))
    if start:
        start = _after_space(text, start, first)
    end = min(len(text), max(start + length, last))
    if end < len(text):
        space = text.rfind(" ", last, end + 1)
        end = space if space > 0 else last
    return start, end


def _after_space(text: str, start: int, most: int) -> int:
    """The first beginning of a word from `start` on, at most `most`."""
    space = text.find(" ", start - 1, most)
    return most if space < 0 else space + 1
