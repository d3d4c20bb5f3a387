from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("measures", "0002_value_indicator_place")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="computedvalue",
            name="of_itself",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Marking",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField(unique=True)),
                ("rules", models.CharField(max_length=16)),
                ("day", models.CharField(max_length=10)),
            ],
        ),
    ]
