"""`kill -9` at twenty points of an import: all of it or none, and the next command works."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.zygote import Ended, Zygote

pytestmark = pytest.mark.xdist_group("kill")

BEFORE, AFTER = 150, 520
"""Records before the import that is killed, and after it (from 500 rows on it says that it is
reading them)."""

CHANGES = {BEFORE: 1 + BEFORE, AFTER: 1 + AFTER + BEFORE}
"""Changes in the ledger for so many records: the pack's, and the rows that were there are all
updated."""

PHASES = {
    "read": "Đọc tệp",
    "rows": "Đọc từng dòng",
    "plan": "So với sổ đăng ký",
    "commit": "Ghi vào sổ cái",
    "index": "Cập nhật chỉ mục tìm kiếm",
}
"""What the command says when it begins each part of its work."""

RANKS = ("Quốc gia", "Cấp tỉnh", "Quốc gia đặc biệt", "")
PLACES = ("Phường Hoàn Kiếm, Hà Nội", "xã Cộng Hòa, huyện Quốc Oai, Hà Nội", "Huế", "")


@dataclass(frozen=True)
class Course:
    """How an import that nobody kills goes, without a clock: how many events of code there were
    when each phase began and at the end, and all its ticks."""

    begins: dict[str, int]
    ends: int
    ticks: int

    def point(self, phase: str, share: float) -> int:
        """The event at which a share of a phase is done."""
        following = [*self.begins.values(), self.ends]
        begin, end = self.begins[phase], following[[*self.begins].index(phase) + 1]
        return begin + max(1, round((end - begin) * share))


@dataclass(frozen=True)
class Prepared:
    """A home that holds the first part of the rows, the file with all, and its usual course."""

    home: Path
    file: Path
    course: Course


@pytest.fixture(scope="module")
def prepared(
    zygote: Zygote, template_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Prepared:
    folder = tmp_path_factory.mktemp("killed")
    home = folder / "home"
    shutil.copytree(template_home, home)
    write_rows(folder / "first" / "kiem-ke.csv", BEFORE, "lần đầu")
    write_rows(folder / "all" / "kiem-ke.csv", AFTER, "khảo sát lại")
    done = bring_in(zygote, home, folder / "first" / "kiem-ke.csv")
    assert done.json["created"] == BEFORE
    whole = folder / "whole"
    shutil.copytree(home, whole)
    return Prepared(home, folder / "all" / "kiem-ke.csv", follow(zygote, whole, folder))


def write_rows(path: Path, count: int, note: str) -> None:
    """A file of relics; `note` is in a cell of each."""
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Mã số", "Tên di tích", "Xếp hạng", "Địa điểm", "Mô tả"])
        for n in range(count):
            # Numbers that search can tell from each other, names that sort in no order.
            name = f"Đình làng {n * 7919 % 10_007}"
            text = f"{note}: đình thờ thành hoàng, " + "mái ngói, cột lim, sân gạch; " * (n % 7)
            rows.writerow([f"KK-{n:04}", name, RANKS[n % 4], PLACES[n % 3], text])


def bring_in(zygote: Zygote, home: Path, file: Path) -> Ended:
    done = zygote.run(home, "import", file, "--type", "relic", "--commit", "--json")
    assert done.code == 0, done.err
    return done


def follow(zygote: Zygote, home: Path, folder: Path) -> Course:
    """Watch one import to its end."""
    file = folder / "all" / "kiem-ke.csv"
    done = zygote.watch(home, "import", file, "--type", "relic", "--commit", calls=0)
    assert done.code == 0, done.err
    begins = {phase: at for phase, at in done.begun.items() if phase in PHASES}
    assert [*begins] == [*PHASES]
    return Course(begins, done.counted("calls"), done.counted("ticks"))


IN_PHASES = [
    ("read", 0.0), ("rows", 0.3), ("plan", 0.2), ("plan", 0.8),
    ("commit", 0.0), ("commit", 0.25), ("commit", 0.75), ("commit", 0.9), ("commit", 0.98),
    ("index", 0.0), ("index", 0.3), ("index", 0.6), ("index", 0.9),
]  # fmt: skip
"""Thirteen points: a phase, and which share of its work is done."""

IN_TRANSACTION = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Seven points by what SQLite has done of its work within the transaction."""


@pytest.mark.parametrize(("phase", "share"), IN_PHASES)
def test_killed_within_a_phase(
    zygote: Zygote, prepared: Prepared, tmp_path: Path, phase: str, share: float
) -> None:
    home = tmp_path / "killed"
    shutil.copytree(prepared.home, home)
    last = prepared.course.point(phase, share)
    done = zygote.watch(home, "import", prepared.file, "--type", "relic", "--commit", calls=last)
    assert done.code == -9
    records = check_all_or_none(zygote, home, prepared.file)
    # By its own words: the work differs a little with the identifiers that are drawn.
    if PHASES["index"] in done.err:
        assert records == AFTER, "what was committed stays"
    elif PHASES["commit"] not in done.err:
        assert records == BEFORE


@pytest.mark.parametrize("share", IN_TRANSACTION)
def test_killed_within_the_transaction(
    zygote: Zygote, prepared: Prepared, tmp_path: Path, share: float
) -> None:
    home = tmp_path / "killed"
    shutil.copytree(prepared.home, home)
    # The work differs a little with the identifiers that are drawn: the last point is before that.
    ticks = max(1, int(prepared.course.ticks * share * 0.97))
    done = zygote.run(
        home, "import", prepared.file, "--type", "relic", "--commit", "--json", ticks=ticks
    )
    assert done.code == -9
    assert check_all_or_none(zygote, home, prepared.file) == BEFORE, "nothing was committed yet"


def check_all_or_none(zygote: Zygote, home: Path, file: Path) -> int:
    """What must hold after a kill; gives the number of records found."""
    # Searching is the first command: it has to find a way past whatever lies about.
    total = found(zygote, home, "")
    verified = verify(zygote, home)
    records = verified["records"]
    assert records in (BEFORE, AFTER)
    assert verified["changes"] == CHANGES[records]
    assert total == records
    # Nothing between: either no row is surveyed again, or all that there are.
    assert found(zygote, home, "khảo sát lại") == (0 if records == BEFORE else AFTER)

    again = bring_in(zygote, home, file).json
    expected = (AFTER - BEFORE, BEFORE, 0) if records == BEFORE else (0, 0, AFTER)
    assert (again["created"], again["updated"], again["unchanged"]) == expected
    verified = verify(zygote, home)
    assert (verified["records"], verified["changes"]) == (AFTER, CHANGES[AFTER])
    assert found(zygote, home, "khảo sát lại") == AFTER
    return int(records)


def verify(zygote: Zygote, home: Path) -> Any:
    done = zygote.run(home, "verify", "--json")
    assert done.code == 0, done.out
    return done.json


def found(zygote: Zygote, home: Path, text: str) -> int:
    """How many records the real command finds."""
    done = zygote.run(home, "search", text, "--json", "--limit", "1")
    assert done.code == 0, done.err
    return int(done.json["total"])


def test_the_points_are_twenty() -> None:
    assert len(IN_PHASES) + len(IN_TRANSACTION) == 20
