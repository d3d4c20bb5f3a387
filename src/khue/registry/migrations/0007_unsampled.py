"""PostgreSQL keeps examples of the values of a column among its statistics, in a table that only a
superuser could clear. Of what may have to be erased it shall keep none; nobody asks by it."""

from django.db import migrations

from khue.registry.migrations._plain import RunPlain

UNSAMPLED = {
    "registry_personal": ("value",),
    "registry_record": ("document",),
    "registry_proposalitem": ("before", "after", "findings"),
    "registry_workingdraft": ("stated",),
}


def stop_sampling(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in UNSAMPLED.items():
        for column in columns:
            schema_editor.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STATISTICS 0')


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_files")]

    operations = [RunPlain(stop_sampling, migrations.RunPython.noop)]
