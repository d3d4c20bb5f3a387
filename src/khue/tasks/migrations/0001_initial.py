from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("task", models.UUIDField(primary_key=True, serialize=False)),
                ("phase", models.CharField(max_length=32)),
                ("done", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
