"""Which records name a record, and in which field."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry.fold import derive, label
from khue.registry.queries.records import RecordView, aliases, get_many

MOST = 12
"""Records that are told of each field that names a record; of all of them, how many there are."""

SELECT_REFERRING = """
SELECT field, record_id, target, many FROM (
    SELECT link.field, link.record_id, link.target,
        COUNT(*) OVER kind AS many, ROW_NUMBER() OVER (kind ORDER BY link.record_id) AS place
    FROM registry_reference AS link
    JOIN registry_record AS one ON one.id = link.record_id
    WHERE link.target IN ({}) {}
    WINDOW kind AS (PARTITION BY one.type, link.field)
) AS links
WHERE place <= %s
"""
ONLY_PUBLIC = "AND one.public IS NOT NULL"


@dataclass(frozen=True)
class ReferringView:
    """The records of a type that name a record in the field of this path: how many there are, and
    the first of them, by name."""

    type: str
    field: str
    count: int
    records: tuple[RecordView, ...]


def referring(actor: Actor, record: str, pack: Pack, most: int = MOST) -> list[ReferringView]:
    """Records that name this one, or one that was merged into it, by their type and field; of each
    at most so many, those that were entered first.

    A reference in a field that the actor may not see is not told, nor counted. (For insiders, the
    count may have some of which they may not see the record.)
    """
    meant = [record, *aliases([record]).get(record, ())]
    only = "" if actor.roles else ONLY_PUBLIC
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(meant))
        cursor.execute(SELECT_REFERRING.format(marks, only), [*meant, most])
        links = cursor.fetchall()
    views = get_many(actor, [source for _, source, _, _ in links], pack)
    seen = {name: _references(view, pack) for name, view in views.items()}
    found: dict[tuple[str, str], dict[str, RecordView]] = {}
    counts: dict[tuple[str, str], int] = {}
    for field, source, target, many in links:
        if (field, target) in seen.get(source, ()):
            kind = (views[source].type, field)
            counts[kind] = many
            found.setdefault(kind, {})[source] = views[source]
    return [
        ReferringView(*kind, counts[kind], tuple(sorted(some.values(), key=_name)))
        for kind, some in sorted(found.items())
    ]


def _references(view: RecordView, pack: Pack) -> frozenset[tuple[str, str]]:
    return derive(view.document, pack.types.get(view.type)).references


def _name(view: RecordView) -> str:
    return label(view.document)["vi"]
