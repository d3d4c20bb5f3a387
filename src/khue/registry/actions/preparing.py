"""Making changes ready for the ledger: all that can be done before it is locked. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from khue.model.errors import NotAllowed
from khue.model.packs import Pack
from khue.model.rights import Action, Actor, Subject, may
from khue.registry import chain, tables
from khue.registry.fold import Document, derive
from khue.registry.redaction import redact
from khue.registry.sealing import Opening

Kind = Literal[
    "import", "edit", "undo", "merge", "split", "withdraw", "restore", "erase", "pack", "places"
]  # fmt: skip

NEEDED: Mapping[Kind, Action] = {
    "import": "commit",
    "edit": "commit",
    "undo": "undo",
    "merge": "merge",
    "split": "merge",
    "withdraw": "withdraw",
    "restore": "withdraw",
    "erase": "erase",
}
"""What one has to be allowed to do to the records of a batch. Loading a pack changes nothing that
anyone said, so nobody has to be allowed to."""


class Draft(NamedTuple):
    """One record as it shall be. `base` is the version that `before` was; 0 if there was none.

    Both documents are None while the record is gone; `target` is the record that it then redirects
    to. `action` is worked out where it is not given; `field` is what an erasure is about.
    """

    record: str
    base: int
    before: Document | None
    after: Document | None
    target: str | None = None
    action: str = ""
    field: str | None = None

    @property
    def type(self) -> str:
        """The type of the record; empty if it is gone before and after."""
        document = self.after or self.before
        return "" if document is None else str(document["type"])

    @property
    def verb(self) -> str:
        """What the change does to the record: create, update, remove, or what `action` says."""
        if self.action:
            return self.action
        if self.after is None:
            return "remove"
        return "create" if self.before is None else "update"


Entry = tuple[str, int, str, bytes | None, str | None, str | None, str, str]
"""A change that only waits for its number: record, version, action, text of the ledger, target,
field, public digest, and the digest of all that is known of it before it has a number. (The text
is UTF-8.)"""


@dataclass(frozen=True, slots=True)
class Lot:
    """Changes of one batch that only wait for the lock, as rows to be inserted.

    Of plain tuples, so that it travels fast between processes. It holds for whom, what and by which
    pack (its sha256) it was prepared. Of `new` records nobody knows yet; `changed` are those that
    the tables beside the ledger have already. `openings` are rows of personal values. `documents`
    are what the public will see of each record, and all that it will hold: the very ones of which
    the texts were made, for who goes on with them before the lot travels.
    """

    actor: Actor
    kind: Kind
    pack: str
    entries: list[Entry]
    new: tables.Rows = field(default_factory=tables.Rows)
    changed: tables.Rows = field(default_factory=tables.Rows)
    openings: list[Opening] = field(default_factory=list)
    documents: dict[str, tuple[Document | None, Document | None]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __len__(self) -> int:
        """How many changes there are."""
        return len(self.entries)


def prepare(
    drafts: Iterable[Draft],
    *,
    actor: Actor,
    kind: Kind,
    pack: Pack,
    known: Mapping[str, tables.Commitments] = tables.NOTHING_KNOWN,
    types: Mapping[str, str] = tables.NO_TYPES,
) -> Lot:
    """The drafts as a lot for `commit`: checked for rights, redacted, serialised, sealed, hashed.

    Pure. `known` are the commitments that changed records have (`known_commitments`), `types` the
    types of records that are gone before and after. Raises `NotAllowed` if the actor may not write
    one of the records.
    """
    drafts = list(drafts)
    if kind in NEEDED:
        require(actor, NEEDED[kind], drafts, pack)
    return lot_of(drafts, actor=actor, kind=kind, pack=pack, known=known, types=types)


def lot_of(
    drafts: Iterable[Draft],
    *,
    actor: Actor,
    kind: Kind,
    pack: Pack,
    known: Mapping[str, tables.Commitments],
    types: Mapping[str, str],
) -> Lot:
    """As `prepare`, where the rights have been checked."""
    lot = Lot(actor, kind, pack.sha256, [])
    for draft in drafts:
        prepared = tables.prepare(
            draft.record,
            draft.type or types.get(draft.record, ""),
            draft.base + 1,
            draft.after,
            pack,
            merged_into=draft.target if draft.after is None else None,
            known=known.get(draft.record, tables.NOTHING),
        )
        digest = _public_digest(draft, prepared, pack)
        add(lot, prepared, draft.verb, digest, target=draft.target, field=draft.field)
    lot.new.sources.sort()  # keys next to each other go into the tree faster
    return lot


def add(
    lot: Lot,
    prepared: tables.Prepared,
    action: str,
    public_digest: str,
    *,
    target: str | None = None,
    field: str | None = None,
) -> None:
    """Add a change of a record to a lot."""
    lot.entries.append(
        entry_of(
            prepared.id,
            prepared.version,
            action,
            sealed=prepared.sealed,
            public_digest=public_digest,
            target=target,
            field=field,
        )
    )
    (lot.new if prepared.version == 1 else lot.changed).add(prepared)
    lot.openings.extend(prepared.openings)
    lot.documents[prepared.id] = prepared.documents


def entry_of(
    record: str,
    version: int,
    action: str,
    *,
    sealed: bytes | None,
    public_digest: str,
    target: str | None = None,
    field: str | None = None,
) -> Entry:
    """An entry with the digest of all that is known of it before it has a number."""
    known = (record, version, action, target, field, public_digest)
    digest = chain.entry_digest(known, chain.digest_of(sealed))
    return record, version, action, sealed, target, field, public_digest, digest


def require(actor: Actor, action: Action, drafts: Iterable[Draft], pack: Pack) -> None:
    """Raise `NotAllowed` unless the actor may do `action` to every record, as it is and will be."""
    # Where no unit bounds the actor, one need not look for those of each record.
    may_type = cache(lambda name: may(actor, action, Subject(name, frozenset(), public=False)))
    for draft in drafts:
        for document in (draft.before, draft.after):
            if document is None:
                continue
            if actor.units is None:
                allowed = may_type(document["type"])
            else:
                allowed = may(actor, action, subject_of(document, pack))
            if not allowed:
                raise NotAllowed(
                    f"{actor.who} không có quyền ghi hồ sơ {draft.record}.",
                    f"{actor.who} may not write record {draft.record}.",
                )


def subject_of(document: Document, pack: Pack) -> Subject:
    """What the rule of rights needs to know of a record that is to be written."""
    type_ = pack.types.get(document["type"])
    return Subject(document["type"], derive(document, type_).units, public=False)


def _public_digest(draft: Draft, prepared: tables.Prepared, pack: Pack) -> str:
    if prepared.public is not None:
        return chain.digest_of(prepared.public)
    was_public = redact(draft.before, pack.types.get(draft.type)) is not None
    return chain.CLOSED if was_public else chain.HIDDEN
