"""Workbooks of any kind (XLSX, XLS, ODS): their sheets as text, read within bounds.

A small file can state a table without end (one stray cell, one long text in every cell), and the
library that reads workbooks takes the memory that the file asks for, and the process with it. So
what is not small and plain is read by a process of its own, which may use only so much.
"""

from __future__ import annotations

import io
import marshal
import math
import os
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from khue.intake.book import BLOCK, Row, Sheet
from khue.intake.readers.limits import CELL_LENGTH, CELL_LIMIT, vast_cell
from khue.lib.numbers import cell_text
from khue.model.errors import UnreadableFile

MEMORY = 700_000_000
"""Bytes of address space of the process that reads a workbook."""
SECONDS = 25
"""Of processor time. A million cells take about four."""
LENGTH = struct.Struct("<Q")
"""Before each part that the process gives: how many bytes it takes."""
LAST_SECOND = datetime(9999, 12, 31, 23, 59, 59)
TEXT_LIMIT = 250_000_000
"""Characters of all different texts of a workbook, with `TEXT_OVERHEAD` for each."""
TEXT_OVERHEAD = 60
"""Bytes that a text takes beside its characters."""


def read_sheets(data: bytes, *, is_small: bool = False) -> list[Sheet]:
    """The sheets of a workbook, all cells as text. One that `is_small` is read here and now.

    Raises `CalamineError` for damaged workbooks and `UnreadableFile` for encrypted and vast ones.
    """
    return _collect(_read(data) if is_small else _read_apart(data))


def locked() -> UnreadableFile:
    """The error for a file that has a password."""
    return UnreadableFile(
        "Tệp có mật khẩu nên không đọc được.",
        "The file has a password and cannot be read.",
        mend_vi="Mở tệp bằng Excel, bỏ mật khẩu, lưu lại rồi nhập.",
        mend_en="Open it in Excel, remove the password, save it and import it again.",
    )


def vast(vi: str, en: str) -> UnreadableFile:
    """The error for a workbook that reaches too far; `vi` and `en` say how."""
    return UnreadableFile(
        vi,
        en,
        mend_vi="Xóa các hàng và cột trống ở dưới và bên phải bảng, lưu rồi nhập lại; "
        "bảng thật sự lớn thì lưu dạng CSV.",
        mend_en="Delete rows and columns below and right of the table, save, try again; "
        "save a table that is really this large as CSV.",
    )


def _too_much() -> UnreadableFile:
    return vast(
        "Bảng tính cần quá nhiều bộ nhớ hoặc thời gian để đọc.",
        "The workbook takes too much memory or time to read.",
    )


Part = tuple[str, Any]
"""`("sheet", (name, merged, hidden))`, then `("rows", rows)` as often as it takes; at last
`("end", "")`, or `("damaged", why)` or `("locked", "")`."""


def _read(data: bytes) -> Iterator[Part]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            hidden = {
                one.name
                for one in workbook.sheets_metadata
                if one.visible != SheetVisibleEnum.Visible
            }
            for name in workbook.sheet_names:
                try:
                    sheet = workbook.get_sheet_by_name(name)
                except WorksheetNotFound:
                    continue  # a chart
                yield "sheet", (sheet.name, _merged(sheet), name in hidden)
                yield from (("rows", block) for block in _blocks(sheet))
    except PasswordError:
        yield "locked", ""
    except (CalamineError, ValueError, OSError) as error:
        yield "damaged", str(error)
    except BaseException as error:
        # What the library never expected; it has no other name to be caught by.
        if type(error).__name__ != "PanicException":
            raise
        yield "damaged", str(error)
    yield "end", ""


def _blocks(sheet: CalamineSheet) -> Iterator[list[Row]]:
    # The library leaves out empty columns at the left, but columns keep their numbers.
    left = [""] * (sheet.start[1] if sheet.start else 0)
    rows = iter(sheet.iter_rows())
    while block := [_texts(row, left) for row in islice(rows, BLOCK)]:
        yield block


def _merged(sheet: CalamineSheet) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or ()
    return [(first[0], first[1], last[0], last[1]) for first, last in ranges]


def _texts(row: list[Any], left: Row) -> Row:
    return left + [value if type(value) is str else _text(value) for value in row]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        if value.microsecond and value < LAST_SECOND:
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        at_midnight = value.time() == time()
        return str(value.date()) if at_midnight else str(value)
    if isinstance(value, date | time | timedelta):
        return str(value)
    return ""


def _number(value: float) -> str:
    # Spreadsheets show and mean fifteen digits; the sixteenth is noise of their arithmetic.
    written = f"{value:.15g}"
    if "." in written and "e" not in written and written[-4:-3] != ".":
        return written  # as `cell_text` writes it, which takes ten times as long
    return cell_text(float(written)) if math.isfinite(value) else str(value)


def _read_apart(data: bytes) -> Iterator[Part]:
    """The same by another process. What it takes too much memory or time for, ends it."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        path = os.pathsep.join(filter(None, sys.path))
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        with process:
            assert process.stdout is not None  # noqa: S101
            try:
                while True:
                    length = LENGTH.unpack(process.stdout.read(LENGTH.size))[0]
                    part = marshal.loads(process.stdout.read(length))  # noqa: S302
                    yield part
                    if part[0] == "end":
                        return
            except (EOFError, ValueError, TypeError, struct.error):
                raise _too_much() from None
            finally:
                process.kill()


def serve() -> None:
    """Read a workbook from standard input and write its parts to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for part in _read(sys.stdin.buffer.read()):
        packed = marshal.dumps(part)
        sys.stdout.buffer.write(LENGTH.pack(len(packed)))
        sys.stdout.buffer.write(packed)
    sys.stdout.buffer.flush()


def _collect(parts: Iterable[Part]) -> list[Sheet]:
    """The sheets. Registers repeat themselves, so a text is kept once."""
    sheets: list[Sheet] = []
    rows: list[Row] = []
    texts: dict[str, str] = {}
    length = cells = 0
    for kind, what in parts:
        if kind == "sheet":
            rows = []
            sheets.append(Sheet(what[0], rows, tuple(what[1]), hidden=what[2]))
        elif kind == "rows":
            known = len(texts)
            for row in what:
                cells += len(row)
                row[:] = map(texts.setdefault, row, row)
            for text in islice(reversed(texts), len(texts) - known):
                length += len(text) + TEXT_OVERHEAD
                if len(text) > CELL_LENGTH:
                    raise vast_cell()
            if cells > CELL_LIMIT or length > TEXT_LIMIT:
                raise _too_much()
            rows += what
        elif kind == "locked":
            raise locked()
        elif kind == "damaged":
            raise CalamineError(what)
    return sheets
