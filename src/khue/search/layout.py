"""The layout of both indexes: their fields, one document per entry, the marker of the position.

Token fields hold the output of `lib.vietnamese`, split at spaces only, so that what is indexed
and what is looked for agree by construction.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from itertools import chain, pairwise
from typing import Literal

import tantivy

from khue.lib.numbers import Lang
from khue.lib.vietnamese import fold
from khue.search.entries import Entry
from khue.search.points import Point
from khue.search.telling import REMEMBERED
from khue.search.tiles import LEVELS, keys_at

Sight = Literal["public", "staff"]
"""Whom an index is for: everyone, or those who may read more than what is public."""

VERSION = 10
"""Counted up whenever an entry or a field changes its meaning: older indexes are then rebuilt."""

TANTIVY = version("tantivy")
"""Whose files the indexes are; looked up once, since that takes a millisecond."""

MARKER = "position"
"""The `id` of the marker document. Records have ULIDs, so nothing else is called that."""

_KEYWORDS = ("whole_folded", "whole_exact", "facet", "reference", "designated", "scope")

COUNTED = ("place", "present", "source")
"""What is counted beside types and the facets of a pack: units of a record, those of them that are
so for certain, and names of sources."""

UNPLACED = "unplaced"
"""What records without a point are counted by, in one column, which takes a third of the time that
those of types and units take: nothing, for each of them, and its units."""

CERTAIN = "="
"""Begins those units of `UNPLACED` that a record is in for certain. Codes of units have none."""

BETWEEN = "\x1f"
"""Parts the values of one facet in its column: the unit separator of ASCII, in no text of ours."""

ORDERS: Mapping[Lang, str] = {"vi": "order", "en": "order_en"}
"""The fields that a list by name is sorted by, by the language whose names it shows."""

EDGES = "edges"
"""The tokenizer of beginnings: of `van mieu` the tokens `v`, `va`, `van`, `van `, ..."""

MAX_EDGE = 12
"""So many letters of a beginning are a token; what is longer few names share."""

OTHERWISE = "~"
"""Begins the tokens of the beginnings of alternative names. No word begins so."""


@dataclass(frozen=True)
class Layout:
    """Whom an index is for, which facets it tells, and which files of a pack it was made from."""

    sight: Sight
    facets: tuple[str, ...]
    pack: str

    @property
    def name(self) -> str:
        """A short name: two indexes are laid out alike if and only if it is the same."""
        told = json.dumps([VERSION, TANTIVY, self.sight, self.facets, self.pack])
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def schema(self) -> tantivy.Schema:
        """The schema of an index laid out so. Values of all facets are looked for in one field, as
        `rank=NAT`; each facet is counted in a column of its own (see `together`). Fields of what is
        closed (`closed`, `named`, `scope`) are empty in the public index. A record with a point has
        it (`lon`, `lat`), its number (`spot`) and the tile of each level that it is in; one without
        its units once more, to be counted by."""
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text_folded", tokenizer_name="whitespace", index_option="position")
        for name in ("name_folded", "name_exact", "text_exact"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
        for name in ("name_pairs", "closed", "named"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
        for name in _KEYWORDS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("beginning", tokenizer_name=EDGES, index_option="basic")
        for name in ("id", "public", "label_vi", "label_en", "other_name", "unit"):
            builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
        for name in ("type", "order"):
            builder.add_text_field(
                name, stored=True, fast=True, tokenizer_name="raw", index_option="basic"
            )
        builder.add_text_field(ORDERS["en"], fast=True, tokenizer_name="raw", index_option="basic")
        for name in map(column, (*COUNTED, UNPLACED, *self.facets)):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for name in ("begins", "place_in_order", "place_after"):
            builder.add_integer_field(name, fast=True)
        for name in ("lon", "lat"):
            builder.add_float_field(name, stored=True, fast=True)
        builder.add_float_field("precision", stored=True)
        builder.add_integer_field("spot", indexed=True)
        for level in LEVELS:
            builder.add_text_field(
                tile_field(level), fast=True, tokenizer_name="raw", index_option="basic"
            )
        builder.add_unsigned_field("position", stored=True)
        return builder.build()


Values = dict[str, str | float | Sequence[str]]
"""What a document of an index holds, by field."""


def values_of(entry: Entry) -> tuple[Values, Values, Values]:
    """What the document of an entry holds in both indexes, and beside that in the public one and
    in the one for staff."""
    closed, label = entry.closed, entry.label
    marked = {"present": entry.present, "source": entry.sources, **entry.facets}
    opened: Values = {
        "id": entry.id,
        "public": "yes" if entry.public else "no",
        "type": entry.type,
        ORDERS["vi"]: entry.order,
        ORDERS["en"]: entry.order_en,
        "label_vi": label["vi"],
        "label_en": label["en"],
        "other_name": entry.other_names,
        "beginning": _beginnings(entry),
        "whole_folded": entry.wholes_folded,
        "name_folded": entry.wholes_folded,
        "whole_exact": entry.wholes_exact,
        "name_exact": entry.wholes_exact,
        "name_pairs": _pairs_in(entry.wholes_folded + entry.wholes_exact),
        "text_folded": entry.text_folded,
        "text_exact": entry.text_exact,
        "unit": entry.units,
        "facet": [one for key, each in marked.items() for one in _tokens(key, each)],
    }
    for key, each in ({"place": entry.units} | marked).items():
        if each:
            # Of sources there may be as many sets as records: each file adds itself to its own.
            opened[_COLUMNS[key]] = each if key == "source" else together(each)
    opened["place_in_order"], opened["place_after"] = places_of(entry.order)
    if entry.begins is not None:
        opened["begins"] = entry.begins
    if entry.designated:
        opened["designated"] = "yes"
    if entry.point:
        opened |= _values_of_point(entry.point)
    else:
        opened[_COLUMNS[UNPLACED]] = _unplaced(entry.units, entry.present)
    for_public: Values = {"reference": entry.references} if entry.references else {}
    for_staff: Values = {
        "closed": closed.text,
        "named": closed.named,
        "scope": closed.units,
        "reference": entry.references + closed.references,
    }
    return opened, for_public, {name: value for name, value in for_staff.items() if value}


@lru_cache(REMEMBERED)
def _unplaced(units: tuple[str, ...], present: tuple[str, ...]) -> str:
    return together(["", *(CERTAIN + one if one in present else one for one in units)])


@lru_cache(REMEMBERED)
def _tokens(key: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([facet_token(key, one) for one in values])


def _values_of_point(point: Point) -> Values:
    values: Values = {tile_field(level): key for level, key in keys_at(point.lon, point.lat)}
    values |= {"lon": point.lon, "lat": point.lat, "spot": spot(point.lon, point.lat)}
    return values if point.precision_m is None else values | {"precision": point.precision_m}


def tile_field(level: int) -> str:
    """The field of the tiles of a level."""
    return f"tile_{level}"


def spot(lon: float, lat: float) -> int:
    """The number of a point: no two have the same that differ in their seven decimals. In 63 bits,
    since an index holds no greater ones with a sign."""
    return round((lat + 90) * 1e7) << 32 | round((lon + 180) * 1e7)


def pairs_of(words: Iterable[str]) -> Iterator[str]:
    """Words of a name that stand next to each other, as one word: what has all pairs of a phrase
    has the phrase (or comes as near as matters), and is found without looking at positions."""
    return map("_".join, pairwise(words))


def _pairs_in(names: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(chain.from_iterable([pairs_of(one.split()) for one in names])))


def _beginnings(entry: Entry) -> list[str]:
    """The names of an entry, those that are not its label marked as such."""
    vi, en = entry.label["vi"], entry.label["en"]
    labels = [fold(vi)] if vi == en else sorted({fold(vi), fold(en)})
    return labels + [OTHERWISE + whole for whole in entry.wholes_folded if whole not in labels]


def register_tokenizers(index: tantivy.Index) -> None:
    """Make known what an index is written with; reading needs none."""
    edges = tantivy.Tokenizer.ngram(1, MAX_EDGE + len(OTHERWISE), prefix_only=True)
    index.register_tokenizer(EDGES, tantivy.TextAnalyzerBuilder(edges).build())


def facet_token(key: str, value: str) -> str:
    """One value of one facet, as the index keeps it. Keys are identifiers, so have no `=`."""
    return f"{key}={value}"


def keyword(key: str, value: str) -> tuple[str, str]:
    """The field in which a value of a facet is looked for, and the term that stands for it."""
    field = {"type": "type", "place": "unit", UNPLACED: column(UNPLACED)}.get(key)
    return (field, value) if field else ("facet", facet_token(key, value))


def column(key: str) -> str:
    """The field in which a facet is counted."""
    return f"counted_{key}"


class _Columns(dict[str, str]):
    """The fields in which facets are counted, each made once."""

    def __missing__(self, key: str) -> str:
        name = self[key] = column(key)
        return name


_COLUMNS = _Columns()


def together(values: Sequence[str]) -> str:
    """All values of one facet that a record has, as one: a column that never has several values for
    a record is counted in half the time, and few records differ in which values they have."""
    return values[0] if len(values) == 1 else BETWEEN.join(sorted(values))


def places_of(order: str) -> tuple[int, int]:
    """Two numbers that stand in the order of the first letters (about three syllables) of what a
    list by name is sorted by: those the index tells of many hits without reading their documents.
    """
    letters = base64.b64decode(order[:_LETTERS].ljust(_LETTERS, "\0").translate(_SIX_BITS))
    return divmod(int.from_bytes(letters, "big"), 1 << 3 * _LETTERS)


class _SixBits(dict[int, str]):
    """Characters of orders (see `sort_key`), as those of base64 that have their rank."""

    def __missing__(self, point: int) -> str:
        known = [*range(3), *range(0x30, 0x62)]  # ends and parts, digits and tones, letters
        rank = known.index(point) if point in known else len(known)
        self[point] = base64.b64encode(bytes([rank << 2]))[:1].decode()
        return self[point]


_SIX_BITS = _SixBits()
_LETTERS = 20


def marker(position: int) -> tantivy.Document:
    """The document that says up to which ledger position the index has read."""
    document = tantivy.Document()
    document.add_text("id", MARKER)
    document.add_unsigned("position", position)
    return document


def term(schema: tantivy.Schema, field: str, value: str) -> tantivy.Query:
    """The query for one value of a keyword field, or one word of a token field."""
    return tantivy.Query.term_query(schema, field, value, "freq")


def marker_query(schema: tantivy.Schema) -> tantivy.Query:
    """The query that finds the marker document."""
    return term(schema, "id", MARKER)
