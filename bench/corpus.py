"""Heritage records to search in: seeded rows, the home they are imported into, words to look for.

Rows are made of Vietnamese syllables of which few are frequent and most are rare (Zipf), as in any
language, under the heads that people look for. They stand in the 126 units of one city.
"""

from __future__ import annotations

import csv
import itertools
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from bench.memory import run

PROVINCE = "01"
ONSETS = " b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x"
RIMES = (
    "a à ả á ai ải am an án anh ành ao áo ăm ăn ăng âm ân ấu ây e en ê ên êu i ich inh ính o oa oà"
    " oan ong òng ô ôi ông ơ ơn ới u ung ùng ư ưng ươi ương ương ươu uyên uyền y"
)
SYLLABLES = sorted({onset + rime for onset in ONSETS.split(" ") for rime in RIMES.split()})
random.Random(0).shuffle(SYLLABLES)
CUMULATED = [*itertools.accumulate(1 / (rank + 5) for rank in range(len(SYLLABLES)))]

HEADS = {
    "relic": ["Đình", "Đình làng", "Chùa", "Đền", "Miếu", "Nhà thờ họ", "Lăng", "Phủ", "Thành cổ"],
    "practice": ["Lễ hội", "Hội làng", "Nghề", "Hát", "Tục", "Múa", "Tri thức"],
    "creative_space": ["Không gian", "Nhà văn hóa", "Phố nghề", "Xưởng", "Phố đi bộ"],
}
KINDS = {
    "relic": [
        "Lưu niệm sự kiện",
        "Lưu niệm danh nhân",
        "Kiến trúc nghệ thuật",
        "Khảo cổ",
        "Danh lam thắng cảnh",
    ],
    "practice": ["Nghệ thuật trình diễn dân gian", "Lễ hội truyền thống", "Tri thức dân gian"],
    "creative_space": ["Không gian sáng tạo", "Nhà văn hóa", "Phố nghệ thuật", "Tour đêm"],
}
TYPES = ("relic", "relic", "relic", "practice", "creative_space")
RANKS = ["Quốc gia đặc biệt", *["Quốc gia"] * 3, *["Cấp tỉnh, thành phố"] * 4, "Chưa xếp hạng"]
CONDITIONS = ["Tốt", "Trung bình", "Xuống cấp", "Xuống cấp nặng"]
STATES = ["Dự kiến", "Đang hoạt động", "Đang hoạt động", "Tạm dừng"]
SECTORS = ["Thiết kế", "Mỹ thuật, nhiếp ảnh và triển lãm", "Thủ công mỹ nghệ", "Du lịch văn hóa"]

HUB = "Quần thể di tích thử"
"""The name of the relic that many others name."""

COLUMNS = {
    "relic": {
        "key": "Mã số", "name": "Tên di tích", "other": "Tên khác", "place": "Địa điểm",
        "point": "Tọa độ", "kind": "Loại hình di tích", "rank": "Xếp hạng", "period": "Niên đại",
        "status": "Hiện trạng", "description": "Mô tả",
    },
    "practice": {
        "key": "Mã số", "name": "Tên di sản", "other": "Tên khác", "place": "Địa điểm",
        "point": "Tọa độ", "kind": "Loại hình di sản", "period": "Niên đại",
        "description": "Mô tả",
    },
    "creative_space": {
        "key": "Mã số", "name": "Tên", "other": "Tên khác", "place": "Địa điểm",
        "point": "Tọa độ", "kind": "Loại hình không gian", "sector": "Ngành",
        "status": "Tình trạng hoạt động", "description": "Mô tả",
    },
}  # fmt: skip
"""For each type the columns of its file: which part of a row, under which heading."""


@dataclass(frozen=True)
class Row:
    """One thing as a department's list has it; "" where its type has no such column."""

    type: str
    key: str
    name: str
    other: str
    unit: str
    place: str
    point: str
    kind: str
    rank: str
    period: str
    status: str
    sector: str
    description: str


def rows(count: int, seed: int) -> Iterator[Row]:
    """So many rows, the same ones for the same seed (the first of a longer run, too)."""
    chance = random.Random(seed)
    for number in range(count):
        type_ = TYPES[number % len(TYPES)]
        is_relic, is_space = type_ == "relic", type_ == "creative_space"
        unit, lat, lon = chance.choice(_units())
        at = f"{lat + chance.gauss(0, 0.01):.5f}, {lon + chance.gauss(0, 0.01):.5f}"
        status = chance.choice(CONDITIONS if is_relic else STATES)
        yield Row(
            type=type_,
            key=f"HN-{number:07d}",
            name=f"{chance.choice(HEADS[type_])} {_words(chance, chance.randint(1, 3)).title()}",
            other=_words(chance, 2).title() if number % 2 else "",
            unit=unit,
            place=f"{unit}, Hà Nội",
            point=at if number % 4 else "",
            kind=chance.choice(KINDS[type_]),
            rank=chance.choice(RANKS) if is_relic else "",
            period="" if is_space else f"Thế kỷ {chance.choice(['XI', 'XV', 'XVII', 'XVIII'])}",
            status="" if type_ == "practice" else status,
            sector=chance.choice(SECTORS) if is_space else "",
            description=_words(chance, chance.randint(40, 60)),
        )


def home(count: int, seed: int, folder: Path) -> Path:
    """A home with so many records that were imported by `khue import --commit`, as anyone would.

    Kept in `folder` under a name that says what is in it, and used again; one that was left half
    made is made anew.
    """
    kept = folder / f"home-{count}-{seed}"
    if (kept / "complete.json").exists():
        return kept
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    khue = [sys.executable, "-m", "khue"]
    run([*khue, "types"], kept)
    told = {}
    for type_ in COLUMNS:
        path = write(count, seed, type_, kept / f"{type_}.csv")
        seconds, memory = run([*khue, "import", str(path), "--type", type_, "--commit"], kept)
        told[type_] = {"seconds": round(seconds, 1), "peak_mb": round(memory)}
        path.unlink()
    (kept / "complete.json").write_text(json.dumps(told))
    return kept


def crowded(parts: int, versions: int, folder: Path) -> Path:
    """A home with one relic of so many versions that so many others name; kept as `home` keeps."""
    kept = folder / f"crowded-{parts}-{versions}"
    if (kept / "complete.json").exists():
        return kept
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    chance, text = random.Random(0), _words(random.Random(0), 700).split()
    columns = ["Mã số", "Tên di tích", "Thuộc di tích", "Mô tả"]
    for _ in range(versions):
        text[chance.randrange(len(text))] = chance.choice(SYLLABLES)
        _take(kept, "hub", columns, [["HUB", HUB, "", " ".join(text)]])
    _take(kept, "parts", columns, ([f"P-{n}", f"Gian {n}", HUB, ""] for n in range(parts)))
    (kept / "complete.json").write_text("{}")
    return kept


def _take(kept: Path, name: str, columns: list[str], lines: Iterable[list[str]]) -> None:
    path = kept / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *lines])
    khue = [sys.executable, "-m", "khue", "import", str(path), "--type", "relic", "--commit"]
    run(khue, kept)
    path.unlink()


def write(count: int, seed: int, type_: str, path: Path) -> Path:
    """The CSV of those rows that are of a type."""
    columns = COLUMNS[type_]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns.values())
        for row in rows(count, seed):
            if row.type == type_:
                held = asdict(row)
                table.writerow([held[name] for name in columns])
    return path


def queries(count: int, seed: int, fold: Callable[[str], str]) -> list[str]:
    """What people type, no text twice: a few words of names and texts, from the most frequent
    (*chùa*, *đình làng*) to the rare; half of them without marks (`fold`), a fifth half-typed."""
    chance = random.Random(seed + 1)
    heads = [head.lower() for each in HEADS.values() for head in each]
    asked: dict[str, None] = {}
    for number in itertools.count():
        match number % 4:
            case 0:
                text = f"{chance.choice(heads)} {_words(chance, chance.randint(1, 2))}"
            case 1:
                text = _words(chance, chance.randint(1, 3))
            case 2:
                text = " ".join(chance.choices(SYLLABLES, k=2))  # each as likely: mostly rare
            case _:
                text = chance.choice(heads)
        if chance.random() < 0.5:
            text = fold(text)
        asked.setdefault(text[:-1] if number % 5 == 0 and len(text) > 4 else text)
        if len(asked) == count:
            break
    return [*asked]


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(SYLLABLES, cum_weights=CUMULATED, k=count))


@cache
def _units() -> list[tuple[str, float, float]]:
    """The units of the city: name and middle, in degrees."""
    from khue.places import load_gazetteer

    units = load_gazetteer().communes(PROVINCE)
    return [(unit.name["vi"], unit.lat, unit.lon) for unit in units]
