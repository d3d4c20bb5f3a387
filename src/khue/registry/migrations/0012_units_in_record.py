"""The units of a record stand in its row: in a table of their own each of them was a row, which others
waited for."""

from importlib import import_module

from django.db import migrations, models

from khue.registry.migrations._plain import RunPlain

short_lock = import_module("khue.registry.migrations.0011_short_lock")

GATHERED = {
    "sqlite": "group_concat(unit, ' ')",
    "postgresql": "string_agg(unit, ' ' ORDER BY unit)",
}


def gather(apps, schema_editor):
    # In order: SQLite gathers rows as they come, and they come in the order of their key.
    schema_editor.execute(
        f"""
        UPDATE registry_record SET units = coalesce(
            (SELECT ' ' || {GATHERED[schema_editor.connection.vendor]} || ' '
             FROM (SELECT unit FROM registry_recordunit
                   WHERE record_id = registry_record.id ORDER BY unit) AS these),
            '')
        """
    )


def spread(apps, schema_editor):
    short_lock.shorten_links(schema_editor, ["registry_recordunit"])
    record = apps.get_model("registry", "Record")
    unit = apps.get_model("registry", "RecordUnit")
    for name, units in record.objects.exclude(units="").values_list("id", "units").iterator():
        unit.objects.bulk_create(unit(record_id=name, unit=code) for code in units.split())


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_short_lock")]

    operations = [
        migrations.AddField("record", "units", models.TextField(default=""), preserve_default=False),
        RunPlain(gather, spread),
        migrations.DeleteModel("RecordUnit"),
    ]
