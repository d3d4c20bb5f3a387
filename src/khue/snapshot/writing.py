"""Writing a snapshot: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from khue.lib.chunks import chunked
from khue.lib.parallel import mapping
from khue.model.errors import NotFound, WrongUse, reason_of
from khue.model.packs import Pack
from khue.places import FormerUnit, Gazetteer, Unit
from khue.registry import queries
from khue.snapshot.flattening import Block, Flattening
from khue.snapshot.layout import COMMON, Sight, Table, layout
from khue.snapshot.manifest import MANIFEST, Manifest, is_snapshot
from khue.snapshot.parquet import Writer, batch_of, schema_of

BLOCK = 1_000
"""Records that are read and turned into columns at once."""

REFORM = date(2025, 7, 1)
"""When the present units began (resolution 202/2025/QH15 and those on the communes of each
province); the former ones ended the day before."""

Told = Callable[[int], None]


def write(
    folder: Path,
    pack: Pack,
    gazetteer: Gazetteer,
    *,
    position: queries.Position,
    sight: Sight,
    rules: queries.Rules = "now",
    told: Told = lambda _: None,
) -> Manifest:
    """Write the registry at a position into a folder, in place of a snapshot that is there; `told`
    is called with the number of records that are done.

    Raises `WrongUse` for a folder with something else in it, `NotFound` where it cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() and not is_snapshot(folder) and _holds_anything(folder):
        raise WrongUse(
            f"{folder} không phải là bản chụp dữ liệu và không trống.",
            f"{folder} is no snapshot and not empty.",
            mend_vi="Chọn thư mục mới hoặc thư mục trống.",
            mend_en="Choose a folder that is new or empty.",
        )
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(mode=0o700, parents=True)
        files = _write_files(part, pack, gazetteer, position, sight, rules, told)
        link = position.public_hash if sight == "public" else position.hash
        loaded = {"name": pack.name, "version": pack.version, "sha256": pack.sha256}
        manifest = Manifest(position.seq, link, sight, rules, loaded, files)
        (part / MANIFEST).write_text(manifest.text(), encoding="utf-8")
        _to_disk(part)
        _put(part, folder)
    except OSError as error:
        why = reason_of(error)
        raise NotFound(
            f"Không ghi được {folder}: {why['vi']}.",
            f"{folder} cannot be written: {why['en']}.",
            mend_vi="Chọn thư mục ghi được.",
            mend_en="Choose a folder that can be written.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return manifest


def _write_files(
    folder: Path,
    pack: Pack,
    gazetteer: Gazetteer,
    position: queries.Position,
    sight: Sight,
    rules: queries.Rules,
    told: Told,
) -> dict[str, Any]:
    tables = layout(pack, sight)
    files, last, done = _Files(folder, tables), "", 0
    names = queries.ever()
    redirects = queries.redirects(position.seq, sight=sight)
    turning = _Turning(
        {type_.name: Flattening(type_, sight, redirects) for type_ in pack.types.values()},
        {name: schema_of(table.columns) for name, table in tables.items()},
    )

    def read() -> Iterator[Read]:
        for type_ in pack.types:
            for some in chunked(names.pop(type_, []), BLOCK):
                yield (
                    type_,
                    queries.standing(some, position.seq, pack, sight=sight, rules=rules),
                )

    is_large = sum(map(len, names.values())) > BLOCK
    with mapping(turning, parallel=is_large) as mapped:
        for type_name, count, batches in mapped(read()):
            if type_name != last:
                files.close(last)
                last = type_name
            for name, batch in batches:
                files.add(name, batch)
            done += count
            told(done)
    files.close(last)
    for name, rows in (*_places(gazetteer, COMMON["unit"]), ("term", _terms(pack))):
        if rows[0]:
            files.add(name, batch_of(rows, turning.schemas[name]))
    files.close("")
    return files.written


Read = tuple[str, list[queries.Standing]]
"""Records of a type, as they were read."""

Turned = tuple[str, int, list[tuple[str, pa.RecordBatch]]]
"""The type of some records, how many they are, and their rows of each table that they have some
of."""


@dataclass(frozen=True)
class _Turning:
    """How records that were read become rows: pure, so that every core can do it."""

    flattenings: Mapping[str, Flattening]
    schemas: Mapping[str, pa.Schema]

    def __call__(self, read: Read) -> Turned:
        type_, records = read
        standing = {one.record: (one.version, queries.document_of(one)) for one in records}
        blocks = self.flattenings[type_].blocks(standing) if standing else ()
        schemas = self.schemas
        batches = [(name, batch_of(block, schemas[name])) for name, block in blocks if block[0]]
        return type_, len(standing), batches


class _Files:
    """The files of a snapshot, each begun with the first row of its table: of most side tables
    there is none."""

    def __init__(self, folder: Path, tables: Mapping[str, Table]) -> None:
        self._folder, self._tables = folder, tables
        self._open: dict[str, Writer] = {}
        self.written: dict[str, Any] = {}

    def add(self, name: str, rows: pa.RecordBatch) -> None:
        """Rows of a table, behind those that it has."""
        if name not in self._open:
            self._open[name] = Writer(self._folder / f"{name}.parquet", rows.schema)
        self._open[name].add(rows)

    def close(self, type_: str) -> None:
        """End the tables of a type, or those of none."""
        for name in sorted(name for name in self._open if self._tables[name].type == type_):
            self.written[f"{name}.parquet"] = self._open.pop(name).close()


def _terms(pack: Pack) -> Block:
    rows = [
        (
            *(name, code, one.label.get("vi"), one.label.get("en"), one.broader),
            *(list(one.exact_match), list(one.close_match)),
        )
        for name, vocabulary in sorted(pack.vocabularies.items())
        for code, one in vocabulary.concepts.items()
    ]
    columns = COMMON["term"]
    return len(rows), dict(zip(columns, zip(*rows, strict=True), strict=True))


def _places(gazetteer: Gazetteer, columns: Iterable[str]) -> Iterator[tuple[str, Block]]:
    present: list[Unit] = []
    former: dict[str, FormerUnit] = {}
    for province in gazetteer.provinces():
        present += [province, *gazetteer.communes(province.code)]
    for unit in present:
        for one in gazetteer.predecessors(unit.code):
            for code in (one.code, one.district_code, one.province_code):
                found = gazetteer.former(code) if code else None
                if found is not None:
                    former[code] = found
    rows: list[tuple[Any, ...]] = [_row(unit, "present", "", unit.area_km2) for unit in present]
    rows += [
        _row(former[code], "former", former[code].district_code, None) for code in sorted(former)
    ]
    yield "unit", (len(rows), dict(zip(columns, zip(*rows, strict=True), strict=True)))
    changes = [
        (code, successor.code, successor.source)
        for code in sorted(former)
        for successor in gazetteer.successors(code)
    ]
    cells = zip(*changes, strict=True)
    yield (
        "unit_change",
        (len(changes), dict(zip(("former", "present", "source"), cells, strict=True))),
    )


def _row(
    unit: Unit | FormerUnit, system: str, district: str, area: float | None
) -> tuple[Any, ...]:
    since, until = (REFORM, None) if system == "present" else (None, date(2025, 6, 30))
    names = (unit.kind, unit.name.get("vi"), unit.name.get("en"))
    place = (unit.code, system, unit.level, unit.province_code, district or None)
    return (*place, *names, area, since, until)


def _holds_anything(folder: Path) -> bool:
    return not folder.is_dir() or any(folder.iterdir())


def _to_disk(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put(part: Path, folder: Path) -> None:
    """Put a finished folder in its place; what was there is gone only once the new one is there."""
    old = part.with_suffix(".old")
    with suppress(FileNotFoundError):
        folder.rename(old)
    part.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
