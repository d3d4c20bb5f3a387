from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("measures", "0001_initial")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="computedvalue",
            index=models.Index(
                fields=["indicator", "place", "position"], name="value_indicator_place"
            ),
        )
    ]
