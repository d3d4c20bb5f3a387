"""CSV: a table of the public fields of a type (RFC 4180), as Excel opens it.

UTF-8 with a byte order mark, so that Excel reads Vietnamese. A text that a spreadsheet would take
for a formula gets an apostrophe before it. The columns are those of `publish.columns`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, BinaryIO

from khue.model.packs import Pack, Type
from khue.model.values import Context
from khue.publish.columns import Cell, header, row
from khue.publish.format import Format

# What begins a formula, also after spaces and in the full width of East Asian keyboards.
# Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")

_LABELS = 10_000  # names of records that many rows refer to


def write(
    documents: Iterable[Mapping[str, Any]],
    type: Type,
    pack: Pack,
    context: Context,
    stream: BinaryIO,
) -> None:
    """Write a header and a row per document."""
    context = replace(context, label_of=lru_cache(_LABELS)(context.label_of))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    try:
        # A column that the header lacks is an error, not a loss.
        writer = csv.DictWriter(text, header(type, pack), extrasaction="raise")
        writer.writeheader()
        for document in documents:
            cells = row(document, type, pack, context)
            writer.writerow({column: guarded(cell) for column, cell in cells.items()})
    finally:
        text.detach()  # the stream belongs to the caller


def guarded(cell: Cell) -> Cell:
    """The cell so that no spreadsheet computes it. Numbers stay numbers."""
    if not isinstance(cell, str) or not _FORMULA.match(cell) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"


FORMAT = Format("csv", "text/csv; charset=utf-8", "csv", write)
