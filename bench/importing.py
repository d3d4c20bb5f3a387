"""How fast importing is: `python -m bench importing [--rows 100000] [--large] [--xlsx]`.

A CSV of heritage rows goes through `khue import --commit`, until it is in the ledger with history
and found by search. Beside it, in the same run and on the same file: a floor (csv, json, one SQLite
table: what any program has to do at least), and `sqlite-utils insert` with `enable-fts` over the
texts. `--large` takes 1,000,000 rows too, `--xlsx` a workbook of 100,000 x 15 and its CSV.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.memory import run

SEED = 20_260_101
KINDS = ["Kiến trúc nghệ thuật", "Khảo cổ", "Lưu niệm danh nhân", "Danh lam thắng cảnh"]
RANKS = ["Quốc gia", "Thành phố", "Chưa xếp hạng", "QGĐB"]
HEADS = ["Đình", "Chùa", "Đền", "Miếu", "Nhà thờ họ", "Lăng", "Quán", "Phủ"]
SYLLABLES = """an bình cát đông gia hạ hương khánh lâm mai nam ninh phú phúc quang sơn tây thanh
thịnh thượng trung vân vĩnh xuân yên đại cổ mỹ ngọc long kim liên hoàng hà văn đức minh tân hòa
thái bảo""".split()  # noqa: SIM905 (a list of 40 lines would hide the rest)
PLACES = [
    "Phường Hoàn Kiếm, Hà Nội",
    "Xã Quảng Oai, Hà Nội",
    "Văn Miếu, Đống Đa, Hà Nội",
    "Quốc Oai, Hà Nội",
    "P. Hàng Bạc, Q. Hoàn Kiếm, Hà Nội",
    "Xã Bát Tràng, Gia Lâm, Hà Nội",
]


def rows(count: int) -> Iterator[list[str]]:
    """Seeded heritage rows with 60-word Vietnamese descriptions; the first is the header."""
    chance = random.Random(SEED)
    yield [
        "Mã số", "Tên di tích", "Địa điểm", "Loại hình", "Xếp hạng", "Số QĐ", "Niên đại",
        "Diện tích (m2)", "Mô tả",
    ]  # fmt: skip
    for number in range(count):
        name = f"{chance.choice(HEADS)} {' '.join(chance.choices(SYLLABLES, k=2)).title()}"
        yield [
            f"HN-{number:07d}",
            name,
            chance.choice(PLACES),
            chance.choice(KINDS),
            chance.choice(RANKS),
            f"{chance.randrange(1, 9999)}/QĐ-UBND",
            f"Thế kỷ {chance.choice(['XV', 'XVI', 'XVII', 'XVIII', 'XIX'])}",
            f"{chance.randrange(50, 9000)}",
            " ".join(chance.choices(SYLLABLES, k=60)),
        ]


MORE = ["Ghi chú", "Người kê khai", "Điện thoại liên hệ", "Hiện trạng", "Năm tu bổ", "Nguồn"]
"""Headings of the columns that make a workbook of 15."""


@dataclass(frozen=True)
class Taken:
    """Rows a second, and the most memory at one moment of all processes together (MB)."""

    rate: float
    memory: float


def main() -> None:
    """Measure with 100,000 rows, or as many as `--rows` says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--large", action="store_true")
    options.add_argument("--xlsx", action="store_true")
    asked = options.parse_known_args()[0]
    with tempfile.TemporaryDirectory() as folder:
        usual = compare(asked.rows, Path(folder))
        if asked.xlsx:
            measure_workbook(Path(folder))
        if asked.large:
            large = take(write(1_000_000, Path(folder) / "large.csv"), 1_000_000, Path(folder))
            tell("1,000,000 rows", large)
            print(f"  of the rate at {asked.rows:,} rows: {large.rate / usual.rate:.2f}")


def compare(count: int, folder: Path) -> Taken:
    """Khuê between two runs of each of the others, since machines change their speed; prints the
    rates and their ratios."""
    path = write(count, folder / "rows.csv")
    before = _floor(path, folder), _sqlite_utils(path, folder)
    taken = take(path, count, folder)
    after = _floor(path, folder), _sqlite_utils(path, folder)
    floor, other = (count / (sum(pair) / 2) for pair in zip(before, after, strict=True))
    tell(f"{count:,} rows", taken)
    print(f"  floor {floor:,.0f} rows/s: ratio {taken.rate / floor:.3f}")
    print(f"  sqlite-utils {other:,.0f} rows/s: ratio {taken.rate / other:.2f}")
    return taken


def measure_workbook(folder: Path) -> None:
    """A workbook of 100,000 x 15 beside a CSV of the same cells."""
    import xlsxwriter

    count = 100_000
    table = [[*row, *_more(number)] for number, row in enumerate(rows(count))]
    plain = folder / "wide.csv"
    with plain.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    book = xlsxwriter.Workbook(str(folder / "wide.xlsx"), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(table):
        sheet.write_row(number, 0, row)
    book.close()
    of_text = take(plain, count, folder)
    of_book = take(folder / "wide.xlsx", count, folder)
    tell("CSV 100,000 x 15", of_text)
    tell("XLSX 100,000 x 15", of_book)
    print(f"  ratio XLSX/CSV {of_book.rate / of_text.rate:.2f}")


def _more(number: int) -> list[str]:
    if number == 0:
        return MORE
    return [
        f"Ghi chú {number}",
        "Trần Văn An",
        f"09{number:08d}",
        "Tốt",
        "1998",
        f"Tờ {number % 90}",
    ]


def write(count: int, path: Path) -> Path:
    """A CSV of so many rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows(count))
    return path


def take(path: Path, count: int, folder: Path) -> Taken:
    """Import a file into a new home and commit it, as anyone would."""
    home = Path(tempfile.mkdtemp(dir=folder))
    run([sys.executable, "-m", "khue", "types"], home)
    asked = ["import", str(path), "--type", "relic", "--commit"]
    seconds, memory = run([sys.executable, "-m", "khue", *asked], home)
    return Taken(count / seconds, memory)


def tell(what: str, taken: Taken) -> None:
    """Print what an import took."""
    print(f"import of {what}: {taken.rate:,.0f} rows/s; memory at peak {taken.memory:,.0f} MB")


def _floor(path: Path, folder: Path) -> float:
    database = _new(folder / "floor.sqlite3")
    start = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file, sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, document TEXT)")
        connection.executemany(
            "INSERT INTO record (document) VALUES (?)",
            ((json.dumps(row, ensure_ascii=False),) for row in csv.DictReader(file)),
        )
    return time.perf_counter() - start


def _sqlite_utils(path: Path, folder: Path) -> float:
    program = [sys.executable, "-m", "sqlite_utils"]
    database = str(_new(folder / "utils.sqlite3"))
    first, _ = run([*program, "insert", database, "relic", str(path), "--csv"], folder)
    texts = ["Tên di tích", "Địa điểm", "Loại hình", "Số QĐ", "Niên đại", "Mô tả"]
    second, _ = run([*program, "enable-fts", database, "relic", *texts], folder)
    return first + second


def _new(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path
