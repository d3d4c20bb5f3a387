"""`khue report` on the demonstration, and what it refuses."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Khue, run_khue


def test_the_report_of_the_demonstration(demo_home: Path, tmp_path: Path) -> None:
    out = tmp_path / "tien-do.docx"
    told = run_khue(
        *(demo_home, "report", "bao-cao-tien-do-chinh-sach", out),
        *("--place", "Hà Nội", "--period", "2026", "--lang", "en", "--json"),
    ).json
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert told["position"] > 0
    assert list(tmp_path.glob("*tien-do*")) == [out]
    folder = tmp_path / "thu-muc.docx"
    folder.mkdir()
    asked = ("--place", "01", "--period", "2026")
    refused = run_khue(demo_home, "report", "policy-progress", folder, *asked, check=None)
    assert (refused.code, "thu-muc.docx" in refused.err) == (2, True)
    assert list(tmp_path.glob("*thu-muc*")) == [folder]


def test_what_was_marked_by_other_rules_is_marked_before_it_is_reported(
    demo_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "marked"
    shutil.copytree(demo_home, home)
    show = (home, "measure", "show", "artisans_titled")
    told = run_khue(*show).out
    with closing(sqlite3.connect(home / "khue.sqlite3")) as database, database:
        database.execute("UPDATE measures_marking SET rules = 'older'")
    withheld = run_khue(*show).out
    assert "khue measure run" in withheld
    assert "khue measure run" not in told
    asked = ("--place", "01", "--period", "2026", "--lang", "vi")
    run_khue(home, "report", "policy-progress", tmp_path / "x.docx", *asked)
    assert run_khue(*show).out == told != withheld


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"name": "no-such-report"}, 2, "policy-progress"),
        ({"out": "x.odt"}, 2, ".docx"),
        ({"--place": "Atlantis"}, 1, "Atlantis"),
        ({"--lang": "fr"}, 2, "fr"),
        ({"--at": "999999"}, 1, "999999"),
        ({"--period": "2999"}, 1, "2999"),
    ],
)
def test_what_cannot_be_is_refused(
    khue: Khue, tmp_path: Path, changed: dict[str, str], code: int, said: str
) -> None:
    asked = {"name": "policy-progress", "out": "x.pdf", "--place": "01", "--period": "2025"}
    asked |= changed
    positional = [asked.pop("name"), tmp_path / asked.pop("out")]
    options = [part for pair in asked.items() for part in pair]
    ran = khue("report", *positional, *options, check=None)
    assert ran.code == code
    assert said in ran.err
    assert not list(tmp_path.glob("x.*"))
