"""PostgreSQL keeps examples of the values of a column among its statistics. What tasks returned may
quote what has to be erased, so of that it shall keep none."""

from django.db import migrations


def stop_sampling(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for column in ("args_kwargs", "return_value", "traceback"):
            schema_editor.execute(
                f"ALTER TABLE django_tasks_database_dbtaskresult ALTER COLUMN {column}"
                " SET STATISTICS 0"
            )


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0001_initial"),
        ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ]

    operations = [migrations.RunPython(stop_sampling, migrations.RunPython.noop)]
