"""Reading files: what a cell says is kept as text, and a bad file is said to be one."""

from __future__ import annotations

import gzip
import json
import random
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.intake import read_book
from khue.intake.readers.limits import COLUMN_LIMIT
from khue.model.errors import KhueError, UnreadableFile, WrongUse
from tests.intake.books import xlsx
from tests.intake.files import docx_of


def rows(data: bytes | str, name: str) -> list[list[str]]:
    """The rows of the only sheet."""
    whole = data.encode() if isinstance(data, str) else data
    (only,) = read_book(whole, name).sheets
    return only.rows


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_separators_and_lines(separator: str, newline: str) -> None:
    lines = [["Tên", "Địa điểm", "Số"], ["Đình So", "Quốc Oai", "1"], ["Chùa Thầy", "", "2"]]
    text = newline.join(separator.join(cells) for cells in lines)
    assert rows(text, "a.csv") == lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n"x, y",2\n', [["a", "b"], ["x, y", "2"]]),
        ('a;b\n"dòng 1\ndòng 2";2\n', [["a", "b"], ["dòng 1\ndòng 2", "2"]]),
        ('a,b\n"nói ""thế""",2\n', [["a", "b"], ['nói "thế"', "2"]]),
        ('a,b\nđình "So",2\n', [["a", "b"], ['đình "So"', "2"]]),
        ('a,b\n"đình" So,2\n', [["a", "b"], ["đình So", "2"]]),
        ("một cột\nĐình So\n", [["một cột"], ["Đình So"]]),
        # Numbers with a decimal comma in a file of semicolons.
        ("tên;số\nx;1,5\ny;2,5\n", [["tên", "số"], ["x", "1,5"], ["y", "2,5"]]),
    ],
)
def test_csv_quotes(text: str, expected: list[list[str]]) -> None:
    assert rows(text, "a.csv") == expected


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["encoding_found"]),
        ("windows-1258", ["encoding_found"]),
    ],
)
def test_csv_encodings(encoding: str, told: list[str]) -> None:
    import unicodedata

    # In windows-1258 tones are characters of their own.
    text = "Tên,Nơi\nĐinh Bô Linh,Ha Nôi\nChua Mia,Sơn Tây\n"
    if encoding == "windows-1258":
        assert unicodedata.is_normalized("NFC", text)
    book = read_book(text.encode(encoding), "a.csv")
    assert book.sheets[0].rows[1] == ["Đinh Bô Linh", "Ha Nôi"]
    assert [one.code for one in book.findings] == told


def test_csv_in_windows_1258_with_tones() -> None:
    from khue.lib.vietnamese import display

    data = "Tên,Nơi\nĐình So,Quốc Oai\n".replace("ì", "i\u0300").replace("ố", "ô\u0301")
    read = rows(data.encode("windows-1258"), "a.csv")
    assert [display(cell) for cell in read[1]] == ["Đình So", "Quốc Oai"]


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "a.csv"),
    "only spaces": (b" \n\t ", "a.csv"),
    "an empty workbook file": (b"", "a.xlsx"),
    "NUL bytes": (b"a,b\nx\x00y,2\n", "a.csv"),
    "utf-16 without its mark": ("Tên,Nơi\nĐình,So\n".encode("utf-16-le"), "a.csv"),
    "a spreadsheet that calls itself csv": (xlsx(lambda ws: ws.append(["Tên"])), "a.csv"),
    "a csv that calls itself a spreadsheet": (b"a,b\n1,2\n", "a.xlsx"),
    "a truncated spreadsheet": (xlsx(lambda ws: ws.append(["Tên"] * 50))[:-400], "a.xlsx"),
    "half a spreadsheet": (xlsx(lambda ws: ws.append(["Tên"] * 50))[:2000], "a.xlsx"),
    "a spreadsheet with a stray cell at its very end": (
        xlsx(lambda ws: ws.cell(1_048_576, 16_384, "x")),
        "a.xlsx",
    ),
    "a zip that is no spreadsheet": (b"PK\x05\x06" + b"\0" * 18, "a.xlsx"),
    "a quote that never closes": ('a,b\n1,"mở mà không đóng\n3,4\n5,6\n'.encode(), "a.csv"),
    "a quote that never closes, at the end": (b'a,b\n1,2\n3,"', "a.csv"),
    "truncated json": (b'[{"a": 1}, {"b"', "a.json"),
    "json that is no list of objects": (b"[1, 2, 3]", "a.json"),
    "a json text": (b'"x"', "a.json"),
    "an empty json list": (b"[]", "a.json"),
    "json with two lists": (b'{"a": [{"x": 1}], "b": [{"x": 2}], "c": [1]}', "a.json"),
    "json with a key stated twice": (b'[{"a": 1, "b": 2, "a": 3}]', "a.json"),
    "json with a key stated twice, deep": (b'[{"a": {"b": {"c": 1, "c": 1}}}]', "a.json"),
    "json with a key and a path that are one": (b'[{"a": {"b": 1}, "a.b": 2}]', "a.json"),
    "json with a vast key": (f'[{{"{"k" * 1001}": 1}}]'.encode(), "a.json"),
    "json with deep objects": (b'[{"a": ' + b'{"a": ' * 900 + b"1" + b"}" * 901 + b"]", "a.json"),
    "json of too many columns": (
        json.dumps([{f"k{n}": 1} for n in range(COLUMN_LIMIT + 1)]).encode(),
        "a.json",
    ),
    "json of one object of too many columns": (
        json.dumps({f"k{n}": 1 for n in range(COLUMN_LIMIT + 1)}).encode(),
        "a.json",
    ),
    "csv of too many columns": (b"a,b\n1,2\n" + b"," * COLUMN_LIMIT, "a.csv"),
    "a spreadsheet of too many columns": (
        xlsx(lambda ws: ws.cell(2, COLUMN_LIMIT + 1, "x")),
        "a.xlsx",
    ),
    "a formula beyond too many columns": (
        xlsx(lambda ws: ws.cell(2, COLUMN_LIMIT + 1, "=A1")),
        "a.xlsx",
    ),
    "json as deep as the sea": (b"[" * 100_000 + b"]" * 100_000, "a.json"),
    "json in latin-1": ('[{"tên": "é"}]'.encode("latin-1"), "a.json"),
    "an unknown extension": (b"a,b\n1,2\n", "a.doc"),
    "no extension": (b"a,b\n1,2\n", "danhsach"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_told(case: str) -> None:
    data, name = BAD[case]
    with pytest.raises((UnreadableFile, WrongUse)) as told:
        read_book(data, name)
    assert told.value.message["vi"]
    assert told.value.message["en"]
    assert told.value.mend["vi"]
    if name not in ("a.doc", "danhsach"):
        assert isinstance(told.value, UnreadableFile)


def test_a_quote_that_never_closes_says_where() -> None:
    text = "a,b\n1,2\n3,4\n" + '5,"mở\n' + "7,8\n" * 5
    with pytest.raises(UnreadableFile) as told:
        read_book(text.encode(), "a.csv")
    assert "4" in told.value.message["vi"]
    assert "4" in told.value.message["en"]


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xlsx", "a.json", "a.tsv", "a.jsonl", "a.geojson", "a.csv.gz"]),
)
def test_no_bytes_crash_a_reader(data: bytes, name: str) -> None:
    try:
        book = read_book(data, name)
    except KhueError:
        return
    assert all(isinstance(cell, str) for one in book.sheets for row in one.rows for cell in row)


def test_xlsx_values_as_text() -> None:
    def fill(ws: Any) -> None:
        ws.append(["số", "chữ"])
        for value in (
            1, 1250.5, 12.125, -3.125, 1_000_000, 0.1, True, False, None, "  x ", "007",
            date(1994, 6, 20), datetime(1994, 6, 20, 13, 5), time(8, 30), "#REF!", "=1/0",
        ):  # fmt: skip
            ws.append([value, "x"])

    read = [row[0] for row in rows(xlsx(fill), "a.xlsx")][1:]
    assert read == [
        "1", "1250.5", "12.1250", "-3.1250", "1000000", "0.1", "có", "không", "", "  x ", "007",
        "1994-06-20", "1994-06-20 13:05:00", "08:30:00", "#REF!", "=1/0",
    ]  # fmt: skip


def test_formulas_are_kept_as_text_and_never_computed() -> None:
    stated = {
        "A1": ("Tên", "Tên"),
        "A2": ('=HYPERLINK("http://example.invalid","Đình ""So""")', 'Đình "So"'),
        "A3": ('=hyperlink( "http://example.invalid" )', "http://example.invalid"),
        "A4": ('=HYPERLINK(B1,"x")&"y"', '=HYPERLINK(B1,"x")&"y"'),
        "C6": ("=SUM(A1:A5)", "=SUM(A1:A5)"),
        "B7": ("#DIV/0!", "#DIV/0!"),
    }

    def fill(ws: Any) -> None:
        for cell, (text, _) in stated.items():
            ws[cell] = text

    book = read_book(xlsx(fill), "a.xlsx")
    (only,) = book.sheets
    for cell, (_, text) in stated.items():
        assert only.rows[int(cell[1]) - 1]["ABC".index(cell[0])] == text, cell
    assert [(one.code, one.row, one.sheet) for one in book.findings] == [
        ("formula_label", 2, "Sheet"),
        ("formula_label", 3, "Sheet"),
        ("formula_kept", 4, "Sheet"),
        ("formula_kept", 6, "Sheet"),
    ]
    for one in book.findings:
        assert f"A{one.row}" in one.message["vi"] or "C6" in one.message["vi"]


def test_formulas_with_a_result_read_as_their_result() -> None:
    import io

    import xlsxwriter

    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("Di tích & lễ hội")
        sheet.write_formula("A1", '=HYPERLINK("http://example.invalid","Đình So")', None, "Đình So")
        sheet.write_formula("A2", "=6*7", None, 42)
        sheet.write_formula("A3", "=1/0", None, "#DIV/0!")
    book_read = read_book(data.getvalue(), "a.xlsx")
    assert book_read.sheets[0].rows == [["Đình So"], ["42"], ["#DIV/0!"]]
    assert book_read.findings == ()


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (xlsx(lambda ws: [ws.append([f"Tên {n}", n, "=1/0"]) for n in range(5)]), "a.xlsx"),
        (docx_of([[f"Tên {n}", str(n)] for n in range(5)]), "a.docx"),
        (gzip.compress("Tên,Nơi\nĐình So,Quốc Oai\n".encode() * 9), "a.csv.gz"),
    ],
    ids=["xlsx", "docx", "csv.gz"],
)
def test_changed_bytes_are_told(whole: bytes, name: str) -> None:
    """Where an archive or its XML is broken there is one kind of error, whatever noticed it."""
    chance = random.Random(20240620)
    read = 0
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice([0, 1, 2, 5, 20])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_book(bytes(data), name)
            read += 1
        except UnreadableFile:
            continue
    assert 0 < read < 200


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_with_a_document_type_is_told(part: str) -> None:
    """The format has none; all tricks with entities need one."""
    import io
    import zipfile

    data = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(xlsx(lambda ws: ws.append(["Tên", "=A1"]))))
    with zipfile.ZipFile(data, "w") as changed:
        for name in whole.namelist():
            head = b'<!DOCTYPE x [<!ENTITY a "aaa">]>' if name == part else b""
            changed.writestr(name, head + whole.read(name))
    with pytest.raises(UnreadableFile):
        read_book(data.getvalue(), "a.xlsx")


def test_a_workbook_that_unpacks_to_very_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khue.intake.readers.archives.UNPACKED_LIMIT", 1000)
    with pytest.raises(UnreadableFile):
        read_book(xlsx(lambda ws: ws.append(["x"])), "a.xlsx")


def test_xlsx_sheets_and_merged_cells() -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Một"
    book.active["B2"] = "Tên di tích"
    book.active.merge_cells("B2:C3")
    book.create_sheet("Hai").append(["x"])
    data = io.BytesIO()
    book.save(data)
    one, two = read_book(data.getvalue(), "a.XLSX").sheets
    assert (one.name, two.name) == ("Một", "Hai")
    # Rows and columns keep their numbers though the first ones are empty.
    assert one.rows[1][1] == "Tên di tích"
    assert one.merged == ((1, 1, 2, 2),)
    assert two.merged == ()


def test_json_nests_and_lists() -> None:
    told = [
        {
            "tên": "Đình So",
            "nơi": {"xã": "Cộng Hòa", "điểm": {"x": 1}},
            "tên khác": ["a", "b", None],
        },
        {"tên": "Chùa Thầy", "số": 5, "có": True, "không": None, "lạ": [{"a": 1}]},
    ]
    read = rows(json.dumps(told), "a.json")
    assert read == [
        ["tên", "nơi.xã", "nơi.điểm.x", "tên khác", "số", "có", "không", "lạ"],
        ["Đình So", "Cộng Hòa", "1", "a\nb", "", "", "", ""],
        ["Chùa Thầy", "", "", "", "5", "true", "", '[{"a": 1}]'],
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[{"tên": "A", "số": 1, "tên": "B"}]', ["tên"]),
        ('[{"nơi": {"xã": "A"}, "nơi.xã": "B"}]', ["nơi.xã"]),
        ('{"di_tich": [{"a": 1}], "le_hoi": [{"a": 1}]}', ["di_tich", "le_hoi"]),
    ],
)
def test_json_that_can_be_read_in_two_ways_says_where(text: str, named: list[str]) -> None:
    with pytest.raises(UnreadableFile) as told:
        read_book(text.encode(), "a.json")
    for lang in ("vi", "en"):
        assert all(key in told.value.message[lang] for key in named)


@pytest.mark.parametrize("depth", range(400, 1001, 25))
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a": ', "}")])
def test_deep_json_crashes_nowhere(depth: int, opens: str, closes: str) -> None:
    try:
        (cells,) = rows(f'[{{"x": {opens * depth}1{closes * depth}}}]', "a.json")[1:]
    except UnreadableFile:
        return
    assert len(cells) == 1


def test_json_objects_may_state_one_path_differently() -> None:
    assert rows('[{"a": {"b": 1}}, {"a.b": 2}, {}]', "a.json") == [["a.b"], ["1"], ["2"], [""]]


@pytest.mark.parametrize("name", ["a.json", "A.JSON"])
def test_json_list_within_an_object(name: str) -> None:
    assert rows('{"ngày": "x", "di_tich": [{"tên": "Đình So"}]}', name) == [["tên"], ["Đình So"]]
    assert rows('{"tên": "Đình So"}', name) == [["tên"], ["Đình So"]]
    assert rows("\ufeff" + '[{"tên": "Đình So"}]', name) == [["tên"], ["Đình So"]]


@pytest.mark.parametrize("number", [12.125, -3.125, 1.5, 1250.5, 100.0, 7])
def test_numbers_mean_the_same_in_json_and_xlsx(number: float, pack: Any) -> None:
    """12.125 as a text would be twelve thousand in Vietnam; as a number it is a bit over twelve."""
    from khue.model.values import kind_of
    from khue.pipeline import house

    field = pack.types["relic"].fields["area"]
    in_json = rows(json.dumps([{"diện tích": number}]), "a.json")[1][0]
    in_xlsx = rows(xlsx(lambda ws: ws.append([number])), "a.xlsx")[0][0]
    for cell in (in_json, in_xlsx):
        reading = kind_of(field).read(f"{cell} m2", field, house().context())
        assert reading.value == (None if number < 0 else {"value": number, "unit": "m2"}), cell
