"""Percentages: as text with their sign, and as cells that a workbook shows so."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from khue.intake.readers import compound, ods, ods_percents, xls, xls_percents, xlsx
from khue.intake.readers.limits import CELL_LIMIT
from tests.conftest import Khue
from tests.intake import files
from tests.intake.books import xlsx as workbook
from tests.intake.files import biff, xls_of
from tests.intake.files import ods as ods_of

SHARE = "Tỷ trọng công nghiệp văn hóa trong GRDP"


def book(path: Path, unit: str | None, *values: object, style: str = "General") -> Path:
    """One row of figures of 2022 and the years after it, in a workbook."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    years = [f"Năm {2022 + n}" for n in range(len(values))]
    sheet.append(("Mã chỉ tiêu", "Chỉ tiêu", "Địa phương", *(("ĐVT",) if unit else ()), *years))
    share = ("cultural_industry_grdp_share", SHARE, "Hà Nội")
    sheet.append((*share, *((unit,) if unit else ()), *values))
    for cells in sheet.iter_rows(min_row=2, min_col=5 if unit else 4):
        for cell in cells:
            cell.number_format = style
    made.save(path)
    return path


def values_of(khue: Khue) -> list[tuple[float, str]]:
    shown = khue("measure", "show", "cultural_industry_grdp_share", "--json").json["values"]
    return [(one["value"], one["unit"]) for one in shown if one["obtained"] == "reported"]


@pytest.mark.parametrize("unit", ["%", None])
def test_a_number_with_the_sign_is_one_of_per_cent(
    khue: Khue, tmp_path: Path, unit: str | None
) -> None:
    file = book(tmp_path / "so-lieu.xlsx", unit, "3,1%", "3,3 %", "120,5 phần trăm")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json
    assert values_of(khue) == [(3.1, "percent"), (3.3, "percent"), (120.5, "percent")]
    assert not {"number_unreadable", "number_percent", "percent_in_unit"} & {
        one["code"] for one in told["findings"]
    }


@pytest.mark.parametrize("style", ["0%", "0.0%", "0.00%", '0.0"  "%', "[Red]0.0%;-0.0%"])
def test_a_cell_shown_as_a_percentage_is_what_it_shows(
    khue: Khue, tmp_path: Path, style: str
) -> None:
    file = book(tmp_path / "so-lieu.xlsx", "%", 0.037, 0.03125, 1, style=style)
    khue("import", file, "--type", "observation", "--commit")
    assert values_of(khue) == [(3.7, "percent"), (3.125, "percent"), (100, "percent")]


def test_the_cell_is_quoted_as_it_is_shown() -> None:
    def fill(sheet: Any) -> None:
        sheet.append((0.037, 0.03125, "0.5", None, 0.5, 0.5, "=1/2", -0.02))
        for cell in sheet[1]:
            cell.number_format = "0.0%"
        sheet["E1"].number_format = '0.0"%"'
        sheet["F1"].number_format = "0.0"

    (sheet,) = xlsx.read(workbook(fill)).sheets
    assert sheet.rows == [["3.7%", "3.1250%", "0.5", "", "0.5", "0.5", "=1/2", "-2%"]]


def test_percentages_of_another_program_are_found(tmp_path: Path) -> None:
    path = tmp_path / "so-lieu.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Một")
        sheet.write(1, 1, 0.125, made.add_format({"num_format": "0.0%"}))
        sheet.write_formula(2, 1, "=1/4", made.add_format({"num_format": 10}), 0.25)
        made.add_worksheet("Hai").write(0, 0, 0.125)
    one, two = xlsx.read(path.read_bytes()).sheets
    assert [row[1:] for row in one.rows[1:]] == [["12.5%"], ["25%"]]
    assert two.rows == [["0.1250"]]


@pytest.mark.parametrize(("unit", "called"), [("di tích", "relics"), ("cái gì đó", "cái gì đó")])
def test_a_percentage_in_another_unit_is_told_and_not_taken(
    khue: Khue, tmp_path: Path, unit: str, called: str
) -> None:
    file = book(tmp_path / "so-lieu.xlsx", unit, "12%", 0.13, style="0%")
    told = khue("import", file, "--type", "observation", "--commit", "--json").json["findings"]
    found = [one for one in told if one["code"] == "percent_in_unit"]
    assert [(one["level"], one["value"], one["row"], one["column"]) for one in found] == [
        ("warning", "12%", 2, "Năm 2022"),
        ("warning", "13%", 2, "Năm 2023"),
    ]
    assert called in found[0]["message"]["en"]
    assert not [value for value, _ in values_of(khue) if value is not None]


def test_targets_are_read_the_same_way(khue: Khue, tmp_path: Path) -> None:
    file = tmp_path / "chi-tieu.csv"
    file.write_text(
        "Chỉ tiêu;Mã chỉ tiêu;Địa phương;Đến năm;Giá trị;Đến giá trị\n"
        "Số hóa di tích;relics_digitised_share;Hà Nội;2030;50%;60 %\n",
        encoding="utf-8",
    )
    khue("import", file, "--type", "target", "--commit")
    (one,) = khue("search", "--type", "target", "--json").json["results"]
    fields = khue("show", one["id"], "--json").json
    assert (fields["value"], fields["value_to"], fields["unit"]) == (50, 60, "percent")


def ods_cell(value: float, kind: str = "percentage", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" office:value="{value}"{more}/>'


def test_percentages_of_an_ods_workbook() -> None:
    twice = ' table:number-columns-repeated="2"'
    rows = (
        f"<table:table-row><table:table-cell{twice}/>{ods_cell(0.037)}</table:table-row>",
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>',
        '<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/>'
        f"{ods_cell(0.5, 'float')}{ods_cell(-0.02, more=twice)}</table:table-row>",
    )
    (sheet,) = ods.read(ods_of("".join(rows))).sheets
    filled = ["|".join(row).rstrip("|") for row in sheet.rows if any(row)]
    assert filled == ["||3.7%", *(2 * ["|0.5|-2%|-2%"])]
    assert [number for number, row in enumerate(sheet.rows) if any(row)] == [0, 3, 4]


FORMATS = ("General", "0.0%", '0.0"%"', "[Red]0.0%;-0.0%")
"""Custom formats 164 and on, each with a style; the style after them is the built-in 0.00%."""


def xls_styles() -> bytes:
    """The formats, wide and narrow texts in turn, and the styles that name them."""
    records = b""
    for number, code in enumerate(FORMATS, 164):
        wide = number % 2
        text = code.encode("utf-16-le" if wide else "latin-1")
        records += biff(0x041E, struct.pack("<HHB", number, len(code), wide) + text)
    for number in (*range(164, 164 + len(FORMATS)), 10):
        records += biff(0x00E0, struct.pack("<HH", 0, number) + bytes(16))
    return records


@pytest.mark.parametrize("large", [0, 130 * 1024 * 64])
def test_percentages_of_an_xls_workbook(large: int) -> None:
    """Numbers of all four kinds of records; a file of 8 MB names its sectors elsewhere too."""
    number = biff(0x0203, struct.pack("<HHHd", 1, 1, 1, 0.037))
    short = biff(0x027E, struct.pack("<HHHI", 2, 0, 3, 12 << 2 | 3))  # 12 / 100
    shorts = biff(
        0x00BD, struct.pack("<HHHIHIHIH", 3, 1, 4, 50 << 2 | 3, 0, 1 << 2 | 2, 2, 3 << 2 | 2, 3)
    )
    formula = biff(0x0006, struct.pack("<HHHdHI", 4, 0, 4, 0.25, 0, 0) + b"\x03\x00\x1e\x01\x00")
    chart = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0020, 0, 1997, 0, 6))
    chart += biff(0x0203, struct.pack("<HHHd", 1, 1, 0, 1)) + biff(0x000A, b"")
    cells = number + short + shorts + formula + chart
    made = xls_of([["Tên"]], before=xls_styles(), more=cells, large=large)
    (sheet,) = xls.read(made).sheets
    assert [[cell for cell in row if cell] for row in sheet.rows] == [
        ["Tên"],
        ["3.7%"],
        ["12%"],
        ["50%", "1", "3"],
        ["25%"],
    ]
    (plain,) = xls.read(xls_of([["Tên", 0.5]])).sheets
    assert plain.rows == [["Tên", "0.5"]]


def test_a_figure_of_an_old_workbook_is_a_percentage(khue: Khue, tmp_path: Path) -> None:
    head = ["Mã chỉ tiêu", "Chỉ tiêu", "Địa phương", "Kỳ", "Giá trị"]
    row = ["cultural_industry_grdp_share", SHARE, "Hà Nội", "2023"]
    file = tmp_path / "so-lieu.xls"
    value = biff(0x0203, struct.pack("<HHHd", 1, 4, 4, 0.0312))
    file.write_bytes(xls_of([head, row], before=xls_styles(), more=value))
    khue("import", file, "--type", "observation", "--commit")
    assert values_of(khue) == [(3.12, "percent")]


def test_records_that_break_off_have_no_percentages() -> None:
    value = biff(0x0203, struct.pack("<HHHd", 1, 4, 4, 0.0312))
    whole = xls_of([["Tên"]], before=xls_styles(), more=value)
    assert [*xls_percents.find_percents(whole)["S"]] == [16_384 + 4]
    chance = random.Random(7)
    for _ in range(500):
        broken = bytearray(whole[: chance.randrange(len(whole))])
        for _ in range(chance.randrange(4)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        xls_percents.find_percents(bytes(broken))  # raises nothing


def test_a_table_of_sectors_that_goes_round_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of it that names itself as the next would be read as often as the file has sectors."""
    read: list[int] = []
    numbers = compound._numbers
    monkeypatch.setattr(compound, "_numbers", lambda one: read.append(len(one)) or numbers(one))
    broken = bytearray(xls_of([["Tên"]], before=xls_styles(), large=130 * 1024 * 64))
    sector, count = len(broken) // files.SECTOR - 2, len(broken) // files.SECTOR
    struct.pack_into("<II", broken, 68, sector, 0xFFFFFFFF)
    struct.pack_into("<I", broken, (sector + 2) * files.SECTOR - 4, sector)
    assert xls_percents.find_percents(bytes(broken)) is not None
    assert sum(read) < 8 * count


def test_sheets_that_lie_in_one_another_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = xls_of([["Tên", 0.5]], before=xls_styles())
    at = plain.index(b"\x01\x00S") - 6
    (bound,) = struct.unpack_from("<I", plain, at)
    again = b"".join(
        biff(0x0085, struct.pack("<IHBB", bound + 100 * 14, 0, 2, 0) + f"{n:02}".encode())
        for n in range(100)
    )
    value = biff(0x0203, struct.pack("<HHHd", 1, 4, 4, 0.0312))
    made = xls_of([["Tên"]], before=xls_styles() + again, more=value)
    begun: list[int] = []
    records = xls_percents._records

    def noted(stream: bytes, start: int) -> Any:
        begun.append(start)
        return records(stream, start)

    monkeypatch.setattr(xls_percents, "_records", noted)
    assert [*xls_percents.find_percents(made).values()]
    assert len(begun) <= 3


def test_percentages_beyond_all_tables_are_not_noted() -> None:
    rows = (
        # Rows that no sheet has, then one that would stand beyond them.
        '<table:table-row table:number-rows-repeated="99999999999999999"><table:table-cell/>'
        "</table:table-row>",
        f"<table:table-row>{ods_cell(0.5)}</table:table-row>",
    )
    with zipfile.ZipFile(io.BytesIO(ods_of("".join(rows)))) as parts:
        assert not ods_percents.find_percents(parts)["S"]
    wide = ods_cell(0.5, more=' table:number-columns-repeated="2000"')
    many = f'<table:table-row table:number-rows-repeated="6000">{wide}</table:table-row>'
    end = '</table:table><table:table table:name="S{}">'
    with zipfile.ZipFile(io.BytesIO(ods_of(end.join([many] * 3)))) as parts:
        noted = ods_percents.find_percents(parts)
    assert sum(map(len, noted.values())) <= CELL_LIMIT
