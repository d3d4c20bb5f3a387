"""What those read who follow the ledger: its head, its changes, the public chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import chain, tables
from khue.registry.cutting import uncut_bytes
from khue.registry.fold import Document
from khue.registry.models import Change, Erasure, Record
from khue.registry.queries.borrowing import closed_spans, is_within
from khue.registry.queries.records import require_current, seen


def head() -> int:
    """The position of the ledger: the last `seq`, 0 if it is empty."""
    return int(Change.objects.aggregate(seq=Max("seq"))["seq"] or 0)


def head_hash() -> str:
    """The last hash of the chain; printed with exports, since a chain cannot see its tail cut."""
    last = Change.objects.order_by("-seq").values_list("hash", flat=True).first()
    return last or ""


def public_head_hash() -> str:
    """The last link of the public chain."""
    last = Change.objects.order_by("-seq").values_list("public_hash", flat=True).first()
    return last or ""


def count_records() -> int:
    """How many records there are, whoever may see them."""
    return Record.objects.filter(is_there=True).count()


def changes_since(seq: int, limit: int) -> list[tuple[int, str]]:
    """The next `limit` changes after a position: `(seq, record)`, for those who follow."""
    rows = Change.objects.filter(seq__gt=seq).order_by("seq")[:limit]
    return list(rows.values_list("seq", "record"))


SELECT_CHANGED = """
SELECT one.id
FROM registry_record AS one
JOIN registry_change AS last ON last.record = one.id AND last.version = one.version
WHERE one.type = %s AND last.seq > %s
"""
"""From the records of the type: of a million changes after an import, few may be of it."""


def changed(type_: str, seq: int) -> list[str]:
    """The records of a type that were changed after a position, also those that are gone."""
    with connection.cursor() as cursor:
        cursor.execute(SELECT_CHANGED, [type_, seq])
        return [name for (name,) in cursor.fetchall()]


def has_erased(after: int, until: int) -> bool:
    """Whether something was erased after a position, up to another: who follows must forget it."""
    return Erasure.objects.filter(change__gt=after, change__lte=until).exists()


SELECT_TEXTS = """
SELECT one.id, one.public, COALESCE(one.opened, last.document)
FROM registry_record AS one
JOIN registry_change AS last ON last.record = one.id AND last.version = one.version
WHERE one.id IN ({})
"""
"""As `Record.whole` reads them; Django would look at each identifier for longer than the database
looks for its record."""


def texts(
    records: Sequence[str], *, whole: bool
) -> dict[str, tuple[bytes | str | None, str | None]]:
    """What the public sees of records, and all that they hold, as JSON; for the indexes of those
    who follow.

    None where there is nothing, or where a record redirects to another; without `whole`, None for
    all that they hold. What is not known here is not told."""
    found: dict[str, tuple[bytes | str | None, str | None]] = {}
    with connection.cursor() as cursor:
        for names in chunked(records, tables.CHUNK):
            cursor.execute(SELECT_TEXTS.format(", ".join(["%s"] * len(names))), names)
            for name, public, document in cursor.fetchall():
                found[name] = uncut_text(public, document), document if whole else None
    return found


def uncut_text(public: str | None, whole: str | None) -> bytes | str | None:
    """What `cutting.uncut` gives, in UTF-8: it is that while it is cut, and who parses it wants it
    so."""
    if public is None or whole is None or not public.startswith("["):
        return public
    return uncut_bytes(public.encode(), whole.encode())


@dataclass(frozen=True)
class FeedEntry:
    """A link of the public chain, as followers get it.

    `record` and `at` are None where the public may know nothing of the change. `document` is None
    where the public saw nothing after it, or no longer may see what it saw (then its text does not
    fit `digest`, and the chain still verifies).
    """

    seq: int
    record: str | None
    at: str | None
    document: Document | None
    digest: str
    hash: str


def feed(seq: int, limit: int, pack: Pack) -> list[FeedEntry]:
    """The next `limit` links of the public chain after a position."""
    require_current(pack, insider=False)
    rows = list(
        Change.objects.filter(seq__gt=seq).exclude(public_hash=None).order_by("seq")[:limit]
    )
    heads = Record.whole.in_bulk([row.record for row in rows])
    borrowed = closed_spans(heads)
    documents = tables.open_documents(
        None if is_within(row.seq, borrowed.get(row.record, ())) else row.document for row in rows
    )
    return [
        _entry(row, document, heads.get(row.record), pack)
        for row, document in zip(rows, documents, strict=True)
    ]


def _entry(row: Change, document: Document | None, head: Record | None, pack: Pack) -> FeedEntry:
    known = row.public_digest != chain.HIDDEN
    shown = None
    if known and head is not None and head.public is not None:
        shown = seen(document, head, pack, insider=False)
    digest, link = str(row.public_digest), str(row.public_hash)
    record, at = (row.record, row.at) if known else (None, None)
    return FeedEntry(row.seq, record, at, shown, digest, link)
