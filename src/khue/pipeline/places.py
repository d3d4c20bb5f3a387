"""Loading change tables and boundaries, and resolving again what was left open before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from khue.lib.chunks import chunked
from khue.model.errors import Refused, UnreadableFile, WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.rights import Actor
from khue.model.values import Context
from khue.model.values.place import PLACE, POINT, settle_place
from khue.pipeline.files import read_bytes
from khue.pipeline.gazetteers import cache_folder, entries_of, keep_packed, read_table
from khue.pipeline.house import House
from khue.pipeline.indexing import catch_up
from khue.pipeline.landing import Landing, land, lots_of
from khue.pipeline.planning import Progress
from khue.pipeline.sources import SourceNote, data_set_name, describe_source
from khue.places import (
    NotBoundaries,
    Remark,
    Shapes,
    commune_codes,
    read_boundaries,
    read_source,
)
from khue.registry import actions, drafting, queries

FILE_LIMIT = 500_000_000
"""Bytes: the boundaries of all 3,321 communes at five decimals take about 80 MB."""

CHUNK = 500
TOLD = 100
"""Records that are told one by one."""


@dataclass
class LoadReport:
    """What a file says, and the batch that loaded it: None if it was only looked at, or is loaded
    already. `units` are those that it decides about, of `rows` rows or shapes."""

    name: str
    kind: str
    units: int
    rows: int
    province: str = ""
    batch: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The report as `khue places load --json` prints it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "units": self.units,
            "rows": self.rows,
            "province": self.province,
            "batch": self.batch,
            "findings": [one.to_json() for one in self.findings],
        }


def load_places(
    house: House,
    path: Path,
    *,
    actor: Actor,
    why: str,
    note: SourceNote | None = None,
    province: str = "",
    commit: bool = True,
) -> LoadReport:
    """Load the boundaries of a GeoJSON file, or a change table of any kind of file that is read.

    From then on it decides for its units, in every process. `province` is the code of the former
    province of a table whose rows do not name it. Raises `WrongUse` for a code that no province
    had, `NotFound` and `UnreadableFile` for the file, `Refused` with findings if nothing in it is
    about a known unit, `NotAllowed` for those who may not administer.
    """
    note = note or SourceNote(data_set_name(path))
    data = read_bytes(path, limit=FILE_LIMIT, too_large=_too_large())
    _require_province(province)
    shapes: Shapes | None = None
    if path.suffix.lower() in (".geojson", ".json"):
        with suppress(NotBoundaries):
            shapes, report = _read_shapes(data, note.name)
    if shapes is None:
        _refuse_no_shapes(path)
        report = _read_changes(data, path.name, note.name, province)
    if not report.units:
        raise _of_nothing(path, report.findings)
    if not commit:
        return report
    source = describe_source(note, data, path.name)
    loaded = {
        "name": note.name,
        "kind": report.kind,
        "sha256": source.sha256,
        "filename": path.name,
        "province": report.province,
        "units": report.units,
    }
    done = actions.load_places(actor=actor, why=why, loaded=loaded, source=source, pack=house.pack)
    report.batch = None if done is None else done.batch
    if shapes is not None:
        keep_packed(source.sha256, shapes)
    catch_up(house)
    return report


def loaded_tables() -> list[dict[str, Any]]:
    """What is loaded, in order: what the ledger says of each file, with its batch, who loaded it,
    when and why."""
    batches = drafting.batches_of_places()
    told = []
    for one in entries_of(drafting.loaded_places()):
        batch = batches[one["since"]]
        told.append(
            one | {"batch": batch.id, "actor": batch.actor, "at": batch.at, "why": batch.why}
        )
    return told


def _read_shapes(data: bytes, name: str) -> tuple[Shapes, LoadReport]:
    read = read_boundaries(data, commune_codes(cache_folder()))
    findings = [_told(one) for one in read.remarks]
    return read.shapes, LoadReport(
        name, "boundaries", len(read.shapes), read.features, findings=findings
    )


def _read_changes(data: bytes, filename: str, name: str, province: str) -> LoadReport:
    read, sheet, said = read_table(data, filename, name, province)
    findings = [*said, *(_told(one, sheet) for one in read.remarks)]
    if len(read.provinces) > 1:
        former = read_source(cache_folder()).former
        names = ", ".join(f"{former[code].name['vi']} ({code})" for code in read.provinces)
        raise WrongUse(
            f"Các huyện trong bảng hợp với nhiều tỉnh cũ: {names}.",
            f"The districts of the table fit several former provinces: {names}.",
            mend_vi="Chọn một tỉnh bằng --province.",
            mend_en="Say which one with --province.",
        )
    if read.provinces:
        code = read.table.province
        unit = dict(read_source(cache_folder()).former[code].name)
        findings.insert(0, finding("places_province_found", value=code, unit=unit))
    units = len(read.table.successors)
    return LoadReport(name, "changes", units, read.rows, read.table.province, findings=findings)


def _told(remark: Remark, sheet: str = "") -> Finding:
    told = finding(remark.code, **remark.values)
    return told.at(sheet=sheet, row=remark.row, column=remark.column)


def _require_province(code: str) -> None:
    unit = read_source(cache_folder()).former.get(code)
    if code and (unit is None or unit.level != "province"):
        raise WrongUse(
            f"Không có tỉnh, thành phố cũ nào mang mã «{code}».",
            f"No former province has the code '{code}'.",
            mend_vi="Mã tỉnh có hai chữ số, ví dụ 01 là Hà Nội.",
            mend_en="Codes of provinces have two digits; 01 is Hà Nội.",
        )


def _refuse_no_shapes(path: Path) -> None:
    if path.suffix.lower() == ".geojson":
        raise UnreadableFile(
            f"{path.name} không phải GeoJSON với đa giác theo kinh độ và vĩ độ.",
            f"{path.name} is no GeoJSON with polygons in longitude and latitude.",
            mend_vi="Xuất lại thành FeatureCollection, hệ tọa độ WGS84, thuộc tính code là mã xã.",
            mend_en="Export it as a FeatureCollection in WGS84; the property code is the unit's.",
        )


def _of_nothing(path: Path, findings: Sequence[Finding]) -> Refused:
    return Refused(
        f"Không nạp: {path.name} không nói về đơn vị nào trong danh mục.",
        f"Not loaded: nothing in {path.name} is about a known unit.",
        mend_vi="Xem từng phát hiện; nếu bảng không ghi tỉnh, thêm --province.",
        mend_en="See the findings; if the table names no province, add --province.",
        findings=findings[:TOLD],
    )


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "Tệp lớn hơn 500 MB.",
        "The file is larger than 500 MB.",
        mend_vi="Nạp từng tỉnh một, hoặc giảm số chữ số thập phân xuống năm.",
        mend_en="Load one province at a time, or round to five decimals.",
    )


@dataclass
class ResolveReport:
    """What resolving again did, or would do. Of the `open` places, `decided` have a unit now and
    `narrowed` have other candidates, or lie in other provinces, for certain or possibly;
    `contradicted` are places with a unit that what is loaded now does not bear out: they are told
    and left as they are."""

    records: int = 0
    open: int = 0
    decided: int = 0
    narrowed: int = 0
    contradicted: int = 0
    batch: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The report as `khue places resolve --json` prints it."""
        counts = ("records", "open", "decided", "narrowed", "contradicted", "batch")
        told = {name: getattr(self, name) for name in counts}
        return told | {"findings": [one.to_json() for one in self.findings]}


def resolve_again(
    house: House,
    *,
    actor: Actor,
    why: str,
    commit: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> ResolveReport:
    """Resolve again, from what was stated, the places that are open in records which `actor` may
    edit; a dry run unless it is to `commit`: then all of it is one batch of edits.

    A place that has a unit is never changed. Raises `Refused` if records keep being changed.
    """
    report = ResolveReport()

    def prepare() -> Landing:
        nonlocal report
        report = ResolveReport()
        drafts = list(_renewed(house, actor, report, progress))
        return Landing(
            len(drafts), lambda: lots_of(drafts, actor=actor, kind="edit", pack=house.pack)
        )

    landed = land(
        *(house, prepare),
        actor=actor,
        why=why,
        kind="edit",
        commit=commit,
        progress=progress,
    )
    report.batch = landed.batch
    report.findings += landed.findings
    return report


def _renewed(
    house: House, actor: Actor, report: ResolveReport, progress: Progress
) -> Iterator[actions.Draft]:
    """The records in which an open place is less open now."""
    records = sorted(queries.visible_ids(actor, "commit"))
    context = house.context(actor=actor)
    for number, names in enumerate(chunked(records, CHUNK)):
        progress("resolve", number * CHUNK, len(records))
        for record, (version, document) in drafting.heads(names).items():
            if document is None:
                continue
            report.records += 1
            type_ = house.pack.types.get(document["type"])
            after = document if type_ is None else _with_places(document, type_, context, report)
            if after != document:
                yield actions.Draft(record, version, document, after)


def _with_places(
    document: Mapping[str, Any], type_: Type, context: Context, report: ResolveReport
) -> dict[str, Any]:
    after = dict(document)
    for name, field_ in type_.fields.items():
        if field_.kind != "place" or name not in document:
            continue
        value = document[name]
        items = value if isinstance(value, list) else [value]
        items = [_again(document, name, item, context, report) for item in items]
        after[name] = items if isinstance(value, list) else items[0]
    return after


def _again(
    document: Mapping[str, Any],
    name: str,
    place: dict[str, Any],
    context: Context,
    report: ResolveReport,
) -> dict[str, Any]:
    """A place of a record as it is resolved now if it was open, else itself."""
    record = str(document["id"])
    now = context.resolve_place(place["stated"])
    if name == PLACE and document.get(POINT):
        now = settle_place({**document, PLACE: now}, context)[0]
    if place.get("code"):
        if now.get("code") != place["code"]:
            report.contradicted += 1
            _tell(report, "place_contradicted", place, now, record)
        return place
    report.open += 1
    if now.get("code"):
        report.decided += 1
        _tell(report, "place_decided", place, now, record)
        return now
    if _possible(now) == _possible(place):
        return place
    report.narrowed += 1
    return now


def _possible(place: Mapping[str, Any]) -> tuple[set[str], str | None, list[str]]:
    """The candidates of an open place, and the provinces that they are told to lie in."""
    codes = {str(one["code"]) for one in place.get("candidates") or ()}
    return codes, place.get("within"), place.get("possibly_within") or []


def _tell(
    report: ResolveReport, code: str, place: Mapping[str, Any], now: Mapping[str, Any], record: str
) -> None:
    if sum(one.code == code for one in report.findings) < TOLD:
        why = now.get("why") or {"vi": "", "en": ""}
        report.findings.append(finding(code, value=place["stated"], record=record, why=why))
