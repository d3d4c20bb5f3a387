"""Loading a pack, and making the tables beside the ledger anew."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from khue.lib.chunks import chunked
from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain, tables
from khue.registry.actions.committing import (
    Committed,
    Entry,
    append,
    entry_of,
    exclusive,
    loaded_pack,
)
from khue.registry.models import Batch, Change, Record


def load_pack(*, actor: Actor, why: str, pack: Pack) -> Committed | None:
    """Enter this state of the pack in the ledger, and every record that the public sees otherwise
    by it; None if it is the one that was loaded last.

    The documents stay as they are: a change of action `publish` tells followers that the public
    form of a record is another one now.
    """
    # All within the lock: what comes in between would be public by the rules of the pack before,
    # and followers would not be told that it is closed.
    with exclusive():
        if loaded_pack() == pack.sha256:
            return None
        batch = Batch(id=new_ulid(), kind="pack", actor=actor.who, why=why)
        committed = append(batch, [_pack_entry(pack), *_entries_published_anew(pack)])
        tables.rebuild(pack)
        return committed


def rebuild(*, pack: Pack) -> int:
    """Make all tables beside the ledger anew from it; returns how many records there are.

    Nobody has to be allowed to: it changes nothing that anyone said.
    """
    with exclusive():
        return tables.rebuild(pack)


def _pack_entry(pack: Pack) -> Entry:
    document = {"name": pack.name, "version": pack.version, "sha256": pack.sha256}
    text = chain.canonical(document)
    version = Change.objects.filter(record=tables.PACK).count() + 1
    return entry_of(
        tables.PACK, version, "pack", sealed=text, public_digest=chain.HIDDEN, prepared=None
    )


def _entries_published_anew(pack: Pack) -> list[Entry]:
    entries = []
    records = Record.whole.filter(is_there=True).order_by("id")
    for row, told in _with_digests(records):
        document = tables.parse(row.document)
        public = tables.public_text(document, pack)
        # By what followers were told: a registry that was restored is folded by this pack already.
        if public == row.public if told is None else tables.is_told(public, told):
            continue
        known = tables.known_commitments([row.id]).get(row.id, {})
        one = tables.prepare(row.id, row.type, row.version + 1, document, pack, known=known)
        digest = chain.CLOSED if one.public is None else chain.digest_of(one.public)
        entries.append(
            entry_of(
                row.id,
                one.version,
                "publish",
                sealed=one.sealed,
                public_digest=digest,
                prepared=one,
            )
        )
    return entries


def _with_digests(records: QuerySet[Record]) -> Iterator[tuple[Record, str | None]]:
    """Records with the public digest of their last change; None from before there was one."""
    for rows in chunked(records.iterator(tables.CHUNK), tables.CHUNK):
        last = Change.objects.filter(seq__in=[row.seq for row in rows])
        digests = dict(last.values_list("seq", "public_digest"))
        yield from ((row, digests.get(row.seq)) for row in rows)
