"""A large file, read in blocks by several processes: nothing depends on where a block ends."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.conftest import Khue, khue_on

ROWS = 4_500
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def rows() -> Iterator[list[str]]:
    """Relics with numbers that come twice, names that are missing, parts of rows far away."""
    yield ["Mã số", "Tên di tích", "Địa điểm", "Thuộc di tích", "Mô tả"]
    for number in range(ROWS):
        code = f"D-{number - 1_600 if number % 1_700 == 1_699 else number}"
        name = "" if number % 997 == 5 else f"Đình Thử {number // 2}"
        whole = f"Đình Thử {(number * 7 % ROWS) // 2}" if number % 450 == 3 else ""
        whole = "Đình Riêng" if number % 900 == 11 else whole
        name = "Đình Riêng" if number == ROWS - 1 else name
        yield [code, name, "Xã Bát Tràng, Hà Nội", whole, f"Mô tả số {number}"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("large") / "so.csv"
    with found.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows())
    return found


@contextmanager
def one_core() -> Iterator[None]:
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usual)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)


def state(home: Path) -> list[str]:
    """What the registry holds of each record, with the rows' numbers for identifiers."""
    with sqlite3.connect(home / "khue.sqlite3") as database:
        known = dict(database.execute("SELECT record, key FROM registry_sourcerow"))
        found = database.execute("SELECT document FROM registry_change WHERE version = 1")
        texts = [text for (text,) in found if '"sources"' in text]
    return sorted(ULID.sub(lambda one: known.get(one[0], "?"), text) for text in texts)


def proposed(home: Path) -> set[str]:
    """The names of proposed records that may double others."""
    with sqlite3.connect(home / "khue.sqlite3") as database:
        found = database.execute(
            "SELECT after, duplicates, findings FROM registry_proposalitem WHERE duplicates <> '[]'"
        )
        names = set[str]()
        for after, duplicates, findings in found:
            name = json.loads(after)["name"]["vi"]
            assert json.loads(duplicates)
            assert json.loads(findings)[-1]["value"] == name
            names.add(name)
    return names


def told(report: dict[str, Any]) -> list[Any]:
    return [
        (one["code"], one["row"], ULID.sub("?", one["message"]["vi"])) for one in report["findings"]
    ]


def test_a_file_in_many_blocks_is_the_same_on_one_core_and_on_all(
    khue: Khue, template_home: Path, tmp_path: Path, path: Path
) -> None:
    asked = ("import", path, "--type", "relic", "--json")
    dry = khue(*asked, check=1).json
    khue(*asked, "--propose", check=1)
    done = khue(*asked, "--commit", check=1).json
    postgres.copy_home(template_home, tmp_path / "other")
    other = khue_on(tmp_path / "other")
    with one_core():
        alone = other(*asked, "--commit", check=1).json
    assert told(dry) == told(done) == told(alone)
    refused = sum(1 for number in range(ROWS) if number % 997 == 5)
    assert (done["created"], done["refused"]) == (ROWS - refused, refused)
    codes = Counter(one["code"] for one in done["findings"])
    assert codes["identifier_repeated"] == sum(1 for n in range(ROWS) if n % 1_700 == 1_699)
    assert codes["duplicate_likely"] + codes["duplicate_possible"] > ROWS / 2
    # Each proposed record has what is told of its own row, whichever block it stands in.
    assert proposed(tmp_path / "khue") == {
        one["value"]
        for one in done["findings"]
        if one["code"] in ("duplicate_likely", "duplicate_possible")
    }
    # A row of the first block names one of the last; two rows share the other names.
    assert codes["reference_ambiguous"] > 0
    rows_told = [one["row"] or 0 for one in done["findings"]]
    assert rows_told == sorted(rows_told)
    here, there = (state(home) for home in (tmp_path / "khue", tmp_path / "other"))
    assert here == there
    assert len(here) == done["created"]
    assert any('"part_of":"relic/id:D-' in text for text in here)
    # Again it changes nothing, whoever reads it.
    again = khue(*asked, "--commit", check=1).json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, done["created"])
    assert khue("verify", "--json").json["ok"]
