"""Batches that wait: proposed by one, decided by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from django.db import connection
from django.db.models import Max

from khue.lib.chunks import chunked
from khue.lib.identifiers import new_ulid
from khue.lib.spool import Spool
from khue.model.errors import NotFound, Refused, WrongUse, no_proposal
from khue.model.findings import Finding, finding
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
from khue.registry.actions.editing import ATTEMPTS, erased_since
from khue.registry.actions.preparing import Draft, Kind, require
from khue.registry.chain import canonical
from khue.registry.database import insert_many
from khue.registry.fold import Document, derive, differences, patch
from khue.registry.models import Change, Proposal, ProposalItem, Record, Source, SourceRow
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
        seq = _position()
        row, items = _waiting(proposal, records)
        drafts, findings = _drafts(items)
        require(actor, "review", drafts, pack)
        needed = _needed(drafts, pack, seq)
        findings += [*_unmet(needed), *_misfits(drafts, pack)]
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
        drafts = [_draft(item) for item in items]
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
        if done.first - 1 != needed.seq and _unmet(needed):
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


def _draft(item: ProposalItem) -> Draft:
    return Draft(
        item.record, item.base, tables.parse(item.before), tables.parse(item.after), item.target
    )


def _drafts(items: Sequence[ProposalItem]) -> tuple[list[Draft], list[Finding]]:
    """What the items do to the records as they are now, and where they cannot."""
    current: dict[str, tuple[int, Document | None]] = {}
    for names in chunked([item.record for item in items], tables.CHUNK):
        rows = Record.whole.filter(id__in=names).values_list("id", "version", "document")
        current |= {name: (version, tables.parse(text)) for name, version, text in rows}
    drafts, findings = [], []
    for item in items:
        draft, told = _rebased(_draft(item), *current.get(item.record, (0, None)))
        drafts.append(draft)
        findings += told
    return drafts, findings


def _rebased(draft: Draft, version: int, now: Document | None) -> tuple[Draft, list[Finding]]:
    """A draft as a change of the record as it is now; where both changed one path, findings."""
    if version == draft.base:
        return draft, []
    if draft.before is None or draft.after is None or now is None:
        return draft, [finding("proposal_outdated", value=draft.record)]
    asked, since = differences(draft.before, draft.after), differences(draft.before, now)
    since |= erased_since(draft.record, draft.base, now, asked)
    clashes = [path for path in asked if path in since and since[path][1] != asked[path][1]]
    if clashes:
        return draft._replace(base=version, before=now), [
            finding(
                "proposal_conflict",
                field=path,
                value=draft.record,
                asked=str(asked[path][1]),
                now=str(since[path][1]),
            )
            for path in clashes
        ]
    after = patch(now, {path: new for path, (_, new) in asked.items()})
    if draft.after.get("sources") != draft.before.get("sources"):
        after |= _restated(draft.before, draft.after, now)
    return draft._replace(base=version, before=now, after=after), []


def _restated(before: Document, after: Document, now: Document) -> Document:
    """The sources of the record with those cells set that the draft stated anew."""
    old, new, entries = (
        {(one["name"], one["key"]): one["stated"] for one in document.get("sources", ())}
        for document in (before, after, now)
    )
    for row, stated in new.items():
        known = old.get(row, {})
        anew = {path: text for path, text in stated.items() if known.get(path) != text}
        kept = {
            path: text
            for path, text in entries.get(row, {}).items()
            if path in stated or path not in known
        }
        entries[row] = kept | anew
    return {
        "sources": [
            {"name": name, "key": key, "stated": stated} for (name, key), stated in entries.items()
        ]
    }


@dataclass(frozen=True)
class Needed:
    """What drafts need of other records, as looked up at position `seq`: that rows of sources
    (name, key) are not theirs, and that those are there which the drafts newly refer to. To each
    the record that needs it."""

    seq: int
    rows: Mapping[tuple[str, str], str]
    targets: Mapping[str, str]


def _position() -> int:
    """The last position of the ledger."""
    return int(Change.objects.aggregate(last=Max("seq"))["last"] or 0)


def _needed(drafts: Sequence[Draft], pack: Pack, seq: int) -> Needed:
    rows: dict[tuple[str, str], str] = {}
    targets: dict[str, str] = {}
    for draft in drafts:
        rows |= dict.fromkeys(_rows(draft.after) - _rows(draft.before), draft.record)
        if draft.after is not None:
            type_ = pack.types.get(draft.type)
            known = derive(draft.before, type_).references
            references = derive(draft.after, type_).references - known
            targets |= {target: draft.record for _, target in references}
    arriving = {draft.record for draft in drafts if draft.after is not None}
    return Needed(
        seq, rows, {name: record for name, record in targets.items() if name not in arriving}
    )


def _unmet(needed: Needed) -> list[Finding]:
    """Findings for rows that are another record's meanwhile, and for records that are not there."""
    taken: dict[tuple[str, str], str] = {}
    by_source: dict[str, list[str]] = {}
    for name, key in needed.rows:
        by_source.setdefault(name, []).append(key)
    for name, keys in by_source.items():
        for some in chunked(keys, tables.CHUNK):
            known = SourceRow.objects.filter(source=name, key__in=some)
            taken |= {(name, key): record for key, record in known.values_list("key", "record")}
    final = tables.resolve({*taken.values(), *needed.targets})
    there: set[str] = set()
    for names in chunked(sorted({final[target] for target in needed.targets}), tables.CHUNK):
        there.update(
            Record.objects.filter(id__in=names, is_there=True).values_list("id", flat=True)
        )
    return [
        *(
            finding("proposal_row_taken", value=needed.rows[row], record=final[record])
            for row, record in taken.items()
            if needed.rows[row] not in (record, final[record])
        ),
        *(
            finding("proposal_reference_missing", value=record, record=target)
            for target, record in needed.targets.items()
            if final[target] not in there
        ),
    ]


def _rows(document: Document | None) -> set[tuple[str, str]]:
    entries = () if document is None else document.get("sources", ())
    return {(one["name"], one["key"]) for one in entries}


def _misfits(drafts: Sequence[Draft], pack: Pack) -> list[Finding]:
    """Findings for records that the pack, as it is now, would not take in this form."""
    return [
        finding("proposal_misfit", value=draft.record, field=one.field, what=one.message)
        for draft in drafts
        if draft.after is not None
        for one in pack.validate(draft.after)
        if one.level == "error"
    ]


def _text(document: Document | None) -> str | None:
    return None if document is None else canonical(document)
