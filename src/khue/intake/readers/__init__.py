"""Readers of file formats, one file each: bytes to a `Book`.

A reader gives every cell as text and decides nothing about its meaning. Adding a format is one
file with `EXTENSIONS` and `read(data) -> Book`, and its name in `TEXTS` or `OFFICE`. Texts may be
mapped files; office files, which are archives, are taken into memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from khue.intake.book import Book
from khue.intake.readers import csv, docx, geojson, gzip, json, json_lines, ods, xls, xlsx
from khue.intake.readers.buffers import Buffer
from khue.intake.readers.kinds import NAMES, kind_of
from khue.intake.readers.workbooks import locked
from khue.model.errors import UnreadableFile, WrongUse
from khue.model.findings import finding

Read = Callable[[Buffer], Book]
ReadWhole = Callable[[bytes], Book]

TEXTS = (csv, json, json_lines, geojson)
OFFICE = (xlsx, xls, ods, docx)
TEXT_EXTENSIONS: dict[str, Read] = {
    extension: reader.read for reader in TEXTS for extension in reader.EXTENSIONS
}
OFFICE_EXTENSIONS: dict[str, ReadWhole] = {
    extension: reader.read for reader in OFFICE for extension in reader.EXTENSIONS
}
BY_KIND: dict[str, ReadWhole] = {reader.EXTENSIONS[0]: reader.read for reader in OFFICE}
"""Of the kinds of `kinds.py`."""

SAYS_SOMETHING = re.compile(rb"\S")


def read_book(data: Buffer, filename: str) -> Book:
    """Read a file by its extension, and an office file by what it really is.

    What the rows of CSV and JSON lines need beyond the buffer does not grow with their number; they
    are parsed when they are asked for, so the buffer must stay as it is.
    Raises `WrongUse` for an extension that no reader knows and `UnreadableFile` for a file that is
    empty, damaged or of another kind than its name says.
    """
    name, extension = _split(filename)
    if extension == gzip.EXTENSION and _split(name)[1] in TEXT_EXTENSIONS:
        _require_content(data, filename)
        return read_book(gzip.unpack(bytes(data)), name)
    if extension in TEXT_EXTENSIONS:
        _require_content(data, filename)
        return _read_text(data, extension)
    if extension in OFFICE_EXTENSIONS:
        _require_content(data, filename)
        return _read_office(bytes(data), extension)
    known = ", ".join(sorted({*TEXT_EXTENSIONS, *OFFICE_EXTENSIONS}))
    raise WrongUse(
        f"Chưa đọc được loại tệp «{extension or filename}».",
        f"Files of kind '{extension or filename}' cannot be read.",
        mend_vi=f"Lưu tệp thành một trong các loại: {known}; tệp văn bản có thể nén (.csv.gz).",
        mend_en=f"Save the file as one of: {known}; text files may be packed (.csv.gz).",
    )


def _read_text(data: Buffer, extension: str) -> Book:
    kind = kind_of(data)
    read = TEXT_EXTENSIONS[extension]
    if kind not in ("text", "json") or (kind == "json" and read == csv.read):
        raise _is_other(kind, extension)
    return read(data)


def _read_office(data: bytes, extension: str) -> Book:
    kind = kind_of(data)
    if kind == "locked":
        raise locked()
    read = BY_KIND.get(kind)
    if read is None and kind == "zip":
        read = OFFICE_EXTENSIONS[extension]  # damaged, and the reader says how
    if read is None:
        raise _is_other(kind, extension)
    book = read(data)
    if read == OFFICE_EXTENSIONS[extension]:
        return book
    vi, en = NAMES[kind]
    told = finding("file_kind", value=f".{extension}", kind={"vi": vi, "en": en})
    return replace(book, findings=(told, *book.findings))


def _split(filename: str) -> tuple[str, str]:
    name, dot, extension = filename.rpartition(".")
    return (name, extension.lower()) if dot else (filename, "")


def _require_content(data: Buffer, filename: str) -> None:
    if SAYS_SOMETHING.search(data) is None:
        raise UnreadableFile(
            f"Tệp {filename} rỗng.",
            f"The file {filename} is empty.",
            mend_vi="Kiểm tra lại tệp đã gửi.",
            mend_en="Check that this is the file that was meant.",
        )


def _is_other(kind: str, extension: str) -> UnreadableFile:
    vi, en = NAMES[kind]
    return UnreadableFile(
        f"Tệp mang đuôi .{extension} nhưng nội dung là {vi}.",
        f"The file is called .{extension}, but it is {en}.",
        mend_vi="Đổi đuôi tệp cho đúng, hoặc mở rồi lưu lại đúng loại, rồi nhập lại.",
        mend_en="Give the file its right ending, or open it and save it as that kind.",
    )
