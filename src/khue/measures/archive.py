"""Computed values as a backup keeps them, with the definitions that they follow from and what was
marked of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models

from khue.lib.chunks import chunked
from khue.measures.models import ComputedValue, Definition, Marking

CHUNK = 500

ORDER: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "definitions": (Definition, ("version",)),
    "values": (ComputedValue, ("position", "definition", "part")),
    "markings": (Marking, ("position",)),
}
"""The tables by their name in an archive, in the order in which they can be filled, each with what
its rows are ordered by."""


def columns(name: str) -> list[str]:
    """The columns of a table, without a key that the database counts for itself."""
    fields = ORDER[name][0]._meta.concrete_fields
    return [one.attname for one in fields if not isinstance(one, models.AutoField)]


def rows(name: str) -> Iterator[tuple[Any, ...]]:
    """All rows of a table as plain values of its `columns`."""
    model, order = ORDER[name]
    yield from model._default_manager.order_by(*order).values_list(*columns(name)).iterator(CHUNK)


def clear() -> None:
    """Take all away: what was computed from another ledger says nothing of this one."""
    for model, _ in reversed(ORDER.values()):
        model._default_manager.all().delete()


def fill(name: str, archived_columns: Sequence[str], archived: Iterable[Sequence[Any]]) -> None:
    """Fill an empty table with archived rows; without columns, the archive is from before there
    was such a table."""
    model = ORDER[name][0]
    for some in chunked(archived, CHUNK):
        made = [model(**dict(zip(archived_columns, row, strict=True))) for row in some]
        model._default_manager.bulk_create(made)
