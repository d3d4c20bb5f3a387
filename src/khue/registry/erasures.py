"""What has been erased, and what an erasure would have to find: for whoever removes it from files.

Only the pipeline may come in here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from khue.registry import tables
from khue.registry.actions.reaching import is_file, reach_of
from khue.registry.fold import Document
from khue.registry.models import Change, Erasure, File, ProposalItem


def sources() -> set[str]:
    """The sha256 of all sources whose bytes were erased."""
    kept = Erasure.objects.values_list("sources", flat=True)
    return {digest for text in kept for digest in json.loads(text)}


def files() -> set[str]:
    """The sha256 of all files of records whose bytes were erased."""
    return set(File.objects.exclude(erased=None).values_list("sha256", flat=True))


def pending() -> list[int]:
    """The ledger positions of erasures of which something may still lie in the database's free
    space."""
    rows = Erasure.objects.filter(purged=False).order_by("change")
    return list(rows.values_list("change", flat=True))


def batches() -> set[str]:
    """The batches of all erasures. Quick: most homes ask with every command."""
    positions = Erasure.objects.values("change")
    return set(Change.objects.filter(seq__in=positions).values_list("batch", flat=True))


@dataclass(frozen=True)
class Note:
    """An erasure as it is remembered outside the database: it says of no value what it was."""

    batch: str
    record: str
    field: str
    why: str
    actor: str
    at: str
    bytes: tuple[str, ...]


def notes() -> list[Note]:
    """All erasures of the ledger, oldest first."""
    gone = {row.change: row for row in Erasure.objects.all()}
    changes = (
        Change.objects.filter(batch__in=Change.objects.filter(seq__in=[*gone]).values("batch"))
        .select_related("batch")
        .defer("document")
        .order_by("seq")
    )
    last = {change.batch_id: change.seq for change in changes}
    found = []
    for change in changes:
        row = gone.get(last[change.batch_id])
        lost = [] if row is None else [*json.loads(row.sources), *json.loads(row.files)]
        found.append(
            Note(
                change.batch_id,
                change.record,
                change.field or "",
                change.batch.why,
                change.actor,
                change.at,
                tuple(lost),
            )
        )
    return found


def personal_texts(records: Sequence[str], field: str) -> tuple[set[str], set[str]]:
    """The values that an erasure would remove, as texts, proposed ones too, and the names of the
    data sets that may have stated them: for whoever looks for the source files that hold them.

    Numbers are left out: where a source gave one, the text that it stated is among the values. Of a
    file of records nothing stands in sources."""
    if is_file(field):
        return set(), set()
    reach = reach_of(records, field)
    texts = {text for value in reach.values for text in _texts_in(json.loads(value))}
    for item in ProposalItem.objects.filter(record__in=reach.records):
        for document in (tables.parse(item.before), tables.parse(item.after)):
            texts.update(_texts_of(document or {}, field))
    names = {
        source["name"]
        for change in Change.objects.filter(record__in=reach.records).exclude(document=None)
        for source in tables.parse(change.document).get("sources", ())
    }
    return texts, names


def _texts_of(document: Document, field: str) -> Iterator[str]:
    """The texts of a field and of what sources stated for it."""
    yield from _texts_in(document.get(field))
    for source in document.get("sources", ()):
        yield from (
            text for path, text in source["stated"].items() if path.partition(".")[0] == field
        )


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
    elif isinstance(value, str):
        yield value
