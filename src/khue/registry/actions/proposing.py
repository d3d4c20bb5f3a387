"""Batches that wait: proposed by one, decided by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.db import connection

from khue.lib.chunks import chunked
from khue.lib.identifiers import new_ulid
from khue.lib.spool import Spool
from khue.model.errors import NotFound, Refused, WrongUse, no_proposal
from khue.model.packs import Pack
from khue.model.rights import Actor, owns
from khue.registry import tables
from khue.registry.actions.committing import (
    Accepted,
    Committed,
    SourceDescription,
    Stale,
    busy,
    commit,
    exclusive,
    now,
    require_word,
)
from khue.registry.actions.editing import ATTEMPTS
from khue.registry.actions.fitting import (
    Needed,
    draft_of,
    drafts_of,
    misfits,
    needed_by,
    position,
    unmet,
)
from khue.registry.actions.preparing import Draft, Kind, require
from khue.registry.chain import canonical
from khue.registry.database import insert_many
from khue.registry.fold import Document
from khue.registry.models import Change, Proposal, ProposalItem, Source
from khue.registry.sealing import is_personal, without

WAITING, ACCEPTED, REJECTED = "waiting", "accepted", "rejected"

ITEM_COLUMNS = (
    "proposal_id", "number", "record", "base", '"before"', '"after"', "target", "findings",
    "duplicates", "status",
)  # fmt: skip


@dataclass(frozen=True)
class ProposedItem:
    """One record as a proposal would have it, what was found in it, and records it may double."""

    draft: Draft
    findings: Sequence[Mapping[str, Any]] = ()
    duplicates: Sequence[str] = ()


def propose(
    *,
    actor: Actor,
    why: str,
    kind: Kind,
    items: Iterable[ProposedItem],
    pack: Pack,
    source: SourceDescription | None = None,
    contact: str | None = None,
    most_waiting: int | None = None,
) -> str:
    """Keep a batch until someone decides; gives the identifier of the proposal. `items` are read
    once, and not kept in memory. `contact` says how to reach whoever has no account; it is
    forgotten once all is decided.

    Raises `NotAllowed` if the actor may not propose one of the records, `WrongUse` without a reason
    or without items, `Refused` if something of a record has been erased since its `base`, or if
    `most_waiting` proposals of the actor wait already.
    """
    require_word(why)
    proposal = Proposal(
        id=new_ulid(),
        kind=kind,
        actor=actor.who,
        at=now(),
        why=why,
        source=None if source is None else canonical(asdict(source)),
        status=WAITING,
        contact=contact or None,
    )
    lots: Spool[list[tuple[Any, ...]]] = Spool()
    for lot in chunked(enumerate(items, 1), tables.CHUNK):
        require(actor, "propose", [item.draft for _, item in lot], pack)
        lots.put([_row_of(proposal, number, item) for number, item in lot])
    if not lots:
        raise WrongUse("Không có gì để đề xuất.", "There is nothing to propose.")
    with exclusive(), connection.cursor() as cursor:
        _require_room(actor, most_waiting)
        proposal.save(force_insert=True)
        for rows in lots:
            _require_unerased({record: base for _, _, record, base, *_ in rows})
            insert_many(cursor, "registry_proposalitem", ITEM_COLUMNS, rows)
    return str(proposal.id)


def _require_room(actor: Actor, most_waiting: int | None) -> None:
    waiting = Proposal.objects.filter(actor=actor.who).exclude(status="decided")
    if most_waiting is not None and waiting.count() >= most_waiting:
        raise Refused(
            "Hiện có quá nhiều đề xuất đang chờ duyệt.",
            "Too many proposals are waiting for a decision.",
            mend_vi="Xin gửi lại sau vài ngày.",
            mend_en="Please send it again in a few days.",
        )


def _row_of(proposal: Proposal, number: int, item: ProposedItem) -> tuple[Any, ...]:
    """An item in the order of `ITEM_COLUMNS`."""
    draft = item.draft
    return (
        *(proposal.id, number, draft.record, draft.base),
        *(_text(draft.before), _text(draft.after), draft.target),
        canonical([dict(one) for one in item.findings]),
        *(canonical(list(item.duplicates)), WAITING),
    )


def _require_unerased(bases: Mapping[str, int]) -> None:
    """Raise `Refused` if something was erased from a record after the version that a proposal was
    made from: what waits would keep it."""
    for names in chunked(bases, tables.CHUNK):
        erasures = Change.objects.filter(record__in=names, action="erase")
        for record, version in erasures.values_list("record", "version"):
            if version > bases[record]:
                raise Refused(
                    f"Một giá trị của hồ sơ {record} vừa bị xóa vĩnh viễn.",
                    f"A value of record {record} has just been erased for good.",
                    mend_vi="Đọc bản mới nhất rồi đề xuất lại.",
                    mend_en="Read the newest version and propose again.",
                )


def accept(
    *,
    actor: Actor,
    why: str,
    proposal: str,
    pack: Pack,
    records: Sequence[str] | None = None,
) -> Committed:
    """Commit a proposal, or of it only `records`; the rest goes on waiting.

    What others have changed since it was made is kept where it concerns other fields. Raises
    `NotFound`, `NotAllowed`, `WrongUse`, and `Refused` with a finding for each record that cannot
    be committed as proposed; then nothing is.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        seq = position()
        row, items = _waiting(proposal, records)
        drafts, findings = drafts_of(items)
        require(actor, "review", drafts, pack)
        needed = needed_by(drafts, pack, seq)
        findings += [*unmet(needed), *misfits(drafts, pack)]
        if findings:
            raise Refused(
                "Có đề xuất không còn khớp với sổ đăng ký; chưa ghi gì.",
                "Some of the proposal no longer fits the registry; nothing was written.",
                mend_vi="Chấp nhận phần còn lại với --record, hoặc từ chối rồi đề xuất lại.",
                mend_en="Accept the rest with --record, or reject it and propose anew.",
                findings=findings,
            )
        try:
            return _commit(actor, why, row, items, drafts, needed, pack)
        except Stale:
            continue
    raise busy()


def reject(
    *,
    actor: Actor,
    word: str,
    proposal: str,
    pack: Pack,
    records: Sequence[str] | None = None,
) -> int:
    """Turn a proposal down with a word, or of it only `records`; gives how many records.

    Raises `NotFound`, `NotAllowed`, `WrongUse`.
    """
    require_word(word)
    with exclusive():
        row, items = _waiting(proposal, records)
        drafts = [draft_of(item) for item in items]
        if not owns(actor, row.actor):
            require(actor, "review", drafts, pack)
        _decide(row, items, actor, REJECTED, word)
        for item in items:
            _forget_personal(item, pack)
    return len(items)


def drop_source(*, proposal: str, drop: Callable[[str], object]) -> None:
    """Let go of the bytes that a proposal was read from, if it is decided and nothing else was read
    from them: `drop` gets their sha256, while nobody can come to name them."""
    with exclusive():
        row = Proposal.objects.filter(id=proposal, status="decided").exclude(source=None).first()
        if row is None:
            return
        sha256 = tables.parse(row.source)["sha256"]
        told = f'"sha256":{canonical(sha256)}'
        waiting = Proposal.objects.filter(source__contains=told).exclude(status="decided")
        if not (waiting.exists() or Source.objects.filter(sha256=sha256).exists()):
            drop(sha256)


def _forget_personal(item: ProposalItem, pack: Pack) -> None:
    """Take out of what was rejected the values of persons: nobody needs them any more, and where
    no record came to be, nobody could erase them."""
    for name in ("before", "after"):
        document = tables.parse(getattr(item, name))
        if document is None:
            continue
        type_ = pack.types.get(document["type"])
        for field in (type_.personal if type_ else frozenset()) | {"other"}:
            document = without(document, field)
        ProposalItem.objects.filter(pk=item.pk).update(**{name: canonical(document)})
    personal = [one for one in tables.parse(item.findings) if not _is_of_person(one, item, pack)]
    ProposalItem.objects.filter(pk=item.pk).update(findings=canonical(personal))


def _is_of_person(told: Mapping[str, Any], item: ProposalItem, pack: Pack) -> bool:
    document = tables.parse(item.after or item.before)
    type_ = None if document is None else pack.types.get(document["type"])
    return is_personal(type_, str(told.get("field") or "").partition(".")[0])


def _commit(
    actor: Actor,
    why: str,
    row: Proposal,
    items: Sequence[ProposalItem],
    drafts: Sequence[Draft],
    needed: Needed,
    pack: Pack,
) -> Committed:
    def settle(done: Committed) -> None:
        # Others may have taken a row meanwhile, or withdrawn what is referred to.
        if done.first - 1 != needed.seq and unmet(needed):
            raise Stale
        _decide(row, items, actor, ACCEPTED, why, done.batch)

    return commit(
        actor=actor,
        why=why,
        kind=cast(Kind, row.kind),
        drafts=drafts,
        pack=pack,
        source=None if row.source is None else SourceDescription(**tables.parse(row.source)),
        accepted=Accepted(row.id, row.actor),
        also=settle,
    )


def _waiting(proposal: str, records: Sequence[str] | None) -> tuple[Proposal, list[ProposalItem]]:
    """A proposal and those of its records that wait, or of those the named ones."""
    row = Proposal.objects.filter(id=proposal).first()
    if row is None:
        raise no_proposal(proposal)
    waiting = {
        item.record: item
        for item in ProposalItem.objects.filter(proposal=row, status=WAITING).order_by("number")
    }
    if records is not None and not records:
        raise WrongUse("Chưa nêu hồ sơ nào của đề xuất.", "Name a record of the proposal.")
    unknown = [record for record in records or () if record not in waiting]
    if unknown:
        raise NotFound(
            f"Trong đề xuất không có hồ sơ đang chờ {', '.join(unknown)}.",
            f"No record {', '.join(unknown)} waits in the proposal.",
        )
    if not waiting:
        raise Refused("Đề xuất này đã được quyết định.", "This proposal has been decided.")
    chosen = waiting if records is None else {record: waiting[record] for record in records}
    return row, list(chosen.values())


def _decide(
    row: Proposal,
    items: Sequence[ProposalItem],
    actor: Actor,
    status: str,
    word: str,
    batch: str | None = None,
) -> None:
    """Settle items that wait. Raises `Stale` if someone else has settled one of them."""
    values: dict[str, Any] = {
        "status": status,
        "decided_by": actor.who,
        "decided_at": now(),
        "word": word,
        "batch": batch,
    }
    if status == ACCEPTED:
        # It is in the ledger now, which keeps what is personal apart.
        values |= {"before": None, "after": None}
    for chunk in chunked(items, tables.CHUNK):
        waiting = ProposalItem.objects.filter(id__in=[one.pk for one in chunk], status=WAITING)
        # An erasure may have taken values out of them since they were read.
        read = {one.pk: (one.before, one.after) for one in chunk}
        if {pk: texts for pk, *texts in waiting.values_list("pk", "before", "after")} != {
            pk: [*texts] for pk, texts in read.items()
        }:
            raise Stale
        waiting.update(**values)
    left = ProposalItem.objects.filter(proposal=row, status=WAITING).exists()
    decided: dict[str, Any] = (
        {"status": "partly"} if left else {"status": "decided", "contact": None}
    )
    Proposal.objects.filter(id=row.id).update(**decided)


def _text(document: Document | None) -> str | None:
    return None if document is None else canonical(document)
