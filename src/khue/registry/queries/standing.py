"""The registry as it stood at a position of the ledger: whole or public documents, many at a time.

For what is made of all records at once. What it hands out is not for anyone's eyes as it is: whole
documents are for staff, and public ones may be of the past (see `Rules`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db import connection

from khue.lib.chunks import chunked
from khue.model.packs import Pack
from khue.registry import tables
from khue.registry.cutting import uncut_bytes
from khue.registry.fold import Document
from khue.registry.models import Change, Record
from khue.registry.queries.borrowing import closed_spans, is_within
from khue.registry.queries.publishing import parsed
from khue.registry.queries.records import require_current
from khue.registry.redaction import redact

Sight = Literal["public", "staff"]

Rules = Literal["now", "then"]
"""By which rules the public form of the past is made: by today's, so that what has been closed
since stays closed; or by what the records themselves said then, to count again what was counted
then. The latter is never shown."""

IN_UTF_8 = {"sqlite": "CAST({} AS BLOB)", "postgresql": "convert_to({}, 'UTF8')"}
"""By the name of a database: a text as bytes. What many processes make documents of need not become
texts of Python's on the way, which takes a fifth of the time."""

SELECT_HEADS = """
SELECT one.id, one.version, last.seq, {public}, {whole}
FROM registry_record AS one
JOIN registry_change AS last ON last.record = one.id AND last.version = one.version
WHERE one.id IN ({names})
"""

PAGE = 20_000


@dataclass(frozen=True)
class Position:
    """A position of the ledger, with the time (ISO 8601, UTC) and the links of both chains there;
    position 0, with nothing else, is before the first change."""

    seq: int
    at: str = ""
    hash: str = ""
    public_hash: str = ""


class Standing(NamedTuple):
    """A record that was there at a position, as it was read; `document_of` gives its document.

    `text` is that document's, or how it is cut from `whole` (see `cutting`); without a text the
    document is made already.
    """

    record: str
    version: int
    text: bytes | None
    whole: bytes | None = None
    made: Document | None = None


def position(seq: int | None = None) -> Position | None:
    """The last change, or the one at `seq`; None if the ledger has not come as far."""
    if seq == 0:
        return Position(0)
    changes = Change.objects.values_list("seq", "at", "hash", "public_hash")
    row = (changes.order_by("-seq") if seq is None else changes.filter(seq=seq)).first()
    if row is None:
        return Position(0) if seq is None else None
    return Position(row[0], row[1], row[2], row[3] or "")


def ever() -> dict[str, list[str]]:
    """Identifiers of all records that there are or were, by type, in order of identifier."""
    found: dict[str, list[str]] = {}
    last = ""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, type FROM registry_record WHERE id > %s ORDER BY id LIMIT %s",
                [last, PAGE],
            )
            page = cursor.fetchall()
            for name, type_ in page:
                found.setdefault(type_, []).append(name)
            if len(page) < PAGE:
                return found
            last = page[-1][0]


def standing(
    records: Sequence[str], seq: int, pack: Pack, *, sight: Sight, rules: Rules = "now"
) -> list[Standing]:
    """Those of `records` that were there at a position, in the order in which they are named; for
    the public, those that it sees."""
    require_current(pack, insider=sight == "staff")
    found: list[Standing] = []
    in_utf_8 = IN_UTF_8[connection.vendor].format
    columns = {
        "public": in_utf_8("one.public"),
        "whole": in_utf_8("COALESCE(one.opened, last.document)"),
    }
    with connection.cursor() as cursor:
        for names in chunked(records, tables.CHUNK):
            marks = ", ".join(["%s"] * len(names))
            cursor.execute(SELECT_HEADS.format(names=marks, **columns), names)
            heads = {row[0]: row[1:] for row in cursor.fetchall()}
            later = [name for name in names if name in heads and heads[name][1] > seq]
            earlier = _earlier(later, seq, pack, sight, rules) if later else {}
            for name in names:
                if name in earlier:
                    found.append(earlier[name])
                elif name in heads and heads[name][1] <= seq:
                    version, _, public, whole = heads[name]
                    if sight == "staff" and whole is not None:
                        found.append(Standing(name, version, whole))
                    elif sight == "public" and public is not None:
                        cut_from = whole if public.startswith(b"[") else None
                        found.append(Standing(name, version, public, cut_from))
    return found


def document_of(one: Standing) -> Document:
    """The document of a record that was read. Pure: what is read by one process may be made into
    documents by others."""
    document = one.made or parsed(uncut_bytes(one.text, one.whole))
    if document is None:
        raise ValueError("nothing was read")
    return document


def redirects(seq: int, *, sight: Sight) -> dict[str, str]:
    """What each record that was merged at a position redirected to then, however often; for the
    public only where it may know the other one now."""
    merges = Change.objects.filter(target__isnull=False, seq__lte=seq)
    names = sorted({*merges.values_list("record", flat=True)})
    steps = {
        row.record: row.target
        for row in _last_changes(names, seq).values()
        if row.document is None and row.target
    }
    final = {name: _follow(name, steps) for name in steps}
    if sight == "staff":
        return final
    seen = set[str]()
    for targets in chunked(sorted({*final.values()}), tables.CHUNK):
        shown = Record.objects.filter(id__in=targets, public__isnull=False)
        seen.update(shown.values_list("id", flat=True))
    return {name: target for name, target in final.items() if target in seen}


def _follow(name: str, steps: dict[str, str]) -> str:
    while name in steps:
        name = steps[name]
    return name


def _last_changes(records: Sequence[str], seq: int) -> dict[str, Change]:
    """The last change of each record up to a position."""
    found: dict[str, Change] = {}
    for names in chunked(records, tables.CHUNK):
        rows = Change.objects.filter(record__in=names, seq__lte=seq)
        found |= {row.record: row for row in rows.order_by("record", "version")}
    return found


def _earlier(
    records: Sequence[str], seq: int, pack: Pack, sight: Sight, rules: Rules
) -> dict[str, Standing]:
    """The same of records that have been changed since."""
    rows = _last_changes(records, seq)
    documents = tables.open_documents(row.document for row in rows.values())
    if sight == "public" and rules == "now":
        heads = Record.whole.in_bulk(list(rows))
        spans = closed_spans(rows.keys())
    found: dict[str, Standing] = {}
    for row, document in zip(rows.values(), documents, strict=True):
        if document is not None and sight == "public":
            head: Document | None = None
            if rules == "now":
                now = heads[row.record]
                head = tables.parse(now.document)
                if now.public is None or is_within(row.seq, spans.get(row.record, ())):
                    continue
            document = redact(document, pack.types.get(document["type"]), head=head)
        if document is not None:
            found[row.record] = Standing(row.record, row.version, None, made=document)
    return found
