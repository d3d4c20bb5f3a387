"""What is asked, and how it becomes a Tantivy query.

Nothing typed is ever parsed as a query language: queries are put together from our own words, so
that no text can be an error. Records whose names have all the words, or all that were typed with
marks just so, come before all others. Within these two tiers the ranking is a sum of the weights
below; each is greater than the sum of what comes after it, but for the last ones, which measure
degrees. The second tier is looked at only where the first does not fill the page: names are short,
and most searches are for a name.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import combinations, islice, pairwise, product
from typing import Literal

from tantivy import Occur, Schema
from tantivy import Query as Clause

from khue.model.rights import PUBLIC, Scope, scope
from khue.search.areas import Area, Box, Position, in_area, in_box
from khue.search.layout import MAX_EDGE, OTHERWISE, facet_token, pairs_of, term
from khue.search.reading import Reader
from khue.search.typos import NO_TYPOS, Typos, typos_of
from khue.search.words import MAX_CHARACTERS, Word, Words, words_of

Sort = Literal["relevance", "name", "date", "newest", "distance"]

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
LAST_WORD = 50.0  # the last word, which may go on, is a word of the name as it is
# The words are spread over name and text, as in *chùa ở Ba Vì*: the kind of thing comes first and
# is in the name, the words of a place or a person stand together.
FIRST_IN_NAME = 20.0
NEIGHBOURS = 20.0  # for each of the first pairs of words that are next to each other in the text
PAIRS = 3
# Degrees: rare words and short names count more (BM25), the designated slightly more.
NAME_WORD = 1.5
EXACT_NAME_WORD = 1.0
EXACT_TEXT_WORD = 2.0
DESIGNATED = 2.0
# Where words may be mistyped:
ONE_DIFFERS = 60.0  # all but one of the words are in names as typed
MEANT_IN_NAME = 50.0  # all are, as they may be meant

FEW = 3
"""What finds fewer records than this is looked for further (see `Reach`)."""


class Reach(IntEnum):
    """How far one goes to find something: each step finds all that the one before it finds."""

    NAMES = 0
    """The last word, if it may go on, may be the beginning of a word of a name. (Most texts have
    some word of nearly any beginning.)"""
    TEXTS = 1
    """It may be the beginning of any word."""
    TYPOS = 2
    """A word of four letters or more may be mistyped by one (see `typos`)."""
    MOST = 3
    """Two thirds of the words are enough, if there are `MANY` or more and they are no name: people
    say more than records do (*nhà thờ công giáo ở Sài Gòn*)."""


MANY = 3
"""Of fewer words none can be left out."""

MAX_READINGS = 100
"""So many ways to read several mistyped words together are looked for as whole names."""


EVERYONE = scope(PUBLIC, "read_public")
"""The records that everyone may find, by what is public of them."""


@dataclass(frozen=True)
class Limit:
    """A filter that was typed as words (`typed`): pairs of a key (`type`, `place` or a facet) and a
    value, of which one must hold."""

    typed: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Query:
    """What is looked for.

    Values of one facet are alternatives, different facets must all hold. `place` is the code of
    a unit: records are found whose unit it is, may be (candidates), or whose unit lies within it.
    With `certain`, only those whose unit it is for certain. An empty text finds everything, by
    name. Unknown types, facets and units find nothing. `counted` are the facets to be counted, all
    if it is None. `limits` are what `understand` took out of the text; all must hold.

    `box` and `area` find the records whose point is in them, both if both are given. The order
    `distance` is that from `near`: nearest first, then what has no point, by name; without `near`
    it is the order of relevance.
    """

    text: str = ""
    type: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: str | None = None
    certain: bool = False
    box: Box | None = None
    area: Area | None = None
    near: Position | None = None
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0
    counted: tuple[str, ...] | None = None
    limits: tuple[Limit, ...] = ()


def question_of(query: Query, seen: Scope = EVERYONE) -> Hashable:
    """What decides which records are found: queries that agree in it find the same."""
    chosen = tuple((key, tuple(query.facets[key])) for key in sorted(query.facets))
    where = (query.place, query.certain, query.box, query.area)
    return (query.type, chosen, where, query.limits, words_of(query.text), seen)


def matching(
    query: Query, reader: Reader, seen: Scope = EVERYONE, reach: Reach = Reach.NAMES
) -> Clause:
    """The query that says which records are found by who may see those; it gives no ranking.

    Only of `query.area` the index itself has to be asked, once for each commit of it.
    """
    words = words_of(query.text)
    build = _Builder(reader.schema, seen, reach)
    texts = _Texts(build, words, _typos(reader, words, seen, reach))
    must = [*texts.found(), *_filters(build, query, reader)]
    return _all(must or [Clause.exists_query("type")])  # everything but the marker


def ranked(
    query: Query, reader: Reader, seen: Scope = EVERYONE, reach: Reach = Reach.NAMES
) -> tuple[Clause, ...]:
    """The queries that find together, each record once, what `matching` finds, and rank it: those
    in a later one come after all of those before it."""
    words = words_of(query.text)
    build = _Builder(reader.schema, seen, reach)
    if not words.words:
        return (matching(query, reader, seen),)
    typos = _typos(reader, words, seen, reach)
    texts, named = _Texts(build, words, typos), _named(build, words)
    filters = [(Occur.Must, clause) for clause in _filters(build, query, reader)]
    told, not_told = _score_nothing(_all(texts.told)), (Occur.MustNot, _all(texts.told))
    hints = _text_hints(build, words)
    tiers = [
        _hinted([(Occur.Must, named), *filters], _name_hints(build, words)),
        _hinted([(Occur.Must, told), (Occur.MustNot, named), *filters], hints),
    ]
    if typos:
        meant = [(Occur.Must, _score_nothing(_all(texts.meant))), not_told, *filters]
        tiers.append(_hinted(meant, [*hints, *_typo_hints(build, words, typos)]))
    if texts.most:
        others = (Occur.MustNot, _all(texts.meant))
        tiers.append(_hinted([(Occur.Must, texts.most), others, not_told, *filters], hints))
    return tuple(tiers)


def suggested(text: str, schema: Schema, seen: Scope = EVERYONE) -> Iterator[Clause]:
    """Queries for the names that someone may be typing, the likeliest first, each wider than those
    before it: names with the marks that were typed before others; whole names, beginnings of names,
    beginnings of alternative names, words in a name; each time the designated before all."""
    words = words_of(text)
    if not words.words:
        return
    build, typed = _Builder(schema, seen, Reach.NAMES), " ".join(words.folded)
    is_open = not text[:MAX_CHARACTERS][-1:].isspace()
    inside = build.named("name_folded", words.folded, is_open)
    beginnings = [build.term("beginning", start + typed[:MAX_EDGE]) for start in ("", OTHERWISE)]
    ways = [
        [build.term("whole_folded", typed), inside],
        *([beginning, inside] for beginning in beginnings),
        [inside],
    ]
    marked = [build.named("name_exact", words.exact, is_open)]
    designated = [build.term("designated", "yes")]
    for marks in [marked, []] if words.marked else [[]]:
        for way in ways:
            for chosen in (designated, []):
                yield _all([*way, *marks, *chosen, *build.admitted()])


def steps_for(words: Words) -> list[Reach]:
    """How far one may go for a text, step by step."""
    return [reach for reach in Reach if reach < Reach.MOST or len(_asked(words)) >= MANY]


def called(query: Query, reader: Reader, seen: Scope = EVERYONE) -> Clause:
    """The query for the records of which a name is just the text, with marks or without."""
    build = _Builder(reader.schema, seen, Reach.NAMES)
    name = build.term("whole_folded", " ".join(words_of(query.text).folded))
    return _all([name, *build.admitted()])


class _Builder:
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
        return [_any([self.term("public", "yes"), _all(self._granted())])]

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
        return [_score_nothing(clause) for clause in clauses]

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
        return _all([*(self.term(name, word) for word in words), *more])

    def named(self, name: str, words: tuple[str, ...], is_open: bool) -> Clause:
        """That all words are in names, the last of which may still go on."""
        last = [self.prefix(name, words[-1])] if is_open else []
        return self.every(name, words[:-1] if is_open else words, *last)

    def anyone(self, name: str, values: list[str]) -> Clause:
        return Clause.term_set_query(self._schema, name, [_storable(value) for value in values])

    def word(self, word: Word, words: Words, typos: Typos) -> Clause:
        """A word somewhere in the text; the last one may still go on, a mistyped one be another."""

        def in_text(name: str) -> Clause:
            ways = [self.term(name, word.folded)]
            if words.open and word.folded == words.words[-1].folded:
                field = name if self.reach >= Reach.TEXTS else "name_folded"
                ways.append(self.prefix(field, word.folded))
            if not word.phrase and (others := typos.get(word.folded)):
                ways.append(_score_nothing(self.anyone(name, list(others))))
            return _any(ways) if len(ways) > 1 else ways[0]

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
            name = {"type": "type", "place": "unit"}.get(key, "facet")
            fields.setdefault(name, []).append(
                facet_token(key, value) if name == "facet" else value
            )
        return _any([self.anyone(name, values) for name, values in fields.items()])


class _Texts:
    """What texts must have to be found: the words as typed (`told`), or as they may be `meant`, or
    `most` of them, as far as one goes."""

    def __init__(self, build: _Builder, words: Words, typos: Typos) -> None:
        self.told = _told(build, words)
        self.meant = _told(build, words, typos) if typos else self.told
        self.most: Clause | None = None
        if build.reach >= Reach.MOST and len(self.told) >= MANY:
            each = [(Occur.Should, clause) for clause in self.told]
            enough = -(-2 * len(each) // 3)
            self.most = Clause.boolean_query(each, minimum_number_should_match=enough)

    def found(self) -> list[Clause]:
        """Clauses that must all hold."""
        return [_any([_all(self.meant), self.most])] if self.most else self.meant


def _any(clauses: list[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Should, clause) for clause in clauses])


def _all(clauses: list[Clause]) -> Clause:
    return Clause.boolean_query([(Occur.Must, clause) for clause in clauses])


def _storable(text: str) -> str:
    """The text as UTF-8 can hold it: half a surrogate pair is no character of any record."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _score_nothing(clause: Clause) -> Clause:
    return Clause.const_score_query(clause, 0.0)


def _asked(words: Words) -> list[Word]:
    return list({word.folded: word for word in words.words if word.asked}.values())


def _told(build: _Builder, words: Words, typos: Typos = NO_TYPOS) -> list[Clause]:
    return [build.word(word, words, typos) for word in _asked(words)]


def _typos(reader: Reader, words: Words, seen: Scope, reach: Reach) -> Typos:
    return typos_of(reader, words, seen) if reach >= Reach.TYPOS else NO_TYPOS


def _filters(build: _Builder, query: Query, reader: Reader) -> list[Clause]:
    filters = build.admitted()
    if query.type is not None:
        filters.append(build.term("type", query.type))
    if query.place is not None:
        field = ("facet", facet_token("present", query.place))
        filters.append(build.term(*field if query.certain else ("unit", query.place)))
    for key, values in query.facets.items():
        if values:
            filters.append(build.anyone("facet", [facet_token(key, value) for value in values]))
    if query.box is not None:
        filters.append(in_box(reader.schema, query.box))
    if query.area is not None:
        filters.append(in_area(reader, query.area))
    filters += [build.quoted(phrase) for phrase in words_of(query.text).phrases]
    filters += [build.limit(limit) for limit in query.limits]
    return [_score_nothing(clause) for clause in filters]


def _hinted(must: list[tuple[Occur, Clause]], hints: list[Clause]) -> Clause:
    return Clause.boolean_query([*must, *((Occur.Should, hint) for hint in hints)])


def _named(build: _Builder, words: Words) -> Clause:
    """That the names of a record have all the words, or those with marks just so."""
    name, asked = "name_folded", _asked(words)
    folded = tuple(word.folded for word in asked)
    ways = [build.every(name, folded)]
    if words.open and folded[-1] == words.words[-1].folded:
        ways.append(build.every(name, folded[:-1], build.prefix(name, folded[-1])))
    marked = _marked(words)
    if marked and len(marked) < len(asked):
        ways.append(build.every("name_exact", marked, *_told(build, words)))
    return _score_nothing(_any(ways))


def _name_hints(build: _Builder, words: Words) -> list[Clause]:
    """Hints about records whose names have the words."""
    name, folded, typed = "name_folded", words.folded, " ".join(words.folded)
    begun = (typed if words.open else f"{typed} ")[:MAX_EDGE]
    beginnings = [build.term("beginning", begun), build.term("beginning", f"{OTHERWISE}{begun}")]
    hints = [(build.term("whole_folded", typed), WHOLE), (_any(beginnings), BEGINNING)]
    if len(folded) > 1:
        hints.append((build.every("name_pairs", tuple(pairs_of(folded))), PHRASE))
    if words.open:
        hints.append((build.term(name, folded[-1]), LAST_WORD))
    marked = _marked(words)
    if marked:
        hints.append((build.every("name_exact", marked), MARKED_WORDS_IN_NAME))
        # In one piece, hence in one name: otherwise, of *văn mieu*, the one word may be in the
        # Vietnamese name and the other in the English one, which has no marks.
        whole = tuple(pairs_of(words.exact))
        piece = (
            build.every("name_pairs", whole) if whole else build.term("name_exact", *words.exact)
        )
        hints.append((piece, EXACT_IN_NAME))
        hints.append((build.term("whole_exact", " ".join(words.exact)), EXACT_WHOLE))
    first = build.term(name, folded[0])  # they all have it, and few others
    hints.append((_all([first, build.term("designated", "yes")]), DESIGNATED))
    return [
        *(Clause.const_score_query(clause, weight) for clause, weight in hints),
        *(build.degree("name_folded", word, NAME_WORD) for word in folded),
        *(build.degree("name_exact", word, EXACT_NAME_WORD) for word in marked),
    ]


def _text_hints(build: _Builder, words: Words) -> list[Clause]:
    """Hints about the other records. Of those whose names have not even the first word more is not
    asked: they are many, and each question costs time."""
    asked = _asked(words)
    first = build.term("name_folded", asked[0].folded)
    hints = [(_all([first, build.term("designated", "yes")]), DESIGNATED)]
    if len(asked) > 1:
        rest = words.words[words.words.index(asked[0]) + 1 :]
        pairs = [(one, other) for one, other in pairwise(rest) if one.asked and other.asked]
        hints.append((first, FIRST_IN_NAME))
        for one, other in pairs[:PAIRS]:
            near = build.phrase("text_folded", (one.folded, other.folded))
            if build.reach < Reach.MOST:  # otherwise there is little to find, and all may help
                near = _all([first, near])
            hints.append((near, NEIGHBOURS))
    return [
        *(Clause.const_score_query(clause, weight) for clause, weight in hints),
        *(build.degree("name_folded", word, NAME_WORD) for word in words.folded),
        *(build.degree("text_exact", word, EXACT_TEXT_WORD) for word in _marked(words)),
    ]


def _typo_hints(build: _Builder, words: Words, typos: Typos) -> list[Clause]:
    """Hints that look at names for what mistyped words may mean."""
    name = "name_folded"
    readings = [" ".join(one) for one in islice(_readings(words.folded, typos), MAX_READINGS)]
    typed = [build.term(name, word.folded) for word in _asked(words)]
    meant = [
        build.anyone(name, [word.folded, *typos.get(word.folded, ())]) for word in _asked(words)
    ]
    one = [_all([*typed[:place], each, *typed[place + 1 :]]) for place, each in enumerate(meant)]
    hints = [
        (build.anyone("whole_folded", readings), WHOLE),
        (build.anyone("beginning", [reading[:MAX_EDGE] for reading in readings]), BEGINNING),
        (_any(one), ONE_DIFFERS),
        (_all(meant), MEANT_IN_NAME),
    ]
    return [Clause.const_score_query(clause, weight) for clause, weight in hints]


def _readings(words: tuple[str, ...], typos: Typos) -> Iterator[tuple[str, ...]]:
    """What may be meant, if one word is mistyped, then if two are."""
    doubtful = [place for place, word in enumerate(words) if word in typos]
    for count in (1, 2):
        for places in combinations(doubtful, count):
            for meant in product(*(typos[words[place]] for place in places)):
                instead = dict(zip(places, meant, strict=True))
                yield tuple(instead.get(place, word) for place, word in enumerate(words))


def _marked(words: Words) -> tuple[str, ...]:
    return tuple(word.exact for word in _asked(words) if word.marked)
