"""Finding the table: titles, headers of one and two rows, totals, signatures, blank rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue.intake import Sheet, find_tables, map_columns, read_book
from khue.intake.mapping import Mapping
from tests.conftest import Khue
from tests.intake.books import Merged, headings_of, sheet
from tests.work import ending

CASES: dict[str, tuple[str, Merged, list[int], list[str]]] = {
    # name: (sheet, merged cells, rows that are data, findings)
    "a header and two rows": (
        """
        Tên di tích | Địa điểm
        Đình So | Quốc Oai
        Chùa Thầy | Quốc Oai
        """, (), [2, 3], [],
    ),
    "titles above": (
        """
        DANH MỤC DI TÍCH |  |
        (Kèm theo Báo cáo số 12) |  |
         |  |
        STT | Tên di tích | Địa điểm
        1 | Đình So | Quốc Oai
        """, ((0, 0, 0, 2), (1, 0, 1, 2)), [5], [],
    ),
    "titles above, not merged": (
        """
        Danh mục kiểm kê di tích năm 2024
        STT | Tên di tích | Địa điểm
        1 | Đình So | Quốc Oai
        """, (), [3], [],
    ),
    "a header of two rows": (
        """
        STT | Tên di tích | Xếp hạng |  | Niên đại
         |  | Cấp | Số QĐ |
        1 | Đình So | Quốc gia | 12/QĐ | 1673
        """, ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4)), [3], [],
    ),
    "numbers of the columns under the header": (
        """
        STT | Tên di tích | Địa điểm
        1 | Đình So | Quốc Oai
         |  |
        2 | Chùa Thầy | Sài Sơn
        """, (), [2, 4], [],
    ),
    "blank numbered rows": (
        """
        STT | Tên di tích
        1 | Đình So
        2 |
        3 | Chùa Thầy
        """, (), [2, 4], ["row_blank"],
    ),
    "a total": (
        """
        STT | Tên di tích | Diện tích
        1 | Đình So | 5
         | Tổng cộng | 5
        """, (), [2], ["row_total"],
    ),
    "a total without numbers": (
        """
        Tên di tích | Diện tích
        Đình So | 5
        Tổng cộng: | 5
        Cộng | 5
        TỔNG SỐ | 5
        """, (), [2], ["row_total", "row_total", "row_total"],
    ),
    "names that begin like a total": (
        """
        STT | Tên di tích | Diện tích
        1 | Tổng đốc phủ | 5
         | Tổng kho Long Bình | 5
         | Cộng đồng người Dao | 5
        """, (), [2, 3, 4], [],
    ),
    "a signature block": (
        """
        STT | Tên di tích | Địa điểm
        1 | Đình So | Quốc Oai
         |  |
         |  | Hà Nội, ngày 3 tháng 2 năm 2024
         |  | NGƯỜI LẬP BIỂU
         |  | (Ký, ghi rõ họ tên)
        """, (), [2], ["rows_signature"],
    ),
    "recipients at the left": (
        """
        Tên di tích | Địa điểm
        Đình So | Quốc Oai
        Nơi nhận: | KT. GIÁM ĐỐC
        """, (), [2], ["rows_signature"],
    ),
    "a note that reads like a signature": (
        """
        STT | Tên di tích | Ghi chú
        1 | Đình So | Hà Nội, ngày 3 tháng 2 năm 1930 thành lập chi bộ
        2 | Chùa Thầy | Giám đốc Sở đã xem
        3 | Đền Và |
        """, (), [2, 3, 4], [],
    ),
    "the same without numbers": (
        """
        Tên di tích | Ghi chú
        Đình So | Hà Nội, ngày 3 tháng 2 năm 1930
        Đền Và | xác nhận lại
        Chùa Thầy |
        """, (), [2, 3, 4], [],
    ),
    "members under a record, without number": (
        """
        STT | Tên di tích | Địa điểm
        1 | Cụm di tích Mẫu | Bát Tràng
         | - Đình Mẫu | Bát Tràng
        """, (), [2, 3], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_rows_of_a_table(pack: Any, case: str) -> None:
    text, merged, rows, codes = CASES[case]
    drawn = "\n".join(line.strip() for line in text.strip().split("\n"))
    tables, findings = find_tables([sheet(drawn, merged)], headings_of(pack))
    assert [number for table in tables for number, _ in table.rows] == rows
    assert [one.code for one in findings] == codes
    for one in findings:
        assert one.sheet == "S"
        assert one.row
        assert one.message["vi"]
        assert one.message["en"]


SPENT = """
    STT | Hạng mục | Kinh phí
    1 | Sửa mái | 100
    2 | Sửa cột | 200
"""
RELICS = """
    STT | Tên di tích | Địa điểm
    1 | Đình So | Quốc Oai
    2 | Chùa Thầy | Sài Sơn
"""
FEWER = """
    Tên di tích | Xếp hạng
    Đình A | Quốc gia
"""


@pytest.mark.parametrize(
    ("tables", "rows", "told"),
    [
        ((SPENT, RELICS), [[5, 6]], [(1, "table_left_out")]),
        ((RELICS, SPENT), [[2, 3]], [(4, "table_left_out")]),
        ((RELICS, SPENT, RELICS), [[2, 3], [8, 9]], [(4, "table_left_out")]),
        ((FEWER, RELICS), [[2], [4, 5]], []),
        ((SPENT, FEWER, RELICS), [[5], [7, 8]], [(1, "table_left_out")]),
    ],
)
def test_no_table_of_a_sheet_is_passed_over(
    pack: Any, tables: tuple[str, ...], rows: list[list[int]], told: list[tuple[int, str]]
) -> None:
    """Whichever of them has most columns that are known."""
    drawn = "\n".join(line.strip() for one in tables for line in one.strip().split("\n"))
    found, findings = find_tables([sheet(drawn)], headings_of(pack))
    assert [[number for number, _ in table.rows] for table in found] == rows
    assert [(one.row, one.code) for one in findings] == told
    for one in findings:
        assert (one.value, one.values["n"]) == ("STT | Hạng mục | Kinh phí", 2)


def test_the_upper_row_of_a_header_may_come_again(pack: Any) -> None:
    text = """
        TT | Thông tin di tích |  | Ghi chú
         | Tên di tích | Địa điểm |
        1 | Đình So | Quốc Oai |
        TT | Thông tin di tích |  | Ghi chú
        2 | Chùa Thầy | Sài Sơn | x
    """
    drawn = "\n".join(line.strip() for line in text.strip().split("\n"))
    merged = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3))
    (table,), findings = find_tables([sheet(drawn, merged)], headings_of(pack))
    assert [number for number, _ in table.rows] == [3, 5]
    assert [(one.row, one.code) for one in findings] == [(4, "header_repeated")]


@pytest.mark.parametrize(
    "row", ["TT | Đình Phùng | thị trấn Phùng", "TT | chữ viết tắt của thị trấn |"]
)
def test_letters_in_the_first_column_are_no_header(pack: Any, row: str) -> None:
    drawn = f"Loại | Tên di tích | Địa điểm\n{row}\nP | Đình Chèm | Đông Ngạc"
    (table,), findings = find_tables([sheet(drawn)], headings_of(pack))
    assert [number for number, _ in table.rows] == [2, 3]
    assert findings == []


@pytest.mark.parametrize(
    ("type_name", "beside", "records"),
    [
        ("relic", "STT,Loại hình,Số lượng\n1,Đình,2\n2,Chùa,3", RELICS),
        ("relic", "STT,Họ và tên,Chức vụ,Điện thoại\n1,Nguyễn Văn Thử,Trưởng phòng,09", RELICS),
        (
            *("observation", "TT,Ký hiệu,Nội dung\n1,TH,Thực hiện\n2,KH,Kế hoạch"),
            "Chỉ tiêu | Kỳ | Giá trị\nBảo tàng | 2024 | 20",
        ),
    ],
)
def test_summaries_and_legends_beside_a_list_are_no_records(
    khue: Khue, tmp_path: Path, type_name: str, beside: str, records: str
) -> None:
    lines = [line.strip().replace(" | ", ",") for line in records.strip().split("\n")]
    count = len(lines) - 1
    for number, parts in enumerate(((beside, *lines), (*lines, beside))):
        file = tmp_path / f"{number}.csv"
        file.write_text("\n".join(parts) + "\n", encoding="utf-8")
        told = khue("import", file, "--type", type_name, "--json").json
        assert (told["created"], told["refused"]) == (count, 0)
        (left_out,) = [one for one in told["findings"] if one["code"] == "table_left_out"]
        assert left_out["row"] == (1 if number == 0 else count + 2)
        assert left_out["value"] == beside.split("\n")[0].replace(",", " | ")


def test_a_header_of_two_rows_names_both(pack: Any) -> None:
    text, merged, _, _ = CASES["a header of two rows"]
    drawn = "\n".join(line.strip() for line in text.strip().split("\n"))
    tables, _ = find_tables([sheet(drawn, merged)], headings_of(pack))
    assert tables[0].headings == (
        ("STT",), ("Tên di tích",), ("Xếp hạng", "Cấp"), ("Xếp hạng", "Số QĐ"), ("Niên đại",),
    )  # fmt: skip
    assert tables[0].ordinal == 0


@pytest.mark.parametrize(
    "text",
    ["Đình So\nChùa Thầy", "không có gì đáng kể", "1 | 2 | 3"],
)
def test_a_sheet_without_a_header_is_told(pack: Any, text: str) -> None:
    tables, findings = find_tables([sheet(text)], headings_of(pack))
    assert tables == []
    assert [one.code for one in findings] == ["sheet_without_table", "header_missing"]
    assert findings[-1].level == "error"


def test_rows_without_a_header_are_not_passed_over_lightly(pack: Any) -> None:
    """Someone has put the header on a sheet of its own."""
    sheets = [
        sheet("Tên di tích | Địa điểm", name="Tiêu đề"),
        sheet("Đình So | Quốc Oai\nChùa Thầy | Sài Sơn", name="Dữ liệu"),
    ]
    tables, findings = find_tables(sheets, headings_of(pack))
    assert [list(table.rows) for table in tables] == [[]]
    assert [(one.code, one.level, one.sheet) for one in findings] == [
        ("sheet_data_left_out", "warning", "Dữ liệu"),
        ("rows_none", "warning", ""),
    ]
    assert "2 dòng dữ liệu" in findings[0].message["vi"]


def test_empty_sheets_say_nothing_of_their_own(pack: Any) -> None:
    tables, findings = find_tables(
        [Sheet("trống", []), Sheet("trắng", [["", " "]])], headings_of(pack)
    )
    assert tables == []
    assert [one.code for one in findings] == ["header_missing"]


def test_several_sheets(pack: Any) -> None:
    sheets = [
        sheet("Tên di tích | Địa điểm\nĐình So | Quốc Oai", name="Quốc Oai"),
        sheet("Ghi chú dài dòng về tệp", name="Giải thích"),
        sheet("Di tích | Xã\nĐền Và | Sơn Tây", name="Sơn Tây"),
    ]
    tables, findings = find_tables(sheets, headings_of(pack))
    assert [table.sheet for table in tables] == ["Quốc Oai", "Sơn Tây"]
    assert [(one.code, one.sheet) for one in findings] == [("sheet_without_table", "Giải thích")]


def test_the_table_goes_to_the_widest_row(pack: Any) -> None:
    tables, _ = find_tables(
        [sheet("Tên di tích | Địa điểm\nĐình So | Quốc Oai | thừa ra")], headings_of(pack)
    )
    assert tables[0].headings == (("Tên di tích",), ("Địa điểm",), ())


def test_a_long_title_is_no_obstacle_but_a_very_long_one_is(pack: Any) -> None:
    for lines, there in ((30, True), (60, False)):
        text = "lời nói đầu\n" * lines + "Tên di tích | Địa điểm\nĐình So | Quốc Oai"
        tables, _ = find_tables([sheet(text)], headings_of(pack))
        assert bool(tables) is there


def test_the_messy_inventory(pack: Any, shared_data: Path) -> None:
    book = read_book((shared_data / "messy-inventory.xlsx").read_bytes(), "messy-inventory.xlsx")
    tables, findings = find_tables(book.sheets, headings_of(pack))
    assert [table.sheet for table in tables] == ["Di tích"]
    table = tables[0]
    assert table.headings[2] == ("Địa điểm", "Thôn / TDP")
    assert table.headings[7] == ("Xếp hạng", "Số QĐ")
    assert table.headings[9] == ("Niên đại",)
    # 20 numbered rows less a blank one, and three members without a number.
    assert len(table.rows) == 22
    assert table.rows[0][0] == 6
    told = {one.code: one.row for one in findings}
    assert told == {
        "row_blank": 11,
        "row_total": 29,
        "rows_signature": 31,
        "sheet_without_table": None,
    }
    mapped, _ = map_columns(table, pack.columns("relic"), Mapping())
    paths = [one.path for one in mapped]
    assert paths == [
        None, "name.vi", "place", "place", "place", "kind", "designations.rank",
        "designations.decision", "designations.date", "period", "area", "point",
        "conditions.status", "internal_note",
    ]  # fmt: skip


def test_a_very_long_cell_is_read_to_its_end(pack: Any) -> None:
    """A signature block is found in the first words of a cell; the pattern is quadratic."""
    long = ", ngày tháng " * 100_000
    text = f"Tên di tích | Địa điểm\nĐình So | Quốc Oai\n{long} | x"
    with ending():
        (table,), _ = find_tables([sheet(text)], headings_of(pack))
    assert [number for number, _ in table.rows] == [2, 3]
