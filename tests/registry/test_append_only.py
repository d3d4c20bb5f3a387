"""Any table can be made append-only, on both databases, and altered again after going back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from khue.registry.append_only import Protect

PROTECT = Protect("log", "id")

REFUSED = [
    "UPDATE log SET text = 'x'",
    "UPDATE log SET text = 'x' WHERE id = 'a'",
    "DELETE FROM log",
    "INSERT INTO log VALUES ('a', 'x') ON CONFLICT (id) DO UPDATE SET text = 'x'",
    {
        "sqlite": "INSERT OR REPLACE INTO log VALUES ('a', 'x')",
        "postgresql": "TRUNCATE log",
    }[connection.vendor],
]


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    """Within the test's transaction there is a protected table `log` with one row."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE log (id TEXT PRIMARY KEY, text TEXT)")
        cursor.execute("INSERT INTO log VALUES ('a', 'b')")
        PROTECT.database_forwards("registry", editor(), None, None)
        yield cursor


def editor() -> Any:
    """What migrations change tables with (not opened: that cannot be within a transaction)."""
    return connection.SchemaEditorClass(connection)


def refuses(cursor: Any, statement: str) -> bool:
    try:
        with transaction.atomic():
            cursor.execute(statement)
    except DatabaseError as error:
        return "log is append-only" in str(error)
    return False


@pytest.mark.parametrize("statement", REFUSED)
def test_a_protected_table_only_grows(cursor: Any, statement: str) -> None:
    assert refuses(cursor, statement)
    cursor.execute("INSERT INTO log VALUES ('c', 'd')")
    cursor.execute("SELECT * FROM log ORDER BY id")
    assert cursor.fetchall() == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize("statement", REFUSED)
def test_going_back_opens_the_table_again(cursor: Any, statement: str) -> None:
    PROTECT.database_backwards("registry", editor(), None, None)
    assert not refuses(cursor, statement)
    PROTECT.database_forwards("registry", editor(), None, None)
    cursor.execute("INSERT INTO log VALUES ('c', 'd')")
    assert refuses(cursor, "DELETE FROM log")
