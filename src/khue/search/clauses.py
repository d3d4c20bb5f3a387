"""Clauses of Tantivy's queries, for someone who may see some records and not others.

Nothing typed is ever parsed as a query language: queries are put together from our own words, so
that no text can be an error.
"""

from __future__ import annotations

from collections.abc import Callable

from tantivy import Occur, Schema
from tantivy import Query as Clause

from khue.model.rights import Scope
from khue.search.layout import keyword, term
from khue.search.queries import Limit, Reach, Typos
from khue.search.words import Word, Words


class Builder:
    """Clauses over one schema, for someone who may see what `seen` admits.

    Whoever is granted nothing searches the public index, which holds nothing else. In the staff
    index a limited grant opens what is closed of the records within its types and units only.
    """

    def __init__(self, schema: Schema, seen: Scope, reach: Reach) -> None:
        self._schema = schema
        self._seen = seen
        self.reach = reach
        self._limited = seen.types is not None or seen.units is not None

    def admitted(self) -> list[Clause]:
        """That a record is public or granted, where there may be others."""
        if not (self._seen.granted and self._limited):
            return []
        return [any_of([self.term("public", "yes"), all_of(self._granted())])]

    def told(self, clause: Callable[[str], Clause]) -> Clause:
        """That a clause holds of some text of a record that one may read."""
        ways = [clause("text_folded")]
        if self._seen.granted:
            ways.append(all_of([clause("closed"), *self._granted()]))
        if self._seen.granted and not self._limited:
            ways.append(clause("named"))
        return any_of(ways) if len(ways) > 1 else ways[0]

    def _granted(self) -> list[Clause]:
        """That a record may be read whole: clauses that must all hold."""
        limits = (("type", self._seen.types), ("scope", self._seen.units))
        clauses = [
            self.anyone(name, sorted(values)) for name, values in limits if values is not None
        ]
        return [score_nothing(clause) for clause in clauses]

    def term(self, name: str, word: str) -> Clause:
        return term(self._schema, name, _storable(word))

    def prefix(self, name: str, word: str) -> Clause:
        # Not a phrase-prefix query, which looks at no more than fifty words, and not a regular
        # expression, which takes longer to compile than to run. No letter may differ.
        return Clause.fuzzy_term_query(self._schema, name, _storable(word), distance=0, prefix=True)

    def degree(self, name: str, word: str, weight: float) -> Clause:
        """A word that counts the more the rarer it is and the shorter what has it (BM25)."""
        return Clause.boost_query(self.term(name, word), weight)

    def phrase(self, name: str, words: tuple[str, ...]) -> Clause:
        if len(words) == 1:  # a phrase of one word makes Tantivy panic
            return self.term(name, words[0])
        return Clause.phrase_query(self._schema, name, list(words))

    def every(self, name: str, words: tuple[str, ...], *more: Clause) -> Clause:
        return all_of([*(self.term(name, word) for word in words), *more])

    def named(self, name: str, words: tuple[str, ...], is_open: bool) -> Clause:
        """That all words are in names, the last of which may still go on."""
        last = [self.prefix(name, words[-1])] if is_open else []
        return self.every(name, words[:-1] if is_open else words, *last)

    def in_number(self, name: str, word: Word) -> Clause:
        """A word as it is typed, or in its other number."""
        return (
            self.anyone(name, [word.folded, *word.numbers])
            if word.numbers
            else self.term(name, word.folded)
        )

    def anyone(self, name: str, values: list[str]) -> Clause:
        return Clause.term_set_query(self._schema, name, [_storable(value) for value in values])

    def word(self, word: Word, words: Words, typos: Typos) -> Clause:
        """A word somewhere in the text, in either number; the last one may still go on, one that is
        mistyped be another."""

        def in_text(name: str) -> Clause:
            ways = [self.term(name, word.folded)]
            if words.open and word.folded == words.words[-1].folded:
                field = name if self.reach >= Reach.TEXTS else "name_folded"
                ways.append(self.prefix(field, word.folded))
            others = () if word.phrase else (*word.numbers, *typos.get(word.folded, ()))
            if others:
                ways.append(score_nothing(self.anyone(name, list(others))))
            return any_of(ways) if len(ways) > 1 else ways[0]

        return self.told(in_text)

    def quoted(self, phrase: Words) -> Clause:
        """Words next to each other in the text, with these marks if any was typed. What is closed
        is kept without order and marks: there the words are enough."""

        def in_text(name: str) -> Clause:
            if name != "text_folded":
                return self.every(name, phrase.folded)
            order = self.phrase(name, phrase.folded)
            return self.every("text_exact", phrase.exact, order) if phrase.marked else order

        return self.told(in_text)

    def limit(self, limit: Limit) -> Clause:
        """That one of the values holds."""
        fields: dict[str, list[str]] = {}
        for key, value in limit.values:
            name, token = keyword(key, value)
            fields.setdefault(name, []).append(token)
        return any_of([self.anyone(name, values) for name, values in fields.items()])


def any_of(clauses: list[Clause]) -> Clause:
    """That one of some clauses holds."""
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])


def all_of(clauses: list[Clause]) -> Clause:
    """That all of some clauses hold."""
    return Clause.boolean_query([(Occur.Must, clause) for clause in clauses])


def but_not(clause: Clause, other: Clause) -> Clause:
    """That a clause holds and another one does not."""
    return Clause.boolean_query([(Occur.Must, clause), (Occur.MustNot, other)])


def _storable(text: str) -> str:
    """The text as UTF-8 can hold it: half a surrogate pair is no character of any record."""
    return text.encode("utf-8", "replace").decode("utf-8")


def score_nothing(clause: Clause) -> Clause:
    """A clause that finds the same and says nothing of the order."""
    return Clause.const_score_query(clause, 0.0)
