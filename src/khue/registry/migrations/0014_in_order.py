"""What a source brought and what names a record are read in order, a bounded piece at a time. On
SQLite the indexes of one column end in the key of their table; PostgreSQL is told to have it so."""

from django.db import migrations

from khue.registry.migrations._plain import RunPlain

INDEXES = {
    "change_batch_seq": "registry_change (batch_id, seq)",
    "reference_target_record": "registry_reference (target, record_id, field)",
}


def put_in_order(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in INDEXES.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {columns}")


def leave_unordered(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in INDEXES:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_contact")]

    operations = [RunPlain(put_in_order, leave_unordered)]
