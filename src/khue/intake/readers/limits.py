"""How large a table may be. No register comes near; a damaged or hostile file may go far beyond."""

from __future__ import annotations

from collections.abc import Iterable

from khue.intake.book import Row
from khue.model.errors import UnreadableFile

COLUMN_LIMIT = 4_000
"""Columns of one table. The widest registers have some two hundred."""

CELL_LIMIT = 20_000_000
"""Cells of one table, empty ones too, where a reader makes room for all of them."""


ROW_LIMIT = 5_000_000
"""Rows of one table that are read on and on."""

PARSED_LIMIT = 100_000_000
"""Cells of one table that are read on and on."""

CELL_LENGTH = 10_000_000
"""Characters of one cell; a longer one is a sign of a quote that was never closed."""


def require_narrow(rows: Iterable[Row]) -> None:
    """Raise `UnreadableFile` if a row has more cells than a table may have columns."""
    for number, width in enumerate(map(len, rows), 1):
        if width > COLUMN_LIMIT:
            raise too_wide(f"Dòng {number} có", f"Row {number} has")


def too_wide(vi: str, en: str) -> UnreadableFile:
    """The error for too many columns; `vi` and `en` say what has them."""
    return UnreadableFile(
        f"{vi} hơn {COLUMN_LIMIT} cột, quá nhiều cho một bảng dữ liệu.",
        f"{en} more than {COLUMN_LIMIT} columns, too many for a table.",
        mend_vi="Xóa các cột thừa ở bên phải bảng, hoặc chia thành nhiều tệp, rồi nhập lại.",
        mend_en="Delete what is right of the table or split the file, and import again.",
    )


def too_long() -> UnreadableFile:
    """The error for more rows or cells than a table may have."""
    return UnreadableFile(
        f"Bảng có hơn {ROW_LIMIT} dòng hoặc {PARSED_LIMIT} ô.",
        f"The table has more than {ROW_LIMIT} rows or {PARSED_LIMIT} cells.",
        mend_vi="Chia tệp rồi nhập từng phần với cùng --source.",
        mend_en="Split it and import the parts under the same --source.",
    )


def vast_cell() -> UnreadableFile:
    """The error for a text that no cell of a table can be meant to hold."""
    return UnreadableFile(
        f"Có ô dài hơn {CELL_LENGTH} ký tự.",
        f"There is a cell of more than {CELL_LENGTH} characters.",
        mend_vi="Tìm ô quá dài, rút ngắn rồi nhập lại.",
        mend_en="Find the cell, shorten it and import again.",
    )
