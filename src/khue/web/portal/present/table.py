"""A result as a table: the same records as the cards, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.model.packs import Field, Type
from khue.search.telling import DATING
from khue.web.portal.ask import DISTANCE, Ask
from khue.web.portal.present.heading import Heading
from khue.web.portal.present.listed import is_number, listed_fields
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.present.values import Shown, show

OWN = 2
"""Columns that a table of one type has beside those that every type has."""

SAID = frozenset({"rank", DATING})
"""Facets whose values other columns tell."""


@dataclass(frozen=True)
class Column:
    """A column's key and name; where the list can be put in its order, the address of that, unless
    it `is_sorted` so. Numbers stand at the right (`is_number`)."""

    key: str
    title: str
    href: str = ""
    is_sorted: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """What a record has in one of the type's own columns."""

    values: tuple[Shown, ...]
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    """A record in a row: its heading, and the cells of the type's own columns."""

    card: Heading
    own: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The columns that have something, and the rows. `own` are the type's own columns; a column
    that is None is not there."""

    name: Column
    type: Column | None
    own: tuple[Column, ...]
    unit: Column | None
    rank: Column | None
    when: Column | None
    away: Column | None
    rows: tuple[Row, ...]

    @property
    def choices(self) -> tuple[Column, ...]:
        """The columns that one can do without, in order."""
        told = (self.type, *self.own, self.unit, self.rank, self.when, self.away)
        return tuple(column for column in told if column)


def table(ask: Ask, found: Iterable[tuple[Mapping[str, Any], Heading]], reader: Reader) -> Table:
    """The table of a page of public documents with their headings."""
    found = list(found)
    cards = [card for _, card in found]
    type_ = reader.pack.types.get(ask.type)
    listed = _listed(type_, cards)
    fields = listed or _own(type_, [document for document, _ in found])
    rows = (
        Row(card, _listed_cells(fields, card) if listed else _cells(fields, document, reader))
        for document, card in found
    )
    # What a type lists says when, too.
    dated = not listed and any(card.when for card in cards)
    return Table(
        name=_column("name", ask, reader, "name"),
        type=None if ask.type else _column("type", ask, reader),
        own=tuple(_own_column(field, ask, reader) for field in fields),
        unit=_column("unit", ask, reader) if any(card.unit for card in cards) else None,
        rank=_column("rank", ask, reader) if any(card.rank for card in cards) else None,
        when=_column("when", ask, reader, "date") if dated else None,
        away=_column("away", ask, reader, DISTANCE) if ask.near else None,
        rows=tuple(rows),
    )


def _column(key: str, ask: Ask, reader: Reader, order: str = "") -> Column:
    address = replace(ask, sort=order, page=1).address() if order else ""
    title = reader.say(f"column.{key}")
    return Column(key, title, address, bool(order) and ask.sort == order)


def _own_column(field: Field, ask: Ask, reader: Reader) -> Column:
    """The column of a field. A list is put in the order of dates by the field that dates it."""
    is_dating = field.listed and field.facet == DATING
    address = replace(ask, sort="date", page=1).address() if is_dating else ""
    is_sorted = bool(is_dating) and ask.sort == "date"
    return Column(field.name, reader.label(field), address, is_sorted, is_number(field))


def _listed(type_: Type | None, cards: list[Heading]) -> list[Field]:
    """The fields that lists of a type tell, of those that some record here has."""
    told = {one.name for card in cards for one in card.listed}
    return [one for one in (listed_fields(type_) if type_ else ()) if one.name in told]


def _listed_cells(fields: list[Field], card: Heading) -> tuple[Cell, ...]:
    told = {one.name: one for one in card.listed}
    return tuple(
        Cell((told[one.name].value,) if one.name in told else (), is_number(one)) for one in fields
    )


def _cells(fields: list[Field], document: Mapping[str, Any], reader: Reader) -> tuple[Cell, ...]:
    return tuple(Cell(show(one, document.get(one.name), reader)) for one in fields)


def _own(type_: Type | None, documents: list[Mapping[str, Any]]) -> list[Field]:
    """The fields by which records of a type are told apart, of those that some record here has."""
    fields = (one for one in public_fields(type_) if one.facet and one.facet not in SAID)
    return [one for one in fields if any(one.name in each for each in documents)][:OWN]
