"""Names that someone may be typing, after every letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tantivy import Order
from tantivy import Query as Clause

from khue.lib.vietnamese import fold
from khue.model.rights import Scope
from khue.search.clauses import Builder, all_of, any_of, but_not
from khue.search.layout import MAX_EDGE, ORDERS, OTHERWISE, pairs_of
from khue.search.matching import filters_of
from khue.search.queries import EVERYONE, FEW, Query, Reach
from khue.search.reading import Reader
from khue.search.results import reach_of
from khue.search.spelling import spelling
from khue.search.words import MAX_CHARACTERS, words_of

MOST = 50
"""Nobody reads through more suggestions."""

_WORD = re.compile(r"[^\W_]+")

Span = tuple[int, int]
"""From a character of a text, up to another."""


@dataclass(frozen=True)
class Suggestion:
    """A record by name. `name` is its label in the language of the query where that has all words
    that were typed, else the label or other name of it that fits them best, and `matched` where in
    it; `units` are codes that tell two of one name apart."""

    id: str
    type: str
    label: Mapping[str, str]
    name: str
    matched: tuple[Span, ...]
    units: tuple[str, ...]
    public: bool = True


@dataclass(frozen=True)
class Suggestions:
    """Names, the likeliest first, and the text that was probably meant."""

    names: tuple[Suggestion, ...] = ()
    spelling: str | None = None


def suggestions_of(reader: Reader, query: Query, limit: int, seen: Scope = EVERYONE) -> Suggestions:
    """At most `limit` names that the text of a query may become, of those records that the rest of
    it finds and the asker may find: whole names first, then what begins so, then alternative names,
    then words in one piece in names, of records that tell of others after all these of the things
    themselves, then words apart; each time the designated first, and by name in the language of the
    query.

    Where these are too few, those of the text that was probably meant follow. Any text will do.
    """
    limit = min(max(limit, 0), MOST)
    found = _found(reader, query, limit, seen)
    if len(found) >= min(FEW, limit):
        return Suggestions(tuple(found.values()))
    meant = spelling(reader, query, seen, reach_of(reader, query, seen))
    if meant is not None:
        for name, one in _found(reader, replace(query, text=meant), limit, seen).items():
            found.setdefault(name, one)
    return Suggestions(tuple(found.values())[:limit], meant)


def _found(reader: Reader, query: Query, limit: int, seen: Scope) -> dict[str, Suggestion]:
    """The suggestions by identifier, in order."""
    found: dict[str, Suggestion] = {}
    typed = words_of(query.text).folded
    for clause in suggested(query, reader, seen):
        if len(found) >= limit:
            break
        hits = reader.searcher.search(
            clause, limit, count=False, order_by_field=ORDERS[query.lang], order=Order.Asc
        ).hits
        for _, address in hits:
            document = reader.searcher.doc(address)
            if len(found) < limit and document["id"][0] not in found:
                found[document["id"][0]] = _suggestion(document, typed, query.lang)
    return found


def _suggestion(document: Any, typed: Sequence[str], lang: str) -> Suggestion:
    label = {"vi": document["label_vi"][0], "en": document["label_en"][0]}
    names = dict.fromkeys([*label.values(), *document["other_name"]])
    name, matched = max(
        ((name, tuple(_spans(name, typed))) for name in names),
        key=lambda one: (
            # Who types without marks is no reader of the other language for that.
            one[0] == label[lang] and _has_all(one[0], typed),
            _begins(one[0], typed),
            len(one[1]),
        ),
    )
    return Suggestion(
        document["id"][0],
        document["type"][0],
        label,
        name,
        matched,
        tuple(document["unit"]),
        document["public"][0] == "yes",
    )


def _has_all(name: str, typed: Sequence[str]) -> bool:
    """Whether each word that was typed is a word of a name, or begins one."""
    words = fold(name).split()
    return all(any(word.startswith(one) for word in words) for one in typed)


def _begins(name: str, typed: Sequence[str]) -> bool:
    return fold(name).startswith(" ".join(typed))


def _spans(name: str, typed: Sequence[str]) -> Iterator[Span]:
    """Where the words of a name are what was typed, or begin so."""
    for word in _WORD.finditer(name):
        folded = fold(word[0])
        length = max((len(one) for one in typed if folded.startswith(one)), default=0)
        if length:
            yield word.start(), word.start() + _letters(word[0], length)


def _letters(word: str, length: int) -> int:
    """How many characters of a word have so many in folded form."""
    return next((end for end in range(1, len(word)) if len(fold(word[:end])) >= length), len(word))


def suggested(query: Query, reader: Reader, seen: Scope = EVERYONE) -> Iterator[Clause]:
    """Queries for the names that someone may be typing, the likeliest first, each wider than those
    before it: names with the marks that were typed before others; whole names, beginnings of names,
    beginnings of alternative names, words next to each other in a name, each of these first without
    the types that stand `behind`, then words anywhere in names; each time the designated before
    all."""
    words = words_of(query.text)
    if not words.words:
        return
    build, typed = Builder(reader.schema, seen, Reach.NAMES), " ".join(words.folded)
    filters = filters_of(build, query, reader)
    is_open = not query.text[:MAX_CHARACTERS][-1:].isspace()
    inside = build.named("name_folded", words.folded, is_open)
    beginnings = [build.term("beginning", start + typed[:MAX_EDGE]) for start in ("", OTHERWISE)]
    pairs = tuple(pairs_of(words.folded))
    pieces = [all_of([one, inside]) for one in beginnings]
    whole = all_of([build.term("whole_folded", typed), inside])
    telling = any_of([build.term("type", one) for one in query.behind])

    def first_themselves(parts: list[Clause]) -> list[Clause]:
        return [*(but_not(one, telling) for one in parts if query.behind), *parts]

    if pairs:
        pieces.append(build.named("name_pairs", pairs, is_open))
        ways = [*first_themselves(pieces), *first_themselves([inside])]
    else:
        ways = first_themselves([*pieces, inside])
    marked = [build.named("name_exact", words.exact, is_open)]
    designated = [build.term("designated", "yes")]
    for marks in [marked, []] if words.marked else [[]]:
        for way in (whole, *ways):
            for chosen in (designated, []):
                yield all_of([way, *marks, *chosen, *filters])
