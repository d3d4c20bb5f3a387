"""A file in, a batch out: read, find, map, normalise, check, match; then propose or commit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from khue import intake
from khue.intake import Candidate
from khue.intake.mapping import MappedColumn
from khue.intake.own import data_sheets, without_examples
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.rights import Actor
from khue.pipeline.duplicates import Likely, find_likely
from khue.pipeline.files import keep_source, read_bytes
from khue.pipeline.house import House
from khue.pipeline.landing import Landing, drafts_of, land, restless_import
from khue.pipeline.mappings import Settled, mapping_text, save_mapping, settle_mapping
from khue.pipeline.planning import Planned, Progress, plan_rows
from khue.pipeline.returned import find_returned
from khue.pipeline.roundtrip import import_returned
from khue.pipeline.sources import SourceNote, data_set_name, describe_source
from khue.registry import actions

FILE_LIMIT = 600_000_000
"""Bytes: with these in memory, reading a file stays under 1 GB."""


@dataclass
class ImportReport:
    """What an import did, or would do. `batch` is None if nothing was committed, `proposal` if
    nothing was proposed. `mapped` has each column with its sheet and the first row of its table;
    `understood` is a mapping file that says what was understood."""

    source: str
    batch: str | None = None
    proposal: str | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)
    columns: list[MappedColumn] = field(default_factory=list)
    mapped: list[tuple[str, int, MappedColumn]] = field(default_factory=list)
    understood: str = ""
    records: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The report as `khue import --json` prints it."""
        return {
            "batch": self.batch,
            "proposal": self.proposal,
            "source": self.source,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "findings": [one.to_json() for one in self.findings],
            "columns": [
                {
                    "heading": one.heading,
                    "path": one.path,
                    "how": one.how,
                    "reason": dict(one.reason),
                }
                for one in self.columns
            ],
        }


def import_file(
    house: House,
    path: Path,
    *,
    type_name: str,
    actor: Actor,
    why: str,
    commit: bool = False,
    propose: bool = False,
    note: SourceNote | None = None,
    mapping: Path | None = None,
    use_saved_mapping: bool = True,
    progress: Progress = lambda what, done, total: None,
) -> ImportReport:
    """Import a file as records of one type; a dry run unless it is to `commit` or `propose`.

    Without a `mapping` it is read by the one saved for its source and type; one that is given is
    saved with what was committed or proposed. Raises `WrongUse` for an unknown type, file kind or
    mapping, `NotFound` for a missing file and `UnreadableFile` for one that cannot be read.
    Problems with rows are in the report's findings; a row with an error is refused, all others are
    committed or proposed together or not at all.
    """
    type_ = house.pack.require_type(type_name)
    actions.require_scope(actor, "commit" if commit else "propose", type_name)
    note = note or SourceNote(data_set_name(path))
    data = read_rows(path)
    progress("read", 0, 0)
    report = ImportReport(note.name)
    settled = settle_mapping(type_, note.name, mapping, use_saved=use_saved_mapping)
    book = intake.read_book(data, path.name)
    returned = find_returned(book, house, type_)
    if returned is not None:
        return import_returned(
            *(house, returned, report),
            type_=type_,
            key=settled.mapping.key,
            actor=actor,
            why=why,
            commit=commit,
            propose=propose,
            describe=lambda rows, name: describe_source(note, rows, Path(name).name),
            progress=progress,
        )
    candidates = _candidates(house, book, type_, settled, report, progress)
    report.rows = len(candidates)
    planned: list[Planned] = []
    told: list[Finding] = []

    def prepare() -> Landing:
        nonlocal planned, told
        planned, said = plan_rows(
            *(house, candidates, settled.mapping.key, type_),
            source=note.name,
            actor=actor,
            progress=progress,
        )
        likely = find_likely(house, planned, type_, actor=actor)
        told = [*report.findings, *said, *likely.told]
        drafts = drafts_of(planned)
        if not (commit or propose):
            actions.require(actor, "propose", drafts, house.pack)
        return Landing(
            drafts,
            source=lambda: describe_source(note, data, path.name),
            items=lambda: _items(drafts, planned, likely),
        )

    landed = land(
        *(house, prepare),
        actor=actor,
        why=why,
        kind="import",
        commit=commit,
        propose=propose,
        progress=progress,
        restless=restless_import,
    )
    report.batch, report.proposal = landed.batch, landed.proposal
    told += landed.findings
    if report.batch or report.proposal:
        # Until it was named here, whoever rejected what came from the same bytes let them go.
        keep_source(data)
    if candidates and (commit or propose):
        told += save_mapping(settled, source=note.name, type_=type_, actor=actor, why=why)
    _count(report, planned, told, len(candidates))
    return report


def _items(
    drafts: Sequence[actions.Draft], planned: Sequence[Planned], likely: Likely
) -> list[actions.ProposedItem]:
    """The drafts with what was found in their rows, and the records that they may double."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in planned:
        found.setdefault(one.record, []).extend(told.to_json() for told in one.findings)
    for record, told in likely.findings.items():
        found[record].append(told.to_json())
    return [
        actions.ProposedItem(draft, found[draft.record], likely.records.get(draft.record, ()))
        for draft in drafts
    ]


def read_rows(path: Path) -> bytes:
    """The bytes of a file that is to be imported. Raises as `import_file` does."""
    return read_bytes(path, limit=FILE_LIMIT, too_large=_too_large())


def _count(
    report: ImportReport, planned: Sequence[Planned], told: list[Finding], rows: int
) -> None:
    outcomes = [one.plan.outcome for one in planned]
    report.created = outcomes.count("create")
    report.updated = outcomes.count("update")
    report.unchanged = outcomes.count("unchanged")
    report.refused = rows - len(planned)
    report.records = [one.record for one in planned]
    report.findings = sorted(told, key=lambda one: (one.sheet, one.row or 0))


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "Tệp lớn hơn 600 MB.",
        "The file is larger than 600 MB.",
        mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
        mend_en="Split it and import the parts under the same --source.",
    )


def _candidates(
    house: House,
    book: intake.Book,
    type_: Type,
    settled: Settled,
    report: ImportReport,
    progress: Progress,
) -> list[Candidate]:
    """Rows as candidates, all but their references; tells the report what was understood."""
    mapping = settled.mapping
    columns = house.pack.columns(type_.name)
    known = {*intake.known_headings(columns), *mapping.columns}
    sheets, own = data_sheets(book)
    tables, findings = intake.find_tables(sheets, known)
    tables, shown = without_examples(tables)
    report.findings += [*settled.findings, *book.findings, *own, *findings, *shown]
    total = sum(len(table.rows) for table in tables)
    candidates: list[Candidate] = []
    context = house.context(source=report.source)
    for table in tables:
        opened = intake.open_table(table, type_, mapping, context)
        report.findings += opened.findings
        report.columns += opened.columns
        first = table.rows[0][0] if table.rows else 1
        report.mapped += [(table.sheet, first, one) for one in opened.columns if one.index >= 0]
        for candidate in opened.candidates():
            candidates.append(candidate)
            if len(candidates) % 500 == 0:
                progress("rows", len(candidates), total)
    report.understood = mapping_text(report.columns, settled, type_)
    paths = {column.path for column in report.columns}
    missing = [path for path in settled.needed if path not in paths]
    report.findings += [finding("key_column_missing", value=path) for path in missing]
    return candidates
