"""The ledger refuses UPDATE, DELETE and TRUNCATE, and INSERT over an entry that is there."""

from django.db import migrations

from khue.registry.append_only import Protect


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        Protect("registry_change", "seq"),
        Protect("registry_batch", "id"),
        Protect("registry_source", "id"),
    ]
