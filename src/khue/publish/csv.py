"""CSV: a table of public fields (RFC 4180), as Excel opens it.

The records of one type have the columns of that type (`publish.columns`); those of several types
have in common what `publish.summary` tells of any record, and no more: their own columns are in a
file of one type, or in a workbook, which has a sheet for each.

UTF-8 with a byte order mark, so that Excel reads Vietnamese. A text that a spreadsheet would take
for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from khue.publish.columns import Cell, header, row
from khue.publish.format import PART, Edition, Format
from khue.publish.summary import FACTS, summary_of

# What begins a formula, also after spaces and in the full width of East Asian keyboards.
# Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


def write(documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
    """A header and a row per document."""
    type_, pack, context = edition.type, edition.pack, edition.context
    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    # A column that the header lacks is an error, not a loss.
    names = FACTS if type_ is None else header(type_, pack)
    table = csv.DictWriter(text, names, extrasaction="raise")
    table.writeheader()
    for document in documents:
        cells = (
            summary_of(document, edition) if type_ is None else row(document, type_, pack, context)
        )
        table.writerow({column: guarded(cell) for column, cell in cells.items()})
        if text.tell() >= PART:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What was written since it was taken last."""
    part = text.getvalue().encode("utf-8", "replace")
    text.seek(0)
    text.truncate()
    return part


def guarded(cell: Cell) -> Cell:
    """The cell so that no spreadsheet computes it. Numbers stay numbers."""
    if not isinstance(cell, str) or not _FORMULA.match(cell) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


FORMAT = Format("csv", "text/csv; charset=utf-8", "csv", write, names_others=True)
