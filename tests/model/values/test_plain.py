"""The plain kinds: text, numbers, yes and no, addresses, identifiers, references, places."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.values import KINDS

from .conftest import RECORD

# kind, settings of the field, stated, value, codes of findings
CASES: list[tuple[str, dict[str, Any], str, Any, list[str]]] = [
    ("text", {}, " Kiến trúc\u00a0đẹp \n\n dòng  hai ", "Kiến trúc đẹp\n\ndòng hai", []),
    ("text", {}, '=HYPERLINK("x","y")', '=HYPERLINK("x","y")', []),
    ("text", {}, "Không", None, ["value_missing"]),
    ("text", {"pattern": "^[A-Z]+$"}, "abc", None, ["text_shape_wrong"]),
    ("text", {"pattern": "^[A-Z]+$"}, "ABC", "ABC", []),
    ("language_text", {}, "Đình So", {"vi": "Đình So"}, []),
    ("language_text", {"path": "name.en"}, "So Communal House", {"en": "So Communal House"}, []),
    ("language_text", {"path": "name.vi"}, "Ðình So", {"vi": "Đình So"}, []),
    ("number", {}, "1.250,5", 1250.5, []),
    ("number", {}, "1.250", 1250, ["number_ambiguous"]),
    ("number", {}, "nhiều", None, ["number_unreadable"]),
    ("number", {}, "Khoảng 12,5", 12.5, ["number_approximate"]),
    ("number", {}, "12,5 %", 12.5, ["number_percent"]),
    ("number", {}, "khoảng 120,5%", 120.5, ["number_approximate", "number_percent"]),
    ("number", {}, "3 phần trăm", 3, ["number_percent"]),
    ("number", {}, "3 % năm", None, ["number_unreadable"]),
    ("number", {}, "%", None, ["number_unreadable"]),
    ("integer", {}, "12%", None, ["number_unreadable"]),
    ("integer", {}, "about 300", 300, ["number_approximate"]),
    ("integer", {}, "gần 300", None, ["number_unreadable"]),
    ("integer", {}, "30 năm", None, ["number_unreadable"]),
    ("integer", {"counted": ("năm", "years")}, "30 năm", 30, []),
    ("integer", {"counted": ("năm", "years")}, "Khoảng 30 NAM", 30, ["number_approximate"]),
    ("integer", {"counted": ("năm", "years")}, "30years", 30, []),
    ("integer", {"counted": ("năm", "years")}, "1.250 năm", 1250, ["number_ambiguous"]),
    ("integer", {"counted": ("năm", "years")}, "1,5 năm", None, ["number_not_whole"]),
    ("integer", {"counted": ("năm", "years")}, "năm 1990", None, ["number_unreadable"]),
    ("integer", {"counted": ("năm", "years")}, "30 năm 6 tháng", None, ["number_unreadable"]),
    ("integer", {"counted": ("hộ",)}, "30 người", None, ["number_unreadable"]),
    ("integer", {}, "18395", 18395, []),
    ("integer", {}, "1,5", None, ["number_not_whole"]),
    ("integer", {}, "mười", None, ["number_unreadable"]),
    ("boolean", {}, "Có", True, []),
    ("boolean", {}, "x", True, []),
    ("boolean", {}, "✓", True, []),
    ("boolean", {}, "yes", True, []),
    ("boolean", {}, "không", False, []),
    ("boolean", {}, "no", False, []),
    ("boolean", {}, "-", None, ["value_missing"]),
    ("boolean", {}, "chưa rõ", None, ["value_missing"]),
    ("boolean", {}, "có lẽ", None, ["boolean_unreadable"]),
    ("url", {}, " https://example.vn/di-tích?x=1 ", "https://example.vn/di-tích?x=1", []),
    ("url", {}, "mailto:a@example.vn", "mailto:a@example.vn", []),
    ("url", {}, "javascript:alert(1)", None, ["url_not_web"]),
    ("url", {}, "data:text/html,x", None, ["url_not_web"]),
    ("url", {}, "www.example.vn", None, ["url_not_web"]),
    ("url", {}, "http://[::1", None, ["url_not_web"]),
    ("url", {}, "https://a b", None, ["url_not_web"]),
    ("identifier", {"path": "identifiers.wikidata"}, "q1202019", ("wikidata", "Q1202019"), []),
    (
        "identifier",
        {"path": "identifiers.wikidata"},
        "https://www.wikidata.org/wiki/Q1202019",
        ("wikidata", "Q1202019"),
        [],
    ),
    ("identifier", {"path": "identifiers.wikidata"}, "1202", None, ["identifier_shape_wrong"]),
    ("identifier", {"path": "identifiers.inventory"}, "15", ("test-source", "15"), []),
    ("identifier", {}, "DT-01", ("test-source", "DT-01"), []),
    ("identifier", {"path": "identifiers.unesco"}, "1328", ("unesco", "1328"), []),
    ("reference", {}, RECORD, RECORD, []),
    ("reference", {}, RECORD.lower(), RECORD, []),
    ("reference", {}, "Đình So", None, ["reference_unresolved"]),
    ("statement", {}, "cấp quốc gia 1962", None, ["statement_needs_columns"]),
]


@pytest.mark.parametrize(("kind", "settings_of_field", "stated", "value", "codes"), CASES)
def test_read(
    kind: str,
    settings_of_field: dict[str, Any],
    stated: str,
    value: Any,
    codes: list[str],
    field: Any,
    context: Any,
) -> None:
    reading = KINDS[kind].read(stated, field(kind, **settings_of_field), context)
    if isinstance(value, tuple):
        value = dict(zip(("scheme", "value"), value, strict=True))
    assert reading.value == value
    assert [found.code for found in reading.findings] == codes


def test_language_text_never_makes_one_language_from_the_other(field: Any, context: Any) -> None:
    kind, both = KINDS["language_text"], {"vi": "Đình So", "en": "So Communal House"}
    assert kind.show(both, "en", field("language_text"), context) == "So Communal House"
    assert kind.show({"vi": "Đình So"}, "en", field("language_text"), context) == "Đình So"
    flat = kind.flatten({"vi": "Đình So"}, field("language_text"), context)
    assert (flat.texts, flat.columns) == (("Đình So",), {"vi": "Đình So", "en": None})


def test_a_reference_shows_the_label_of_its_record(field: Any, context: Any) -> None:
    kind, other = KINDS["reference"], RECORD.replace("A", "B")
    assert kind.show(RECORD, "vi", field("reference"), context) == "Đình So"
    assert kind.show(other, "vi", field("reference"), context) == other
    flat = kind.flatten(RECORD, field("reference"), context)
    assert flat.texts == ("Đình So", "So Communal House")
    assert flat.codes == (RECORD,)


def test_a_place_keeps_what_was_stated_and_every_candidate(field: Any, context: Any) -> None:
    kind = KINDS["place"]
    known = kind.read("Xã Bát Tràng, Hà Nội", field("place"), context)
    assert (known.value["code"], known.findings) == ("00565", ())
    assert kind.show(known.value, "vi", field("place"), context) == "Xã Bát Tràng, Hà Nội"

    open_ = kind.read("Đội Cấn", field("place"), context)
    assert [found.code for found in open_.findings] == ["place_open"]
    assert "Phường Ba Đình; Phường Ngọc Hà" in open_.findings[0].message["vi"]
    shown = kind.show(open_.value, "vi", field("place"), context)
    assert shown == "Đội Cấn (chưa rõ: một trong 2 đơn vị)"
    flat = kind.flatten(open_.value, field("place"), context)
    assert flat.codes == ("00004", "00008", "01")
    assert flat.texts == ("Đội Cấn", "Phường Ba Đình", "Phường Ngọc Hà")
    assert flat.columns == {"code": None, "stated": "Đội Cấn", "candidates": "00004|00008"}

    nowhere = kind.read("Xã Không Tồn Tại", field("place"), context)
    assert nowhere.value["stated"] == "Xã Không Tồn Tại"
    assert [found.code for found in nowhere.findings] == ["place_unknown"]


def test_a_statement_goes_into_its_fields(field: Any, context: Any) -> None:
    rank = field(
        "code", name="rank", path="d.rank", vocabulary="rank", label={"vi": "Cấp", "en": "Rank"}
    )
    when = field("edtf", name="date", path="d.date", label={"vi": "Ngày", "en": "Date"})
    paper = field(
        "citation", name="decision", path="d.decision", label={"vi": "Số", "en": "Number"}
    )
    whole = field("statement", name="d", path="d", fields=(rank, when, paper))
    kind, value = KINDS["statement"], {"rank": "NAT", "date": "1962-04-28"}
    value = {**value, "decision": {"text": "313/VH-VP"}}
    assert kind.check(value, whole, context) == ()
    assert kind.show(value, "vi", whole, context) == "Cấp: Quốc gia; Ngày: 28/4/1962; Số: 313/VH-VP"
    flat = kind.flatten(value, whole, context)
    assert flat.columns["rank"] == "NAT"
    assert flat.columns["date_earliest"] == "1962-04-28"
    assert flat.columns["decision"] == "313/VH-VP"
    wrong = kind.check({"rank": "GOLD", "date": "1962-02-31"}, whole, context)
    assert [(found.code, found.field, found.level) for found in wrong] == [
        ("code_unknown", "d.rank", "error"),
        ("date_unreadable", "d.date", "error"),
    ]
