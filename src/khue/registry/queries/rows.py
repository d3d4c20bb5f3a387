"""Records as the tables have them, whole, in one question of the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from khue.lib.chunks import chunked
from khue.registry import tables
from khue.registry.cutting import uncut

SELECT_WHOLE = """
SELECT one.id, one.type, one.version, one.public, one.merged_into, last.seq,
    COALESCE(one.opened, last.document)
FROM registry_record AS one
LEFT JOIN registry_change AS last ON last.record = one.id AND last.version = one.version
WHERE one.id IN ({})
"""
"""As `Record.whole` reads them. A page asks for a dozen records: Django would put the question
together for longer than the database answers it."""


class Row(NamedTuple):
    """A record as `Record.whole` reads it; `document` and `public` are texts."""

    id: str
    type: str
    version: int
    public: str | None
    merged_into: str | None
    seq: int
    document: str | None

    @property
    def shown(self) -> str | None:
        """What the public sees of it; None where it sees nothing."""
        return uncut(self.public, self.document)


def whole(records: Iterable[str]) -> dict[str, Row]:
    """Those of the records that there are or were, by identifier."""
    found: dict[str, Row] = {}
    with connection.cursor() as cursor:
        for names in chunked(sorted(set(records)), tables.CHUNK):
            cursor.execute(SELECT_WHOLE.format(", ".join(["%s"] * len(names))), names)
            found |= {row[0]: Row(*row) for row in cursor.fetchall()}
    return found


def whole_now(records: Iterable[str]) -> dict[str, Row]:
    """For each record the row of what it is now: its own, or that of the one into which it was
    merged, however often; only of those that there are or were."""
    wanted = list(dict.fromkeys(records))
    known, waiting = dict[str, Row](), set(wanted)
    while waiting:
        found = whole(waiting)
        known |= found
        waiting = {row.merged_into for row in found.values() if row.merged_into} - known.keys()
    final: dict[str, Row] = {}
    for name in wanted:
        row = known.get(name)
        while row is not None and row.merged_into:
            row = known.get(row.merged_into)
        if row is not None:
            final[name] = row
    return final
