"""The ledger refuses UPDATE and DELETE, and INSERT over an entry that is there, in the database."""

from django.db import migrations

LEDGER = {"registry_change": "seq", "registry_batch": "id", "registry_source": "id"}

# A REPLACE deletes without firing delete triggers, so an insert over an existing key is refused too.
TRIGGERS = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: UPDATE refused'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only: DELETE refused'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
BEGIN SELECT RAISE(ABORT, '{table} is append-only: REPLACE refused'); END;
"""

DROP = """
DROP TRIGGER {table}_no_update;
DROP TRIGGER {table}_no_delete;
DROP TRIGGER {table}_no_replace;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TRIGGERS.format(table=table, key=key), DROP.format(table=table)
        )
        for table, key in LEDGER.items()
    ]
