"""Which columns of a table are in an encoding from before Unicode, and their cells converted.

One column pasted from an old file in an otherwise right workbook is common, so each column is
judged by all its words; of its cells only those are converted that are not right as they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from khue.intake.book import BLOCK, Row, Sheet
from khue.lib.legacy_encodings import (
    FONTS,
    WINDOWS_1258,
    beyond_latin_1,
    decode,
    find_encoding,
    is_latin,
    repair,
    words_of,
)
from khue.lib.spoilt_text import find_spoilt, may_be_spoilt
from khue.model.findings import Finding, finding

SEEN_CELLS = 3_000
"""Different cells of a column by which it is judged."""
SEEN_LENGTH = 400
"""Characters of a cell by which its column is judged."""
REPEATED_LENGTH = 60
"""Characters up to which the cells of a column are likely to come again."""
EXAMPLES = 3

Convert = Callable[[str], str]


@dataclass
class Columns:
    """What the columns of a table hold, filled row by row; then how to convert them.

    `as_bytes` says that the cells are bytes of no known encoding, one character of Latin-1 each.
    """

    as_bytes: bool = False
    _seen: dict[int, dict[str, int]] = field(default_factory=dict)
    _spoilt: dict[int, tuple[int, str, str]] = field(default_factory=dict)

    def add_block(self, first: int, rows: Sequence[Row]) -> None:
        """Take notice of rows that follow each other, by the 1-based number of the first one."""
        for index, cells in enumerate(zip_longest(*rows, fillvalue="")):
            whole = "".join(cells)
            if whole.isascii():
                continue
            if not self.as_bytes and index not in self._spoilt and may_be_spoilt(whole):
                self._look_at(index, enumerate(cells, first))
            # Registers repeat themselves, but their long texts do not.
            repeats = len(whole) < REPEATED_LENGTH * len(cells)
            for cell in dict.fromkeys(cells) if repeats else cells:
                if not (cell.isascii() or beyond_latin_1(cell)):
                    self._add(index, cell, first + cells.index(cell))

    def add_cells(self, number: int, cells: Iterable[tuple[int, str]]) -> None:
        """Take notice of some cells of a row, by the index of their column."""
        for index, cell in cells:
            if index not in self._spoilt and not cell.isascii() and may_be_spoilt(cell):
                self._look_at(index, [(number, cell)])
            if not (cell.isascii() or beyond_latin_1(cell)):
                self._add(index, cell, number)

    def _add(self, index: int, cell: str, number: int) -> None:
        seen = self._seen.setdefault(index, {})
        if len(seen) < SEEN_CELLS:
            seen.setdefault(cell[:SEEN_LENGTH], number)

    def _look_at(self, index: int, cells: Iterable[tuple[int, str]]) -> None:
        for number, cell in cells:
            if (spoilt := find_spoilt(cell)) is not None:
                self._spoilt[index] = (number, *spoilt)
                return

    def settle(self, sheet: str = "") -> tuple[dict[int, Convert], list[Finding]]:
        """How to convert each column that needs it, by its index, and what to tell."""
        if self.as_bytes:
            return self._settle_bytes(sheet)
        converts, findings = self._settle_fonts(sheet)
        for index, (number, text, read) in sorted(self._spoilt.items()):
            code, letters = "letters_garbled" if read else "letters_lost", letters_of(index + 1)
            told = finding(code, value=brief(text), read=brief(read), cell=f"{letters}{number}")
            findings.append(told.at(sheet=sheet, row=number, column=letters))
        return converts, findings

    def _settle_fonts(self, sheet: str) -> tuple[dict[int, Convert], list[Finding]]:
        best = {
            index: find_encoding(word for cell in seen for word in words_of(cell))
            for index, seen in self._seen.items()
        }
        found = {index: one for index, one in best.items() if one is not None}
        certain = Counter(one.encoding for one in found.values() if one.is_certain)
        converts: dict[int, Convert] = {}
        findings: list[Finding] = []
        for index, one in sorted(found.items()):
            if one.is_certain or (one.is_likely and certain[one.encoding]):
                converts[index] = _Repair(one.encoding)
                findings += self._tell(index, one.encoding, converts[index], sheet)
                findings += self._tell_unclear(index, one.encoding, sheet)
            elif one.mended >= 2:
                example = next(iter(self._seen[index]))
                told = finding("encoding_unclear", value=example, encoding=one.encoding)
                findings.append(told.at(sheet=sheet, column=letters_of(index + 1)))
        return converts, findings

    def _settle_bytes(self, sheet: str) -> tuple[dict[int, Convert], list[Finding]]:
        encodings = (WINDOWS_1258, *FONTS)
        words = {
            index: [word for cell in seen if not _is_utf_8(cell) for word in words_of(cell)]
            for index, seen in self._seen.items()
        }
        best = {index: find_encoding(some, encodings) for index, some in words.items() if some}
        certain = {i: one.encoding for i, one in best.items() if one is not None and one.is_certain}
        whole = find_encoding((word for some in words.values() for word in some), encodings)
        usual = WINDOWS_1258
        if certain:
            usual = Counter(certain.values()).most_common(1)[0][0]
        elif whole is not None and whole.is_likely:
            usual = whole.encoding
        chosen = {index: certain.get(index, usual) for index in words}
        findings = [finding("encoding_found", value=usual).at(sheet=sheet)]
        converts = {index: _Decode(encoding) for index, encoding in chosen.items()}
        for index, encoding in sorted(chosen.items()):
            if encoding != usual:
                findings += self._tell(index, encoding, converts[index], sheet)
        if any(_is_utf_8(cell) for seen in self._seen.values() for cell in seen):
            findings.append(finding("encoding_mixed", value=usual).at(sheet=sheet))
        return dict(converts), findings

    def _tell(self, index: int, encoding: str, convert: Convert, sheet: str) -> list[Finding]:
        changed = [(cell, convert(cell)) for cell in self._seen[index]]
        examples = [f"{brief(old)} → {brief(new)}" for old, new in changed if old != new]
        if not examples:
            return []
        told = finding("encoding_column", value=encoding, examples="; ".join(examples[:EXAMPLES]))
        return [told.at(sheet=sheet, column=letters_of(index + 1))]

    def _tell_unclear(self, index: int, encoding: str, sheet: str) -> list[Finding]:
        unclear = (
            (text, row)
            for text, row in self._seen[index].items()
            if words_of(text) and not repair(text, encoding)[1]
        )
        letters = letters_of(index + 1)
        return [
            finding(
                "encoding_cell_unclear",
                value=brief(text),
                encoding=encoding,
                cell=f"{letters}{row}",
            ).at(sheet=sheet, row=row, column=letters)
            for text, row in unclear
        ]


def convert_sheet(sheet: Sheet) -> list[Finding]:
    """Convert the old encodings of a sheet whose rows are lists, in place, and tell of it."""
    columns = Columns()
    for start in range(0, len(sheet.rows), BLOCK):
        columns.add_block(start + 1, sheet.rows[start : start + BLOCK])
    converts, findings = columns.settle(sheet.name)
    if converts:
        for row in sheet.rows:
            convert_row(row, converts)
    return findings


def convert_row(row: Row, converts: dict[int, Convert]) -> None:
    """Convert the cells of a row in place."""
    for index, convert in converts.items():
        if index < len(row) and not row[index].isascii():
            row[index] = convert(row[index])


def letters_of(column: int) -> str:
    """The letters by which spreadsheets call a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


@dataclass(frozen=True)
class _Repair:
    """Converts the cells of a column that are not right as they stand."""

    encoding: str

    def __call__(self, text: str) -> str:
        return repair(text, self.encoding)[0] if is_latin(text) else text


@dataclass(frozen=True)
class _Decode:
    """Reads the bytes of a cell: as UTF-8 where they are, else in the encoding of the column."""

    encoding: str

    def __call__(self, text: str) -> str:
        data = text.encode("latin-1")
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            read = decode(text, self.encoding)
        # A letter that is not known shows that it is not.
        return data.decode(WINDOWS_1258, errors="replace") if read is None else read


def _is_utf_8(cell: str) -> bool:
    # The cell may have been cut within a character.
    data = cell.encode("latin-1")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(cell) == SEEN_LENGTH and error.start > len(data) - 4 and error.start > 0
    return True


def brief(text: str) -> str:
    """A text, short enough for a finding."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
