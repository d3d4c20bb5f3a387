"""A registry that an earlier version kept: everything in it is there after the upgrade."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres
from tests.conftest import khue_environment, run_khue

UPGRADES = Path(__file__).parent / "upgrade"
"""Databases as earlier versions left them, one for each version whose tables were others."""


@pytest.fixture(params=["thread"])
def old_home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    home = tmp_path / "old"
    home.mkdir()
    with sqlite3.connect(home / "khue.sqlite3") as database:
        database.executescript((UPGRADES / f"{request.param}.sql").read_text(encoding="utf-8"))
    database.close()
    for digest in UPGRADES.glob("sources/*"):
        kept = home / "sources" / digest.name[:2] / digest.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(digest.read_bytes())
    return home


LEDGER = """
SELECT seq, record, version, action, document, actor, at, hash FROM registry_change ORDER BY seq
"""
RECORDS = "SELECT id, version, document, public FROM registry_record ORDER BY id"
RECORDS_NOW = """
SELECT id, record.version, coalesce(opened, document), public FROM registry_record AS record
JOIN registry_change AS last ON last.record = id AND last.version = record.version ORDER BY id
"""
"""The same from the tables of today."""


def rows(home: Path, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "khue.sqlite3") as database:
        found = database.execute(statement).fetchall()
    database.close()
    return found


def test_an_upgrade_keeps_all_data(old_home: Path) -> None:
    before, stood = rows(old_home, LEDGER), rows(old_home, RECORDS)
    assert before

    verified = run_khue(old_home, "verify", "--json", "--head", before[-1][-1]).json
    assert verified["findings"] == []
    assert verified["records"] == len([row for row in stood if row[2]])
    # The ledger is what it was, with the pack's entry after it.
    after = rows(old_home, LEDGER)
    assert after[: len(before)] == before
    assert [row[3] for row in after[len(before) :]].count("pack") == 1
    assert [(row[0], row[2]) for row in rows(old_home, RECORDS_NOW)] == [
        (row[0], row[2]) for row in stood
    ]


def test_an_upgraded_registry_goes_on(old_home: Path) -> None:
    record = rows(
        old_home, "SELECT record FROM registry_change GROUP BY record HAVING count(*) > 3"
    )[0][0]
    history = run_khue(old_home, "history", record, "--json").json
    assert len(history["changes"]) >= 4
    edited = run_khue(
        old_home, "edit", record, "name.en=Another name", "--why", "sau nâng cấp", "--json"
    ).json
    run_khue(old_home, "undo", edited["batch"], "--why", "trả lại")
    assert run_khue(old_home, "verify", "--json").json["ok"]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        rows(old_home, "DELETE FROM registry_change")


def test_an_upgraded_ledger_lies_and_refuses_as_a_new_one(old_home: Path, tmp_path: Path) -> None:
    new_home = tmp_path / "new"
    for home in (old_home, new_home):
        run_khue(home, "verify", "--json")
    made = """
        SELECT tbl_name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN
        ('registry_change', 'registry_reference', 'registry_recordfile', 'registry_sourcerow')
        ORDER BY tbl_name, type, sql
    """
    assert rows(old_home, made) == rows(new_home, made)
    assert rows(old_home, "SELECT count(*) FROM registry_change WHERE rowid <> seq") == [(0,)]
    for refused in (
        "INSERT OR REPLACE INTO registry_change SELECT * FROM registry_change LIMIT 1",
        "UPDATE registry_change SET actor = 'x'",
        "DELETE FROM registry_change",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            rows(old_home, refused)


def test_what_the_old_ledger_holds_in_the_clear_is_not_said_to_be_erased(old_home: Path) -> None:
    person = next(
        row[0]
        for row in rows(old_home, "SELECT record, document FROM registry_change")
        if row[1] and json.loads(row[1]).get("national_id")
    )
    refused = run_khue(
        old_home, "erase", person, "national_id", "--why", "yêu cầu", "--json", check=1
    ).json
    assert [one["code"] for one in refused["error"]["findings"]] == ["erase_in_the_clear"]


def test_an_upgrade_can_be_taken_back(old_home: Path) -> None:
    run_khue(old_home, "verify", "--json")
    laid = "SELECT sql FROM sqlite_master WHERE name LIKE 'registry_record%' ORDER BY name"
    units = "SELECT id, units FROM registry_record WHERE units <> '' ORDER BY id"
    new, kept = rows(old_home, laid), rows(old_home, units)
    assert kept
    migrate(old_home, "0010", {})
    spread = rows(old_home, "SELECT record_id, unit FROM registry_recordunit ORDER BY 1, 2")
    assert spread == [(name, unit) for name, codes in kept for unit in codes.split()]
    assert run_khue(old_home, "verify", "--json").json["ok"]
    assert (rows(old_home, laid), rows(old_home, units)) == (new, kept)


@pytest.mark.xdist_group("postgresql")
def test_an_upgrade_on_postgresql_keeps_all_data(old_home: Path) -> None:
    """The same rows on PostgreSQL, in tables as they were then."""
    address = postgres.server().create("khue_upgraded")
    environment = {"KHUE_DATABASE": address}
    home = old_home.with_name("elsewhere")
    home.mkdir()
    (old_home / "sources").rename(home / "sources")
    migrate(home, "0003", environment)
    tables = ("source", "batch", "change", "record", "recordunit", "reference", "sourcerow")
    with psycopg.connect(address) as connection:
        for name in tables:
            copy_table(old_home, connection, f"registry_{name}")
    before, stood = rows(old_home, LEDGER), rows(old_home, RECORDS)
    verified = run_khue(
        home, "verify", "--json", "--head", before[-1][-1], environment=environment
    ).json
    assert (verified["findings"], verified["ok"]) == ([], True)
    with psycopg.connect(address) as connection:
        after = connection.execute(LEDGER).fetchall()
        now = connection.execute(RECORDS_NOW).fetchall()
        assert (
            connection.execute("SELECT count(*) FROM registry_sourcerow").fetchone()
            == (rows(old_home, "SELECT count(*) FROM registry_sourcerow")[0])
        )
    assert after[: len(before)] == before
    assert [(row[0], row[2]) for row in now] == [(row[0], row[2]) for row in stood]
    record = stood[0][0]
    run_khue(home, "edit", record, "name.en=New", "--why", "sau", environment=environment)
    assert run_khue(home, "verify", "--json", environment=environment).json["ok"]


def migrate(home: Path, to: str, environment: dict[str, str]) -> None:
    """Bring the tables of the registry to those of a migration, forwards or back."""
    program = "import django; django.setup(); from django.core.management import call_command;"
    program += f"call_command('migrate', 'registry', '{to}', verbosity=0)"
    own = {"DJANGO_SETTINGS_MODULE": "khue.settings"} | environment
    subprocess.run([sys.executable, "-c", program], env=khue_environment(home) | own, check=True)


def copy_table(home: Path, connection: psycopg.Connection, name: str) -> None:
    """Copy the rows of a table of SQLite into the same one of PostgreSQL."""
    with sqlite3.connect(home / "khue.sqlite3") as database:
        found = database.execute(f"SELECT * FROM {name}")
        columns = [f'"{one[0]}"' for one in found.description]
        values = found.fetchall()
    database.close()
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
