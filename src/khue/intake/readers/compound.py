"""Streams of a compound file, the container of office files before 2007: [MS-CFB]."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on are no sectors but ends and gaps."""

IN_HEADER = 109
"""Sectors of the table of sectors that the header names itself."""

ENTRY = 128
"""Bytes of an entry of the directory."""

STREAM = 2
"""The kind of an entry that is a stream."""


def stream_of(data: bytes, names: Collection[str]) -> bytes | None:
    """The first stream that has one of these names; None where there is none, or the file is no
    compound file. Those of less than 4 KB stand elsewhere; programs fill up a workbook to that.
    Raises `struct.error` and `ValueError` for a file that is broken."""
    if not data.startswith(SIGNATURE):
        return None
    shift = struct.unpack_from("<H", data, 30)[0]
    if not 7 <= shift <= 12:
        raise ValueError("sector size")
    sector = 1 << shift
    first, least = struct.unpack_from("<I4xI", data, 48)
    table = _table(data, sector)
    directory = _joined(data, table, first, sector)
    for at in range(0, len(directory) - ENTRY + 1, ENTRY):
        one = directory[at : at + ENTRY]
        start, size = struct.unpack_from("<II", one, 116)
        if one[66] == STREAM and _name(one) in names and size >= least:
            return _joined(data, table, start, sector)[:size]
    return None


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")


def _table(data: bytes, sector: int) -> list[int]:
    """For each sector the one that follows it. A file that names more parts of this table than its
    sectors need goes round in a circle: the rest is not read."""
    sectors = len(data) // sector
    enough = IN_HEADER + sectors * 4 // sector + 1
    named = list(struct.unpack_from(f"<{IN_HEADER}I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, sectors)):
        if following >= LAST_SECTOR or len(named) >= enough:
            break
        *more, following = _numbers(data[(following + 1) * sector : (following + 2) * sector])
        named += more
    table: list[int] = []
    for one in named:
        if len(table) >= sectors:
            break
        if one < LAST_SECTOR:
            table += _numbers(data[(one + 1) * sector : (one + 2) * sector])
    return table


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _joined(data: bytes, table: Sequence[int], start: int, sector: int) -> bytes:
    """The sectors of a chain, one after the other; the header stands before the first."""
    return b"".join(data[(one + 1) * sector : (one + 2) * sector] for one in _chain(table, start))


def _chain(table: Sequence[int], start: int) -> Iterator[int]:
    for _ in range(len(table)):
        if start >= LAST_SECTOR:
            return
        yield start
        if start >= len(table):
            raise ValueError(f"sector {start}")
        start = table[start]
