"""What a search finds: hits in order, and how many there are of each facet value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from tantivy import DocAddress, Document, Order
from tantivy import Query as Clause

from khue.lib.numbers import Lang
from khue.model.rights import Scope
from khue.search.areas import Position, count_points, without_point
from khue.search.layout import BETWEEN, COUNTED, ORDERS, column, keyword
from khue.search.matching import called, matching, number_found, typos_for
from khue.search.nearest import find_nearest
from khue.search.queries import DEPTH, EVERYONE, FEW, Query, Reach, Typos, question_of, steps_for
from khue.search.ranking import ranked
from khue.search.reading import Reader
from khue.search.spelling import spelling
from khue.search.words import words_of

FACET_VALUES = 50_000
"""Each segment of the index counts so many values of a facet, which is more than any vocabulary and
all units of a country have, also where several go together. What has more is counted otherwise."""

BY_DATE: Mapping[str, Order] = {"date": Order.Asc, "newest": Order.Desc}
"""Orders by the first day of what dates a record; what has none stands at the end."""

TIES = 300
"""Hits of equal score or date are put in order of name within blocks of so many ranks."""


@dataclass(frozen=True)
class Hit:
    """A record that was found; not everyone may find one that is not `public`. `distance_m` is
    told, in metres, in a list by distance."""

    id: str
    type: str
    label: Mapping[str, str]
    public: bool = True
    distance_m: float | None = None


@dataclass(slots=True)  # not frozen: thousands are made for a search, in a third of the time
class FacetValue:
    """A value of a facet and how many of the records found have it."""

    value: str
    count: int


Facets = Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True)
class Results:
    """One page of hits, and the facets of all that was found.

    `facets` has the facet keys of the pack, `type`, `place` (codes of units that a record has or
    may have, with what they lie within), `present` (those of them that it has for certain) and
    `source` (names of sources), as far as they were asked for; values by falling count. `spelling`
    is the text that was probably meant, where nothing is found as typed, in words of names that the
    asker may find; `typos` are the words that were taken for others too. `partial` says that few
    records have all the words, so that those that have most of them are there too.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Facets = field(default_factory=dict)
    spelling: str | None = None
    partial: bool = False
    typos: Typos = field(default_factory=dict)


def results_of(reader: Reader, query: Query, seen: Scope = EVERYONE) -> Results:
    """Search one commit of an index for someone who may see what `seen` admits.

    Raises nothing, whatever the text of the query. Who is granted more than what is public has to
    search the index for staff.
    """
    if query.sort == "distance" and not (query.near and query.near.is_on_earth):
        query = replace(query, sort="relevance")
    facets, reach = _facets_of(reader, query, seen)
    meant = spelling(reader, query, seen, reach)
    total = total_of(facets)
    offset, limit = max(query.offset, 0), max(query.limit, 0)
    limit = min(limit, max(min(DEPTH, total) - offset, 0))
    shown = {key: facets[key] for key in _counted_keys(reader, query)}
    hits = _page(reader, query, seen, reach, offset, limit) if limit else ()
    is_partial = total > 0 and reach == Reach.MOST
    typos = typos_for(reader, words_of(query.text), seen, reach)
    return Results(total, hits, shown, meant, is_partial, typos)


def total_of(facets: Facets) -> int:
    """How many records were found, if types were counted."""
    return sum(value.count for value in facets["type"])  # every record has one type


def _counted_keys(reader: Reader, query: Query) -> tuple[str, ...]:
    every = ("type", *COUNTED, *reader.facets)
    return every if query.counted is None else tuple(key for key in every if key in query.counted)


def _facets_of(reader: Reader, query: Query, seen: Scope) -> tuple[Facets, Reach]:
    """The facets of what was found, and types in any case, and how far one had to go for it;
    remembered for the other pages of the same query."""
    keys = ("type", *(key for key in _counted_keys(reader, query) if key != "type"))

    def work_out() -> tuple[Facets, Reach]:
        facets = count(reader, matching(query, reader, seen), keys)
        # How the page is put in order goes by this number, too.
        few = number_found(query, reader, seen, known=total_of(facets)) < FEW
        reach = reach_of(reader, query, seen) if few else Reach.NAMES
        if reach == Reach.NAMES:
            return facets, reach
        return count(reader, matching(query, reader, seen, reach), keys), reach

    return reader.remember(
        (question_of(query, seen), keys),
        work_out,
        lambda found: sum(len(values) for values in found[0].values()),
    )


def reach_of(reader: Reader, query: Query, seen: Scope) -> Reach:
    """How far one goes for a text: that its words find, whatever is filtered, so that a filter
    never shows more than there is without it. Remembered for other filters."""
    words = words_of(query.text)
    if not words.words:
        return Reach.NAMES
    return reader.remember((words, seen), lambda: _reach_of(reader, Query(query.text), seen))


def _reach_of(reader: Reader, text: Query, seen: Scope) -> Reach:
    steps = steps_for(words_of(text.text))
    if reader.searcher.search(called(text, reader, seen), 1, count=False).hits:
        steps = steps[: Reach.TYPOS]
    for reach in steps:
        if number_found(text, reader, seen, reach) >= FEW:
            break
    return reach


def count(reader: Reader, found: Clause, keys: Iterable[str]) -> Facets:
    """How many of the records found have each value of some facets (`type`, those of `COUNTED` and
    of the pack)."""
    keys = list(keys)
    try:
        return _count_together(reader, found, keys)
    except ValueError as problem:
        if "bucket limit" not in str(problem):
            raise
    return {key: _count_one_by_one(reader, found, key) for key in keys}


def _count_together(reader: Reader, found: Clause, keys: Sequence[str]) -> Facets:
    # In order of value, so that putting them in order of number leaves equals as they are.
    every = {"size": FACET_VALUES, "segment_size": FACET_VALUES, "order": {"_key": "asc"}}
    fields = {key: "type" if key == "type" else column(key) for key in keys}
    asked = {key: {"terms": {"field": name} | every} for key, name in fields.items()}
    counted = reader.searcher.aggregate(found, asked)
    return {
        key: _count_one_by_one(reader, found, key)
        if counted[key].get("sum_other_doc_count")
        else _each(counted[key]["buckets"])
        for key in keys
    }


def _count_one_by_one(reader: Reader, found: Clause, key: str) -> tuple[FacetValue, ...]:
    """How many have each value of a facet, however many values there are; slower."""
    field, start = keyword(key, "")
    counted = reader.searcher.terms_with_prefix(field, start, filter_query=found)
    ordered = sorted(counted, key=lambda one: (-one[1], one[0]))
    return tuple(FacetValue(term.removeprefix(start), number) for term, number in ordered)


def _each(buckets: Iterable[dict[str, Any]]) -> tuple[FacetValue, ...]:
    """How many have each value, from how many have which values together."""
    counts: dict[str, int] = {}
    several: list[tuple[list[str], int]] = []
    for bucket in buckets:
        value, number = bucket["key"], bucket["doc_count"]
        if BETWEEN in value:
            several.append((value.split(BETWEEN), number))
        else:
            counts[value] = number
    for values, number in several:
        for value in values:
            counts[value] = counts.get(value, 0) + number
    ordered = sorted(counts.items()) if several else list(counts.items())
    ordered.sort(key=itemgetter(1), reverse=True)
    return tuple(FacetValue(value, number) for value, number in ordered)


def _page(
    reader: Reader, query: Query, seen: Scope, reach: Reach, offset: int, limit: int
) -> tuple[Hit, ...]:
    """Hits of one page. Those that stand equal are put in order of name within blocks of `TIES`
    ranks, the same ones for every page, so that no hit is on two pages or on none."""
    if query.sort == "name" or (query.sort == "relevance" and not words_of(query.text).words):
        found = matching(query, reader, seen, reach)
        return _by_name(reader, found, query.lang, offset, limit)
    if query.sort == "distance" and query.near is not None:
        found = matching(query, reader, seen, reach)
        return _by_distance(reader, found, query.near, query.lang, offset, limit)
    end = offset + limit
    ranks = _ranks(reader, query, seen, reach, end)
    start, stop = min(offset, len(ranks)), min(end, len(ranks))
    while 0 < start < len(ranks) and start % TIES and ranks[start - 1][0] == ranks[start][0]:
        start -= 1
    while 0 < stop < len(ranks) and stop % TIES and ranks[stop - 1][0] == ranks[stop][0]:
        stop += 1
    near = _by_places(reader, ranks[start:stop], start)
    first, last = offset - start, end - start
    while 0 < first < len(near) and near[first - 1][0] == near[first][0]:
        first -= 1
    while 0 < last < len(near) and near[last - 1][0] == near[last][0]:
        last += 1
    hits = [(places, *_hit(reader, address)) for places, (_, address) in near[first:last]]
    hits.sort(key=itemgetter(0, 1))
    return tuple(hit for *_, hit in hits[offset - start - first : end - start - first])


def _by_places(
    reader: Reader, ranks: Sequence[_Ranked], start: int
) -> list[tuple[_Places, _Ranked]]:
    """Hits from a rank on in order, equals by the beginnings of their names."""
    addresses = [address for _, address in ranks]
    values = [
        reader.searcher.fast_field_values(name, addresses)
        for name in ("place_in_order", "place_after")
    ]
    near = [
        ((number // TIES, one[0], *places), one)
        for number, (one, *places) in enumerate(zip(ranks, *values, strict=True), start)
    ]
    near.sort(key=itemgetter(0))
    return near


_Rank = tuple[int, float]
"""What hits are sorted by before their names, the lower the earlier: their tier, and a value in it.
"""
_Ranked = tuple[_Rank, DocAddress]
_Places = tuple[Any, ...]


def _ranks(reader: Reader, query: Query, seen: Scope, reach: Reach, end: int) -> list[_Ranked]:
    """The first hits in order: those up to `end`, and those near them that may stand equal."""
    search, most = reader.searcher.search, -(-end // TIES) * TIES
    if query.sort in BY_DATE:
        found, order = matching(query, reader, seen, reach), BY_DATE[query.sort]
        hits = search(found, most, count=False, order_by_field="begins", order=order).hits
        sign = 1 if order == Order.Asc else -1
        return [((1, 0.0) if day is None else (0, sign * day), address) for day, address in hits]
    ranks: list[_Ranked] = []
    for tier, clause in enumerate(ranked(query, reader, seen, reach)):
        hits = search(clause, most - len(ranks), count=False).hits
        ranks += [((tier, -score), address) for score, address in hits]
        if len(ranks) >= end:
            break
    return ranks


def _by_name(reader: Reader, found: Clause, lang: Lang, offset: int, limit: int) -> tuple[Hit, ...]:
    result = reader.searcher.search(
        found, limit, count=False, order_by_field=ORDERS[lang], offset=offset, order=Order.Asc
    )
    return tuple(_hit(reader, address)[1] for _, address in result.hits)


def _by_distance(
    reader: Reader, found: Clause, near: Position, lang: Lang, offset: int, limit: int
) -> tuple[Hit, ...]:
    """Hits by distance, and after them those that have no point, by name."""
    nearest = find_nearest(reader, found, near, offset + limit)[offset:]
    hits = [replace(_hit(reader, address)[1], distance_m=distance) for distance, address in nearest]
    if missing := limit - len(hits):
        before = max(offset - count_points(reader, found), 0)
        hits += _by_name(reader, without_point(found), lang, before, missing)
    return tuple(hits)


def _hit(reader: Reader, address: DocAddress) -> tuple[str, Hit]:
    return hit_of(reader.searcher.doc(address))


def hit_of(document: Document) -> tuple[str, Hit]:
    """What a list by name would sort a hit by, and the hit, from the document of the index."""
    label = {"vi": document["label_vi"][0], "en": document["label_en"][0]}
    public = document["public"][0] == "yes"
    return document["order"][0], Hit(document["id"][0], document["type"][0], label, public)
