"""A file in, a batch out: read, find, map, normalise, check, match; then propose or commit it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from khue import intake, search
from khue.intake.mapping import MappedColumn
from khue.intake.own import data_sheets, without_examples
from khue.lib.spool import Spool, pack
from khue.linking import Row
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding
from khue.model.packs import Pack, Type
from khue.model.rights import Actor
from khue.pipeline.duplicates import Likely, LikelyRow, find_likely, rows_of
from khue.pipeline.figures import OBSERVATION
from khue.pipeline.files import Data, keep_source, let_go, read_data
from khue.pipeline.house import House
from khue.pipeline.incoming import Incoming, check_incoming
from khue.pipeline.landing import Landing, land
from khue.pipeline.mappings import Settled, mapping_text, save_mapping, settle_mapping
from khue.pipeline.measuring import knowing_indicators
from khue.pipeline.once import told_once
from khue.pipeline.planning import PlannedBlock, Progress, plan_rows
from khue.pipeline.returned import find_returned
from khue.pipeline.roundtrip import import_returned
from khue.pipeline.rows import Rows, read_candidates
from khue.pipeline.sources import SourceNote, data_set_name, describe_source
from khue.pipeline.told import Findings
from khue.registry import actions

FILE_LIMIT = 600_000_000
"""Bytes. Tables of text are read from the disk in blocks, so this bounds time and room there."""


@dataclass
class ImportReport:
    """What an import did, or would do. `batch` is None if nothing was committed, `proposal` if
    nothing was proposed. `mapped` has each column with its sheet and the first row of its table;
    `understood` is a mapping file that says what was understood. `planned` are the records of the
    rows that were not refused, in blocks. `has_errors` says that an error was found, in a row or of
    the whole. `changed` are the documents that change, kept for figures only; `figures` is what
    those say of each other and of the registry's."""

    source: str
    batch: str | None = None
    proposal: str | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: Collection[Finding] = field(default_factory=list)
    columns: list[MappedColumn] = field(default_factory=list)
    mapped: list[tuple[str, int, MappedColumn]] = field(default_factory=list)
    understood: str = ""
    planned: Iterable[Sequence[str]] = ()
    has_errors: bool = False
    changed: Iterable[Mapping[str, Any]] = ()
    figures: Incoming | None = None

    @property
    def records(self) -> list[str]:
        """The records of the rows that were not refused, in their order."""
        return [*chain.from_iterable(self.planned)]

    def summary(self) -> dict[str, Any]:
        """The report as `khue import --json` prints it, but for its findings."""
        return {
            "batch": self.batch,
            "proposal": self.proposal,
            "source": self.source,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "columns": [
                {
                    "heading": one.heading,
                    "path": one.path,
                    "how": one.how,
                    "reason": dict(one.reason),
                }
                for one in self.columns
            ],
            "figures": self.figures.to_json() if self.figures else None,
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
    about: dict[str, Any] = {"actor": actor, "why": why, "commit": commit, "propose": propose}
    about["progress"] = progress
    returned = find_returned(book, house, type_)
    if returned is not None:
        import_returned(
            *(house, returned, report),
            type_=type_,
            settled=settled,
            describe=lambda rows, name: describe_source(note, rows, Path(name).name),
            **about,
        )
        return _with_figures(house, actor, type_, report)
    told: list[Finding] = []
    rows = _read(house, book, type_, settled, report, told, progress)
    let_go(data)
    aim = "commit" if commit else "propose" if propose else ""
    source = partial(describe_source, note, data, path.name)
    run = _Run(house, rows, note.name, actor, aim, source, progress)
    landed = land(*(house, run.prepare), kind="import", **about)
    if landed.batch or landed.proposal:
        # Until it was named here, whoever rejected what came from the same bytes let them go.
        keep_source(data)
    told += [*run.told, *landed.findings]
    if len(rows) and aim:
        told += save_mapping(settled, source=note.name, type_=type_, actor=actor, why=why)
    report.batch, report.proposal = landed.batch, landed.proposal
    run.tell(report, told, [sheet.name for sheet in book.sheets])
    return _with_figures(house, actor, type_, report)


def _with_figures(house: House, actor: Actor, type_: Type, report: ImportReport) -> ImportReport:
    """The report with what its figures say of each other and of the registry's, if it has any."""
    if type_.name == OBSERVATION:
        report.figures = check_incoming(house, actor, report.records, report.changed)
    return report


class _Concluded(NamedTuple):
    """What is kept of a block of rows: how many of each outcome, and the rest packed."""

    outcomes: Counter[str]
    told: int
    changes: int
    records: list[str]
    findings: bytes
    likely: bytes
    lot: bytes | None
    items: bytes | None
    entries: search.Block | None
    figures: bytes | None


def _conclude(
    type_: Type, actor: Actor, pack_: Pack, aim: str, maker: search.Maker, block: PlannedBlock
) -> _Concluded:
    """What is kept of a block, with all that can be done before it is written. Asks for the
    commitments of records that change, which only the main process plans."""
    drafts = [one.draft for one in block.drafts]
    lot = items = entries = None
    if aim == "commit":
        known = actions.known_commitments([one.record for one in drafts if one.base])
        ready = actions.prepare(drafts, actor=actor, kind="import", pack=pack_, known=known)
        entries = search.make_ahead(maker, [one.record for one in drafts], ready.documents)
        lot = pack(replace(ready, documents={}))
    else:
        actions.require(actor, "propose", drafts, pack_)
        if aim == "propose":
            items = pack([(one.draft, [e.to_json() for e in one.findings]) for one in block.drafts])
    figures = (
        pack([one.after for one in drafts if one.after]) if type_.name == OBSERVATION else None
    )
    return _Concluded(
        Counter(one.plan.outcome for one in block.planned),
        len(block.findings),
        len(drafts),
        [one.record for one in block.planned],
        pack(block.findings),
        pack(rows_of(type_, block.planned)),
        lot,
        items,
        entries,
        figures,
    )


class _Done:
    """What became of the rows of a file, on the disk."""

    def __init__(self) -> None:
        self.outcomes = Counter[str]()
        self.told = self.changes = 0
        self.records = Spool[list[str]]()
        self.findings = Spool[list[Finding]]()
        self.likely = Spool[list[Row]]()
        self.lots = Spool[actions.Lot]()
        self.ahead = search.Ahead()
        self._items = Spool[list[tuple[actions.Draft, list[dict[str, Any]]]]]()
        self.figures = Spool[list[dict[str, Any]]]()

    def append(self, one: _Concluded) -> None:
        """Take in the next block."""
        self.outcomes += one.outcomes
        self.told += one.told
        self.changes += one.changes
        self.records.put(one.records)
        self.findings.put_packed(one.findings)
        self.likely.put_packed(one.likely)
        if one.lot is not None:
            self.lots.put_packed(one.lot)
        if one.entries is not None:
            self.ahead.put(one.entries)
        if one.items is not None:
            self._items.put_packed(one.items)
        if one.figures is not None:
            self.figures.put_packed(one.figures)

    def items(self, likely: Likely) -> Iterator[actions.ProposedItem]:
        """The drafts with what was found in their rows, and the records that they may double."""
        # Both are in the order of the file; what waits is of records with several rows.
        waiting: dict[str, LikelyRow] = {}
        following = iter(likely)
        one = next(following, None)
        end = 0
        for compared, block in zip(self.likely, self._items, strict=True):
            end += len(compared)
            while one is not None and one.position < end:
                waiting[one.record] = one
                one = next(following, None)
            for draft, told in block:
                double = waiting.pop(draft.record, None)
                if double is None:
                    yield actions.ProposedItem(draft, told)
                else:
                    told.append(double.finding.to_json())
                    yield actions.ProposedItem(draft, told, double.others)

    def tell(self, report: ImportReport) -> None:
        """Count in the report what was done."""
        report.created = self.outcomes["create"]
        report.updated = self.outcomes["update"]
        report.unchanged = self.outcomes["unchanged"]
        report.refused = report.rows - self.outcomes.total()
        report.planned = self.records
        report.changed = chain.from_iterable(self.figures)


@dataclass
class _Run:
    """What the rows of a file do: planned as often as someone else was faster, so that what was
    `done`, what is `likely` a duplicate and what was `told` of the whole is of the last time."""

    house: House
    rows: Rows
    name: str
    actor: Actor
    aim: str
    source: Callable[[], actions.SourceDescription]
    progress: Progress
    done: _Done = field(default_factory=_Done)
    likely: Likely | None = None
    told: list[Finding] = field(default_factory=list)

    def prepare(self) -> Landing:
        """The changes of the rows, by what the registry holds now."""
        type_, pack_ = self.rows.type, self.house.pack
        self.done, said = plan_rows(
            *(self.house, self.rows),
            source=self.name,
            actor=self.actor,
            conclude=partial(_conclude, type_, self.actor, pack_, self.aim, search.Maker(pack_)),
            gather=_Done,
            progress=self.progress,
        )
        self.progress("likely", 0, 0)
        done = self.done
        if self.rows.across:
            done.findings, done.told = told_once(done.findings, self.rows.across)
        likely = self.likely = find_likely(self.house, done.likely, type_, actor=self.actor)
        self.told = [*said, *likely.told]
        return Landing(
            changes=done.changes,
            lots=lambda: done.lots,
            source=self.source,
            items=lambda: done.items(likely),
            ahead=done.ahead,
        )

    def tell(self, report: ImportReport, told: Sequence[Finding], sheets: Sequence[str]) -> None:
        """Put in the report what was done and found; `told` is what there is to say of the whole,
        `sheets` are those of the file in their order."""
        done = self.done
        report.rows = len(self.rows)
        done.tell(report)
        report.has_errors = bool(report.refused) or any(one.level == "error" for one in told)
        report.findings = Findings(
            told, done.findings, self.likely, length=done.told, sheets=sheets
        )


def read_rows(path: Path) -> Data:
    """The bytes of a file that is to be imported. Raises as `import_file` does."""
    return read_data(path, limit=FILE_LIMIT, too_large=_too_large())


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "Tệp lớn hơn 600 MB.",
        "The file is larger than 600 MB.",
        mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
        mend_en="Split it and import the parts under the same --source.",
    )


def _read(
    house: House,
    book: intake.Book,
    type_: Type,
    settled: Settled,
    report: ImportReport,
    told: list[Finding],
    progress: Progress,
) -> Rows:
    """Rows as candidates, all but their references; tells what was understood."""
    mapping = settled.mapping
    columns = house.pack.columns(type_.name)
    known = {*intake.known_headings(columns), *mapping.columns}
    sheets, own = data_sheets(book)
    tables, findings = intake.find_tables(sheets, known)
    tables, shown = without_examples(tables)
    told += [*settled.findings, *book.findings, *own, *findings, *shown]
    context = house.context(source=report.source, gazetteer=house.gazetteer)
    context = knowing_indicators(context, house.pack, type_)
    opened, left_out = intake.open_tables(tables, type_, mapping, context)
    told += left_out
    for table, one in opened:
        told += one.findings
        report.columns += one.columns
        first = table.rows[0][0] if table.rows else 1
        report.mapped += [(table.sheet, first, each) for each in one.columns if each.index >= 0]
    report.understood = mapping_text(report.columns, settled, type_)
    paths = {column.path for column in report.columns}
    missing = [path for path in settled.needed if path not in paths]
    told += [finding("key_column_missing", value=path) for path in missing]
    return read_candidates([one for _, one in opened], type_, mapping.key, progress)
