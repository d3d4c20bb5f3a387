"""Rows and columns of a workbook that nobody sees when it is opened, by a filter or by hand."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from khue.intake.readers.encodings import letters_of
from khue.intake.readers.formulas import worksheet_parts
from khue.intake.readers.xml import CHUNK
from khue.model.findings import Finding, finding

NAMED = 10
"""Hidden columns that are named."""

_TAG = re.compile(rb"<(row|col)\b([^<>]*)>")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\b(r|min|max)=[\"']([0-9]{1,7})[\"']")


def find_hidden(parts: zipfile.ZipFile) -> dict[str, list[Finding]]:
    """What to tell of each sheet that has such rows or columns, by its name. They are read like
    all others. Raises as `find_formulas` does."""
    found = {name: _tell(name, parts, part) for name, part in worksheet_parts(parts)}
    return {name: told for name, told in found.items() if told}


def _tell(sheet: str, parts: zipfile.ZipFile, part: str) -> list[Finding]:
    rows = first = 0
    columns: list[int] = []
    for name, attributes, place in _hidden(parts, part):
        numbers = {key: int(number) for key, number in _NUMBER.findall(attributes)}
        if name == b"row":
            rows += 1
            first = first or numbers.get(b"r", place)
        elif len(columns) < NAMED:
            left = numbers.get(b"min", 1)
            columns += range(left, min(numbers.get(b"max", left), left + NAMED) + 1)
    told = []
    if rows:
        told.append(finding("rows_hidden", n=rows, first=first).at(sheet=sheet, row=first))
    if columns:
        names = ", ".join(letters_of(one) for one in columns[:NAMED])
        told.append(finding("columns_hidden", names=names).at(sheet=sheet))
    return told


def _hidden(parts: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes, int]]:
    """Each hidden `row` or `col`, its attributes, and how many rows there are down to it: rows need
    not say their number."""
    rest = b""
    above = 0
    with parts.open(part) as stream:
        while chunk := stream.read(CHUNK):
            whole = rest + chunk
            cut = max(whole.rfind(b"<"), 0)
            if whole.find(b"hidden=", 0, cut) >= 0:
                for name, attributes in _TAG.findall(whole, 0, cut):
                    above += name == b"row"
                    if _HIDDEN.search(attributes):
                        yield name, attributes, above
            else:
                above += whole.count(b"<row", 0, cut)
            rest = whole[cut:][-CHUNK:]
