"""Readers of file formats, one file each: bytes to a `Book`.

A reader gives every cell as text and decides nothing about its meaning. Adding a format is one
file with `EXTENSIONS` and `read(data) -> Book`, and its name in `READERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from khue.intake.book import Book
from khue.intake.readers import csv, json, xlsx
from khue.model.errors import UnreadableFile, WrongUse

READERS = (csv, json, xlsx)
BY_EXTENSION: dict[str, Callable[[bytes], Book]] = {
    extension: reader.read for reader in READERS for extension in reader.EXTENSIONS
}


def read_book(data: bytes, filename: str) -> Book:
    """Read a file by its extension.

    Raises `WrongUse` for an extension that no reader knows and `UnreadableFile` for a file that is
    empty, damaged or of another kind than its name says.
    """
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    read = BY_EXTENSION.get(extension)
    if read is None:
        known = ", ".join(sorted(BY_EXTENSION))
        raise WrongUse(
            f"Chưa đọc được loại tệp «{extension or filename}».",
            f"Files of kind '{extension or filename}' cannot be read.",
            mend_vi=f"Lưu tệp thành một trong các loại: {known}.",
            mend_en=f"Save the file as one of: {known}.",
        )
    if not data.strip():
        raise UnreadableFile(
            f"Tệp {filename} rỗng.",
            f"The file {filename} is empty.",
            mend_vi="Kiểm tra lại tệp đã gửi.",
            mend_en="Check that this is the file that was meant.",
        )
    return read(data)
