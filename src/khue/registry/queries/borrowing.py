"""What a record said while it was one with another that has been split off since.

What that other one says is its own again, and may be closed by now. Then the public sees nothing of
the record from that time: nobody can tell the words of the two apart.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator

from khue.lib.chunks import chunked
from khue.registry import merges, tables
from khue.registry.models import Change, Record

Span = tuple[int, int]
"""Ledger positions: from the first up to, but without, the second."""


def closed_spans(records: Collection[str]) -> dict[str, list[Span]]:
    """For each record, the positions at which it also spoke for one that is closed or sensitive
    now; only those records that have some."""
    names: set[str] = set()
    for chunk in chunked(sorted(records), tables.CHUNK):
        merges = Change.objects.filter(target__in=chunk)
        names.update(map(str, merges.values_list("target", flat=True)))
    found = {name: list(_spans(name, name)) for name in names}
    return {name: spans for name, spans in found.items() if spans}


def is_within(seq: int, spans: Collection[Span]) -> bool:
    """Whether a position is in one of the spans."""
    return any(start <= seq < end for start, end in spans)


def _spans(record: str, speaker: str, at: int | None = None) -> Iterator[Span]:
    """The spans of `speaker` that come from records merged into `record`; `at` a position, only of
    those that were one with it then."""
    merges = Change.objects.filter(target=record).exclude(action="erase").order_by("seq")
    for loser, seq, batch in merges.values_list("record", "seq", "batch"):
        later = Change.objects.filter(record=loser, seq__gt=seq).exclude(action="erase")
        parting = later.order_by("version").values_list("seq", "batch").first() or (
            sys.maxsize,
            None,
        )
        if at is not None and not seq < at < parting[0]:
            continue
        start, end = (_own(speaker, *one) for one in ((seq, batch), parting))
        if _is_closed(loser, speaker):
            yield start, end
        for inner_start, inner_end in _spans(loser, speaker, seq):
            yield max(start, inner_start), min(end, inner_end)


def _own(record: str, seq: int, batch: str | None) -> int:
    """The position of a record's own change in a batch, or else the one given."""
    own = Change.objects.filter(record=record, batch=batch).values_list("seq", flat=True).first()
    return seq if own is None else own


def _is_closed(record: str, speaker: str) -> bool:
    """Whether the public may not see by now what a record says. (As long as `speaker` still speaks
    for it, that is as open as `speaker`.)"""
    final = merges.resolve([record])[record]
    head = Record.whole.filter(id=final).first()
    if final == speaker or head is None:
        return False
    document = tables.parse(head.document) or {}
    return head.public is None or bool(document.get("location_sensitive"))
