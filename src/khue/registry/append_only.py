"""Tables that only grow: triggers that refuse everything but INSERT of a new row.

They stop programs and people who forget. Whoever owns the database can drop them; what is altered
then is found by the chain of hashes.
"""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# A REPLACE deletes without firing delete triggers, so an insert over a key is refused too. It FAILs
# where the others ABORT: for ABORT SQLite keeps a journal of each statement, which doubles the time
# of an insert, and nothing was written yet that would have to be taken back.
SQLITE = (
    """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END;
""",
    """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: DELETE refused'); END;
""",
    """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
BEGIN SELECT RAISE(FAIL, '{table} is append-only: REPLACE refused'); END;
""",
)
SQLITE_DROP = (
    "DROP TRIGGER {table}_no_update",
    "DROP TRIGGER {table}_no_delete",
    "DROP TRIGGER {table}_no_replace",
)

# The class of the error is that of SQLite's RAISE(ABORT). ALWAYS: also where a session that applies
# changes of another server (session_replication_role) leaves ordinary triggers out.
POSTGRESQL = (
    """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{table} is append-only: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
""",
    """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()
""",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
)
POSTGRESQL_DROP = (
    "DROP TRIGGER {table}_append_only ON {table}",
    "DROP FUNCTION {table}_append_only()",
)


class Protect(Operation):
    """A step of a migration: makes a table with the given primary key append-only.

    Going back, the table may be altered again.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, key: str) -> None:
        self.table = table
        self.key = key

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing: triggers are no part of a model."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Make the triggers, where the table is."""
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        made = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
        for statement in made:
            schema_editor.execute(statement.format(table=self.table, key=self.key), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        for statement in dropping(self.table, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """One line for who runs the migration."""
        return f"Make {self.table} append-only"


def dropping(table: str, vendor: str) -> list[str]:
    """The statements that take the protection from a table; `vendor` as Django names it."""
    dropped = POSTGRESQL_DROP if vendor == "postgresql" else SQLITE_DROP
    return [statement.format(table=table) for statement in dropped]
