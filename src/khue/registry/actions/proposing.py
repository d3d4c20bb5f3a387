"""Batches that wait: proposed by one, decided by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from khue.lib.chunks import chunked
from khue.lib.identifiers import new_ulid
from khue.model.errors import NotFound, Refused, WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import tables
from khue.registry.actions.committing import (
    Accepted,
    Committed,
    Draft,
    Kind,
    SourceDescription,
    Stale,
    busy,
    commit,
    exclusive,
    now,
    require,
    require_word,
)
from khue.registry.actions.editing import ATTEMPTS
from khue.registry.chain import canonical
from khue.registry.fold import Document, derive, differences, patch
from khue.registry.models import Proposal, ProposalItem, Record, SourceRow

WAITING, ACCEPTED, REJECTED = "waiting", "accepted", "rejected"


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
    items: Sequence[ProposedItem],
    pack: Pack,
    source: SourceDescription | None = None,
) -> str:
    """Keep a batch until someone decides; gives the identifier of the proposal.

    Raises `NotAllowed` if the actor may not propose one of the records, `WrongUse` without a reason
    or without items.
    """
    require_word(why)
    if not items:
        raise WrongUse("Không có gì để đề xuất.", "There is nothing to propose.")
    require(actor, "propose", [item.draft for item in items], pack)
    proposal = Proposal(
        id=new_ulid(),
        kind=kind,
        actor=actor.who,
        at=now(),
        why=why,
        source=None if source is None else canonical(asdict(source)),
        status=WAITING,
    )
    rows = [
        ProposalItem(
            proposal=proposal,
            number=number,
            record=item.draft.record,
            base=item.draft.base,
            before=_text(item.draft.before),
            after=_text(item.draft.after),
            target=item.draft.target,
            findings=canonical([dict(one) for one in item.findings]),
            duplicates=canonical(list(item.duplicates)),
            status=WAITING,
        )
        for number, item in enumerate(items, 1)
    ]
    with exclusive():
        proposal.save(force_insert=True)
        ProposalItem.objects.bulk_create(rows, batch_size=tables.CHUNK)
    return str(proposal.id)


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
        row, items = _waiting(proposal, records)
        drafts, findings = _drafts(items)
        for action in ("review", "commit"):
            require(actor, action, drafts, pack)
        findings += _missing_targets(drafts, pack)
        if findings:
            raise Refused(
                "Có đề xuất không còn khớp với sổ đăng ký; chưa ghi gì.",
                "Some of the proposal no longer fits the registry; nothing was written.",
                mend_vi="Chấp nhận phần còn lại với --record, hoặc từ chối rồi đề xuất lại.",
                mend_en="Accept the rest with --record, or reject it and propose anew.",
                findings=findings,
            )
        try:
            return _commit(actor, why, row, items, drafts, pack)
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
        if actor.who != row.actor:
            require(actor, "review", drafts, pack)
        _decide(row, items, actor, REJECTED, word)
    return len(items)


def _commit(
    actor: Actor,
    why: str,
    row: Proposal,
    items: Sequence[ProposalItem],
    drafts: Sequence[Draft],
    pack: Pack,
) -> Committed:
    return commit(
        actor=actor,
        why=why,
        kind=cast(Kind, row.kind),
        drafts=drafts,
        pack=pack,
        source=None if row.source is None else SourceDescription(**tables.parse(row.source)),
        accepted=Accepted(row.id, row.actor),
        also=lambda done: _decide(row, items, actor, ACCEPTED, why, done.batch),
    )


def _waiting(proposal: str, records: Sequence[str] | None) -> tuple[Proposal, list[ProposalItem]]:
    """A proposal and those of its records that wait, or of those the named ones."""
    row = Proposal.objects.filter(id=proposal).first()
    if row is None:
        raise NotFound(f"Không có đề xuất {proposal}.", f"There is no proposal {proposal}.")
    waiting = {
        item.record: item
        for item in ProposalItem.objects.filter(proposal=row, status=WAITING).order_by("number")
    }
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
        if waiting.update(**values) != len(chunk):
            raise Stale
    left = ProposalItem.objects.filter(proposal=row, status=WAITING).exists()
    Proposal.objects.filter(id=row.id).update(status="partly" if left else "decided")


def _draft(item: ProposalItem) -> Draft:
    return Draft(
        item.record, item.base, tables.parse(item.before), tables.parse(item.after), item.target
    )


def _drafts(items: Sequence[ProposalItem]) -> tuple[list[Draft], list[Finding]]:
    """What the items do to the records as they are now, and where they cannot."""
    names = [item.record for item in items]
    current = {
        row.id: (row.version, tables.parse(row.document))
        for row in Record.objects.filter(id__in=names)
    }
    drafts, findings = [], []
    for item in items:
        draft, told = _rebased(_draft(item), *current.get(item.record, (0, None)))
        drafts.append(draft)
        findings += told or _rows_taken(draft)
    return drafts, findings


def _rebased(draft: Draft, version: int, now: Document | None) -> tuple[Draft, list[Finding]]:
    """A draft as a change of the record as it is now; where both changed one path, findings."""
    if version == draft.base:
        return draft, []
    if draft.before is None or draft.after is None or now is None:
        return draft, [finding("proposal_outdated", value=draft.record)]
    asked, since = differences(draft.before, draft.after), differences(draft.before, now)
    clashes = [path for path in asked if path in since and since[path][1] != asked[path][1]]
    if clashes:
        return draft, [
            finding(
                "edit_conflict",
                field=path,
                value=str(asked[path][1]),
                now=str(since[path][1]),
            )
            for path in clashes
        ]
    after = patch(now, {path: new for path, (_, new) in asked.items()})
    if draft.after.get("sources") != draft.before.get("sources"):
        after |= _restated(draft.before, draft.after, now)
    return replace(draft, base=version, before=now, after=after), []


def _restated(before: Document, after: Document, now: Document) -> Document:
    """The sources of the record with those entries set that the draft changed."""
    entries = {(one["name"], one["key"]): one for one in now.get("sources", ())}
    old = before.get("sources", ())
    changed = [one for one in after.get("sources", ()) if one not in old]
    entries |= {(one["name"], one["key"]): one for one in changed}
    return {"sources": list(entries.values())}


def _rows_taken(draft: Draft) -> list[Finding]:
    """Findings for source rows of a new record that have become another record meanwhile."""
    if draft.base or draft.after is None:
        return []
    told = []
    for source in draft.after.get("sources", ()):
        taken = SourceRow.objects.filter(source=source["name"], key=source["key"])
        for record in taken.exclude(record=draft.record).values_list("record", flat=True):
            told.append(finding("proposal_row_taken", value=draft.record, record=record))
    return told


def _missing_targets(drafts: Sequence[Draft], pack: Pack) -> list[Finding]:
    """Findings for references to records that are not there and would not be after this either."""
    wanted: dict[str, str] = {}
    for draft in drafts:
        if draft.after is not None:
            references = derive(draft.after, pack.types.get(draft.type)).references
            known = derive(draft.before, pack.types.get(draft.type)).references
            wanted |= {target: draft.record for _, target in references - known}
    arriving = {draft.record for draft in drafts if draft.after is not None}
    asked = sorted(wanted.keys() - arriving)
    there = set(
        Record.objects.filter(id__in=tables.resolve(asked).values())
        .exclude(document=None)
        .values_list("id", flat=True)
    )
    return [
        finding("proposal_reference_missing", value=wanted[target], record=target)
        for target, final in tables.resolve(asked).items()
        if final not in there
    ]


def _text(document: Document | None) -> str | None:
    return None if document is None else canonical(document)
