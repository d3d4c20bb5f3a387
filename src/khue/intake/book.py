"""What a reader gives: sheets of text cells. Every value is text, as the file states it."""

from __future__ import annotations

from dataclasses import dataclass, field

from khue.model.findings import Finding

Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """One table-like part of a file.

    `rows[0]` is row 1 of the file. `merged` are merged cells as (first row, first column, last
    row, last column), 0-based and inclusive. `header_rows` is set where the format itself says
    how many rows name the columns (JSON: one); None means that the header has to be found.
    """

    name: str
    rows: list[Row]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    header_rows: int | None = None


@dataclass(frozen=True)
class Book:
    """A file that was read: its sheets, and what there is to say about the reading."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...] = field(default_factory=tuple)
