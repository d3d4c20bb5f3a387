"""A file in, a batch out: read, find, map, normalise, check, match, and commit if asked to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from khue import intake
from khue.intake import Candidate
from khue.intake.mapping import MappedColumn
from khue.model.errors import Refused, UnreadableFile
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.rights import Actor
from khue.pipeline.files import keep_source, read_bytes
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.planning import Planned, Progress, plan_rows
from khue.registry import actions

FILE_LIMIT = 1_000_000_000
ATTEMPTS = 5


@dataclass(frozen=True)
class SourceNote:
    """What is known of a source besides its bytes. `name` is the public name of the data set."""

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    publisher: str = ""
    licence: str = ""
    date: str = ""
    url: str = ""


@dataclass
class ImportReport:
    """What an import did, or would do. `batch` is None if nothing was committed."""

    source: str
    batch: str | None = None
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)
    columns: list[MappedColumn] = field(default_factory=list)
    records: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The report as `khue import --json` prints it."""
        return {
            "batch": self.batch,
            "source": self.source,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "findings": [one.to_json() for one in self.findings],
            "columns": [
                {"heading": one.heading, "path": one.path, "how": one.how} for one in self.columns
            ],
        }


def import_file(
    house: House,
    path: Path,
    *,
    type_name: str,
    actor: Actor,
    why: str,
    commit: bool,
    note: SourceNote | None = None,
    mapping: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> ImportReport:
    """Import a file as records of one type; a dry run unless `commit`.

    Raises `WrongUse` for an unknown type, file kind or mapping, `NotFound` for a missing file and
    `UnreadableFile` for one that cannot be read. Problems with rows are in the report's findings;
    a row with an error is refused, all others are committed together or not at all.
    """
    type_ = house.pack.require_type(type_name)
    note = note or SourceNote(data_set_name(path))
    data = read_bytes(path, limit=FILE_LIMIT, too_large=_too_large())
    progress("read", 0, 0)
    report = ImportReport(note.name)
    candidates, key = _candidates(house, data, path, type_, note.name, mapping, report, progress)
    report.rows = len(candidates)
    for attempt in range(ATTEMPTS):
        told = list(report.findings)
        planned, said = plan_rows(
            house, candidates, key, type_, source=note.name, actor=actor, progress=progress
        )
        told += said
        drafts = drafts_of(planned)
        if not commit or not drafts:
            break
        progress("commit", 0, len(drafts))
        try:
            committed = actions.commit(
                actor=actor,
                why=why,
                kind="import",
                drafts=drafts,
                pack=house.pack,
                source=_description(note, data, path),
            )
        except actions.Stale:
            if attempt == ATTEMPTS - 1:
                raise Refused(
                    "Hồ sơ đang được sửa liên tục trong lúc nhập.",
                    "Records keep being changed while they are imported.",
                    mend_vi="Thử lại sau ít phút.",
                    mend_en="Try again in a few minutes.",
                ) from None
            continue
        report.batch = committed.batch
        progress("index", 0, 0)
        told += catch_up(house)
        break
    _count(report, planned, told, len(candidates))
    return report


def drafts_of(planned: Sequence[Planned]) -> list[actions.Draft]:
    """One draft for each record that changes, however many rows speak of it."""
    changed = {one.record: one for one in planned if one.plan.outcome != "unchanged"}
    return [
        actions.Draft(one.record, one.version, one.before, one.plan.document)
        for one in changed.values()
    ]


def data_set_name(path: Path) -> str:
    """The name of a data set from its file: the stem, in lower case, words joined by hyphens."""
    return re.sub(r"[\s_]+", "-", path.stem.strip()).lower() or "data"


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
        "Tệp lớn hơn 1 GB.",
        "The file is larger than 1 GB.",
        mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
        mend_en="Split it and import the parts under the same --source.",
    )


def _candidates(
    house: House,
    data: bytes,
    path: Path,
    type_: Type,
    source: str,
    mapping_path: Path | None,
    report: ImportReport,
    progress: Progress,
) -> tuple[list[Candidate], tuple[str, ...]]:
    """Rows as candidates, all but their references; tells the report what was understood."""
    book = intake.read_book(data, path.name)
    mapping = intake.load_mapping(mapping_path) if mapping_path else intake.Mapping()
    columns = house.pack.columns(type_.name)
    known = {*intake.known_headings(columns), *mapping.columns}
    tables, findings = intake.find_tables(book.sheets, known)
    report.findings += [*book.findings, *findings]
    total = sum(len(table.rows) for table in tables)
    candidates: list[Candidate] = []
    context = house.context(source=source)
    for table in tables:
        mapped, findings = intake.map_columns(table, columns, mapping)
        report.findings += findings
        report.columns += mapped
        reader = intake.Reader(type_, mapped, context, table.sheet)
        for number, row in table.rows:
            candidates.append(reader.read(number, row))
            if len(candidates) % 500 == 0:
                progress("rows", len(candidates), total)
    if mapping_path:
        paths = {column.path for column in report.columns}
        missing = [path for path in mapping.key if path not in paths]
        report.findings += [finding("key_column_missing", value=path) for path in missing]
    return candidates, mapping.key


def _description(note: SourceNote, data: bytes, path: Path) -> actions.SourceDescription:
    return actions.SourceDescription(
        sha256=keep_source(data),
        size=len(data),
        filename=path.name,
        name=note.name,
        title=note.title,
        publisher=note.publisher,
        licence=note.licence,
        date=note.date,
        url=note.url,
    )
