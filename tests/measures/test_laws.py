"""The whole demonstration, edited at random: what was computed comes out the same at its position,
and every value is its records."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Khue, khue_environment, khue_on
from tests.postgres import copy_home

EDITS, SEED = 500, 7
OPENED = 6
"""So many values are opened as a reader opens them; all are opened in another way."""


@pytest.fixture(scope="module")
def edited(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Khue:
    """The demonstration, which was measured when it was loaded, edited and measured again."""
    folder = tmp_path_factory.mktemp("edited") / "home"
    copy_home(demo_home, folder)
    told = _run(folder, "edits", EDITS)
    assert sum(told["done"].values()) == EDITS
    assert min(told["done"].values()) > 5, told
    khue = khue_on(folder)
    run = khue("measure", "run", "--json").json
    assert run["findings"] == []
    assert run["new"] == run["values"] > 500
    return khue


def test_every_value_is_its_records_and_comes_out_the_same_at_its_position(edited: Khue) -> None:
    home: Path = edited.home  # type: ignore[attr-defined]
    found = _run(home, "lists", OPENED)
    assert found["wrong"] == []
    assert len(found["positions"]) == 2
    assert found["values"] > 1_000
    shutil.rmtree(home / "snapshots")
    again = edited("measure", "run", "--again", "--json").json
    assert again == {"values": found["kept"], "findings": []}


def _run(home: Path, what: str, count: int) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.measures.random_edits", what, str(count), str(SEED)],
        env=khue_environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)
