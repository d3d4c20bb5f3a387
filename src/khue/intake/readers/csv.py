"""CSV and TSV: the encoding and the separator are found, not assumed.

The file is parsed twice: once to see that it is sound and in which encodings its columns are, and
a second time, block by block, as its rows are asked for. What is kept in between is its bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from khue.intake.book import BLOCK, BlockRows, Book, Row, Sheet
from khue.intake.readers.buffers import Buffer, stream_of
from khue.intake.readers.encodings import Columns, Convert, convert_row
from khue.intake.readers.limits import (
    CELL_LENGTH,
    COLUMN_LIMIT,
    PARSED_LIMIT,
    ROW_LIMIT,
    too_long,
    too_wide,
)
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding

EXTENSIONS = ("csv", "tsv", "txt")

SEPARATORS = ",;\t|"
SAMPLE_LINES = 50
SAMPLE_LENGTH = 1_000_000
LINE_LIMIT = 2 * CELL_LENGTH
"""Characters of one line that are taken into memory."""

END = "\uffff"
"""A line of its own after the text, which is read as one unless a quote was never closed."""

NEVER_TEXT = re.compile(rb"(?<![\x80-\xff])[\x8a\x8d-\x90\x9a\x9d\x9e]")
"""Bytes that stand for nothing in Windows-1258, TCVN3 and VNI, and where they stand in UTF-8
neither."""


def read(data: Buffer) -> Book:
    """One sheet. Raises `UnreadableFile` for binary data, for quotes that never close, for vast
    cells and for more columns than a table may have."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        _require_utf_16(data)
        return _read(data, "utf-16", finding("encoding_found", value="utf-16"))
    if (at := data.find(b"\x00")) >= 0:
        raise _nul(bytes(data[:at]).count(b"\n") + 1)
    try:
        return _read(data, "utf-8-sig")
    except UnicodeDecodeError:
        if NEVER_TEXT.search(data):
            raise _unknown() from None
        # Of no encoding that is known yet: its cells have to be looked at one by one.
        return _read(data, "latin-1")


def _read(data: Buffer, encoding: str, *findings: Finding) -> Book:
    text = _Text(data, encoding)
    columns = Columns(as_bytes=encoding == "latin-1")
    first: list[Row] = []
    length = cells = 0
    for block in text.blocks():
        first = first or block
        widths = list(map(len, block))
        if max(widths) > COLUMN_LIMIT:
            number = length + 1 + next(i for i, one in enumerate(widths) if one > COLUMN_LIMIT)
            raise too_wide(f"Dòng {number} có", f"Row {number} has")
        columns.add_block(length + 1, block)
        length += len(block)
        cells += sum(widths)
        if length > ROW_LIMIT or cells > PARSED_LIMIT:
            raise too_long()
    converts, told = columns.settle()

    def read_block(number: int) -> list[Row]:
        return _convert(text.block(number), converts)

    rows = BlockRows(length, read_block) if length > BLOCK else _convert(first, converts)
    return Book((Sheet("", rows),), (*findings, *told))


def find_separator(text: str) -> str:
    """The separator by which most of the first lines are of rows with the same number (over one) of
    cells. Lines are counted, since a wrong one tears what is written over several of them."""
    lines = list(islice(io.StringIO(text, newline=""), SAMPLE_LINES))
    best, best_score = ",", (0, 0)
    for separator in SEPARATORS:
        reader, before = csv.reader(lines, delimiter=separator), 0
        covered = Counter[int]()
        for row in reader:
            covered[len(row)] += reader.line_num - before
            before = reader.line_num
        score = max(((count, size) for size, count in covered.items() if size > 1), default=(0, 0))
        if score > best_score:
            best, best_score = separator, score
    return best


class _Text:
    """The rows of a text, walked through once and then read again by blocks."""

    def __init__(self, data: Buffer, encoding: str) -> None:
        csv.field_size_limit(CELL_LENGTH)
        self._data, self._encoding = data, encoding
        self._separator = find_separator(self._stream().read(SAMPLE_LENGTH))
        self._starts: list[int] = []

    def blocks(self) -> Iterator[list[Row]]:
        """All rows by blocks, which can be asked for again afterwards."""
        stream = self._stream()
        reader = csv.reader(chain(_lines(stream), [END]), delimiter=self._separator)
        row = 0
        block: list[Row] = []
        try:
            while True:
                start, block = stream.tell(), []
                block.extend(islice(reader, BLOCK))  # an error leaves in it what came before
                row += len(block)
                at_end = len(block) < BLOCK or block[-1] == [END]
                if at_end and (not block or block.pop() != [END]):
                    # The quote has swallowed all that follows, the last line with it.
                    raise _unclosed(row)
                if block:
                    self._starts.append(start)
                    yield block
                if at_end:
                    return
        except csv.Error as error:
            raise _vast_cell(row + len(block) + 1, error) from error

    def block(self, number: int) -> list[Row]:
        """One of the blocks."""
        stream = self._stream()
        stream.seek(self._starts[number])
        reader = csv.reader(_lines(stream), delimiter=self._separator)
        return list(islice(reader, BLOCK))

    def _stream(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(stream_of(self._data), self._encoding, newline="")


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            raise csv.Error(f"line longer than {LINE_LIMIT} characters")
        yield line


def _convert(rows: list[Row], converts: dict[int, Convert]) -> list[Row]:
    if converts:
        for row in rows:
            convert_row(row, converts)
    return rows


def _require_utf_16(data: Buffer) -> None:
    """Raise `UnreadableFile` if the bytes are no text."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    line = 1
    for start in range(0, len(data) + 1, SAMPLE_LENGTH):
        chunk = data[start : start + SAMPLE_LENGTH]
        try:
            text = decoder.decode(chunk, start + SAMPLE_LENGTH > len(data))
        except UnicodeDecodeError:
            raise _unknown() from None
        if "\x00" in text:
            raise _nul(line + text[: text.index("\x00")].count("\n"))
        line += text.count("\n")


def _nul(line: int) -> UnreadableFile:
    return _unreadable(
        f"Từ dòng {line} tệp có byte NUL, nên không phải là văn bản hoặc lẫn hai bảng mã.",
        f"From line {line} on the file has NUL bytes: it is no text, or mixes two encodings.",
    )


def _unknown() -> UnreadableFile:
    return _unreadable("Không nhận ra bảng mã của tệp.", "The encoding of the file is not known.")


def _unclosed(row: int) -> UnreadableFile:
    return _unreadable(
        f"Dấu ngoặc kép mở ở dòng {row} không được đóng.",
        f"The quotation mark opened in row {row} is never closed.",
    )


def _vast_cell(row: int, error: csv.Error) -> UnreadableFile:
    return _unreadable(
        f"Dòng {row} có ô quá dài, hoặc dấu ngoặc kép không được đóng ({error}).",
        f"Row {row} has a cell that is too long, or a quotation mark never closed ({error}).",
    )


def _unreadable(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi,
        en,
        mend_vi="Lưu lại tệp dạng CSV UTF-8 rồi nhập lại.",
        mend_en="Save the file again as CSV UTF-8 and import it.",
    )
