"""Every value that real files hold, column by column."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from khue.lib.numbers import cell_text
from khue.lib.vietnamese import nfc
from khue.model.values import KINDS

NAT, PROV, SPEC = "NAT", "PROV", "SPEC"
DATE_NOTE, MISSING = ["date_understood"], ["value_missing"]
SHAPE_UNKNOWN = ["citation_shape_unknown"]

# Column of the inventory: kind, settings of its field, and what each of its cells gives.
INVENTORY: dict[str, tuple[str, dict[str, Any], dict[str, tuple[Any, list[str]]]]] = {
    "G": (
        "code",
        {"vocabulary": "rank"},
        {
            "Quốc gia": (NAT, []),
            "cấp Quốc gia": (NAT, []),
            "QG": (NAT, []),
            "Thành phố": (PROV, []),
            "thành phố": (PROV, []),
            "TP": (PROV, []),
            "Quốc gia đặc biệt": (SPEC, []),
            "QGĐB": (SPEC, []),
            "Chưa xếp hạng": ("NONE", []),
            "-": (None, MISSING),
        },
    ),
    "H": (
        "citation",
        {},
        {
            "123/QĐ-BVHTT": ("123/QĐ-BVHTT", []),
            "45/QĐ-UB": ("45/QĐ-UB", []),
            "Không": (None, MISSING),
            "1272/QĐ-TTg": ("1272/QĐ-TTg", []),
            "5032/QĐ-UBND": ("5032/QĐ-UBND", []),
            "12/QĐ-UBND": ("12/QĐ-UBND", []),
            "55-QĐ/BT": ("55-QĐ/BT", []),
            "313/VH-VP": ("313/VH-VP", []),
            "6699/QĐ-UBND": ("6699/QĐ-UBND", []),
            "2754/QĐ-BT": ("2754/QĐ-BT", []),
        },
    ),
    "I": (
        "edtf",
        {},
        {
            "1994-06-20 00:00:00": ("1994-06-20", []),
            "20/6/1994": ("1994-06-20", []),
            "năm 2009": ("2009", []),
            "12/8/2009": ("2009-08-12", []),
            "40037": ("2009-08-12", DATE_NOTE),
            "31/02/2015": (None, ["date_impossible"]),
            "2012-13-01": (None, ["date_impossible"]),
            "1991": ("1991", []),
            "28-4-1962": ("1962-04-28", []),
            "28/04/1962": ("1962-04-28", []),
            "29/11/2013": ("2013-11-29", []),
            "15/10/1994": ("1994-10-15", []),
        },
    ),
    "J": (
        "edtf",
        {},
        {
            "Thế kỷ XVII": ("16XX", []),
            "TK 17": ("16XX", []),
            "Cuối TK 18": ("1767~/1800~", DATE_NOTE),
            "Lê Trung Hưng": ("1533~/1789~", DATE_NOTE),
            "?": (None, MISSING),
            "1946": ("1946", []),
            "TK VII - TK XX": ("06XX/19XX", []),
            "1802-1945": ("1802/1945", []),
            "chưa rõ": (None, MISSING),
            "Thế kỷ 19": ("18XX", []),
            "—": (None, MISSING),
            "Thời Lý; trùng tu 1899": ("1009~/1225~", ["date_works_left"]),
            "Lý": ("1009~/1225~", DATE_NOTE),
            "Hậu Lê": ("1428~/1789~", DATE_NOTE),
            "1700": ("1700", []),
            "TK XVIII": ("17XX", []),
            "1735": ("1735", []),
            "1820±10": ("1810/1830", DATE_NOTE),
        },
    ),
    "K": (
        "quantity",
        {"unit": "m2"},
        {
            "1250.5": (1250.5, []),
            "1.250,5": (1250.5, []),
            "N/A": (None, MISSING),
            "300": (300, []),
            "2 ha": (20000, []),
            "18395": (18395, []),
            "450 m²": (450, []),
            " 120 ": (120, []),
            "12,5ha": (125000, []),
            "800": (800, []),
            "5.000": (5000, ["number_ambiguous"]),
            "2.000": (2000, ["number_ambiguous"]),
            "1.000": (1000, ["number_ambiguous"]),
            "100": (100, []),
            "-5": (None, ["quantity_negative"]),
            "600": (600, []),
        },
    ),
    "L": (
        "point",
        {},
        {
            "21.0341, 105.8512": ((21.0341, 105.8512), []),
            "21°02'02.8\"N 105°51'04.3\"E": ((21.0341111, 105.8511944), []),
            "105.8400;21.0330": ((21.033, 105.84), ["point_swapped"]),
            "21.07 N, 105.36 E": ((21.07, 105.36), []),
            "21,0205; 105,8330": ((21.0205, 105.833), []),
            "121.03, 205.85": (None, ["point_off_earth"]),
        },
    ),
}
FIRST, LAST = 6, 28  # rows of the sheet that are relics


@pytest.mark.parametrize("column", INVENTORY)
def test_every_cell_of_the_messy_inventory(
    column: str, shared_data: Path, field: Any, context: Any
) -> None:
    name, settings, expected = INVENTORY[column]
    sheet = openpyxl.load_workbook(shared_data / "messy-inventory.xlsx")["Di tích"]
    held = [sheet[f"{column}{row}"].value for row in range(FIRST, LAST + 1)]
    for cell in {as_text(value) for value in held if value is not None}:
        reading = KINDS[name].read(cell, field(name, **settings), context)
        value, codes = expected[nfc(cell)]
        assert main_part(reading.value) == value, cell
        assert [found.code for found in reading.findings] == codes, cell


def as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return cell_text(value) if isinstance(value, int | float) else str(value)


def main_part(value: Any) -> Any:
    """What the tables above say of a value."""
    if not isinstance(value, dict):
        return value
    if "lat" in value:
        return (value["lat"], value["lon"])
    return value.get("text", value.get("value"))


def test_every_date_of_the_historic_sites(shared_data: Path, field: Any, context: Any) -> None:
    """2,653 rows: a single date is always read, and never one where there are several."""
    rows = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    one = re.compile(r"(ngày \d{1,2} tháng \d{1,2} )?năm \d{4}")
    for stated in {row["date"] for row in rows if row["date"]}:
        reading = KINDS["edtf"].read(stated, field("edtf"), context)
        codes = [found.code for found in reading.findings]
        if one.fullmatch(stated):
            assert reading.value, stated
            assert not codes, stated
        else:
            assert reading.value is None, stated
            assert codes[0] in ("date_several", "date_unreadable"), stated
