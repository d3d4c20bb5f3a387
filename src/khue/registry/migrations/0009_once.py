"""The text of a record stands once, in the ledger: `Record` keeps only what that does not tell. The
tables beside it lose keys that nobody asks by. PostgreSQL packs long texts by LZ4 where it can."""

import django.db.models.deletion
from django.db import migrations, models

from khue.registry.migrations._plain import RunPlain

LINKS = {
    "recordunit": ("record_id", "unit"),
    "reference": ("record_id", "field", "target"),
    "recordfile": ("record_id", "sha256"),
    "sourcerow": ("source", "key"),
}
TEXTS = {"registry_change": ("document",), "registry_record": ("opened", "public")}


def forget_what_the_ledger_tells(apps, schema_editor):
    schema_editor.execute(
        "UPDATE registry_record SET is_there = (opened IS NOT NULL),"
        " opened = CASE WHEN opened = (SELECT document FROM registry_change AS last"
        " WHERE last.record = registry_record.id AND last.version = registry_record.version)"
        " THEN NULL ELSE opened END"
    )


def columns_of(name):
    return "source, key, record" if name == "sourcerow" else ", ".join(LINKS[name])


def keep(name):
    return migrations.RunSQL(
        f"CREATE TABLE kept_{name} AS SELECT DISTINCT {columns_of(name)} FROM registry_{name}"
    )


def bring_back(name):
    columns = columns_of(name)
    return migrations.RunSQL(
        [
            f"INSERT INTO registry_{name} ({columns}) SELECT {columns} FROM kept_{name}",
            f"DROP TABLE kept_{name}",
        ]
    )


def link(name, *fields):
    """The table of a model anew, under a key of what it holds, with what it held."""
    key = models.CompositePrimaryKey(
        *LINKS[name.lower()], blank=True, editable=False, primary_key=True, serialize=False
    )
    return [
        keep(name.lower()),
        migrations.DeleteModel(name),
        migrations.CreateModel(name, [("pk", key), *fields]),
        bring_back(name.lower()),
    ]


def record():
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        to="registry.record",
    )


def asked_by(length):
    return models.CharField(max_length=length, db_index=True)


def pack_by_lz4(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in TEXTS.items():
        for column in columns:
            # A server that was built without LZ4 goes on as it does.
            schema_editor.execute(
                f"DO $$ BEGIN ALTER TABLE {table} ALTER COLUMN {column} SET COMPRESSION lz4;"
                " EXCEPTION WHEN feature_not_supported THEN NULL; END $$"
            )


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_failing")]

    operations = [
        migrations.RenameField("record", "document", "opened"),
        migrations.AddField(
            "record", "is_there", models.BooleanField(default=False), preserve_default=False
        ),
        RunPlain(forget_what_the_ledger_tells, migrations.RunPython.noop),
        migrations.RemoveIndex("record", "record_seq"),
        migrations.RemoveField("record", "seq"),
        *link("RecordUnit", ("record", record()), ("unit", asked_by(8))),
        *link(
            "Reference",
            ("record", record()),
            ("field", models.TextField()),
            ("target", asked_by(26)),
        ),
        *link("RecordFile", ("record", record()), ("sha256", asked_by(64))),
        *link(
            "SourceRow",
            ("source", models.TextField()),
            ("key", models.TextField()),
            ("record", asked_by(26)),
        ),
        RunPlain(pack_by_lz4, migrations.RunPython.noop),
    ]
