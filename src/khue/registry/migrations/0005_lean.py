"""What the database need not do while the ledger is locked: checking what the hashes cover and
`khue verify` compares, and keeping PostgreSQL's second indexes for LIKE, which nobody asks."""

import django.db.models.deletion
from django.db import migrations, models

from khue.registry.migrations._plain import RunPlain


def free_postgresql(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = 'registry_change'::regclass"
        )
        for (name,) in cursor.fetchall():
            schema_editor.execute(f'ALTER TABLE registry_change DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
            " AND tablename LIKE 'registry\\_%' AND indexname LIKE '%\\_like'"
        )
        for (name,) in cursor.fetchall():
            schema_editor.execute(f'DROP INDEX "{name}"')


def free_record(model):
    return migrations.AlterField(
        model_name=model,
        name="record",
        field=models.ForeignKey(
            db_constraint=False,
            on_delete=django.db.models.deletion.DO_NOTHING,
            to="registry.record",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_complete")]

    operations = [
        # The state alone: on SQLite a constraint only goes by making the table anew, and the
        # ledger's triggers would go with it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="change",
                    name="batch",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.batch",
                    ),
                )
            ]
        ),
        free_record("recordunit"),
        free_record("reference"),
        RunPlain(free_postgresql, migrations.RunPython.noop),
    ]
