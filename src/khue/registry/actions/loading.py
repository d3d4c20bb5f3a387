"""Loading a pack, and making the tables beside the ledger anew."""

from __future__ import annotations

from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain, tables
from khue.registry.actions.committing import (
    Committed,
    Entry,
    Stale,
    append,
    busy,
    entry_of,
    exclusive,
    loaded_pack,
)
from khue.registry.models import Batch, Change, Record

ATTEMPTS = 5


def load_pack(*, actor: Actor, why: str, pack: Pack) -> Committed | None:
    """Enter this state of the pack in the ledger, and every record that the public sees otherwise
    by it; None if it is the one that was loaded last.

    The documents stay as they are: a change of action `publish` tells followers that the public
    form of a record is another one now.
    """
    for _ in range(ATTEMPTS):
        if loaded_pack() == pack.sha256:
            return None
        entries = [_pack_entry(pack), *_entries_published_anew(pack)]
        try:
            with exclusive():
                batch = Batch(id=new_ulid(), kind="pack", actor=actor.who, why=why)
                committed = append(batch, entries)
                tables.rebuild(pack)
                return committed
        except Stale:
            continue
    raise busy()


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
    rows = Record.objects.exclude(document=None).order_by("id")
    for row in rows.iterator(tables.CHUNK):
        document = tables.parse(row.document)
        if tables.public_text(document, pack) == row.public:
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
