"""Which column means which field: by a mapping file, else by the headings that the pack knows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml

from khue.intake.tables import Table
from khue.lib.vietnamese import exact, fold
from khue.model.errors import WrongUse
from khue.model.findings import Finding, finding
from khue.model.packs import Column

How = Literal["mapping", "heading", "heading_group", "ordinal", "skipped", "unmapped"]

JOINERS = {"place": ", ", "point": "; "}
"""Kinds of which several columns make one value, and what goes between them."""

DEFAULT_KEY = ("name.vi", "place")


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says: headings to column paths, key columns, headings to leave out."""

    columns: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = DEFAULT_KEY
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True)
class MappedColumn:
    """One column of a table: its heading, the path it fills (None: kept under `other`), and how
    that was decided."""

    index: int
    heading: str
    column: Column | None
    how: How

    @property
    def path(self) -> str | None:
        """The column path, `name.vi`, or None."""
        return None if self.column is None else self.column.path


def load_mapping(path: Path) -> Mapping:
    """The mapping of a mapping file. Raises `WrongUse` if it is not one."""
    return mapping_of(read_mapping_file(path))


def mapping_of(said: dict[str, Any]) -> Mapping:
    """The mapping that `read_mapping_file` has read."""
    return Mapping(
        columns={exact(heading): target for heading, target in said.get("columns", {}).items()},
        key=tuple(said.get("key", DEFAULT_KEY)),
        skip=frozenset(exact(heading) for heading in said.get("skip", ())),
    )


def read_mapping_file(path: Path) -> dict[str, Any]:
    """What a mapping file (YAML) says, in texts: `{"columns": {heading: path}, "key": [path],
    "skip": [heading]}`, without what it leaves out. Raises `WrongUse` if it is not one."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _bad_mapping(path, str(error)) from error
    if not isinstance(raw, dict) or not raw.keys() <= {"columns", "key", "skip"}:
        raise _bad_mapping(path, "columns, key, skip")
    columns, key, skip = raw.get("columns") or {}, raw.get("key"), raw.get("skip") or []
    if not isinstance(columns, dict) or not isinstance(skip, list):
        raise _bad_mapping(path, "columns: {heading: path}, skip: [heading]")
    if key is not None and not (isinstance(key, list) and key):
        raise _bad_mapping(path, "key: [path]")
    said: dict[str, Any] = {
        "columns": {str(heading): str(target) for heading, target in columns.items()},
        "key": [str(one) for one in key or ()],
        "skip": [str(heading) for heading in skip],
    }
    return {name: value for name, value in said.items() if value}


def known_headings(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Headings in the exact form, and written wholly without marks where that is still unique."""
    exact_forms = {heading: column for column in columns for heading in column.headings}
    folded: dict[str, set[str]] = {}
    for column in columns:
        for heading in column.stated:
            folded.setdefault(fold(heading), set()).add(column.path)
    unmarked = {
        fold(heading): column
        for column in columns
        for heading in column.stated
        if len(folded[fold(heading)]) == 1
    }
    return unmarked | exact_forms


def map_columns(
    table: Table, columns: tuple[Column, ...], mapping: Mapping
) -> tuple[list[MappedColumn], list[Finding]]:
    """Decide every column of a table. Raises `WrongUse` if the mapping names an unknown path."""
    by_path = {column.path: column for column in columns}
    by_heading = known_headings(columns)
    unknown = sorted(set(mapping.columns.values()) | set(mapping.key) - set(DEFAULT_KEY))
    for path in unknown:
        if path not in by_path:
            raise WrongUse(
                f"Ánh xạ nói tới trường không có: {path}.",
                f"The mapping names a field that does not exist: {path}.",
                mend_vi="Xem các trường bằng `khue types`.",
                mend_en="`khue types` lists the fields.",
            )
    mapped: list[MappedColumn] = []
    findings: list[Finding] = []
    taken: dict[str, str] = {}
    kept: set[str] = set()
    for index, parts in enumerate(table.headings):
        one = _decide(index, parts, table, by_path, by_heading, mapping)
        if one.column is not None and one.column.path in taken and not _joins(one.column):
            other = taken[one.column.path]
            findings.append(finding("column_twice", value=one.heading, first=other))
            one = MappedColumn(index, one.heading, None, "unmapped")
        elif one.column is not None:
            taken[one.column.path] = one.heading
        elif one.how == "unmapped" and one.heading:
            findings.append(finding("column_unmapped", value=one.heading))
        if one.how == "unmapped" and one.heading:
            if one.heading in kept:  # both are kept under `other`, so they need names of their own
                one = replace(one, heading=f"{one.heading} #{index + 1}")
            kept.add(one.heading)
        mapped.append(one)
    return mapped, [one.at(sheet=table.sheet) for one in findings]


def _decide(
    index: int,
    parts: tuple[str, ...],
    table: Table,
    by_path: dict[str, Column],
    by_heading: dict[str, Column],
    mapping: Mapping,
) -> MappedColumn:
    heading = " / ".join(parts)
    forms = [exact(" ".join(parts)), *(exact(part) for part in reversed(parts))]
    for form in forms[:2]:
        if form in mapping.skip:
            return MappedColumn(index, heading, None, "skipped")
        if form in mapping.columns:
            return MappedColumn(index, heading, by_path[mapping.columns[form]], "mapping")
    if index == table.ordinal:
        return MappedColumn(index, heading, None, "ordinal")
    for position, form in enumerate(forms):
        if form and form in by_heading:
            how: How = "heading" if position < 2 else "heading_group"
            return MappedColumn(index, heading, by_heading[form], how)
    return MappedColumn(index, heading, None, "unmapped")


def _joins(column: Column) -> bool:
    return column.field.kind in JOINERS


def _bad_mapping(path: Path, detail: str) -> WrongUse:
    return WrongUse(
        f"Tệp ánh xạ {path} không đọc được: {detail}.",
        f"The mapping file {path} cannot be read: {detail}.",
        mend_vi="Xem mẫu trong docs/guide/import.md.",
        mend_en="docs/guide/import.md has an example.",
    )
