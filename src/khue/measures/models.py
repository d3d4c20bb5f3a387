"""Computed values, and the definitions that they follow from. Both are only ever added to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Definition(models.Model):
    """What the numbers of one version of an indicator follow from (see
    `indicators.definition_of`), as canonical JSON."""

    version = models.CharField(primary_key=True, max_length=16)
    indicator = models.TextField()
    document = models.TextField()


class ComputedValue(models.Model):
    """One value of a version of an indicator at a position of the ledger.

    `period` is what it is of, as EDTF; `place` the code of a unit, empty for all; `part` the whole
    breakdown as canonical JSON. `records` is how many were counted and `digest` tells which;
    `source` says what it was computed from, and `suppressed` that only staff may know it (see
    `suppression`).
    """

    indicator = models.TextField()
    definition = models.ForeignKey(Definition, models.PROTECT)
    position = models.BigIntegerField()
    period = models.TextField()
    place = models.TextField()
    part = models.TextField()
    value = models.FloatField()
    status = models.CharField(max_length=16)
    source = models.TextField()
    records = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=16)
    suppressed = models.BooleanField()
    at = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["definition", "position", "part"], name="value_definition_position_part"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["indicator", "position", "place"], name="value_indicator_position"
            ),
            models.Index(fields=["indicator", "place", "position"], name="value_indicator_place"),
        ]
