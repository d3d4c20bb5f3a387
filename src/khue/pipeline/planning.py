"""What the rows of a file do to the records of the registry, as it is now. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from khue import intake
from khue.intake import Candidate, Plan
from khue.intake.identity import Fold
from khue.lib.identifiers import is_ulid, new_ulid
from khue.lib.vietnamese import name_key
from khue.model.findings import Finding, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor
from khue.model.values import Context, Reading, label_path, show_path
from khue.model.values.paths import ABSENT
from khue.pipeline.house import House
from khue.registry import drafting, fold

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is and how much there is (0: not known)."""

FOLD = Fold(fold.paths, fold.patch)


@dataclass(frozen=True)
class Planned:
    """One row that is a record: its record, the version it starts from, what it does, what was
    found in it, and where it stands."""

    record: str
    version: int
    before: dict[str, Any] | None
    plan: Plan
    findings: tuple[Finding, ...] = ()
    sheet: str = ""
    row: int | None = None


@dataclass(frozen=True)
class _Rows:
    """The rows of a file beside what the registry holds of them. Of their records, `withdrawn` were
    taken out by someone: a file must not bring them back."""

    candidates: Sequence[Candidate]
    keys: Sequence[str]
    records: Sequence[str]
    heads: dict[str, tuple[int, dict[str, Any] | None]]
    withdrawn: Collection[str]


def plan_rows(
    house: House,
    candidates: Sequence[Candidate],
    key: Sequence[str],
    type_: Type,
    *,
    source: str,
    actor: Actor,
    progress: Progress,
) -> tuple[list[Planned], list[Finding]]:
    """What each row does, and what there is to say; refused rows are left out.

    A row that is refused only here, by the structure of its type, may be named by others: they are
    planned again without it, so that nothing refers to a record that does not come to be.
    """
    keys = intake.row_keys(candidates, type_, key)
    known = drafting.rows_of_source(source, keys)
    records = [known.get(one) or new_ulid() for one in keys]
    heads = drafting.heads(list(known.values()))
    gone = [record for record, (_, document) in heads.items() if document is None]
    rows = _Rows(candidates, keys, records, heads, drafting.withdrawn(gone))
    pairs = zip(candidates, records, strict=True)
    refused = {record for candidate, record in pairs if candidate.refused}
    while True:
        planned, findings = _plan_once(house, rows, key, type_, source, actor, refused, progress)
        left_out = set(records) - {one.record for one in planned}
        if left_out <= refused:
            break
        refused |= left_out
    findings += _columns_gone(rows, type_, source)
    if candidates:
        findings += _rows_gone(source, type_, set(keys))
    return planned, findings


def _plan_once(
    house: House,
    rows: _Rows,
    key: Sequence[str],
    type_: Type,
    source: str,
    actor: Actor,
    refused: set[str],
    progress: Progress,
) -> tuple[list[Planned], list[Finding]]:
    resolve = _resolver(rows, type_, refused)
    wholes = _wholes(rows, refused)
    context = house.context(actor=actor, source=source)
    columns = {column.path: column for column in house.pack.columns(type_.name)}
    planned: list[Planned] = []
    done: dict[str, dict[str, Any]] = {}
    erased = drafting.erased_fields(list(rows.heads))
    reader_of = cache(partial(intake.Reader, type_, [], context))
    findings: list[Finding] = []
    for index, candidate in enumerate(rows.candidates):
        if index % 500 == 0:
            progress("plan", index, len(rows.candidates))
        record, row_key = rows.records[index], rows.keys[index]
        version, whole_before = rows.heads.get(record, (0, None))
        if record in rows.withdrawn:
            note = finding("row_withdrawn", value=candidate.name, record=record)
            findings.append(note.at(sheet=candidate.sheet, row=candidate.row))
            planned.append(Planned(record, version, None, Plan("unchanged", {})))
            continue
        # Rows of records that have been merged are one record: the second goes on from the first.
        before = done.get(record, whole_before)
        told: list[Finding] = []
        if record in erased:
            candidate, told = _without_erased(candidate, erased[record], type_)
        reader = reader_of(candidate.sheet)
        gone = _cells_gone(candidate, before, source, row_key)
        if gone:
            candidate = reader.recall(candidate, gone, columns)
        whole = reader.complete(candidate, resolve, wholes)
        plan = intake.plan_row(
            whole,
            record=record,
            type_=type_,
            source=source,
            key=row_key,
            before=before,
            versions=partial(drafting.versions, record, (source, row_key)),
            fold=FOLD,
        )
        told += [*whole.findings, *_tell(plan, type_, context)]
        told += _repeated(candidate, row_key, key)
        if not whole.refused and plan.outcome != "unchanged":
            told += house.pack.validate(plan.document)
        told = [one.at(sheet=candidate.sheet, row=candidate.row) for one in told]
        # What an unchanged row states was told when it came in; what was erased since was not.
        is_known = plan.outcome == "unchanged" and not plan.conflicts
        findings += [one for one in told if one.code == "erased_stated_again" or not is_known]
        if not any(one.level == "error" for one in told):
            place = candidate.sheet, candidate.row
            planned.append(Planned(record, version, whole_before, plan, tuple(told), *place))
            done[record] = plan.document
    return planned, findings


def _without_erased(
    candidate: Candidate, erased: Collection[str], type_: Type
) -> tuple[Candidate, list[Finding]]:
    """The row without what was erased from its record: a file must not bring it back."""

    def is_erased(path: str) -> bool:
        return path.partition(".")[0] in erased

    again = sorted({path.partition(".")[0] for path in candidate.stated if is_erased(path)})
    if not again:
        return candidate, []
    kept = replace(
        candidate,
        stated={path: text for path, text in candidate.stated.items() if not is_erased(path)},
        fields={name: value for name, value in candidate.fields.items() if name not in erased},
        columns=frozenset(path for path in candidate.columns if not is_erased(path)),
        pending=tuple(one for one in candidate.pending if not is_erased(one[0].path)),
    )
    return kept, [
        finding("erased_stated_again", field=name, label=label_path(type_, name)) for name in again
    ]


def _tell(plan: Plan, type_: Type, context: Context) -> list[Finding]:
    """Conflicts, and cells that were emptied, in words."""
    told = []
    for conflict in plan.conflicts:
        now = {
            lang: show_path(type_, conflict.path, conflict.now, lang, context)
            for lang in ("vi", "en")
        }
        stated = "; ".join(conflict.stated) or ABSENT
        label = label_path(type_, conflict.path)
        told.append(
            finding("row_conflict", field=conflict.path, value=stated, label=label, now=now)
        )
    for path in plan.emptied:
        told.append(finding("cell_emptied", field=path, label=label_path(type_, path)))
    return told


def _repeated(candidate: Candidate, row_key: str, key: Sequence[str]) -> list[Finding]:
    """A finding if the row repeats the identifier or the key columns of one above."""
    number = intake.occurrence(row_key)
    if number == 1:
        return []
    if candidate.identifier:
        return [finding("identifier_repeated", value=candidate.identifier)]
    stated = ", ".join(filter(None, (candidate.stated.get(path) for path in key)))
    return [finding("row_repeated", value=stated or candidate.name, n=number)]


def _wholes(rows: _Rows, refused: set[str]) -> dict[tuple[str, int], str]:
    """Records of the rows under which others are listed, by sheet and number in the file."""
    named = {
        (candidate.sheet, one.row)
        for candidate in rows.candidates
        for one in candidate.pending
        if one.row is not None
    }
    return {
        (candidate.sheet, candidate.row): record
        for candidate, record in zip(rows.candidates, rows.records, strict=True)
        if (candidate.sheet, candidate.row) in named
        and record not in refused
        and record not in rows.withdrawn
    }


def _resolver(rows: _Rows, type_: Type, refused: set[str]) -> intake.Resolver:
    """References by name or identifier: to a record of the registry or of the same file, if
    exactly one fits."""
    here: dict[str, set[str]] = {}
    for candidate, record in zip(rows.candidates, rows.records, strict=True):
        if candidate.name and record not in refused and record not in rows.withdrawn:
            here.setdefault(name_key(candidate.name), set()).add(record)
    wanted: dict[tuple[str, ...], set[str]] = {}
    for candidate in rows.candidates:
        for column, _, text, _ in candidate.pending:
            wanted.setdefault(column.field.targets, set()).update([text, *intake.split(text)])
    names = {targets: {name_key(one) for one in texts} for targets, texts in wanted.items()}
    stored = {targets: drafting.named(targets, sorted(keys)) for targets, keys in names.items()}
    types = drafting.types_of(_identifiers(wanted.values()))

    def resolve(field: Field, text: str) -> Reading:
        form = name_key(text)
        found = set(stored.get(field.targets, {}).get(form, ()))
        if not field.targets or type_.name in field.targets:
            found |= here.get(form, set())
        if is_ulid(text.strip()) and fits(field, types.get(text.strip())):
            found = {text.strip()}
        return the_only(found, field, text)

    return resolve


def the_only(found: Collection[str], field: Field, text: str) -> Reading:
    """The record that a reference means, if exactly one was found for its text."""
    if len(found) == 1:
        return Reading(next(iter(found)))
    code = "reference_ambiguous" if found else "reference_unresolved"
    return Reading(None, (finding(code, field=field.path, value=text, n=len(found)),))


def fits(field: Field, type_name: str | None) -> bool:
    """Whether a reference field may point to a record of this type (None: there is no record)."""
    return type_name is not None and (not field.targets or type_name in field.targets)


def _identifiers(wanted: Iterable[set[str]]) -> list[str]:
    return [text.strip() for texts in wanted for text in texts if is_ulid(text.strip())]


def _cells_gone(
    candidate: Candidate, before: dict[str, Any] | None, source: str, key: str
) -> dict[str, str]:
    """What this source last stated for the row in columns that the file does not have now."""
    stated = {} if before is None else intake.stated_by(before, source, key)
    return {path: text for path, text in stated.items() if path not in candidate.columns}


def _columns_gone(rows: _Rows, type_: Type, source: str) -> list[Finding]:
    """A warning for each column that this source had before and the file does not have."""
    present = {path for candidate in rows.candidates for path in candidate.columns}
    before = {
        path
        for record in rows.records
        for entry in (rows.heads.get(record, (0, None))[1] or {}).get("sources", ())
        if entry["name"] == source
        for path in entry["stated"]
    }
    return [
        finding("column_gone", value=path, label=label_path(type_, path))
        for path in sorted(before - present)
    ]


def _rows_gone(source: str, type_: Type, keys: set[str]) -> list[Finding]:
    """A note for each row that this source stated before and that the file no longer has."""
    stated = drafting.keys_of_source(source, type_.name)
    return [
        finding("row_gone", value=key.partition(":")[2], record=record)
        for key, record in stated.items()
        if key not in keys
    ]
