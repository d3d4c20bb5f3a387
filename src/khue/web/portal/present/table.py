"""A result as a table: the same records as the cards, a row each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from khue.model.packs import Field, Type
from khue.web.portal.ask import DISTANCE, Ask
from khue.web.portal.present.heading import Heading
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.present.values import Shown, show

OWN = 2
"""Columns that a table of one type has beside those that every type has."""

SAID = frozenset({"rank", "period"})
"""Facets whose values other columns tell."""


@dataclass(frozen=True)
class Column:
    """A column's key and name; where the list can be put in its order, the address of that, unless
    it `is_sorted` so."""

    key: str
    title: str
    href: str = ""
    is_sorted: bool = False


@dataclass(frozen=True)
class Row:
    """A record in a row: its heading, and its values in the type's own columns."""

    card: Heading
    own: tuple[tuple[Shown, ...], ...]


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
    fields = _own(reader.pack.types.get(ask.type), [document for document, _ in found])
    rows = (
        Row(card, tuple(show(field, document.get(field.name), reader) for field in fields))
        for document, card in found
    )
    return Table(
        name=_column("name", ask, reader, "name"),
        type=None if ask.type else _column("type", ask, reader),
        own=tuple(Column(field.name, reader.label(field)) for field in fields),
        unit=_column("unit", ask, reader) if any(card.unit for card in cards) else None,
        rank=_column("rank", ask, reader) if any(card.rank for card in cards) else None,
        when=_column("when", ask, reader, "date") if any(card.when for card in cards) else None,
        away=_column("away", ask, reader, DISTANCE) if ask.near else None,
        rows=tuple(rows),
    )


def _column(key: str, ask: Ask, reader: Reader, order: str = "") -> Column:
    address = replace(ask, sort=order, page=1).address() if order else ""
    title = reader.say(f"column.{key}")
    return Column(key, title, address, bool(order) and ask.sort == order)


def _own(type_: Type | None, documents: list[Mapping[str, Any]]) -> list[Field]:
    """The fields by which records of a type are told apart, of those that some record here has."""
    fields = (one for one in public_fields(type_) if one.facet and one.facet not in SAID)
    return [one for one in fields if any(one.name in each for each in documents)][:OWN]
