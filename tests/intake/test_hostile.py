"""Files that mean harm, or are only odd: in they come or are told, and the registry stays whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from khue.model.rights import OPERATOR
from khue.pipeline import ImportReport, house, import_file, verify
from tests.intake.books import xlsx

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
