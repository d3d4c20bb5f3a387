"""What goes wrong around a registry: tampering, bad homes, several commands at once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Khue, khue_environment, khue_on, run_khue

# One worker, so that the home is made once.
pytestmark = pytest.mark.xdist_group("trouble")

FILE = "di-tich.csv"
TRIGGERS = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture(scope="module")
def registry_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three records from a file and an edit."""
    folder = tmp_path_factory.mktemp("registry")
    home, path = folder / "home", folder / FILE
    shutil.copytree(template_home, home)
    path.write_text("Tên di tích\nĐình So\nChùa Thầy\nĐền Và\n", encoding="utf-8")
    run_khue(home, "import", path, "--type", "relic", "--commit")
    record = run_khue(home, "search", "so", "--json").json["results"][0]["id"]
    run_khue(home, "edit", record, "name.en=So", "--why", "dịch")
    assert run_khue(home, "verify", "--json").json["ok"]
    return home


@pytest.fixture
def registry(registry_home: Path, tmp_path: Path) -> Any:
    """The command line on a copy of that home."""
    folder = tmp_path / "registry"
    shutil.copytree(registry_home, folder)
    return khue_on(folder)


def tamper(khue: Any, statement: str) -> None:
    with sqlite3.connect(khue.home / "khue.sqlite3") as connection:
        for (drop,) in connection.execute(TRIGGERS).fetchall():
            connection.execute(drop)
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE registry_change SET document = '[' || substr(document, 2) WHERE seq = 4",
         "chain_hash_wrong"),
        ("UPDATE registry_change SET document = CAST(x'7bff7d' AS TEXT) WHERE seq = 3",
         "chain_hash_wrong"),
        ("UPDATE registry_change SET actor = CAST(x'ff' AS TEXT) WHERE seq = 2",
         "chain_hash_wrong"),
        ("UPDATE registry_change SET version = 'x' WHERE seq = 2", "chain_hash_wrong"),
        ("UPDATE registry_batch SET why = CAST(x'ff' AS TEXT)", "chain_hash_wrong"),
        ("DELETE FROM registry_batch", "chain_batch_missing"),
        ("DELETE FROM registry_change WHERE seq = 3", "chain_sequence_broken"),
        ("DELETE FROM registry_change WHERE seq = 5", "batch_without_change"),
        ("INSERT INTO registry_source SELECT 'x', sha256, size, filename, name, title, publisher,"
         " licence, date, url FROM registry_source", "source_without_batch"),
        ("UPDATE registry_record SET opened = '{}'", "record_differs"),
        ("UPDATE registry_record SET public = CAST(x'ff' AS TEXT)", "record_differs"),
        ("UPDATE registry_record SET name_key = 'x'", "record_differs"),
        ("DELETE FROM registry_sourcerow", "row_differs"),
        ("UPDATE registry_sourcerow SET record = 'x'", "row_differs"),
        ("INSERT INTO registry_sourcerow (source, key, record) VALUES ('a', 'b', 'c')",
         "row_differs"),
    ],
)  # fmt: skip
def test_verify_says_what_was_tampered_with(registry: Khue, statement: str, code: str) -> None:
    tamper(registry, statement)
    told = registry("verify", "--json", check=1).json
    assert not told["ok"]
    assert code in {one["code"] for one in told["findings"]}
    assert all(one["message"]["vi"] and one["mend"]["en"] for one in told["findings"])


def test_rebuild_mends_what_the_ledger_still_knows(registry: Any, registry_home: Path) -> None:
    tamper(registry, "DELETE FROM registry_sourcerow")
    tamper(registry, "DELETE FROM registry_record WHERE name_key <> ''")
    registry("rebuild")
    assert registry("verify", "--json").json["ok"]
    path = registry_home.parent / FILE
    again = registry("import", path, "--type", "relic", "--commit", "--json").json
    assert (again["created"], again["unchanged"]) == (0, 3)


@pytest.mark.parametrize("change", ["alter", "remove", "folder"])
def test_verify_looks_at_the_kept_source_files(registry: Any, change: str) -> None:
    (kept,) = [path for path in (registry.home / "sources").rglob("*") if path.is_file()]
    if change == "alter":
        kept.write_bytes(kept.read_bytes().replace(b"So", b"Su"))
    else:
        kept.unlink()
    if change == "folder":
        kept.mkdir()
    codes = {one["code"] for one in registry("verify", "--json", check=1).json["findings"]}
    assert codes == {"source_altered" if change == "alter" else "source_missing"}


def test_several_commands_may_start_at_once_on_a_new_home(tmp_path: Path) -> None:
    home = tmp_path / "new"
    running = []
    for number in range(4):
        path = tmp_path / f"tep-{number}.csv"
        path.write_text(f"Tên di tích\nĐình {number}\n", encoding="utf-8")
        command = [sys.executable, "-m", "khue", "import", path, "--type", "relic", "--commit"]
        environment = khue_environment(home)
        running.append(
            subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        )
    assert [one.wait(timeout=120) for one in running] == [0] * 4
    assert run_khue(home, "verify", "--json").json["records"] == 4
    assert run_khue(home, "search", "dinh", "--json").json["total"] == 4


def test_a_home_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("một tệp")
    done = run_khue(plain, "search", "x", "--json", check=2)
    assert "KHUE_HOME" in done.json["error"]["message"]["vi"]
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "khue.sqlite3").write_bytes(b"not a database" * 100)
    done = run_khue(broken, "search", "x", "--json", check=1)
    assert done.json["error"]["mend"]["vi"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "--limit", "0"],
        ["search", "--facet", "nope"],
        ["edit", "x", "no-equals", "--why", "x"],
        ["import", "x.csv"],
        ["import", "x.csv", "--type", "relic", "--date", "hôm qua"],
        ["import", "x.csv", "--type", "relic", "--source", " "],
        ["khong-co"],
    ],
)
def test_wrong_use_with_json_is_one_document(khue: Khue, arguments: list[str]) -> None:
    done = khue(*arguments, "--json", check=2)
    assert done.json["error"]["message"]["vi"]


def test_what_is_no_file_is_not_waited_for(khue: Khue, tmp_path: Path) -> None:
    pipe = tmp_path / "ong.csv"
    os.mkfifo(pipe)
    khue("import", pipe, "--type", "relic", check=1)
    khue("import", tmp_path, "--type", "relic", check=1)


def test_headings_without_marks_are_understood(khue: Khue, tmp_path: Path) -> None:
    path = tmp_path / "di-tich.csv"
    path.write_text(
        "STT,Ten di tich,Phuong/Xa,Tinh/TP\n1,Chùa A,Phường Hoàn Kiếm,Hà Nội\n", encoding="utf-8"
    )
    report = khue("import", path, "--type", "relic", "--json").json
    assert [one["path"] for one in report["columns"]] == [None, "name.vi", "place", "place"]
    assert report["created"] == 1


def test_numbers_that_no_program_can_hold_are_a_clear_error(khue: Khue, tmp_path: Path) -> None:
    path = tmp_path / "so.json"
    path.write_text(json.dumps([{"Tên di tích": "Đình So"}])[:-2] + ', "n": ' + "9" * 5000 + "}]")
    assert khue("import", path, "--type", "relic", "--json", check=1).json["error"]


def test_export_leaves_nothing_half_written(registry: Khue, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    registry("export", "--type", "relic", "--format", "csv", folder, check=2)
    registry("export", "--type", "relic", "--format", "csv", folder / "no" / "a.csv", check=1)
    assert [*tmp_path.glob("*.part"), *folder.iterdir()] == []


def test_a_field_that_the_pack_closes_is_closed_at_once(
    registry_home: Path, tmp_path: Path
) -> None:
    home, pack = tmp_path / "closing", tmp_path / "vietnam"
    shutil.copytree(registry_home, home)
    shutil.copytree(ROOT / "packs" / "vietnam", pack)
    environment = {"KHUE_PACK": str(pack)}

    def exported() -> str:
        out = tmp_path / "out.json"
        run_khue(
            home,
            *("export", "--type", "relic", "--format", "json", out),
            environment=environment,
        )
        return out.read_text(encoding="utf-8")

    record = run_khue(home, "search", "so", "--json").json["results"][0]["id"]
    run_khue(home, "edit", record, "period=thế kỷ XVI", "--why", "niên đại")
    assert any("period" in one for one in json.loads(exported()))

    relic = pack / "types" / "relic.yaml"
    text = relic.read_text(encoding="utf-8")
    at = text.index("      period:")
    closed = text[at:].replace("annotations:", "annotations:\n          visibility: staff", 1)
    relic.write_text(text[:at] + closed, encoding="utf-8")
    assert not any("period" in one for one in json.loads(exported()))
    assert run_khue(home, "verify", "--json", environment=environment).json["ok"]
    assert run_khue(home, "show", record, "--json", environment=environment).json["period"]
