"""What is asked, and how it becomes a Tantivy query. Pure.

Nothing typed is ever parsed as a query language: queries are put together from our own words, so
that no text can be an error. The ranking is a sum of the weights below; each weight is greater
than the sum of what comes after it, but for the last three, which measure degrees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tantivy import Occur, Schema
from tantivy import Query as Clause

from khue.model.rights import PUBLIC, Scope, scope
from khue.search.layout import facet_token, term, with_start
from khue.search.words import Word, Words, words_of

Sort = Literal["relevance", "name"]

DEPTH = 10_000
"""Pages end here; whoever wants everything exports it."""

# Typed with marks, the marks are meant: exact forms come before all folded ones.
MARKED_WORDS_IN_NAME = 700.0  # every word typed with marks is in the name with these marks
EXACT_IN_NAME = 700.0  # the words are in a name in one piece just as typed
EXACT_WHOLE = 700.0  # a name is just what was typed
# Without marks, or with the same marks: the whole name, its beginning, a part in one piece.
WHOLE = 350.0
BEGINNING = 60.0
PHRASE = 60.0
OPEN_BEGINNING = 60.0  # the same with the last word still being typed
ALL_IN_NAME = 50.0
OPEN_IN_NAME = 50.0
# Degrees: rare words and short names count more (BM25), the designated slightly more.
NAME_WORD = 1.5
EXACT_NAME_WORD = 1.0
EXACT_TEXT_WORD = 1.0
DESIGNATED = 2.0
OPEN_WORD = 0.2

EVERYONE = scope(PUBLIC, "read_public")
"""The records that everyone may find, by what is public of them."""


@dataclass(frozen=True)
class Query:
    """What is looked for.

    Values of one facet are alternatives, different facets must all hold. `place` is the code of
    a unit: records are found whose unit it is, may be (candidates), or whose unit lies within it.
    An empty text finds everything, by name. Unknown types, facets and units find nothing.
    """

    text: str = ""
    type: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: str | None = None
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0


def matching(query: Query, schema: Schema, seen: Scope = EVERYONE) -> Clause:
    """The query that says which records are found by who may see those; it gives no ranking."""
    build = _Builder(schema, seen)
    asked = [build.word(word, words) for words in [words_of(query.text)] for word in _asked(words)]
    must = [*asked, *_filters(build, query), *build.admitted()]
    return _all(must or [Clause.exists_query("type")])  # everything but the marker


def ranked(query: Query, schema: Schema, seen: Scope = EVERYONE) -> Clause:
    """The query that finds what `matching` finds, and ranks it."""
    words = words_of(query.text)
    build = _Builder(schema, seen)
    hints = [*_name_hints(build, words), *_word_hints(build, words), *_exact_hints(build, words)]
    hints.append(Clause.const_score_query(build.term("designated", "yes"), DESIGNATED))
    return Clause.boolean_query(
        [
            (Occur.Must, matching(query, schema, seen)),
            *((Occur.Should, hint) for hint in hints),
        ]
    )


class _Builder:
    """Clauses over one schema, for someone who may see what `seen` admits.

    Whoever is granted nothing searches the public index, which holds nothing else. In the staff
    index a limited grant opens what is closed of the records within its types and units only.
    """

    def __init__(self, schema: Schema, seen: Scope) -> None:
        self._schema = schema
        self._seen = seen
        self._limited = seen.types is not None or seen.units is not None

    def admitted(self) -> list[Clause]:
        """That a record is public or granted, where there may be others."""
        if not (self._seen.granted and self._limited):
            return []
        clause = _any([self.term("public", "yes"), _all(self._granted())])
        return [Clause.const_score_query(clause, 0.0)]

    def told(self, clause: Callable[[str], Clause]) -> Clause:
        """That a clause holds of some text of a record that one may read."""
        ways = [clause("text_folded")]
        if self._seen.granted:
            ways.append(_all([clause("closed"), *self._granted()]))
        if self._seen.granted and not self._limited:
            ways.append(clause("named"))
        return _any(ways) if len(ways) > 1 else ways[0]

    def _granted(self) -> list[Clause]:
        """That a record may be read whole: clauses that must all hold."""
        limits = (("type", self._seen.types), ("scope", self._seen.units))
        clauses = [
            self.anyone(name, sorted(values)) for name, values in limits if values is not None
        ]
        return [Clause.const_score_query(clause, 0.0) for clause in clauses]

    def term(self, name: str, word: str) -> Clause:
        return term(self._schema, name, _storable(word))

    def prefix(self, name: str, word: str) -> Clause:
        # Not a phrase-prefix query, which looks at no more than fifty words, and not a regular
        # expression, which takes longer to compile than to run. No letter may differ.
        return Clause.fuzzy_term_query(self._schema, name, _storable(word), distance=0, prefix=True)

    def phrase(self, name: str, words: tuple[str, ...]) -> Clause:
        if len(words) == 1:  # a phrase of one word makes Tantivy panic
            return self.term(name, words[0])
        return Clause.phrase_query(self._schema, name, list(words))

    def open_phrase(self, name: str, words: tuple[str, ...]) -> Clause:
        return Clause.phrase_prefix_query(self._schema, name, list(words))

    def every(self, name: str, words: tuple[str, ...], *more: Clause) -> Clause:
        return _all([*(self.term(name, word) for word in words), *more])

    def anyone(self, name: str, values: list[str]) -> Clause:
        return Clause.term_set_query(self._schema, name, [_storable(value) for value in values])

    def word(self, word: Word, words: Words) -> Clause:
        """A word somewhere in the text; the last one may still go on."""

        def in_text(name: str) -> Clause:
            whole = self.term(name, word.folded)
            if not (words.open and word is words.words[-1]):
                return whole
            longer = Clause.const_score_query(self.prefix(name, word.folded), OPEN_WORD)
            return _any([whole, longer])

        return self.told(in_text)


def _any(clauses: list[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])


def _all(clauses: list[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Must, clause) for clause in clauses])


def _storable(text: str) -> str:
    """The text as UTF-8 can hold it: half a surrogate pair is no character of any record."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _asked(words: Words) -> list[Word]:
    return [word for word in words.words if word.asked]


def _filters(build: _Builder, query: Query) -> list[Clause]:
    filters: list[Clause] = []
    if query.type is not None:
        filters.append(build.term("type", query.type))
    if query.place is not None:
        filters.append(build.term("unit", query.place))
    for key, values in query.facets.items():
        if values:
            filters.append(build.anyone("facet", [facet_token(key, value) for value in values]))
    return [Clause.const_score_query(clause, 0.0) for clause in filters]


def _name_hints(build: _Builder, words: Words) -> list[Clause]:
    """Hints that look at names in folded form."""
    if not words.words:
        return []
    name = "name_folded"
    folded, beginning = words.folded, tuple(with_start(" ".join(words.folded)).split())
    alone = len(folded) == 1
    hints = [
        (build.term("whole_folded", " ".join(folded)), WHOLE),
        (build.term(name, beginning[0]) if alone else build.phrase(name, beginning), BEGINNING),
        (build.phrase(name, folded), PHRASE),
        (build.every(name, tuple(word.folded for word in _asked(words))), ALL_IN_NAME),
    ]
    if words.open:
        last = build.prefix(name, folded[-1])
        hints += [
            (
                build.prefix(name, beginning[0]) if alone else build.open_phrase(name, beginning),
                OPEN_BEGINNING,
            ),
            (build.every(name, folded[:-1], last), OPEN_IN_NAME),
        ]
    return [Clause.const_score_query(clause, weight) for clause, weight in hints]


def _word_hints(build: _Builder, words: Words) -> list[Clause]:
    """Hints of degree: each word that the name holds, by how rare it is."""
    return [Clause.boost_query(build.term("name_folded", word), NAME_WORD) for word in words.folded]


def _exact_hints(build: _Builder, words: Words) -> list[Clause]:
    """Hints that look at marks, if any were typed."""
    if not words.marked:
        return []
    marked = tuple(word.exact for word in words.words if word.marked)
    whole = [
        (build.every("name_exact", marked), MARKED_WORDS_IN_NAME),
        # In one piece, hence in one name: otherwise, of *văn mieu*, the one word may be in the
        # Vietnamese name and the other in the English one, which has no marks.
        (build.phrase("name_exact", words.exact), EXACT_IN_NAME),
        (build.term("whole_exact", " ".join(words.exact)), EXACT_WHOLE),
    ]
    return [
        *(Clause.const_score_query(clause, weight) for clause, weight in whole),
        *(Clause.boost_query(build.term("name_exact", w), EXACT_NAME_WORD) for w in words.exact),
        *(Clause.boost_query(build.term("text_exact", w), EXACT_TEXT_WORD) for w in words.exact),
    ]
