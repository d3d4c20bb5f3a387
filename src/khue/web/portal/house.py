"""What the pages ask of the rooms below, always as the public."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, cast

from khue import search
from khue.model.packs import Field, Pack
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.places import Gazetteer, Unit
from khue.registry import queries
from khue.registry.fold import derive
from khue.registry.queries import FileView, RecordView
from khue.search import FacetValue, Hit
from khue.search.words import Words, with_meant, words_of
from khue.web.portal.ask import PAGE_SIZE, Ask
from khue.web.portal.editorial import groups
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader, is_public, no_policy
from khue.web.portal.words import Lang

Document = Mapping[str, Any]

PLACES = frozenset({"place", "present"})
"""Facets of units: those that a record is in or may be in, and those that it is in for certain."""

FILTERS: Mapping[str, str] = {"present": "place"}
"""The filter that a value of a facet sets, where it is called otherwise."""

CONTENTS = ("type", "place")
"""Facets by which all that there is is counted."""

CITED = 10
"""Records that are looked at for the document of a citation."""

LISTED = 12
"""Records that a place page shows of each list; the search has all of them."""


class Labels:
    """Names of public records, each looked up once for a page."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str] | None] = {}

    def __call__(self, record: str) -> dict[str, str] | None:
        """The name of a record in the languages that it has one in; None where the public may not
        know of it."""
        if record not in self._known:
            self.learn([record])
        return self._known[record]

    def learn(self, records: Iterable[str]) -> None:
        """Look up several at once."""
        wanted = [record for record in records if record not in self._known]
        found = queries.labels(PUBLIC, wanted, house().pack, as_given=True)
        self._known |= {record: found.get(record) for record in wanted}


class Titles:
    """Titles of data sets, each looked up once for a page."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str] | None] = {}

    def __call__(self, source: str) -> dict[str, str] | None:
        """What a data set is called in both languages; None where the public may see nothing that
        it brought."""
        if source not in self._known:
            self.learn([source])
        return self._known[source]

    def learn(self, sources: Iterable[str]) -> None:
        """Look up several at once."""
        wanted = [source for source in sources if source not in self._known]
        self._known |= queries.source_titles(PUBLIC, wanted, house().pack) if wanted else {}


class Policies:
    """Records of documents by their number and symbol, for the page of a record."""

    def __init__(self, citing: str) -> None:
        self._citing = citing
        self._position = followed()
        self._known: dict[str, str | None] = {}

    def __call__(self, citation: str) -> str | None:
        """The public record whose own citation this is (`548/QĐ-TTg`); None where there is none,
        or more than one."""
        self.learn([citation])
        return self._known[citation]

    def learn(self, citations: Iterable[str]) -> None:
        """Look up several at once."""
        found = dict.fromkeys(one for one in citations if one not in self._known)
        if self._position is not None:
            found = {one: _cited(one, self._position) if one else None for one in found}
        # They may have been closed since they were found.
        named = [one for one in found.values() if one and one != self._citing]
        there = queries.labels(PUBLIC, named, house().pack) if named else {}
        self._known |= {one: record if record in there else None for one, record in found.items()}


@lru_cache(10_000)
def _cited(citation: str, position: int) -> str | None:
    """The record of a cited document, by what the index has at a position."""
    types = tuple(("type", name) for name in _documents_of_law(house().pack))
    limits = (search.Limit("", types),) if types else ()
    asked = search.Query(text=f'"{citation}"', limit=CITED, counted=(), limits=limits)
    found = {
        str(document["id"])
        for document in (documents_of(asked) if types else ())
        if (document.get("citation") or {}).get("text") == citation
    }
    return found.pop() if len(found) == 1 else None


@cache
def _documents_of_law(pack: Pack) -> tuple[str, ...]:
    """The types whose records are documents: they say by which number they are cited."""
    fields = ((name, type_.fields.get("citation")) for name, type_ in pack.types.items())
    return tuple(name for name, one in fields if one and one.kind == "citation" and is_public(one))


@dataclass(frozen=True)
class Found:
    """A page of public documents and, for each facet, what choosing a value of it would give; the
    `query` as it was understood, what its text without the typed filters was probably meant to be
    (`spelling`), whether most of its words were enough (`partial`), and its words with what they
    were taken for."""

    query: search.Query
    total: int
    documents: tuple[Document, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    spelling: str | None
    partial: bool
    words: Words


@dataclass(frozen=True)
class AtPlace:
    """What is at a place: how many of each type and in each unit, the first by name of those that
    are there for certain, and of those that are there possibly."""

    total: int
    types: Mapping[str, int]
    units: Mapping[str, int]
    certain: tuple[Document, ...]
    possible: tuple[Document, ...]


def reader_for(lang: Lang, *, citing: str = "") -> Reader:
    """Someone who reads the public pages in `lang`; on that of the record `citing`, the documents
    that it cites lead to their records."""
    gazetteer = house().gazetteer  # once: whether something was loaded is asked of the ledger
    context = replace(house().context(gazetteer=gazetteer), label_of=Labels())
    policy_of = Policies(citing) if citing else no_policy
    return Reader(lang, context, gazetteer, policy_of, Titles())


def learn_names(reader: Reader, documents: Iterable[Document]) -> None:
    """Look up together the names of the records to which those of a page refer."""
    types = house().pack.types
    links = (derive(dict(one), types.get(one["type"])).references for one in documents)
    cast(Labels, reader.context.label_of).learn({record for each in links for _, record in each})


def learn_policies(reader: Reader, document: Document) -> None:
    """Look up together the records of the documents that a record cites."""
    if isinstance(reader.policy_of, Policies):
        fields = house().pack.types[str(document["type"])].fields.values()
        reader.policy_of.learn(dict.fromkeys(_citations(document, fields)))


def _citations(values: Mapping[str, Any], fields: Iterable[Field]) -> Iterator[str]:
    """The documents that values of these fields cite, alone or inside statements."""
    for field in fields:
        value = values.get(field.name)
        for item in value if isinstance(value, list) else [value]:
            if field.kind == "statement" and item:
                yield from _citations(item, field.fields)
            elif field.kind == "citation" and item:
                yield str(item.get("text") or "")


def followed() -> int | None:
    """The position of the ledger, if the index has come so far; None while it is behind."""
    reached = search.position()  # first: who writes meanwhile leaves it behind
    return reached if reached == queries.head() else None


def spelling_to_tell(spelling: str | None) -> str | None:
    """What was probably meant, unless the index is behind: it is made of names there, which may
    have been closed since."""
    return spelling if spelling and followed() is not None else None


def find(ask: Ask, counted: Collection[str], reader: Reader) -> Found:
    """What a question finds, with those facets `counted`; a list by name is in the order of those
    that the reader is shown. A facet's values are counted without the
    filter on that facet, so each count is what one sees after choosing the value."""
    pack = house().pack
    filters = {key: FILTERS.get(key, key) for key in counted}
    free = tuple(key for key in counted if filters[key] not in _filtered(ask))
    query = replace(query_of(ask, counted=free), lang=reader.lang)
    results = search.find(query, pack)
    facets = {key: results.facets.get(key, ()) for key in counted}
    for key in set(counted).difference(free):
        without = query_of(_without(ask, filters[key]), limit=0, counted=(key,))
        facets[key] = search.find(without, pack).facets.get(key, ())
    for key in PLACES.intersection(facets):
        facets[key] = _places_to_choose(facets[key], ask.place, reader.gazetteer)
    cast(Titles, reader.title_of).learn(one.value for one in facets.get("source", ()))
    spelling = spelling_to_tell(results.spelling)
    documents = _documents(results.hits)
    words = with_meant(words_of(query.text), results.typos)
    return Found(query, results.total, documents, facets, spelling, results.partial, words)


def count(ask: Ask) -> int:
    """How many records a question finds."""
    return search.find(query_of(ask, limit=0, counted=()), house().pack).total


def as_filters(ask: Ask, reader: Reader) -> tuple[Ask, tuple[search.Limit, ...], int] | None:
    """The question with what its text says as filters, these, and how many records they find; None
    where it says something else, and where nothing is found."""
    text = search.as_filters(ask.text, house().pack, reader.gazetteer)
    if text is None:
        return None
    instead = replace(ask, text=text)
    query = query_of(instead, limit=0, counted=())
    found = search.find(query, house().pack).total
    return (instead, query.limits, found) if found else None


def find_at(unit: Unit, lang: Lang) -> AtPlace:
    """What is at a unit, as the facets of units have it."""
    there = search.Query(place=unit.code, sort="name", lang=lang, limit=LISTED, counted=())
    certain, possible = (documents_of(replace(there, certain=one)) for one in (True, False))
    results = search.find(replace(there, limit=0, counted=CONTENTS), house().pack)
    return AtPlace(results.total, *_contents_of(results), certain, possible)


def contents() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How many records there are of each type, and in each unit, for certain or possibly, by code;
    those that have any. Counted in the index, where that takes no longer for a million."""
    return _contents_of(search.find(search.Query(limit=0, counted=CONTENTS), house().pack))


def _contents_of(results: search.Results) -> tuple[Mapping[str, int], Mapping[str, int]]:
    types, units = (
        {value.value: value.count for value in results.facets.get(key, ())} for key in CONTENTS
    )
    return types, units


def most_of(present: Sequence[Unit], counted: Mapping[str, int]) -> str:
    """The province of some units with most records: the city, or that in which most of it is."""
    provinces = [unit.code for unit in present if unit.level == "province"]
    return max(provinces, key=lambda code: counted[code], default=present[0].province_code)


def main_province(gazetteer: Gazetteer) -> str:
    """The province with most records; "" where there are none in any."""
    _, counted = contents()
    present = [unit for code in counted if (unit := gazetteer.unit(code))]
    return most_of(present, counted) if present else ""


def newest(type_: str) -> Document | None:
    """The record of a type that is dated last; None where there is none."""
    query = search.Query(type=type_, sort="newest", limit=1, counted=())
    return next(iter(documents_of(query)), None)


def documents_of(query: search.Query) -> tuple[Document, ...]:
    """What the public may see of that which a query finds."""
    return _documents(search.find(query, house().pack).hits)


def headings_of(documents: Iterable[Document], reader: Reader) -> list[Heading]:
    """Records in a few words each."""
    return [heading(document, reader) for document in documents]


def files_of(view: RecordView) -> Mapping[str, FileView]:
    """The files of a record that the public may see, by sha256."""
    names = [str(entry["sha256"]) for entry in view.document.get("files") or ()]
    found = ((name, queries.file(PUBLIC, name, house().pack)) for name in names)
    return {name: one for name, one in found if one is not None}


def query_of(
    ask: Ask, limit: int = PAGE_SIZE, counted: tuple[str, ...] | None = None
) -> search.Query:
    """A question as search takes it, with the field words in its text understood. The types of a
    group are a limit that nobody typed."""
    types = tuple(("type", one) for one in groups().get(ask.group, ()))
    asked = search.Query(
        text=ask.text,
        type=ask.type or None,
        facets=ask.facets,
        place=ask.place or None,
        certain=ask.certain or None,
        box=ask.box,
        area=_area_of(ask.within) if ask.within else None,
        near=ask.near,
        sort=cast(search.Sort, ask.sort),
        limit=limit,
        offset=ask.offset,
        counted=counted,
        limits=(search.Limit("", types),) if types else (),
    )
    return search.understand(asked, house().pack, house().gazetteer)


def _area_of(code: str) -> search.Area:
    """What the boundary of a unit encloses: nothing where none is loaded, rather than everything
    as if it had not been asked."""
    return search.Area(house().gazetteer.boundary(code) or b"")


def _places_to_choose(
    values: Iterable[FacetValue], chosen: str, gazetteer: Gazetteer
) -> tuple[FacetValue, ...]:
    """Provinces; where one is chosen, or there is only one, its communes (and what is chosen)."""
    units = [(value, unit) for value in values if (unit := gazetteer.unit(value.value))]
    provinces = [value for value, unit in units if unit.level == "province"]
    above = gazetteer.within(chosen) if chosen else None
    province = above.code if above else provinces[0].value if len(provinces) == 1 else ""
    if not province:
        return tuple(provinces)
    return tuple(
        value
        for value, unit in units
        if value.value == chosen or (unit.level == "commune" and unit.province_code == province)
    )


def _filtered(ask: Ask) -> list[str]:
    return [*(["type"] if ask.type else []), *(["place"] if ask.place else []), *ask.facets]


def _without(ask: Ask, key: str) -> Ask:
    for value in [getattr(ask, key)] if key in ("type", "place") else ask.facets[key]:
        ask = ask.without(key, value)
    return ask


def _documents(hits: Iterable[Hit]) -> tuple[Document, ...]:
    """What the public may see of hits at this moment: one may have been closed since it was
    indexed."""
    found = queries.public_documents([hit.id for hit in hits])
    return tuple(document for document in found.values() if document is not None)
