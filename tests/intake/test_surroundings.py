"""What rows say by where they stand: sections, components, totals, several tables in a sheet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.intake import Candidate, Mapping, Sheet, find_tables, open_table
from khue.model.findings import Finding
from khue.pipeline import house
from tests.intake.books import Merged, headings_of, sheet

pytestmark = pytest.mark.django_db
"""The gazetteer knows what the registry was given besides."""


def read(
    text: str, merged: Merged = (), type_name: str = "relic"
) -> tuple[list[Candidate], list[Finding]]:
    """The candidates of a drawn sheet, and all findings about its tables."""
    drawn = "\n".join(line.strip() for line in text.strip().split("\n"))
    return read_sheet(sheet(drawn, merged), type_name)


def read_sheet(given: Sheet, type_name: str = "relic") -> tuple[list[Candidate], list[Finding]]:
    pack = house().pack
    tables, findings = find_tables([given], headings_of(pack, type_name))
    candidates: list[Candidate] = []
    for table in tables:
        type_, context = pack.types[type_name], house().context(source="so")
        opened = open_table(table, type_, Mapping(), context)
        findings += opened.findings
        candidates += opened.candidates()
    return candidates, findings


def codes(findings: list[Finding]) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in findings]


def test_a_section_fills_the_place_that_the_table_lacks() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Diện tích
        I | Quận Hoàn Kiếm |
        1 | Đình A | 5
        2 | Đình B | 6
        II. Huyện Ba Vì | |
        1 | Đình C | 7
        """
    )
    assert [one.row for one in candidates] == [3, 4, 6]
    assert [one.stated["place"] for one in candidates] == [
        "Quận Hoàn Kiếm", "Quận Hoàn Kiếm", "Huyện Ba Vì",
    ]  # fmt: skip
    assert candidates[0].fields["place"]["within"] == "01"
    assert codes(findings) == [("row_section", 2), ("row_section", 5)]
    assert "place" in candidates[0].columns


def test_sections_within_sections_and_a_rank() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Diện tích
        A. Di tích quốc gia đặc biệt | |
        I. Quận Hoàn Kiếm | |
        1 | Đình A | 5
        II. Huyện Ba Vì | |
        1 | Đình B | 5
        B. Di tích quốc gia | |
        I. Quận Hoàn Kiếm | |
        1 | Đình C | 6
        """
    )
    said = [(one.fields["designations"][0]["rank"], one.stated["place"]) for one in candidates]
    assert said == [
        ("SPEC", "Quận Hoàn Kiếm"), ("SPEC", "Huyện Ba Vì"), ("NAT", "Quận Hoàn Kiếm"),
    ]  # fmt: skip
    assert {code for code, _ in codes(findings)} == {"row_section"}


def test_a_section_that_no_field_takes_is_kept_and_told() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Địa điểm
        I. Quận Hoàn Kiếm | |
        1 | Đình A | Hàng Bạc
        II. Nhóm cần rà soát | |
        2 | Đình B | Hàng Gai
        """
    )
    assert [one.stated["place"] for one in candidates] == ["Hàng Bạc", "Hàng Gai"]
    assert [one.fields["other"]["Đề mục"] for one in candidates] == [
        "Quận Hoàn Kiếm", "Nhóm cần rà soát",
    ]  # fmt: skip
    assert codes(findings) == [("row_section_kept", 2), ("row_section_kept", 4)]


def test_a_merged_section_needs_no_number() -> None:
    candidates, findings = read(
        """
        Tên di tích | Diện tích | Niên đại
        Thị xã Sơn Tây | |
        Đình A | 5 | 1673
        """,
        ((1, 0, 1, 2),),
    )
    assert [(one.row, one.stated["place"]) for one in candidates] == [(3, "Thị xã Sơn Tây")]
    assert codes(findings) == [("row_section", 2)]


def test_a_record_of_a_single_cell_stays_a_record() -> None:
    candidates, _ = read(
        """
        Tên di tích | Diện tích
        Đình A |
        Chùa C. Ấn Quang |
        Đình B | 5
        """
    )
    assert [one.name for one in candidates] == ["Đình A", "Chùa C. Ấn Quang", "Đình B"]


def test_names_numbered_in_roman_numerals_are_records() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Diện tích
        I | Đình A |
        II | Đình B |
        """
    )
    assert [one.name for one in candidates] == ["Đình A", "Đình B"]
    assert findings == []


COMPONENTS = {
    "dashes": [("15", "Cụm X"), ("", "- Đình Y"), ("", "+ Đền Z")],
    "sub-numbers": [("15", "Cụm X"), ("15.1", "Đình Y"), ("15.2", "Đền Z")],
    "letters": [("15", "Cụm X"), ("a)", "Đình Y"), ("b)", "Đền Z")],
    "indentation": [("15", "Cụm X"), ("", "   Đình Y"), ("", "   Đền Z")],
    "a dash for a number": [("15", "Cụm X"), ("-", "Đình Y"), ("-", "Đền Z")],
}


@pytest.mark.parametrize("how", COMPONENTS)
def test_components_hang_under_their_complex(how: str) -> None:
    listed = COMPONENTS[how]
    rows = [["STT", "Tên di tích", "Diện tích"], *([*one, "5"] for one in listed)]
    candidates, findings = read_sheet(Sheet("S", [*rows, ["16", "Đình W", "5"]]))
    assert findings == []
    assert [one.name for one in candidates] == ["Cụm X", "Đình Y", "Đền Z", "Đình W"]
    pending = [(one.column.path, one.text, one.row) for c in candidates for one in c.pending]
    assert pending == [("part_of", "Cụm X", 2)] * 2
    assert [one.fields.get("structure") for one in candidates] == [
        None, "COMPONENT", "COMPONENT", None,
    ]  # fmt: skip
    assert [one.code for c in candidates for one in c.findings] == ["row_component"] * 2
    assert candidates[1].stated["name.vi"] == listed[1][1].strip()


def test_unnumbered_rows_without_a_dash_are_nobodys_components() -> None:
    candidates, _ = read(
        """
        STT | Tên di tích | Diện tích
        1 | Đình A | 5
         | Đình B | 5
        """
    )
    assert [one.pending for one in candidates] == [(), ()]


def test_what_a_row_states_of_its_whole_goes_before_its_place_in_the_list() -> None:
    candidates, _ = read(
        """
        STT | Tên di tích | Thuộc cụm di tích | Quy mô
        1 | Cụm X | |
         | - Đình Y | Cụm khác | Di tích đơn lẻ
        """
    )
    assert [(one.text, one.row) for one in candidates[1].pending] == [("Cụm khác", None)]
    assert candidates[1].fields["structure"] == "SINGLE"


def test_a_type_without_parts_keeps_what_a_row_stands_under() -> None:
    candidates, _ = read(
        """
        STT | Tên món ăn | Mô tả
        1 | Phở | nước
         | - Phở bò | tái
        """,
        type_name="dish",
    )
    assert candidates[1].fields["other"] == {"Thuộc": "Phở"}
    assert [one.code for one in candidates[1].findings] == ["row_component_kept"]


def test_several_tables_in_a_sheet() -> None:
    candidates, findings = read(
        """
        DANH MỤC I | |
        STT | Tên di tích | Địa điểm
        1 | Đình A | Hàng Bạc
         | Tổng cộng | 1
         | |
        DANH MỤC II | |
        STT | Di tích | Niên đại
        1 | Đình B | 1673
         | |
         | Người lập biểu |
         | Nguyễn Văn A |
        """
    )
    assert [(one.row, one.name) for one in candidates] == [(3, "Đình A"), (8, "Đình B")]
    assert candidates[1].stated["period"] == "1673"
    assert codes(findings) == [("row_total", 4), ("row_remark", 6), ("rows_signature", 10)]


def test_a_header_that_comes_again_after_a_page_break() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Địa điểm
        1 | Đình A | Hàng Bạc
        STT | Tên di tích | Địa điểm
        2 | Đình B | Hàng Gai
        """
    )
    assert [one.row for one in candidates] == [2, 4]
    assert codes(findings) == [("header_repeated", 3)]


@pytest.mark.parametrize(
    "total",
    [
        " | Tổng cộng | =SUM(C2:C3)",
        "Tổng số di tích | | 2",
        " | Cộng (I) | 11",
        "3 | Tổng cộng: 2 di tích | ",
        " | | =COUNTA(B2:B3)",
        " | Cộng mục I | 5",
    ],
)
def test_totals(total: str) -> None:
    candidates, findings = read(
        f"""
        STT | Tên di tích | Diện tích
        1 | Đình A | 5
        2 | Đình B | 6
        {total}
        """
    )
    assert [one.row for one in candidates] == [2, 3]
    assert codes(findings) == [("row_total", 4)]


def test_numbers_of_columns_below_the_header() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Địa điểm | Diện tích
        (1) | (2) | (3) | (4)
        1 | Đình A | Hàng Bạc | 5
        """
    )
    assert [one.row for one in candidates] == [3]
    assert codes(findings) == [("row_column_numbers", 2)]


def test_what_is_below_the_last_row_of_a_table_is_told() -> None:
    candidates, findings = read(
        """
        STT | Tên di tích | Địa điểm
        1 | Đình A | Hàng Bạc
        Ghi chú: số liệu tạm tính | |
        """
    )
    assert [one.row for one in candidates] == [2]
    assert codes(findings) == [("row_remark", 3)]


def test_headers_of_three_rows() -> None:
    text = """
        STT | Tên di tích | Xếp hạng | | | Niên đại
         | | Cấp | Quyết định | |
         | | | Số QĐ | Ngày QĐ |
        1 | Đình So | Quốc gia | 12/QĐ-BT | 28/4/1962 | 1673
    """
    merged = (
        (0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 0, 4), (1, 2, 2, 2), (1, 3, 1, 4), (0, 5, 2, 5),
    )  # fmt: skip
    candidates, _ = read(text, merged)
    assert [one.row for one in candidates] == [4]
    assert candidates[0].fields["designations"][0]["rank"] == "NAT"
    assert candidates[0].fields["designations"][0]["date"] == "1962-04-28"
    assert candidates[0].fields["period"] == "1673"


def test_a_header_of_two_rows_in_a_file_that_knows_no_merging() -> None:
    candidates, _ = read(
        """
        STT,Tên di tích,Xếp hạng,,,Niên đại
        ,,Cấp,Số QĐ,Ngày QĐ,
        1,Đình So,Quốc gia,12/QĐ-BT,28/4/1962,1673
        """.replace(",", "|")
    )
    assert [one.row for one in candidates] == [3]
    assert candidates[0].fields["designations"][0]["date"] == "1962-04-28"


def test_json_rows_are_records_whatever_they_look_like() -> None:
    rows = [["name.vi", "description.vi"], ["Tổng cộng", ""], ["Người lập biểu", ""], ["I. A", ""]]
    candidates, findings = read_sheet(Sheet("", rows, header_rows=1))
    assert [one.name for one in candidates] == ["Tổng cộng", "Người lập biểu", "I. A"]
    assert findings == []


WIDE = """
    BÁO CÁO KHÁCH THAM QUAN | | | | |
    STT | Chỉ tiêu | Đơn vị tính | Năm 2022 | Năm 2023 | Kế hoạch 2024
    1 | Lượt khách | lượt khách | 1000 | 1.250,5 | 2000
    2 | Doanh thu | triệu đồng | 5 | | 7
     | Tổng cộng | | 1005 | |
"""


def test_a_wide_table_gives_a_row_for_each_cell() -> None:
    candidates, findings = read(WIDE, type_name="observation")
    said = [(one.row, one.name, one.stated["period"], one.fields["value"]) for one in candidates]
    assert said == [
        (3, "Lượt khách", "2022", 1000),
        (3, "Lượt khách", "2023", 1250.5),
        (3, "Lượt khách", "2024", 2000),
        (4, "Doanh thu", "2022", 5),
        (4, "Doanh thu", "2024", 7),
    ]
    assert [one.stated.get("status") for one in candidates] == [
        None, None, "Kế hoạch", None, "Kế hoạch",
    ]  # fmt: skip
    assert codes(findings) == [("row_total", 5), ("table_wide", None)]


def test_months_across_the_top_and_a_bad_cell_that_is_told_with_its_heading() -> None:
    candidates, _ = read(
        """
        Tên chỉ tiêu | Năm 2024 | |
         | Tháng 1 | Tháng 2 | Tháng 3
        Lượt khách | 10 | mười | 30
        """,
        ((0, 0, 1, 0), (0, 1, 0, 3)),
        type_name="observation",
    )
    assert [one.fields["period"] for one in candidates] == ["2024-01", "2024-02", "2024-03"]
    (told,) = candidates[1].findings
    assert (told.code, told.row, told.column) == ("number_unreadable", 3, "Năm 2024 / Tháng 2")


def test_a_heading_over_the_periods_names_what_no_column_names() -> None:
    candidates, _ = read(
        """
        Di tích | Lượt khách 2022 | Lượt khách 2023
        Đình So | 10 | 20
        """,
        type_name="observation",
    )
    assert [one.name for one in candidates] == ["Lượt khách", "Lượt khách"]
    assert [one.stated["subject"] for one in candidates] == ["Đình So", "Đình So"]


def test_years_across_the_top_mean_nothing_to_a_type_without_values() -> None:
    candidates, findings = read("Tên di tích | 2022 | 2023\nĐình So | 10 | 20")
    assert candidates[0].fields["other"] == {"2022": "10", "2023": "20"}
    assert [code for code, _ in codes(findings)] == ["column_unmapped"] * 2


def test_nothing_stated_is_lost_in_any_sheet(pack: Any) -> None:
    """Cells of rows that are records are stated; all other rows are told."""
    text = """
        STT | Tên di tích | Cột lạ
        I. Huyện Ba Vì | |
        1 | Cụm X | a
         | - Đình Y | b
        2 | |
         | Cộng | 2
        Ghi chú chung | |
    """
    candidates, findings = read(text)
    stated = {cell for one in candidates for cell in one.stated.values()}
    assert {"Cụm X", "- Đình Y", "a", "b", "Huyện Ba Vì"} <= stated
    assert sorted(one.row or 0 for one in findings if one.row) == [2, 5, 6, 7]


POOL = [
    "", "", "", "1", "2", "15.1", "a)", "-", "I", "II.", "A. Nhóm", "Quận Hoàn Kiếm", "- Đình Y",
    "  X",
    "Tổng cộng", "=SUM(A1:A2)", "Người lập biểu", "STT", "Tên di tích", "Địa điểm", "(1)", "(2)",
    "2022", "Niên đại", "Đình So", "\u00a0", "x" * 300,
]  # fmt: skip
grids = st.lists(st.lists(st.sampled_from(POOL), min_size=0, max_size=4), max_size=9)
spans = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).map(
        lambda m: (m[0], m[1], m[0] + m[2], m[1] + m[3])
    ),
    max_size=3,
)


@settings(max_examples=60)
@given(grids, spans, st.sampled_from(["relic", "observation", "dish"]))
def test_no_sheet_crashes_and_no_row_goes_unsaid(
    rows: list[list[str]], merged: list[tuple[int, int, int, int]], type_name: str
) -> None:
    header = ["STT", "Tên di tích" if type_name == "relic" else "Tên", "Địa điểm"]
    read_sheet(Sheet("S", [header, *rows], tuple(merged)), type_name)  # which may deepen headers
    candidates, findings = read_sheet(Sheet("S", [header, *rows]), type_name)
    said = {one.row for one in [*candidates, *findings]}
    # Of these the first row is said, and how many there are.
    several = ("rows_signature", "table_left_out")
    begun = [one.row for one in findings if one.code in several and one.row]
    headers = [one.row for one in findings if one.code in ("header_repeated", "header_missing")]
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row) and not headers and number not in said:
            assert any(first < number for first in begun) or _names_columns(row), (number, row)


def _names_columns(row: list[str]) -> bool:
    """Whether a row may be a part of a header: its own, or that of another table."""
    return any(
        cell.strip() in ("STT", "Tên di tích", "Địa điểm", "Niên đại", "2022") for cell in row
    )
