"""A workbook out, edited by people, and in again: its rows are versions of records.

`exporting.export_records` writes the records of a type with their identifiers and versions. A file
in which `returned.find_returned` sees those two columns is no source: each row is compared with
what was printed of that record at that version, and only what was changed becomes an edit. Fields
that others edited meanwhile stay as they are and are told; a row without an identifier is a new
record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from khue.intake import Candidate
from khue.lib.identifiers import is_ulid
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor, may
from khue.model.values import Context, Reading, label_path, show_path
from khue.pipeline.duplicates import find_likely, rows_of
from khue.pipeline.edited import CellReader
from khue.pipeline.exporting import Labels
from khue.pipeline.files import keep_source
from khue.pipeline.house import House
from khue.pipeline.landing import Landing, land, lots_of
from khue.pipeline.mappings import Settled
from khue.pipeline.planning import PlannedBlock, Progress, plan_rows
from khue.pipeline.referring import by_name, fits, the_only
from khue.pipeline.returned import Returned, ReturnedRow, new_rows
from khue.pipeline.rows import Rows
from khue.pipeline.told import Findings
from khue.publish.cells import OTHER, CellColumn, other_of
from khue.registry import actions, drafting, fold, queries

if TYPE_CHECKING:
    from khue.pipeline.imports import ImportReport

Document = dict[str, Any]
Describe = Callable[[bytes, str], actions.SourceDescription]
"""Keeps the bytes that new records come from, and describes them for the ledger."""

CHUNK = 500

_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")
"""A version, also where a spreadsheet has made a number with decimals of it."""


def import_returned(
    house: House,
    returned: Returned,
    report: ImportReport,
    *,
    type_: Type,
    settled: Settled,
    actor: Actor,
    why: str,
    commit: bool,
    propose: bool,
    describe: Describe,
    progress: Progress,
) -> ImportReport:
    """Make edits of what was changed in a returned file, and records of its new rows: one batch, or
    one proposal, or with neither a dry run. Its headings say what its columns are, so of a mapping
    only the key is used, for the new rows. Raises as `import_file` does."""
    report.columns = [one for _, _, one in returned.mapped]
    report.mapped = list(returned.mapped)
    report.rows = len(returned.rows)
    plan = _Plan()
    drafts: list[actions.Draft] = []
    told: list[Finding] = []
    unused = [] if settled.said is None else [finding("returned_mapping")]

    def prepare() -> Landing:
        nonlocal plan, drafts, told
        plan = _plan(house, returned, type_, settled.mapping.key, report.source, actor, progress)
        creations = [one.draft for block in plan.created for one in block.drafts]
        drafts = [*plan.edits.values(), *creations]
        if not (commit or propose):
            actions.require(actor, "propose", drafts, house.pack)
        new = [rows_of(type_, one.planned) for one in plan.created]
        likely = find_likely(house, new, type_, actor=actor)
        found = {one.record: one.others for one in likely}
        told = [*unused, *plan.findings, *likely.told, *(one.finding for one in likely)]
        return Landing(
            changes=len(drafts),
            lots=lambda: lots_of(drafts, actor=actor, kind="edit", pack=house.pack),
            source=lambda: describe(*new_rows(returned, report.source)) if creations else None,
            items=lambda: [plan.item(one, found.get(one.record, ())) for one in drafts],
        )

    landed = land(
        *(house, prepare),
        actor=actor,
        why=why,
        kind="edit",
        commit=commit,
        propose=propose,
        progress=progress,
    )
    report.batch, report.proposal = landed.batch, landed.proposal
    if plan.created and (report.batch or report.proposal):
        # As with an import: until it was named, whoever rejected the same bytes let them go.
        keep_source(new_rows(returned, report.source)[0])
    _tell(report, plan, [*told, *landed.findings])
    report.changed = [one.after for one in drafts if one.after]
    return report


def _tell(report: ImportReport, plan: _Plan, told: Sequence[Finding]) -> None:
    """Say in the report what becomes of the rows, and what is to be said of them."""
    created = [one for block in plan.created for one in block.planned]
    outcomes = Counter(one.plan.outcome for one in created)
    report.created = outcomes["create"]
    report.updated = len(plan.edits) + outcomes["update"]
    report.unchanged = len(plan.same) + outcomes["unchanged"]
    report.refused = report.rows - report.created - report.updated - report.unchanged
    report.planned = [[*plan.edits], plan.same, [one.record for one in created]]
    report.has_errors = any(one.level == "error" for one in told)
    report.findings = Findings([*report.findings, *told])


@dataclass
class _Plan:
    """What the rows of a returned file do: edits by record, records that stay, new rows."""

    edits: dict[str, actions.Draft] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    created: list[PlannedBlock] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    found: dict[str, list[Finding]] = field(default_factory=dict)

    def item(self, draft: actions.Draft, likely: Sequence[str]) -> actions.ProposedItem:
        """What a proposal keeps of a row: draft, findings, and records that it may double."""
        told = [*self.found.get(draft.record, ())]
        for block in self.created:
            told += [e for one in block.planned if one.record == draft.record for e in one.findings]
        return actions.ProposedItem(draft, [one.to_json() for one in told], likely)


def _plan(
    house: House,
    returned: Returned,
    type_: Type,
    key: Sequence[str],
    source: str,
    actor: Actor,
    progress: Progress,
) -> _Plan:
    plan = _Plan(findings=list(returned.findings))
    known = [row for row in returned.rows if row.record or row.version]
    planner = _Planner(house, returned, type_, actor, known)
    for index, row in enumerate(known):
        if index % CHUNK == 0:
            progress("plan", index, len(known))
        planner.add(row, plan)
    new = [row for row in returned.rows if not row.record and not row.version]
    if new:
        reader = planner.reader(house.context(actor=actor, source=source))
        candidates = [_candidate(row, planner.columns, planner.headings, reader) for row in new]
        rows = Rows(type_, key)
        rows.add_all(candidates)
        plan.created, told = plan_rows(
            *(house, rows),
            source=source,
            actor=actor,
            conclude=lambda block: block,  # all of it: what people have edited has few rows
            gather=list[PlannedBlock],
            progress=progress,
        )
        told += [one for block in plan.created for one in block.findings]
        # The file is of records that are there: it lists no source's rows, so none is gone.
        plan.findings += [one for one in told if one.code not in ("row_gone", "column_gone")]
    return plan


class _Planner:
    """Plans the rows that carry an identifier, with all that the registry knows of them at hand."""

    def __init__(
        self,
        house: House,
        returned: Returned,
        type_: Type,
        actor: Actor,
        rows: Sequence[ReturnedRow],
    ) -> None:
        self.house, self.type, self.actor = house, type_, actor
        self.columns = _by_field(returned)
        self.headings = returned.headings
        names = list(dict.fromkeys(row.record for row in rows if is_ulid(row.record)))
        self.times = Counter(row.record for row in rows if row.record)
        self.heads = drafting.heads(names)
        self.erased = drafting.erased_fields(names)
        self.views = queries.get_many(actor, names, house.pack)
        labels = Labels(house, actor)
        labels.learn(document for _, document in self.heads.values() if document is not None)
        self.context = replace(house.context(actor=actor), label_of=labels.of)
        self._resolved: dict[tuple[tuple[str, ...], str], Reading] = {}

    def reader(self, context: Context) -> CellReader:
        """A reader of cells without a record behind them."""
        return CellReader(context, self._resolve, [])

    def add(self, row: ReturnedRow, plan: _Plan) -> None:
        """Plan one row."""
        base, trouble = self._base(row)
        if trouble is not None:
            plan.findings.append(trouble.at(sheet=row.sheet, row=row.number))
            return
        reader = self.reader(self.context)
        stated = _fields(reader, self.columns, row, base)
        changes = {path: new for path, (_, new) in fold.differences(base, stated).items()}
        told = [*reader.findings, *_of_other(row, base)]
        version, now = self.heads[row.record]
        if changes and (now is None or self.views[row.record].id != row.record):
            told.append(self._gone(row))
        elif now is not None:
            changes = self._without_clashes(row, base, now, version, changes, told)
            after = fold.patch(now, changes)
            if after != now:
                told += self.house.pack.validate(after)
            if not any(one.level == "error" for one in told):
                self._keep(plan, row, actions.Draft(row.record, version, now, after))
        elif not told:
            plan.same.append(row.record)
        placed = [self._placed(one, row) for one in told]
        plan.findings += placed
        plan.found[row.record] = placed

    def _keep(self, plan: _Plan, row: ReturnedRow, draft: actions.Draft) -> None:
        if draft.after == draft.before:
            plan.same.append(row.record)
        else:
            plan.edits[row.record] = draft

    def _base(self, row: ReturnedRow) -> tuple[Document, Finding | None]:
        """What the record was at the version that the row states; else what is wrong with that."""
        if not is_ulid(row.record):
            code = "returned_unknown" if row.record else "returned_id_missing"
            return {}, finding(code, value=row.record)
        if self.times[row.record] > 1:
            return {}, finding("returned_twice", value=row.record, n=self.times[row.record])
        view = self.views.get(row.record)
        head = self.heads.get(row.record)
        if head is None or (view is None and head[1] is not None):
            return {}, finding("returned_unknown", value=row.record)
        stated = _WHOLE.fullmatch(row.version)
        number = int(stated[1]) if stated else 0
        base = head[1] if number == head[0] else self._version(row.record, number)
        if base is None:
            return {}, finding("returned_version", value=row.version, record=row.record)
        if base["type"] != self.type.name:
            told = self.house.pack.types.get(base["type"])
            label = dict(told.label) if told else base["type"]
            return {}, finding("returned_type", value=row.record, type=label)
        subjects = [actions.subject_of(one, self.house.pack) for one in (base, head[1]) if one]
        if not all(may(self.actor, "propose", one) for one in subjects):
            return {}, finding("returned_unknown", value=row.record)
        return base, None

    def _version(self, record: str, number: int) -> Document | None:
        """An earlier version as the actor may see it, whole."""
        for one in queries.history(self.actor, record, self.house.pack):
            if one.version == number:
                return one.document
        return None

    def _gone(self, row: ReturnedRow) -> Finding:
        view = self.views.get(row.record)
        if view is None:
            return finding("returned_gone", value=row.record)
        return finding("returned_merged", value=row.record, record=view.id)

    def _without_clashes(
        self,
        row: ReturnedRow,
        base: Document,
        now: Document,
        version: int,
        changes: Mapping[str, Any],
        told: list[Finding],
    ) -> dict[str, Any]:
        """The changes less those of fields that someone else has changed or erased since."""
        if now is base:
            return dict(changes)
        since = fold.differences(base, now)
        erased = self.erased.get(row.record, set())
        kept: dict[str, Any] = {}
        for path, value in changes.items():
            if path.partition(".")[0] in erased:
                label = label_path(self.type, path)
                told.append(finding("erased_stated_again", field=path, label=label))
            elif path not in since or since[path][1] == value:
                kept[path] = value
            else:
                told.append(self._conflict(path, value, since[path][1]))
        return kept

    def _conflict(self, path: str, value: Any, now: Any) -> Finding:
        said, current = (
            {lang: show_path(self.type, path, one, lang, self.context) for lang in ("vi", "en")}
            for one in (value, now)
        )
        label = label_path(self.type, path)
        return finding("returned_conflict", field=path, label=label, said=said, now=current)

    def _placed(self, one: Finding, row: ReturnedRow) -> Finding:
        heading = self.headings.get(one.field, "")
        if not heading:
            columns = self.columns.get(one.field.partition(".")[0], ())
            heading = self.headings.get(columns[0].path, "") if columns else ""
        return one.at(sheet=row.sheet, row=row.number, column=heading)

    def _resolve(self, leaf: Field, text: str) -> Reading:
        """The record that a reference names: by its identifier, or by its name if only one has
        that."""
        place = (leaf.targets, text)
        if place not in self._resolved:
            if is_ulid(text):
                there = fits(leaf, drafting.types_of([text]).get(text))
                reading = Reading(text) if there else the_only((), leaf, text)
            else:
                reading = by_name(leaf, text)
            self._resolved[place] = reading
        reading = self._resolved[place]
        told = tuple(one._replace(field=leaf.path) for one in reading.findings)
        return Reading(reading.value, told)


def _fields(
    reader: CellReader,
    columns: Mapping[str, Sequence[CellColumn]],
    row: ReturnedRow,
    base: Mapping[str, Any],
) -> Document:
    """The record as the row has it: `base` with the fields that its cells have changed."""
    result = dict(base)
    for name, own in columns.items():
        old = base.get(name)
        if old is None and not any(row.cells[one.path] for one in own):
            continue
        value = reader.field(own, row.cells, old)
        if value is None:
            result.pop(name, None)
        else:
            result[name] = value
    return result


def _of_other(row: ReturnedRow, base: Mapping[str, Any]) -> list[Finding]:
    """What to say of a cell that is only to be read: nothing, as long as it says what it said."""
    if row.other is None:
        return []
    heading, text = row.other
    says = [[*filter(None, map(display, one.splitlines()))] for one in (other_of(base), text)]
    told = finding("returned_read_only", value=text, label=OTHER)
    return [] if says[0] == says[1] else [told.at(column=heading)]


def _by_field(returned: Returned) -> dict[str, list[CellColumn]]:
    """The columns of a file by their top-level field."""
    columns: dict[str, list[CellColumn]] = {}
    for column in returned.columns:
        columns.setdefault(column.top.name, []).append(column)
    return columns


def _candidate(
    row: ReturnedRow,
    columns: Mapping[str, Sequence[CellColumn]],
    headings: Mapping[str, str],
    reader: CellReader,
) -> Candidate:
    """A row without an identifier, as a row of a source."""
    reader.findings.clear()
    fields = _fields(reader, columns, row, {})
    told = [*reader.findings, *_of_other(row, {})]
    if not fields.get("name"):
        told.append(finding("name_missing"))
    placed = [
        one.at(sheet=row.sheet, row=row.number, column=headings.get(one.field, "")) for one in told
    ]
    stated = {path: text for path, text in row.cells.items() if text}
    return Candidate(
        row.sheet,
        row.number,
        stated,
        fields,
        tuple(placed),
        columns=frozenset(headings),
        identifier=display(stated.get("identifiers.inventory", "")),
    )
