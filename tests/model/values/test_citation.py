"""Numbers of documents."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.values import KINDS

KIND = KINDS["citation"]

# stated, text, (number, year, type, issuer, date), codes of findings
CASES: list[tuple[str, str, tuple[Any, ...], list[str]]] = [
    ("24/2025/NQ-HĐND", "24/2025/NQ-HĐND", ("24", 2025, "NQ", "HĐND", None), []),
    ("24/NQ-HĐND", "24/NQ-HĐND", ("24", None, "NQ", "HĐND", None), []),
    ("1272/QĐ-TTg", "1272/QĐ-TTg", ("1272", None, "QĐ", "TTg", None), []),
    ("QĐ 1234 / QĐ - UBND", "1234/QĐ-UBND", ("1234", None, "QĐ", "UBND", None), []),
    ("1272 / QĐ - TTg", "1272/QĐ-TTg", ("1272", None, "QĐ", "TTg", None), []),
    ("2026/QĐ-TTg", "2026/QĐ-TTg", ("2026", None, "QĐ", "TTg", None), []),
    ("5032/QD-UBND", "5032/QĐ-UBND", ("5032", None, "QĐ", "UBND", None), []),
    ("5032/QÐ-UBND", "5032/QĐ-UBND", ("5032", None, "QĐ", "UBND", None), []),
    ("5032/qđ–ubnd", "5032/QĐ-UBND", ("5032", None, "QĐ", "UBND", None), []),
    ("25/2025/NQ-HDND", "25/2025/NQ-HĐND", ("25", 2025, "NQ", "HĐND", None), []),
    ("93/2023/ND-CP", "93/2023/NĐ-CP", ("93", 2023, "NĐ", "CP", None), []),
    ("04/2025/TT-BVHTTDL", "04/2025/TT-BVHTTDL", ("04", 2025, "TT", "BVHTTDL", None), []),
    ("45/2024/QH15", "45/2024/QH15", ("45", 2024, None, "QH15", None), []),
    ("1656/NQ-UBTVQH15", "1656/NQ-UBTVQH15", ("1656", None, "NQ", "UBTVQH15", None), []),
    ("09-NQ/TU", "09-NQ/TU", ("09", None, "NQ", "TU", None), []),
    ("30-CT/TU", "30-CT/TU", ("30", None, "CT", "TU", None), []),
    ("29-CTr/TU", "29-CTr/TU", ("29", None, "CTr", "TU", None), []),
    ("55-QĐ/BT", "55-QĐ/BT", ("55", None, "QĐ", "BT", None), []),
    ("313/VH-VP", "313/VH-VP", ("313", None, None, "VH-VP", None), []),
    ("313-VH/VP", "313-VH/VP", ("313", None, None, "VH-VP", None), []),
    ("29-VH/QD", "29-VH/QĐ", ("29", None, "QĐ", "VH", None), []),
    ("123/QĐ-BVHTT", "123/QĐ-BVHTT", ("123", None, "QĐ", "BVHTT", None), []),
    ("45/QĐ-UB", "45/QĐ-UB", ("45", None, "QĐ", "UB", None), []),
    ("24/NQ-HDND", "24/NQ-HĐND", ("24", None, "NQ", "HĐND", None), []),
    ("33-NQ/TW", "33-NQ/TW", ("33", None, "NQ", "TW", None), []),
    ("312/CTr-UBND", "312/CTr-UBND", ("312", None, "CTr", "UBND", None), []),
    ("2074/KH-BVHTTDL", "2074/KH-BVHTTDL", ("2074", None, "KH", "BVHTTDL", None), []),
    ("19/2025/QĐ-TTg", "19/2025/QĐ-TTg", ("19", 2025, "QĐ", "TTg", None), []),
    ("97/VBHN-VPQH", "97/VBHN-VPQH", ("97", None, "VBHN", "VPQH", None), []),
    ("77A/NĐ-CP", "77A/NĐ-CP", ("77A", None, "NĐ", "CP", None), []),
    (
        "01/2014/TTLT-BVHTTDL-BNV",
        "01/2014/TTLT-BVHTTDL-BNV",
        ("01", 2014, "TTLT", "BVHTTDL-BNV", None),
        [],
    ),
    ("3994/UBND-NC", "3994/UBND-NC", ("3994", None, None, "UBND-NC", None), []),
    ("09-NQ/TU ngày 22/02/2022", "09-NQ/TU", ("09", None, "NQ", "TU", "2022-02-22"), []),
    ("01/QĐ-UBND 1/1/2024", "01/QĐ-UBND", ("01", None, "QĐ", "UBND", "2024-01-01"), []),
    (
        "Quyết định số 1272/QĐ-TTg ngày 12 tháng 8 năm 2009 của Thủ tướng Chính phủ",
        "1272/QĐ-TTg",
        ("1272", None, "QĐ", "TTg", "2009-08-12"),
        [],
    ),
    (
        "Decision No. 678/QD-UBND dated March 29, 2023",
        "678/QĐ-UBND",
        ("678", None, "QĐ", "UBND", "2023-03-29"),
        [],
    ),
    (
        "Decision 312/CTr-UBND",
        "312/CTr-UBND",
        ("312", None, "CTr", "UBND", None),
        ["citation_label_differs"],
    ),
    (
        "24/2025/NQ-HĐND ngày 10/7/2024",
        "24/2025/NQ-HĐND",
        ("24", 2025, "NQ", "HĐND", "2024-07-10"),
        ["citation_year_differs"],
    ),
    ("Nghị định 93/2023", "Nghị định 93/2023", (None,) * 5, ["citation_shape_unknown"]),
    ("1568/QĐ/UB", "1568/QĐ/UB", (None,) * 5, ["citation_shape_unknown"]),
    ("12/QĐ-UB; 13/QĐ-UB", "12/QĐ-UB; 13/QĐ-UB", (None,) * 5, ["citation_shape_unknown"]),
    ("theo sắc phong", "theo sắc phong", (None,) * 5, ["citation_shape_unknown"]),
]


@pytest.mark.parametrize(("stated", "text", "parts", "codes"), CASES)
def test_read(
    stated: str, text: str, parts: tuple[Any, ...], codes: list[str], field: Any, context: Any
) -> None:
    reading = KIND.read(stated, field("citation"), context)
    names = ("number", "year", "type", "issuer", "date")
    known = {name: part for name, part in zip(names, parts, strict=True) if part is not None}
    assert reading.value == {"text": text, **known}
    assert [found.code for found in reading.findings] == codes


def test_the_year_tells_two_documents_apart(field: Any, context: Any) -> None:
    one, other = (
        KIND.read(stated, field("citation"), context).value["text"]
        for stated in ("24/2025/NQ-HDND", "24/NQ-HDND")
    )
    assert one != other


@pytest.mark.parametrize(
    ("stated", "vi", "en"),
    [
        (
            "1272/QĐ-TTg ngày 12/8/2009",
            "Quyết định 1272/QĐ-TTg ngày 12/8/2009",
            "Decision 1272/QĐ-TTg of 12 August 2009",
        ),
        ("3994/UBND-NC", "3994/UBND-NC", "3994/UBND-NC"),
        ("theo sắc phong", "theo sắc phong", "theo sắc phong"),
    ],
)
def test_show(stated: str, vi: str, en: str, field: Any, context: Any) -> None:
    value = KIND.read(stated, field("citation"), context).value
    assert KIND.show(value, "vi", field("citation"), context) == vi
    assert KIND.show(value, "en", field("citation"), context) == en


def test_flatten(field: Any, context: Any) -> None:
    value = KIND.read("24/2025/NQ-HĐND", field("citation"), context).value
    flat = KIND.flatten(value, field("citation"), context)
    assert flat.codes == ("24/2025/NQ-HĐND",)
    assert flat.columns["year"] == 2025
    assert flat.columns["date"] is None
