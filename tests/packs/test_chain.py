"""From a policy to centres, spaces, events and people: the demonstration has such ways, and the
graph walk of the portal goes them."""

from __future__ import annotations

import html
import re
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from khue import intake
from khue.lib.vietnamese import name_key
from tests.conftest import run_khue
from tests.packs.test_hanoi import BATCHES, pack, read

SPACES = ("creative_space", "public_space", "facility", "museum")
STEPS = (("policy",), ("centre",), SPACES, ("event",), ("person",))

Node = tuple[str, str]
"""A record by its type and the key of its name."""

WALKED = [
    (
        "Nghị quyết 24/2025/NQ-HĐND",
        "Trung tâm công nghiệp văn hóa Đồng Xuân - Bắc Qua",
        "Cung Thiếu nhi Hà Nội",
        "Triển lãm “Hoài niệm cho tương lai”",
        "Vân Đỗ",
    ),
    (
        "Kế hoạch 270/KH-UBND",
        "Trung tâm công nghiệp văn hóa phường Cửa Nam",
        "Bảo tàng Lịch sử Quốc gia",
        "Pavilion “Rồng rắn lên mây”",
        "Nguyễn Văn Phong",
    ),
    (
        "Nghị quyết 24/2025/NQ-HĐND",
        "Trung tâm công nghiệp văn hóa Minh Họa 2",
        "Nhà lò gốm Minh Họa",
        "Ngày mở lò Minh Họa",
        "Nghệ nhân gốm Minh Họa",
    ),
]


def neighbours() -> dict[Node, set[Node]]:
    """Which records are connected, both ways, as the rows of the files name each other."""
    types: dict[str, set[str]] = defaultdict(set)
    for batch in BATCHES:
        for row in read(batch["file"])[1]:
            types[name_key(row["name.vi"])].add(batch["type"])
    found: dict[Node, set[Node]] = defaultdict(set)
    for batch in BATCHES:
        mapped, rows = read(batch["file"])
        fields = {
            one.path: one.column.field
            for one in mapped
            if one.column and one.path and one.column.field.kind == "reference"
        }
        for row in rows:
            here = (batch["type"], name_key(row["name.vi"]))
            for path in fields.keys() & row.keys():
                for name in map(name_key, intake.split(row[path])):
                    for type_ in types[name] & set(fields[path].targets or pack().types):
                        found[here].add((type_, name))
                        found[type_, name].add(here)
    return found


def ways(around: dict[Node, set[Node]]) -> Iterator[tuple[Node, ...]]:
    """Each way through a record of every step."""
    begun: list[tuple[Node, ...]] = [(one,) for one in around if one[0] in STEPS[0]]
    for step in STEPS[1:]:
        begun = [(*way, one) for way in begun for one in around[way[-1]] if one[0] in step]
    yield from begun


def test_policies_lead_to_people() -> None:
    found = list(ways(neighbours()))
    real = [way for way in found if not any("minh hoa" in name for _, name in way)]
    assert len({way[1] for way in found}) >= 4, "several centres"
    assert len({way[-1] for way in real}) >= 3, "to several people, without invented records"


@pytest.mark.parametrize("way", WALKED, ids=[way[1] for way in WALKED])
def test_the_walk_goes_that_way(demo_home: Path, served: str, way: tuple[str, ...]) -> None:
    hits = run_khue(demo_home, "search", way[0], "--json").json["results"]
    record = next(one["id"] for one in hits if one["label"]["vi"] == way[0])
    address = f"/graph/{record}"
    for here, onward in pairwise((*way, "")):
        with urllib.request.urlopen(served + address, timeout=60) as answer:  # noqa: S310
            page = html.unescape(answer.read().decode())
        assert here in page
        if onward:
            links = re.findall(r'href="(/graph/[^"]+)"[^>]*>\s*(?:<[^>]+>)*([^<]+)', page)
            address = next(href for href, text in links if text.strip() == onward)
    assert all(name in page for name in way), "the way so far is told"
