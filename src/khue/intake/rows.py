"""Rows to candidates: every mapped cell read by its value kind, everything else kept as it is.

A large file passes through here cell by cell, so all that does not depend on the cell is prepared
once for a table (`cells`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from khue.intake.amounts import of_columns, read_amount
from khue.intake.book import Row
from khue.intake.candidates import Candidate, Pending
from khue.intake.cells import Read, Slot, path_beside, read_cell, slot_of, slots_of, split
from khue.intake.figures import is_figure, settle_again, settle_figure
from khue.intake.lines import without_bullet
from khue.intake.mapping import MappedColumn
from khue.intake.naming import find_indicator, name_figure
from khue.intake.paths import take
from khue.intake.placing import demanding, incomplete, put
from khue.intake.repeated import Groups, groups_of, lines_in, lines_of, repeats
from khue.intake.surroundings import COMPONENT, NOWHERE, WHOLE, Surroundings
from khue.intake.wide import PERIOD, VALUE
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Field, Type
from khue.model.values import Context, Reading
from khue.model.values.identifier import OWN
from khue.model.values.place import PLACE, POINT, settle_place

Resolver = Callable[[Field, str], Reading]
"""Finds the record that a reference states by name."""

OWN_NUMBER = f"identifiers.{OWN}"


_Step = tuple[
    int | None,
    str,
    Callable[[dict[str, Any], Any], None] | None,
    Callable[[str], Read | None],
    Slot,
]
"""Where the cell is (None: it takes `_text`), its path, where its value goes (None: it has none
yet), what is remembered of it, and the column."""


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one table into candidates of one type. What a row is read as depends on
    nothing but the row: rows may be read in any order and in several processes."""

    type: Type
    columns: list[MappedColumn]
    context: Context
    sheet: str
    around: Surroundings = NOWHERE

    def read(self, number: int, row: Row) -> Candidate:
        """One row, all but its references. Never raises on any text."""
        stated: dict[str, str] = {}
        fields: dict[str, Any] = {}
        findings: list[Finding] = []
        pending: list[Pending] = []
        listed = number in self.around.parents
        width, context = len(row), self.context
        repeated = self._repeated(row)
        for index, path, place, known, slot in self._plan:
            if index is None:
                text = self._text(slot, row)
            elif index < width:
                text = row[index].strip()
            else:
                continue
            if not text:
                continue
            stated[path] = text
            if repeated and path in repeated:
                self._put_lines(slot, repeated[path], number, fields, pending, findings)
                continue
            if place is None:
                if slot.column is not None:
                    pending.append(Pending(slot.column, slot.mapped.heading, text))
                continue
            if listed and slot.is_name:
                text = without_bullet(text)
            value, told = known(text) or read_cell(slot, text, context)
            if told:
                findings += self._placed(told, path, self._heading(slot, row), number)
            if value is not None:
                place(fields, value)
        if self.around.says:
            self._add_surroundings(number, stated, fields, findings, pending)
        if self._keeps_other:
            other = {path[6:]: text for path, text in stated.items() if path[:6] == "other."}
            if other:
                fields["other"] = other
        if POINT in fields and PLACE in fields:
            findings = self._settled(fields, findings, number)
        if self._is_figure:
            findings += name_figure(fields, context)
            whole = self.around.whole(number)
            findings += find_indicator(fields, self.type, context, whole=whole)
            amount = read_amount(fields, stated, self.type, context)
            if amount is not None:
                findings = [one for one in findings if one.field != VALUE]
                findings += self._placed(amount, VALUE, self._column_of(VALUE, row), number)
        if "name" not in fields and self._needs_name:
            findings.append(finding("name_missing").at(sheet=self.sheet, row=number))
        if self._is_figure:
            timed = PERIOD in self._paths
            findings = settle_figure(fields, stated, findings, self.type, context, timed=timed)
            findings = self._at_row(findings, row, number)
        identifier = stated.get(OWN_NUMBER, "")
        return Candidate(
            self.sheet,
            number,
            stated,
            fields,
            tuple(findings),
            self._paths,
            display(identifier) if identifier else "",
            tuple(pending),
        )

    def names_of_wholes(self, rows: Iterable[tuple[int, Row]]) -> dict[int, str]:
        """The names of those rows that have others listed under them, by their number."""
        wholes = frozenset(self.around.parents.values())
        return {number: self._name(number, row) for number, row in rows if number in wholes}

    def _name(self, number: int, row: Row) -> str:
        stated = {said.path: said.text for said in self.around.above(number)}
        for slot in self._slots:
            if slot.is_name and (text := self._text(slot, row)):
                stated[slot.path] = text
        name = stated.get("name.vi") or stated.get("name.en", "")
        return without_bullet(name) if number in self.around.parents else name

    def _settled(
        self, fields: dict[str, Any], findings: list[Finding], number: int
    ) -> list[Finding]:
        """Looks at the place of a row in the light of its point; what was told to be open and is
        decided by it is told otherwise."""
        place, told = settle_place(fields, self.context)
        if place is not fields[PLACE]:
            fields[PLACE] = place
            findings = [one for one in findings if one.code != "place_open" or one.field != PLACE]
        return findings + [one.at(sheet=self.sheet, row=number) for one in told]

    def recall(
        self, candidate: Candidate, cells: Mapping[str, str], columns: Mapping[str, Column]
    ) -> Candidate:
        """The candidate with what its source stated before in columns that this file lacks: a
        column that is not there says nothing, so what it said stands. Told when it was stated."""
        fields = deepcopy(candidate.fields)
        pending = list(candidate.pending)
        cells = of_columns(cells) if self._is_figure else cells
        for path, text in cells.items():
            column = columns.get(path)
            if path.startswith("other."):
                fields.setdefault("other", {})[path.removeprefix("other.")] = text
            elif column is not None:
                slot = self._recalled.get(path)
                if slot is None:
                    slot = slot_of(MappedColumn(-1, path, column, "path"), self.type)
                    self._recalled[path] = slot
                several = fields.get(repeats(column, self.type) or " ", ())
                lines = lines_in(text) if len(several) > 1 else []
                if lines and len(lines) == len(several):
                    self._put_lines(slot, lines, candidate.row, fields, pending, [])
                elif column.field.kind == "reference":
                    pending.append(Pending(column, path, text))
                else:
                    value = (slot.known.get(text) or read_cell(slot, text, self.context))[0]
                    if value is not None:
                        put(fields, column, self.type, value)
        findings = settle_again(fields, cells, candidate.findings, self.type, self.context)
        return candidate._replace(
            stated={**candidate.stated, **cells},
            fields=fields,
            findings=tuple(self._at_row(findings, [], candidate.row)),
            pending=tuple(pending),
        )

    def complete(
        self,
        candidate: Candidate,
        resolve: Resolver,
        records: Mapping[tuple[str, int], str] | None = None,
    ) -> Candidate:
        """The candidate with its references resolved, as far as they can be. `records` are the
        records of rows of the file, by sheet and number, for references to rows above."""
        if not candidate.pending and not demanding(self.type):
            return candidate
        fields = dict(candidate.fields)
        findings = list(candidate.findings)
        for one in candidate.pending:
            values = self._resolved(one, candidate, resolve, records or {}, findings)
            if values:
                top = one.column.path.partition(".")[0]
                if top != one.column.path and top in fields:
                    fields[top] = deepcopy(fields[top])  # the statement is the candidate's
                many = one.column.field.multivalued
                put(fields, one.column, self.type, values if many else values[0], one.entry)
        for name in {one.column.path.partition(".")[0] for one in candidate.pending if one.entry}:
            fields[name] = [one for one in fields.get(name, ()) if one]  # not found, and alone
            if not fields[name]:
                del fields[name]
        for name, missing in incomplete(fields, self.type):
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
        return candidate._replace(fields=fields, findings=tuple(findings), pending=())

    def _resolved(
        self,
        one: Pending,
        candidate: Candidate,
        resolve: Resolver,
        records: Mapping[tuple[str, int], str],
        findings: list[Finding],
    ) -> list[Any]:
        if one.row is not None and (record := records.get((candidate.sheet, one.row))):
            return [record]
        values = []
        for part in split(one.text) if one.column.field.multivalued else [one.text]:
            reading = resolve(one.column.field, part)
            findings += self._placed(reading.findings, one.column.path, one.heading, candidate.row)
            if reading.value is not None:
                values.append(reading.value)
        return values

    def _repeated(self, row: Row) -> dict[str, list[str]]:
        """The lines of those cells that state something several times, by column path."""
        if not self._groups or not any("\n" in cell for cell in row):
            return {}
        return lines_of(self._groups, lambda slot: self._text(slot, row), self.context)

    def _put_lines(
        self,
        slot: Slot,
        lines: list[str],
        number: int,
        fields: dict[str, Any],
        pending: list[Pending],
        findings: list[Finding],
    ) -> None:
        """Each line of a cell in the statement that it belongs to."""
        if slot.column is None:
            return
        for entry, line in enumerate(lines):
            if slot.is_reference:
                pending.append(Pending(slot.column, slot.mapped.heading, line, entry=entry))
                continue
            value, told = read_cell(slot, line, self.context)
            findings += self._placed(told, slot.path, slot.mapped.heading, number)
            if value is not None:
                put(fields, slot.column, self.type, value, entry)

    def _text(self, slot: Slot, row: Row) -> str:
        """What a row states in columns that make one value, or inside a cell; empty if nothing."""
        mapped = slot.mapped
        if slot.indexes:
            width = len(row)
            cells = (row[i].strip() for i in slot.indexes if i < width)
            # Departments write the smallest unit first; so does the gazetteer read.
            return slot.joiner.join(cell for cell in cells if cell)
        if slot.index >= len(row):
            return ""
        text = row[slot.index].strip()
        return take(text, mapped.steps) if text and mapped.steps else text

    def _heading(self, slot: Slot, row: Row) -> str:
        """What the column of a finding is called; in a wide table the row itself says it."""
        if slot.mapped.how == "unpivoted" and row:
            return row[-1]
        return slot.mapped.heading

    def _add_surroundings(
        self,
        number: int,
        stated: dict[str, str],
        fields: dict[str, Any],
        findings: list[Finding],
        pending: list[Pending],
    ) -> None:
        """What holds for all rows or stands in sections above, and the row it is listed under."""
        for said in self.around.above(number):
            if said.path not in stated:
                stated[said.path] = said.text
                if said.column is None:
                    continue
                if said.column.field.kind == "reference":
                    pending.append(Pending(said.column, "", said.text))
                elif said.value is not None:
                    put(fields, said.column, self.type, said.value)
        whole = self.around.whole(number)
        if not whole:
            return
        name = stated.get("name.vi") or stated.get("name.en", "")
        code = "row_component_kept"
        if self.around.part_of is None:
            stated.setdefault(f"other.{WHOLE}", whole)
        elif self.around.part_of.path not in stated:
            code = "row_component"
            stated[self.around.part_of.path] = whole
            pending.append(Pending(self.around.part_of, "", whole, self.around.parents[number]))
            structure = self.around.structure
            if structure is not None and structure[0].path not in stated:
                stated[structure[0].path] = structure[1]
                put(fields, structure[0], self.type, COMPONENT)
        else:
            return
        told = finding(code, value=name, field="part_of", whole=whole)
        findings.append(told.at(sheet=self.sheet, row=number, column=self._name_heading))

    def _at_row(self, findings: Iterable[Finding], row: Row, number: int) -> list[Finding]:
        """Findings with their place, where they have none: the column of their field, else that of
        names."""
        return [
            one.at(sheet=self.sheet, row=number, column=self._column_of(one.field, row))
            if one.row is None
            else one
            for one in findings
        ]

    def _column_of(self, path: str, row: Row) -> str:
        slots = [slot for slot in self._slots if slot.path == path or slot.is_name]
        found = min(slots, key=lambda slot: slot.is_name, default=None)
        return self._heading(found, row) if found else ""

    @cached_property
    def _is_figure(self) -> bool:
        return is_figure(self.type)

    @cached_property
    def _plan(self) -> list[_Step]:
        """What `read` does with each cell, taken apart once and not for each of them."""
        return [
            (
                *(slot.index if slot.is_plain else None, slot.path),
                *(None if slot.is_reference else slot.place, slot.known.get, slot),
            )
            for slot in self._slots
        ]

    @cached_property
    def _slots(self) -> list[Slot]:
        return slots_of(self.columns, self.type)

    @cached_property
    def _groups(self) -> Groups:
        return groups_of(self._slots, self.type)

    @cached_property
    def _recalled(self) -> dict[str, Slot]:
        return {}

    @cached_property
    def _name_heading(self) -> str:
        return next((slot.mapped.heading for slot in self._slots if slot.is_name), "")

    @cached_property
    def _paths(self) -> frozenset[str]:
        own = (mapped.path or path_beside(mapped) for mapped in self.columns)
        return frozenset(own) | self.around.paths

    @cached_property
    def _keeps_other(self) -> bool:
        return any(path[:6] == "other." for path in self._paths)

    @cached_property
    def _needs_name(self) -> bool:
        name = self.type.fields.get("name")
        return name is not None and name.required

    def _placed(
        self, findings: tuple[Finding, ...], path: str, heading: str, number: int
    ) -> list[Finding]:
        return [
            Finding(one.code, one.level, one.values, path, self.sheet, number, heading, one.value)
            for one in findings
        ]
