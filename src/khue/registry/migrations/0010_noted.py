"""An erasure notes which values it took, so that nothing else may be missing or be left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_once")]

    operations = [
        migrations.AddField("erasure", "commitments", models.TextField(null=True)),
    ]
