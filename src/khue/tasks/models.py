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


class Counted(models.Model):
    """How often something was done, or what was settled once, `until` it may be forgotten."""

    key = models.CharField(primary_key=True, max_length=120)
    count = models.IntegerField(default=0)
    value = models.TextField(default="")
    until = models.DateTimeField(db_index=True)
