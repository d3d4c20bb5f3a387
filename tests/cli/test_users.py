"""`khue user`: accounts through the real command line."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from khue.cli import main
from tests.conftest import ROOT, Khue, Ran, khue_environment

PASSWORD = "bốn từ không liên quan"


def answer(home: Path, *arguments: str, answers: list[str]) -> tuple[int, str]:
    """Run a command on a terminal and answer what it asks; gives exit code and all it showed."""
    here, there = pty.openpty()
    command = [sys.executable, "-m", "khue", *arguments]
    with subprocess.Popen(
        command, stdin=there, stdout=there, stderr=there, env=khue_environment(home), cwd=ROOT
    ) as process:
        os.close(there)
        shown = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if not select.select([here], [], [], 1)[0]:
                continue
            try:
                shown += os.read(here, 4096)
            except OSError:
                break
            if answers and shown.endswith(b": "):
                os.write(here, answers.pop(0).encode() + b"\n")
    os.close(here)
    return process.returncode, shown.decode()


def test_a_password_is_asked_for_twice_and_kept_nowhere(khue: Khue) -> None:
    home: Path = khue.home  # type: ignore[attr-defined]
    grant = ("--role", "officer", "--unit", "00004", "--type", "relic")
    code, shown = answer(home, "user", "add", "lan", *grant, answers=[PASSWORD, PASSWORD])
    assert code == 0, shown
    assert "lan: officer" in shown
    assert PASSWORD not in shown
    for path in home.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()

    def tables(name: str) -> set[str]:
        with closing(sqlite3.connect(home / name)) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {row[0] for row in rows}

    second = {"django_session", "axes_accesslog", "tasks_progress"}
    assert second <= tables("tasks.sqlite3")
    assert not second & tables("khue.sqlite3")
    assert {"auth_user", "accounts_grant"} <= tables("khue.sqlite3") - tables("tasks.sqlite3")


@pytest.fixture
def command(
    db: None,
    settings: Any,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """The command line in this process, on the database of tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def run(*arguments: str, stdin: str = "", check: int = 0) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main([*arguments])
        told = capsys.readouterr()
        assert ended.value.code == check, told
        return Ran(check, told.out, told.err)

    return run


pytestmark = pytest.mark.django_db(databases=["default", "tasks"])


def test_users_are_added_listed_and_disabled(command: Any, tmp_path: Path) -> None:
    file = tmp_path / "mật-khẩu"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    add = ("user", "add")
    lan = command(*add, "lan", "--role", "reviewer", "--password-file", str(file), "--json").json
    assert lan == {
        "name": "lan",
        "active": True,
        "roles": ["reviewer"],
        "units": None,
        "types": None,
    }
    limits = ("--role", "officer", "--unit", "00004", "--unit", "01", "--type", "relic")
    added = command(*add, "minh", *limits, "--password-file", "-", stdin=PASSWORD)
    assert "officer" in added.out
    assert "00004, 01" in added.out
    assert command("user", "disable", "lan", "--json").json["active"] is False
    listed = command("user", "list", "--json").json["users"]
    assert [(one["name"], one["active"], one["units"]) for one in listed] == [
        ("lan", False, None),
        ("minh", True, ["00004", "01"]),
    ]
    assert "đã khóa" in command("user", "list").out
    taken = command(*add, "Lan", "--role", "viewer", "--password-file", "-", "--json", check=1)
    assert "Lan" in json.loads(taken.out)["error"]["message"]["vi"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("lan",),
        ("lan", "--role", "boss"),
        ("lan", "--role", "officer", "--unit", "khong-co"),
        ("lan", "--role", "officer", "--type", "khong-co"),
        ("a b", "--role", "officer"),
        ("operator", "--role", "officer"),
        ("lan", "--role", "officer"),  # nobody to ask
        ("lan", "--role", "officer", "--password", "secret"),
        ("lan", "--role", "officer", "--password-file", "-"),  # an empty password
        ("lan", "--role", "officer", "--password-file", "{binary}"),
        ("lan", "--role", "officer", "--password-file", "{none}"),
    ],
)
def test_what_cannot_be_added_is_told(
    command: Any, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    binary = tmp_path / "khong-phai-van-ban"
    binary.write_bytes(b"\xff\xfe\0")
    given = [one.format(binary=binary, none=tmp_path / "x") for one in arguments]
    told = command("user", "add", *given, "--json", check=2).json
    assert told["error"]["message"]["vi"]
    assert command("user", "list", "--json").json == {"users": []}
