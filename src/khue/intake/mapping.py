"""Which column means which field, and why that is thought.

By a mapping file; else by the headings that the pack knows, written with or without their marks;
else, where a column says itself what it is, by its values. What is less than certain is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, Literal

from khue.intake.mapping_files import DEFAULT_KEY, OTHER, Mapping, default_key
from khue.intake.paths import Steps, base_and_steps
from khue.intake.profiles import Profile, fits_any, profile
from khue.intake.readers.encodings import brief, letters_of
from khue.intake.tables import Table
from khue.lib.tables import read_table
from khue.lib.vietnamese import exact, fold
from khue.model.errors import WrongUse
from khue.model.fields import Column, Text2
from khue.model.findings import Finding, finding
from khue.model.packs import Type
from khue.model.values import Context
from khue.model.values.place import PLACE
from khue.model.values.units import written_unit

How = Literal[
    "mapping", "path", "constant", "heading", "heading_group", "heading_folded", "values",
    "unpivoted", "ordinal", "skipped", "unmapped",
]  # fmt: skip

JOINERS = {"place": ", ", "point": "; "}
"""Kinds of which several columns make one value, and what goes between them."""


LOOKED_AT = 1_000
"""Rows in which a column without a heading is looked for values."""

UNIT_LAST = re.compile(r"(?P<name>[^()]+)\((?:đơn vị(?: tính)?:?|đvt:?)?\s*(?P<unit>[^()]+)\)\s*")


@dataclass(frozen=True)
class MappedColumn:
    """One column of a table: its heading, the path it fills (None: kept under `other`), how that
    was decided, and with what words. `steps` lead to the value inside a cell of JSON; `unit` is
    that of cells that give none; a `constant` has no column in the file."""

    index: int
    heading: str
    column: Column | None
    how: How
    told: str = ""
    steps: Steps = ()
    constant: str = ""
    unit: str = ""

    @property
    def path(self) -> str | None:
        """The column path, `name.vi`, or None."""
        return None if self.column is None else self.column.path

    @property
    def reason(self) -> Text2:
        """Why, as `{"vi": ..., "en": ...}`."""
        return {
            lang: text.format(told=self.told, heading=self.heading)
            for lang, text in reasons()[self.how].items()
        }


@cache
def reasons() -> dict[str, dict[str, str]]:
    """The words for each way to decide about a column."""
    loaded: dict[str, dict[str, str]] = read_table(__file__, "reasons.yaml")
    return loaded


def known_headings(columns: tuple[Column, ...]) -> dict[str, Column]:
    """Headings in the exact form, and written wholly without marks where that is still unique."""
    exact_forms = {heading: column for column in columns for heading in column.headings}
    return {form: column for form, (column, _) in folded_headings(columns).items()} | exact_forms


def folded_headings(columns: tuple[Column, ...]) -> dict[str, tuple[Column, str]]:
    """Headings in the folded form, where only one column can be meant, with the column and the
    heading as people write it."""
    found: dict[str, dict[str, tuple[Column, str]]] = {}
    for column in columns:
        for heading in column.stated:
            found.setdefault(fold(heading), {})[column.path] = column, heading
    return {form: next(iter(each.values())) for form, each in found.items() if len(each) == 1}


def map_columns(
    table: Table,
    columns: tuple[Column, ...],
    mapping: Mapping,
    context: Context | None = None,
) -> tuple[list[MappedColumn], list[Finding]]:
    """Decide every column of a table; with a `context`, values are looked at where the heading says
    nothing. Raises `WrongUse` if the mapping names an unknown path."""
    return _Decisions(table, columns, mapping, context).all()


class _Decisions:
    """The decisions about the columns of one table, each made in view of those before it."""

    def __init__(
        self, table: Table, columns: tuple[Column, ...], mapping: Mapping, context: Context | None
    ) -> None:
        self._table, self._columns, self._mapping = table, columns, mapping
        self._context = context
        self._by_path = {column.path: column for column in columns}
        self._by_heading = known_headings(columns)
        self._folded = folded_headings(columns)
        self._taken: dict[str, str] = {}  # column path to the heading that fills it
        self._places: dict[str, str] = {}  # and to the letters of its column
        self._twice: set[int] = set()
        self._kept: set[str] = set()
        self._findings: list[Finding] = []
        _require_known(mapping, self._by_path)

    def all(self) -> tuple[list[MappedColumn], list[Finding]]:
        """All columns of the table in order, then paths into its cells, then constants."""
        decided = [self._decide(i, parts) for i, parts in enumerate(self._table.headings)]
        decided = [self._doubt(one, decided) for one in decided]
        certain = self._settle_all(decided)
        inner = list(self._inside(certain))
        mapped = [
            self._guess(one)
            if one.how == "unmapped"
            else self._keep(one)
            if one.how == "mapping" and one.column is None
            else one
            for one in certain
        ]
        constants = [
            MappedColumn(-1, path, self._by_path[path], "constant", constant=text)
            for path, text in self._mapping.constants.items()
        ]
        told = [one.at(sheet=self._table.sheet) for one in self._findings]
        return [*mapped, *inner, *constants], told

    def _decide(self, index: int, parts: tuple[str, ...]) -> MappedColumn:
        heading = " / ".join(parts)
        forms = [exact(" ".join(parts)), *(exact(part) for part in reversed(parts))]
        written = (" ".join(parts), *parts[-1:])
        if any(self._mapping.skips(one) for one in written if one):
            return MappedColumn(index, heading, None, "skipped")
        for form in forms[:2]:
            if self._mapping.columns.get(form) == OTHER:
                return MappedColumn(index, heading, None, "mapping")
            if form in self._mapping.columns:
                column = self._by_path[self._mapping.columns[form]]
                return MappedColumn(index, heading, column, "mapping", unit=self._unit(forms))
        if index == self._table.ordinal:
            return MappedColumn(index, heading, None, "ordinal")
        for position, form in enumerate(forms):
            column_ = self._by_heading.get(form) if form else None
            if column_ is not None:
                how: How = "heading" if position < 2 else "heading_group"
                told = parts[-position] if position else heading
                return MappedColumn(
                    *(index, heading, column_, how, told), unit=self._unit(forms[:2])
                )
        if measured := self._with_unit(parts):
            return MappedColumn(index, heading, measured[0], "heading", heading, unit=measured[1])
        for form in forms[:2]:
            if form and (found := self._folded.get(fold(form))):
                return MappedColumn(index, heading, found[0], "heading_folded", found[1])
        return MappedColumn(index, heading, None, "unmapped")

    def _doubt(self, one: MappedColumn, decided: Sequence[MappedColumn]) -> MappedColumn:
        """A column of codes by its heading of which no cell is one, and all are places, where no
        other column has those: *Đơn vị* is a unit of measure, or a ward. Told with the others."""
        place = self._by_path.get(PLACE)
        if place is None or one.column is None or one.column.field.kind != "code":
            return one
        if not one.how.startswith("heading") or any(each.path == PLACE for each in decided):
            return one
        if self._context is None or fits_any(self._table, one.index, one.column, self._context):
            return one
        found = profile(self._table, one.index, [place], self._context)
        if found is None:
            return one
        guessed = replace(one, column=place, how="values", told=found.words)
        self._tell("column_guessed", guessed)
        return guessed

    def _unit(self, forms: Sequence[str]) -> str:
        """The unit that the mapping gives a heading, written whole or by its lower part."""
        units = self._mapping.units
        return next((units[form] for form in forms if form in units), "") if units else ""

    def _with_unit(self, parts: tuple[str, ...]) -> tuple[Column, str] | None:
        """The column of a quantity whose heading ends in a unit, *Diện tích (ha)*, and the unit."""
        found = UNIT_LAST.fullmatch(" ".join(parts)) or (parts and UNIT_LAST.fullmatch(parts[-1]))
        if not found or written_unit(found["unit"]) is None:
            return None
        column = self._by_heading.get(exact(found["name"]))
        if column is None or column.field.kind != "quantity":
            return None
        return column, found["unit"]

    def _settle_all(self, decided: Sequence[MappedColumn]) -> list[MappedColumn]:
        """All columns, those first that their own heading decides, and not that of their group:
        under *Di tích* the column *Tên* has the names, whichever stands before it."""
        order = sorted(decided, key=lambda one: one.how == "heading_group")
        settled = {one.index: self._settle(one) for one in order}
        return [settled[one.index] for one in decided]

    def _settle(self, one: MappedColumn) -> MappedColumn:
        """A column in view of those before it: two cannot mean one field."""
        if one.column is not None and one.column.path in self._taken and not _joins(one.column):
            other = self._taken[one.column.path]
            told = finding("column_twice", value=one.heading, first=other)
            if other == one.heading:
                first, second = self._places[one.column.path], letters_of(one.index + 1)
                told = finding("column_repeated", value=other, first=first, second=second)
            self._findings.append(told)
            self._twice.add(one.index)
            return MappedColumn(one.index, one.heading, None, "unmapped")
        if one.column is not None:
            self._taken.setdefault(one.column.path, one.heading)
            self._places.setdefault(one.column.path, letters_of(one.index + 1))
            if one.how == "heading_folded":
                self._tell("column_guessed", one)
        return one

    def _guess(self, one: MappedColumn) -> MappedColumn:
        """What the values of a column say, where its heading says nothing."""
        if not one.heading:
            self._tell_unnamed(one.index)
        if not one.heading or one.index in self._twice:
            return self._keep(one)
        found = self._profile(one)
        if found is not None and found.certain and found.column.path not in self._taken:
            guessed = replace(one, column=found.column, how="values", told=found.words)
            self._taken[found.column.path] = one.heading
            self._tell("column_guessed", guessed)
            return guessed
        if found is not None:
            suggested = replace(one, column=found.column, how="values", told=found.words)
            self._tell("column_suggested", suggested)
        self._findings.append(finding("column_unmapped", value=one.heading))
        return self._keep(one)

    def _tell_unnamed(self, index: int) -> None:
        name = letters_of(index + 1)
        for number, row in islice(self._table.rows, LOOKED_AT):
            if index < len(row) and row[index].strip():
                told = {"value": brief(row[index]), "cell": f"{name}{number}"}
                self._findings.append(finding("column_unnamed", name=name, **told))
                return

    def _profile(self, one: MappedColumn) -> Profile | None:
        if self._context is None:
            return None
        free = [column for column in self._columns if column.path not in self._taken]
        return profile(self._table, one.index, free, self._context)

    def _keep(self, one: MappedColumn) -> MappedColumn:
        """A column that is kept under `other`, where two of one heading need names of their own."""
        heading = one.heading
        if heading and heading in self._kept:
            heading = f"{heading} #{one.index + 1}"
        self._kept.add(heading)
        return replace(one, heading=heading)

    def _inside(self, mapped: list[MappedColumn]) -> Iterator[MappedColumn]:
        """Columns for the paths of the mapping that go into cells of JSON."""
        headings = {" ".join(parts): i for i, parts in enumerate(self._table.headings)}
        whole = {exact(one.heading) for one in mapped if one.how == "mapping"}
        for path, target in self._mapping.paths.items():
            base, steps = base_and_steps(path)
            if exact(path) in whole:
                continue
            if base not in headings:
                self._findings.append(finding("mapping_path_missing", value=path))
                continue
            column = self._by_path[target]
            if target in self._taken and not (column.field.multivalued or _joins(column)):
                first = self._taken[target]
                self._findings.append(finding("column_twice", value=path, first=first))
                continue
            self._taken.setdefault(target, path)
            unit = self._mapping.units.get(exact(path), "")
            yield MappedColumn(headings[base], path, column, "path", steps=steps, unit=unit)

    def _tell(self, code: str, one: MappedColumn) -> None:
        if one.column is None:
            return
        label = {"vi": _label(one.column, "vi"), "en": _label(one.column, "en")}
        self._findings.append(
            finding(code, value=one.heading, label=label, path=one.column.path, reason=one.reason)
        )


def _label(column: Column, lang: str) -> str:
    return f"{column.field.label.get(lang) or column.path} ({column.path})"


def _require_known(mapping: Mapping, by_path: dict[str, Column]) -> None:
    for path in sorted(mapping.targets - {OTHER} | set(mapping.key) - set(DEFAULT_KEY)):
        if path not in by_path:
            raise WrongUse(
                f"Ánh xạ nói tới trường không có: {path}.",
                f"The mapping names a field that does not exist: {path}.",
                mend_vi="Xem các trường bằng `khue types`.",
                mend_en="`khue types` lists the fields.",
            )


def _joins(column: Column) -> bool:
    return column.field.kind in JOINERS


def saved(columns: Sequence[MappedColumn], mapping: Mapping, type_: Type) -> dict[str, Any]:
    """What `mapping_files.write_mapping` writes of an import: its columns with the reason, its
    constants and key, and what it leaves out."""
    written: dict[str, tuple[str, str, str]] = {}
    for one in columns:
        if not one.heading or one.how in ("constant", "unpivoted"):
            continue
        if one.column is not None or one.how == "mapping":
            why = "" if one.how in ("mapping", "path") else one.reason["en"]
            written.setdefault(exact(one.heading), (one.heading, one.path or OTHER, why))
    unused = [one.heading for one in columns if one.how == "unmapped" and one.heading]
    skipped = [one.heading for one in columns if one.how == "skipped" and one.heading]
    beginnings = [f"{one}*" for one in mapping.skip_from]
    skipped = [one for one in skipped if not one.startswith(mapping.skip_from or ("\n",))]
    return {
        "columns": list(written.values()),
        "constants": dict(mapping.constants),
        "units": {one.heading: one.unit for one in columns if one.unit},
        "key": mapping.key if mapping.key != default_key(type_) else (),
        "skip": list(dict.fromkeys([*beginnings, *skipped])),
        "unused": list(dict.fromkeys(unused)),
    }
