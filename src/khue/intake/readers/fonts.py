"""Cells of a workbook that are drawn with a font of TCVN3 or VNI: the font says how to read them.

Spreadsheets keep the font of a cell whatever is typed into it, so in many a file right Unicode text
stands in cells of .VnTime. A font is believed where most of its text in a sheet speaks for it.
"""

from __future__ import annotations

import zipfile
from array import array
from collections.abc import Collection, Mapping
from xml.etree import ElementTree

from khue.intake.book import Row, Sheet
from khue.intake.readers.encodings import brief
from khue.intake.readers.formulas import worksheet_parts
from khue.intake.readers.styles import add_place, cells_of, places_in, read_styles, style_of
from khue.lib.legacy_encodings import beyond_latin_1, encoding_of_font, read_drawn, repair
from khue.model.findings import Finding, finding

EXAMPLES = 3

Drawn = dict[str, "array[int]"]
"""Font to cells, each as `add_place` notes it."""

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
        texts = dict.fromkeys(sheet.rows[row][column] for row, column in places_in(sheet, cells))
        if not _is_believed(texts, encoding_of_font(font)):
            continue
        read = {text: read_drawn(text, font) for text in texts}
        for row, column in places_in(sheet, cells):
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


def _old_fonts(parts: zipfile.ZipFile) -> dict[int, str]:
    """The old fonts of a workbook, by the number of the style that has them."""
    styles = read_styles(parts)
    if styles is None:
        return {}
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
    for cell in cells_of(parts, part):
        font = fonts.get(-1 if (style := style_of(cell)) is None else style)
        if font and cell.get(b"t") in _TEXTS and b"r" in cell:
            add_place(found.setdefault(font, array("Q")), cell)
    return found
