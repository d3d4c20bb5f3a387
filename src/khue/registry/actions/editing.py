"""Setting fields of one record, and taking whole batches back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from khue.lib.chunks import chunked
from khue.lib.spool import Spool
from khue.model.errors import NotFound, Refused, no_record
from khue.model.findings import finding
from khue.model.packs import Pack
from khue.model.rights import Actor
from khue.registry import merges, tables
from khue.registry.actions import placing
from khue.registry.actions.committing import (
    Committed,
    Stale,
    busy,
    commit,
    require_word,
)
from khue.registry.actions.preparing import Draft, Lot, prepare, require
from khue.registry.fold import Document, differences, patch, paths
from khue.registry.models import Batch, Change, Record

ATTEMPTS = 50
"""How often an edit starts again from a newer version before it gives up; each means that someone
else has succeeded."""

FINAL = ("erase", "pack")
"""Kinds of batches that nobody can take back."""


def edit(
    *, actor: Actor, why: str, record: str, base: int, changes: Mapping[str, Any], pack: Pack
) -> Committed | None:
    """Set paths of one record (None takes a path away), starting from version `base`.

    Edits of different paths made meanwhile are kept. Returns None if nothing would change. Raises
    `Refused` if someone has changed the same path since `base` or if the pack would not take the
    record as it would then be, `NotFound` for an unknown record.
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        version, now = present(record)
        require(actor, "commit", [Draft(record, base, now, now)], pack)
        if version != base:
            _refuse_conflict(record, base, now, changes)
        after = patch(now, changes)
        if after == now:
            return None
        require_fit(after, pack)
        try:
            return commit(
                actor=actor,
                why=why,
                kind="edit",
                drafts=[Draft(record, version, now, after)],
                pack=pack,
            )
        except Stale:
            continue
    raise busy()


def present(record: str) -> tuple[int, Document]:
    """Version and document of a record that is there. Raises `NotFound`."""
    row = Record.whole.filter(id=record, is_there=True).first()
    if row is None:
        raise no_record(record)
    return row.version, tables.parse(row.document)


def require_fit(document: Document, pack: Pack) -> None:
    """Raise `Refused` with the findings if the pack does not take a document that was put together
    of what several people said: each may have fitted by itself."""
    findings = [one for one in pack.validate(document) if one.level == "error"]
    if findings:
        raise Refused(
            "Ghi vào thì hồ sơ không còn hợp với gói cấu hình; chưa ghi gì.",
            "The record would no longer fit the pack; nothing was written.",
            mend_vi="Đọc bản mới nhất rồi sửa các trường được nêu.",
            mend_en="Read the newest version and mend the fields that are named.",
            findings=findings,
        )


def undo(*, actor: Actor, batch: str, why: str, pack: Pack) -> Committed:
    """Bring every record of a batch back to what it was before it.

    Creates, updates, merges, splits and undos alike can be undone, erasures never. Raises
    `NotFound`, and `Refused` naming the later batches if one of the records has been changed since.
    """
    require_word(why)
    row = Batch.objects.filter(id=batch).first()
    if row is None:
        raise NotFound(
            f"Không có đợt thay đổi {batch}.",
            f"There is no batch {batch}.",
            mend_vi="Xem mã đợt bằng `khue history ID`.",
            mend_en="`khue history ID` shows the batches of a record.",
        )
    if row.kind in FINAL:
        raise Refused(
            "Đợt này không hoàn tác được: đã xóa vĩnh viễn hoặc chỉ ghi việc nạp gói cấu hình.",
            "This batch cannot be undone: it erased for good, or only says that a pack was loaded.",
        )
    if placing.is_of_places(batch):
        return placing.undo_places(actor=actor, why=why, batch=batch, pack=pack)
    for _ in range(ATTEMPTS):
        lots = _reversal(batch, actor, pack)
        try:
            return commit(actor=actor, why=why, kind="undo", lots=lots, pack=pack, undoes=batch)
        except Stale:
            continue
    raise busy()


@dataclass(frozen=True)
class State:
    """What a record is: its document, and while it is merged into another one, that one.

    `action` made it so: what was erased since left it merged or withdrawn, as it was.
    """

    document: Document | None
    target: str | None = None
    action: str = field(default="", compare=False)


def states_of(records: list[str]) -> dict[tuple[str, int], State]:
    """What records were at each of their versions, with the personal values and files that are
    still kept."""
    rows = list(
        Change.objects.filter(record__in=records)
        .exclude(record__in=tables.NOT_RECORDS)
        .order_by("record", "version")
        .values_list("record", "version", "document", "target", "action")
    )
    documents = tables.without_erased_files(tables.open_documents(row[2] for row in rows))
    states: dict[tuple[str, int], State] = {}
    for (record, version, _, target, action), document in zip(rows, documents, strict=True):
        if action == "erase":
            action = states[record, version - 1].action
        target = target if document is None else None
        states[record, version] = State(document, target, action)
    return states


def _reversal(batch: str, actor: Actor, pack: Pack) -> Spool[Lot]:
    """What undoing a batch does to its records, prepared in lots; only one of them is in memory.

    Raises `NotAllowed`, and `Refused` naming the later batches that stand in the way."""
    first, last = dict[str, int](), dict[str, int]()
    changed = Change.objects.filter(batch_id=batch).order_by("seq")
    for record, version in changed.values_list("record", "version").iterator(tables.CHUNK):
        first.setdefault(record, version)
        last[record] = version
    lots: Spool[Lot] = Spool()
    blockers: dict[str, list[str]] = {}
    for names in chunked(first, tables.CHUNK):
        drafts = []
        for draft, blocking in _reversals(names, first, last):
            drafts.append(draft)
            if blocking:
                blockers.setdefault(blocking, []).append(draft.record)
        known, types = tables.known_of((one.record, one.base, one.type) for one in drafts)
        lots.put(prepare(drafts, actor=actor, kind="undo", pack=pack, known=known, types=types))
    _refuse_losses(blockers)
    return lots


def _reversals(
    names: list[str], first: Mapping[str, int], last: Mapping[str, int]
) -> Iterator[tuple[Draft, str | None]]:
    """For some of the records changed by a batch (first and last version in it of all), how to take
    that back, and the batch that stands in the way."""
    states = states_of(names)
    current = dict(Record.objects.filter(id__in=names).values_list("id", "version"))
    losers: dict[str, list[str]] = {}
    merged = Record.objects.filter(merged_into__in=names).order_by("id")
    for winner, loser in merged.values_list("merged_into", "id"):
        losers.setdefault(str(winner), []).append(loser)
    for name in names:
        now, made = states[name, current[name]], states[name, last[name]]
        before = states.get((name, first[name] - 1), State(None))
        draft = Draft(
            *(name, current[name], now.document, before.document, before.target),
            # What was withdrawn is withdrawn again, and not merely gone.
            action=before.action if before.document is None else "",
        )
        # Later changes that were themselves undone are in nobody's way.
        blocking = None if now == made else _maker(name, last[name], current[name], states)
        if before.document is None and blocking is None:
            blocking = _bereft(name, before.target, losers.get(name, ()), first.keys())
        yield draft, blocking


def _bereft(
    record: str, target: str | None, losers: Iterable[str], besides: Collection[str]
) -> str | None:
    """The batch because of which a record may not go, or not redirect to `target` again: others
    would redirect to nothing (`losers` redirect to it), or the record itself would, or in a circle.
    Those `besides` go back too."""
    end = None if target is None else merges.resolve([target])[target]
    if end is None or end == record:
        cause = next((loser for loser in losers if loser not in besides), None)
    else:
        is_gone = Record.objects.filter(id=end, is_there=False).exists()
        cause = end if is_gone and end not in besides else None
    if cause is None:
        return None
    changes = Change.objects.filter(record=cause).exclude(action="erase").order_by("-version")
    return changes.values_list("batch", flat=True).first()


def _maker(record: str, after: int, current: int, states: Mapping[tuple[str, int], State]) -> str:
    """The batch that brought a record to what it is now, later than version `after`."""
    version = next(
        version
        for version in range(after + 1, current + 1)
        if states[record, version] == states[record, current]
    )
    return str(Change.objects.values_list("batch", flat=True).get(record=record, version=version))


def _refuse_losses(blockers: Mapping[str, list[str]]) -> None:
    if blockers:
        raise Refused(
            "Không hoàn tác được: có thay đổi sau đó sẽ bị mất.",
            "This cannot be undone: later changes would be lost.",
            mend_vi="Hoàn tác các đợt sau trước đã.",
            mend_en="Undo the later batches first.",
            findings=[
                finding("undo_blocked", value=later, records=", ".join(records[:5]), n=len(records))
                for later, records in blockers.items()
            ],
        )


def erased_since(
    record: str, base: int, now: Document, asked: Iterable[str]
) -> dict[str, tuple[None, Any]]:
    """Those of the paths `asked` for that were erased from a record after version `base`, with what
    they are now: who began before that may still have the erased value before their eyes."""
    erasures = Change.objects.filter(record=record, version__gt=base, action="erase")
    fields = set(erasures.values_list("field", flat=True))
    current = paths(now)
    return {
        path: (None, current.get(path))
        for path in asked
        if path in fields or path.partition(".")[0] in fields
    }


def _refuse_conflict(record: str, base: int, now: Document, changes: Mapping[str, Any]) -> None:
    """Raise `Refused` if a path of `changes` has another value now than it had at `base`."""
    started = Change.objects.filter(record=record, version=base).values("document").first()
    if started is None:
        raise NotFound(
            f"Hồ sơ {record} không có phiên bản {base}.", f"Record {record} has no version {base}."
        )
    since = differences(tables.open_documents([started["document"]])[0], now)
    since |= erased_since(record, base, now, changes)
    clashes = [path for path in changes if path in since and since[path][1] != changes[path]]
    if clashes:
        raise Refused(
            "Có người đã sửa cùng trường này.",
            "Someone has changed the same field.",
            mend_vi="Xem lịch sử hồ sơ rồi sửa lại từ bản mới nhất.",
            mend_en="Look at the history of the record and edit its newest version.",
            findings=[
                finding(
                    "edit_conflict", field=path, value=str(changes[path]), now=str(since[path][1])
                )
                for path in clashes
            ],
        )
