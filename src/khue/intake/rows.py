"""Rows to candidates: every mapped cell read by its value kind, everything else kept as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from khue.intake.book import Row
from khue.intake.mapping import JOINERS, MappedColumn
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Field, Type
from khue.model.values import Context, Reading, kind_of
from khue.model.values.identifier import OWN
from khue.model.values.missing import is_missing

Resolver = Callable[[Field, str], Reading]
"""Finds the record that a reference states by name."""

GUARDS = frozenset({"visibility", "location_sensitive"})
"""Columns that decide what the public may see: not understanding them must not open anything."""

REMEMBERED, REMEMBERED_LENGTH = 100_000, 100
"""How many cells of a table are remembered, and up to which length, so that memory is bounded."""


@dataclass(frozen=True)
class Candidate:
    """What one row says: `stated` cells by column path, `fields` of the record as understood.

    `columns` are the paths of all columns of the table, filled in this row or not. `pending` are
    references stated by name, `(column, its heading, text)`, which `Reader.complete` fills in.
    `identifier` is the source's own number for the row, if it has one.
    """

    sheet: str
    row: int
    stated: dict[str, str]
    fields: dict[str, Any]
    findings: tuple[Finding, ...]
    columns: frozenset[str] = frozenset()
    identifier: str = ""
    pending: tuple[tuple[Column, str, str], ...] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        """The name in Vietnamese, or in English, or nothing."""
        name = self.fields.get("name") or {}
        return str(name.get("vi") or name.get("en") or "")

    @property
    def refused(self) -> bool:
        """Whether an error keeps the row from becoming a record."""
        return any(one.level == "error" for one in self.findings)


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one table into candidates of one type."""

    type: Type
    columns: list[MappedColumn]
    context: Context
    sheet: str

    def read(self, number: int, row: Row) -> Candidate:
        """One row, all but its references. Never raises on any text."""
        stated: dict[str, str] = {}
        fields: dict[str, Any] = {}
        findings: list[Finding] = []
        pending: list[tuple[Column, str, str]] = []
        for mapped, text in self._cells(row):
            if mapped.column is None:
                stated[_other(mapped)] = text
                continue
            column = mapped.column
            stated[column.path] = text
            if column.field.kind == "reference":
                pending.append((column, mapped.heading, text))
                continue
            value, told = self._value(column, text)
            if column.path in GUARDS and value is None and not is_missing(display(text)):
                label = dict(column.field.label)
                told = (*told, finding("guard_unreadable", value=text, label=label))
            findings += self._placed(told, column.path, mapped.heading, number)
            if value is not None:
                put(fields, column, self.type, value)
        other = {
            path.removeprefix("other."): text
            for path, text in stated.items()
            if path[:6] == "other."
        }
        if other:
            fields["other"] = other
        if not fields.get("name"):
            findings.append(finding("name_missing").at(sheet=self.sheet, row=number))
        identifier = display(stated.get(f"identifiers.{OWN}", ""))
        return Candidate(
            *(self.sheet, number, stated, fields, tuple(findings)),
            *(self._paths, identifier, tuple(pending)),
        )

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(mapped.path or _other(mapped) for mapped in self.columns)

    def recall(
        self, candidate: Candidate, cells: Mapping[str, str], columns: Mapping[str, Column]
    ) -> Candidate:
        """The candidate with what its source stated before in columns that this file lacks: a
        column that is not there says nothing, so what it said stands. Told when it was stated."""
        fields = deepcopy(candidate.fields)
        pending = list(candidate.pending)
        for path, text in cells.items():
            column = columns.get(path)
            if path.startswith("other."):
                fields.setdefault("other", {})[path.removeprefix("other.")] = text
            elif column is not None and column.field.kind == "reference":
                pending.append((column, path, text))
            elif column is not None and (value := self._value(column, text)[0]) is not None:
                put(fields, column, self.type, value)
        return replace(
            candidate,
            stated={**candidate.stated, **cells},
            fields=fields,
            pending=tuple(pending),
        )

    def complete(self, candidate: Candidate, resolve: Resolver) -> Candidate:
        """The candidate with its references resolved, as far as they can be."""
        fields = dict(candidate.fields)
        findings = list(candidate.findings)
        for column, heading, text in candidate.pending:
            values = []
            for part in split(text) if column.field.multivalued else [text]:
                reading = resolve(column.field, part)
                findings += self._placed(reading.findings, column.path, heading, candidate.row)
                if reading.value is not None:
                    values.append(reading.value)
            if values:
                put(fields, column, self.type, values if column.field.multivalued else values[0])
        for name, missing in _incomplete(fields, self.type):
            # The cells stay in `stated`; half a statement would say what nobody said.
            del fields[name]
            findings.append(
                finding(
                    "statement_incomplete",
                    field=name,
                    part=dict(missing.label),
                    statement=dict(self.type.fields[name].label),
                ).at(sheet=self.sheet, row=candidate.row)
            )
        return replace(candidate, fields=fields, findings=tuple(findings), pending=())

    def _cells(self, row: Row) -> Iterator[tuple[MappedColumn, str]]:
        """Filled cells in order; the columns of one place or point come as one."""
        joined: dict[str, tuple[MappedColumn, str, list[str]]] = {}
        for mapped in self.columns:
            text = row[mapped.index].strip() if mapped.index < len(row) else ""
            if not text or mapped.how in ("ordinal", "skipped"):
                continue
            column = mapped.column
            if column is not None and column.field.kind in JOINERS:
                joiner = JOINERS[column.field.kind]
                joined.setdefault(column.path, (mapped, joiner, []))[2].append(text)
            else:
                yield mapped, text
        for mapped, joiner, texts in joined.values():
            # Departments write the smallest unit first; so does the gazetteer read.
            yield mapped, joiner.join(texts)

    def _value(self, column: Column, text: str) -> tuple[Any, tuple[Finding, ...]]:
        leaf = column.field
        if not leaf.multivalued or leaf.kind == "identifier":
            return self._one(column, text)
        whole, told = self._one(column, text)
        parts = split(text)
        if len(parts) < 2 or (whole is not None and leaf.kind == "code"):
            return (None if whole is None else [whole]), told
        readings = [self._one(column, part) for part in parts]
        values = [value for value, _ in readings if value is not None]
        return values or None, tuple(one for _, told in readings for one in told)

    def _one(self, column: Column, text: str) -> tuple[Any, tuple[Finding, ...]]:
        """One value. Registers repeat themselves: most ranks, kinds and places were read before."""
        known = self._known.get((column.path, text))
        if known is None:
            leaf = self._leaf(column)
            reading = kind_of(leaf).read(text, leaf, self.context)
            known = reading.value, reading.findings
            if len(text) <= REMEMBERED_LENGTH and len(self._known) < REMEMBERED:
                self._known[column.path, text] = known
        return known

    def _leaf(self, column: Column) -> Field:
        """The field under its column path, whose last part is the language or the scheme."""
        if column.path not in self._leaves:
            self._leaves[column.path] = replace(column.field, path=column.path)
        return self._leaves[column.path]

    @cached_property
    def _leaves(self) -> dict[str, Field]:
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Any, tuple[Finding, ...]]]:
        return {}

    def _placed(
        self, findings: tuple[Finding, ...], path: str, heading: str, number: int
    ) -> list[Finding]:
        return [
            replace(one.at(sheet=self.sheet, row=number, column=heading), field=path)
            for one in findings
        ]


def put(fields: dict[str, Any], column: Column, type_: Type, value: Any) -> None:
    """Set the value of a column in the fields of a record, making statements on the way."""
    path = column.path
    if column.field.kind in ("language_text", "identifier"):
        path = path.rpartition(".")[0]
    names = path.split(".")
    top = type_.fields[names[0]]
    holder, field_ = fields, top
    for name in names[1:]:
        if field_.multivalued:
            holder = holder.setdefault(field_.name, [{}])[0]
        else:
            holder = holder.setdefault(field_.name, {})
        field_ = next(part for part in field_.fields if part.name == name)
    old = holder.get(field_.name)
    if field_.multivalued:
        holder[field_.name] = [*(old or []), *(value if isinstance(value, list) else [value])]
    elif field_.kind == "language_text":
        holder[field_.name] = (old or {}) | value
    else:
        holder[field_.name] = value


def _incomplete(fields: dict[str, Any], type_: Type) -> list[tuple[str, Field]]:
    """Statements of which a required part is missing: the field, and the first such part."""
    found = []
    for name, value in fields.items():
        field_ = type_.fields.get(name)
        if field_ is None or field_.kind != "statement":
            continue
        first = value[0] if isinstance(value, list) else value
        missing = [part for part in field_.fields if part.required and part.name not in first]
        if missing:
            found.append((name, missing[0]))
    return found


def _other(mapped: MappedColumn) -> str:
    """Where the cells of a column that means nothing here are kept."""
    return f"other.{mapped.heading or f'#{mapped.index + 1}'}"


def split(text: str) -> list[str]:
    """The parts of a cell that lists several values: by lines, else by semicolons."""
    separator = "\n" if "\n" in text else ";"
    return [part.strip() for part in text.split(separator) if part.strip()]
