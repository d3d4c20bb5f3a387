"""Office files as archives: opened within bounds, and one error for whatever is broken in them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError

from python_calamine import CalamineError

from khue.model.errors import UnreadableFile

UNPACKED_LIMIT = 1_000_000_000
"""Bytes of all XML in an office file, unpacked: a small archive can hold very much of nothing."""

_UNKNOWN_ERROR = re.compile("Unsupported cell error value '([^']{1,40})'")

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
        if unknown := _UNKNOWN_ERROR.search(str(error)):
            raise UnreadableFile(
                f"Trong bảng tính có ô mang lỗi lạ «{unknown[1]}».",
                f"A cell of the workbook holds the unknown error '{unknown[1]}'.",
                mend_vi="Tìm ô đó, sửa công thức hoặc ghi thẳng giá trị, lưu rồi nhập lại.",
                mend_en="Find the cell, mend its formula or write the value itself, and try again.",
            ) from error
        raise UnreadableFile(
            f"Không mở được tệp; có lẽ tệp bị hỏng hoặc chưa chép hết ({error}).",
            f"The file cannot be opened; it may be damaged or not copied whole ({error}).",
            mend_vi="Lấy lại tệp từ nơi gửi, hoặc mở bằng Excel, Word hay LibreOffice, bỏ mật khẩu,"
            " lưu lại rồi nhập.",
            mend_en="Get the file anew, or open it in Excel, Word or LibreOffice, remove any"
            " password, save, try again.",
        ) from error
