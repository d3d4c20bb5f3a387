"""What SQLite and PostgreSQL each have to be told in their own way. Knows no record and no rule."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from khue.lib.chunks import chunked

LEDGER_LOCK = 0x6B687565
"""The key of the advisory lock of writers on PostgreSQL ("khue" in ASCII)."""

TABLES_LOCK = LEDGER_LOCK + 1
"""The key of the lock that whoever writes shares before touching a table, and that keeps all of
them away while tables are replaced: they wait for the other lock with rows in those tables."""

ROWS, ROWS_AT_ONCE = 500, 20
"""Rows that are made ready for SQLite together, and that one statement inserts."""

PROTECTED = ("registry_change",)
"""Tables with triggers into which many rows are inserted."""

AGAIN_S = 0.2

PATIENCE_S = 20
"""Seconds to wait for that lock; SQLite's is the `timeout` of the settings."""


@contextmanager
def writing_alone(first: Callable[[Any], None], *, replacing: bool = False) -> Iterator[None]:
    """A transaction that alone writes. SQLite begins it immediately (`transaction_mode`);
    PostgreSQL takes an advisory lock that ends with it. `first` is called with a cursor in the same
    transaction before the lock is taken, where that is possible (`writes_ahead`). `replacing` is
    for who will replace the tables themselves.

    Raises `OperationalError` (see `is_busy`, `is_deadlock`) if the lock was not to be had in time.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                lock = "pg_advisory_xact_lock" if replacing else "pg_advisory_xact_lock_shared"
                cursor.execute(
                    f"SET LOCAL lock_timeout = '{PATIENCE_S}s'; SELECT {lock}({TABLES_LOCK});"
                    " SET LOCAL lock_timeout = 0"
                )
                first(cursor)
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEDGER_LOCK])
        yield


def writes_ahead() -> bool:
    """Whether a transaction can write before it alone may write. On SQLite that is the lock."""
    return connection.vendor == "postgresql"


def is_deadlock(error: OperationalError) -> bool:
    """Whether an error says that two who write waited for each other."""
    return getattr(error.__cause__, "sqlstate", "") == "40P01"


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
    cursor: Any,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    utf8: Collection[str] = (),
) -> None:
    """Insert rows in the fastest way that the database has. None of their keys may be there. In
    the columns `utf8` texts are given as bytes."""
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        rows = _decoded(rows, [columns.index(name) for name in utf8])
        first = next(rows, None)
        if first is None:  # an empty COPY costs as much as a save, and locks the table
            return
        copying = cursor.copy(f"COPY {table} ({names}) FROM STDIN")
        # Django knows nothing of COPY: without this, its errors would not be Django's.
        with connection.wrap_database_errors, copying as copy:
            for row in chain([first], rows):
                copy.write_row(row)
        return
    with connection.wrap_database_errors:
        for lot in chunked(rows, ROWS):
            _insert_into_sqlite(table, columns, lot, utf8)


def _insert_into_sqlite(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], utf8: Collection[str]
) -> None:
    places: list[str] = []
    given: list[Sequence[Any]] = []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        # Python looks for an adapter of each None and each bytes, which takes longer than the rest.
        if values.count(None) == len(rows):
            places.append("NULL")
        elif name in utf8:
            places.append("CAST(? AS TEXT)")
            given.append([None if text is None else bytearray(text) for text in values])
        else:
            places.append("?")
            given.append(values)
    row_places = f"({', '.join(places)})"
    # OR FAIL: what goes wrong ends the transaction, so no journal of each statement is needed.
    statement = f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608
    together = zip(*given, strict=True)
    if table in PROTECTED:  # of several rows to a statement SQLite would make a copy first
        connection.connection.executemany(statement + row_places, together)
        return
    # Past Django, who would look for placeholders in each statement anew.
    for some in chunked(together, ROWS_AT_ONCE):
        whole = statement + ", ".join([row_places] * len(some))
        connection.connection.execute(whole, [*chain.from_iterable(some)])


def _decoded(rows: Iterable[Sequence[Any]], places: Sequence[int]) -> Iterator[Sequence[Any]]:
    """Rows with the texts at some places as PostgreSQL's driver wants them."""
    for row in rows:
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = values[place].decode()
        yield values


def scrub(database: BaseDatabaseWrapper, tables: Iterable[str], patience_s: float) -> bool:
    """Write anew what may still hold deleted rows: free space and journals. Outside of any
    transaction; some ten seconds for each gigabyte, while nobody else can write.

    SQLite's `secure_delete` is not enough: where rows have moved to another page, their bytes stay
    on the old one. Of PostgreSQL only the `tables` are written anew. False if someone who reads or
    writes for longer than `patience_s`, or a full disk, stood in the way.
    """
    wait_ms = int(1000 * patience_s)
    try:
        with database.cursor() as cursor:
            if database.vendor == "postgresql":
                cursor.execute(f"SET lock_timeout = {wait_ms}")
                done = all([_write_anew(database, table, patience_s) for table in tables])
                cursor.execute("RESET lock_timeout")
                return done
            cursor.execute(f"PRAGMA busy_timeout = {wait_ms}")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_empty: bool = cursor.fetchone()[0] == 0
            cursor.execute(f"PRAGMA busy_timeout = {1000 * PATIENCE_S}")
            return is_empty
    except OperationalError:
        # Whatever was set for this connection goes with it.
        database.close()
        return False


def _write_anew(database: BaseDatabaseWrapper, table: str, patience_s: float) -> bool:
    """Write a table of PostgreSQL anew without its deleted rows. Whoever began to read before they
    were deleted, though from other tables, may still want them, and the server keeps them: False if
    someone reads for that long."""
    kept = 0

    def count(told: Any) -> None:
        # "... dead row versions cannot be removed yet", in the language of the server.
        nonlocal kept
        number = re.search(r"[0-9]+", told.message_detail or "")
        kept += int(number[0]) if number else 0

    deadline = time.monotonic() + patience_s
    connected: Any = database.connection
    connected.add_notice_handler(count)
    try:
        while True:
            kept = 0
            with database.cursor() as cursor:
                cursor.execute(f"VACUUM (FULL, VERBOSE) {table}")
            if not kept:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(AGAIN_S)
    finally:
        connected.remove_notice_handler(count)
