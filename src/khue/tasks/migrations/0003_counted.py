from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0002_unsampled")]

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("count", models.IntegerField(default=0)),
                ("value", models.TextField(default="")),
                ("until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
