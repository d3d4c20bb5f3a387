"""A file in, a batch out: read, find, map, normalise, check, match, and commit if asked to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from khue import intake, search
from khue.intake import Candidate
from khue.intake.identity import Fold, Plan
from khue.intake.mapping import MappedColumn
from khue.lib.identifiers import new_ulid
from khue.lib.vietnamese import name_key
from khue.model.errors import NotFound, Refused, UnreadableFile, WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Field, Type
from khue.model.rights import OPERATOR, Actor
from khue.model.values import Context, Reading, label_path, show_path
from khue.model.values.paths import ABSENT
from khue.pipeline.files import keep_bytes
from khue.pipeline.house import House
from khue.registry import actions, drafting, fold

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is and how much there is (0: not known)."""

FILE_LIMIT = 1_000_000_000
ATTEMPTS = 5
FOLD = Fold(fold.paths, fold.patch)


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


@dataclass(frozen=True)
class _Planned:
    record: str
    version: int
    before: dict[str, Any] | None
    plan: Plan


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
    type_ = _type(house, type_name)
    note = note or SourceNote(data_set_name(path))
    data = _read_bytes(path)
    progress("read", 0, 0)
    report = ImportReport(note.name)
    candidates, key = _candidates(house, data, path, type_, note.name, mapping, report, progress)
    report.rows = len(candidates)
    for attempt in range(ATTEMPTS):
        told = list(report.findings)
        planned = _plan(house, candidates, key, type_, note.name, told, progress)
        drafts = [
            actions.Draft(one.record, one.version, one.before, one.plan.document)
            for one in planned
            if one.plan.outcome != "unchanged"
        ]
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
        search.catch_up(house.pack)
        break
    _count(report, planned, told, len(candidates))
    return report


def data_set_name(path: Path) -> str:
    """The name of a data set from its file: the stem, in lower case, words joined by hyphens."""
    return re.sub(r"[\s_]+", "-", path.stem.strip()).lower() or "data"


def _count(
    report: ImportReport, planned: Sequence[_Planned], told: list[Finding], rows: int
) -> None:
    outcomes = [one.plan.outcome for one in planned]
    report.created = outcomes.count("create")
    report.updated = outcomes.count("update")
    report.unchanged = outcomes.count("unchanged")
    report.refused = rows - len(planned)
    report.records = [one.record for one in planned]
    report.findings = sorted(told, key=lambda one: (one.sheet, one.row or 0))


def _type(house: House, name: str) -> Type:
    type_ = house.pack.types.get(name)
    if type_ is None:
        known = ", ".join(house.pack.types)
        raise WrongUse(
            f"Không có loại hồ sơ «{name}».",
            f"There is no record type '{name}'.",
            mend_vi=f"Chọn một trong: {known}.",
            mend_en=f"Choose one of: {known}.",
        )
    return type_


def _read_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableFile(
                f"{path} không phải là tệp.",
                f"{path} is not a file.",
                mend_vi="Chỉ tới đúng tệp cần nhập.",
                mend_en="Name the file that is to be imported.",
            )
        if path.stat().st_size > FILE_LIMIT:
            raise UnreadableFile(
                "Tệp lớn hơn 1 GB.",
                "The file is larger than 1 GB.",
                mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
                mend_en="Split it and import the parts under the same --source.",
            )
        return path.read_bytes()
    except OSError as error:
        raise NotFound(
            f"Không đọc được tệp {path}: {error.strerror}.",
            f"The file {path} cannot be read: {error.strerror}.",
            mend_vi="Kiểm tra đường dẫn và quyền đọc.",
            mend_en="Check the path and the right to read it.",
        ) from error


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


def _plan(
    house: House,
    candidates: Sequence[Candidate],
    key: Sequence[str],
    type_: Type,
    source: str,
    findings: list[Finding],
    progress: Progress,
) -> list[_Planned]:
    """What each row does, by the registry as it is now; refused rows are left out."""
    keys = intake.row_keys(candidates, type_, key)
    known = drafting.rows_of_source(source, keys)
    records = [known.get(one) or new_ulid() for one in keys]
    heads = drafting.heads(list(known.values()))
    resolve = _resolver(candidates, records, type_)
    context = house.context(actor=OPERATOR)
    planned = []
    for index, (candidate, record, row_key) in enumerate(
        zip(candidates, records, keys, strict=True)
    ):
        if index % 500 == 0:
            progress("plan", index, len(candidates))
        whole = _complete(candidate, type_, house, resolve)
        version, before = heads.get(record, (0, None))
        plan = intake.plan_row(
            whole,
            record=record,
            type_=type_,
            source=source,
            key=row_key,
            before=before,
            versions=partial(drafting.versions, record),
            fold=FOLD,
        )
        told = [*whole.findings, *(_tell(one, type_, context) for one in plan.conflicts)]
        told += _repeated(candidate, row_key, key)
        if not whole.refused and plan.outcome != "unchanged":
            told += house.pack.validate(plan.document)
        told = [one.at(sheet=candidate.sheet, row=candidate.row) for one in told]
        # What an unchanged row states was told when it came in.
        findings += told if plan.outcome != "unchanged" or plan.conflicts else []
        if not any(one.level == "error" for one in told):
            planned.append(_Planned(record, version, before, plan))
    if candidates:
        findings += _gone(source, type_, set(keys))
    return planned


def _tell(conflict: intake.Conflict, type_: Type, context: Context) -> Finding:
    shown = {
        lang: show_path(type_, conflict.path, conflict.now, lang, context) for lang in ("vi", "en")
    }
    stated = "; ".join(conflict.stated) or ABSENT
    label = label_path(type_, conflict.path)
    return finding("row_conflict", field=conflict.path, value=stated, label=label, now=shown)


def _repeated(candidate: Candidate, row_key: str, key: Sequence[str]) -> list[Finding]:
    """A finding if the row repeats the identifier or the key columns of one above."""
    number = intake.occurrence(row_key)
    if number == 1:
        return []
    if candidate.identifier:
        return [finding("identifier_repeated", value=candidate.identifier)]
    stated = ", ".join(filter(None, (candidate.stated.get(path) for path in key)))
    return [finding("row_repeated", value=stated, n=number)]


def _complete(
    candidate: Candidate, type_: Type, house: House, resolve: intake.Resolver
) -> Candidate:
    reader = intake.Reader(type_, [], house.context(), candidate.sheet)
    return reader.complete(candidate, resolve)


def _resolver(
    candidates: Sequence[Candidate], records: Sequence[str], type_: Type
) -> intake.Resolver:
    """References by name: to a record of the registry or of the same file, if exactly one fits."""
    here: dict[str, set[str]] = {}
    for candidate, record in zip(candidates, records, strict=True):
        if candidate.name and not candidate.refused:
            here.setdefault(name_key(candidate.name), set()).add(record)
    wanted: dict[tuple[str, ...], set[str]] = {}
    for candidate in candidates:
        for column, _, text in candidate.pending:
            names = wanted.setdefault(column.field.targets, set())
            names |= {name_key(part) for part in [text, *intake.split(text)]}
    stored = {targets: drafting.named(targets, sorted(names)) for targets, names in wanted.items()}

    def resolve(field: Field, text: str) -> Reading:
        form = name_key(text)
        found = set(stored.get(field.targets, {}).get(form, ()))
        if not field.targets or type_.name in field.targets:
            found |= here.get(form, set())
        if len(found) == 1:
            return Reading(found.pop(), ())
        code = "reference_ambiguous" if found else "reference_unresolved"
        return Reading(None, (finding(code, value=text, n=len(found)),))

    return resolve


def _gone(source: str, type_: Type, keys: set[str]) -> list[Finding]:
    """A note for each row that this source stated before and that the file no longer has."""
    stated = drafting.keys_of_source(source, type_.name)
    return [
        finding("row_gone", value=key.partition(":")[2], record=record)
        for key, record in stated.items()
        if key not in keys
    ]


def _description(note: SourceNote, data: bytes, path: Path) -> actions.SourceDescription:
    return actions.SourceDescription(
        sha256=keep_bytes(data),
        size=len(data),
        filename=path.name,
        name=note.name,
        title=note.title,
        publisher=note.publisher,
        licence=note.licence,
        date=note.date,
        url=note.url,
    )
