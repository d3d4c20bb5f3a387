"""How far tasks are. What is to be done, and what came of it, is in the tables of the queue."""

from __future__ import annotations

from django.db import models


class Progress(models.Model):
    """What a task is doing. `total` is 0 where it is not known."""

    task = models.UUIDField(primary_key=True)
    phase = models.CharField(max_length=32)
    done = models.BigIntegerField()
    total = models.BigIntegerField()
    at = models.DateTimeField()
