"""Office files as archives: opened within bounds, and one error for whatever is broken in them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError

from khue.model.errors import UnreadableFile

UNPACKED_LIMIT = 1_000_000_000
"""Bytes of all XML in an office file, unpacked: a small archive can hold very much of nothing."""

DAMAGED = (
    CalamineError, zipfile.BadZipFile, zlib.error, ParseError,
    # What `zipfile` and the XML parser raise for offsets, lengths, numbers, names and methods that
    # cannot be (found by changing bytes of a workbook at random), and for encrypted parts.
    ValueError, LookupError, EOFError, OSError, RuntimeError, NotImplementedError,
)  # fmt: skip


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The parts of an office file. Raises `UnreadableFile` for whatever goes wrong with it."""
    with told_if_damaged(), zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = [one for one in parts.infolist() if one.filename.lower().endswith((".xml", ".rels"))]
        if sum(one.file_size for one in xml) > UNPACKED_LIMIT:
            raise UnreadableFile(
                "Tệp lớn hơn 1 GB khi mở ra.",
                "The file unpacks to more than 1 GB.",
                mend_vi="Xóa các hàng và cột trống ở dưới và bên phải bảng, lưu rồi nhập lại.",
                mend_en="Delete rows and columns below and right of the table, save, try again.",
            )
        yield parts


@contextmanager
def told_if_damaged() -> Iterator[None]:
    """Raise `UnreadableFile` for what parsers raise for damaged files."""
    try:
        yield
    except DAMAGED as error:
        raise UnreadableFile(
            f"Không mở được tệp: {error}.",
            f"The file cannot be opened: {error}.",
            mend_vi="Mở tệp bằng Excel, Word hoặc LibreOffice, bỏ mật khẩu, lưu lại rồi nhập.",
            mend_en="Open it in Excel, Word or LibreOffice, remove any password, save, try again.",
        ) from error
