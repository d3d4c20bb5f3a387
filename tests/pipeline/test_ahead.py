"""Imports make the entries of their records before they commit: the indexes are those of a
rebuild, whatever the records hold and whoever comes between."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from khue import search
from khue.lib.vietnamese import name_key
from khue.model.rights import OPERATOR
from khue.pipeline import house, landing
from khue.pipeline.imports import import_file
from khue.pipeline.sources import SourceNote
from khue.registry import actions, drafting
from khue.search import door, reading
from tests.search.conftest import told
from tests.search.indexed import held

RELICS = [
    ["Mã số", "Tên di tích", "Địa điểm", "Thuộc di tích", "Ghi chú nội bộ"],
    ["1", "Đình So", "Xã Bát Tràng, Hà Nội", "", "zyxwghi"],
    ["2", "Chùa Láng", "Phường Hoàn Kiếm, Hà Nội", "Đình So", ""],
    ["3", "Đền zyxwmat", "", "", ""],
    ["4", "Miếu Gàn", "", "", "zyxwkin"],
]
PERSONS = [
    ["Mã số", "Họ và tên", "Giới tính", "Nơi ở", "Ghi chú"],
    ["1", "Nguyễn Thị So", "nữ", "số 5 ngõ zyxwnha", "zyxwriêng"],
    ["2", "Trần Văn Láng", "nam", "", ""],
]
NAMED = "đêˋn zyxwmat"
"""The exact form of the name of the third relic."""


@pytest.fixture
def folders(db: None, home: Path) -> Iterator[list[Path]]:
    """The folders of both indexes, over an empty ledger."""
    found = [home / "index" / sight for sight in ("public", "staff")]
    yield found
    for one in found:
        reading.forget(one)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records that the indexes read from the ledger."""
    ids: list[str] = []

    def texts(self: Any, names: Sequence[str], *, whole: bool) -> Any:
        ids.extend(names)
        return usual(self, names, whole=whole)

    usual = door.RegistryLedger.texts
    monkeypatch.setattr(door.RegistryLedger, "texts", texts)
    return ids


def imported(path: Path, type_name: str, rows: list[list[str]]) -> list[str]:
    """The records of rows that are committed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    report = import_file(
        *(house(), path),
        type_name=type_name,
        actor=OPERATOR,
        why="thử",
        commit=True,
        note=SourceNote("nguồn"),
    )
    assert report.batch
    assert not report.refused
    return report.records


def are_like_rebuilt(folders: list[Path]) -> bool:
    found = [held(one) for one in folders]
    search.rebuild(house().pack)
    return found == [held(one) for one in folders]


def edited(record: str, **changes: Any) -> None:
    base = drafting.heads([record])[record][0]
    about: dict[str, Any] = {"actor": OPERATOR, "why": "thử", "pack": house().pack}
    actions.edit(record=record, base=base, changes=changes, **about)


def test_new_records_are_not_read_again(
    folders: list[Path], read: list[str], tmp_path: Path
) -> None:
    relics = imported(tmp_path / "a.csv", "relic", RELICS)
    assert set(read) - {"pack"} == {relics[1]}  # it refers to another
    persons = imported(tmp_path / "b.csv", "person", PERSONS)
    assert not {*persons} & {*read}
    assert [told(folders[0], word) for word in ("zyxwghi", "zyxwnha", "zyxwrieng")] == [[], [], []]
    assert told(folders[1], "zyxwnha")
    assert are_like_rebuilt(folders)


def test_records_that_are_updated(folders: list[Path], read: list[str], tmp_path: Path) -> None:
    records = imported(tmp_path / "a.csv", "person", PERSONS)
    read.clear()
    changed = [[cell.replace("Láng", "Chèm") for cell in row] for row in PERSONS]
    changed[1][3] = "số 7 ngõ zyxwmoi"
    assert imported(tmp_path / "a.csv", "person", changed) == records
    assert not read
    assert told(folders[1], "zyxwmoi")
    assert are_like_rebuilt(folders)


@pytest.mark.parametrize("what", ["edited", "closed", "withdrawn"])
def test_who_comes_between_commit_and_index(
    folders: list[Path],
    read: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    def coming_between(*given: Any) -> Any:
        if given[1:]:  # the one after the commit
            (record,) = drafting.named(["relic"], [NAMED])[NAMED]
            happenings[what](record)
        return usual(*given)

    happenings: dict[str, Callable[[str], Any]] = {
        "edited": lambda record: edited(record, **{"name.vi": "Đền Khác"}),
        "closed": lambda record: edited(record, visibility="restricted"),
        "withdrawn": lambda record: actions.withdraw(
            actor=OPERATOR, why="thử", record=record, pack=house().pack
        ),
    }
    usual = landing.catch_up
    monkeypatch.setattr(landing, "catch_up", coming_between)
    relics = imported(tmp_path / "a.csv", "relic", RELICS)
    assert {*relics} <= {*read}
    assert told(folders[0], "zyxwmat") == []
    assert are_like_rebuilt(folders)


def test_what_is_erased_between_commit_and_index_is_in_no_index(
    folders: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def coming_between(*given: Any) -> Any:
        if given[1:]:  # the one after the commit
            (record,) = drafting.named(["person"], [name_key("Nguyễn Thị So")]).popitem()[1]
            actions.erase(
                actor=OPERATOR, why="thử", record=record, field="home_address", pack=house().pack
            )
        return usual(*given)

    usual = landing.catch_up
    imported(tmp_path / "b.csv", "person", PERSONS[:1] + PERSONS[2:])
    monkeypatch.setattr(landing, "catch_up", coming_between)
    imported(tmp_path / "b.csv", "person", PERSONS)
    assert [told(one, "zyxwnha") for one in folders] == [[], []]
    assert told(folders[1], "zyxwrieng")
    assert are_like_rebuilt(folders)
