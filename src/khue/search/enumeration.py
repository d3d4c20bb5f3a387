"""All identifiers of a result of any size, from one commit of an index.

`fast` fields of texts give no pages after the first thousands, and hits of everything would fill
the memory. So a large result is told block by block from the dictionary of the `id` field: each
block is what begins alike, narrowed down until it is small.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from tantivy import Occur
from tantivy import Query as Clause

from khue.lib.identifiers import ALPHABET
from khue.model.rights import Scope
from khue.search.matching import matching
from khue.search.queries import DEPTH, EVERYONE, Query
from khue.search.reading import Reader
from khue.search.results import reach_of, results_of

BLOCK = 20_000
"""Identifiers of a large result that are in memory at once; about 3 MB."""

LENGTH = 26
"""Characters of an identifier, which is a ULID."""


def identifiers_of(reader: Reader, query: Query, seen: Scope = EVERYONE) -> Iterator[str]:
    """The identifiers of all records that a query finds, whatever its `limit` and `offset`.

    Up to `DEPTH` records come in the order of the query; more than those come in the order of
    their identifiers, which is the one in which the records were made. What is found is decided by
    the commit that `reader` reads, however long it takes to read on.
    """
    found = matching(query, reader, seen, reach_of(reader, query, seen))
    if _beginning(reader, found, "")[0] > DEPTH:
        return _in_blocks(reader, found, "")
    hits = results_of(reader, replace(query, limit=DEPTH, offset=0, counted=()), seen).hits
    return iter([hit.id for hit in hits])


def _in_blocks(reader: Reader, found: Clause, prefix: str) -> Iterator[str]:
    """Those identifiers of what was found that begin with `prefix`, in order."""
    count, one = _beginning(reader, found, prefix)
    if count > BLOCK:
        # Identifiers made together begin alike: nothing is to be told apart before they part.
        shared = bisect_left(
            range(len(prefix), LENGTH),
            True,
            key=lambda length: _beginning(reader, found, one[: length + 1])[0] < count,
        )
        prefix = one[: len(prefix) + shared]
        for letter in ALPHABET:
            yield from _in_blocks(reader, found, prefix + letter)
    elif count:
        for identifier, _ in reader.searcher.terms_with_prefix("id", prefix, filter_query=found):
            yield identifier


def _beginning(reader: Reader, found: Clause, prefix: str) -> tuple[int, str]:
    """How many identifiers begin so, and one of those that do."""
    begun = Clause.fuzzy_term_query(reader.schema, "id", prefix, distance=0, prefix=True)
    both = [(Occur.Must, found), (Occur.Must, begun)] if prefix else [(Occur.Must, found)]
    result = reader.searcher.search(Clause.boolean_query(both), 1, count=True)
    if not result.hits:
        return 0, ""
    count: int = result.count  # type: ignore[attr-defined]  # the stub does not know of it
    return count, reader.searcher.doc(result.hits[0][1])["id"][0]
