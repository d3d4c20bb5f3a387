"""Areas, money, shares."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.values import KINDS
from khue.model.values.units import units, written_unit

KIND = KINDS["quantity"]

CASES: list[tuple[str | None, str, float | None, list[str]]] = [
    ("m2", "1.250,5", 1250.5, []),
    ("m2", "1250.5", 1250.5, []),
    ("m2", "1,250.5", 1250.5, []),
    ("m2", "2 ha", 20000, []),
    ("m2", "12,5ha", 125000, []),
    ("m2", "450 m²", 450, []),
    ("m2", "450 m2", 450, []),
    ("m2", "0,5 km2", 500000, []),
    ("m2", "300", 300, []),
    ("m2", " 120 ", 120, []),
    ("m2", "18395", 18395, []),
    ("m2", "5.000", 5000, ["number_ambiguous"]),
    ("m2", "3 sào", 1080, ["unit_understood"]),
    ("m2", "-5", None, ["quantity_negative"]),
    ("m2", "N/A", None, ["value_missing"]),
    ("m2", "khoảng 300 m2", 300, ["number_approximate"]),
    ("m2", "~ 2 ha", 20000, ["number_approximate"]),
    ("m2", "hơn 300 m2", None, ["number_unreadable"]),
    ("m2", "khoảng vài m2", None, ["number_unreadable"]),
    ("m2", "khoảng 300-500", None, ["number_unreadable"]),
    ("m2", "300-500", None, ["number_unreadable"]),
    ("m2", "rộng", None, ["number_unreadable"]),
    ("m2", "2 bước", None, ["unit_unknown"]),
    ("m2", "90 tỷ đồng", None, ["unit_of_another_kind"]),
    ("ha", "450 m²", 0.045, []),
    ("VND", "90 tỷ đồng", 90_000_000_000, []),
    ("VND", "9 tỷ", 9_000_000_000, []),
    ("VND", "90 ty dong", 90_000_000_000, []),
    ("VND", "1,5 triệu đồng", 1_500_000, []),
    ("VND", "1,5 nghìn tỷ đồng", 1_500_000_000_000, []),
    ("VND", "3,5 triệu đồng", 3_500_000, []),
    ("VND", "500 nghìn đồng", 500_000, []),
    ("VND", "1.234.567 đ", 1_234_567, []),
    ("VND", "50.000 VNĐ", 50_000, ["number_ambiguous"]),
    ("percent", "3,7 %", 3.7, []),
    ("percent", "67.35%", 67.35, []),
    ("person", "3.400.000 lượt khách", 3_400_000, []),
    ("household", "120 hộ", 120, []),
    (None, "5 ha", 50000, []),
]


@pytest.mark.parametrize(("unit", "stated", "value", "codes"), CASES)
def test_read(
    unit: str | None, stated: str, value: float | None, codes: list[str], field: Any, context: Any
) -> None:
    reading = KIND.read(stated, field("quantity", unit=unit), context)
    assert (reading.value and reading.value["value"]) == value
    assert [found.code for found in reading.findings] == codes
    if reading.value and unit:
        assert reading.value["unit"] == unit


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (1250.5, "m2", "1.250,5 m²", "1,250.5 m²"),
        (90_000_000_000, "VND", "90 tỷ đồng", "90 billion dong"),
        (3_500_000, "VND", "3,5 triệu đồng", "3.5 million dong"),
        (1_234_567, "VND", "1.234.567 đồng", "1,234,567 dong"),
        (0, "VND", "0 đồng", "0 dong"),
        (67.35, "percent", "67,35%", "67.35%"),
        (7, "", "7", "7"),
        (7, "furlong", "7 furlong", "7 furlong"),
    ],
)
def test_show(value: float, unit: str, vi: str, en: str, field: Any, context: Any) -> None:
    quantity = {"value": value, "unit": unit}
    assert KIND.show(quantity, "vi", field("quantity"), context) == vi
    assert KIND.show(quantity, "en", field("quantity"), context) == en


def test_a_recorded_quantity_is_in_the_base_unit_and_sensible(field: Any, context: Any) -> None:
    area = field("quantity", unit="m2")
    assert KIND.check({"value": 5, "unit": "m2"}, area, context) == ()
    wrong = KIND.check({"value": 5, "unit": "ha"}, area, context)
    assert [(found.code, found.level) for found in wrong] == [("unit_of_another_kind", "error")]
    negative = KIND.check({"value": -5, "unit": "m2"}, area, context)
    assert [found.code for found in negative] == ["quantity_negative"]


def test_flatten(field: Any, context: Any) -> None:
    flat = KIND.flatten({"value": 1250.5, "unit": "m2"}, field("quantity"), context)
    assert flat.columns == {"": 1250.5, "unit": "m2"}


def test_every_unit_is_found_by_its_own_labels() -> None:
    for unit in units().values():
        assert written_unit(unit.code) == unit
        assert unit.label["vi"]
        assert unit.label["en"]
