"""Which records are found."""

from __future__ import annotations

from dataclasses import replace

from tantivy import Occur
from tantivy import Query as Clause

from khue.model.rights import Scope
from khue.search.areas import in_area, in_box
from khue.search.clauses import Builder, all_of, any_of, but_not, score_nothing
from khue.search.layout import facet_token
from khue.search.queries import EVERYONE, MANY, NO_TYPOS, Query, Reach, Typos, question_of
from khue.search.reading import Reader
from khue.search.typos import typos_of
from khue.search.words import Word, Words, words_of


def matching(
    query: Query, reader: Reader, seen: Scope = EVERYONE, reach: Reach = Reach.NAMES
) -> Clause:
    """The query that says which records are found by who may see those; it gives no ranking.

    Only of `query.area` the index itself has to be asked, once for each commit of it.
    """
    build = Builder(reader.schema, seen, reach)
    typos = typos_for(reader, words_of(query.text), seen, reach)
    texts = Texts(build, words_in(reader, query.text), typos)
    must = [*texts.found(), *filters_of(build, query, reader)]
    return all_of(must or [Clause.exists_query("type")])  # everything but the marker


def number_found(
    query: Query,
    reader: Reader,
    seen: Scope = EVERYONE,
    reach: Reach = Reach.NAMES,
    known: int | None = None,
) -> int:
    """How many records are found; remembered, also if it is `known` already."""

    def work_out() -> int:
        if known is not None:
            return known
        found = matching(query, reader, seen, reach)
        # Every record has one type; counting it ranks nothing, so it takes less than a search does.
        asked = {"found": {"value_count": {"field": "type"}}}
        return int(reader.searcher.aggregate(found, asked)["found"]["value"])

    return reader.remember(("number", question_of(query, seen), reach), work_out)


def words_in(reader: Reader, text: str) -> Words:
    """The words of a text, with those other numbers of them that are words of the index: nearly no
    word has one, and what need not be looked for costs nothing. (Of what nobody may find they say
    nothing: they are looked for where all words are.)"""
    return reader.remember(("numbers", text), lambda: _with_known_numbers(reader, words_of(text)))


def _with_known_numbers(reader: Reader, words: Words) -> Words:
    often, fields = reader.searcher.doc_freq, ("text_folded", "closed", "named")

    def known(word: Word) -> Word:
        held = [one for one in word.numbers if any(often(field, one) for field in fields)]
        return replace(word, numbers=tuple(held))

    return replace(words, words=tuple([known(word) for word in words.words]))


def called(query: Query, reader: Reader, seen: Scope = EVERYONE) -> Clause:
    """The query for the records of which a name is just the text, with marks or without."""
    build = Builder(reader.schema, seen, Reach.NAMES)
    name = build.term("whole_folded", " ".join(words_of(query.text).folded))
    return all_of([name, *build.admitted()])


class Texts:
    """What texts must have to be found: the words as typed (`told`), or as they may be `meant`, or
    `most` of them, as far as one goes."""

    def __init__(self, build: Builder, words: Words, typos: Typos) -> None:
        self.told = told_in(build, words)
        self.meant = told_in(build, words, typos) if typos else self.told
        self.most: Clause | None = None
        if build.reach >= Reach.MOST and len(self.told) >= MANY:
            each = [(Occur.Should, clause) for clause in self.told]
            enough = -(-2 * len(each) // 3)
            self.most = Clause.boolean_query(each, minimum_number_should_match=enough)

    def found(self) -> list[Clause]:
        """Clauses that must all hold."""
        return [any_of([all_of(self.meant), self.most])] if self.most else self.meant


def told_in(build: Builder, words: Words, typos: Typos = NO_TYPOS) -> list[Clause]:
    """That texts have each of the words that are asked for, or what they may be mistyped for."""
    return [build.word(word, words, typos) for word in words.asked]


def typos_for(reader: Reader, words: Words, seen: Scope, reach: Reach) -> Typos:
    """The words that may be mistyped, if one goes so far."""
    return typos_of(reader, words, seen) if reach >= Reach.TYPOS else NO_TYPOS


def _at_place(build: Builder, place: str, certain: bool | None) -> Clause:
    present = build.term("facet", facet_token("present", place))
    if certain:
        return present
    there = build.term("unit", place)
    return there if certain is None else but_not(there, present)


def filters_of(build: Builder, query: Query, reader: Reader) -> list[Clause]:
    """What must hold beside the words: clauses that score nothing."""
    filters = build.admitted()
    if query.type is not None:
        filters.append(build.term("type", query.type))
    if query.place is not None:
        filters.append(_at_place(build, query.place, query.certain))
    for key, values in query.facets.items():
        if values:
            filters.append(build.anyone("facet", [facet_token(key, value) for value in values]))
    if query.box is not None:
        filters.append(in_box(reader.schema, query.box))
    if query.area is not None:
        filters.append(in_area(reader, query.area))
    filters += [build.quoted(phrase) for phrase in words_of(query.text).phrases]
    filters += [build.limit(limit) for limit in query.limits]
    return [score_nothing(clause) for clause in filters]
