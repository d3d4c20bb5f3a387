"""Every reader gives back the texts of an awkward table as they were written."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from khue.intake import read_book
from khue.intake.book import BLOCK, BlockRows
from tests.intake.files import docx_of, ods_of, xls_of

Rows = Sequence[Sequence[str]]

HEADINGS = ["Tên di tích", "Nơi", "Ghi chú"]

AWKWARD = [
    "", "Đình So", "a,b", "a;b", "a|b", "a\tb", 'nói "thế"', '"', '""', "'", "dòng 1\ndòng 2",
    "007", "0", "12345678901234567890", "1.250,5", "0.1", "1e5", "1994-06-20", "20/6/1994", "1/2",
    "Tha\u0306\u0301ng", "\u0110ình", "\u00d0ình", "😀", "=1+1", "+1-2", "@SUM(A1)", "-5",
    '=HYPERLINK("http://x.invalid","y")', "<b>&amp;</b>", "{}", "[1]", "null", "TRUE", "#REF!",
    "ẵ" * 300, "Ph­êng", "Müller", "\u202eabc", "a\u200bb",
]  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(AWKWARD),
    st.text("aăđêọữ ,;|\t\"'=+-@0123456789\n", max_size=20).map(
        lambda text: "\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n"))
    ),
)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12).map(
    # A row that says something in its first cell, so that no format takes it for the end.
    lambda rows: [HEADINGS, *([f"x{row[0]}", *row[1:]] for row in rows)]
)


def separated(rows: Rows, separator: str = ",", newline: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(rows)
    return text.getvalue().encode()


def workbook(rows: Rows) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return data.getvalue()


def objects(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def lines(rows: Rows) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in objects(rows)).encode()


def following(rows: Rows) -> bytes:
    return "".join(json.dumps(one, indent=1) for one in objects(rows)).encode()


def features(rows: Rows) -> bytes:
    told = [{"type": "Feature", "properties": one, "geometry": None} for one in objects(rows)]
    return json.dumps({"type": "FeatureCollection", "features": told}).encode()


QUICK: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv": ("a.csv", separated),
    "csv, semicolons": ("a.csv", lambda rows: separated(rows, ";", "\n")),
    "csv, utf-16": ("a.csv", lambda rows: separated(rows).decode().encode("utf-16")),
    "csv, byte order mark": ("a.csv", lambda rows: b"\xef\xbb\xbf" + separated(rows)),
    "csv, packed": ("a.csv.gz", lambda rows: gzip.compress(separated(rows))),
    "tsv": ("a.tsv", lambda rows: separated(rows, "\t")),
    "xlsx": ("a.xlsx", workbook),
    "docx": ("a.docx", docx_of),
    "json": ("a.json", lambda rows: json.dumps(objects(rows)).encode()),
    "json lines": ("a.jsonl", lines),
    "json lines, packed": ("a.ndjson.gz", lambda rows: gzip.compress(lines(rows))),
    "json, one after the other": ("a.json", following),
    "geojson": ("a.geojson", features),
}


def texts(data: bytes, name: str) -> list[list[str]]:
    (only,) = read_book(data, name).sheets
    return [[*row, *[""] * (3 - len(row))] for row in only.rows]


@pytest.mark.parametrize("case", QUICK)
@settings(max_examples=25)
@given(rows=TABLES)
@example(rows=[HEADINGS, ["x", "", ";\n;"], ["x", "\n", ";\n;"]])
@example(rows=[HEADINGS, ["x", "", ";\n;0"], ["x", "", ";\n;0"]])
def test_texts_come_out_as_they_went_in(case: str, rows: Rows) -> None:
    name, write = QUICK[case]
    expected = [list(row) for row in rows]
    if case == "docx":  # a cell ends with its last paragraph
        expected = [[cell.strip("\n") for cell in row] for row in expected]
    assert texts(write(rows), name) == expected


@pytest.mark.parametrize(("name", "write"), [("a.xls", xls_of), ("a.ods", ods_of)])
def test_texts_of_other_workbooks(name: str, write: Callable[[Rows], bytes]) -> None:
    """By a process of its own, which takes long to start: one table with all cells."""
    cells = [cell for cell in AWKWARD if "\t" not in cell]
    rows = [HEADINGS, *([f"x{n}", cell, f"x{cell}"] for n, cell in enumerate(cells))]
    assert texts(write(rows), name) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_large_files_are_read_by_blocks(encoding: str) -> None:
    rows = [HEADINGS, *([f"Đình {n}", "dòng 1\ndòng 2" * (n % 3), "x"] for n in range(2 * BLOCK))]
    text = separated(rows).decode()
    data = ("\ufeff" + text if encoding == "utf-16-be" else text).encode(encoding)
    (only,) = read_book(data, "a.csv").sheets
    assert isinstance(only.rows, BlockRows)
    assert len(only.rows) == len(rows)
    for _ in range(2):
        assert list(only.rows) == rows
    for at in (0, BLOCK - 1, BLOCK, 2 * BLOCK, -1, 17):
        assert only.rows[at] == rows[at]
    assert only.rows[BLOCK - 2 : BLOCK + 2] == rows[BLOCK - 2 : BLOCK + 2]
    assert list(only.rows.starting(BLOCK + 5)) == rows[BLOCK + 5 :]
    with pytest.raises(IndexError):
        only.rows[len(rows)]


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK])
@pytest.mark.parametrize(("name", "write"), [("a.jsonl", lines), ("a.csv", separated)])
def test_blocks_end_anywhere(count: int, name: str, write: Callable[[Rows], bytes]) -> None:
    rows = [HEADINGS, *([f"Đình {n}", "", "x"] for n in range(count))]
    (only,) = read_book(write(rows), name).sheets
    assert [*only.rows] == rows
    assert [only.rows[at] for at in range(len(only.rows))] == rows
