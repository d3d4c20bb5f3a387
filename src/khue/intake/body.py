"""The rows of a table, sorted by what they are: records, totals, sections, sources, a signature."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from khue.intake.book import Row, Sheet, numbered, texts_of
from khue.intake.headers import (
    DEEPEST,
    Header,
    header_at,
    is_counting,
    is_data,
    is_header,
    is_numbering,
)
from khue.intake.lines import (
    BULLET,
    BULLETS,
    LINE,
    SUB_LETTER,
    SUB_NUMBER,
    TABLE_TITLES,
    TOTAL_LETTERS,
    Section,
    is_signature,
    is_total,
    section_of,
    source_in,
)
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding

CROWDED = 4
"""Filled cells above which a row is a record or a total, and nothing else."""

TITLES = 8
"""Rows above a header in which titles are looked for."""

TOLD = LINE
"""Characters of a row that its finding shows."""


class Body:
    """The rows below a header, sorted by what they are, down to the next header or the end. The row
    `main` is one, whatever else is.

    `rows` are the numbers of those that are records, `width` the columns of the widest one."""

    def __init__(self, sheet: Sheet, header: Header, known: frozenset[str], main: int) -> None:
        self.rows = array("I")
        self.width = 0
        self.findings: list[Finding] = []
        self.sections: list[Section] = []
        self.totals: list[tuple[int, Row]] = []
        self.parents: dict[int, int] = {}
        self.sources: list[tuple[int, str]] = []
        self.next: Header | None = None
        self._sheet, self._header, self._known, self._main = sheet, header, known, main
        self._ordinal = header.ordinal
        self._styles: list[str] = []
        self._whole: dict[int, str] = {}  # the text of section rows as they stand, by number
        self._numbers: dict[str, int] = {}  # the numbered row, and the parts of it, to their rows
        self._holder: int | None = None  # the row that unnumbered members belong to
        self._gap = 0  # the last row without any cell
        self._signed: list[tuple[int, list[str]]] = []
        self._spans = {
            m[0] for m in sheet.merged if m[0] == m[2] and m[3] - m[1] + 1 >= self._half()
        }

    def read(self) -> None:
        """Go down the rows, up to the next table."""
        rows = self._sheet.rows
        below = self._header.end
        if self._sheet.header_rows is not None:  # the format says what a record is
            for number, row in numbered(rows, below):
                if any(map(str.strip, row)):
                    self._keep(number, row)
            return
        if below < len(rows) and is_numbering(rows[below]):
            self.findings.append(finding("row_column_numbers").at(row=below + 1))
            below += 1
        signing = False
        for number, row in numbered(rows, below):
            texts = texts_of(row)
            if number <= below:
                continue
            if not texts:
                self._gap = number
            elif (header := self._header_at(number, texts)) is not None:
                if not header.repeats(self._header):
                    self._give_way(header)
                    break
                self.findings.append(finding("header_repeated").at(row=number))
                below, signing = header.end, False
            elif signing:
                self._signed[-1][1].append(" ".join(texts))
            elif not self._sort(number, row, texts):
                signing = True
                self._signed.append((number, [" ".join(texts)]))
        self._finish()

    def _header_at(self, number: int, texts: list[str]) -> Header | None:
        """The header that begins at a row, if it does: of another table, or the own one again."""
        is_one = is_header(texts, self._known) or number - 1 == self._main
        if not is_one and not is_counting(texts):
            return None
        header = header_at(self._sheet, self._known, number - 1, after=self._header.end)
        is_one = is_one or header.repeats(self._header) or self._counts(number, texts)
        return header if is_one else None

    def _counts(self, number: int, texts: list[str]) -> bool:
        """Whether a row begins another table: the rows below are counted from one."""
        below = map(texts_of, self._sheet.rows[number : number + DEEPEST])
        return any(is_data(cells, texts) and cells[0].rstrip(".)") == "1" for cells in below)

    def _give_way(self, header: Header) -> None:
        """Leave to the next table what is its own: upper rows of its header, and its title."""
        self.next = header
        while self.rows and self.rows[-1] > header.first:
            self.rows.pop()
        gap = max(self._gap, self._title_above(header) - 1)
        while gap and self.rows and self.rows[-1] > gap:
            number = self.rows[-1]
            texts = texts_of(self._sheet.rows[number - 1])
            if len(texts) > 1:
                break
            self.rows.pop()
            self.findings.append(finding("row_remark", value=texts[0][:TOLD]).at(row=number))
        if gap and gap >= (self.rows[-1] if self.rows else 0):
            # What is cited before the title of the next table is still of this one.
            title = next((row for row in self._texts_from(gap, header.first)), 0)
            self.sources = [one for one in self.sources if one[0] < max(gap, title)]

    def _title_above(self, header: Header) -> int:
        """The row of the title of the next table, where that says by its number that it is one; 0
        where none does."""
        first = max(self._gap, header.first - TITLES)
        for number, row in enumerate(self._sheet.rows[first : header.first], first + 1):
            texts = [display(cell) for cell in row if cell.strip()]
            if len(texts) == 1 and TABLE_TITLES.match(texts[0]):
                return number
        return 0

    def _texts_from(self, first: int, end: int) -> Iterator[int]:
        """The rows between two that are neither empty nor cite anything."""
        cited = {row for row, _ in self.sources}
        for number, row in enumerate(self._sheet.rows[first:end], first + 1):
            if number not in cited and any(map(str.strip, row)):
                yield number

    def _total(self, number: int, row: Row, text: str) -> None:
        self.totals.append((number, row))
        self.findings.append(finding("row_total", value=text[:TOLD]).at(row=number))

    def _sort(self, number: int, row: Row, texts: list[str]) -> bool:
        """Put a row where it belongs; False if it begins the signature."""
        if len(texts) > CROWDED and not (
            texts[0][0] in TOTAL_LETTERS or texts[1][0] in TOTAL_LETTERS
        ):
            self._belongs(number, row, _cell(row, self._ordinal))
            self._keep(number, row)
            return True
        marker = _cell(row, self._ordinal)
        cells = texts if not marker else [
            text for i, cell in enumerate(row) if i != self._ordinal and (text := cell.strip())
        ]  # fmt: skip
        if texts[0][0] in TOTAL_LETTERS and is_total(texts):
            self._total(number, row, texts[0])
        elif cells and marker and is_total(cells):
            self._total(number, row, cells[0])
        elif cited := source_in(texts):
            self.sources.append((number, cited))
        elif len(cells) <= 3 and cells and is_signature(row, cells):
            return False
        elif len(cells) <= 1 and (head := self._section(number, marker, cells)):
            self._open(number, *head, " ".join(texts))
        elif not cells:
            self.findings.append(finding("row_blank").at(row=number))
        else:
            self._belongs(number, row, marker)
            self._keep(number, row)
        return True

    def _keep(self, number: int, row: Row) -> None:
        self.rows.append(number)
        if len(row) > self.width:
            self.width = len(row)

    def _section(self, number: int, marker: str, cells: list[str]) -> tuple[str, str] | None:
        spans = number - 1 in self._spans
        numbered = self._ordinal is not None
        return section_of(marker, cells[0] if cells else "", spans=spans, numbered=numbered)

    def _open(self, number: int, style: str, text: str, whole: str) -> None:
        if style not in self._styles:
            self._styles.append(style)
        self.sections.append(Section(number, text, self._styles.index(style)))
        self._whole[number] = whole
        self._numbers, self._holder = {}, None

    def _belongs(self, number: int, row: Row, marker: str) -> None:
        """Note which row above this one is a part of, by its number or the dash before its name."""
        if marker.isdigit() or (marker[:-1].isdigit() and marker[-1] in ".)"):
            self._numbers = {marker.rstrip(".)"): number}
            self._holder = number
        elif marker and (sub := SUB_NUMBER.fullmatch(marker)):
            parent = self._numbers.get(sub[1])
            if parent is not None:
                self.parents[number] = parent
            self._numbers[f"{sub[1]}.{sub[2]}"] = self._holder = number
        elif marker and marker not in BULLETS and not SUB_LETTER.fullmatch(marker):
            self._numbers, self._holder = {}, None
        elif not self._listed(row, marker):
            if self._ordinal is None:
                self._holder = number
        elif self._holder is not None:
            self.parents[number] = self._holder

    def _listed(self, row: Row, marker: str) -> bool:
        """Whether a row without a number is written as a member of the row above it: a dash before
        its name, a letter for its number, or an indented name where other rows are numbered."""
        if marker:
            return True
        first = row[0]
        if not first or first.isspace():
            first = next(cell for cell in row if cell and not cell.isspace())
        if self._ordinal is not None and first[:2].isspace():
            return True
        text = first.lstrip()
        return text[0] in BULLETS and BULLET.match(text) is not None

    def _finish(self) -> None:
        """What only the end shows: headings with nothing below them, and what was signed."""
        if not self.rows and self.sections:  # a list of names with the numbers I, II, III
            for one in self.sections:
                self._keep(one.row, self._sheet.rows[one.row - 1])
            self.sections = []
        last = self.rows[-1] if self.rows else 0
        for one in [one for one in self.sections if one.row > last]:
            self.sections.remove(one)
            remark = finding("row_remark", value=self._whole[one.row][:TOLD])
            self.findings.append(remark.at(row=one.row))
        for number, lines in self._signed:
            told = " · ".join(" ".join(line.split()) for line in lines)
            self.findings.append(finding("rows_signature", value=told[:TOLD]).at(row=number))

    def _half(self) -> float:
        return max(2, len(self._header.headings) / 2)


def _cell(row: Row, index: int | None) -> str:
    return row[index].strip() if index is not None and index < len(row) else ""
