"""Cells of an XLS workbook that are shown as percentages, by the formats that they name.

Such a workbook is a stream of records (BIFF, [MS-XLS] 2.1) in a compound file (`compound`).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Collection, Iterator, Mapping

from khue.intake.readers.compound import stream_of
from khue.intake.readers.percents import BUILT_IN, is_percentage
from khue.intake.readers.styles import COLUMNS

STREAMS = ("Workbook", "Book")
"""What the stream is called since Excel 97, and was before."""

BEGIN, END, SHEET, FORMAT, STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
NUMBER, SHORT, SHORTS, FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
"""Records: [MS-XLS] 2.3.2. A short number is an RK, several of them a MULRK."""

HEAD = 4
"""Bytes before each record: its kind and its length."""

SINCE_97 = 0x0600
"""The version since which texts are Unicode."""

Record = tuple[int, bytes]


def find_percents(data: bytes) -> Mapping[str, array[int]]:
    """The numbers that are shown as percentages, by the name of their sheet, as those of an XLSX
    workbook are; nothing for a workbook without such formats, or whose records break off where the
    library that reads its values goes on."""
    try:
        stream = stream_of(data, STREAMS)
        if stream is None:
            return {}
        unicode, styles, sheets = _globals(stream)
        if not styles:
            return {}
        found: dict[str, array[int]] = {}
        end = 0
        for at, name in sorted(sheets):
            if at >= end:  # sheets that lie in one another would be gone through again and again
                found[_text(name, 1, unicode)], end = _shown(stream, at, styles)
    except (struct.error, ValueError, LookupError):
        return {}
    return found


def _globals(stream: bytes) -> tuple[bool, frozenset[int], list[tuple[int, bytes]]]:
    """Whether texts are Unicode, the styles that show percentages, and where sheets begin."""
    unicode, formats, used, sheets = True, set(BUILT_IN), list[int](), list[tuple[int, bytes]]()
    for kind, body in _records(stream, 0):
        if kind == BEGIN:
            unicode = struct.unpack_from("<H", body)[0] >= SINCE_97
        elif kind == FORMAT:
            number = struct.unpack_from("<H", body)[0]
            formats.discard(number)
            if is_percentage(_text(body[2:], 2 if unicode else 1, unicode)):
                formats.add(number)
        elif kind == STYLE:
            used.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == SHEET:
            sheets.append((struct.unpack_from("<I", body)[0], body[6:]))
    shown = frozenset(style for style, number in enumerate(used) if number in formats)
    return unicode, shown, sheets


def _shown(stream: bytes, start: int, styles: Collection[int]) -> tuple[array[int], int]:
    """Where the numbers of a sheet are that have one of these styles, and where the sheet ends."""
    found, end = array("Q"), start
    depth = 0
    for kind, body in _records(stream, start):
        end += HEAD + len(body)
        depth += (kind == BEGIN) - (kind == END)
        if depth > 1:
            continue  # a chart within the sheet
        if kind in (NUMBER, SHORT, FORMULA):
            row, column, style = struct.unpack_from("<HHH", body)
            if style in styles and not (kind == FORMULA and body[12:14] == b"\xff\xff"):
                found.append(row * COLUMNS + column)
        elif kind == SHORTS:
            row, column = struct.unpack_from("<HH", body)
            found.extend(
                row * COLUMNS + column + n
                for n, (style, _) in enumerate(struct.iter_unpack("<HI", body[4:-2]))
                if style in styles
            )
    return found, end


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records from one that begins something to that which ends it, these too."""
    depth = 0
    while at + HEAD <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + HEAD : at + HEAD + length]
        depth += (kind == BEGIN) - (kind == END)
        if depth <= 0:
            return
        at += HEAD + length


def _text(body: bytes, size: int, unicode: bool) -> str:
    """A text after its length, which takes so many bytes; since 1997 a flag says how wide its
    characters are."""
    length = int.from_bytes(body[:size], "little")
    if not unicode:
        return body[size : size + length].decode("cp1252", "replace")
    wide = body[size] & 1
    text = body[size + 1 : size + 1 + length * (1 + wide)]
    return text.decode("utf-16-le" if wide else "latin-1")
