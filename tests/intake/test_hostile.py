"""Files that mean harm, or are only odd: in they come or are told, and the registry stays whole."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from khue.model.errors import UnreadableFile
from khue.model.rights import OPERATOR
from khue.pipeline import ImportReport, house, import_file, verify
from khue.registry import models
from tests.intake import files
from tests.intake.books import xlsx
from tests.work import HANG_S

pytestmark = pytest.mark.django_db


def bring(folder: Path, data: bytes | str | list[Any], name: str = "a.json") -> ImportReport:
    """Import a file whatever it holds."""
    if isinstance(data, list):
        data = json.dumps(data)  # lone surrogates stay escapes
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return import_file(house(), path, type_name="relic", actor=OPERATOR, why="thử", commit=True)


CASES: dict[str, list[Any]] = {
    "half a surrogate pair": [{"name.vi": "Đình \ud800 So", "description": "\udfff"}],
    "half a surrogate pair in a heading": [{"name.vi": "A", "cột \ud800": "x"}],
    "half a surrogate pair as a number": [{"name.vi": "A", "Mã số": "\ud800"}],
    "NUL": [{"name.vi": "Đình\u0000So", "Mã số": "1\u0000"}],
    "control characters": [{"name.vi": "\u001b[31mĐỏ\u0007", "description": "a\u2028b\u0085c"}],
    "right to left": [{"name.vi": "\u202eoS hnìĐ", "description": "\u200b\ufeff\u00ad"}],
    "only marks": [{"name.vi": "\u0301\u0300\u0323"}],
    "only an emoji": [{"name.vi": "😀"}],
    "only a dash": [{"name.vi": "—"}],
    "markup": [{"name.vi": "<script>alert(1)</script>", "website": "javascript:alert(1)"}],
    "formulas": [{"name.vi": '=HYPERLINK("http://x","y")', "description": "+1-2@SUM(A1)"}],
    "templates": [{"name.vi": "{{ 7*7 }} {% debug %} {value} %s", "area": "{0} %d"}],
    "a very long text": [{"name.vi": "Đình", "description": "á" * 200_000}],
    "a very long name": [{"name.vi": "Đình So " * 20_000}],
    "a very long number": [{"name.vi": "A", "area": "9" * 5_000, "Số lượng di vật": "9" * 5_000}],
    "numbers out of all bounds": [
        {"name.vi": "A", "area": "1e400 m2", "point": "1e400, -1e400", "component_count": 10**40}
    ],
    "not a number": [{"name.vi": "A", "area": float("nan"), "point": float("inf")}],
    "many columns": [{"name.vi": "A", **{f"cột {n}": "x" for n in range(3_000)}}],
    "many values": [{"name.vi": "A", "alternative_names": [str(n) for n in range(5_000)]}],
    "one heading called as the store calls it": [
        {"name.vi": "A", "other": "x", "sources": "y", "id": "z", "type": "w"}
    ],
    "an identifier that is a key": [{"name.vi": "A", "Mã số": 'x/row:["A",""]#2'}],
    "deep": [{"name.vi": "A", "x": {"y": {"z": [[[[{"a": 1}]]]]}}}],
}


@pytest.mark.parametrize("case", CASES)
def test_odd_files_come_in_or_are_told(case: str, tmp_path: Path) -> None:
    report = bring(tmp_path, CASES[case])
    assert report.created + report.refused == 1
    for one in report.findings:
        assert one.message["vi"]
        assert one.message["en"]
    again = bring(tmp_path, CASES[case])
    assert (again.created, again.updated, again.refused) == (0, 0, report.refused)
    assert not verify(house()).findings


def test_a_date_cell_out_of_bounds(tmp_path: Path) -> None:
    def fill(ws: Any) -> None:
        ws.append(["Tên di tích", "Ngày QĐ"])
        ws.append(["A", 10**9])
        ws["B2"].number_format = "dd/mm/yyyy"

    assert bring(tmp_path, xlsx(fill), "a.xlsx").created == 1


def test_one_cell_very_far_away(tmp_path: Path) -> None:
    """A stray cell in the last row must not make a sheet of seventeen thousand million cells."""

    def fill(ws: Any) -> None:
        ws.append(["Tên di tích"])
        ws.append(["A"])
        ws.cell(20_000, 3).value = " "

    assert bring(tmp_path, xlsx(fill), "a.xlsx").created == 1


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
NAMES = "http://schemas.openxmlformats.org"
TEXT = '<row r="1"><c r="A1" t="inlineStr"><is><t>Tên di tích</t></is></c></row>'


def bare_xlsx(rows: str, shared: str = "", head: str = "") -> bytes:
    """A workbook of one sheet whose XML is given."""
    relation = f'Type="{NAMES}/officeDocument/2006/relationships'
    packages = f"{NAMES}/package/2006"
    return files.packed(
        **{
            "[Content_Types]_dot_xml": f'<Types xmlns="{packages}/content-types"/>',
            "_rels___dot_rels": f'<Relationships xmlns="{packages}/relationships"><Relationship '
            f'Id="r1" {relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl__workbook_dot_xml": f'<workbook xmlns="{NAMES}/spreadsheetml/2006/main" '
            f'xmlns:r="{NAMES}/officeDocument/2006/relationships"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl___rels__workbook_dot_xml_dot_rels": f'<Relationships xmlns="{packages}/'
            f'relationships"><Relationship Id="r1" {relation}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" {relation}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
            "xl__worksheets__sheet1_dot_xml": f"{head}{SHEET}{rows}</sheetData></worksheet>",
            "xl__sharedStrings_dot_xml": f'<sst xmlns="{NAMES}/spreadsheetml/2006/main">'
            f"<si><t>{shared}</t></si></sst>",
        }
    )


def cell_of(row: int, text: str) -> str:
    return f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def swollen(archive: bytes) -> bytes:
    """The archive, whose directory says that its first part unpacks to 2 GB."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + (2_000_000_000).to_bytes(4, "little") + archive[at + 4 :]


ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REFUSED: dict[str, tuple[str, Any]] = {
    "empty": ("a.csv", lambda: b""),
    "truncated": ("a.xlsx", lambda: xlsx(lambda ws: ws.append(["Tên"] * 50))[:-300]),
    "truncated, packed": ("a.csv.gz", lambda: gzip.compress(b"a,b\n" * 1000)[:-20]),
    "encrypted workbook": ("a.xlsx", lambda: files.compound("EncryptedPackage", b"x")),
    "encrypted old workbook": ("a.xls", lambda: files.xls_of([["x"]], locked=True)),
    "encrypted document": ("a.docx", lambda: files.compound("EncryptedPackage", b"x")),
    "encrypted ODS": ("a.ods", lambda: files.ods("", "<encryption-data/>")),
    "zip bomb": ("a.xlsx", lambda: swollen(bare_xlsx(TEXT))),
    "gzip bomb": ("a.csv.gz", lambda: gzip.compress(b"a,b\n" * 5_000_000, 1) * 26),
    "10,000 columns": ("a.csv", lambda: b"a," * 10_000 + b"\n"),
    "1,000,000 columns": ("a.csv", lambda: b"a," * 1_000_000 + b"\n"),
    "a cell far away that the sheet does not declare": (
        "a.xlsx",
        lambda: bare_xlsx(TEXT + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    "one long text in all cells": (
        "a.xlsx",
        lambda: bare_xlsx(
            "".join(f'<row><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_000)),
            "x" * 32_000,
        ),
    ),
    "repeated without end": (
        "a.ods",
        lambda: files.ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
            "</table:table-row>"
        ),
    ),
    "60 MB cell": ("a.csv", lambda: b"ten,x\n1," + b"x" * 60_000_000 + b"\n"),
    "vast cell in a workbook": ("a.xlsx", lambda: bare_xlsx(cell_of(1, "x" * 11_000_000))),
    "60 MB cell in JSON": ("a.json", lambda: b'[{"name": "' + b"x" * 60_000_000 + b'"}]'),
    "vast cell in a document": ("a.docx", lambda: files.docx_of([["x" * 11_000_000]])),
    "deep JSON": ("a.json", lambda: b"[" * 1_000_000),
    "deep JSON lines": ("a.jsonl", lambda: b'{"a":' * 300 + b"1" + b"}" * 300 + b"\n"),
    "many lists": ("a.json", lambda: b'[{"a": [' + b"[]," * 3_000_000 + b"1]}]"),
    "a PDF": ("a.xlsx", lambda: b"%PDF-1.7\n"),
    "a page that calls itself a workbook": ("a.xls", lambda: b"<html><table><tr><td>Ten"),
    "text that calls itself a workbook": ("a.xls", lambda: b"Ten\tNoi\n"),
    "a workbook that calls itself text": ("a.csv", lambda: xlsx(lambda ws: ws.append(["Tên"]))),
    "NUL bytes": ("a.csv", lambda: b"a,b\n1\0,2\n"),
    "external entity": ("a.docx", lambda: files.docx("<w:tbl/>", ENTITY)),
    "external entity in a workbook": ("a.xlsx", lambda: bare_xlsx(cell_of(1, "&a;"), "", ENTITY)),
    "an archive of something else": ("a.xlsx", lambda: files.packed(x_dot_txt="x")),
}
READ: dict[str, tuple[str, Any]] = {
    "a comment that seems to hide a row": (
        "a.xlsx",
        lambda: bare_xlsx(
            TEXT + cell_of(2, "Đình So") + "<!-- <row " + 'hidden="1" ' * 80_000 + "< -->"
        ),
    ),
    "1,048,576 empty formatted rows": (
        "a.xlsx",
        lambda: bare_xlsx(
            TEXT + cell_of(2, "Đình So") + '<row s="1"><c s="1"/><c s="1"/></row>' * 1_048_574
        ),
    ),
    "1,048,576 empty rows of ODS": (
        "a.ods",
        lambda: files.ods(
            "<table:table-row><table:table-cell office:value-type='string'><text:p>Tên di tích"
            "</text:p></table:table-cell></table:table-row>"
            "<table:table-row><table:table-cell office:value-type='string'><text:p>Đình So"
            "</text:p></table:table-cell></table:table-row>"
            "<table:table-row table:number-rows-repeated='1048574'><table:table-cell "
            "table:number-columns-repeated='16384'/></table:table-row>"
        ),
    ),
    "1,000,000 columns declared": (
        "a.xlsx",
        lambda: bare_xlsx(
            TEXT + cell_of(2, "Đình So"), head='<!-- <dimension ref="A1:BDWGN2"/> -->'
        ),
    ),
    "a workbook that calls itself an old one": (
        "a.xls",
        lambda: bare_xlsx(TEXT + cell_of(2, "Đình So")),
    ),
    "mixed encodings": (
        "a.csv",
        lambda: "Tên di tích\nĐình So\n".encode() + "§×nh H¹\n".encode("latin-1"),
    ),
}

PROGRAM = """
import json, resource, signal, sys
from pathlib import Path
from khue.intake import read_book
from khue.model.errors import UnreadableFile
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
for line in sys.stdin:
    path = Path(line.strip())
    signal.setitimer(signal.ITIMER_PROF, int(sys.argv[1]))  # after which the process dies
    try:
        book = read_book(path.read_bytes(), path.name)
        told = {"rows": [row for row in book.sheets[0].rows[:3] if any(row)]}
    except UnreadableFile as error:
        told = {"message": error.message, "mend": error.mend}
    book = None
    print(json.dumps(told), flush=True)
"""
"""Reads files with the memory that a reader may have, and says what came of it. Not for a minute of
processor time by itself; what a workbook's own process may have, the program sees to."""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, bytes], Any]]:
    folder = tmp_path_factory.mktemp("hostile")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(HANG_S)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdin
        assert process.stdout

        def read(name: str, data: bytes) -> Any:
            path = folder / name
            path.write_bytes(data)
            print(path, file=process.stdin, flush=True)
            told = process.stdout.readline()
            assert told, "it did not end"
            return json.loads(told)

        yield read
        process.stdin.close()


@pytest.mark.parametrize("case", REFUSED)
def test_bad_files_are_refused_within_bounds(case: str, reader: Any) -> None:
    name, make = REFUSED[case]
    told = reader(name, make())
    assert told["message"]["vi"]
    assert told["mend"]["en"]


@pytest.mark.parametrize("case", READ)
def test_vast_files_of_little_are_read_within_bounds(case: str, reader: Any) -> None:
    name, make = READ[case]
    told = reader(name, make())
    assert [row[0] for row in told["rows"][:2]] == ["Tên di tích", "Đình So"]


def test_nothing_lands_from_a_bad_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        bring(tmp_path, xlsx(lambda ws: ws.append(["Tên di tích"] * 50))[:-300], "a.xlsx")
    assert not models.Batch.objects.exists()
