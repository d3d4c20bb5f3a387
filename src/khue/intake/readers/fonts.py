"""Cells of a workbook that are drawn with a font of TCVN3 or VNI: the font says how to read them.

Spreadsheets keep the font of a cell whatever is typed into it, so in many a file right Unicode text
stands in cells of .VnTime. A font is believed where most of its text in a sheet speaks for it.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree

from khue.intake.book import Row, Sheet
from khue.intake.readers.encodings import brief
from khue.intake.readers.formulas import TREE_LIMIT, position_of, read_tree, worksheet_parts
from khue.intake.readers.xml import CHUNK
from khue.lib.legacy_encodings import beyond_latin_1, encoding_of_font, read_drawn, repair
from khue.model.findings import Finding, finding

STYLES = "xl/styles.xml"

COLUMNS = 16_384
"""Of the format: ECMA-376, the limits of SpreadsheetML."""
EXAMPLES = 3

Drawn = dict[str, "array[int]"]
"""Font to cells, each as `(row - 1) * COLUMNS + column - 1`."""

_CELL = re.compile(rb"<c\s[^<>]*>")
_ATTRIBUTE = re.compile(rb"\s([rst])\s*=\s*[\"']([^\"'<>]*)[\"']")
_TEXTS = (b"s", b"str", b"inlineStr")


def find_drawn(parts: zipfile.ZipFile) -> dict[str, Drawn]:
    """The cells of text that each old font draws, by the name of their sheet; nothing, at no cost,
    for a workbook without such fonts. Raises as `find_formulas` does."""
    fonts = _old_fonts(parts)
    if not fonts:
        return {}
    return {name: _drawn(parts, part, fonts) for name, part in worksheet_parts(parts)}


def convert_drawn(sheet: Sheet, drawn: Drawn) -> list[Finding]:
    """Convert, in place, what old fonts draw in a sheet whose rows are lists, and tell of it."""
    findings = []
    for font, cells in drawn.items():
        texts = dict.fromkeys(sheet.rows[row][column] for row, column in _places(sheet, cells))
        if not _is_believed(texts, encoding_of_font(font)):
            continue
        read = {text: read_drawn(text, font) for text in texts}
        for row, column in _places(sheet, cells):
            line: Row = sheet.rows[row]
            line[column] = read[line[column]]
        changed = [f"{brief(old)} → {brief(new)}" for old, new in read.items() if old != new]
        told = finding("encoding_font", value=font, examples="; ".join(changed[:EXAMPLES]))
        findings.append(told.at(sheet=sheet.name))
    return findings


def _is_believed(texts: Collection[str], encoding: str) -> bool:
    """Whether more texts are of the encoding than could not be."""
    old = sum(repair(one, encoding)[0] != one for one in texts if beyond_latin_1(one) is None)
    return old > sum(beyond_latin_1(one) is not None for one in texts)


def _places(sheet: Sheet, cells: array[int]) -> Iterator[tuple[int, int]]:
    for cell in cells:
        row, column = divmod(cell, COLUMNS)
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            yield row, column


def _old_fonts(parts: zipfile.ZipFile) -> dict[int, str]:
    """The old fonts of a workbook, by the number of the style that has them."""
    # Some workbooks have gathered styles for years; they are read by their words.
    if STYLES not in parts.namelist() or parts.getinfo(STYLES).file_size > TREE_LIMIT:
        return {}
    styles = read_tree(parts, STYLES)
    names = [_name_of(font) for font in styles.iterfind("{*}fonts/{*}font")]
    if not any(map(encoding_of_font, names)):
        return {}
    fonts = (int(one.get("fontId", "0")) for one in styles.iterfind("{*}cellXfs/{*}xf"))
    drawn = {style: names[font] for style, font in enumerate(fonts) if font < len(names)}
    return {style: font for style, font in drawn.items() if encoding_of_font(font)}


def _name_of(font: ElementTree.Element) -> str:
    name = font.find("{*}name")
    return "" if name is None else name.get("val", "")


def _drawn(parts: zipfile.ZipFile, part: str, fonts: Mapping[int, str]) -> Drawn:
    found: Drawn = {}
    for attributes in _cells(parts, part):
        style = attributes.get(b"s", b"0")
        font = fonts.get(int(style)) if style.isdigit() else None
        if font and attributes.get(b"t") in _TEXTS and b"r" in attributes:
            row, column = position_of(attributes[b"r"].decode("latin-1"))
            cells = found.setdefault(font, array("Q"))
            cells.append((row - 1) * COLUMNS + column - 1)
    return found


def _cells(parts: zipfile.ZipFile, part: str) -> Iterator[dict[bytes, bytes]]:
    """What each cell of a sheet says of itself."""
    rest = b""
    with parts.open(part) as stream:
        while chunk := stream.read(CHUNK):
            whole = rest + chunk
            cut = max(whole.rfind(b"<c"), 0)
            for cell in _CELL.findall(whole, 0, cut):
                yield dict(_ATTRIBUTE.findall(cell))
            rest = whole[cut:][-CHUNK:]
    for cell in _CELL.findall(rest):
        yield dict(_ATTRIBUTE.findall(cell))
