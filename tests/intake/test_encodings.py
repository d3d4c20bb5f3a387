"""Encodings are found per file and per column, and every conversion is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from khue.intake import Book, read_book
from khue.intake.readers import styles
from khue.lib.legacy_encodings import TCVN3, VNI, encode
from khue.publish.locating import locate
from tests.intake.books import xlsx
from tests.intake.files import docx

NAMES = ["Đình làng Thượng Mẫu", "Chùa Hạ Mẫu", "Đền thờ Hai Bà", "Phường Hàng Bạc", "Miếu Cô"]
PLACES = ["Phường Hàng Bạc", "Xã Tây Đằng", "Xã Võng Xuyên", "Phường Điện Biên", "Xã Ba Trại"]


def book_of(columns: list[list[str]]) -> Book:
    def fill(ws: object) -> None:
        for row in zip(*columns, strict=True):
            ws.append(row)  # type: ignore[attr-defined]

    return read_book(xlsx(fill), "a.xlsx")


def csv_of(columns: list[list[bytes]]) -> bytes:
    return b"\n".join(b";".join(row) for row in zip(*columns, strict=True)) + b"\n"


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
def test_one_column_of_a_workbook(encoding: str) -> None:
    """Its heading was typed anew, in Unicode."""
    legacy = ["Xã", *(encode(place, encoding) for place in PLACES)]
    book = book_of([["Tên", *NAMES], legacy, ["Số", "1", "2", "3", "4", "5"]])
    assert [row[:2] for row in book.sheets[0].rows] == [
        ["Tên", "Xã"],
        *([name, place] for name, place in zip(NAMES, PLACES, strict=True)),
    ]
    (told,) = book.findings
    assert (told.code, told.level, told.column, told.value) == (
        "encoding_column",
        "note",
        "B",
        encoding,
    )
    assert "Phường Hàng Bạc" in told.message["vi"]


def test_a_column_with_few_words_follows_the_others() -> None:
    names = [encode(text, TCVN3) for text in ["Tên di tích", *NAMES]]
    areas = [encode("Diện tích", TCVN3), "1", "2", "3", "4", "5"]
    book = book_of([names, ["x"] * 6, areas])
    assert book.sheets[0].rows[0] == ["Tên di tích", "x", "Diện tích"]
    assert book.sheets[0].rows[1][0] == NAMES[0]


def test_both_encodings_and_unicode_in_one_column() -> None:
    legacy = [encode(name, TCVN3) for name in NAMES]
    book = book_of([["Tên", *NAMES, *legacy]])
    assert [row[0] for row in book.sheets[0].rows] == ["Tên", *NAMES, *NAMES]


def test_what_could_be_either_stays_and_is_told() -> None:
    legacy = [encode(place, TCVN3) for place in PLACES]
    book = book_of([["Xã", *legacy, "lá"]])
    assert book.sheets[0].rows[-1] == ["lá"]
    assert [(one.code, one.level, one.row) for one in book.findings] == [
        ("encoding_column", "note", None),
        ("encoding_cell_unclear", "warning", 7),
    ]


def test_a_column_of_half_known_words_is_left_and_told() -> None:
    column = ["Tên", "Hµng Müller", "B¹c José", "Zürich", "Köln", "Škoda"]
    book = book_of([column])
    assert [row[0] for row in book.sheets[0].rows] == column
    assert [one.code for one in book.findings] == ["encoding_unclear"]


RIGHT = [*NAMES, *PLACES, "Hà", "Xã", "là", "Ghi chú", "QÐ", "Müller", "5 m²", "Café José", "lá"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(RIGHT), min_size=1))
def test_right_text_is_never_touched(cells: list[str]) -> None:
    data = csv_of([[cell.encode() for cell in cells], [b"x"] * len(cells)])
    book = read_book(data, "a.csv")
    assert [row[0] for row in book.sheets[0].rows] == cells
    assert not book.findings


@pytest.mark.parametrize("encoding", [TCVN3, VNI])
def test_a_csv_of_old_bytes(encoding: str) -> None:
    columns = [["Tên di tích", *NAMES], ["Phường / Xã", *PLACES]]
    data = csv_of([[encode(cell, encoding).encode("latin-1") for cell in one] for one in columns])
    book = read_book(data, "a.csv")
    assert [*map(list, zip(*book.sheets[0].rows, strict=True))] == columns
    assert [(one.code, one.value) for one in book.findings] == [("encoding_found", encoding)]


def test_a_csv_whose_columns_differ() -> None:
    """As pasted together by programs that know nothing of encodings."""
    data = csv_of(
        [
            [b"a", *(name.encode() for name in NAMES)],
            [b"b", *(encode(place, TCVN3).encode("latin-1") for place in PLACES)],
            [b"c", *(encode(place, VNI).encode("latin-1") for place in PLACES)],
        ]
    )
    book = read_book(data, "a.csv")
    assert book.sheets[0].rows[1:] == [[a, b, b] for a, b in zip(NAMES, PLACES, strict=True)]
    codes = [one.code for one in book.findings]
    assert sorted(codes) == ["encoding_column", "encoding_found", "encoding_mixed"]


def test_fonts_of_a_word_document() -> None:
    def run(font: str, text: str) -> str:
        return f'<w:r><w:rPr><w:rFonts w:ascii="{font}"/></w:rPr><w:t>{text}</w:t></w:r>'

    runs = [
        run(".VnTime", "§×nh ") + run("Arial", "Sổ"),
        run(".VnTimeH", "dÞch vô"),
        # A letter and its mark may stand in two runs.
        run("VNI-Times", "Pho") + run("VNI-Times", "á"),
        run("Times New Roman", "Phường"),
    ]
    cells = "".join(f"<w:tc><w:p>{one}</w:p></w:tc>" for one in runs)
    book = read_book(docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"), "a.docx")
    assert book.sheets[0].rows == [["Đình Sổ", "DỊCH VỤ", "Phố", "Phường"]]
    assert [(one.code, one.value) for one in book.findings] == [
        ("encoding_font", ".VnTime"),
        ("encoding_font", ".VnTimeH"),
        ("encoding_font", "VNI-Times"),
    ]
    assert "dÞch vô → DỊCH VỤ" in book.findings[1].message["vi"]


def drawn(columns: dict[str, list[Any]]) -> Book:
    """A workbook with each column in its font; the font "Arial" is no old one."""

    def fill(ws: Any) -> None:
        for index, (font, cells) in enumerate(columns.items(), 1):
            for number, text in enumerate(cells, 1):
                cell = ws.cell(number, index, text)
                cell.font = Font(name=font)

    return read_book(xlsx(fill), "a.xlsx")


def legacy(*texts: str, encoding: str = TCVN3) -> list[str]:
    return [encode(text, encoding) for text in texts]


def test_a_font_of_capitals_gives_capitals() -> None:
    """Its letters are stored small, with or without marks."""
    book = drawn(
        {
            ".VnTimeH": legacy("Tên di tích", "Đình làng Thượng Mẫu", "Kim Lien", "QĐ 12/UBND"),
            ".VnTime": legacy("Xã", "xã Võng Xuyên", "xã Ba Trại", "1994-06-20"),
            "Arial": ["Ghi chú", "cổ kính", "Café", "lá"],
        }
    )
    assert book.sheets[0].rows == [
        ["TÊN DI TÍCH", "Xã", "Ghi chú"],
        ["ĐÌNH LÀNG THƯỢNG MẪU", "xã Võng Xuyên", "cổ kính"],
        ["KIM LIEN", "xã Ba Trại", "Café"],
        ["QĐ 12/UBND", "1994-06-20", "lá"],
    ]
    assert [(one.code, one.level, one.value, one.sheet) for one in book.findings] == [
        ("encoding_font", "note", ".VnTimeH", "Sheet"),
        ("encoding_font", "note", ".VnTime", "Sheet"),
    ]
    assert "ĐÌNH LÀNG THƯỢNG MẪU" in book.findings[0].message["vi"]


def test_a_font_settles_what_words_alone_do_not() -> None:
    """One word is too little to know an encoding by, and *lá* could be either."""
    single = legacy("Đình")[0]
    assert drawn({"Arial": [single, "lá"]}).sheets[0].rows == [[single], ["lá"]]
    assert drawn({".VnArial": [single, "lá"]}).sheets[0].rows == [["Đình"], ["lỏ"]]
    vni = legacy("Phường", "Đình", encoding=VNI)
    assert drawn({"VNI-Times": vni}).sheets[0].rows == [["Phường"], ["Đình"]]


def test_an_old_font_left_in_cells_of_unicode_is_not_believed() -> None:
    right = ["Đình làng", "Chùa Thầy", "sông", "có", "Hà", "lá"]
    for font in (".VnTime", ".VnTimeH"):
        book = drawn({font: [*right, *legacy("Miếu")]})
        assert [row[0] for row in book.sheets[0].rows][:-1] == right
        assert "encoding_font" not in {one.code for one in book.findings}


def test_booleans_and_other_languages_are_no_text_of_a_font() -> None:
    book = drawn({".VnTime": [*legacy("Đình làng", "Võng Xuyên"), True, "Müller", "5 m²"]})
    assert [row[0] for row in book.sheets[0].rows] == [
        *("Đình làng", "Võng Xuyên"),
        *("có", "Müller", "5 m²"),
    ]


def test_fonts_are_found_in_sheets_longer_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells are not lost where the XML was cut, however small the pieces."""
    names = [f"Đình {number}" for number in range(40)]
    for size in (200, 231, 1000):
        monkeypatch.setattr(styles, "CHUNK", size)
        book = drawn({".VnTimeH": legacy(*names)})
        assert [row[0] for row in book.sheets[0].rows] == [name.upper() for name in names]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json"])
def test_spoilt_letters_are_told_once_a_column(name: str) -> None:
    garbled = "Chùa Thầy".encode().decode("latin-1")
    rows = [["Tên", "Nơi"], ["Đình So", "Hà N?i"], [garbled, "Hà N\ufffdi"], [garbled, "Huế"]]
    if name == "a.csv":
        book = read_book("\n".join(map(",".join, rows)).encode(), name)
    elif name == "a.json":
        text = json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
        book = read_book(text.encode(), name)
    else:
        book = book_of([list(column) for column in zip(*rows, strict=True)])
    assert [(one.code, one.row, one.column) for one in book.findings] == [
        ("letters_garbled", 3, "A"),
        ("letters_lost", 2, "B"),
    ]
    assert [one.cell for one in locate(book.findings, [], book)] == ["A3", "B2"]
    assert "lẽ ra là «Chùa Thầy»" in book.findings[0].message["vi"]
    assert list(book.sheets[0].rows)[2][0] == garbled, "nothing is changed"
