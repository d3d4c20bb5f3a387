"""Large files: mapped instead of read, in bounded memory, their rows in any order and process."""

from __future__ import annotations

import gzip
import json
import mmap
import tracemalloc
from pathlib import Path

import pytest

from khue.intake import Mapping, Opened, find_tables, open_table, read_book
from khue.intake.own import without_examples
from khue.lib.spool import pack, unpack
from khue.model.errors import UnreadableFile
from khue.pipeline import house
from tests.intake.books import headings_of, xlsx

pytestmark = pytest.mark.django_db
"""The gazetteer knows what the registry was given besides."""

TEXT = "Tên di tích;Địa điểm\n" + "Đình Đại Phùng;Xã Đan Phượng\nChùa Thầy;Quốc Oai\n" * 700
OBJECTS = [{"Tên di tích": f"Đình {n}", "Địa điểm": "Quốc Oai"} for n in range(1500)]

FILES = {
    "a.csv": TEXT.encode(),
    "BOM.csv": TEXT.encode("utf-8-sig"),
    "utf-16.csv": TEXT.encode("utf-16"),
    "1258.csv": "Tên;Đông\nChùa Phương;Đông Hưng\n".encode("cp1258") * 20,
    "a.csv.gz": gzip.compress(TEXT.encode()),
    "a.jsonl": "\n".join(map(json.dumps, OBJECTS)).encode("utf-8-sig"),
    "a.json": json.dumps(OBJECTS).encode(),
    "a.geojson": json.dumps(
        {"type": "Feature", "properties": OBJECTS[0], "geometry": None}
    ).encode(),
    "following.jsonl": json.dumps(OBJECTS[:3], indent=1).encode(),
    "a.xlsx": xlsx(lambda one: one.append(["Tên di tích", "Đình So"])),
}


def mapped(path: Path, data: bytes) -> mmap.mmap:
    """The bytes as a file that is mapped into memory."""
    path.write_bytes(data)
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.mark.parametrize("name", FILES)
def test_a_mapped_file_says_what_its_bytes_say(tmp_path: Path, name: str) -> None:
    whole = read_book(FILES[name], name)
    book = read_book(mapped(tmp_path / "a", FILES[name]), name)
    assert book.findings == whole.findings
    assert [list(one.rows) for one in book.sheets] == [list(one.rows) for one in whole.sheets]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b" \n"),
        ("a.csv", b"a,b\n\x00,1"),
        ("a.csv", b'a,b\n"never closed'),
        ("a.csv", "Tên\n".encode() + b"a \x8d"),
        ("a.csv", b"%PDF-1.7"),
        ("a.csv", b"PK\x03\x04 damaged"),
        ("a.csv", b"\xd0\xcf\x11\xe0 damaged"),
        ("a.csv", b"\xff\xfe\x00\xd8"),
        ("a.csv.gz", b"\x1f\x8b damaged"),
        ("a.jsonl", b'{"a": 1}\n{"a"'),
        ("a.json", b"{"),
        ("a.xlsx", b"PK\x03\x04 damaged"),
    ],
)
def test_a_mapped_file_is_refused_as_its_bytes_are(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(UnreadableFile) as whole:
        read_book(data, name)
    with pytest.raises(UnreadableFile) as told:
        read_book(mapped(tmp_path / "a", data), name)
    assert str(told.value) == str(whole.value)


@pytest.mark.parametrize("extension", ["csv", "jsonl"])
def test_rows_take_no_memory_that_grows_with_them(tmp_path: Path, extension: str) -> None:
    rows, text = 9_000, "đình làng " * 100
    with (tmp_path / "a").open("w", encoding="utf-8") as file:
        if extension == "csv":
            file.write("Mã số,Tên di tích,Mô tả\n")
        for n in range(rows):
            cells = {"Mã số": f"{n}", "Tên di tích": f"Đình {n}", "Mô tả": text}
            line = (
                ",".join(cells.values())
                if extension == "csv"
                else json.dumps(cells, ensure_ascii=False)
            )
            file.write(line + "\n")
    with (tmp_path / "a").open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    house()
    tracemalloc.start()
    try:
        opened = open_first(data, f"a.{extension}")
        assert sum(len(row) for _, row in opened.rows) == 3 * rows
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 0.5 * rows * 2 * len(text)


def open_first(data: bytes | mmap.mmap, name: str) -> Opened:
    """The first table of a file of relics."""
    pack = house().pack
    tables, _ = find_tables(read_book(data, name).sheets, headings_of(pack, "relic"))
    context = house().context(source="so")
    return open_table(tables[0], pack.types["relic"], Mapping(), context)


LISTED = "STT;Tên di tích;Diện tích\nI;Quận Hoàn Kiếm;\n" + "".join(
    f"{n};Cụm {n};5\n;- Đình {n};6\n{n}.1;Đền {n};\n" for n in range(1, 400)
)


def test_rows_read_alike_in_any_order() -> None:
    usual = list(open_first(LISTED.encode(), "a.csv").candidates())
    assert sum(bool(one.pending) for one in usual) > 700
    opened = open_first(LISTED.encode(), "a.csv")
    for first in reversed(range(0, len(opened.rows), 37)):
        block = [opened.reader.read(*one) for one in opened.rows[first : first + 37]]
        assert block == usual[first : first + 37]


def test_candidates_come_whole_out_of_another_process() -> None:
    candidates = list(open_first(LISTED.encode(), "a.csv").candidates())
    packed = pack(candidates)
    assert unpack(packed) == candidates
    assert len(packed) < 450 * len(candidates)


def test_examples_of_a_large_file_are_left_out_and_its_rows_not_kept() -> None:
    text = "STT;Tên di tích\nVí dụ;Đình Mẫu\n" + "1;Đình So\n" * 3000
    tables, _ = find_tables(
        read_book(text.encode(), "a.csv").sheets, headings_of(house().pack, "relic")
    )
    (table,), told = without_examples(tables)
    assert [(one.code, one.row) for one in told] == [("row_example", 2)]
    assert not isinstance(table.rows, list)
    assert [number for number, _ in table.rows] == list(range(3, 3003))
