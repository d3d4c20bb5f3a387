"""Which records and values the erasure of a field reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max, QuerySet

from khue.registry import chain, merges, tables
from khue.registry.models import Change, Personal


@dataclass(frozen=True)
class Reach:
    """What an erasure reaches: the records, the commitments of values, the values themselves as
    canonical JSON. `seq` is the position of the ledger at which they were looked for."""

    records: frozenset[str]
    commitments: frozenset[str]
    values: frozenset[str]
    seq: int = field(default=0, compare=False)

    def rows(self) -> QuerySet[Personal]:
        """The rows of the values."""
        return Personal.objects.filter(record__in=self.records, commitment__in=self.commitments)


def reach_of(records: Sequence[str], field: str) -> Reach:
    """Which records and values the erasure of a field of some records reaches.

    All values of the records and of those that are merged with them, which may have none yet but
    wait for some; of records that one of these was once merged into, the same values, since the
    merge may have carried them over. Of a file, every record that ever had it.
    """
    if is_file(field):
        seq = int(Change.objects.aggregate(last=Max("seq"))["last"] or 0)
        sha256 = field.partition(".")[2]
        holding = holding_file(sha256)
        return Reach(holding.union(records), frozenset(), frozenset({chain.canonical(sha256)}), seq)
    joined = frozenset(name for record in records for name in merges.joined(record))
    own = Personal.objects.filter(record__in=joined, path=field)
    values = frozenset(own.values_list("value", flat=True))
    once = merges.ever_merged_into(joined) - joined
    same = Personal.objects.filter(record__in=once, path=field, value__in=values)
    found = dict(own.values_list("commitment", "record"))
    found |= dict(same.values_list("commitment", "record"))
    return Reach(joined.union(records, found.values()), frozenset(found), values)


def is_file(field: str) -> bool:
    """Whether a field names one file of records (`files.<sha256>`)."""
    return field.startswith("files.")


def holding_file(sha256: str, after: int = 0) -> frozenset[str]:
    """The records that had a file in a version later than position `after`."""
    told = f'"sha256":{chain.canonical(sha256)}'
    changes = Change.objects.filter(seq__gt=after, document__contains=told)
    return frozenset(
        changes.exclude(record__in=tables.NOT_RECORDS).values_list("record", flat=True)
    )
