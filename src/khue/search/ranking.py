"""In which order what is found stands.

Records whose names have all the words, those that were typed with marks just so, come before all
others. Within these two tiers the ranking is a sum of the weights below; each is greater than the
sum of what comes after it, but for the last ones, which measure degrees. The second tier is looked
at only where the first does not fill the page: names are short, and most searches are for a name.
docs/guide/ranking.md tells it in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, pairwise, product

from tantivy import Occur
from tantivy import Query as Clause

from khue.model.rights import Scope
from khue.search.clauses import Builder, all_of, any_of, but_not, score_nothing
from khue.search.layout import MAX_EDGE, OTHERWISE, pairs_of
from khue.search.matching import Texts, filters_of, matching, number_found, typos_for, words_in
from khue.search.queries import EVERYONE, NO_TYPOS, Query, Reach, Typos
from khue.search.reading import Reader
from khue.search.words import Words, words_of

# Typed with marks, the marks are meant: exact forms come before all folded ones.
MARKED_WORDS_IN_NAME = 700.0  # every word typed with marks is in the name with these marks
EXACT_IN_NAME = 700.0  # the words are in a name in one piece just as typed
EXACT_WHOLE = 700.0  # a name is just what was typed
# Without marks, or with the same marks: the whole name, a part in one piece, the thing itself.
WHOLE = 350.0
PHRASE = 160.0
LAST_WORD = 80.0  # the last word, which may go on, is a word of the name as it is
ITSELF = 70.0  # its type is not one whose records tell of others and bear their names
BEGINNING = 60.0
DESIGNATED_NAME = 15.0  # it is designated
AS_TYPED = 10.0  # no word of the name stands for its other number (*pagodas* for *pagoda*)
# The words are spread over name and text, as in *chùa ở Ba Vì*: the kind of thing comes first and
# is in the name, the words of a place or a person stand together.
FIRST_IN_NAME = 20.0
NEIGHBOURS = 20.0  # for each of the first pairs of words that are next to each other in the text
PAIRS = 3
ITSELF_IN_TEXT = 30.0  # with the first word in the name: as `ITSELF`
TOGETHER = 12.0  # for each such pair, whatever the name has: two of them outweigh the first word
# Where names have not the marks that were typed:
MARKED_WORDS_IN_TEXT = 400.0  # every word typed with marks is in the text with these marks
NAMED_OTHERWISE = 150.0  # all words are in names, with other marks; they are a whole name: twice
# Degrees: rare words and short names count more (BM25), in texts the designated slightly more.
NAME_WORD = 1.5
EXACT_NAME_WORD = 1.0
EXACT_TEXT_WORD = 2.0
DESIGNATED = 2.0
# Where words may be mistyped:
ONE_DIFFERS = 60.0  # all but one of the words are in names as typed
MEANT_IN_NAME = 50.0  # all are, as they may be meant
# Where most of the words are enough: a long text has all of them, far apart; what was meant has
# most of them in its name.
EVERY_WORD = 60.0

MUCH_ASKED = 1_000
"""Of so many records it may be asked whether words are next to each other somewhere in the text: a
long one has all the words of many queries, far apart (a millisecond where all have frequent ones).
"""
MAX_READINGS = 100
"""So many ways to read several mistyped words together are looked for as whole names."""


def ranked(
    query: Query, reader: Reader, seen: Scope = EVERYONE, reach: Reach = Reach.NAMES
) -> Iterator[Clause]:
    """The queries that find together, each record once, what `matching` finds, and rank it: those
    in a later one come after all of those before it. Each is made when it is asked for. Where most
    of the words are enough, those that have all are no tier of their own, but have a hint."""
    words = words_in(reader, query.text)
    build = Builder(reader.schema, seen, reach)
    if not words.words:
        yield matching(query, reader, seen)
        return
    typos = typos_for(reader, words_of(query.text), seen, reach)
    texts = Texts(build, words, typos)
    named = _named_just_so(build, words) if words.marks else _named(build, words)
    filters = [(Occur.Must, clause) for clause in filters_of(build, query, reader)]
    told, not_named = score_nothing(all_of(texts.told)), (Occur.MustNot, named)
    name_hints = _name_hints(build, words, query.behind)
    if query.named:
        asked = all_of([build.anyone("type", list(query.named)), told])
        yield _hinted([(Occur.Must, asked), *filters], name_hints)
        filters.append((Occur.MustNot, asked))
    yield _hinted([(Occur.Must, named), *filters], name_hints)
    # Decided by the words alone, so that a filter changes no order.
    few = number_found(Query(query.text), reader, seen) <= MUCH_ASKED
    hints = _text_hints(build, words, query.behind, few=few)
    if words.marks:
        hints += _mark_hints(build, words, all_count=not texts.most)
    others = [*hints, *(_typo_hints(build, words, typos) if typos else ())]
    if texts.most:
        found = score_nothing(all_of(texts.found()))
        every = Clause.const_score_query(all_of(texts.told), EVERY_WORD)
        yield _hinted([(Occur.Must, found), not_named, *filters], [*others, every])
        return
    yield _hinted([(Occur.Must, told), not_named, *filters], hints)
    if typos:
        meant, not_told = score_nothing(all_of(texts.meant)), (Occur.MustNot, told)
        yield _hinted([(Occur.Must, meant), not_told, not_named, *filters], others)


def _hinted(must: list[tuple[Occur, Clause]], hints: list[Clause]) -> Clause:
    return Clause.boolean_query([*must, *((Occur.Should, hint) for hint in hints)])


def _named(build: Builder, words: Words) -> Clause:
    """That the names of a record have all the words, with whatever marks."""
    name, asked = "name_folded", words.asked
    each = [build.in_number(name, word) for word in asked]
    ways = [all_of(each)]
    if words.open and asked[-1].folded == words.words[-1].folded:
        ways.append(all_of([*each[:-1], build.prefix(name, asked[-1].folded)]))
    return score_nothing(any_of(ways))


def _named_just_so(build: Builder, words: Words) -> Clause:
    """That the names of a record have all the words that were typed with marks just so, and the
    record the others. The last word may go on to one with these marks."""
    *others, last = words.marks
    ways = [build.term("name_exact", last)]
    if words.open and last == words.words[-1].exact:
        ways.append(build.prefix("name_exact", last))
    exact = build.every("name_exact", tuple(others), any_of(ways))
    # What is in a name is in the text, so that only the other words have to be asked for there.
    without = [build.word(word, words, NO_TYPOS) for word in words.asked if not word.marked]
    return score_nothing(all_of([exact, *without]))


def _mark_hints(build: Builder, words: Words, *, all_count: bool) -> list[Clause]:
    """Hints about records whose names have not the marks that were typed: what has them somewhere
    stands before names that have other ones, where all words count."""
    hints = [
        (_named(build, words), NAMED_OTHERWISE),
        (build.term("whole_folded", " ".join(words.folded)), NAMED_OTHERWISE),
    ]
    if all_count:
        hints.append((build.every("text_exact", words.marks), MARKED_WORDS_IN_TEXT))
    return [Clause.const_score_query(clause, weight) for clause, weight in hints]


def _name_hints(build: Builder, words: Words, behind: tuple[str, ...]) -> list[Clause]:
    """Hints about records whose names have the words."""
    name, folded, typed = "name_folded", words.folded, " ".join(words.folded)
    begun = (typed if words.open else f"{typed} ")[:MAX_EDGE]
    beginnings = [build.term("beginning", begun), build.term("beginning", f"{OTHERWISE}{begun}")]
    hints = [(build.term("whole_folded", typed), WHOLE), (any_of(beginnings), BEGINNING)]
    if len(folded) > 1:
        hints.append((build.every("name_pairs", tuple(pairs_of(folded))), PHRASE))
    if words.open:
        hints.append((build.term(name, folded[-1]), LAST_WORD))
    hints = _in_other_numbers(build, words, hints)
    marked = words.marks
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
    first = build.in_number(name, words.words[0])  # they all have it, and few others
    hints += _standing_hints(build, first, behind, DESIGNATED_NAME, ITSELF)
    return [
        *(Clause.const_score_query(clause, weight) for clause, weight in hints),
        *_name_degrees(build, words),
        *(build.degree("name_exact", word, EXACT_NAME_WORD) for word in marked),
    ]


def _standing_hints(
    build: Builder, first: Clause, behind: tuple[str, ...], designated: float, itself: float
) -> list[tuple[Clause, float]]:
    """Hints, of these weights, about those of the records with a first word in their names that are
    designated, and that do not tell of others."""
    hints = [(all_of([first, build.term("designated", "yes")]), designated)]
    if behind:
        hints.append((but_not(first, any_of([build.term("type", one) for one in behind])), itself))
    return hints


def _in_other_numbers(
    build: Builder, words: Words, hints: list[tuple[Clause, float]]
) -> list[tuple[Clause, float]]:
    """The hints about whole names, their beginnings, pieces and last words, such that names with
    words in their other number have them, too; those with the words as typed stand before."""
    numbers = {word.folded: word.numbers for word in words.words if word.numbers}
    if not numbers:
        return hints
    readings = list(islice(_readings(words.folded, numbers), MAX_READINGS))
    texts = [" ".join(one) for one in readings]
    begun = [text[:MAX_EDGE] for text in texts]
    pieces = [build.every("name_pairs", tuple(pairs_of(one))) for one in readings]
    others = [
        build.anyone("whole_folded", texts),
        build.anyone("beginning", [*begun, *(f"{OTHERWISE}{one}" for one in begun)]),
        *([any_of(pieces)] if len(words.words) > 1 else ()),
        *([build.in_number("name_folded", words.words[-1])] if words.open else ()),
    ]
    either = [
        (any_of([typed, other]), weight)
        for (typed, weight), other in zip(hints, others, strict=True)
    ]
    return [*either, (build.every("name_folded", words.folded), AS_TYPED)]


def _name_degrees(build: Builder, words: Words) -> list[Clause]:
    forms = [form for word in words.words for form in (word.folded, *word.numbers)]
    return [build.degree("name_folded", form, NAME_WORD) for form in forms]


def _text_hints(
    build: Builder, words: Words, behind: tuple[str, ...], *, few: bool
) -> list[Clause]:
    """Hints about the other records. Unless they are `few`, more is not asked of those whose names
    have not even the first word: they are many, and each question costs time."""
    asked = words.asked
    first = build.in_number("name_folded", asked[0])
    hints = _standing_hints(build, first, behind, DESIGNATED, ITSELF_IN_TEXT)
    if len(asked) > 1:
        rest = words.words[words.words.index(asked[0]) + 1 :]
        pairs = [(one, other) for one, other in pairwise(rest) if one.asked and other.asked]
        hints.append((first, FIRST_IN_NAME))
        for one, other in pairs[:PAIRS]:
            near = build.phrase("text_folded", (one.folded, other.folded))
            if build.reach < Reach.TYPOS:  # all have the other words, too: it is sought among few
                ended = asked[:-1] if words.open else asked
                others = [word for word in ended if word not in (one, other)]
                near = all_of([near, *(build.word(word, words, NO_TYPOS) for word in others)])
            if build.reach >= Reach.MOST:  # there is little to find, and all may help
                hints.append((near, NEIGHBOURS))
                continue
            hints.append((all_of([first, near]), NEIGHBOURS))
            if few:
                hints.append((near, TOGETHER))
    return [
        *(Clause.const_score_query(clause, weight) for clause, weight in hints),
        *_name_degrees(build, words),
        *(build.degree("text_exact", word, EXACT_TEXT_WORD) for word in words.marks),
    ]


def _typo_hints(build: Builder, words: Words, typos: Typos) -> list[Clause]:
    """Hints that look at names for what mistyped words may mean."""
    name = "name_folded"
    readings = [" ".join(one) for one in islice(_readings(words.folded, typos), MAX_READINGS)]
    typed = [build.term(name, word.folded) for word in words.asked]
    meant = [build.anyone(name, [word.folded, *typos.get(word.folded, ())]) for word in words.asked]
    one = [all_of([*typed[:place], each, *typed[place + 1 :]]) for place, each in enumerate(meant)]
    hints = [
        (build.anyone("whole_folded", readings), WHOLE),
        (build.anyone("beginning", [reading[:MAX_EDGE] for reading in readings]), BEGINNING),
        (any_of(one), ONE_DIFFERS),
        (all_of(meant), MEANT_IN_NAME),
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
