"""What is erased is in no byte of the home: not in tables, journals, indexes, sources, tasks."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict

from khue.registry.database import scrub
from tests import postgres
from tests.pipeline.traces import ADDRESS, VALUES, bytes_below, sought, traces
from tests.pipeline.zygote import Zygote

pytestmark = pytest.mark.xdist_group("erasure")

SOW = "tests.pipeline.traces:sow"


@dataclass(frozen=True)
class World:
    """A home with the values planted, the records, a backup made before anything was erased, and
    what each erasure said."""

    zygote: Zygote
    home: Path
    records: dict[str, str]
    backup: Path
    done: dict[str, Any]

    def run(self, *arguments: object, home: Path | None = None, code: int = 0) -> Any:
        ended = self.zygote.run(home or self.home, *arguments, "--json")
        assert ended.code == code, (ended.out, ended.err)
        return ended.json


ERASED = [
    ("artisan", "contact_phone"), ("artisan", "other"), ("artisan", "national_id"),
    ("artisan", "contact_name"), ("artisan", "internal_note"), ("loser", "home_address"),
]  # fmt: skip


@pytest.fixture(scope="module")
def planted(zygote: Zygote, template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("erasure")
    home, backup = folder / "home", folder / "before.zip"
    postgres.copy_home(template_home, home)
    records = zygote.call(home, SOW, folder / "given")
    world = World(zygote, home, records, backup, {})
    world.run("backup", backup)
    # As a restore leaves one.
    (home / "backups").mkdir()
    (home / "backups" / "before-restore-1.zip").write_bytes(backup.read_bytes())
    return world


@pytest.fixture(scope="module")
def erased(planted: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    home = tmp_path_factory.mktemp("erased") / "home"
    postgres.copy_home(planted.home, home)
    world = World(planted.zygote, home, planted.records, planted.backup, {})
    fields = [*ERASED, ("artisan", f"files.{planted.records['picture']}")]
    for who, field in fields:
        arguments = ("erase", planted.records[who], field, "--why", "theo yêu cầu")
        world.done[field] = world.run(*arguments)
    return world


@pytest.fixture
def copy(erased: World, tmp_path: Path) -> World:
    """The home after all erasures, to do something more with."""
    home = tmp_path / "copy"
    postgres.copy_home(erased.home, home)
    return World(erased.zygote, home, erased.records, erased.backup, erased.done)


FORMATS = ("csv", "json", "xlsx")


def export(world: World, out: Path) -> Path:
    """The people of the registry in every format, the workbook with all that staff see."""
    out.mkdir()
    for name in FORMATS:
        world.run("export", "--type", "person", "--format", name, out / f"all.{name}")
    return out


def test_the_values_are_found_before(planted: World, tmp_path: Path) -> None:
    out = export(planted, tmp_path / "out")
    assert set(sought(bytes_below(out))) == {"phone", "identity", "address", "column"}
    found = traces(planted.home)
    assert set(found) == set(VALUES)
    said = " ".join(where for places in found.values() for where in places)
    expected = ["sources/", "backups/", "crashes/", "words of staff", "xl/"]
    expected += ["PostgreSQL"] if postgres.ON_POSTGRESQL else ["khue.sqlite3", "tasks.sqlite3"]
    assert [one for one in expected if one not in said] == []


def test_nothing_is_left_in_any_byte(erased: World, tmp_path: Path) -> None:
    assert traces(erased.home, export(erased, tmp_path / "out")) == {}
    indexes = {one.parent.parent.name for one in erased.home.glob("index/*/*/meta.json")}
    assert indexes == {"public", "staff"}  # the words of both were read
    assert not (erased.home / "unfinished").exists()
    picture = erased.records["picture"]
    assert not list(erased.home.glob(f"files/*/{picture}"))
    assert not list(erased.home.glob(f"thumbnails/{picture}/*"))
    # What nobody asked to be forgotten is there.
    (found,) = erased.run("search", "Nguyễn Thị Bướm")["results"]
    assert found["id"] == erased.records["artisan"]


def test_each_erasure_says_what_it_took(erased: World) -> None:
    done = erased.done
    assert [one["findings"] for one in done.values()] == [[]] * len(done)
    # The list as it came first and again, and what lay about of another import.
    assert len(done["contact_phone"]["sources"]) == 3
    # The list that was proposed, and the proposal of something else in the same record.
    assert done["contact_phone"]["waiting"] == 2
    assert done["national_id"]["values"] == 2
    assert (done["contact_name"]["values"], done["contact_name"]["waiting"]) == (0, 1)
    assert (done["internal_note"]["values"], done["internal_note"]["waiting"]) == (0, 1)
    # The one that it was merged into had it too, and no longer has.
    assert set(done["home_address"]["records"]) == {
        erased.records["loser"], erased.records["winner"],
    }  # fmt: skip
    assert len(done["home_address"]["sources"]) == 1
    assert [one["files"] for one in done.values()][-1] == [erased.records["picture"]]


def test_the_ledger_is_whole_and_tells_why(erased: World) -> None:
    assert erased.run("verify")["ok"]
    history = erased.run("history", erased.records["artisan"])
    assert json.dumps(history, ensure_ascii=False).count("theo yêu cầu") == 6
    notes = [json.loads(line) for line in (erased.home / "erasures.jsonl").open()]
    assert [one["field"] for one in notes].count("home_address") == 2


def test_erasing_again_finds_nothing(erased: World) -> None:
    artisan = erased.records["artisan"]
    again = erased.run("erase", artisan, "contact_phone", "--why", "x", code=1)["error"]
    assert re.search(r"was erased for good on \d{4}-\d\d-\d\d", again["message"]["en"])
    never = erased.run("erase", artisan, "date_of_birth", "--why", "x", code=1)["error"]
    assert "nothing to erase" in never["message"]["en"]
    assert "contact_phone" in erased.run("erase", artisan, "name", "--why", "x", code=2)["error"][
        "mend"
    ]["en"]  # fmt: skip
    assert not (erased.home / "unfinished").exists()


def test_undo_and_split_bring_nothing_back(copy: World) -> None:
    artisan, winner, loser = (copy.records[one] for one in ("artisan", "winner", "loser"))
    copy.run("undo", copy.records["edited"])
    copy.run("merge", winner, loser, "--why", "cùng một người")
    copy.run("split", loser, "--why", "không phải")
    history = copy.run("history", artisan)
    first = min(history["changes"], key=lambda one: one["version"])["batch"]
    gone = copy.run("undo", first)["batch"]
    copy.run("undo", gone)
    assert copy.run("verify")["ok"]
    assert traces(copy.home) == {}


def test_importing_the_list_again_brings_nothing_back(copy: World) -> None:
    given = copy.backup.parent / "given"
    for name in ("nghe-nhan.xlsx", "phuong.csv"):
        told = copy.run("import", given / name, "--type", "person", "--commit")
        assert "erased_stated_again" in [one["code"] for one in told["findings"]]
        assert (told["created"], told["refused"]) == (0, 0)
        # As another data set these are new people; the bytes are not kept again all the same.
        told = copy.run("import", given / name, "--type", "person", "--commit", "--source", "khác")
        assert told["created"] == 2
    left = [where for places in traces(copy.home).values() for where in places]
    assert [where for where in left if where.startswith("sources/")] == []
    assert copy.run("verify")["ok"]


def test_a_backup_from_before_brings_nothing_back(copy: World) -> None:
    told = copy.run("restore", copy.backup)
    assert told["erased"] == len(copy.done)
    assert traces(copy.home) == {}
    assert copy.run("verify")["ok"]


def test_nor_does_it_in_a_new_home_that_is_told(
    copy: World, template_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    postgres.copy_home(template_home, home)
    told = copy.run("restore", copy.backup, home=home)
    assert told["erased"] == 0
    assert set(traces(home)) == set(VALUES) - {"crashes"}
    told = copy.run("restore", copy.backup, "--erasures", copy.home / "erasures.jsonl", home=home)
    assert told["erased"] == len(copy.done)
    assert traces(home) == {}
    assert copy.run("verify", home=home)["ok"]


def test_a_record_that_was_merged_once_keeps_its_own(planted: World, tmp_path: Path) -> None:
    """The loser's address goes from the winner; what the winner says itself is not touched."""
    home = tmp_path / "copy"
    postgres.copy_home(planted.home, home)
    winner, loser = planted.records["winner"], planted.records["loser"]
    planted.run("edit", winner, "home_address=Số 9 phố Huế", "--why", "sửa", home=home)
    planted.run("erase", loser, "home_address", "--why", "yêu cầu", home=home)
    assert planted.run("show", winner, home=home)["home_address"] == "Số 9 phố Huế"
    assert "home_address" not in planted.run("show", loser, home=home)
    # Erasing in the winner is no reason to erase what the loser has said itself.
    other = tmp_path / "other"
    postgres.copy_home(planted.home, other)
    planted.run("erase", winner, "home_address", "--why", "yêu cầu", home=other)
    assert planted.run("show", loser, home=other)["home_address"] == ADDRESS
    assert planted.run("verify", home=other)["ok"]


def test_rows_that_moved_leave_nothing_on_their_old_page(
    tmp_path: Path, django_db_blocker: Any
) -> None:
    """`secure_delete` alone leaves them: if it no longer does, nobody has to wait for a VACUUM."""
    settings = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "x.sqlite3"}}
    database = DatabaseWrapper(connections.configure_settings(settings)["default"])

    def left() -> set[bytes]:
        return set(re.findall(rb"zqx\d{5}", (tmp_path / "x.sqlite3").read_bytes()))

    with django_db_blocker.unblock(), database.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)")
        rows = [(number, f"zqx{number:05}" + "-" * 50) for number in range(400)]
        cursor.executemany("INSERT INTO kept VALUES (%s, %s)", rows)
        for number, text in rows[::3]:
            cursor.execute("UPDATE kept SET text = %s WHERE id = %s", [text + "-" * 650, number])
        cursor.execute("UPDATE kept SET text = ''")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert cursor.fetchone()[0] == 0
        assert left()
        assert scrub(database, [], 1)
        assert left() == set()
        database.close()


def test_postgresql_keeps_no_row_for_those_who_read_before_it_was_deleted(
    django_db_blocker: Any,
) -> None:
    """Who began to read something else may still want a deleted row: the server writes it anew."""
    name = f"scrub_{os.getpid()}"
    address = postgres.server().create(name)
    parts = conninfo_to_dict(address)
    settings = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            **{key.upper(): parts[key] for key in ("user", "host", "port")},
        }
    }
    database = PostgreSQL(connections.configure_settings(settings)["default"])
    reader = psycopg.connect(address)
    try:
        with django_db_blocker.unblock(), database.cursor() as cursor:
            cursor.execute("CREATE TABLE kept (text TEXT)")
            cursor.execute("CREATE TABLE other (text TEXT)")
            cursor.execute("INSERT INTO kept VALUES ('zqx'), ('a')")
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM other")
            cursor.execute("DELETE FROM kept WHERE text = 'zqx'")
            assert not scrub(database, ["kept"], 0.1)
            reader.rollback()
            assert scrub(database, ["kept"], 5)
            cursor.execute("SELECT pg_relation_filepath('kept')")
            path = cursor.fetchone()[0]
        with postgres.server().connect(name) as keeper:
            keeper.execute("CHECKPOINT")
            folder = (keeper.execute("SHOW data_directory").fetchone() or [""])[0]
        assert b"zqx" not in Path(folder, path).read_bytes()
    finally:
        reader.close()
        with django_db_blocker.unblock():
            database.close()
        postgres.server().drop(name)


ERASE = ("other", "--why", "yêu cầu")


@pytest.fixture(scope="module")
def purging(planted: World, tmp_path_factory: pytest.TempPathFactory) -> range:
    """The events of code after the commit of an erasure, if nobody kills it."""
    home = tmp_path_factory.mktemp("course") / "copy"
    postgres.copy_home(planted.home, home)
    done = planted.zygote.watch(home, "erase", planted.records["artisan"], *ERASE, calls=0)
    assert done.code == 0
    return range(done.begun["purge"], done.counted("calls"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_what_a_kill_has_left_goes_with_the_next_command(
    planted: World, purging: range, tmp_path: Path, share: float
) -> None:
    home = tmp_path / "copy"
    postgres.copy_home(planted.home, home)
    last = purging[int(len(purging) * share)]
    done = planted.zygote.watch(home, "erase", planted.records["artisan"], *ERASE, calls=last)
    assert done.code == -9
    assert planted.run("verify", home=home)["ok"]
    assert not (home / "unfinished").exists()
    assert "column" not in traces(home)
