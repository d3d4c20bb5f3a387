"""Numbers of a workbook that are shown as percentages: a cell that shows 3.7% holds 0.037.

What is shown is what people typed and what they see, so it is what the cell states. No decimals
are cut off that the format does not show.
"""

from __future__ import annotations

import re
import zipfile
from array import array
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation

from khue.intake.book import Row, Sheet
from khue.intake.readers.formulas import worksheet_parts
from khue.intake.readers.styles import add_place, cells_of, places_in, read_styles, style_of
from khue.lib.numbers import cell_text

BUILT_IN = frozenset((9, 10))
"""The formats 0% and 0.00%, which no file spells out: ECMA-376 part 1, 18.8.30."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""Of a format: what is shown as it stands, and does not turn a number into a percentage."""


def find_percents(parts: zipfile.ZipFile) -> Mapping[str, array[int]]:
    """The numbers that are shown as percentages, by the name of their sheet; nothing, at no cost,
    for a workbook without such styles. Raises as `find_formulas` does."""
    styles = _styles(parts)
    if not styles:
        return {}
    return {name: _shown(parts, part, styles) for name, part in worksheet_parts(parts)}


def is_percentage(code: str) -> bool:
    """Whether a format of numbers shows them as percentages."""
    return "%" in _LITERAL.sub("", code).partition(";")[0]


def convert_percents(sheet: Sheet, cells: Collection[int]) -> None:
    """Write, in place, what such cells of a sheet show."""
    for row, column in places_in(sheet, cells):
        line: Row = sheet.rows[row]
        try:
            value = Decimal(line[column]) * 100
        except InvalidOperation:
            continue  # empty, or an error
        if value.is_finite():
            line[column] = f"{cell_text(float(value))}%"


def _styles(parts: zipfile.ZipFile) -> frozenset[int]:
    styles = read_styles(parts)
    if styles is None:
        return frozenset()
    formats = {
        one.get("numFmtId", "")
        for one in styles.iterfind("{*}numFmts/{*}numFmt")
        if is_percentage(one.get("formatCode", ""))
    }
    formats |= set(map(str, BUILT_IN))
    used = (one.get("numFmtId") for one in styles.iterfind("{*}cellXfs/{*}xf"))
    return frozenset(style for style, one in enumerate(used) if one in formats)


def _shown(parts: zipfile.ZipFile, part: str, styles: Collection[int]) -> array[int]:
    found = array("Q")
    for cell in cells_of(parts, part):
        if style_of(cell) in styles and cell.get(b"t", b"n") == b"n" and b"r" in cell:
            add_place(found, cell)
    return found
