"""The tables. `Source`, `Batch` and `Change` are the ledger: append-only, covered by hashes.

`Record`, `Reference`, `RecordFile` and `SourceRow` are its fold and can be made anew from it.
`Personal` keeps beside the ledger what the law may demand to be erased. The rest is what people
have in hand and what has not become a change yet.

Times and documents are text, because the hashes cover text: what is read must be what was hashed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce


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
    """Changes made together: the unit of review and of undo.

    `proposal` and `proposer` say whose proposal was accepted with it.
    """

    id = models.CharField(primary_key=True, max_length=26)
    kind = models.CharField(max_length=16)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    why = models.TextField()
    source = models.ForeignKey(Source, models.PROTECT, null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True)
    proposal = models.CharField(max_length=26, null=True)
    proposer = models.TextField(null=True)


class Change(models.Model):
    """One entry of the ledger: the whole record after it. `document` is null when it is gone.

    `target` is the record that a merged one redirects to, `field` what was erased. `public_digest`
    and `public_hash` are the link in the public chain; entries from before there was one have none.
    """

    seq = models.BigIntegerField(primary_key=True)
    batch = models.ForeignKey(Batch, models.PROTECT, db_constraint=False)  # the hash covers it
    record = models.CharField(max_length=26)
    version = models.IntegerField()
    action = models.CharField(max_length=16)
    document = models.TextField(null=True)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    hash = models.CharField(max_length=64)
    target = models.CharField(max_length=26, null=True)
    field = models.TextField(null=True)
    public_digest = models.CharField(max_length=64, null=True)
    public_hash = models.CharField(max_length=64, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "version"], name="change_record_version")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["target"], name="change_target", condition=models.Q(target__isnull=False)
            )
        ]


class Personal(models.Model):
    """A value of a person's, which the ledger knows only by its commitment (see `sealing`)."""

    commitment = models.CharField(max_length=64)
    record = models.CharField(max_length=26)
    path = models.TextField()
    salt = models.CharField(max_length=64)
    value = models.TextField()  # canonical JSON

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "path"], name="personal_record_path")]


class Erasure(models.Model):
    """What an erasure takes: the commitments of values, and from disk the sha256 of sources and
    files that held them.

    `change` is its last position in the ledger. It is not `purged` until files, indexes and
    journals hold nothing of it any more. Nobody noted the commitments of the first erasures.
    """

    change = models.BigIntegerField(primary_key=True)
    sources = models.TextField()  # canonical JSON: [sha256]
    files = models.TextField()  # canonical JSON: [sha256]
    commitments = models.TextField(null=True)  # canonical JSON: [commitment]
    purged = models.BooleanField()


class _WholeManager(models.Manager["Record"]):
    def get_queryset(self) -> QuerySet[Record]:
        last = Change.objects.filter(record=OuterRef("pk"), version=OuterRef("version"))
        records: Any = super().get_queryset()
        whole: QuerySet[Record] = records.annotate(
            seq=Subquery(last.values("seq")),
            document=Coalesce("opened", Subquery(last.values("document"))),
        )
        return whole


class Record(models.Model):
    """What folding the changes of one record gives, and what the public sees of it.

    `is_there` is false while it is withdrawn, undone or merged; `merged_into` is the record that it
    then redirects to. Its document stands in the ledger; only where that is sealed, `opened` is the
    document with its personal values. `public` says which pieces of that text the public does not
    see (`cutting`), or is what it sees. `units` are its candidate units, for rights, with a space
    before and after each: in a table of their own they took a fifth of the time for which others
    wait. `whole` reads records with their `document`, and the `seq` of their last change.
    """

    id = models.CharField(primary_key=True, max_length=26)
    type = models.CharField(max_length=64)
    version = models.IntegerField()
    is_there = models.BooleanField()
    opened = models.TextField(null=True)
    public = models.TextField(null=True)
    name_key = models.TextField()
    units = models.TextField()
    merged_into = models.CharField(max_length=26, null=True)

    objects = models.Manager["Record"]()
    whole: Any = _WholeManager()
    # As `whole` reads them.
    document: str | None
    seq: int

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["type", "name_key"], name="record_type_name"),
            models.Index(
                fields=["merged_into"],
                name="record_merged_into",
                condition=models.Q(merged_into__isnull=False),
            ),
        ]


class Reference(models.Model):
    """That a field of one record names another record."""

    pk = models.CompositePrimaryKey("record_id", "field", "target")
    record = models.ForeignKey(Record, models.DO_NOTHING, db_constraint=False, db_index=False)
    field = models.TextField()
    target = models.CharField(max_length=26, db_index=True)


class RecordFile(models.Model):
    """That a record has a file."""

    pk = models.CompositePrimaryKey("record_id", "sha256")
    record = models.ForeignKey(Record, models.DO_NOTHING, db_constraint=False, db_index=False)
    sha256 = models.CharField(max_length=64, db_index=True)


class SourceRow(models.Model):
    """Which record a row of a source is, for ever: it outlives the undo of its batch."""

    pk = models.CompositePrimaryKey("source", "key")
    source = models.TextField()
    key = models.TextField()
    record = models.CharField(max_length=26, db_index=True)


class Proposal(models.Model):
    """A batch that waits for someone who may decide."""

    id = models.CharField(primary_key=True, max_length=26)
    kind = models.CharField(max_length=16)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    why = models.TextField()
    source = models.TextField(null=True)  # canonical JSON: a SourceDescription
    status = models.CharField(max_length=16, db_index=True)  # waiting, partly, decided
    contact = models.TextField(null=True)  # of whoever has no account, until all is decided


class ProposalItem(models.Model):
    """One record as a proposal would have it, with what was said of it.

    `before` is what the proposer saw at version `base`, so that their change can be told from what
    others have changed since.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE)
    number = models.IntegerField()
    record = models.CharField(max_length=26, db_index=True)
    base = models.IntegerField()
    before = models.TextField(null=True)
    after = models.TextField(null=True)
    target = models.TextField(null=True)
    findings = models.TextField()  # canonical JSON: [Finding.to_json()]
    duplicates = models.TextField()  # canonical JSON: [record id]
    status = models.CharField(max_length=16)  # waiting, accepted, rejected
    decided_by = models.TextField(null=True)
    decided_at = models.CharField(max_length=32, null=True)
    word = models.TextField(null=True)
    batch = models.CharField(max_length=26, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "number"], name="item_proposal_number")
        ]


class Judgement(models.Model):
    """That someone judged two records (`one` before `other` by identifier). Append-only."""

    id = models.CharField(primary_key=True, max_length=26)
    one = models.CharField(max_length=26, db_index=True)
    other = models.CharField(max_length=26, db_index=True)
    verdict = models.CharField(max_length=16)  # same, different, unsure
    actor = models.TextField()
    at = models.CharField(max_length=32)
    why = models.TextField()


class SavedMapping(models.Model):
    """How the columns of a source are read, as it was last settled."""

    source = models.TextField()
    type = models.CharField(max_length=64)
    mapping = models.TextField()  # canonical JSON of the mapping file
    actor = models.TextField()
    at = models.CharField(max_length=32)
    why = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "type"], name="mapping_source_type")
        ]


class WorkingDraft(models.Model):
    """A form that someone has not finished: stated values by path, of a record or of a new one."""

    id = models.CharField(primary_key=True, max_length=26)
    actor = models.TextField(db_index=True)
    type = models.CharField(max_length=64)
    record = models.CharField(max_length=26, null=True, db_index=True)
    base = models.IntegerField()
    stated = models.TextField()  # canonical JSON: {path: text}
    at = models.CharField(max_length=32)


class File(models.Model):
    """Bytes that records refer to by their sha256. `erased` is the reason, once they are gone."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    media_type = models.TextField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    actor = models.TextField()
    at = models.CharField(max_length=32)
    erased = models.TextField(null=True)
