"""What is particular to a format: geometry, merged cells of documents, numbers, wrong names."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from khue.intake import read_book
from khue.model.errors import UnreadableFile, WrongUse
from khue.model.values import kind_of
from khue.pipeline import house
from tests.intake.books import xlsx
from tests.intake.files import compound, docx, docx_of, ods, ods_of, packed, xls_of


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def point(*numbers: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": numbers}


def collection(*features: Any, **others: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **others}).encode()


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.geojson.gz"])
def test_geojson(name: str, pack: Any) -> None:
    shape = {"type": "Polygon", "coordinates": [[[105, 21], [106, 21], [106, 22], [105, 21]]]}
    data = collection(
        feature(point(105.8512, 21.0341), tên="Đình So", nơi={"xã": "Cộng Hòa"}),
        feature(point(105.851, 0.000001, 12.5), tên="Chùa Thầy"),
        feature(shape, tên="Phố cổ"),
        feature(None, tên="Chưa rõ"),
    )
    (only,) = read_book(gzip.compress(data) if name.endswith("gz") else data, name).sheets
    assert only.header_rows == 1
    assert only.rows == [
        ["tên", "nơi.xã", "point", "altitude", "geometry"],
        ["Đình So", "Cộng Hòa", "21.0341, 105.8512", "", ""],
        ["Chùa Thầy", "", "0.000001, 105.851", "12.5", ""],
        ["Phố cổ", "", "", "", json.dumps(shape)],
        ["Chưa rõ", "", "", "", ""],
    ]
    field = pack.types["relic"].fields["point"]
    reading = kind_of(field).read(only.rows[1][2], field, house().context())
    assert (reading.value["lat"], reading.value["lon"]) == (21.0341, 105.8512)


def test_geojson_in_metres_is_told() -> None:
    data = collection(
        feature(point(587000, 2325000)), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    )
    book = read_book(data, "a.geojson")
    assert book.sheets[0].rows[0] == ["geometry"]
    assert [one.code for one in book.findings] == ["geojson_not_degrees"]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_merged_cells_of_a_document() -> None:
    down = '<w:vMerge w:val="restart"/>'
    rows = [
        cell("STT", down) + cell("Tên", down) + cell("Xếp hạng", '<w:gridSpan w:val="2"/>'),
        cell("", "<w:vMerge/>") + cell("", "<w:vMerge/>") + cell("Cấp") + cell("Số QĐ"),
        cell("1") + cell("Đình So") + cell("Quốc gia") + cell("45/QĐ"),
    ]
    inner = f"<w:tc><w:tbl><w:tr>{cell('trong')}{cell('ô')}</w:tr></w:tbl><w:p/></w:tc>"
    body = "<w:p><w:r><w:t>Danh mục</w:t></w:r></w:p><w:tbl>" + "".join(
        f"<w:tr>{row}</w:tr>" for row in rows
    )
    one, two = read_book(
        docx(f"{body}</w:tbl><w:p/><w:tbl><w:tr>{inner}{cell('x')}</w:tr></w:tbl>"), "a.docx"
    ).sheets
    assert (one.name, two.name) == ("1", "2")
    assert one.rows == [
        ["STT", "Tên", "Xếp hạng", ""],
        ["", "", "Cấp", "Số QĐ"],
        ["1", "Đình So", "Quốc gia", "45/QĐ"],
    ]
    assert one.merged == ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3))
    assert two.rows == [["trong\nô", "x"]]


def test_deleted_text_of_a_document_is_gone() -> None:
    run = "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del>"
    run += "<w:ins><w:r><w:t>mới</w:t></w:r></w:ins>"
    body = (
        f"<w:tbl><w:tr><w:tc><w:p>{run}<w:r><w:tab/><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert read_book(docx(body), "a.docx").sheets[0].rows == [["mới\tx"]]


def test_a_document_without_tables_says_so() -> None:
    with pytest.raises(UnreadableFile) as told:
        read_book(docx("<w:p/>"), "a.docx")
    assert "bảng" in told.value.message["vi"]


def test_numbers_and_dates_of_other_workbooks() -> None:
    numbers = [0.1 + 0.2, 123456789012.0, 1e-7, 1250.5, -3.125, 1e15]
    expected = ["0.3", "123456789012", "0.0000001", "1250.5", "-3.1250", "1000000000000000"]
    book = read_book(xls_of([numbers]), "a.xls")
    assert book.sheets[0].rows == [expected]
    assert read_book(xlsx(lambda ws: ws.append(numbers)), "a.xlsx").sheets[0].rows == [expected]
    told = ods(
        "<table:table-row>"
        '<table:table-cell office:value-type="date" office:date-value="1994-06-20"/>'
        '<table:table-cell office:value-type="float" office:value="0.30000000000000004"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        "</table:table-row>"
    )
    assert read_book(told, "a.ods").sheets[0].rows == [["1994-06-20", "0.3", "có"]]


ROWS = [["Tên", "Nơi"], ["Đình So", "Quốc Oai"]]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx_of(ROWS), "a.xls"),
        (xls_of(ROWS), "a.xlsx"),
        (ods_of(ROWS), "a.xlsx"),
        (xlsx(lambda ws: [ws.append(row) for row in ROWS]), "a.ods"),
    ],
    ids=["docx as xls", "xls as xlsx", "ods as xlsx", "xlsx as ods"],
)
def test_office_files_are_read_as_what_they_are(data: bytes, name: str) -> None:
    book = read_book(data, name)
    assert book.sheets[0].rows == ROWS
    (told,) = book.findings
    assert (told.code, told.level) == ("file_kind", "note")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"<!DOCTYPE html><html></html>", "a.xls", "HTML"),
        (b"\xef\xbb\xbf<table>", "a.csv", "HTML"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "XML"),
        (b"Ten\tNoi\n", "a.xls", "text"),
        (b"%PDF-1.7", "a.docx", "PDF"),
        (b"\x89PNG\r\n", "a.csv", "picture"),
        (b"{\\rtf1", "a.docx", "RTF"),
        (b' [ {"a": 1}]', "a.csv", "JSON"),
        (gzip.compress(b"a,b\n"), "a.csv", "gzip"),
        (packed(**{"xl__workbook_dot_bin": "x"}), "a.xlsx", ".xlsb"),
        (compound("WordDocument", b"x"), "a.docx", ".doc"),
        (compound("EncryptedPackage", b"x"), "a.docx", "password"),
        (gzip.compress(gzip.compress(b"a,b\n")), "a.csv.gz", "gzip"),
    ],
    # Packed bytes hold the time, so as names of tests they would differ between workers.
    ids=lambda value: value if isinstance(value, str) else "data",
)
def test_other_files_are_called_by_their_kind(data: bytes, name: str, said: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        read_book(data, name)
    assert said in told.value.message["en"]
    assert told.value.mend["vi"]


@pytest.mark.parametrize("name", ["a.gz", "a.xlsx.gz", "a.csv.gz.gz"])
def test_only_text_files_may_be_packed(name: str) -> None:
    with pytest.raises(WrongUse):
        read_book(gzip.compress(b"a,b\n"), name)


def test_packed_parts_follow_each_other() -> None:
    data = gzip.compress(b"a,b\n1,") + gzip.compress(b"2\n")
    assert read_book(data, "a.csv.gz").sheets[0].rows == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"a": 1}\n\n{"b": 2}\n', "a.jsonl"),
        ('\ufeff{"a": 1}\r\n{"b": 2}', "a.ndjson"),
        ('{"a":\n1}{"b": 2}', "a.json"),
        ('{"a": 1},\n{"b": 2}', "a.jsonl"),
        ('[{"a": 1}]\n[{"b": 2}]', "a.jsonl"),
    ],
)
def test_objects_that_follow_each_other(text: str, name: str) -> None:
    (only,) = read_book(text.encode(), name).sheets
    assert only.rows == [["a", "b"], ["1", ""], ["", "2"]]


@pytest.mark.parametrize(
    "text", ['{"a": 1}\n{"b"', '{"a": 1}\n2\n', "1\n2\n", '{"a": 1, "a": 2}\n']
)
def test_bad_lines_are_told(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_book(text.encode(), "a.jsonl")
