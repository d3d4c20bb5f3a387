"""How large a table may be. No register comes near; a damaged or hostile file may go far beyond."""

from __future__ import annotations

from khue.intake.book import Row
from khue.model.errors import UnreadableFile

COLUMN_LIMIT = 4_000
"""Columns of one table. The widest registers have some two hundred."""

CELL_LIMIT = 50_000_000
"""Cells of one table, empty ones too: a reader makes room for all of them."""


def require_narrow(rows: list[Row]) -> None:
    """Raise `UnreadableFile` if a row has more cells than a table may have columns."""
    for number, row in enumerate(rows, 1):
        if len(row) > COLUMN_LIMIT:
            raise too_wide(f"Dòng {number} có", f"Row {number} has")


def too_wide(vi: str, en: str) -> UnreadableFile:
    """The error for too many columns; `vi` and `en` say what has them."""
    return UnreadableFile(
        f"{vi} hơn {COLUMN_LIMIT} cột, quá nhiều cho một bảng dữ liệu.",
        f"{en} more than {COLUMN_LIMIT} columns, too many for a table.",
        mend_vi="Xóa các cột thừa ở bên phải bảng, hoặc chia thành nhiều tệp, rồi nhập lại.",
        mend_en="Delete what is right of the table or split the file, and import again.",
    )
