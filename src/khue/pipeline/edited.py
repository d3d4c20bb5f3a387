"""Cells that came back from a spreadsheet, read against the value that they were printed from.

A cell that says what was printed means the value that was there, whatever a spreadsheet program has
done to it: spaces trimmed, a date turned into a serial number, a number retyped. Only what says
something else is read, by the kind of its field, and only that is changed. Where lines of a list of
statements are gone or added so that nobody can say which belong together, nothing is guessed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from khue.lib.identifiers import is_ulid
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Field
from khue.model.values import Context, Reading, kind_of
from khue.model.values.text import clean_lines
from khue.publish.cells import (
    BETWEEN,
    BREAK,
    CELL_LIMIT,
    LANGUAGES,
    NOTHING,
    CellColumn,
    as_line,
    belongs,
    cell_of,
    lines_of,
    text_of,
)

Resolve = Callable[[Field, str], Reading]
"""Finds the record that a reference names."""

_BRACKETED = re.compile(r"\[([0-9A-Za-z]{26})\]\s*$")
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of the serial numbers of spreadsheets (ECMA-376, part 1, 18.17.4.1)."""

_MOST_CHOICES = 5_000
"""Ways in which statements can have been taken out that are tried before it counts as open."""


@dataclass
class CellReader:
    """Reads the cells of one row. Findings gather in `findings`, with the path of their field."""

    context: Context
    resolve: Resolve
    findings: list[Finding]

    def field(self, columns: Sequence[CellColumn], cells: Mapping[str, str], base: Any) -> Any:
        """The value of a top-level field after the row's cells, by path; `base` if they say what
        was printed. `columns` are those of the field that the file has."""
        changed = [one for one in columns if not self._says(one, cells[one.path], base)]
        if not changed:
            return base
        for column in changed:
            printed = cell_of(lines_of(base, column, self.context, "vi"), column)
            if len(printed) >= CELL_LIMIT:
                self._tell(finding("returned_cut"), column)
                return base
        top = columns[0].top
        if top.kind == "identifier":
            return self._identifiers(changed, cells, base)
        if top.kind == "statement" or (top.kind == "language_text" and top.multivalued):
            return self._statements(columns, changed, cells, base)
        if top.kind == "language_text":
            texts = {one.part: clean_lines(cells[one.path]) for one in changed}
            kept = {lang: (base or {}).get(lang, "") for lang in LANGUAGES} | texts
            return {lang: text for lang, text in kept.items() if text} or None
        if top.multivalued:
            return self._list(_lines(cells[changed[0].path]), changed[0], base or []) or None
        return self._one(clean_lines(cells[changed[0].path]), changed[0], base)

    def _says(self, column: CellColumn, text: str, base: Any) -> bool:
        """Whether a cell says what was printed of a value, in either language."""
        if base is None:
            return not text.strip()
        stated = clean_lines(text)
        return any(
            stated == clean_lines(cell_of(lines_of(base, column, self.context, lang), column))
            for lang in LANGUAGES
        )

    def _tell(self, found: Finding, column: CellColumn) -> None:
        self.findings.append(found._replace(field=column.path))

    def _one(self, text: str, column: CellColumn, base: Any) -> Any:
        """One value: `base` if the text means it, else what it is read as; None if it says
        nothing or could not be read, which is told."""
        if not text:
            return None
        leaf = column.leaf
        if base is not None and self._means(text, leaf, base):
            return base
        if leaf.kind == "statement":
            return self._nested(text, column)
        reading = self._reading(text, leaf)
        if base is not None and _same(leaf, reading.value, base):
            return base
        for one in reading.findings:
            # An edit keeps no stated text, so what was not understood must not pass.
            lost = reading.value is None and one.level == "warning"
            self._tell(one._replace(level="error") if lost else one, column)
        return reading.value

    def _means(self, text: str, leaf: Field, base: Any) -> bool:
        if leaf.kind == "reference":
            return bool(_named_id(text) == base)
        if leaf.kind == "edtf" and text.isdigit() and len(text) == 5:
            return str(base) == (_DAY_ZERO + timedelta(days=int(text))).isoformat()
        return text in {clean_lines(text_of(base, leaf, self.context, one)) for one in LANGUAGES}

    def _printed(self, leaf: Field, base: Any) -> set[str]:
        """What a value of a list was printed as, in either language."""
        return {as_line(clean_lines(text_of(base, leaf, self.context, one))) for one in LANGUAGES}

    def _reading(self, text: str, leaf: Field) -> Reading:
        if leaf.kind == "reference":
            return self.resolve(leaf, _named_id(text) or text)
        return kind_of(leaf).read(text, leaf, self.context)

    def _nested(self, text: str, column: CellColumn) -> Any:
        try:
            value: Any = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            self._tell(finding("statement_not_json", value=text)._replace(level="error"), column)
            return None
        return value

    def _list(self, lines: Sequence[str], column: CellColumn, base: Sequence[Any]) -> list[Any]:
        """Several values: those that were there stay what they are, in whatever order."""
        left = list(base)
        placed: list[Any] = []
        for line in lines:
            known = [one for one in left if line in self._printed(column.leaf, one)]
            if known:
                left.remove(known[0])
            placed.append(known[0] if known else None)
        # What is new may be an old value that was damaged on the way: compare those left over.
        for index, line in enumerate(lines):
            if placed[index] is None:
                value = self._one(_text(line), column, left[0] if len(left) == 1 else None)
                if value in left:
                    left.remove(value)
                placed[index] = value
        return [one for one in placed if one is not None]

    def _identifiers(
        self, changed: Sequence[CellColumn], cells: Mapping[str, str], base: Any
    ) -> Any:
        """The identifiers with those of the changed columns set anew, in their old places."""
        result: list[Any] = list(base or [])
        for column in changed:
            lines = map(_text, _lines(cells[column.path]))
            stated = [self._identifier(line, column) for line in lines if line]
            values = [one for one in stated if one is not None]
            kept: list[Any] = []
            for old in result:
                if not belongs(old, column):
                    kept.append(old)
                elif values:
                    kept.append(values.pop(0))
            result = kept + values
        return result or None

    def _identifier(self, line: str, column: CellColumn) -> Any:
        if column.part:
            return self._one(line, column, None)
        scheme, colon, value = line.partition(":")
        if not (colon and scheme.strip() and value.strip()):
            self._tell(finding("returned_identifier", value=line), column)
            return None
        return {"scheme": display(scheme), "value": display(value)}

    def _statements(
        self,
        columns: Sequence[CellColumn],
        changed: Sequence[CellColumn],
        cells: Mapping[str, str],
        base: Any,
    ) -> Any:
        """Statements with the leaves of the changed columns set anew, line by line."""
        top = columns[0].top
        items = base if isinstance(base, list) else [] if base is None else [base]
        lines = {
            one.path: _lines(cells[one.path]) if top.multivalued else _whole(cells[one.path])
            for one in columns
        }
        slots = self._slots(columns, changed, lines, items)
        if slots is None:
            told = finding("returned_ambiguous", n=len(items), label=dict(top.label))
            self._tell(told, changed[0])
            return base
        kept = {
            (one.path, index): {
                as_line(lines_of([item], one, self.context, lang)[0]) for lang in LANGUAGES
            }
            for one in changed
            for index, item in enumerate(items)
        }
        result = []
        for number, index in enumerate(slots):
            made = {} if index is None else dict(items[index])
            for column in changed:
                own = lines[column.path]
                line = own[number] if number < len(own) else NOTHING
                if index is None or line not in kept[column.path, index]:
                    self._leaf(made, column, line)
            if made:
                result.append(made)
        if not result:
            return None
        return result if top.multivalued else result[0]

    def _slots(
        self,
        columns: Sequence[CellColumn],
        changed: Sequence[CellColumn],
        lines: Mapping[str, Sequence[str]],
        items: Sequence[Mapping[str, Any]],
    ) -> list[int | None] | None:
        """The statement that each line goes on from, by its place, None for a new one; nothing if
        that is open."""
        counts = {len(lines[one.path]) for one in columns if lines[one.path]}
        if all(count >= len(items) for count in counts):
            new = max(counts, default=0) - len(items)
            return [*range(len(items)), *[None] * new]
        if len(counts) != 1:
            return None
        # Every column has lost as many lines: statements were taken out, and the rest tells which.
        left = counts.pop()
        if math.comb(len(items), left) > _MOST_CHOICES:
            return None
        fitting: list[tuple[int, ...]] = []
        for lang in LANGUAGES:
            printed = {
                one.path: [as_line(line) for line in lines_of(items, one, self.context, lang)]
                for one in columns
            }
            fitting += [
                chosen
                for chosen in combinations(range(len(items)), left)
                if all(
                    [printed[one.path][index] for index in chosen] == lines[one.path]
                    for one in columns
                    if lines[one.path]
                )
            ]
        kept = [[items[index] for index in chosen] for chosen in fitting]
        return list(fitting[0]) if kept and all(one == kept[0] for one in kept) else None

    def _leaf(self, made: dict[str, Any], column: CellColumn, line: str) -> None:
        """Set one leaf of one statement to what its line says."""
        leaf, name = column.leaf, column.leaf.name
        old = made.get(name)
        text = line if leaf.kind == "statement" and line != NOTHING else _text(line)
        holder = leaf.kind == "language_text" and not leaf.multivalued
        value: Any
        if column.top.kind == "language_text":
            name = column.part
            value = text or None
        elif holder:
            texts = {lang: text for lang, text in (old or {}).items() if lang != column.part}
            value = texts | ({column.part: text} if text else {})
        elif leaf.multivalued and leaf.kind != "statement":
            parts = [part.strip() for part in line.split(BETWEEN.strip()) if part.strip()]
            if any("|" in text for one in old or () for text in self._printed(leaf, one)):
                told = finding("returned_ambiguous", n=len(old or ()), label=dict(column.top.label))
                self._tell(told, column)
            value = self._list(parts, column, old or [])
        else:
            value = self._one(text, column, old)
        if value is None or value in ({}, []):
            made.pop(name, None)
        else:
            made[name] = value


def _lines(text: str) -> list[str]:
    """The lines of a cell, as they were printed; an empty one says nothing too."""
    return [line or NOTHING for line in clean_lines(text).split("\n")] if text.strip() else []


def _text(line: str) -> str:
    """What a line says."""
    return "" if line == NOTHING else line.replace(BREAK, "\n")


def _whole(text: str) -> list[str]:
    """The cell of a statement of which there is only one."""
    cleaned = clean_lines(text)
    return [as_line(cleaned)] if cleaned else []


def _named_id(text: str) -> str:
    """The identifier that a reference states: alone, or in brackets after the name."""
    found = _BRACKETED.search(text)
    stated = (found[1] if found else text).strip().upper()
    return stated if is_ulid(stated) else ""


def _same(leaf: Field, value: Any, base: Any) -> bool:
    """Whether a value that was read is the one that was printed, as far as printing shows it."""
    if value is None or value == base:
        return value is not None
    if leaf.kind == "point":
        return all(_near(value[axis], base[axis]) for axis in ("lat", "lon"))
    if leaf.kind == "citation":
        shown = ("text", "date")
        return all(value.get(part) == base.get(part) for part in shown)
    if leaf.kind == "quantity":
        return value.get("unit") == base.get("unit") and _near(value["value"], base["value"])
    if leaf.kind in ("number", "integer"):
        return _near(value, base)
    return False


def _near(one: float, other: float) -> bool:
    """Whether two numbers differ only by what a spreadsheet's 15 digits lose."""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _refuse_constant(name: str) -> Any:
    """NaN and Infinity are no JSON, whatever Python thinks."""
    raise ValueError(name)
