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

LOOKED_AT = 1_000
"""Links to a record that are looked at from either end: those of the records that were entered
first, and where there are more, those of the last. That takes 10 ms, however many there are."""

SELECT_LINKS = """
SELECT link.record_id, link.field, one.type, one.public IS NOT NULL
FROM (
    SELECT record_id, field FROM registry_reference WHERE target = %s
    ORDER BY record_id {0} LIMIT %s
) AS link
JOIN registry_record AS one ON one.id = link.record_id
ORDER BY link.record_id {0}
"""

Kind = tuple[str, str]
"""A type, and a field of it."""


@dataclass(frozen=True)
class ReferringView:
    """The records of a type that name a record in the field of this path: how many there are (or
    at least, if `is_least`), and the first of them, by name."""

    type: str
    field: str
    count: int
    records: tuple[RecordView, ...]
    is_least: bool = False


def referring(actor: Actor, record: str, pack: Pack, most: int = MOST) -> list[ReferringView]:
    """Records that name this one, or one that was merged into it, by their type and field; of each
    at most so many, those that were entered first.

    A reference in a field that the actor may not see is not told, nor counted. (For insiders, the
    count may have some of which they may not see the record.) Where a record is named more often
    than is looked at, what names it only in between is not told.
    """
    links: dict[Kind, dict[str, set[str]]] = {}
    is_least = False
    for target in (record, *aliases([record]).get(record, ())):
        some, is_all = _links(target, only_public=not actor.roles)
        is_least = is_least or not is_all
        for name, kind in some:
            links.setdefault(kind, {}).setdefault(name, set()).add(target)
    first = {kind: sorted(names)[:most] for kind, names in links.items()}
    views = get_many(actor, [name for names in first.values() for name in names], pack)
    seen = {name: _references(view, pack) for name, view in views.items()}
    found: list[ReferringView] = []
    for kind, names in sorted(first.items()):
        targets = links[kind]
        shown = [
            views[name]
            for name in names
            if any((kind[1], target) in seen.get(name, ()) for target in targets[name])
        ]
        if shown:
            told = tuple(sorted(shown, key=_name))
            found.append(ReferringView(*kind, len(targets), told, is_least))
    return found


def _links(target: str, only_public: bool) -> tuple[list[tuple[str, Kind]], bool]:
    """Records that name this very one, with type and field; and whether these are all."""
    found: dict[tuple[str, Kind], None] = {}
    with connection.cursor() as cursor:
        for order in ("ASC", "DESC"):
            cursor.execute(SELECT_LINKS.format(order), [target, LOOKED_AT + 1])
            rows = cursor.fetchall()
            for name, field, type_, is_public in rows[:LOOKED_AT]:
                if is_public or not only_public:
                    found[name, (type_, field)] = None
            if len(rows) <= LOOKED_AT:
                return list(found), True
    return list(found), False


def _references(view: RecordView, pack: Pack) -> frozenset[tuple[str, str]]:
    return derive(view.document, pack.types.get(view.type)).references


def _name(view: RecordView) -> str:
    return label(view.document)["vi"]
