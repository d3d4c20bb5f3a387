"""Files of formats that no package of the tests writes: XLS, ODS, DOCX, made by hand."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
WORD_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

SECTOR = 512
END_OF_CHAIN, FREE, FAT, MORE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
IN_HEADER = 109


def packed(**parts: str | bytes) -> bytes:
    """A ZIP archive of parts; `__` in their names stands for a slash, `_dot_` for a point."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            path = name.replace("__", "/").replace("_dot_", ".")
            kind = zipfile.ZIP_STORED if path == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(path, content, kind)
    return data.getvalue()


def ods(table: str, manifest: str = "") -> bytes:
    """An ODS workbook of one table, given as the XML of its rows."""
    return packed(
        mimetype="application/vnd.oasis.opendocument.spreadsheet",
        **{"META-INF__manifest_dot_xml": f"<manifest>{manifest}</manifest>"},
        content_dot_xml='<?xml version="1.0" encoding="UTF-8"?>'
        f"<office:document-content {ODS_NAMES}>"
        f'<office:body><office:spreadsheet><table:table table:name="S">{table}'
        "</table:table></office:spreadsheet></office:body></office:document-content>",
    )


def ods_of(rows: Sequence[Sequence[str]]) -> bytes:
    """An ODS workbook of text cells."""
    return ods(
        "".join(
            "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>"
            for row in rows
        )
    )


def _ods_cell(text: str) -> str:
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def docx(body: str, head: str = "") -> bytes:
    """A Word document, given as the XML of its body."""
    return packed(
        **{"[Content_Types]_dot_xml": "<Types/>"},
        word__document_dot_xml=f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f"<w:document {WORD_NAMES}><w:body>{body}</w:body></w:document>",
    )


def docx_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A Word document of one table."""
    return docx(
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(map(_docx_cell, row)) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def _docx_cell(text: str) -> str:
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return f"<w:tc><w:tcPr/>{lines}</w:tc>"


def xls_of(
    rows: Sequence[Sequence[str | float]],
    *,
    locked: bool = False,
    before: bytes = b"",
    more: bytes = b"",
    large: int = 0,
) -> bytes:
    """An XLS workbook (BIFF8) of text and number cells, in a compound file with one stream of at
    least `large` bytes. `before` are records of the whole workbook, `more` those of the sheet."""
    begin = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6))
    password = biff(0x002F, bytes(54)) if locked else b""
    name = b"\x01\x00S"
    sheet = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            sheet += _biff_cell(row, column, value)
    sheet += more + biff(0x000A, b"")
    at = len(begin) + len(password) + len(before) + 4 + 6 + len(name) + 4
    bound = biff(0x0085, struct.pack("<IH", at, 0) + name)
    stream = begin + password + before + bound + biff(0x000A, b"") + sheet
    return compound("Workbook", stream.ljust(large, b"\0"))


def _biff_cell(row: int, column: int, value: str | float) -> bytes:
    if isinstance(value, float):
        return biff(0x0203, struct.pack("<HHHd", row, column, 0, value))
    text = value.encode("utf-16-le")
    place = struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1)
    return biff(0x0204, place + text)


def biff(kind: int, data: bytes) -> bytes:
    """A record of an XLS workbook."""
    return struct.pack("<HH", kind, len(data)) + data


def compound(name: str, stream: bytes) -> bytes:
    """An OLE compound file with one stream."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would stand elsewhere
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    tables = -(-(count + 4) // 127)
    more = [*range(IN_HEADER, tables)]  # tables of which the header does not tell
    told_in = END_OF_CHAIN if not more else tables + 1 + count
    fat = [FAT] * tables + [END_OF_CHAIN]
    fat += [*range(tables + 2, tables + 1 + count), END_OF_CHAIN] + [MORE] * bool(more)
    fat += [FREE] * (128 * tables - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack(
        "<IIIIIIIII", 0, tables, tables, 0, 4096, END_OF_CHAIN, 0, told_in, bool(more)
    )
    named = [*range(min(tables, IN_HEADER))]
    header += struct.pack("<109I", *named, *[FREE] * (IN_HEADER - len(named)))
    root = _entry("Root Entry", 5, child=1, start=END_OF_CHAIN, size=0)
    only = _entry(name, 2, child=FREE, start=tables + 1, size=len(stream))
    told = struct.pack("<128I", *more, *[FREE] * (127 - len(more)), END_OF_CHAIN) if more else b""
    return header + struct.pack(f"<{len(fat)}I", *fat) + root + only + bytes(256) + stream + told


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", FREE, FREE, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)
