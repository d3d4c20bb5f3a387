"""A record of any type in a few flat facts: what a map or a table of several types tells of it.

Every fact comes from the public document and from fields that the pack calls public. What is open
stays open: of a record that may lie in several units, `unit` is empty and `units_possible` has
their codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from khue.lib.dates import parse_edtf
from khue.model.packs import Field, Pack, Type
from khue.publish.columns import Cell, public_leaves
from khue.publish.format import Edition

RANK = "rank"
"""The facet of the fields that say how a record ranks."""
UNRANKED = "NONE"
"""The code of a record that is known not to have a rank."""

BESIDE = frozenset({"sources", "internal", "relations", "governance", "digital"})
"""Groups of fields whose dates say nothing about when the thing itself was."""

FACTS = (
    "id", "type", "type_label", "name", "name_en", "rank", "rank_label", "unit_code", "unit",
    "units_possible", "place", "date", "date_of", "earliest", "latest", "lon", "lat",
    "precision_m", "address",
)  # fmt: skip
"""The names of all facts, in the order in which they are told."""

_REMEMBERED = 10_000


class Highest(NamedTuple):
    """The highest rank in force that a record states: its code, and the field that has it."""

    code: str
    field: Field


class First(NamedTuple):
    """The first date of a record in EDTF, the field that has it, and the top one above that."""

    value: str
    field: Field
    top: Field


def summary_of(document: Mapping[str, Any], edition: Edition) -> dict[str, Cell]:
    """The facts of a public document, those of `FACTS` that it has."""
    type_ = edition.pack.types.get(document["type"])
    facts: dict[str, Cell] = {"id": document["id"], "type": document["type"]}
    facts["type_label"] = type_.label.get(edition.lang, "") if type_ else ""
    name = document.get("name")
    if isinstance(name, Mapping):
        facts["name"], facts["name_en"] = name.get("vi"), name.get("en")
    if type_ is not None:
        rank = highest_rank(document, type_, edition.pack)
        if rank:
            facts["rank"] = rank.code
            facts["rank_label"] = _label(rank, edition)
        facts |= _place(document, type_)
        if date := first_date(document, type_, rank):
            facts["date"] = date.value
            facts["date_of"] = date.top.label.get(edition.lang) or date.top.name
            facts["earliest"], facts["latest"] = _bounds(date.value)
        points = points_of(document, type_)
        if len(points) == 1:
            facts["lon"], facts["lat"] = points[0]["lon"], points[0]["lat"]
        if points:
            facts["precision_m"] = precision_of(points)
    facts["address"] = f"{edition.address}{document['id']}"
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def points_of(document: Mapping[str, Any], type_: Type) -> list[Mapping[str, Any]]:
    """The points of a record, each as its kind keeps it."""
    return [
        point
        for name in _looked_at(type_).points
        if (value := document.get(name)) is not None
        for point in (value if isinstance(value, list) else [value])
    ]


def precision_of(points: Iterable[Mapping[str, Any]]) -> float | None:
    """The metres within which all points hold; None where that of one is not known."""
    known: list[Any] = [point.get("precision_m") for point in points]
    return None if None in known else max(known, default=None)


def highest_rank(document: Mapping[str, Any], type_: Type, pack: Pack) -> Highest | None:
    """The highest rank in force among those that a record states, by the vocabulary's order."""
    held: list[tuple[int, str, Field]] = []
    for leaf in _looked_at(type_).ranks:
        if leaf.path.partition(".")[0] in document:
            order = _order(pack, leaf.vocabulary)
            held += [
                (order[code], code, leaf)
                for code in values_at(document, leaf.path, in_force=True)
                if code in order and code != UNRANKED
            ]
    if not held:
        return None
    _, code, leaf = max(held, key=lambda one: one[0])
    return Highest(code, leaf)


def first_date(
    document: Mapping[str, Any], type_: Type, rank: Highest | None = None
) -> First | None:
    """The first date that a record has of the thing itself, in the order of its fields. Beside a
    `rank` that is told, no date of another one."""
    document = _with_only(rank, document) if rank else document
    for top, leaf in _looked_at(type_).dates:
        if top.name in document:
            for value in values_at(document, leaf.path):
                return First(value, leaf, top)
    return None


def _with_only(rank: Highest, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A document with no other statements of ranks than those that give this one, in force."""
    name, _, member = rank.field.path.partition(".")
    value = document.get(name)
    if not member or not isinstance(value, list):
        return document
    same = [
        one for one in value if rank.code in values_at({name: one}, rank.field.path, in_force=True)
    ]
    return {**document, name: same}


class _Looked(NamedTuple):
    """The public fields of a type at which a summary looks."""

    ranks: tuple[Field, ...]
    dates: tuple[tuple[Field, Field], ...]
    places: tuple[str, ...]
    points: tuple[str, ...]


@lru_cache(1_000)
def _looked_at(type_: Type) -> _Looked:
    fields = [field for field in type_.fields.values() if field.visibility == "public"]
    leaves = [(top, leaf) for top in fields for leaf in public_leaves(top)]
    return _Looked(
        ranks=tuple(leaf for _, leaf in leaves if leaf.facet == RANK),
        dates=tuple(
            (top, leaf)
            for top, leaf in leaves
            if leaf.kind == "edtf" and top.group not in BESIDE and not leaf.name.startswith("until")
        ),
        places=tuple(field.name for field in fields if field.kind == "place"),
        points=tuple(field.name for field in fields if field.kind == "point"),
    )


@lru_cache(1_000)
def _order(pack: Pack, vocabulary: str | None) -> Mapping[str, int]:
    """The place of each code in its vocabulary, which goes from the lowest rank to the highest."""
    found = pack.vocabularies.get(vocabulary or "")
    return {code: number for number, code in enumerate(found.concepts if found else ())}


def values_at(document: Mapping[str, Any], path: str, *, in_force: bool = False) -> Iterator[Any]:
    """All values at a dotted path, through lists of statements; if `in_force`, without those of
    statements that have an end."""
    name, _, rest = path.partition(".")
    value = document.get(name)
    for item in value if isinstance(value, list) else [value]:
        if rest and isinstance(item, Mapping):
            if not (in_force and item.get("until")):
                yield from values_at(item, rest, in_force=in_force)
        elif not rest and item is not None:
            yield item


def _place(document: Mapping[str, Any], type_: Type) -> dict[str, Cell]:
    """Where it is by its first place: the unit where that is certain, else those it may be."""
    for name in _looked_at(type_).places:
        value = document.get(name)
        place = next(iter(value), None) if isinstance(value, list) else value
        if place:
            break
    else:
        return {}
    candidates, code = place.get("candidates") or (), place.get("code")
    if code:
        named = next((one["name"] for one in candidates if one["code"] == code), None)
        return {"unit_code": code, "unit": named, "place": place.get("stated")}
    possible = ";".join([one["code"] for one in candidates])
    return {"units_possible": possible, "place": place.get("stated")}


def _label(rank: Highest, edition: Edition) -> str:
    concept = edition.pack.vocabularies[rank.field.vocabulary or ""].concepts[rank.code]
    return concept.label.get(edition.lang) or rank.code


@lru_cache(_REMEMBERED)
def _bounds(value: str) -> tuple[str | None, str | None]:
    """The first and the last day that a date in EDTF can mean, ISO 8601; None for open ends."""
    try:
        date = parse_edtf(value)
    except ValueError:
        return None, None
    earliest, latest = date.earliest, date.latest
    return earliest and earliest.isoformat(), latest and latest.isoformat()
