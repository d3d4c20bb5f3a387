"""Cells of a workbook that hold a formula and no result, or a failed one.

The usual reader gives nothing for them. Here their text is found in the XML of the sheets; no
formula is ever computed.
"""

from __future__ import annotations

import functools
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from khue.intake.readers.xml import CHUNK, parse, refuse_doctype

Cells = dict[tuple[int, int], str]
"""(row, column), 1-based, to `=FORMULA` or to the error (`#REF!`) that stands in the cell."""

TREE_LIMIT = 10_000_000
"""Bytes of the list of sheets, or of styles, which are parsed as a whole; a thousand sheets take
100,000, the 64,000 styles of the largest workbook some seven million."""

LAST_ROW = 1_048_576
"""Of the format: ECMA-376, the limits of SpreadsheetML."""

_NO_VALUE = re.compile(rb"(?:</f\s*>|<f(?:\s[^<>]*)?/>)(?!\s*<v>[^<])")
"""A formula that no value follows."""
_PREFIX = re.compile(rb"<[\w.-]+:")
"""Of names, as nobody writes them."""

POSITION = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

_TEXT = r'"((?:[^"]|"")*)"'
_HYPERLINK = re.compile(rf"=\s*HYPERLINK\(\s*{_TEXT}\s*(?:[,;]\s*{_TEXT}\s*)?\)", re.IGNORECASE)


def find_formulas(parts: zipfile.ZipFile) -> dict[str, Cells]:
    """The formulas without a result and the errors of each sheet, by its name.

    Raises what `zipfile` and `ElementTree` raise for damaged files, and `ValueError`.
    """
    return {
        name: parse(parts, part, _CellParser())
        for name, part in worksheet_parts(parts)
        if _may_have_any(parts, part)
    }


def hyperlink_label(formula: str) -> str | None:
    """What a spreadsheet shows for `=HYPERLINK("address","label")`; None for other formulas."""
    link = _HYPERLINK.fullmatch(formula)
    if link is None:
        return None
    address, label = link.groups()
    return (address if label is None else label).replace('""', '"')


def position_of(reference: str) -> tuple[int, int]:
    """Row and column, 1-based, of `B24`. Raises `ValueError` for anything else."""
    parts = POSITION.fullmatch(reference.upper())
    if parts is None or int(parts[2]) > LAST_ROW:
        raise ValueError(f"cell {reference[:20]!r}")
    letters = (ord(letter) - 64 for letter in parts[1])
    return int(parts[2]), functools.reduce(lambda sum_, digit: sum_ * 26 + digit, letters, 0)


def _may_have_any(parts: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet may have what is looked for. Most have not, and parsing takes longer than
    reading the workbook does."""
    rest = b""
    with parts.open(part) as stream:
        while chunk := stream.read(CHUNK):
            whole = rest + chunk
            cut = whole.rfind(b"<c")
            if cut < 0 or _is_lost(whole[:cut]):
                return True
            rest = whole[cut:]
    return _is_lost(rest)


def _is_lost(cells: bytes) -> bool:
    if b"\x00" in cells or _PREFIX.search(cells[: CHUNK // 64]):
        return True
    if b"<!" in cells or b'"e"' in cells or b"'e'" in cells:
        return True
    return b"<f" in cells and _NO_VALUE.search(cells) is not None


def worksheet_parts(parts: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet. What is no worksheet (a chart) has no such part."""
    relations = read_tree(parts, "xl/_rels/workbook.xml.rels")
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    there = {name.lower(): name for name in parts.namelist()}
    for sheet in read_tree(parts, "xl/workbook.xml").iterfind(".//{*}sheet"):
        key = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        target = targets.get(key, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path.lower() in there:
            yield sheet.get("name", ""), there[path.lower()]


def read_tree(parts: zipfile.ZipFile, part: str) -> ElementTree.Element:
    """A small part as a whole. Raises `ValueError` for one that is not small."""
    if parts.getinfo(part).file_size > TREE_LIMIT:
        raise ValueError(f"{part} > {TREE_LIMIT}")
    root: ElementTree.Element = parse(parts, part, _TreeBuilder())
    return root


class _TreeBuilder(ElementTree.TreeBuilder):
    doctype = refuse_doctype


class _CellParser:
    """Takes the events of the XML one by one and keeps only what was found."""

    doctype = refuse_doctype

    def __init__(self) -> None:
        self._found: Cells = {}
        self._cell: dict[str, str] = {}
        self._texts: dict[str, list[str]] = {}
        self._inside = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A cell, its formula or its value begins."""
        name = tag.rpartition("}")[2]
        if name == "c":
            self._cell, self._texts = attributes, {}
        elif name in ("f", "v"):
            self._inside = name
            self._texts[name] = []

    def data(self, text: str) -> None:
        """A part of a text."""
        if self._inside:
            self._texts[self._inside].append(text)

    def end(self, tag: str) -> None:
        """At the end of a cell its formula and value are known."""
        name = tag.rpartition("}")[2]
        if name in ("f", "v"):
            self._inside = ""
        elif name == "c" and "r" in self._cell:
            kind, value = self._cell.get("t"), "".join(self._texts.get("v", ()))
            empty_text = kind == "str" and "v" in self._texts
            if kind == "e" and value:
                self._found[position_of(self._cell["r"])] = value
            elif "f" in self._texts and not value and not empty_text:
                self._found[position_of(self._cell["r"])] = "=" + "".join(self._texts["f"])

    def close(self) -> Cells:
        """All that was found in the sheet."""
        return self._found
