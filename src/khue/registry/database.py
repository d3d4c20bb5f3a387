"""What SQLite and PostgreSQL each have to be told in their own way. Knows no record and no rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

LEDGER_LOCK = 0x6B687565
"""The key of the advisory lock of writers on PostgreSQL ("khue" in ASCII)."""

PATIENCE_S = 20
"""Seconds to wait for that lock; SQLite's is the `timeout` of the settings."""


@contextmanager
def writing_alone() -> Iterator[None]:
    """A transaction that alone writes. SQLite begins it immediately (`transaction_mode`);
    PostgreSQL takes an advisory lock that ends with it. Raises `OperationalError` (see `is_busy`)
    if the lock was not to be had in time."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER_LOCK])
        yield


def is_busy(error: OperationalError) -> bool:
    """Whether an error says that someone else was writing for too long."""
    # PostgreSQL's lock_not_available; its words are in the language of the server.
    return getattr(error.__cause__, "sqlstate", "") == "55P03" or "locked" in str(error)


@contextmanager
def one_view() -> Iterator[None]:
    """Read everything as it stood at one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # `atomic` would begin a transaction that writes, for which everyone else would wait.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def insert_many(
    cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows in the fastest way that the database has. None of their keys may be there."""
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
    cursor.executemany(statement, rows)
