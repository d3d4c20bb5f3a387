"""What a proposal does to the records as they are now, and where it no longer fits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max

from khue.lib.chunks import chunked
from khue.model.findings import Finding, finding
from khue.model.packs import Pack
from khue.registry import merges, tables
from khue.registry.actions.editing import erased_since
from khue.registry.actions.preparing import Draft
from khue.registry.fold import Document, derive, differences, patch
from khue.registry.models import Change, ProposalItem, Record, SourceRow


def draft_of(item: ProposalItem) -> Draft:
    """An item as a draft of the record that the proposer saw."""
    return Draft(
        item.record, item.base, tables.parse(item.before), tables.parse(item.after), item.target
    )


def drafts_of(items: Sequence[ProposalItem]) -> tuple[list[Draft], list[Finding]]:
    """What the items do to the records as they are now, and where they cannot."""
    current: dict[str, tuple[int, Document | None]] = {}
    for names in chunked([item.record for item in items], tables.CHUNK):
        rows = Record.whole.filter(id__in=names).values_list("id", "version", "document")
        current |= {name: (version, tables.parse(text)) for name, version, text in rows}
    drafts, findings = [], []
    for item in items:
        draft, told = _rebased(draft_of(item), *current.get(item.record, (0, None)))
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


def position() -> int:
    """The last position of the ledger."""
    return int(Change.objects.aggregate(last=Max("seq"))["last"] or 0)


def needed_by(drafts: Sequence[Draft], pack: Pack, seq: int) -> Needed:
    """What drafts need of other records, looked up at position `seq`."""
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


def unmet(needed: Needed) -> list[Finding]:
    """Findings for rows that are another record's meanwhile, and for records that are not there."""
    taken: dict[tuple[str, str], str] = {}
    by_source: dict[str, list[str]] = {}
    for name, key in needed.rows:
        by_source.setdefault(name, []).append(key)
    for name, keys in by_source.items():
        for some in chunked(keys, tables.CHUNK):
            known = SourceRow.objects.filter(source=name, key__in=some)
            taken |= {(name, key): record for key, record in known.values_list("key", "record")}
    final = merges.resolve({*taken.values(), *needed.targets})
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


def misfits(drafts: Sequence[Draft], pack: Pack) -> list[Finding]:
    """Findings for records that the pack, as it is now, would not take in this form."""
    return [
        finding("proposal_misfit", value=draft.record, field=one.field, what=one.message)
        for draft in drafts
        if draft.after is not None
        for one in pack.validate(draft.after)
        if one.level == "error"
    ]
