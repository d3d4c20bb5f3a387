"""How to reach whoever has sent a proposal without an account. It is personal: PostgreSQL shall keep
no example of it (see 0007)."""

from django.db import migrations, models

from khue.registry.migrations._plain import RunPlain


def stop_sampling(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE registry_proposal ALTER COLUMN contact SET STATISTICS 0"
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_units_in_record")]

    operations = [
        migrations.AddField("proposal", "contact", models.TextField(null=True)),
        RunPlain(stop_sampling, migrations.RunPython.noop),
    ]
