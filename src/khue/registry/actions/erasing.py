"""Erasing what is kept of a person, for good.

One transaction writes the erasure into the ledger (the records without the field, the field's name,
the reason) and removes the values and whatever waits with them. What lies in files is removed after
it, by the pipeline; until that is done, its `Erasure` is not purged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse, no_record
from khue.model.findings import finding
from khue.model.packs import Pack
from khue.model.rights import Actor, may
from khue.registry import chain, merges, tables
from khue.registry.actions.committing import (
    Committed,
    Stale,
    append,
    busy,
    exclusive,
    require_current,
    require_word,
)
from khue.registry.actions.editing import ATTEMPTS
from khue.registry.actions.preparing import Draft, Lot, lot_of, subject_of
from khue.registry.actions.reaching import Reach, holding_file, is_file, reach_of
from khue.registry.actions.scrubbing import scrub_waiting
from khue.registry.database import PATIENCE_S, scrub
from khue.registry.fold import patch
from khue.registry.models import (
    Batch,
    Change,
    Erasure,
    File,
    ProposalItem,
)
from khue.registry.sealing import is_personal, names_in_the_clear


@dataclass(frozen=True)
class Erased:
    """An erasure that is in the ledger: its batch, how many values it removed, from how many
    proposals and unfinished forms it took them, and which files of records are gone with it."""

    committed: Committed
    values: int
    waiting: int
    files: tuple[str, ...]


def erase(
    *,
    actor: Actor,
    why: str,
    record: str,
    field: str,
    pack: Pack,
    sources: Callable[[], Collection[str]] = tuple,
) -> Erased:
    """Erase a field of a record from all its versions, with what sources stated for it.

    `field` is one that the pack marks personal, `other`, or `files.<sha256>`. Records that are one
    with it lose the field too; records that it was once merged into lose the same values. `sources`
    gives the sha256 of kept bytes that hold the values (see `erasures.personal_texts`); it is asked
    while nobody else can write, so that none is overlooked.

    Raises `NotFound` for an unknown record or where nothing of the field is kept, `NotAllowed`,
    `WrongUse` for a field that cannot be erased, and `Refused` if the ledger itself holds its value
    in the clear (it was written before the field was marked).
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        _require_right(actor, [record], pack)
        _require_erasable(record, field, pack)
        reach = reach_of([record], field)
        _require_right(actor, sorted(reach.records), pack)
        lot = _lot(actor, field, reach, pack)
        try:
            with exclusive():
                require_current(pack)
                _require_same(reach, [record], field)
                batch = Batch(id=new_ulid(), kind="erase", actor=actor.who, why=why)
                erased = _write(batch, field, reach, lot, sources())
                if not (erased.values or erased.waiting or erased.files):
                    raise _nothing_kept(record, field, batch)
                return erased
        except Stale:
            continue
    raise busy()


def erase_again(
    *,
    batch: str,
    actor: str,
    why: str,
    records: Sequence[str],
    field: str,
    pack: Pack,
    sources: Collection[str] = (),
) -> None:
    """Carry out an erasure that this ledger does not know, under the batch that it had elsewhere.

    Within `exclusive`: for a registry that was restored to a time before it. Whatever the pack says
    of the field by now, what is sealed goes.
    """
    reach = reach_of(records, field)
    lot = _lot(Actor(actor), field, reach, pack)
    row = Batch(id=batch, kind="erase", actor=actor, why=why)
    _write(row, field, reach, lot, sources)


def finish_purge(*, changes: Iterable[int]) -> None:
    """Note that nothing is left of these erasures anywhere."""
    with exclusive():
        Erasure.objects.filter(change__in=list(changes)).update(purged=True)


HOLDING = (
    "registry_personal", "registry_record", "registry_proposal", "registry_proposalitem",
    "registry_workingdraft",
)  # fmt: skip
"""Tables that hold personal values."""


def scrub_database(*, patience_s: float = PATIENCE_S) -> bool:
    """Leave nothing of deleted values in the database, see `database.scrub`."""
    return scrub(connection, HOLDING, patience_s)


def _write(batch: Batch, field: str, reach: Reach, lot: Lot, sources: Collection[str]) -> Erased:
    """The erasure and all that goes with it in the database. Within `exclusive`."""
    committed = append(batch, [lot])
    values, _ = reach.rows().delete()
    waiting = scrub_waiting(field, reach)
    files = _erase_file(field, batch.why)
    Erasure.objects.create(
        change=committed.seq,
        sources=chain.canonical(sorted(set(sources))),
        files=chain.canonical(files),
        commitments=chain.canonical(sorted(reach.commitments)),
        purged=False,
    )
    return Erased(committed, values, waiting, tuple(files))


def _require_same(reach: Reach, records: Sequence[str], field: str) -> None:
    """Raise `Stale` if values came to other records before the lock was taken. (Of those that are
    known, the next version would be taken.)"""
    if is_file(field):
        # The whole ledger has been read before the lock.
        same = holding_file(field.partition(".")[2], after=reach.seq) <= reach.records
    else:
        same = reach_of(records, field) == reach
    if not same:
        raise Stale


def _nothing_kept(record: str, field: str, batch: Batch) -> NotFound:
    """What to raise instead of committing an erasure of nothing."""
    done = Change.objects.filter(record=record, action="erase", field=field).exclude(batch=batch)
    at = done.order_by("-version").values_list("at", flat=True).first()
    if at is not None:
        return NotFound(
            f"Trường «{field}» của hồ sơ {record} đã được xóa vĩnh viễn ngày {at[:10]};"
            " từ đó không có giá trị nào được ghi lại.",
            f"The field '{field}' of record {record} was erased for good on {at[:10]};"
            " no value has been kept since.",
        )
    return NotFound(
        f"Không phiên bản nào của hồ sơ {record} giữ giá trị của trường «{field}»;"
        " không có gì để xóa.",
        f"No version of record {record} keeps a value of the field '{field}';"
        " there is nothing to erase.",
        mend_vi="Xem hồ sơ có những trường nào bằng `khue show`.",
        mend_en="`khue show` shows the fields that the record has.",
    )


def _lot(actor: Actor, field: str, reach: Reach, pack: Pack) -> Lot:
    """What the records will be; the rights have been looked at."""
    drafts = _drafts(field, reach)
    known, types = tables.known_of((one.record, one.base, one.type) for one in drafts)
    return lot_of(drafts, actor=actor, kind="erase", pack=pack, known=known, types=types)


def _drafts(field: str, reach: Reach) -> list[Draft]:
    drafts = []
    for name in sorted(reach.records):
        last = Change.objects.filter(record=name).order_by("-version")[0]
        before = tables.open_documents([last.document])[0]
        after = tables.open_documents([last.document], without=reach.commitments)[0]
        if after is not None and is_file(field):
            after = patch(after, {field: None})
        drafts.append(
            Draft(name, last.version, before, after, last.target, action="erase", field=field)
        )
    return drafts


def _require_right(actor: Actor, records: Collection[str], pack: Pack) -> None:
    """Raise unless the actor may erase in all records, as they last were."""
    for record in records:
        last = _last(record)
        if last is None:
            raise _only_proposed(actor, record, pack) or no_record(record)
        opened = [one for one in tables.open_documents([last.document]) if one is not None]
        if not all(may(actor, "erase", subject_of(one, pack)) for one in opened):
            raise NotAllowed(
                f"{actor.who} không có quyền xóa vĩnh viễn trong hồ sơ {record}.",
                f"{actor.who} may not erase for good in record {record}.",
            )


def _only_proposed(actor: Actor, record: str, pack: Pack) -> Refused | None:
    """What to tell who may erase of a record that waits in a proposal and never was more."""
    item = ProposalItem.objects.filter(record=record, status="waiting").first()
    if item is None or not may(actor, "erase", subject_of(tables.parse(item.after), pack)):
        return None
    reject = f'khue proposals reject {item.proposal_id} --record {record} --word "…"'
    return Refused(
        f"Hồ sơ {record} mới được đề xuất, chưa có trong sổ cái.",
        f"Record {record} is only proposed; the ledger does not have it.",
        mend_vi=f"Từ chối đề xuất thì dữ liệu cá nhân trong đó mất hẳn: {reject}.",
        mend_en=f"Rejecting the proposal removes what is personal in it for good: {reject}.",
    )


def _last(record: str) -> Change | None:
    """The last version of a record in which it was there."""
    versions = Change.objects.filter(record=record).exclude(record__in=tables.NOT_RECORDS)
    return versions.exclude(document=None).order_by("-version").first()


def _require_erasable(record: str, field: str, pack: Pack) -> None:
    name, _, sha256 = field.partition(".")
    if name == "files" and sha256:
        return
    type_ = pack.types.get(tables.last_type(record))
    if not is_personal(type_, field):
        personal = sorted(type_.personal) if type_ else []
        known = ", ".join([*personal, "other", "files.<sha256>"])
        raise WrongUse(
            f"Trường «{field}» không được đánh dấu là dữ liệu cá nhân nên không xóa hẳn được.",
            f"The field '{field}' is not marked personal, so it cannot be erased for good.",
            mend_vi=f"Xóa được: {known}.",
            mend_en=f"These can be: {known}.",
        )
    versions = Change.objects.filter(record__in=merges.joined(record)).exclude(document=None)
    clear = [
        (name, version)
        for name, version, text in versions.values_list("record", "version", "document")
        if names_in_the_clear(tables.parse(text), field)
    ]
    if clear:
        raise Refused(
            "Sổ cái giữ giá trị này dưới dạng đọc được, từ trước khi trường được đánh dấu.",
            "The ledger itself holds this value readably, from before the field was marked.",
            findings=[
                finding("erase_in_the_clear", field=field, value=str(version), record=name)
                for name, version in clear
            ],
        )


def _erase_file(field: str, why: str) -> list[str]:
    name, _, sha256 = field.partition(".")
    if name != "files":
        return []
    kept = File.objects.filter(sha256=sha256, erased=None)
    return [sha256] if kept.update(erased=why) else []
