"""Cells of several lines that state a thing several times: an inventory writes both ranks of a
relic below each other, and their decisions and dates in the same lines of the cells beside them.

A program also breaks lines where a column is narrow, so lines are taken for statements only where
nothing speaks against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from khue.intake.cells import Slot, read_cell
from khue.lib.vietnamese import display
from khue.model.packs import Column, Type
from khue.model.values import Context
from khue.model.values.missing import is_missing

EXACT = ("code", "integer", "number", "edtf")
"""Kinds of values of which each line can be seen to be one by itself."""

Groups = tuple[tuple[str, tuple[Slot, ...]], ...]
"""Statements that a record may hold several of, with the columns of a table that state them."""


def groups_of(slots: Iterable[Slot], type_: Type) -> Groups:
    """The statements of a table that lines may repeat: those with two columns of single values."""
    groups: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.column is not None and (name := repeats(slot.column, type_)):
            groups[name].append(slot)
    return tuple((name, tuple(found)) for name, found in groups.items() if len(found) > 1)


def repeats(column: Column, type_: Type) -> str:
    """The statement that lines of a column may repeat; empty if it is no part of one."""
    name, dot, rest = column.path.partition(".")
    top = type_.fields.get(name)
    if not dot or top is None or top.kind != "statement" or not top.multivalued:
        return ""
    parts = {part.name: part for part in top.fields}
    part = parts.get(rest.partition(".")[0])
    return name if part is not None and part.kind != "statement" and not part.multivalued else ""


def lines_of(
    groups: Groups, text_of: Callable[[Slot], str], context: Context
) -> dict[str, list[str]]:
    """The lines of those cells of a row that state something several times, by column path."""
    found: dict[str, list[str]] = {}
    for _, slots in groups:
        texts = {slot.path: (slot, text) for slot in slots if (text := text_of(slot))}
        if sum("\n" in text for _, text in texts.values()) < 2:
            continue
        lines = {path: lines_in(text) for path, (_, text) in texts.items()}
        if len({len(one) for one in lines.values()}) > 1 or not _are_values(texts, lines, context):
            continue
        if all(_says_something(line) for line in zip(*lines.values(), strict=True)):
            found |= lines
    return found


def lines_in(text: str) -> list[str]:
    """The lines of a cell that say anything."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def _says_something(line: Iterable[str]) -> bool:
    return any(not is_missing(display(text)) for text in line)


def _are_values(
    texts: Mapping[str, tuple[Slot, str]], lines: Mapping[str, list[str]], context: Context
) -> bool:
    """Whether the lines are values of their own: each is one where that can be seen, and no cell
    is a code that was broken over two lines (*Quốc gia / đặc biệt*)."""
    exact = [
        (slot, slot.leaf.kind, text)
        for slot, text in texts.values()
        if slot.leaf is not None and slot.leaf.kind in EXACT
    ]
    if any(kind == "code" and _is_value(slot, text, context) for slot, kind, text in exact):
        return False
    return bool(exact) and all(
        is_missing(display(line)) or _is_value(slot, line, context)
        for slot, _, _ in exact
        for line in lines[slot.path]
    )


def _is_value(slot: Slot, text: str, context: Context) -> bool:
    return read_cell(slot, text, context)[0] is not None
