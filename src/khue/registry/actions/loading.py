"""Loading a pack, and making the tables beside the ledger anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import chain, tables
from khue.registry.actions.committing import (
    Committed,
    append,
    exclusive,
    loaded_pack,
)
from khue.registry.actions.preparing import Entry, Lot, add, entry_of
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
        committed = append(batch, _lots(actor, pack))
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
    text = chain.canonical_bytes(document)
    version = Change.objects.filter(record=tables.PACK).count() + 1
    return entry_of(tables.PACK, version, "pack", sealed=text, public_digest=chain.HIDDEN)


def _lots(actor: Actor, pack: Pack) -> Iterator[Lot]:
    """The pack, and every record that the public sees otherwise by it, not all in memory."""
    yield Lot(actor, "pack", pack.sha256, [_pack_entry(pack)])
    last = ""
    # By their keys, since what is read here is written meanwhile.
    records = Record.whole.filter(is_there=True).order_by("id")
    while rows := list(records.filter(id__gt=last)[: tables.CHUNK]):
        if lot := _lot_of(rows, actor, pack):
            yield lot
        last = rows[-1].id


def _lot_of(rows: Sequence[Record], actor: Actor, pack: Pack) -> Lot:
    """Those of some records that the public sees otherwise by a pack."""
    lot = Lot(actor, "pack", pack.sha256, [])
    changes = Change.objects.filter(seq__in=[row.seq for row in rows])
    digests = dict(changes.values_list("seq", "public_digest"))
    known = tables.known_commitments(row.id for row in rows)
    for row in rows:
        document, told = tables.parse(row.document), digests.get(row.seq)
        public = tables.as_text(tables.public_text(document, pack))
        # By what followers were told: a registry that was restored is folded by this pack already.
        # What is from before there was a public chain has no digest.
        if public == tables.public_of(row) if told is None else tables.is_told(public, told):
            continue
        commitments = known.get(row.id, tables.NOTHING)
        one = tables.prepare(row.id, row.type, row.version + 1, document, pack, known=commitments)
        digest = chain.CLOSED if one.public is None else chain.digest_of(one.public)
        add(lot, one, "publish", digest)
    return lot
