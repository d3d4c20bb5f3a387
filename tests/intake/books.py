"""Sheets and spreadsheets made in a line or two."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl

from khue.intake import Sheet
from khue.model.packs import Pack

Merged = tuple[tuple[int, int, int, int], ...]


def sheet(text: str, merged: Merged = (), name: str = "S") -> Sheet:
    """A sheet drawn with `|` between cells, one row a line."""
    lines = text.strip("\n").split("\n")
    return Sheet(name, [[cell.strip() for cell in line.split("|")] for line in lines], merged)


def xlsx(fill: Callable[[Any], None]) -> bytes:
    """The bytes of a workbook; `fill` gets its first worksheet."""
    book = openpyxl.Workbook()
    fill(book.active)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def headings_of(pack: Pack, type_name: str = "relic") -> set[str]:
    """The headings of a type that are known."""
    return {heading for column in pack.columns(type_name) for heading in column.headings}
