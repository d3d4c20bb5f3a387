"""All that the registry cannot make again, out of one database and into another.

Rows go out as plain values in an order of their own, without keys that a database counts for
itself, so that two registries with the same content give the same rows, whatever keeps them. What
is a fold of the ledger is left out and made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, Min

from khue.lib.chunks import chunked
from khue.registry import chain
from khue.registry.actions.committing import exclusive
from khue.registry.database import insert_many
from khue.registry.models import (
    Batch,
    Change,
    Erasure,
    File,
    Judgement,
    Personal,
    Proposal,
    ProposalItem,
    SavedMapping,
    Source,
    WorkingDraft,
)
from khue.registry.sealing import commit_to
from khue.registry.tables import PACK

CHUNK = 500

Row = Sequence[Any]
Reading = Callable[[str], tuple[list[str], Iterator[Row]]]


@dataclass(frozen=True)
class Table:
    """A table as it is archived: its name there, where it is kept, and the order of its rows."""

    name: str
    model: type[models.Model]
    order: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """The columns, without a key that the database counts for itself."""
        fields = self.model._meta.concrete_fields
        return [one.attname for one in fields if not isinstance(one, models.AutoField)]

    @property
    def in_database(self) -> str:
        """The name of the table in the database."""
        return str(self.model._meta.db_table)


TABLES = (
    Table("sources", Source, ("id",)),
    Table("batches", Batch, ("id",)),
    Table("changes", Change, ("seq",)),
    Table("personal", Personal, ("record", "path", "commitment")),
    Table("erasures", Erasure, ("change",)),
    Table("proposals", Proposal, ("id",)),
    Table("items", ProposalItem, ("proposal", "number")),
    Table("judgements", Judgement, ("id",)),
    Table("mappings", SavedMapping, ("source", "type")),
    Table("drafts", WorkingDraft, ("id",)),
    Table("files", File, ("sha256",)),
)
"""In the order in which they can be filled."""


def rows_of(table: Table) -> Iterator[Row]:
    """The rows of a table as values of `table.columns`, read one after the other."""
    rows = table.model._base_manager.order_by(*table.order)
    if table.model is Batch:
        # As their changes are ordered, so that both can be read side by side.
        first = F("first").asc(nulls_last=True)
        rows = rows.alias(first=Min("change__seq")).order_by(first, *table.order)
    return rows.values_list(*table.columns).iterator(CHUNK)


def is_empty() -> bool:
    """Whether the registry holds nothing that anyone has said or has in hand. (That a pack was
    loaded is said by the program itself.)"""
    said = Change.objects.exclude(record=PACK).exists()
    beside = (Proposal, Judgement, SavedMapping, WorkingDraft, File)
    return not said and not any(model._base_manager.exists() for model in beside)


def fill(table: Table, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert archived rows; gives how many. Columns that were not archived are left empty.

    Raises `ValueError` for columns that the table does not have, or rows that do not fit them.
    """
    if unknown := set(columns) - set(table.columns):
        raise ValueError(f"{table.name} has no {', '.join(sorted(unknown))}")
    count = 0
    with connection.cursor() as cursor:
        for lot in chunked(rows, CHUNK):
            if any(len(row) != len(columns) for row in lot):
                raise ValueError(f"a row of {table.name} has another length")
            insert_many(cursor, table.in_database, columns, lot)
            count += len(lot)
    return count


@contextmanager
def replacing() -> Iterator[None]:
    """A transaction that alone writes, and in which `emptied` may stand. Raises `Refused` if others
    write for too long."""
    # The tables of SQLite can be made within a transaction only if it began without this check.
    is_checked = connection.vendor == "sqlite"
    if is_checked:
        connection.disable_constraint_checking()
    try:
        with exclusive(replacing=True):
            yield
    finally:
        if is_checked:
            connection.enable_constraint_checking()


@contextmanager
def emptied() -> Iterator[None]:
    """The tables of the registry as its migrations make them, empty, to be filled.

    Within `replacing`. Others see the tables as they were until its end; on PostgreSQL the new ones
    take their place when this block ends, for which others wait a moment.
    """
    if connection.vendor == "postgresql":
        with _beside():
            yield
        return
    with connection.cursor() as cursor:
        for name in _table_names():
            cursor.execute(f"DROP TABLE {name}")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'registry'")
    _make_tables()
    yield
    connection.check_constraints()


NEW = "khue_restored"
"""The schema of PostgreSQL in which tables are filled before they take their place."""


@contextmanager
def _beside() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        home = connection.ops.quote_name(cursor.fetchone()[0])
        cursor.execute(f"CREATE SCHEMA {NEW}")
        # Nothing else is seen, or the migrations would count as done.
        cursor.execute(f"SET LOCAL search_path TO {NEW}")
        _make_tables()
        cursor.execute(f"SET LOCAL search_path TO {NEW}, {home}")
    yield
    with connection.cursor() as cursor:
        # Tables of which a check is put off cannot be moved.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace", [NEW])
        functions = [name for (name,) in cursor.fetchall()]
        for name in _table_names():
            cursor.execute(f"DROP TABLE {home}.{name} CASCADE")
        for name in functions:
            cursor.execute(f"DROP FUNCTION {home}.{name}()")
            cursor.execute(f"ALTER FUNCTION {NEW}.{name}() SET SCHEMA {home}")
        for name in _table_names():
            cursor.execute(f"ALTER TABLE {NEW}.{name} SET SCHEMA {home}")
        cursor.execute(f"SET LOCAL search_path TO {home}")
        cursor.execute(f"DROP SCHEMA {NEW} CASCADE")


def _table_names() -> list[str]:
    found = apps.get_app_config("registry").get_models()
    return [connection.ops.quote_name(model._meta.db_table) for model in found]


def _make_tables() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes("registry"))


def find_breaks(read: Reading) -> Iterator[tuple[str, str]]:
    """What in archived tables does not fit: the code of a finding, and the position of the change,
    or the batch, source or record. `read` gives columns and rows of a table by its name.

    Reads the tables side by side, so that memory does not grow with them; batches are expected in
    the order of their changes. Raises `KeyError` or `ValueError` for rows without the columns that
    the hashes cover.
    """
    sources = {row["id"]: row for row in _named(*read("sources"))}
    batches = _Following(_named(*read("batches")))
    for seq, code in chain.find_breaks(_named(*read("changes")), batches, sources):
        yield code, str(seq)
    yield from (("batch_without_change", batch["id"]) for batch in batches.rest())
    yield from (("source_without_batch", name) for name in sources.keys() - batches.sources)
    for row in _named(*read("personal")):
        if commit_to(row["salt"], row["record"], row["path"], row["value"]) != row["commitment"]:
            yield "personal_altered", row["record"]


class _Following(Mapping[str, Any]):
    """Rows by identifier that are asked for in their order: each knows only the present one and the
    next. `sources` are those that the rows so far have named."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self._now: dict[str, Any] = {}
        self._next = next(rows, None)
        self.sources: set[str | None] = set()

    def __getitem__(self, name: str) -> dict[str, Any]:
        if self._next is not None and self._next["id"] == name:
            self._now, self._next = self._next, next(self._rows, None)
            self.sources.add(self._now["source_id"])
        if self._now.get("id") != name:
            raise KeyError(name)
        return self._now

    def rest(self) -> Iterator[dict[str, Any]]:
        """The rows that nobody asked for."""
        while self._next is not None:
            yield self._next
            self._next = next(self._rows, None)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("these rows can be read only once")

    def __len__(self) -> int:
        raise TypeError("how many rows there are is not known")


def _named(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    return (dict(zip(columns, row, strict=True)) for row in rows)
