"""Findings as the spreadsheet in which they were found: comments in its cells, and a list of all.

An XLSX file is copied as it is and only gets comments, colours and the list; of any other file, and
of one too large to be held, a new workbook is made that has the same cells as text. Nothing that a
cell or a finding says is computed or followed.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, BinaryIO

from khue.intake.book import Book
from khue.intake.own import FINDINGS
from khue.lib.tables import read_table
from khue.model.fields import Text2
from khue.model.findings import Finding, Level
from khue.publish.cells import CELL_LIMIT
from khue.publish.locating import Located
from khue.publish.losses import find_losses
from khue.publish.sheet import ROW_LIMIT, bounded, column_letters, new_workbook, sheet_name

COMMENTS = 5_000
"""Cells with comments: with many more, spreadsheet programs take minutes to open a file."""

COMMENT_LENGTH = 4_000
"""Characters of one comment; the list has every finding whole."""

LISTED = 100_000
"""Findings in the list."""

LINKS = 60_000
"""Links in the list; Excel opens a sheet with up to 65,530 (source: as `CELL_LIMIT`)."""

COPIED, COPIED_IN_ALL = 16_000_000, 64_000_000
"""Bytes of XML, of the sheets and of all parts, up to which a workbook is copied: openpyxl holds
all of it, at about 25 bytes for each."""

_LEVELS: tuple[Level, ...] = ("error", "warning", "note")
_COLUMN_WIDTHS = (12, 18, 9, 24, 30, 60, 60, 60, 60)


Listed = tuple[Located, list[str]]
"""A finding with its cells in the list."""


@dataclass(frozen=True)
class Written:
    """What a workbook of findings holds: cells with comments, findings that are only in its list,
    whether it is a copy of the very workbook, and what that has and the copy has not."""

    comments: int
    left: int
    copied: bool
    lost: tuple[Text2, ...] = ()


def write_findings(
    data: bytes, book: Book, located: Sequence[Located], stream: BinaryIO
) -> Written:
    """Write a workbook of findings for the file of these bytes, which was read as `book`."""
    if _can_be_copied(data):
        try:
            return _write_copy(data, located, stream)
        except Exception:
            # openpyxl is stricter than our reader with what it does not know; nothing is lost.
            stream.seek(0)
            stream.truncate()
    return _write_table(book, located, stream)


def _can_be_copied(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            sizes = {one.filename: one.file_size for one in parts.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    sheets = sum(size for name, size in sizes.items() if name.startswith("xl/worksheets/"))
    is_workbook = "xl/workbook.xml" in sizes
    return is_workbook and sheets <= COPIED and sum(sizes.values()) <= COPIED_IN_ALL


def _by_cell(located: Sequence[Located]) -> dict[tuple[str, int, int], list[Finding]]:
    """Findings by sheet, row and column, the gravest cells first, as many as get comments."""
    found: dict[tuple[str, int, int], list[Finding]] = {}
    for one in located:
        for place in one.cells:
            found.setdefault(place, []).append(one.finding)
    ranked = sorted(found, key=lambda place: _LEVELS.index(_gravest(found[place])))
    return {place: found[place] for place in ranked[:COMMENTS]}


def _gravest(findings: Sequence[Finding]) -> Level:
    return min((one.level for one in findings), key=_LEVELS.index)


def _comment(findings: Sequence[Finding]) -> str:
    """All that there is to say of a cell, Vietnamese first."""
    levels, mend = _words()["levels"], _words()["mend"]
    told = []
    for lang in ("vi", "en"):
        for one in findings:
            told.append(f"{levels[one.level][lang]}: {one.message[lang]}")
            told.append(f"{mend[lang]}: {one.mend[lang]}")
        told.append("")
    text = _printable("\n".join(told).strip())
    return text if len(text) <= COMMENT_LENGTH else text[: COMMENT_LENGTH - 1] + "…"


def _write_copy(data: bytes, located: Sequence[Located], stream: BinaryIO) -> Written:
    # Imported here, since every command imports this room and few write a workbook.
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is lost `find_losses` tells
        book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    lost = tuple(_words()["losses"][kind] for kind in find_losses(data, book))
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    cells = {place: told for place, told in _by_cell(located).items() if place[0] in sheets}
    fills = {
        level: PatternFill("solid", start_color=_words()["levels"][level]["colour"])
        for level in _LEVELS
    }
    for (name, row, column), findings in cells.items():
        cell = _settable(sheets[name], row, column + 1)
        before = f"{cell.comment.text}\n\n" if cell.comment else ""
        cell.comment = Comment(before + _comment(findings), "Khuê", width=420, height=220)
        cell.fill = fills[_gravest(findings)]
    # One that came back with the findings of the last time gets those of now.
    if FINDINGS["vi"] in book.sheetnames:
        del book[FINDINGS["vi"]]
    told = _told(located, cells)
    lines, table = _listed(located, told, lost)
    _list_in_copy(book.create_sheet(FINDINGS["vi"]), lines, table, sheets)
    book.save(stream)
    return Written(len(cells), len(located) - told, copied=True, lost=lost)


def _settable(sheet: Any, row: int, column: int) -> Any:
    """The cell, or the one that holds the value of the merged cells that it is part of."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return sheet.cell(area.min_row, area.min_col)
    return sheet.cell(row, column)


def _told(located: Sequence[Located], cells: Container[tuple[str, int, int]]) -> int:
    """How many findings stand in a comment."""
    return sum(any(place in cells for place in one.cells) for one in located)


def _list_in_copy(
    sheet: Any, lines: Sequence[str], table: Sequence[Listed], sheets: Mapping[str, Any]
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink

    for number, line in enumerate(lines, 1):
        sheet.cell(number, 1, line)
    start = len(lines) + 2
    for index, (heading, width) in enumerate(zip(_headings(), _COLUMN_WIDTHS, strict=True), 1):
        sheet.cell(start, index, heading).font = Font(bold=True)
        sheet.column_dimensions[column_letters(index - 1)].width = width
    wrapped = Alignment(wrap_text=True, vertical="top")
    for number, (one, texts) in enumerate(table, start + 1):
        for index, text in enumerate(texts, 1):
            cell = sheet.cell(number, index)
            cell.value = text
            cell.data_type = "s"  # else a value that begins with = would be a formula
            cell.alignment = wrapped
        colour = _words()["levels"][one.finding.level]["colour"]
        sheet.cell(number, 1).fill = PatternFill("solid", start_color=colour)
        if one.cell and one.finding.sheet in sheets and number - start <= LINKS:
            cell = sheet.cell(number, 3)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=_address(one, {}))
            cell.font = Font(underline="single")
    sheet.freeze_panes = sheet.cell(start + 1, 1)


def _write_table(book: Book, located: Sequence[Located], stream: BinaryIO) -> Written:
    """A new workbook with the cells of every sheet as text."""
    made = new_workbook(stream, constant_memory=True)
    plain = made.add_format({"num_format": "@", "valign": "top"})
    fills = {
        level: made.add_format(
            {"num_format": "@", "valign": "top", "bg_color": f"#{words['colour']}"}
        )
        for level, words in _words()["levels"].items()
    }
    names = _new_names(book)
    lengths = {sheet.name: min(len(sheet.rows), ROW_LIMIT + 1) for sheet in book.sheets}
    cells = {
        place: told
        for place, told in _by_cell(located).items()
        if place[1] <= lengths.get(place[0], 0)
    }
    rows: dict[tuple[str, int], dict[int, list[Finding]]] = {}
    for (name, row, column), findings in cells.items():
        rows.setdefault((name, row), {})[column] = findings
    for sheet in book.sheets:
        page = made.add_worksheet(names[sheet.name])
        for number, texts in enumerate(islice(sheet.rows, lengths[sheet.name])):
            marked = rows.get((sheet.name, number + 1), {})
            for column, text in enumerate(texts):
                if text and column not in marked:
                    page.write_string(number, column, bounded(text), plain)
            for column, findings in marked.items():
                text = texts[column] if column < len(texts) else ""
                _mark(page, number, column, text, findings, fills)
    told = _told(located, cells)
    _list_in_table(made, located, told, names, fills)
    made.close()
    return Written(len(cells), len(located) - told, copied=False)


def _mark(
    page: Any,
    row: int,
    column: int,
    text: str,
    findings: Sequence[Finding],
    fills: Mapping[str, Any],
) -> None:
    """A cell with its colour and comment; in bounded memory both belong to the row at hand."""
    form = fills[_gravest(findings)]
    if text:
        page.write_string(row, column, bounded(text), form)
    else:
        page.write_blank(row, column, None, form)
    options = {"x_scale": 3, "y_scale": 3, "author": "Khuê"}
    page.write_comment(row, column, _comment(findings), options)


def _list_in_table(
    made: Any,
    located: Sequence[Located],
    told: int,
    names: Mapping[str, str],
    fills: Mapping[str, Any],
) -> None:
    sheet = made.add_worksheet(FINDINGS["vi"])
    bold = made.add_format({"bold": True})
    wrapped = made.add_format({"text_wrap": True, "valign": "top"})
    for index, width in enumerate(_COLUMN_WIDTHS):
        sheet.set_column(index, index, width)
    lines, table = _listed(located, told)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
    start = len(lines) + 1
    sheet.freeze_panes(start + 1, 0)
    for index, heading in enumerate(_headings()):
        sheet.write_string(start, index, heading, bold)
    for number, (one, texts) in enumerate(table, start + 1):
        for index, text in enumerate(texts):
            linked = index == 2 and one.cell and one.finding.sheet in names
            if linked and number - start <= LINKS:
                sheet.write_url(number, index, f"internal:{_address(one, names)}", string=text)
            else:
                form = wrapped if index else fills[one.finding.level]
                sheet.write_string(number, index, text, form)


def _listed(
    located: Sequence[Located], told: int, lost: Sequence[Text2] = ()
) -> tuple[list[str], list[Listed]]:
    """What stands above the list, in both languages, and the findings with their cells of it."""
    words = _words()
    counts = Counter(one.finding.level for one in located)
    numbers = {level: counts[level] for level in _LEVELS}
    lines = [words["counts"][lang].format(**numbers) for lang in ("vi", "en")]
    if told < len(located):
        lines += [words["left"][lang].format(n=len(located) - told) for lang in ("vi", "en")]
    if len(located) > LISTED:
        lines += [words["cut"][lang].format(n=LISTED) for lang in ("vi", "en")]
    if lost:
        whats = {lang: ", ".join(one[lang] for one in lost) for lang in ("vi", "en")}
        lines += [words["lost"][lang].format(what=what) for lang, what in whats.items()]
    return lines, [(one, _texts(one)) for one in located[:LISTED]]


def _texts(one: Located) -> list[str]:
    found = one.finding
    level = _words()["levels"][found.level]
    row = "" if found.row is None else f"#{found.row}"
    texts = (
        *(f"{level['vi']} · {level['en']}", found.sheet, one.cell or row),
        *(found.column, found.value),
        *(found.message["vi"], found.mend["vi"], found.message["en"], found.mend["en"]),
    )
    return [_printable(bounded(text)) for text in texts]


def _headings() -> list[str]:
    return [
        one["vi"] if one["vi"] == one["en"] else f"{one['vi']} · {one['en']}"
        for one in _words()["headings"]
    ]


def _address(one: Located, names: Mapping[str, str]) -> str:
    name = names.get(one.finding.sheet, one.finding.sheet).replace("'", "''")
    return f"'{name}'!{one.cell}"


def _new_names(book: Book) -> dict[str, str]:
    """A name for each sheet that Excel allows, each once whatever its case."""
    taken = {FINDINGS["vi"].casefold(), "history"}
    names: dict[str, str] = {}
    for sheet in book.sheets:
        wanted = sheet_name(sheet.name or _words()["data"]["vi"])
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted[:26]} {number}"
        taken.add(name.casefold())
        names[sheet.name] = name
    return names


def _printable(text: str) -> str:
    """The text without what XML cannot hold, and no longer than a cell."""
    kept = "".join(one for one in text if one in "\n\t" or ord(one) >= 32)
    return kept.encode("utf-8", "replace").decode()[:CELL_LIMIT]


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = read_table(__file__, "report.yaml")
    return loaded
