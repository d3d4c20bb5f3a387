"""The tables of SQLite with fewer keys: every key is a tree of its own into which each row goes while
others wait. The ledger lies in the order of `seq`, and what a record is linked to in its key alone.

PostgreSQL has no such tables and stays as it is; what the tables hold and refuse is the same."""

from django.db import migrations

from khue.registry.migrations._plain import RunPlain

LEDGER = "registry_change"
LINKS = (
    "registry_recordunit",
    "registry_reference",
    "registry_recordfile",
    "registry_sourcerow",
)
NUMBER, ALIAS = '"seq" bigint NOT NULL PRIMARY KEY', '"seq" integer NOT NULL PRIMARY KEY'
CHECK = ' REFERENCES "registry_batch" ("id") DEFERRABLE INITIALLY DEFERRED'
"""The models do without since 0005: the hash covers it."""


def shorten(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    _make_anew(schema_editor, LEDGER, lambda sql: sql.replace(NUMBER, ALIAS).replace(CHECK, ""))
    shorten_links(schema_editor, LINKS)


def shorten_links(schema_editor, tables):
    """Make tables nothing but their key, on SQLite."""
    if schema_editor.connection.vendor == "sqlite":
        for table in tables:
            _make_anew(schema_editor, table, lambda sql: f"{sql} WITHOUT ROWID")


def lengthen(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    _make_anew(schema_editor, LEDGER, lambda sql: sql.replace(ALIAS, NUMBER))
    for table in LINKS:
        _make_anew(schema_editor, table, lambda sql: sql.removesuffix(" WITHOUT ROWID"))


def _make_anew(schema_editor, table, altered):
    """A table by an altered definition, with its rows, its indexes and its triggers."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table]
        )
        made = cursor.fetchall()
        cursor.execute(f"SELECT name FROM pragma_table_info('{table}')")
        names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    (definition,) = [sql for kind, sql in made if kind == "table"]
    anew = altered(definition)
    if anew == definition:
        raise RuntimeError(f"{table} is not what the migrations before made it")
    # Under the new name first: what is dropped takes its indexes and triggers with it.
    schema_editor.execute(f'ALTER TABLE "{table}" RENAME TO "earlier_{table}"')
    schema_editor.execute(anew, params=None)
    schema_editor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "earlier_{table}" ORDER BY 1'
    )
    schema_editor.execute(f'DROP TABLE "earlier_{table}"')
    for kind, sql in made:
        if kind != "table":
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_noted")]

    operations = [RunPlain(shorten, lengthen)]
