"""What was probably meant by a text in which words may be mistyped, as records write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from khue.lib.vietnamese import display, fold, words
from khue.model.rights import Scope
from khue.search.matching import matching
from khue.search.queries import Query, Reach
from khue.search.ranking import ranked
from khue.search.reading import Reader
from khue.search.typos import typos_of
from khue.search.words import QUOTES, words_of

LOOKED_AT = 20
"""What was meant is looked for in the names of so many hits, the first ones."""

_RUN = re.compile(f"[^\\s{QUOTES}]+")


def spelling(reader: Reader, query: Query, seen: Scope, reach: Reach) -> str | None:
    """The text that was probably meant, as the names of records write it; None where the words are
    found as typed, or no name is nearer to them, or one did not go so far.

    Looks at nothing but names of records that the asker finds.
    """
    if reach < Reach.TYPOS:
        return None
    typos = typos_of(reader, words_of(query.text), seen)
    as_typed = matching(query, reader, seen, Reach.TEXTS)
    if not typos or reader.searcher.search(as_typed, 1, count=False).hits:
        return None
    names = list(_names(reader, query, seen))
    typed = [word.folded for word in words_of(query.text).words]
    meant = {word: (word, *typos.get(word, ())) for word in typed}
    nearest = max(names, key=lambda name: _nearness(name, typed, meant), default={})
    written: dict[str, str] = {}
    for word in typed:
        for name in (nearest, *names) if word in typos else (nearest,):
            if (one := _in(name, meant[word])) is not None:
                written[word] = name[one]
                break
    if all(fold(one) == word for word, one in written.items()):
        return None
    return _RUN.sub(lambda run: written.get(fold(run[0]), run[0]), display(query.text))


def _nearness(
    name: dict[str, str], typed: Sequence[str], meant: Mapping[str, Sequence[str]]
) -> tuple[int, int]:
    """How many of the words a name has, and how many of them as typed."""
    return sum(_in(name, meant[word]) is not None for word in typed), sum(
        word in name for word in typed
    )


def _names(reader: Reader, query: Query, seen: Scope) -> Iterator[dict[str, str]]:
    """The names of the first hits: each word in folded form, and as written."""
    hits = [
        hit
        for clause in ranked(query, reader, seen, Reach.TYPOS)
        for hit in reader.searcher.search(clause, LOOKED_AT, count=False).hits
    ]
    found = [(-score, reader.searcher.doc(address)) for score, address in hits]
    for _, document in sorted(found, key=lambda each: (each[0], each[1]["order"][0])):
        for field in ("label_vi", "label_en", "other_name"):
            for name in document[field]:
                yield {fold(word): word for word in words(name)}


def _in(name: dict[str, str], meanings: Iterable[str]) -> str | None:
    """The first of some words that a name has."""
    return next((one for one in meanings if one in name), None)
