"""Records as they are and as they were, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet

from khue.lib.chunks import chunked
from khue.model.errors import Refused
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, Subject, may, scope
from khue.registry import merges, tables
from khue.registry.actions.committing import loaded_pack
from khue.registry.fold import Document, derive, label, names_given
from khue.registry.models import Change, Record
from khue.registry.queries.rows import Row, whole_now
from khue.registry.redaction import redact

PAGE = 5_000
"""Identifiers that are read at once."""

LINKED = 500
"""Conditions in a row of which one has to hold: SQLite takes no expression of a thousand."""


@dataclass(frozen=True)
class RecordView:
    """A record as the actor may see it.

    `version` and `seq` (the position of its last change) count what is hidden too, so they are 0
    for those who see only what is public; of the past, those of the public version.
    """

    id: str
    type: str
    version: int
    seq: int
    document: Document
    redirected_from: str | None = None


def get(actor: Actor, record: str, pack: Pack) -> RecordView | None:
    """The record as `actor` may see it; None if it is not there or not for them to know of.

    A merged record gives the one that it redirects to, with `redirected_from`."""
    return get_many(actor, [record], pack).get(record)


def get_many(actor: Actor, records: Iterable[str], pack: Pack) -> dict[str, RecordView]:
    """Those of `records` that `actor` may see, by the identifier asked for, in that order."""
    final = whole_now(records)
    found: dict[str, RecordView | None] = {}
    for row in final.values():
        if row.id not in found:
            found[row.id] = _view(actor, row, pack)
    return {
        name: view if row.id == name else replace(view, redirected_from=name)
        for name, row in final.items()
        if (view := found[row.id]) is not None
    }


def labels(
    actor: Actor, records: Iterable[str], pack: Pack, *, as_given: bool = False
) -> dict[str, dict[str, str]]:
    """Names of those records that `actor` may see: id to {"vi", "en", "type"}. A language in which
    a record has no name has that of the other; `as_given` leaves it empty.

    A merged record has the name of the one that it redirects to."""
    told = names_given if as_given else label
    return {
        name: told(view.document) | {"type": view.type}
        for name, view in get_many(actor, records, pack).items()
    }


def counts(actor: Actor) -> dict[str, int]:
    """How many records of each type the actor may see."""
    rows = visible(actor).values("type").annotate(n=Count("id"))
    return {row["type"]: row["n"] for row in rows}


def ids(actor: Actor, type_: str | None = None, after: str = "") -> Iterator[str]:
    """Identifiers of all records of a type that the actor may see, in order of identifier, from the
    one that follows `after`.

    No query of the database stays open between two of them: who reads on slowly keeps nobody from
    tidying up."""
    rows = visible(actor) if type_ is None else visible(actor).filter(type=type_)
    names = rows.order_by("id").values_list("id", flat=True)
    first = names.filter(id__gt=after) if after else names
    if type_ is not None:
        # At once: in pages, the database would put all of the type in order for each of them.
        yield from list(first)
        return
    page = list(first[:PAGE])
    while page:
        yield from page
        page = list(names.filter(id__gt=page[-1])[:PAGE]) if len(page) == PAGE else []


def aliases(records: Iterable[str]) -> dict[str, list[str]]:
    """The identifiers that redirect to each record, directly or through others."""
    return merges.aliases(records)


def was_withdrawn(record: str, pack: Pack) -> bool:
    """Whether everyone could see this record before it was withdrawn, by today's rules: then its
    address answers that it is gone, not that it never was."""
    require_current(pack, insider=False)
    changes = Change.objects.filter(record=record).exclude(action="erase")
    last = changes.order_by("-version").first()
    if last is None or last.document is not None or last.action != "withdraw":
        return False
    before = Change.objects.filter(record=record, version=last.version - 1).first()
    document = None if before is None else tables.open_documents([before.document])[0]
    return document is not None and redact(document, pack.types.get(document["type"])) is not None


def visible(actor: Actor, action: Action = "read_public") -> QuerySet[Record]:
    """Rights as SQL: the records that `scope(actor, action)` admits."""
    allowed = scope(actor, action)
    condition = Q(pk__in=[])
    if allowed.public:
        condition |= Q(public__isnull=False)
    if allowed.granted:
        granted = Q(is_there=True)
        if allowed.types is not None:
            granted &= Q(type__in=allowed.types)
        if allowed.units is not None:
            # Within the spaces around each code, so that no code is found in another.
            inside = (Q(units__contains=f" {unit} ") for unit in sorted(allowed.units))
            some = (~Q(units="") & reduce(or_, few) for few in chunked(inside, LINKED))
            granted &= reduce(or_, some, Q(pk__in=[]))
        condition |= granted
    return Record.objects.filter(condition, is_there=True)


def visible_ids(actor: Actor, action: Action) -> set[str]:
    """The identifiers that the actor may do `action` to (the SQL form of the rule)."""
    return set(visible(actor, action).values_list("id", flat=True))


def seen_among(actor: Actor, records: Sequence[str]) -> list[str]:
    """Those of the identifiers whose own record the actor may see, in their order."""
    seen: set[str] = set()
    for names in chunked(records, LINKED):
        seen.update(visible(actor).filter(id__in=names).values_list("id", flat=True))
    return [name for name in records if name in seen]


def is_insider(actor: Actor, row: Row, pack: Pack) -> bool:
    """Whether the actor may see all of a record, and all that it was."""
    if not actor.roles:
        return False
    document = _last_document(row.id) if row.document is None else tables.parse(row.document)
    units = derive(document, pack.types.get(row.type)).units
    return may(actor, "read", Subject(row.type, units, row.public is not None))


def _last_document(record: str) -> Document | None:
    """What a record that is gone last was: who may see its past is who might see it then."""
    last = Change.objects.filter(record=record).exclude(document=None).order_by("-version").first()
    return None if last is None else tables.open_documents([last.document])[0]


def _view(actor: Actor, row: Row, pack: Pack) -> RecordView | None:
    insider = is_insider(actor, row, pack)
    document = tables.parse(row.document if insider else row.shown)
    if document is None:
        return None
    version, seq = (row.version, row.seq) if insider else (0, 0)
    return RecordView(row.id, row.type, version, seq, document)


def require_current(pack: Pack, insider: bool) -> None:
    """Raise `Refused` if another state of the pack has been loaded since this process began: by its
    rules, the past may show what has been closed."""
    if not insider and loaded_pack() not in (None, pack.sha256):
        raise Refused(
            "Gói cấu hình đã thay đổi từ khi chương trình này khởi động.",
            "The pack has changed since this program started.",
            mend_vi="Khởi động lại chương trình.",
            mend_en="Start the program again.",
        )


def seen(
    document: Document | None, head_row: Record | Row, pack: Pack, insider: bool
) -> Document | None:
    """A past version as one may see it: whole for insiders, else redacted by today's rules."""
    if insider or document is None:
        return document
    now = tables.parse(head_row.document)
    return redact(document, pack.types.get(head_row.type), head=now)


def time_of(text: str) -> datetime:
    """A time as the tables have it."""
    return datetime.fromisoformat(text)
