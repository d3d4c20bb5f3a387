from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.model.packs import Field, Pack
from khue.model.values import KINDS
from khue.publish import FORMATS, Edition
from khue.publish.columns import SUFFIXES, header, row
from khue.publish.csv import guarded
from tests.publish.samples import RELICS, context_of


def written(pack: Pack, *documents: dict[str, Any]) -> str:
    edition = Edition(context_of(pack), pack.types["relic"])
    return b"".join(FORMATS["csv"].write(iter(documents), edition)).decode("utf-8")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_first_character_is_the_mark_that_excel_needs(pack: Pack) -> None:
    assert written(pack).startswith("\ufeffid,type,name.vi,name.en,")
    assert written(pack).count("\r\n") == 1


def test_it_reads_back(pack: Pack) -> None:
    rows = read(written(pack, *RELICS))
    assert len(rows) == len(RELICS)
    full = rows[0]
    told = {
        "id": RELICS[0]["id"],
        "type": "relic",
        "name.vi": "Văn Miếu - Quốc Tử Giám",
        "name.en": "Temple of Literature",
        "alternative_names": "Văn Miếu; Nhà Thái Học",
        "designations.rank": "NAT; SPEC",
        "designations.date": "1962-04-28; ",
        "designations.decision": "; 548/QĐ-TTg",
        "place.code": "00199",
        "place.candidates": "00199|00200",
        "identifiers": "vietnam-sites:17",
        "identifiers.wikidata": "Q1202019",
        "related": "01J00000000000000000000002",
        "related.label": 'Quốc Tử Giám, "Huế"\nhai dòng',
    }
    assert {column: full[column] for column in told} == told
    assert rows[1]["name.vi"] == "Đình So"
    assert set(rows[1].values()) == {RELICS[1]["id"], "relic", "Đình So", ""}


def test_the_header_depends_on_the_pack_alone(pack: Pack) -> None:
    for name, type_ in pack.types.items():
        columns = header(type_, pack)
        assert len(columns) == len(set(columns))
        assert columns[:4] == ("id", "type", "name.vi", "name.en"), name
    assert read(written(pack, RELICS[0]))[0].keys() == read(written(pack, RELICS[1]))[0].keys()


def test_nothing_but_public_fields(pack: Pack) -> None:
    hidden = {"contact_name": "bimat1", "internal_note": "bimat2", "other": {"x": "bimat3"}}
    assert "bimat" not in written(pack, RELICS[1] | hidden)
    assert not {"contact_name", "internal_note", "visibility"} & set(
        header(pack.types["relic"], pack)
    )


VALUES: dict[str, Any] = {
    "text": "a",
    "language_text": {"vi": "a", "en": "b"},
    "edtf": "1802/1945",
    "code": "NAT",
    "place": {"stated": "a", "code": "1", "candidates": [], "within": "01"},
    "point": {"lon": 105.8, "lat": 21.0, "precision_m": 10, "datum": "WGS84"},
    "quantity": {"value": 12.5, "unit": "m2"},
    "citation": {
        "text": "24/2025/NQ-HĐND",
        "number": "24",
        "year": 2025,
        "type": "NQ",
        "issuer": "HĐND",
        "date": "2025-07-10",
    },
    "reference": "01J00000000000000000000002",
    "identifier": {"scheme": "wikidata", "value": "Q1"},
    "url": "https://example.org",
    "integer": 5,
    "number": 5.5,
    "boolean": True,
}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"statement", "identifier"}))
def test_every_kind_has_its_columns_in_the_header(kind: str, pack: Pack) -> None:
    field = Field("x", "x", "any", kind, vocabulary="rank", unit="m2")
    flat = KINDS[kind].flatten(VALUES[kind], field, context_of(pack))
    assert set(flat.columns) == set(SUFFIXES.get(kind, ("",)))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+84 24", "'+84 24"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\n=x", "'\n=x"),
        ("  =x", "'  =x"),
        ("＝x", "'＝x"),
        ("Đình - chùa", "Đình - chùa"),
        ("", ""),
        ("-5", "-5"),
        ("-0208", "-0208"),
        ("+1.5", "+1.5"),
        (-5, -5),
        (-5.5, -5.5),
        (None, None),
    ],
)
def test_no_cell_is_a_formula(cell: Any, expected: Any) -> None:
    assert guarded(cell) == expected


@given(st.text(st.characters(exclude_categories=())))
def test_any_name_reads_back(name: str) -> None:
    from khue.pipeline import house

    pack = house().pack
    text = written(pack, {"id": "1", "type": "relic", "name": {"vi": name}})
    [only] = read(text)
    got = only["name.vi"]
    expected = name.encode("utf-8", "replace").decode("utf-8")
    assert got in (expected, f"'{expected}")
    assert got[:1] not in ("=", "@", "\t", "\r")


def test_numbers_stay_numbers(pack: Pack) -> None:
    type_ = pack.types["relic"]
    document = RELICS[1] | {"point": VALUES["point"]}
    cells = row(document, type_, pack, context_of(pack))
    assert cells["point.lat"] == 21.0
    assert cells["point.lon"] == 105.8
    assert "105.8" in written(pack, document)
