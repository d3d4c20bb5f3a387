"""Finding the table in a sheet: where the header is, where data ends, what is neither.

The header is the row whose cells are known as headings of the type most often; a second row below
it belongs to it where its cells stand under merged or empty cells and are headings too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from khue.intake.book import Row, Sheet
from khue.lib.vietnamese import display, exact
from khue.model.findings import Finding, finding

HEADER_WITHIN = 40
"""Rows from the top in which a header is looked for: departments write long titles."""

ORDINALS = frozenset(exact(text) for text in ("stt", "tt", "số tt", "số thứ tự", "no", "mục"))
# The whole cell, so that "Tổng công ty ..." stays an organisation.
TOTALS = re.compile(r"(tổng(?: cộng| số)?|cộng|total|sum)[\s:.]*(\(?\d.*)?", re.IGNORECASE)
SIGNATURES = re.compile(
    r"^(người lập(?: biểu)?|thủ trưởng|giám đốc|kt\.|tm\.|t/m|xác nhận|"
    r"\(?ký,? (?:ghi rõ )?họ tên|nơi nhận|…+, ngày|.{0,40}, ngày .* tháng .* năm)",
    re.IGNORECASE,
)
SIGNATURE_WITHIN = 120
"""Characters of a cell in which a signature block is looked for: a paragraph is none, and the
pattern takes time that grows with the square of the length."""


@dataclass(frozen=True)
class Table:
    """A table in a sheet. `headings` has the header cells of each column, top to bottom;
    `rows` are `(row number in the file, cells)`; `ordinal` is the column that only counts."""

    sheet: str
    headings: tuple[tuple[str, ...], ...]
    rows: list[tuple[int, Row]]
    ordinal: int | None = None


def find_tables(
    sheets: Sequence[Sheet], known: Collection[str]
) -> tuple[list[Table], list[Finding]]:
    """The tables of all sheets; `known` are the headings of the type in the exact form."""
    tables: list[Table] = []
    findings: list[Finding] = []
    for sheet in sheets:
        table, told = _find_table(sheet, frozenset(known))
        findings += [one.at(sheet=sheet.name) for one in told]
        if table is not None:
            tables.append(table)
    if not tables:
        findings.append(finding("header_missing"))
    return tables, findings


def _find_table(sheet: Sheet, known: frozenset[str]) -> tuple[Table | None, list[Finding]]:
    if not any(any(cell.strip() for cell in row) for row in sheet.rows):
        return None, []
    if sheet.header_rows is not None:
        first, depth = 0, sheet.header_rows
    else:
        found = _find_header(sheet, known)
        if found is None:
            return None, [finding("sheet_without_table")]
        first, depth = found
    width = max(len(row) for row in sheet.rows)
    headings = _headings(sheet, first, depth, width)
    ordinal = next(
        (i for i, parts in enumerate(headings) if parts and exact(parts[-1]) in ORDINALS), None
    )
    rows, findings = _data_rows(sheet, first + depth, ordinal)
    return Table(sheet.name, headings, rows, ordinal), findings


def _find_header(sheet: Sheet, known: frozenset[str]) -> tuple[int, int] | None:
    """First row and number of rows of the header, or None."""
    best, best_score = None, 0
    for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        score = _score(row, known)
        if score > best_score:
            best, best_score = index, score
    if best is None:
        return None
    # The lower of two header rows may well be the one with more known headings.
    if best > 0 and _continues(sheet, best - 1, known):
        return best - 1, 2
    return best, 2 if _continues(sheet, best, known) else 1


def _score(row: Row, known: frozenset[str]) -> int:
    return len({form for cell in row if (form := exact(cell)) in known})


def _continues(sheet: Sheet, first: int, known: frozenset[str]) -> bool:
    """Whether the row below `first` belongs to the same header.

    It does if cells are merged sideways in `first` over filled cells below, or if the cells below
    fill gaps of `first` and none of them stands under a single, unmerged heading.
    """
    if first + 1 >= len(sheet.rows):
        return False
    top, below = sheet.rows[first], sheet.rows[first + 1]
    filled = [i for i, cell in enumerate(below) if cell.strip()]
    if not filled or not any(cell.strip() for cell in top):
        return False
    spans = [m for m in sheet.merged if m[0] == m[2] == first and m[3] > m[1]]
    if not spans:
        return False
    spanned = {i for m in spans for i in range(m[1], m[3] + 1)}
    titles = len(spans) == 1 and len(spanned) >= max(len(top), len(below)) - 1
    return not titles and all(i in spanned for i in filled)


def _headings(sheet: Sheet, first: int, depth: int, width: int) -> tuple[tuple[str, ...], ...]:
    grid = [[*row, *[""] * (width - len(row))] for row in sheet.rows[first : first + depth]]
    for top, left, bottom, right in sheet.merged:
        if first <= top < first + depth:
            for i in range(left, min(right, width - 1) + 1):
                grid[top - first][i] = grid[top - first][left]
            for row in range(top + 1, min(bottom, first + depth - 1) + 1):
                for i in range(left, min(right, width - 1) + 1):
                    grid[row - first][i] = ""
    return tuple(tuple(display(line[i]) for line in grid if line[i].strip()) for i in range(width))


def _data_rows(
    sheet: Sheet, first: int, ordinal: int | None
) -> tuple[list[tuple[int, Row]], list[Finding]]:
    rows: list[tuple[int, Row]] = []
    findings: list[Finding] = []
    for number, row in _numbered(sheet.rows, first):
        filled = [cell.strip() for cell in row if cell.strip()]
        cells = [cell.strip() for i, cell in enumerate(row) if i != ordinal and cell.strip()]
        if filled and TOTALS.fullmatch(filled[0]):
            findings.append(finding("row_total", value=filled[0]).at(row=number))
        elif not cells:
            if filled:
                findings.append(finding("row_blank").at(row=number))
        elif _signs(row, cells):
            below = [" ".join(" ".join(r).split()) for _, r in _numbered(sheet.rows, number - 1)]
            told = " · ".join(text for text in below if text)
            findings.append(finding("rows_signature", value=told[:300]).at(row=number))
            break
        else:
            rows.append((number, row))
    return rows, findings


def _signs(row: Row, cells: list[str]) -> bool:
    """Whether a row begins the signature block: few words, and none where rows have their number
    or their first value. All that follows is left out, so a note in a record may not look so."""
    first = _cell(row, 0)
    if len(cells) > 3 or (first and not _signature(first)):
        return False
    return any(_signature(cell) for cell in cells)


def _signature(cell: str) -> bool:
    return SIGNATURES.match(cell[:SIGNATURE_WITHIN]) is not None


def _cell(row: Row, index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _numbered(rows: list[Row], first: int) -> Iterator[tuple[int, Row]]:
    for index in range(first, len(rows)):
        yield index + 1, rows[index]
