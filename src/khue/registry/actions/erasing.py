"""Erasing what is kept of a person, for good.

One transaction writes the erasure into the ledger (the records without the field, the field's name,
the reason) and removes the values and whatever waits with them. What lies in files is removed after
it, by the pipeline; until that is done, its `Erasure` is not purged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, Refused, WrongUse, no_record
from khue.model.findings import finding
from khue.model.packs import Pack
from khue.model.rights import Actor, may
from khue.registry import chain, tables
from khue.registry.actions.committing import (
    Committed,
    Draft,
    Stale,
    append,
    busy,
    exclusive,
    prepare,
    require_current,
    require_word,
    subject_of,
)
from khue.registry.actions.editing import ATTEMPTS
from khue.registry.fold import Document
from khue.registry.models import (
    Batch,
    Change,
    Erasure,
    File,
    Personal,
    ProposalItem,
    Record,
    WorkingDraft,
)
from khue.registry.sealing import is_personal, names_in_the_clear, without


@dataclass(frozen=True)
class Erased:
    """An erasure that is in the ledger: its batch and how many values it removed."""

    committed: Committed
    values: int


def erase(
    *,
    actor: Actor,
    why: str,
    record: str,
    field: str,
    pack: Pack,
    sources: Sequence[str] = (),
) -> Erased:
    """Erase a field of a record from all its versions, with what sources stated for it.

    `field` is one that the pack marks personal, `other`, or `files.<sha256>`. Records that are one
    with it lose the field too; records that once were, lose the same values. `sources` are the
    sha256 of kept bytes that hold the values (see `drafting.personal_texts`).

    Raises `NotFound`, `NotAllowed`, `WrongUse` for a field that cannot be erased, and `Refused` if
    the ledger itself holds its value in the clear (it was written before the field was marked).
    """
    require_word(why)
    for _ in range(ATTEMPTS):
        type_name = _require_right(actor, record, pack)
        _require_erasable(record, field, type_name, pack)
        reach = reach_of(record, field)
        drafts = _drafts(record, field, reach)
        entries = prepare(drafts, pack)
        try:
            with exclusive():
                require_current(pack)
                batch = Batch(id=new_ulid(), kind="erase", actor=actor.who, why=why)
                committed = append(batch, entries)
                reach.rows().delete()
                _scrub_waiting(field, reach)
                files = _erase_file(field, why)
                Erasure.objects.create(
                    change=committed.seq,
                    sources=chain.canonical(sorted(set(sources))),
                    files=chain.canonical(files),
                    purged=False,
                )
                return Erased(committed, len(reach.commitments) + len(files))
        except Stale:
            continue
    raise busy()


def finish_purge(*, changes: Iterable[int]) -> None:
    """Note that nothing is left of these erasures anywhere."""
    Erasure.objects.filter(change__in=list(changes)).update(purged=True)


def scrub_database() -> bool:
    """Overwrite what the database still holds of deleted rows, in its journal and free space.

    SQLite overwrites deleted rows by itself (`secure_delete`); its journal is emptied here.
    PostgreSQL writes the tables anew. False if someone reading kept the journal from being emptied.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("personal", "record", "proposalitem", "workingdraft"):
                cursor.execute(f"VACUUM FULL registry_{table}")
            return True
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return bool(cursor.fetchone()[0] == 0)


@dataclass(frozen=True)
class Reach:
    """What an erasure reaches: the records, the commitments of values, the values themselves."""

    records: frozenset[str]
    commitments: frozenset[str]
    values: frozenset[str]

    def rows(self) -> Any:
        """The rows of the values."""
        return Personal.objects.filter(record__in=self.records, commitment__in=self.commitments)


def reach_of(record: str, field: str) -> Reach:
    """Which records and values the erasure of a field reaches.

    All values of the record and of those merged with it; of records that were merged with it once,
    the same values, since a merge may have carried them over.
    """
    joined = frozenset(tables.joined(record))
    own = Personal.objects.filter(record__in=joined, path=field)
    values = frozenset(own.values_list("value", flat=True))
    once = tables.ever_joined(joined) - joined
    same = Personal.objects.filter(record__in=once, path=field, value__in=values)
    if field.startswith("files."):
        holding = Record.objects.filter(document__contains=field.partition(".")[2])
        records = frozenset([record, *holding.values_list("id", flat=True)])
        return Reach(records, frozenset(), values)
    found = dict(own.values_list("commitment", "record"))
    found |= dict(same.values_list("commitment", "record"))
    return Reach(frozenset([record, *found.values()]), frozenset(found), values)


def _drafts(record: str, field: str, reach: Reach) -> list[Draft]:
    drafts = []
    for name in sorted(reach.records):
        last = Change.objects.filter(record=name).order_by("-version")[0]
        before = tables.open_documents([last.document])[0]
        after = tables.open_documents([last.document], without=reach.commitments)[0]
        if after is not None and field.startswith("files."):
            after = _without_file(after, field)
        drafts.append(
            Draft(name, last.version, before, after, last.target, action="erase", field=field)
        )
    return drafts


def _without_file(document: Document, field: str) -> Document:
    sha256 = field.partition(".")[2]
    files = [file for file in document.get("files", ()) if file["sha256"] != sha256]
    rest = {key: value for key, value in document.items() if key != "files"}
    return rest | ({"files": files} if files else {})


def _require_right(actor: Actor, record: str, pack: Pack) -> str:
    """The type of the record, if the actor may erase in it."""
    last = (
        Change.objects.filter(record=record)
        .exclude(record=tables.PACK)
        .exclude(document=None)
        .order_by("-version")
        .first()
    )
    if last is None:
        raise no_record(record)
    opened = [one for one in tables.open_documents([last.document]) if one is not None]
    if not all(may(actor, "erase", subject_of(one, pack)) for one in opened):
        raise NotAllowed(
            f"{actor.who} không có quyền xóa vĩnh viễn.", f"{actor.who} may not erase for good."
        )
    return str(opened[0]["type"])


def _require_erasable(record: str, field: str, type_name: str, pack: Pack) -> None:
    name, _, sha256 = field.partition(".")
    if name == "files" and sha256:
        return
    type_ = pack.types.get(type_name)
    if not is_personal(type_, field):
        personal = sorted(type_.personal) if type_ else []
        known = ", ".join([*personal, "other", "files.<sha256>"])
        raise WrongUse(
            f"Trường «{field}» không được đánh dấu là dữ liệu cá nhân nên không xóa hẳn được.",
            f"The field '{field}' is not marked personal, so it cannot be erased for good.",
            mend_vi=f"Xóa được: {known}.",
            mend_en=f"These can be: {known}.",
        )
    versions = Change.objects.filter(record__in=tables.joined(record)).exclude(document=None)
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


def _scrub_waiting(field: str, reach: Reach) -> None:
    """Take the values out of proposals and of forms that someone has in hand."""
    for item in ProposalItem.objects.iterator(tables.CHUNK):
        documents = {name: tables.parse(getattr(item, name)) for name in ("before", "after")}
        present = [one for one in documents.values() if one is not None]
        if item.record not in reach.records and not any(
            _holds(document, field, reach.values) for document in present
        ):
            continue
        for name, document in documents.items():
            if document is not None:
                setattr(item, name, chain.canonical(_without(document, field)))
        told = [one for one in tables.parse(item.findings) if _top(one.get("field")) != field]
        item.findings = chain.canonical(told)
        item.save()
    for draft in WorkingDraft.objects.iterator(tables.CHUNK):
        stated = tables.parse(draft.stated)
        kept = {path: text for path, text in stated.items() if _top(path) != field}
        mine = draft.record in reach.records
        if kept != stated and (mine or _texts(stated, field) & _plain(reach.values)):
            draft.stated = chain.canonical(kept)
            draft.save()


def _without(document: Document, field: str) -> Document:
    if field.startswith("files."):
        return _without_file(document, field)
    return without(document, field)


def _holds(document: Document, field: str, values: Collection[str]) -> bool:
    if field in document and chain.canonical(document[field]) in values:
        return True
    return any(
        _texts(source["stated"], field) & _plain(values) for source in document.get("sources", ())
    )


def _texts(stated: dict[str, str], field: str) -> set[str]:
    return {text for path, text in stated.items() if _top(path) == field}


def _plain(values: Collection[str]) -> set[Any]:
    return {one for value in values if isinstance(one := tables.parse(value), str)}


def _top(path: Any) -> str:
    return str(path or "").partition(".")[0]


def _erase_file(field: str, why: str) -> list[str]:
    name, _, sha256 = field.partition(".")
    if name != "files":
        return []
    return [sha256] if File.objects.filter(sha256=sha256).update(erased=why) else []
