"""`kill -9` in the middle of everything that writes, on both databases: all of it or none, and the
next command works. (Imports are killed at more points in `test_kill`.)"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from khue.pipeline import unpacking
from khue.pipeline.backups import require_whole
from tests.pipeline.databases import (
    BOTH,
    Database,
    copy_home,
    drop_home,
    environment_of,
    make_database,
)
from tests.pipeline.zygote import Ended, Zygote

pytestmark = pytest.mark.xdist_group("kill")

HERE = "tests.pipeline.test_kill_actions"
SECRET = "001099377004"

POINTS = {"import": 8, "merge": 8, "undo": 8, "erase": 9, "backup": 8, "restore": 9}
"""At how many points each is killed, on each database: fifty."""

ALSO = {"edit": 3}
"""What is killed besides."""


@dataclass(frozen=True)
class World:
    """A home with a few records and a backup of what it was before the last of them."""

    zygote: Zygote
    database: Database
    home: Path
    records: dict[str, str]
    backup: Path
    rows: Path

    @cached_property
    def before(self) -> Any:
        """What is kept in the home, which stays as it is."""
        return self.state(self.home)

    def run(self, home: Path, *arguments: object, **more: Any) -> Ended:
        address = environment_of(home, self.database)["KHUE_DATABASE"]
        return self.zygote.watch(home, *arguments, database=address, **more)

    def state(self, home: Path) -> Any:
        """What is kept there, after the next command: one that looks whether all fits."""
        done = self.run(home, function=f"{HERE}:kept")
        assert done.code == 0, done.err
        return done.json

    def command(self, action: str, home: Path) -> list[object]:
        one, other, person = (self.records[name] for name in ("one", "other", "person"))
        return {
            "import": ["import", self.rows, "--type", "relic", "--commit", "--source", "kiem-ke"],
            "edit": ["edit", one, "name.en=One", "description.vi=Đình cổ", "--why", "sửa"],
            "merge": ["merge", one, other, "--why", "cùng một đình"],
            "undo": ["undo", self.records["batch"], "--why", "nhập nhầm"],
            "erase": ["erase", person, "national_id", "--why", "theo yêu cầu"],
            "backup": ["backup", home.with_suffix(".zip")],
            "restore": ["restore", self.backup],
        }[action]


def kept() -> Any:
    """What this home holds: records, personal values, and how often the ledger erased. The next
    command, which looks whether all fits, is run first."""
    from khue.cli import main
    from khue.registry.models import Change, Personal, Record

    with redirect_stdout(io.StringIO()) as told, pytest.raises(SystemExit) as ended:
        main(["verify", "--json"])
    assert ended.value.code == 0, told.getvalue()
    return {
        "records": {
            row.id: [row.document and json.loads(row.document), row.merged_into]
            for row in Record.whole.order_by("id")
        },
        "personal": Personal.objects.count(),
        "erasures": Change.objects.filter(action="erase").count(),
        "head": len(Change.objects.exclude(action="pack")),
    }


def fill(folder: str) -> dict[str, str]:
    """Relics from a file, and a person with an identity number."""
    from khue.model.rights import OPERATOR
    from khue.pipeline import house, import_file

    us: Any = {"actor": OPERATOR, "why": "thử", "commit": True}
    relics = import_file(house(), Path(folder) / "kiem-ke.csv", type_name="relic", **us)
    people = import_file(house(), Path(folder) / "nguoi.csv", type_name="person", **us)
    assert relics.batch is not None
    return {
        "batch": relics.batch,
        "one": relics.records[0],
        "other": relics.records[1],
        "person": people.records[0],
    }


@pytest.fixture(scope="module", params=BOTH)
def world(
    request: pytest.FixtureRequest, zygote: Zygote, tmp_path_factory: pytest.TempPathFactory
) -> World:
    folder = tmp_path_factory.mktemp("killed")
    database: Database = request.param
    home, given = folder / "home", folder / "given"
    given.mkdir()
    names = "".join(f"KK-{n},Đình làng {n * 7919 % 997}\n" for n in range(60))
    (given / "kiem-ke.csv").write_text(f"Mã số,Tên di tích\n{names}", encoding="utf-8")
    changed = names.replace("Đình", "Chùa")
    (given / "lai.csv").write_text(f"Mã số,Tên di tích\n{changed}", encoding="utf-8")
    (given / "nguoi.csv").write_text(
        f"Họ và tên,Số căn cước\nNguyễn Thị Thử,{SECRET}\n", encoding="utf-8"
    )
    make_home(home, database)
    made = World(zygote, database, home, {}, folder / "before.zip", given / "lai.csv")
    assert made.run(home, "backup", made.backup).code == 0
    done = made.run(home, given, function=f"{HERE}:fill")
    assert done.code == 0, done.err
    made.records.update(done.json)
    return made


def make_home(home: Path, database: Database) -> None:
    """An empty home, as the first command finds it."""
    home.mkdir(mode=0o700)
    (home / "secret-key").write_text("khóa của phép thử")
    make_database(home, database)


@pytest.mark.parametrize(("action", "points"), (POINTS | ALSO).items())
def test_killed(world: World, tmp_path: Path, action: str, points: int) -> None:
    before = world.before
    whole = tmp_path / "whole"
    copy_home(world.home, whole, world.database)
    # A backup reads for a moment, then writes a file.
    counted = "calls" if action == "backup" else "statements"
    done = world.run(whole, *world.command(action, whole), calls=0)
    assert done.code == 0, done.err
    after = world.state(whole)
    assert (after == before) == (action == "backup")
    drop_home(whole, world.database)

    outcomes = set()
    for number in range(points):
        share = (number + 0.5) / points
        home = tmp_path / f"killed{number}"
        copy_home(world.home, home, world.database)
        last = max(1, round(done.counted(counted) * share))
        killed = world.run(home, *world.command(action, home), **{counted: last})
        assert killed.code == -9, (action, number, killed.err)
        found = world.state(home)
        assert found in (before, after), (action, number, killed.err)
        outcomes.add(found == before)
        check_rest(world, action, home, found == after)
        drop_home(home, world.database)
    assert True in outcomes, "no point was before the end"


def check_rest(world: World, action: str, home: Path, is_done: bool) -> None:
    """What else must hold: a backup is whole or not there, what was erased is in no file, and what
    did not happen can be done now."""
    if action == "backup" and home.with_suffix(".zip").exists():
        with unpacking.opened(home.with_suffix(".zip")) as kept:
            require_whole(kept)
    if action == "erase" and is_done:
        left = [path for path in home.rglob("*") if path.is_file()]
        assert [path for path in left if SECRET.encode() in path.read_bytes()] == []
    if not is_done or action == "backup":
        command = world.command(action, home)
        if action == "backup":
            command.append("--force")
        again = world.run(home, *command)
        assert again.code == 0, again.err


def test_the_points_are_fifty() -> None:
    assert sum(POINTS.values()) == 50
