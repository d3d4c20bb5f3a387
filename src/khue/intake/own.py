"""What Khuê's own workbooks carry besides data: sheets of help and lists, and an example row.

Templates, workbooks for editing and workbooks of findings come back filled in or mended. What they
explain must not be taken for what somebody states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from khue.intake.book import Book, Row, Sheet
from khue.intake.tables import Table, TableRows
from khue.lib.vietnamese import display, exact
from khue.model.findings import Finding, finding

FINDINGS = {"vi": "Khuê", "en": "Khuê"}
HELP = {"vi": "Khuê – hướng dẫn", "en": "Khuê – help"}
LISTS = {"vi": "Khuê – danh mục", "en": "Khuê – lists"}
EXAMPLE = {"vi": "Ví dụ", "en": "Example"}
"""Stands in the column of running numbers of a row that only shows how to fill one in."""

_OWN_SHEETS = frozenset(exact(name) for kind in (FINDINGS, HELP, LISTS) for name in kind.values())
_EXAMPLES = frozenset(exact(name) for name in EXAMPLE.values())


def data_sheets(book: Book) -> tuple[list[Sheet], list[Finding]]:
    """The sheets of a book without those that Khuê itself has written, each told."""
    own = [sheet.name for sheet in book.sheets if exact(sheet.name) in _OWN_SHEETS]
    data = [sheet for sheet in book.sheets if sheet.name not in own]
    return data, [finding("sheet_of_khue", value=name).at(sheet=name) for name in own]


def without_examples(tables: Sequence[Table]) -> tuple[list[Table], list[Finding]]:
    """The tables without the example rows of templates, each told."""
    kept: list[Table] = []
    told: list[Finding] = []
    for table in tables:
        at = table.ordinal
        shown = [] if at is None else [one for one, row in table.rows if _is_example(row, at)]
        if not shown:
            kept.append(table)
            continue
        kept.append(replace(table, rows=_without(table.rows, frozenset(shown))))
        told += [finding("row_example").at(sheet=table.sheet, row=one) for one in shown]
    return kept, told


def _without(
    rows: Sequence[tuple[int, Row]], left_out: frozenset[int]
) -> Sequence[tuple[int, Row]]:
    if isinstance(rows, TableRows):
        return rows.without(left_out)
    return [one for one in rows if one[0] not in left_out]


def _is_example(row: Sequence[str], at: int) -> bool:
    return at < len(row) and len(row[at]) < 40 and exact(display(row[at])) in _EXAMPLES
