"""What a row says by where it stands: under a section, under the row that it is a part of.

A section such as *I. Quận Hoàn Kiếm* or *A. Di tích quốc gia* is read by the kinds of the columns
that the table lacks: as a place, else as a code that exactly one of them knows. What none of them
understands is kept with each row for staff. Either way it is told once, at the section.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from khue.intake.figures import is_figure
from khue.intake.lines import Section
from khue.intake.mapping import MappedColumn
from khue.intake.tables import Table
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Type
from khue.model.values import Context, kind_of, label_path

PART_OF = "part_of"
"""The field for the record that a record is a part of, in types that know parts."""

STRUCTURE, COMPONENT = "structure", "COMPONENT"
"""The field that says how a record is counted, and its code for a part of another record."""

HEADING, WHOLE = "Đề mục", "Thuộc"
"""Under which headings a section and a whole are kept where no field takes them."""

GUARDED = frozenset({"visibility"})


@dataclass(frozen=True, slots=True)
class Said:
    """A cell that a row has without stating it itself; `column` None: it is kept as it is."""

    path: str
    text: str
    column: Column | None = None
    value: Any = None


@dataclass(frozen=True)
class Surroundings:
    """What rows of a table take from around them. `sections` are the first rows for which the cells
    in `cells` hold; `constants` hold for all rows. `parents` are the rows that rows are listed
    under, and `names` what those are called."""

    sections: tuple[int, ...] = ()
    cells: tuple[tuple[Said, ...], ...] = ()
    constants: tuple[Said, ...] = ()
    parents: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    part_of: Column | None = None
    structure: tuple[Column, str] | None = None

    @property
    def says(self) -> bool:
        """Whether there is anything to take."""
        return bool(self.sections or self.constants or self.parents)

    @property
    def paths(self) -> frozenset[str]:
        """Paths that rows may have from here."""
        found = {said.path for cells in (*self.cells, self.constants) for said in cells}
        if self.parents:
            found.add(self.part_of.path if self.part_of else f"other.{WHOLE}")
            found |= {self.structure[0].path} if self.part_of and self.structure else set()
        return frozenset(found)

    def whole(self, row: int) -> str:
        """The name of the row that a row is listed under; "" where it is under none."""
        return self.names.get(self.parents.get(row, 0), "")

    def above(self, row: int) -> tuple[Said, ...]:
        """The cells that hold for a row besides its own."""
        at = bisect_right(self.sections, row)
        return (*self.cells[at - 1], *self.constants) if at else self.constants


NOWHERE = Surroundings()


def look_around(
    table: Table, mapped: Sequence[MappedColumn], type_: Type, context: Context
) -> tuple[Surroundings, list[Finding]]:
    """What the rows of a table take from around them, and what there is to say about it."""
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    taken = {one.path.partition(".")[0] for one in mapped if one.path}
    constants, findings = _constants(mapped, context)
    free = [
        column
        for column in columns.values()
        if column.path.partition(".")[0] not in taken and column.path not in GUARDED
    ]
    cells: list[tuple[Said, ...]] = []
    open_: dict[int, Said] = {}
    for section in table.sections:
        said, told = _understand(section, free, type_, context)
        findings.append(told.at(sheet=table.sheet, row=section.row))
        open_ = {depth: one for depth, one in open_.items() if depth < section.depth}
        open_[section.depth] = said
        cells.append(_together(open_.values()))
    part_of = columns.get(PART_OF)
    # What is listed under a figure is some of what that tells, and no part of a record.
    if is_figure(type_) or (part_of and type_.name not in (part_of.field.targets or (type_.name,))):
        part_of = None
    around = Surroundings(
        tuple(section.row for section in table.sections),
        tuple(cells),
        constants,
        table.parents,
        part_of=part_of,
        structure=_structure(columns, context),
    )
    return around, findings


def _understand(
    section: Section, free: Sequence[Column], type_: Type, context: Context
) -> tuple[Said, Finding]:
    """What a section says, by the only free column that understands it; places before codes."""
    for kind in ("place", "code"):
        fitting = [
            Said(column.path, section.text, column, value)
            for column in free
            if column.field.kind == kind
            and (kind == "code" or column.path == "place")
            and (value := understood(section.text, column, context)) is not None
        ]
        if len(fitting) == 1:
            said = fitting[0]
            label = label_path(type_, said.path)
            return said, finding("row_section", value=section.text, field=said.path, label=label)
    return Said(f"other.{HEADING}", section.text), finding("row_section_kept", value=section.text)


def understood(text: str, column: Column, context: Context) -> Any | None:
    """The value of a text in a column, if it is understood without any doubt but an open unit."""
    leaf = replace(column.field, path=column.path)
    reading = kind_of(leaf).read(text, leaf, context)
    if any(one.level != "note" or one.code == "value_missing" for one in reading.findings):
        return None
    return [reading.value] if leaf.multivalued and reading.value is not None else reading.value


def _together(said: Iterable[Said]) -> tuple[Said, ...]:
    """One cell for each path: of two sections that fill one field the inner one counts, unless they
    are only kept."""
    found: dict[str, Said] = {}
    for one in said:
        outer = found.get(one.path)
        if outer is not None and one.column is None:
            one = replace(one, text=f"{outer.text} / {one.text}")
        found[one.path] = one
    return tuple(found.values())


def _constants(
    mapped: Sequence[MappedColumn], context: Context
) -> tuple[tuple[Said, ...], list[Finding]]:
    said: list[Said] = []
    findings: list[Finding] = []
    for one in mapped:
        if one.how != "constant" or one.column is None:
            continue
        leaf = replace(one.column.field, path=one.column.path)
        if leaf.kind == "reference":
            said.append(Said(one.column.path, one.constant, one.column))
            continue
        reading = kind_of(leaf).read(one.constant, leaf, context)
        findings += [each.at(column=one.heading) for each in reading.findings]
        value = [reading.value] if leaf.multivalued and reading.value is not None else reading.value
        said.append(Said(one.column.path, one.constant, one.column, value))
    return tuple(said), findings


def _structure(columns: Mapping[str, Column], context: Context) -> tuple[Column, str] | None:
    """The column that says how a record is counted, and how a component is called in it."""
    column = columns.get(STRUCTURE)
    vocabulary = context.pack.vocabularies.get(column.field.vocabulary or "") if column else None
    concept = vocabulary.concepts.get(COMPONENT) if vocabulary else None
    if column is None or concept is None:
        return None
    return column, concept.label.get("vi") or concept.code
