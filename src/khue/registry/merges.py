"""Which records are one, now and ever: a loser of a merge redirects to its winner."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from khue.lib.chunks import chunked
from khue.registry.models import Change, Record

CHUNK = 500


def resolve(records: Iterable[str]) -> dict[str, str]:
    """What each record is now: itself, or the one that it was merged into, however often."""
    final = {record: record for record in records}
    waiting = set(final)
    while waiting:
        step: dict[str, str] = {}
        for names in chunked(sorted(waiting), CHUNK):
            rows = Record.objects.filter(id__in=names).exclude(merged_into=None)
            step |= {name: str(now) for name, now in rows.values_list("id", "merged_into")}
        final = {record: step.get(now, now) for record, now in final.items()}
        waiting = set(step.values())
    return final


def aliases(records: Iterable[str]) -> dict[str, list[str]]:
    """The records that redirect to each, directly or through others; only those that have some."""
    found: dict[str, list[str]] = {}
    # In most registries few were ever merged, and an import asks for all that it brought.
    merged = Record.objects.filter(merged_into__isnull=False).exists()
    winners = {record: {record} for record in records} if merged else {}
    while winners:
        losers: dict[str, set[str]] = {}
        for names in chunked(sorted(winners), CHUNK):
            rows = Record.objects.filter(merged_into__in=names).order_by("id")
            for loser, winner in rows.values_list("id", "merged_into"):
                losers.setdefault(loser, set()).update(winners[str(winner)])
                for record in winners[str(winner)]:
                    found.setdefault(record, []).append(loser)
        winners = losers
    return found


def joined(record: str) -> list[str]:
    """All records that are one with this one now, itself among them."""
    winner = resolve([record])[record]
    return [winner, *aliases([winner]).get(winner, ())]


def ever_merged_into(records: Collection[str]) -> set[str]:
    """The records that one of these was ever merged into, directly or through others."""
    found: set[str] = set()
    waiting = set(records)
    while waiting:
        step: set[str] = set()
        for names in chunked(sorted(waiting), CHUNK):
            merges = Change.objects.filter(record__in=names).exclude(target=None)
            step.update(map(str, merges.values_list("target", flat=True)))
        waiting = step - found
        found |= step
    return found
