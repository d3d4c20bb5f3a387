"""On SQLite, the refusal to insert over an entry fails instead of aborting (see `append_only`)."""

from django.db import migrations

from khue.registry.append_only import SQLITE
from khue.registry.migrations._plain import RunPlain

REPLACED = {
    "registry_change": "seq",
    "registry_batch": "id",
    "registry_source": "id",
    "registry_judgement": "id",
}


def replace_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for table, key in REPLACED.items():
        schema_editor.execute(f"DROP TRIGGER {table}_no_replace")
        schema_editor.execute(SQLITE[2].format(table=table, key=key))


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_unsampled")]

    operations = [RunPlain(replace_triggers, migrations.RunPython.noop)]
