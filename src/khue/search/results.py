"""What a search finds: hits in order, and how many there are of each facet value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tantivy import DocAddress, Order
from tantivy import Query as Clause

from khue.model.rights import Scope
from khue.search.queries import DEPTH, EVERYONE, Query, matching, ranked
from khue.search.reading import Reader
from khue.search.words import words_of

FACET_VALUES = 20_000
"""Each segment of the index counts so many values of a facet, more than any vocabulary and all
units of a country have: counts are exact only if every value fits."""

REMEMBERED = 200
"""Counts of so many queries are remembered until something is committed."""

TIES = 300
"""Hits of equal score are put in order of name within blocks of so many ranks."""


@dataclass(frozen=True)
class Hit:
    """A record that was found. `score` is 0 in a list by name; not everyone may find one that is
    not `public`."""

    id: str
    type: str
    label: Mapping[str, str]
    score: float
    public: bool = True


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many of the records found have it."""

    value: str
    count: int


Facets = Mapping[str, tuple[FacetValue, ...]]


@dataclass(frozen=True)
class Results:
    """One page of hits, and the facets of all that was found.

    `facets` has the facet keys of the pack, `type`, and `place` (codes of units, with what they
    lie within); values by falling count.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Facets = field(default_factory=dict)


def results_of(reader: Reader, query: Query, seen: Scope = EVERYONE) -> Results:
    """Search one commit of an index for someone who may see what `seen` admits.

    Raises nothing, whatever the text of the query. Who is granted more than what is public has to
    search the index for staff.
    """
    found = matching(query, reader.schema, seen)
    facets = _facets_of(reader, query, seen, found)
    total = sum(value.count for value in facets["type"])  # every record has one type
    offset, limit = max(query.offset, 0), max(query.limit, 0)
    limit = min(limit, max(min(DEPTH, total) - offset, 0))
    if not limit:
        return Results(total, (), facets)
    if query.sort == "name" or not words_of(query.text).words:
        hits = _by_name(reader, found, offset, limit)
    else:
        hits = _by_relevance(reader, ranked(query, reader.schema, seen), offset, limit)
    return Results(total, hits, facets)


def _facets_of(reader: Reader, query: Query, seen: Scope, found: Clause) -> Facets:
    """The facets of what was found, remembered for the other pages of the same query."""
    chosen = tuple((key, tuple(query.facets[key])) for key in sorted(query.facets))
    asked = (query.type, query.place, chosen, words_of(query.text), seen)
    facets: Facets | None = reader.counted.get(asked)
    if facets is None:
        if len(reader.counted) >= REMEMBERED:
            reader.counted.clear()
        facets = reader.counted[asked] = _count(reader, found)
    return facets


def _count(reader: Reader, found: Clause) -> Facets:
    every = {"size": FACET_VALUES, "segment_size": FACET_VALUES}
    asked = {name: {"terms": {"field": name} | every} for name in ("type", "unit", "facet")}
    counted = reader.searcher.aggregate(found, asked)
    values: dict[str, list[FacetValue]] = {key: [] for key in ("type", "place", *reader.facets)}
    for key, name in (("type", "type"), ("place", "unit")):
        values[key] = [FacetValue(*_counted(bucket)) for bucket in counted[name]["buckets"]]
    for bucket in counted["facet"]["buckets"]:
        token, count = _counted(bucket)
        key, _, value = token.partition("=")
        values.setdefault(key, []).append(FacetValue(value, count))
    return {
        key: tuple(sorted(each, key=lambda value: (-value.count, value.value)))
        for key, each in values.items()
    }


def _counted(bucket: dict[str, Any]) -> tuple[str, int]:
    return bucket["key"], bucket["doc_count"]


def _by_name(reader: Reader, found: Clause, offset: int, limit: int) -> tuple[Hit, ...]:
    result = reader.searcher.search(
        found, limit, count=False, order_by_field="order", offset=offset, order=Order.Asc
    )
    return tuple(_hit(reader, address, 0.0)[1] for _, address in result.hits)


def _by_relevance(reader: Reader, found: Clause, offset: int, limit: int) -> tuple[Hit, ...]:
    """Hits by score, those of equal score by name. Equals are put in order within blocks of `TIES`
    ranks, the same ones for every page, so that no hit is on two pages or on none."""
    end = offset + limit
    hits = reader.searcher.search(found, -(-end // TIES) * TIES, count=False).hits
    start, stop = min(offset, len(hits)), min(end, len(hits))
    while 0 < start < len(hits) and start % TIES and hits[start - 1][0] == hits[start][0]:
        start -= 1
    while 0 < stop < len(hits) and stop % TIES and hits[stop - 1][0] == hits[stop][0]:
        stop += 1
    near = [
        (rank // TIES, -score, *_hit(reader, address, score))
        for rank, (score, address) in enumerate(hits[start:stop], start)
    ]
    near.sort(key=lambda each: each[:3])
    return tuple(hit for _, _, _, hit in near[offset - start : end - start])


def _hit(reader: Reader, address: DocAddress, score: float) -> tuple[str, Hit]:
    """What a list by name would sort the hit by, and the hit."""
    document = reader.searcher.doc(address)
    label = {"vi": document["label_vi"][0], "en": document["label_en"][0]}
    public = document["public"][0] == "yes"
    return document["order"][0], Hit(document["id"][0], document["type"][0], label, score, public)
