"""The published workbook, read by the reader that people's programs use."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from khue.model.packs import Pack
from khue.publish import FORMATS, Edition
from khue.publish.cells import CELL_LIMIT, CUT
from khue.publish.columns import header, headings
from tests.publish.samples import RELICS, context_of

PERSON = {"id": "01J00000000000000000000003", "type": "person", "name": {"vi": "Chu Văn An"}}


def book(pack: Pack, *documents: dict[str, Any], type_: str | None = None, lang: Any = "vi") -> Any:
    edition = Edition(context_of(pack), pack.types[type_] if type_ else None, lang)
    data = b"".join(FORMATS["xlsx"].write(documents, edition))
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet: Any) -> list[dict[str, Any]]:
    first, *others = sheet.iter_rows()
    names = [cell.value for cell in first]
    return [
        {name: cell for name, cell in zip(names, row, strict=True) if cell.value is not None}
        for row in others
    ]


def test_a_sheet_for_each_type(pack: Pack) -> None:
    found = book(pack, RELICS[0], PERSON, RELICS[1])
    assert found.sheetnames == ["Di tích", pack.types["person"].plural["vi"], "Ghi chú"]
    relics = rows(found["Di tích"])
    assert [one["Mã Khuê"].value for one in relics] == [one["id"] for one in RELICS]
    assert relics[0]["Tên: tiếng Anh"].value == "Temple of Literature"
    assert len(rows(found.worksheets[1])) == 1
    assert book(pack, PERSON, lang="en").sheetnames == [pack.types["person"].plural["en"], "Notes"]


def test_texts_are_texts_and_numbers_are_numbers(pack: Pack) -> None:
    names = ["=1+1", "2/9", "00199", "https://example.org", "{=A1}", "1e5", "TRUE"]
    documents = [
        RELICS[1] | {"name": {"vi": name}, "point": {"lon": 105.8, "lat": 21}} for name in names
    ]
    found = rows(book(pack, *documents)["Di tích"])
    assert [one["Tên: tiếng Việt"].value for one in found] == names
    assert {one["Tên: tiếng Việt"].data_type for one in found} == {"s"}
    assert {one["Tọa độ: kinh độ"].data_type for one in found} == {"n"}
    assert found[0]["Tọa độ: vĩ độ"].value == 21


def test_what_xml_cannot_hold_is_escaped(pack: Pack) -> None:
    """As Excel reads it: `_x0041_` is no letter, and a control character is none either."""
    documents = [RELICS[1] | {"name": {"vi": name}} for name in ("_x0041_", "a\x01b", "c\ud800d")]
    found = rows(book(pack, *documents)["Di tích"])
    written = [one["Tên: tiếng Việt"].value for one in found]
    assert written == ["_x005F_x0041_", "a_x0001_b", "c?d"]


def test_a_number_that_a_cell_would_round_is_a_text(pack: Pack) -> None:
    area = {"value": 2**60 + 1, "unit": "m2"}
    (found,) = rows(book(pack, RELICS[1] | {"area": area})["Di tích"])
    assert str(2**60 + 1) in {cell.value for cell in found.values()}


def test_empty_columns_are_there_and_hidden(pack: Pack) -> None:
    sheet = book(pack, RELICS[1])["Di tích"]
    columns = header(pack.types["relic"], pack)
    assert sheet.max_column == len(columns)
    shown = {
        columns[index - 1]
        for index in range(1, len(columns) + 1)
        if not sheet.column_dimensions[openpyxl.utils.get_column_letter(index)].hidden
        and sheet.cell(2, index).value is not None
    }
    assert shown == {"id", "type", "name.vi"}


def test_what_was_cut_is_told(pack: Pack) -> None:
    found = book(pack, RELICS[1] | {"description": {"vi": "a" * (CELL_LIMIT + 1)}}, RELICS[0])
    text = rows(found["Di tích"])[0]["Mô tả: tiếng Việt"].value
    assert len(text) == CELL_LIMIT
    assert text.endswith(CUT)
    notes = found["Ghi chú"]
    assert [notes.cell(row, 2).value for row in (1, 2)] == [2, 1]
    told = {row[2].value for row in notes.iter_rows(min_row=5)}
    assert {"id", "name.vi", "designations.rank"} <= told


def test_headings_say_what_columns_are(pack: Pack) -> None:
    for type_ in pack.types.values():
        for lang in ("vi", "en"):
            words = headings(type_, pack, lang)
            assert len(words) == len(set(words)) == len(header(type_, pack))


def test_a_type_without_records_has_its_columns(pack: Pack) -> None:
    found = book(pack, type_="relic")
    assert found.sheetnames == ["Di tích", "Ghi chú"]
    assert found["Di tích"].cell(1, 1).value == "Mã Khuê"
