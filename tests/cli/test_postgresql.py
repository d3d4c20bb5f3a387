"""Khuê on PostgreSQL, by the real command line: the way through it, bad addresses, tampering.

These tests need a server in every run; what else runs on both databases is in the Makefile.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import postgres
from tests.conftest import ROOT, Khue, khue_environment, run_khue
from tests.docs.examples import FENCE

# One worker, so that there is one server and one template.
pytestmark = pytest.mark.xdist_group("postgresql")

TEMPLATE = "khue_template"
ROWS = "Mã số,Tên di tích,Xếp hạng\nKK-1,Đình So,Quốc gia\nKK-2,Chùa Thầy,\nKK-3,Đền Và,\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables and no records."""
    address = postgres.server().create(TEMPLATE)
    home = tmp_path_factory.mktemp("template") / "home"
    run_khue(home, "verify", environment={"KHUE_DATABASE": address})
    return TEMPLATE


@pytest.fixture
def database(request: pytest.FixtureRequest, template: str) -> Any:
    """The name of a fresh copy of the template."""
    name = f"khue_{abs(hash(request.node.name)):x}"
    postgres.server().create(name, template)
    yield name
    postgres.server().drop(name)


def khue_at(home: Path, address: str) -> Khue:
    """The command line on a home whose database is at an address."""

    def run(*arguments: object, check: int | None = 0) -> Any:
        return run_khue(home, *arguments, check=check, environment={"KHUE_DATABASE": address})

    return run


@pytest.fixture
def khue(database: str, tmp_path: Path) -> Khue:
    return khue_at(tmp_path / "home", postgres.server().address(database))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "kiem-ke.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def bring_in(khue: Khue, path: Path) -> Any:
    return khue("import", path, "--type", "relic", "--commit", "--json").json


def found(khue: Khue, text: str) -> list[str]:
    return [one["id"] for one in khue("search", text, "--json").json["results"]]


@pytest.fixture
def by_the_guide(tmp_path: Path) -> Khue:
    """The command line on a role and a database that are made as the guide says."""
    guide = (ROOT / "docs" / "guide" / "postgresql.md").read_text(encoding="utf-8")
    (statements,) = (block for language, _, block in FENCE.findall(guide) if language == "sql")
    with postgres.server().connect("postgres") as connection:
        for statement in statements.split(";"):
            connection.execute(statement)
    return khue_at(tmp_path / "home", postgres.server().address("khue", user="khue"))


def test_from_import_to_export(by_the_guide: Khue, rows: Path, tmp_path: Path) -> None:
    khue = by_the_guide
    first = bring_in(khue, rows)
    assert (first["created"], first["refused"]) == (3, 0)
    (record,) = found(khue, "dinh so")
    edited = khue("edit", record, "name.en=So Communal House", "--why", "dịch", "--json").json
    assert found(khue, "communal") == [record]
    khue("undo", edited["batch"])
    assert khue("show", record, "--json").json["name"] == {"vi": "Đình So"}

    before = khue("verify", "--json").json
    assert (before["ok"], before["records"]) == (True, 3)
    assert khue("rebuild", "--json").json == {"records": 3}
    assert khue("verify", "--json").json == before
    assert bring_in(khue, rows)["unchanged"] == 3
    out = tmp_path / "relics.json"
    khue("export", "--type", "relic", "--format", "json", out)
    exported = {one["name"]["vi"] for one in json.loads(out.read_text(encoding="utf-8"))}
    assert exported == {"Đình So", "Chùa Thầy", "Đền Và"}
    assert not (tmp_path / "home" / "khue.sqlite3").exists()


def test_machines_that_start_at_once_on_a_new_database(tmp_path: Path) -> None:
    # Homes of their own, as machines have: only the database keeps them from each other.
    address = postgres.server().create("khue_new")
    running = []
    for number in range(3):
        path = tmp_path / f"tep-{number}.csv"
        path.write_text(f"Tên di tích\nĐình {number}\n", encoding="utf-8")
        environment = khue_environment(tmp_path / f"home-{number}") | {"KHUE_DATABASE": address}
        command = [sys.executable, "-m", "khue", "import", path, "--type", "relic", "--commit"]
        running.append(
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        )
    assert [one.wait(timeout=120) for one in running] == [0] * 3
    told = khue_at(tmp_path / "home-0", address)("verify", "--json", check=1).json
    assert told["records"] == 3
    # Nothing else is wrong: the source files of the other two are in their homes.
    assert [one["code"] for one in told["findings"]] == ["source_missing"] * 2


SECRET = ("tuyetmat", "khongai")
"""The two halves of the password in addresses that are wrong."""


@pytest.mark.parametrize(
    "address",
    [
        "mysql://khue:tuyetmatkhongai@127.0.0.1/khue",
        "host=127.0.0.1 password=tuyetmatkhongai dbname=khue",
        "postgresql://khue:tuyetmatkhongai@127.0.0.1",
        "postgresql://khue:tuyetmatkhongai@127.0.0.1/",
        "postgresql://khue:tuyetmatkhongai@127.0.0.1:port/khue",
        "postgresql://khue:tuyetmatkhongai@127.0.0.1/khue?nonsense=1",
        "postgresql://khue:tuyetmat@khongai@127.0.0.1/khue",
        "postgresql://khue:tuyetmat/khongai@127.0.0.1/khue",
        "postgresql://khue:tuyetmat%zzkhongai@127.0.0.1/khue",
        "postgresql://khue:tuyetmatkhongai@[::1/khue",
    ],
)
def test_what_is_no_address_is_told_without_the_password(tmp_path: Path, address: str) -> None:
    assert "is not the address" in refused(tmp_path, address)


def refused(folder: Path, address: str) -> str:
    """What a command says in English when it cannot use a database."""
    done = khue_at(folder / "home", address)("search", "x", "--json", check=2)
    error = done.json["error"]
    assert error["message"]["vi"] != error["message"]["en"]
    assert error["mend"]["vi"] != error["mend"]["en"] != ""
    assert not any(half in done.out + done.err for half in (*SECRET, postgres.PASSWORD))
    assert not (folder / "home" / "crashes").exists()
    return str(error["message"]["en"])


def test_what_cannot_be_reached_is_told(tmp_path: Path) -> None:
    server = postgres.server()
    nobody = f"postgresql://khue:tuyetmatkhongai@127.0.0.1:{postgres.free_port()}/khue"
    assert "refused" in refused(tmp_path, nobody)
    assert "does not exist" in refused(tmp_path, server.address("khue_none"))


def test_a_password_is_used_and_never_told(tmp_path: Path, database: str) -> None:
    server = postgres.server()
    wrong = server.address(database, postgres.GUARDED, "tuyetmatkhongai")
    assert "password authentication failed" in refused(tmp_path, wrong)
    # The right one lets in; this role may connect, but owns nothing here.
    right = server.address(database, postgres.GUARDED, postgres.PASSWORD_IN_ADDRESS)
    assert "permission denied" in refused(tmp_path, right)


@pytest.mark.parametrize(
    "made", ["ENCODING 'LATIN1' LOCALE 'C'", "LOCALE_PROVIDER icu ICU_LOCALE 'vi'"]
)
def test_a_database_that_would_alter_or_order_texts_is_refused(tmp_path: Path, made: str) -> None:
    server, owner = postgres.server(), postgres.OWNER
    with server.connect("postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS khue_other")
        connection.execute(f"CREATE DATABASE khue_other TEMPLATE template0 OWNER {owner} {made}")
    assert "UTF8" in refused(tmp_path, server.address("khue_other"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_change SET actor = 'x'",
        "DELETE FROM registry_batch",
        "TRUNCATE registry_source CASCADE",
    ],
)
def test_even_a_session_of_replication_cannot_rewrite_the_ledger(
    database: str, statement: str
) -> None:
    with postgres.server().connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
            connection.execute(statement)


def test_verify_says_what_an_owner_tampered_with(khue: Khue, database: str, rows: Path) -> None:
    bring_in(khue, rows)
    with postgres.server().connect(database) as connection:
        connection.execute("ALTER TABLE registry_change DISABLE TRIGGER USER")
        connection.execute("UPDATE registry_change SET document = '[' || document WHERE seq = 2")
    told = khue("verify", "--json", check=1).json
    assert [one["code"] for one in told["findings"]] == ["chain_hash_wrong"]
