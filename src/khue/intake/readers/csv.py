"""CSV and TSV: the encoding and the separator are found, not assumed."""

from __future__ import annotations

import csv
import io

from khue.intake.book import Book, Sheet
from khue.intake.readers.limits import require_narrow
from khue.model.errors import UnreadableFile
from khue.model.findings import Finding, finding

EXTENSIONS = ("csv", "tsv", "txt")

SEPARATORS = ",;\t|"
SAMPLE_LINES = 50
CELL_LIMIT = 10_000_000
"""Characters in one cell; a longer one is a sign of a quote that was never closed."""

END = "\uffff"
"""A line of its own after the text, which is read as one unless a quote was never closed."""


def read(data: bytes) -> Book:
    """One sheet. Raises `UnreadableFile` for binary data, for quotes that never close and for
    more columns than a table may have."""
    text, findings = _decode(data)
    if "\x00" in text:
        raise _unreadable("Tệp có byte NUL nên không phải là văn bản.", "The file has NUL bytes.")
    csv.field_size_limit(CELL_LIMIT)
    lines = io.StringIO(f"{text}\n{END}", newline="")
    try:
        rows = list(csv.reader(lines, delimiter=find_separator(text)))
    except csv.Error as error:
        raise _unreadable(f"Không đọc được CSV: {error}.", f"This is not CSV: {error}.") from error
    if rows.pop() != [END]:
        # The quote has swallowed all that follows, the last line with it.
        raise _unreadable(
            f"Dấu ngoặc kép mở ở dòng {len(rows) + 1} không được đóng.",
            f"The quotation mark opened in row {len(rows) + 1} is never closed.",
        )
    if rows and not rows[-1]:
        rows.pop()  # the line break that the text ended with
    require_narrow(rows)
    return Book((Sheet("", rows),), tuple(findings))


def find_separator(text: str) -> str:
    """The separator that cuts most of the first lines into the same number (over one) of cells."""
    lines = text.splitlines()[:SAMPLE_LINES]
    best, best_score = ",", (0, 0)
    for separator in SEPARATORS:
        sizes = [len(row) for row in csv.reader(lines, delimiter=separator)]
        wide = [size for size in sizes if size > 1]
        if not wide:
            continue
        usual = max(set(wide), key=lambda size: (wide.count(size), size))
        score = (wide.count(usual), usual)
        if score > best_score:
            best, best_score = separator, score
    return best


def _decode(data: bytes) -> tuple[str, list[Finding]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "windows-1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        told = [] if encoding == "utf-8-sig" else [finding("encoding_found", value=encoding)]
        return text, told
    raise _unreadable("Không nhận ra bảng mã của tệp.", "The encoding of the file is not known.")


def _unreadable(vi: str, en: str) -> UnreadableFile:
    return UnreadableFile(
        vi,
        en,
        mend_vi="Lưu lại tệp dạng CSV UTF-8 rồi nhập lại.",
        mend_en="Save the file again as CSV UTF-8 and import it.",
    )
