"""Rows to candidates: every cell is understood, kept as stated, or told; nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.intake import Candidate, Mapping, Reader, Table, map_columns, split
from khue.lib.identifiers import new_ulid
from khue.model.findings import finding
from khue.model.packs import Field
from khue.model.values import Reading
from khue.pipeline import house

pytestmark = pytest.mark.django_db
"""The gazetteer knows what the registry was given besides."""

KNOWN = {"Chu Văn An": new_ulid(), "Lý Thánh Tông": new_ulid()}


def resolve(field: Field, text: str) -> Reading:
    """References to the known names and identifiers."""
    if text in KNOWN or text in KNOWN.values():
        return Reading(KNOWN.get(text, text))
    return Reading(None, (finding("reference_unresolved", value=text, n=0),))


def read(cells: dict[str, str] | list[tuple[str, str]], type_name: str = "relic") -> Candidate:
    """The candidate of one row, given as heading to cell."""
    pairs = list(cells.items()) if isinstance(cells, dict) else cells
    type_ = house().pack.types[type_name]
    table = Table("S", tuple((heading,) if heading else () for heading, _ in pairs), [], None)
    columns, _ = map_columns(table, house().pack.columns(type_name), Mapping())
    reader = Reader(type_, columns, house().context(source="kiem-ke"), "S")
    return reader.complete(reader.read(7, [text for _, text in pairs]), resolve)


CASES: dict[str, tuple[dict[str, str], dict[str, Any], list[str]]] = {
    "language": (
        {"name.vi": "Đình So", "name.en": "So Communal House"},
        {"name": {"vi": "Đình So", "en": "So Communal House"}}, [],
    ),
    "English alone": ({"name.en": "So"}, {"name": {"en": "So"}}, []),
    "several values by semicolon": (
        {"name.vi": "A", "alternative_names": "Một; Hai ;; Ba"},
        {"name": {"vi": "A"}, "alternative_names": ["Một", "Hai", "Ba"]}, [],
    ),
    "several values by line": (
        {"name.vi": "A", "alternative_names": "Một; và\nHai"},
        {"name": {"vi": "A"}, "alternative_names": ["Một; và", "Hai"]}, [],
    ),
    "one value of several": (
        {"name.vi": "A", "alternative_names": "Một"},
        {"name": {"vi": "A"}, "alternative_names": ["Một"]}, [],
    ),
    "a statement of several columns": (
        {"name.vi": "A", "designations.rank": "Quốc gia", "designations.date": "28/4/1962"},
        {"name": {"vi": "A"}, "designations": [{"rank": "NAT", "date": "1962-04-28"}]}, [],
    ),
    "statements by line": (
        {
            "name.vi": "A", "designations.rank": "Quốc gia\nQuốc gia đặc biệt",
            "designations.date": "28/4/1962\n2013", "designations.decision": "-\n2383/QĐ-TTg",
        },
        {
            "name": {"vi": "A"},
            "designations": [
                {"rank": "NAT", "date": "1962-04-28"},
                {
                    "rank": "SPEC", "date": "2013",
                    "decision": {
                        "text": "2383/QĐ-TTg", "number": "2383", "type": "QĐ", "issuer": "TTg",
                    },
                },
            ],
        }, ["value_missing"],
    ),
    "references by line": (
        {
            "name.vi": "A", "managers.manager": "Ai Đó\nChu Văn An",
            "managers.from_date": "1990\n2002",
        },
        {
            "name": {"vi": "A"},
            "managers": [
                {"from_date": "1990"}, {"manager": KNOWN["Chu Văn An"], "from_date": "2002"},
            ],
        }, ["reference_unresolved"],
    ),
    "a rank broken over two lines": (
        {
            "name.vi": "A", "designations.rank": "Quốc gia\nđặc biệt",
            "designations.issuer": "Thủ tướng\nChính phủ",
        },
        {
            "name": {"vi": "A"},
            "designations": [{"rank": "SPEC", "issuer": "Thủ tướng\nChính phủ"}],
        }, [],
    ),
    "lines that are not as many": (
        {
            "name.vi": "A", "designations.rank": "Quốc gia",
            "designations.issuer": "Bộ Văn hóa\nvà Thông tin",
        },
        {
            "name": {"vi": "A"},
            "designations": [{"rank": "NAT", "issuer": "Bộ Văn hóa\nvà Thông tin"}],
        }, [],
    ),
    "a line that is no value": (
        {
            "name.vi": "A", "designations.rank": "Quốc gia\nhạng nhất",
            "designations.issuer": "Bộ Văn hóa\nvà Thông tin",
        },
        {"name": {"vi": "A"}, "designations": [{"issuer": "Bộ Văn hóa\nvà Thông tin"}]},
        ["code_unknown"],
    ),
    "language within a statement": (
        {"name.vi": "A", "conditions.status": "Tốt", "conditions.note.vi": "Mái dột"},
        {"name": {"vi": "A"}, "conditions": [{"status": "GOOD", "note": {"vi": "Mái dột"}}]}, [],
    ),
    "references by name": (
        {"name.vi": "A", "worshipped_persons": "Chu Văn An; Lý Thánh Tông"},
        {"name": {"vi": "A"}, "worshipped_persons": list(KNOWN.values())}, [],
    ),
    "one reference of two": (
        {"name.vi": "A", "worshipped_persons": "Chu Văn An; Ai Đó"},
        {"name": {"vi": "A"}, "worshipped_persons": [KNOWN["Chu Văn An"]]},
        ["reference_unresolved"],
    ),
    "no reference": (
        {"name.vi": "A", "part_of": "Không Có"}, {"name": {"vi": "A"}}, ["reference_unresolved"],
    ),
    "a reference by identifier": (
        {"name.vi": "A", "worshipped_persons": KNOWN["Chu Văn An"]},
        {"name": {"vi": "A"}, "worshipped_persons": [KNOWN["Chu Văn An"]]}, [],
    ),
    "the source's own number": (
        {"name.vi": "A", "Mã số": "KK-01", "Wikidata": "Q1202019"},
        {
            "name": {"vi": "A"},
            "identifiers": [
                {"scheme": "kiem-ke", "value": "KK-01"},
                {"scheme": "wikidata", "value": "Q1202019"},
            ],
        }, [],
    ),
    "what is not understood stays stated": (
        {"name.vi": "A", "area": "rộng lắm", "website": "javascript:alert(1)"},
        {"name": {"vi": "A"}}, ["number_unreadable", "url_not_web"],
    ),
    "no name": ({"area": "12 m2"}, {"area": {"value": 12, "unit": "m2"}}, ["name_missing"]),
    "a foreign column": (
        {"name.vi": "A", "Cột lạ": "giữ lại", "": "không có tiêu đề"},
        {"name": {"vi": "A"}, "other": {"Cột lạ": "giữ lại", "#3": "không có tiêu đề"}}, [],
    ),
    "empty cells say nothing": (
        {"name.vi": "A", "area": "  ", "alternative_names": ""}, {"name": {"vi": "A"}}, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_row(case: str) -> None:
    cells, fields, codes = CASES[case]
    candidate = read(cells)
    assert candidate.fields == fields
    assert [one.code for one in candidate.findings] == codes
    for one in candidate.findings:
        assert (one.sheet, one.row) == ("S", 7)
        if one.code != "name_missing":
            assert one.column
            assert one.field
            assert one.value
    filled = [text.strip() for text in cells.values() if text.strip()]
    assert sorted(candidate.stated.values()) == sorted(filled), (
        "every filled cell is kept as stated"
    )
    assert candidate.refused == (case == "no name")


def test_the_columns_of_a_place_make_one() -> None:
    candidate = read(
        [("Tên di tích", "A"), ("Thôn", "Tổ 3"), ("Phường", "P. Hàng Bạc"), ("Quận", "Hoàn Kiếm")]
    )
    assert candidate.stated["place"] == "Tổ 3, P. Hàng Bạc, Hoàn Kiếm"
    assert candidate.fields["place"]["stated"] == "Tổ 3, P. Hàng Bạc, Hoàn Kiếm"
    assert candidate.fields["place"]["within"] == "01"


def test_longitude_and_latitude_in_two_columns() -> None:
    columns = {one.path: one for one in house().pack.columns("relic")}
    headings = [one for one in columns["point"].stated if "độ" in one.lower()]
    assert headings, "columns for longitude and latitude are known"
    candidate = read([("Tên di tích", "A"), ("Vĩ độ", "21.0341"), ("Kinh độ", "105.8512")])
    point = candidate.fields["point"]
    assert (point["lat"], point["lon"]) == (21.0341, 105.8512)
    swapped = read([("Tên di tích", "A"), ("Kinh độ", "105.8512"), ("Vĩ độ", "21.0341")])
    assert swapped.fields["point"] == point
    assert swapped.findings == ()  # the headings say which is which
    unsaid = read([("Tên di tích", "A"), ("Tọa độ", "105.8512, 21.0341")])
    assert [one.code for one in unsaid.findings] == ["point_swapped"]


def test_two_foreign_columns_of_one_heading_are_both_kept() -> None:
    candidate = read([("Tên di tích", "A"), ("Cột lạ", "một"), ("Cột lạ", "hai")])
    assert sorted(candidate.fields["other"].values()) == ["hai", "một"]
    assert sorted(candidate.stated.values()) == ["A", "hai", "một"]


def test_a_second_column_of_a_field_is_kept() -> None:
    candidate = read([("Tên di tích", "A"), ("Tên gọi", "B")])
    assert candidate.fields == {"name": {"vi": "A"}, "other": {"Tên gọi": "B"}}


def test_rows_shorter_and_longer_than_the_header() -> None:
    type_ = house().pack.types["relic"]
    table = Table("S", (("Tên di tích",), ("Diện tích",)), [], None)
    columns, _ = map_columns(table, house().pack.columns("relic"), Mapping())
    reader = Reader(type_, columns, house().context(), "S")
    assert reader.read(1, ["A"]).fields == {"name": {"vi": "A"}}
    assert reader.read(1, []).refused


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_crashes_a_row(first: str, second: str) -> None:
    """In any column of any type."""
    for type_name in ("relic", "person", "event"):
        columns = house().pack.columns(type_name)
        cells = {column.path: (first, second)[n % 2] for n, column in enumerate(columns)}
        candidate = read(cells, type_name)
        filled = [text.strip() for text in cells.values() if text.strip()]
        assert len(candidate.stated) == len(filled)
        for one in candidate.findings:
            assert one.message["vi"]
            assert one.message["en"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a; b", ["a", "b"]),
        ("a\nb;c", ["a", "b;c"]),
        (" ;; ", []),
        ("", []),
        ("một", ["một"]),
        ("a, b", ["a, b"]),
    ],
)
def test_split(text: str, parts: list[str]) -> None:
    assert split(text) == parts
