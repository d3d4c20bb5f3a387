"""What came from a source: its own description, and the changes that its file brought.

This is the one place that decides what may be told of a source. Whoever may see a change that it
brought may see what it is called, who published it when and on what terms, and the hash of its
bytes; nobody is told the name of its file, its bytes, or of changes that they may not see.

A source may have brought a million changes, and every page of a record leads to one: what is
looked at is bounded, and kept as long as the ledger stays as it is.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from django.db import connection

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.model.rights import PUBLIC, Actor
from khue.registry import chain
from khue.registry.models import Batch, Source
from khue.registry.queries.following import head_hash
from khue.registry.queries.records import time_of
from khue.registry.queries.versions import ChangeView, SourceView, changes_at, source_view

MOST_OF_SOURCE = 10_000
"""Changes of a source that are counted and can be turned to; more of them are only more."""
EDITIONS = 12
"""Other editions of a source that are told, the newest."""
READ = 50_000
"""Changes of a source, the first, among which those are looked for of which the public knows."""
BATCHES = 1_000
"""Batches of a source that are looked at, the first."""
TRIED = 2_000
"""Changes of a source, the first, of which one must be seen for the source to be told."""
STEPS = (50, 500, 5_000)
"""Changes that are read together: few first, for mostly the first one decides."""

SELECT_BROUGHT = """
SELECT one.seq, {}
FROM (
    SELECT seq, record, version, public_digest FROM registry_change
    WHERE batch_id = %s AND seq > %s ORDER BY seq LIMIT %s
) AS one
JOIN registry_record AS now ON now.id = one.record
LEFT JOIN registry_change AS before
    ON before.record = one.record AND before.version = one.version - 1
ORDER BY one.seq
"""
TOLD = f"""
now.public IS NOT NULL AND COALESCE(one.public_digest, '') <> '{chain.HIDDEN}'
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
    """A source by its identifier; None if there is none, or nothing may be seen of the first
    changes that it brought (`TRIED`)."""
    row = Source.objects.filter(id=name).first()
    if row is None or not _is_told(actor, name, pack):
        return None
    others = Source.objects.filter(name=row.name).exclude(id=name).order_by("-id")[:EDITIONS]
    return SourceDetail(
        source=source_view(row),
        sha256=row.sha256,
        imported=_imported(name),
        count=len(_positions(name, not actor.roles, head_hash())),
        editions=tuple(
            (source_view(other), _imported(other.id))
            for other in others
            if _is_told(actor, other.id, pack)
        ),
    )


def changes_of_source(
    actor: Actor, name: str, pack: Pack, *, offset: int, limit: int
) -> list[ChangeView]:
    """The changes that a source brought, in their order, each as `changes_at` gives it. There may
    be fewer than `limit`: what was closed since is counted, but not told."""
    positions = _positions(name, not actor.roles, head_hash())
    return list(changes_at(actor, positions[offset : offset + limit], pack))


def source_titles(
    actor: Actor, names: Iterable[str], pack: Pack
) -> dict[str, dict[str, str] | None]:
    """What data sets are called in both languages, each by the short name that all its editions
    share, as its newest one says of which something may be seen; None if there is none."""
    if actor.roles:
        return {name: _title(actor, name, pack) for name in names}
    ledger = head_hash()
    return {name: _public_title(name, pack, ledger) for name in names}


@lru_cache(1_000)
def _public_title(name: str, pack: Pack, ledger: str) -> dict[str, str] | None:
    return _title(PUBLIC, name, pack)


def _title(actor: Actor, name: str, pack: Pack) -> dict[str, str] | None:
    editions = Source.objects.filter(name=name).order_by("-id")[: EDITIONS + 1]
    told = (source_view(row).title for row in editions if _is_told(actor, row.id, pack))
    return next(told, None)


@lru_cache(64)
def _positions(name: str, only_told: bool, ledger: str) -> Sequence[int]:
    """Where the changes of a source stand in the `ledger`, which this last hash names."""
    return array("q", islice(_brought(name, only_told), MOST_OF_SOURCE + 1))


def _brought(name: str, only_told: bool) -> Iterator[int]:
    """The positions of what a source brought, batch by batch: there its index has them in order."""
    condition, left = TOLD if only_told else "1 = 1", READ
    batches = Batch.objects.filter(source=name).order_by("id").values_list("id", flat=True)
    for batch in batches[:BATCHES]:
        last, steps = 0, iter(STEPS)
        step = 0
        while left:
            step = min(next(steps, step), left)
            with connection.cursor() as cursor:
                cursor.execute(SELECT_BROUGHT.format(condition), [batch, last, step])
                rows = cursor.fetchall()
            yield from (seq for seq, is_told in rows if is_told)
            left -= len(rows)
            if len(rows) < step:
                break
            last = rows[-1][0]


def _is_told(actor: Actor, name: str, pack: Pack) -> bool:
    if actor.roles:
        return _shows_something(actor, name, pack)
    return _shows_public(name, pack, head_hash())


@lru_cache(1_000)
def _shows_public(name: str, pack: Pack, ledger: str) -> bool:
    return _shows_something(PUBLIC, name, pack)


def _shows_something(actor: Actor, name: str, pack: Pack) -> bool:
    first = islice(_brought(name, not actor.roles), TRIED)
    return any(True for some in chunked(first, STEPS[0]) for _ in changes_at(actor, some, pack))


def _imported(name: str) -> datetime:
    times = Batch.objects.filter(source=name).order_by("at").values_list("at", flat=True)
    return time_of(times[0])
