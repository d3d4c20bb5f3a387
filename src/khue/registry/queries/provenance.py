"""What came from a source: its own description, and the changes that its file brought.

This is the one place that decides what may be told of a source. Whoever may see a change that it
brought may see what it is called, who published it when and on what terms, and the hash of its
bytes; nobody is told the name of its file, its bytes, or of changes that they may not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain
from khue.registry.models import Batch, Source
from khue.registry.queries.records import ChangeView, SourceView, history, source_view, time_of

MOST_OF_SOURCE = 10_000
"""Changes of a source that are counted and can be turned to; more of them are only more."""
EDITIONS = 12
"""Other editions of a source that are told, the newest."""
STEP = 20
"""Changes that are looked at together until one is found that may be seen."""

SELECT_BROUGHT = """
SELECT one.seq, one.record
FROM registry_change AS one
JOIN registry_batch AS batch ON batch.id = one.batch_id
JOIN registry_record AS now ON now.id = one.record
LEFT JOIN registry_change AS before
    ON before.record = one.record AND before.version = one.version - 1
WHERE batch.source_id = %s {}
ORDER BY one.seq LIMIT %s OFFSET %s
"""
TOLD = f"""
AND now.public IS NOT NULL AND COALESCE(one.public_digest, '') <> '{chain.HIDDEN}'
AND (before.seq IS NULL OR COALESCE(one.public_digest, '') <> COALESCE(before.public_digest, '-'))
"""
"""What followers of the public chain know too: that a record is public, and that what one sees of
it was another after the change."""


@dataclass(frozen=True)
class SourceDetail:
    """A source as one may see it: its bytes by their SHA-256, when they were `imported` first, how
    many changes they brought (`MOST_OF_SOURCE` + 1 stands for more), and its other `editions`,
    newest first."""

    source: SourceView
    sha256: str
    imported: datetime
    count: int
    editions: tuple[tuple[SourceView, datetime], ...]


def source(actor: Actor, name: str, pack: Pack) -> SourceDetail | None:
    """A source by its identifier; None if there is none, or nothing it brought may be seen."""
    row = Source.objects.filter(id=name).first()
    if row is None or not _brought_something(actor, name, pack):
        return None
    others = Source.objects.filter(name=row.name).exclude(id=name).order_by("-id")[:EDITIONS]
    return SourceDetail(
        source=source_view(row),
        sha256=row.sha256,
        imported=_imported(name),
        count=len(_brought(actor, name, 0, MOST_OF_SOURCE + 1)),
        editions=tuple(
            (source_view(other), _imported(other.id))
            for other in others
            if _brought_something(actor, other.id, pack)
        ),
    )


def changes_of_source(
    actor: Actor, name: str, pack: Pack, *, offset: int, limit: int
) -> list[ChangeView]:
    """The changes that a source brought, in their order. There may be fewer than `limit`: what was
    closed since is counted, but not told."""
    return list(_seen(actor, _brought(actor, name, offset, limit), pack))


def _brought(actor: Actor, name: str, offset: int, limit: int) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        only = "" if actor.roles else TOLD
        cursor.execute(SELECT_BROUGHT.format(only), [name, limit, offset])
        return list(cursor.fetchall())


def _seen(actor: Actor, brought: list[tuple[int, str]], pack: Pack) -> Iterator[ChangeView]:
    for seq, record in brought:
        for change in history(actor, record, pack):
            if change.seq == seq and change.changed:
                yield change


def _brought_something(actor: Actor, name: str, pack: Pack) -> bool:
    offset = 0
    while brought := _brought(actor, name, offset, STEP):
        if next(_seen(actor, brought, pack), None) is not None:
            return True
        offset += len(brought)
    return False


def _imported(name: str) -> datetime:
    times = Batch.objects.filter(source=name).order_by("at").values_list("at", flat=True)
    return time_of(times[0])
