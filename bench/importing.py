"""How fast importing is: `python -m bench importing [--rows 10000]`.

A CSV of heritage rows goes through `khue import --commit`, against a floor.

The floor reads the same file with the csv module and writes each row as JSON into one SQLite
table: what any program has to do at least.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

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


def main() -> None:
    """Measure with 10,000 rows, or as many as `--rows` says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    measure(options.parse_known_args()[0].rows)


def measure(count: int) -> None:
    """Print rows a second of the floor and of Khuê, their ratio, and Khuê's memory at peak."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows(count))
        floor = count / _floor(path, Path(folder) / "floor.sqlite3")
        home = Path(folder) / "home"
        _khue(home, "types")
        seconds = _khue(home, "import", str(path), "--type", "relic", "--commit")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        khue = count / seconds
        print(f"import of {count:,} rows: floor {floor:,.0f} rows/s, khue {khue:,.0f} rows/s")
        print(f"ratio khue/floor {khue / floor:.3f}; memory at peak {peak:,.0f} MB")


def _floor(path: Path, database: Path) -> float:
    start = time.perf_counter()
    with path.open(encoding="utf-8", newline="") as file, sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE record (id INTEGER PRIMARY KEY, document TEXT)")
        connection.executemany(
            "INSERT INTO record (document) VALUES (?)",
            ((json.dumps(row, ensure_ascii=False),) for row in csv.DictReader(file)),
        )
    return time.perf_counter() - start


def _khue(home: Path, *arguments: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "khue", *arguments],
        env=os.environ | {"KHUE_HOME": str(home)},
        capture_output=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return time.perf_counter() - start
