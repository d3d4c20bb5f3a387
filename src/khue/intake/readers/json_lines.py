"""JSON lines, one object a line, and objects that follow each other in any other way."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from khue.intake.book import BLOCK, Book
from khue.intake.readers.buffers import Buffer, stream_of
from khue.intake.readers.limits import CELL_LENGTH
from khue.intake.readers.objects import (
    Object,
    Table,
    book_of,
    json_reason,
    load,
    require_light,
    unique,
    unreadable,
)

EXTENSIONS = ("jsonl", "ndjson", "jsonlines")

LINE_LIMIT = 2 * CELL_LENGTH


def read(data: Buffer) -> Book:
    """One sheet whose first row holds the keys. Raises `UnreadableFile` for anything but objects.

    Lines are read again when their rows are asked for, so that a file may be large.
    """
    try:
        table, starts = _walk(data)
    except (ValueError, RecursionError):
        require_light(data)
        return _read_following(bytes(data))

    def read_objects(first: int, last: int) -> Iterator[Object]:
        stream = stream_of(data)
        stream.seek(starts[(first + 1) // BLOCK])
        return (json.loads(line) for line in islice(_lines(stream), last - first))

    return table.book(read_objects)


def _walk(data: Buffer) -> tuple[Table, list[int]]:
    """All objects taken notice of, and where the lines of each block begin. A block is a row
    shorter at the head of the file, where the headings stand."""
    table = Table()
    stream = stream_of(data)
    starts: list[int] = []
    start = 0
    for count, line in enumerate(_lines(stream)):
        value = load(line)
        if not isinstance(value, dict):
            raise ValueError("no object")
        if count == 0 or (count + 1) % BLOCK == 0:
            starts.append(start)
        table.add(value)
        if (count + 2) % BLOCK == 0:
            start = stream.tell()
    return table, starts


def _lines(stream: io.BufferedReader) -> Iterator[bytes]:
    """Lines that say something."""
    is_first = stream.tell() == 0
    while line := stream.readline(LINE_LIMIT):
        if is_first:
            line, is_first = line.removeprefix(codecs.BOM_UTF8), False
        if len(line) == LINE_LIMIT:
            raise ValueError("line too long")
        if not line.isspace():
            yield line


def _read_following(data: bytes) -> Book:
    """Objects that are not one to a line."""
    decoder = json.JSONDecoder(object_pairs_hook=unique)
    objects: list[Object] = []
    line = 1
    try:
        text = data.decode("utf-8-sig")
        at = _skip(text, 0)
        while at < len(text):
            line = text.count("\n", 0, at) + 1 if len(objects) < BLOCK else line
            value, at = decoder.raw_decode(text, at)
            objects += _objects(value, line)
            at = _skip(text, at)
    except (ValueError, RecursionError) as error:
        why = json_reason(error)
        raise unreadable(
            f"Không đọc được JSON sau đối tượng thứ {len(objects)}: {why['vi']}.",
            f"The JSON after object {len(objects)} cannot be read: {why['en']}.",
        ) from error
    if not objects:
        raise unreadable("Tệp JSON không có đối tượng nào.", "The JSON file has no objects.")
    return book_of(objects)


def _objects(value: Any, line: int) -> list[Object]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in found):
        raise unreadable(
            f"Dòng {line} của tệp JSON không phải đối tượng.",
            f"Line {line} of the JSON file is no object.",
        )
    return found


def _skip(text: str, at: int) -> int:
    """Over spaces and, as some write it, a comma or the separator of RFC 7464."""
    while at < len(text) and text[at] in " \t\r\n,\x1e":
        at += 1
    return at
