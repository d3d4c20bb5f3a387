"""Eight processes write at once: nothing is lost, nobody is locked out, conflicts are told."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.conftest import ROOT
from tests.pipeline.databases import BOTH, Database, environment_of, make_database
from tests.pipeline.writers import OWN_FIELDS, ROUNDS, ROWS, WRITERS
from tests.work import HANG_S, wait_for

STEPS = {"read", "rows", "prepare", "plan", "likely", "commit", "catch_up", "append", "index"}
"""What an import does, in which others can save; but in `append` it has the ledger for itself."""

FEW = ("relics_total.yaml", "relics_ranked.yaml", "relics_digitised.yaml")


def run(what: str, home: Path, database: Database) -> Any:
    """What the writers told, on a new home."""
    make_database(home, database)
    own = {"KHUE_HOME": str(home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.pipeline.writers", what],
        env=os.environ | own | environment_of(home, database),
        capture_output=True,
        text=True,
        timeout=5 * HANG_S,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    assert "locked" not in done.stderr, done.stderr
    told = json.loads(done.stdout)
    assert [one["raised"] for said in told["told"] for one in said if "raised" in one] == []
    assert told["findings"] == []
    return told


@pytest.mark.parametrize("database", BOTH)
def test_eight_at_once_lose_nothing(tmp_path: Path, database: Database) -> None:
    told = run("edits", tmp_path / "home", database)
    hot, document = told["hot"], told["documents"][told["hot"]]
    acknowledged = [one for said in told["told"] for one in said if one.get("batch")]
    assert len(acknowledged) == WRITERS * ROUNDS * 3

    # Every edit that was acknowledged is in the ledger, once, and the ledger has no other.
    in_ledger = {
        (record, one["batch"]): one["changed"]
        for record, versions in told["versions"].items()
        for one in versions[1:]
    }
    assert in_ledger == {
        (one["record"], one["batch"]): {one["field"]: one["value"]} for one in acknowledged
    }
    # The field to which all add has what each added; who had read it too early was refused.
    added = [f"{number}.{turn}" for number in range(WRITERS) for turn in range(ROUNDS)]
    assert sorted(document["access"]["vi"].split()) == sorted(added)
    conflicts = [one for said in told["told"] for one in said if "conflict" in one]
    assert conflicts
    assert all(one["conflict"] == ["edit_conflict"] for one in conflicts)
    # Fields of one record that nobody else edits, and records of one's own, hold the last value.
    for number, field in enumerate(OWN_FIELDS):
        name, _, language = field.partition(".")
        assert document[name][language] == f"{number} lần {ROUNDS - 1}"
        own = told["documents"][told["own"][number]]
        assert own["name"]["en"] == f"{number} lần {ROUNDS - 1}"
    # Each found what it had saved itself. Nobody who was refused the lock of an index has left
    # something behind that the holder did not see.
    assert [one for said in told["told"] for one in said if "lost" in one] == []
    for machine, (here,) in enumerate(told["indexes"]):
        saved = [
            one["batch"] for said in told["told"][machine::2] for one in said if "batch" in one
        ]
        assert here["position"] >= max(told["seqs"][batch] for batch in saved)
        assert here["ok"] == [True, True]
    # They did write at the same time, not one after the other.
    actors = [one["actor"] for one in told["versions"][hot]]
    assert sum(before != after for before, after in pairwise(actors)) > WRITERS * 2


@pytest.mark.parametrize("database", BOTH)
def test_others_save_while_an_import_commits(tmp_path: Path, database: Database) -> None:
    told = run("imports", tmp_path / "home", database)
    (imported,), *saving = told["told"]
    assert imported["created"] == ROWS
    # At each step it went on only when everyone else had saved, or it would have told so.
    ahead = {"write_new"} if database == "postgresql" else set()
    assert set(imported["steps"]) == STEPS | ahead
    # Who began while it wrote the ledger came after it, and was not refused.
    came_before = imported["steps"].index("append")
    for said in saving:
        after = [told["seqs"][one["batch"]] > told["seqs"][imported["batch"]] for one in said]
        assert after == [turn >= came_before for turn in range(len(imported["steps"]))]
    for record, said in zip(told["own"], saving, strict=True):
        assert told["documents"][record]["name"]["en"] == said[-1]["value"]
        assert len(told["versions"][record]) == 1 + len(said)


def pack_of_few(folder: Path) -> Path:
    """The pack with few indicators: what a run does with one, it does with all."""

    def others(where: str, names: list[str]) -> list[str]:
        return [one for one in names if one not in FEW] if where.endswith("indicators") else []

    shutil.copytree(ROOT / "packs" / "vietnam", folder, ignore=others)
    return folder


@pytest.mark.xdist_group("postgresql")
def test_two_runs_of_measures_follow_one_another(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_database(home, "postgresql")
    own = {"KHUE_HOME": str(home), "KHUE_PACK": str(pack_of_few(tmp_path / "pack"))}
    env = os.environ | own | environment_of(home, "postgresql")
    run = [sys.executable, "-m", "khue", "measure", "run", "--json"]
    # Keeping what indicators mean, once, would make one of them wait already.
    subprocess.run([*run, "--at", "0"], env=env, check=True, capture_output=True)
    connection = postgres.server().connect(postgres.database_of(home))
    # Both may read what is kept, and neither can add to it before the other has come as far.
    with connection, connection.transaction():
        connection.execute("LOCK TABLE measures_computedvalue IN SHARE MODE")
        both = [
            subprocess.Popen(
                run,
                # As on two machines: no file is common to them.
                env=env | {"KHUE_HOME": str(tmp_path / machine)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for machine in ("home", "other")
        ]
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        wait_for(lambda: connection.execute(waiting).fetchone() == (2,))
    told = [one.communicate(timeout=5 * HANG_S) for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    first, second = (json.loads(out) for out, _ in told)
    assert first["findings"] == second["findings"] == []
    # Whoever came second found everything kept.
    assert sorted((first["new"], second["new"])) == [0, first["values"]]
    assert first["values"] == second["values"] > 0
