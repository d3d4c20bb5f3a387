"""Dates as departments write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.dates import parse_edtf
from khue.model.values import KINDS, Context

KIND = KINDS["edtf"]

# stated, value, codes of findings
CASES: list[tuple[str, str | None, list[str]]] = [
    ("1962-04-28", "1962-04-28", []),
    ("28/4/1962", "1962-04-28", []),
    ("28/04/1962", "1962-04-28", []),
    ("28-4-1962", "1962-04-28", []),
    ("28.4.1962", "1962-04-28", []),
    ("1962/04/28", "1962-04-28", []),
    ("ngày 28 tháng 12 năm 2001", "2001-12-28", []),
    ("ngày 15 tháng 06 năm 1987", "1987-06-15", []),
    ("Ngay 15 thang 6 nam 1987", "1987-06-15", []),
    ("1994-06-20 00:00:00", "1994-06-20", []),
    ("1994-06-20T00:00:00Z", "1994-06-20", []),
    ("20/6/1994 00:00:00", "1994-06-20", []),
    ("28 April 1962", "1962-04-28", []),
    ("29 November 2013", "2013-11-29", []),
    ("November 29, 2013", "2013-11-29", []),
    ("1st Sept 1945", "1945-09-01", []),
    ("40037", "2009-08-12", ["date_understood"]),
    ("40037.0", "2009-08-12", ["date_understood"]),
    ("tháng 5/2009", "2009-05", []),
    ("ngày 28 tháng tư năm 1962", "1962-04-28", []),
    ("Tháng Năm năm 1954", "1954-05", []),
    ("tháng mười hai, năm 1946", "1946-12", []),
    ("tháng giêng năm 1946", None, ["date_unreadable"]),  # of the lunar calendar
    ("tháng 5 năm 2009", "2009-05", []),
    ("5/2009", "2009-05", []),
    ("2009-05", "2009-05", []),
    ("2001-02", "2001-02", ["date_understood"]),
    ("May 2009", "2009-05", []),
    ("Quý I/2024", "2024-01/2024-03", ["date_understood"]),
    ("quý 3 năm 2024", "2024-07/2024-09", ["date_understood"]),
    ("Q4/2023", "2023-10/2023-12", ["date_understood"]),
    ("từ quý I/2024 đến quý II/2024", "2024-01/2024-06", ["date_understood"]),
    ("quý 5/2024", None, ["date_impossible"]),
    ("c.1830-41", "1830~/1841~", ["date_understood"]),
    ("c.1830–41", "1830~/1841~", ["date_understood"]),
    ("1898-99", "1898/1899", ["date_understood"]),
    ("1899-98", None, ["date_unreadable"]),
    ("c.1805-11", None, ["date_unreadable"]),
    ("năm 1993", "1993", []),
    (" 1946 ", "1946", []),
    ("năm 938", "0938", []),
    ("257 TCN", "-0256", ["date_understood"]),
    ("khoảng năm 1700", "1700~", []),
    ("c. 1700", "1700~", []),
    ("6 tháng đầu năm 2025", "2025-01/2025-06", ["date_understood"]),
    ("6 tháng cuối năm 2025", "2025-07/2025-12", ["date_understood"]),
    ("9 tháng 2025", "2025-01/2025-09", ["date_understood"]),
    ("chín tháng đầu năm 2025", "2025-01/2025-09", ["date_understood"]),
    ("9T/2025", "2025-01/2025-09", ["date_understood"]),
    ("3 tháng cuối năm 2025", "2025-10/2025-12", ["date_understood"]),
    ("12 tháng năm 2025", "2025", []),
    ("13 tháng năm 2025", None, ["date_impossible"]),
    ("nửa cuối năm 2025", "2025-07/2025-12", ["date_understood"]),
    ("first half of 2025", "2025-01/2025-06", ["date_understood"]),
    ("H2 2025", "2025-07/2025-12", ["date_understood"]),
    ("first 9 months of 2025", "2025-01/2025-09", ["date_understood"]),
    ("first half of the 19th century", "1801~/1850~", ["date_understood"]),
    ("1820?", "1820?", []),
    ("1820±10", "1810/1830", ["date_understood"]),
    ("Thế kỷ XVII", "16XX", []),
    ("TK 17", "16XX", []),
    ("TK XVIII", "17XX", []),
    ("thế kỷ 19", "18XX", []),
    ("17th century", "16XX", []),
    ("TK 17?", "16XX?", []),
    ("thế kỷ II TCN", "-01XX", ["date_understood"]),
    ("Đầu TK 18", "1701~/1733~", ["date_understood"]),
    ("giữa thế kỷ 18", "1734~/1766~", ["date_understood"]),
    ("Cuối TK 18", "1767~/1800~", ["date_understood"]),
    ("late 18th century", "1767~/1800~", ["date_understood"]),
    ("nửa đầu thế kỷ XIX", "1801~/1850~", ["date_understood"]),
    ("cuối TK 18 - đầu TK 19", "1767~/1833~", ["date_understood"]),
    ("TK VII - TK XX", "06XX/19XX", []),
    ("thế kỷ 17-18", "16XX/17XX", []),
    ("17th to 18th century", "16XX/17XX", []),
    ("thập niên 1960", "196X", []),
    ("những năm 60 thế kỷ XX", "196X", []),
    ("1802-1945", "1802/1945", []),
    ("1802 – 1945", "1802/1945", []),
    ("từ năm 1802 đến năm 1945", "1802/1945", []),
    ("khoảng 1820-1830", "1820~/1830~", []),
    ("1/1/2021 - 5/2/2022", "2021-01-01/2022-02-05", []),
    ("trước 1945", "../1945", ["date_understood"]),
    ("sau năm 1975", "1975/..", ["date_understood"]),
    ("từ 1802 đến nay", "1802/..", ["date_understood"]),
    ("1802/1945", "1802/1945", []),
    ("Thời Lý", "1009~/1225~", ["date_understood"]),
    ("Lý", "1009~/1225~", ["date_understood"]),
    ("thoi ly", "1009~/1225~", ["date_understood"]),
    ("Lê Trung Hưng", "1533~/1789~", ["date_understood"]),
    ("Hậu Lê", "1428~/1789~", ["date_understood"]),
    ("Nguyễn", "1802~/1945~", ["date_understood"]),
    ("Nguyễn dynasty", "1802~/1945~", ["date_understood"]),
    ("Lý - Trần", "1009~/1400~", ["date_understood"]),
    ("thời Lê", None, ["date_period_ambiguous"]),
    ("31/02/2015", None, ["date_impossible"]),
    ("2012-13-01", None, ["date_impossible"]),
    ("13/25/2001", None, ["date_impossible"]),
    ("tháng 13/2009", None, ["date_impossible"]),
    ("00/00/2000", None, ["date_impossible"]),
    ("thế kỷ 25", None, ["date_impossible"]),
    ("1945-1802", None, ["date_impossible"]),
    ("28/4/62", None, ["date_short_year"]),
    ("ngày 28 tháng 4 năm 62", None, ["date_short_year"]),
    ("?", None, ["value_missing"]),
    ("chưa rõ", None, ["value_missing"]),
    ("chua ro", None, ["value_missing"]),
    ("—", None, ["value_missing"]),
    ("-", None, ["value_missing"]),
    ("N/A", None, ["value_missing"]),
    ("không", None, ["value_missing"]),
    ("", None, []),
    (" \u00a0 ", None, []),
    ("năm xx", None, ["date_unreadable"]),
    ("năm Tức nhà thờ gỗ Kon Tum", None, ["date_unreadable"]),
    ("10/3 âm lịch", None, ["date_unreadable"]),
    ("17", None, ["date_unreadable"]),
    ("năm 1962 1963", None, ["date_several"]),
    ("năm 1992 2017", None, ["date_several"]),
    ("năm 1999; năm 2000", None, ["date_several"]),
    ("năm xx; năm 2012", None, ["date_several"]),
    ("ngày 04 tháng 08 năm 1992; năm 2001", None, ["date_several"]),
    ("ngày 1962 31 tháng 12 năm 2014", None, ["date_several"]),
    ("năm Nơi xứ ủy Trung Kỳ đóng năm 1930- 1931", None, ["date_several"]),
    ("Thời Lý; trùng tu 1899", "1009~/1225~", ["date_works_left"]),
    ("thế kỷ XVII, trùng tu năm 1899", "16XX", ["date_works_left"]),
    ("1735 (được tu sửa thời Nguyễn)", "1735", ["date_works_left"]),
    ("1735; trùng tu 1899; tu bổ 1920", "1735", ["date_works_left"]),
    ("1735, restored in 1899", "1735", ["date_works_left"]),
    # The date of the works alone is not that of the thing.
    ("1899 (trùng tu)", None, ["date_unreadable"]),
    ("trùng tu 1899", None, ["date_unreadable"]),
    ("1735; trùng tu 1899; 1920", None, ["date_several"]),
    ("thế kỉ 17", "16XX", []),
    ("34505", "1994-06-20", ["date_understood"]),
    ("40037.5", "2009-08-12", ["date_understood"]),
    ("2009-08-12 00:00:00", "2009-08-12", []),
    ("#REF!", None, ["cell_is_error"]),
]


@pytest.mark.parametrize(("stated", "value", "codes"), CASES)
def test_read(stated: str, value: str | None, codes: list[str], field: Any, context: Any) -> None:
    reading = KIND.read(stated, field("edtf"), context)
    assert reading.value == value
    assert [found.code for found in reading.findings] == codes
    assert all(found.value == stated and found.field == "field" for found in reading.findings)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("1962-04-28", "28/4/1962", "28 April 1962"),
        ("2009-05", "tháng 5/2009", "May 2009"),
        ("2009-05-XX", "tháng 5/2009", "May 2009"),
        ("1946", "1946", "1946"),
        ("0938", "938", "938"),
        ("-0256", "257 TCN", "257 BC"),
        ("16XX", "thế kỷ XVII", "17th century"),
        ("20XX", "thế kỷ XXI", "21st century"),
        ("16XX?", "thế kỷ XVII (chưa chắc)", "17th century (uncertain)"),
        ("-01XX", "thế kỷ II TCN", "2nd century BC"),
        ("-025X", "thập niên 250 TCN", "250s BC"),
        ("196X", "thập niên 1960", "1960s"),
        ("1820~", "khoảng 1820", "about 1820"),
        ("1820%", "khoảng 1820 (chưa chắc)", "about 1820 (uncertain)"),
        ("1802/1945", "1802–1945", "1802–1945"),
        ("1820~/1830~", "khoảng 1820–1830", "about 1820–1830"),
        ("06XX/19XX", "thế kỷ VII–XX", "7th–20th centuries"),
        ("1767~/1800~", "cuối thế kỷ XVIII", "late 18th century"),
        ("1801~/1850~", "nửa đầu thế kỷ XIX", "first half of the 19th century"),
        ("1009~/1225~", "nhà Lý (khoảng 1009–1225)", "Lý dynasty (about 1009–1225)"),
        ("2027-02-08/2027-02-12", "8–12/2/2027", "8–12 February 2027"),
        ("2027-02-27/2027-03-02", "27/2–2/3/2027", "27 February – 2 March 2027"),
        ("2021-01-01/2022-02-05", "1/1/2021–5/2/2022", "1 January 2021 – 5 February 2022"),
        ("../1945", "đến 1945", "until 1945"),
        ("1802/..", "từ 1802", "from 1802"),
        ("1802/", "1802–?", "1802–?"),
        ("/1945", "?–1945", "?–1945"),
        ("not a date", "not a date", "not a date"),
    ],
)
def test_show(value: str, vi: str, en: str, field: Any, context: Any) -> None:
    assert KIND.show(value, "vi", field("edtf"), context) == vi
    assert KIND.show(value, "en", field("edtf"), context) == en


@pytest.mark.parametrize(
    ("value", "codes", "earliest", "latest"),
    [
        ("1962-04-28", ("19XX",), "1962-04-28", "1962-04-28"),
        ("06XX/08XX", ("06XX", "07XX", "08XX"), "0600-01-01", "0899-12-31"),
        ("1802/..", ("18XX",), "1802-01-01", None),
        ("-0256", (), "-0256-01-01", "-0256-12-31"),
        ("-0256/0010", ("00XX",), "-0256-01-01", "0010-12-31"),
    ],
)
def test_flatten(
    value: str,
    codes: tuple[str, ...],
    earliest: str | None,
    latest: str | None,
    field: Any,
    context: Any,
) -> None:
    flat = KIND.flatten(value, field("edtf"), context)
    assert flat.codes == codes
    assert flat.columns == {"": value, "earliest": earliest, "latest": latest}


def test_a_recorded_date_must_be_edtf(field: Any, context: Any) -> None:
    assert KIND.check("1962-04-28", field("edtf"), context) == ()
    (found,) = KIND.check("năm xx", field("edtf"), context)
    assert (found.level, found.code) == ("error", "date_unreadable")


_PIECES = st.sampled_from(
    [
        *("năm", "tháng", "ngày", "thế kỷ", "TK", "đầu", "cuối", "giữa", "nửa", "khoảng", "nay"),
        *("từ", "đến", "trước", "sau", "thời", "Lý", "Lê", "Nguyễn", "XVII", "17", "1802", "5"),
        *("31/02/2015", "28/4", "May", "±", "?", "~", "-", "–", ";", "/", "century", "17th"),
        *("late", "TCN", "40037", "0", "00", "9999", "0001", "2"),
    ]
)


@given(st.lists(_PIECES, max_size=7).map(" ".join))
def test_whatever_is_read_is_edtf_and_can_be_shown(
    field: Any, context: Context, stated: str
) -> None:
    value = KIND.read(stated, field("edtf"), context).value
    if value is not None:
        assert parse_edtf(value).text == value
        assert KIND.show(value, "vi", field("edtf"), context)
        # A date in EDTF is read as itself.
        assert KIND.read(value, field("edtf"), context).value == value
