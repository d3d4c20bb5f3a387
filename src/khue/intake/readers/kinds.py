"""What kind of file some bytes are, whatever their name says."""

from __future__ import annotations

import re
import zipfile

from khue.intake.readers.buffers import Buffer, stream_of

ZIP, OLE, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"

NAMES = {
    "xlsx": ("bảng tính Excel (.xlsx)", "an Excel workbook (.xlsx)"),
    "xls": ("bảng tính Excel đời cũ (.xls)", "an old Excel workbook (.xls)"),
    "xlsb": ("bảng tính Excel nhị phân (.xlsb)", "a binary Excel workbook (.xlsb)"),
    "ods": ("bảng tính LibreOffice (.ods)", "a LibreOffice workbook (.ods)"),
    "docx": ("văn bản Word (.docx)", "a Word document (.docx)"),
    "doc": ("văn bản Word đời cũ (.doc)", "an old Word document (.doc)"),
    "locked": ("tệp Office có mật khẩu", "an Office file with a password"),
    "zip": ("tệp nén ZIP", "a ZIP archive"),
    "gz": ("tệp nén gzip (.gz)", "a gzip file (.gz)"),
    "pdf": ("tệp PDF", "a PDF file"),
    "image": ("tệp ảnh", "a picture"),
    "rtf": ("văn bản RTF", "an RTF document"),
    "html": ("trang HTML", "an HTML page"),
    "xml": ("tệp XML", "an XML file"),
    "json": ("tệp JSON", "a JSON file"),
    "text": ("tệp văn bản", "a text file"),
}
"""What a kind is called in Vietnamese and English."""

BEGINNINGS = (
    (GZIP, "gz"), (b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"), (b"GIF8", "image"), (b"PK\x05\x06", "zip"),
)  # fmt: skip

_SPACE = rb"(?:\xef\xbb\xbf)?\s*"
_HTML = re.compile(_SPACE + rb"<(?:!doctype\s+html|html|head|body|table|meta|div)\b", re.IGNORECASE)
_XML = re.compile(_SPACE + rb"<\?xml\b")
_JSON = re.compile(_SPACE + rb"(?:\[\s*)?\{\s*\"")


def kind_of(data: Buffer) -> str:
    """A key of `NAMES`; `text` for whatever has no mark of its own."""
    head = data[:2000]
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(ZIP):
        return _kind_of_archive(data)
    if head.startswith(OLE):
        return _kind_of_compound(data)
    for pattern, kind in ((_HTML, "html"), (_XML, "xml"), (_JSON, "json")):
        if pattern.match(head):
            return kind
    return "text"


def _kind_of_archive(data: Buffer) -> str:
    try:
        names = set(zipfile.ZipFile(stream_of(data)).namelist())
    except (zipfile.BadZipFile, ValueError, LookupError, OSError, NotImplementedError):
        return "zip"
    for name, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"),
                       ("word/document.xml", "docx")):  # fmt: skip
        if name in names:
            return kind
    # The first part of an open document is its kind, not packed.
    return "ods" if b"opendocument.spreadsheet" in data[:200] else "zip"


def _kind_of_compound(data: Buffer) -> str:
    """By the names of the streams, which are UTF-16."""
    if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
        return "locked"
    return "doc" if data.find("WordDocument".encode("utf-16-le")) >= 0 else "xls"
