"""The tables. `Source`, `Batch` and `Change` are the ledger and append-only; the rest is its fold.

Times and documents are text, because the hashes cover text: what is read must be what was hashed.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Source(models.Model):
    """Bytes that data came from, described as they were when they came."""

    id = models.CharField(primary_key=True, max_length=26)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    filename = models.TextField()
    name = models.TextField()
    title = models.TextField()  # canonical JSON: {"vi", "en"}
    publisher = models.TextField()
    licence = models.TextField()
    date = models.TextField()  # EDTF
    url = models.TextField()


class Batch(models.Model):
    """Changes made together: the unit of review and of undo."""

    id = models.CharField(primary_key=True, max_length=26)
    kind = models.CharField(max_length=16)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    why = models.TextField()
    source = models.ForeignKey(Source, models.PROTECT, null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True)


class Change(models.Model):
    """One entry of the ledger: the whole record after it. `document` is null when it is gone."""

    seq = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, models.PROTECT)
    record = models.CharField(max_length=26)
    version = models.IntegerField()
    action = models.CharField(max_length=16)
    document = models.TextField(null=True)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "version"], name="change_record_version")
        ]


class Record(models.Model):
    """What folding the changes of one record gives, and what the public sees of it."""

    id = models.CharField(primary_key=True, max_length=26)
    type = models.CharField(max_length=64)
    version = models.IntegerField()
    seq = models.BigIntegerField()
    document = models.TextField(null=True)
    public = models.TextField(null=True)
    name_key = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["type", "name_key"], name="record_type_name"),
            models.Index(fields=["seq"], name="record_seq"),
        ]


class Folding(models.Model):
    """With which pack the tables beside the ledger were folded: one row."""

    pack = models.CharField(max_length=64)


class RecordUnit(models.Model):
    """The candidate units of a record, for rights and place lists."""

    record = models.ForeignKey(Record, models.CASCADE)
    unit = models.CharField(max_length=8, db_index=True)


class Reference(models.Model):
    """That a field of one record names another record."""

    record = models.ForeignKey(Record, models.CASCADE)
    field = models.TextField()
    target = models.CharField(max_length=26, db_index=True)


class SourceRow(models.Model):
    """Which record a row of a source is, for ever: it outlives the undo of its batch."""

    source = models.TextField()
    key = models.TextField()
    record = models.CharField(max_length=26, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "key"], name="row_source_key")
        ]
