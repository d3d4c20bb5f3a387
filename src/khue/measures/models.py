"""Computed values, which are only ever added to, as are the definitions that they follow from; and
by which rules it was marked what of them may be told."""

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
    `source` says what it was computed from, and `suppressed` that only staff may know it,
    `of_itself` for the sake of its own run (see `suppression`); both are made by `marking`, and
    hold while the position has a `Marking` by the rules of today.
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
    of_itself = models.BooleanField(default=False)
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


class Marking(models.Model):
    """By which rules the values of a position were marked (see `suppression.RULES`), and the `day`
    of the position as EDTF."""

    position = models.BigIntegerField(unique=True)
    rules = models.CharField(max_length=16)
    day = models.CharField(max_length=10)
