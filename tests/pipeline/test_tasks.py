"""Background imports through a real `khue serve`, its worker killed and its database locked."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, khue_environment, run_khue
from tests.pipeline.zygote import Ended, Zygote
from tests.work import HANG_S, wait_for

ROWS = 200
ENVIRONMENT = {"DJANGO_SETTINGS_MODULE": "tests.pipeline.impatient", "KHUE_LANG": "en"}
"""Of the server and its worker."""

# One worker, so that the home is made once.
pytestmark = pytest.mark.xdist_group("tasks")


Run = Callable[..., Any]

A_LARGE_BATCH = """
import django; django.setup()
import sys, time
from khue.tasks.notices import maintenance
with maintenance(120_000):
    print("given", flush=True)
    sys.stdin.read(1)
print("over", flush=True)
"""


@pytest.fixture(scope="module")
def tasks_home(template_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose second database is made."""
    folder = tmp_path_factory.mktemp("tasks") / "home"
    shutil.copytree(template_home, folder)
    run_khue(folder, "tasks", "list")
    return folder


@pytest.fixture
def home(tasks_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(tasks_home, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def run(zygote: Zygote, home: Path) -> Run:
    """The command line on this home: `run("tasks", "show", task, "--json").json`."""

    def one(*arguments: object, check: int = 0) -> Ended:
        ended = zygote.run(home, *arguments)
        assert ended.code == check, (ended.out, ended.err)
        return ended

    return one


def write_rows(path: Path, count: int, prefix: str) -> Path:
    rows = "".join(f"{prefix}-{n};Đình làng {prefix} {n};Hà Nội\n" for n in range(count))
    path.write_text("Mã số;Tên di tích;Địa điểm\n" + rows, encoding="utf-8")
    return path


def queue(run: Run, path: Path) -> str:
    """Queue the import of a file, then take the file away."""
    arguments = ("--type", "relic", "--commit", "--background", "--json")
    task: str = run("import", path, *arguments).json["task"]
    path.unlink()
    return task


class Queue:
    """The states of tasks, read beside Khuê by one connection that never writes: the last one that
    closes a database locks it for a moment."""

    def __init__(self, home: Path) -> None:
        self._connection = sqlite3.connect(f"file:{home}/tasks.sqlite3?mode=ro", uri=True)

    def has(self, task: str, status: str) -> bool:
        asked = "SELECT status FROM django_tasks_database_dbtaskresult WHERE id = ?"
        row = self._connection.execute(asked, (task.replace("-", ""),)).fetchone()
        return bool(row[0] == status)


def worker_pid(home: Path) -> int:
    """The process that holds, or held, the worker's lock; 0 before there is one."""
    path = home / "worker.lock"
    return int((path.read_text() if path.exists() else "") or 0)


def is_working(home: Path) -> bool:
    """Whether a worker lives: the kernel takes its lock away when it dies."""
    with (home / "worker.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def serving(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "khue", "serve", "--port", str(free_port())]
    log = (home.parent / "serve.txt").open("wb")
    environment = khue_environment(home) | ENVIRONMENT
    with log, subprocess.Popen(command, env=environment, stderr=log, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=HANG_S)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_killed_and_locked_out_workers_lose_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    before = run("verify", "--json").json["changes"]
    first = queue(run, write_rows(tmp_path / "một.csv", ROWS, "A"))
    second = queue(run, write_rows(tmp_path / "hai.csv", ROWS, "B"))
    watched = Queue(home)
    with serving(home) as server:
        wait_for(lambda: watched.has(first, "RUNNING"))
        killed = worker_pid(home)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: watched.has(first, "SUCCESSFUL"))

        wait_for(lambda: watched.has(second, "RUNNING"))
        locked_out = worker_pid(home)
        assert locked_out != killed
        with closing(sqlite3.connect(home / "tasks.sqlite3", isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            # It finishes its import, cannot say so, and ends.
            wait_for(lambda: not is_working(home) or worker_pid(home) != locked_out)
            lock.execute("ROLLBACK")
        wait_for(lambda: watched.has(second, "SUCCESSFUL"))
        last = worker_pid(home)
        assert last not in (killed, locked_out)
        server.terminate()
        assert server.wait(timeout=HANG_S) == 0
    assert not is_working(home)

    told = (tmp_path / "serve.txt").read_text()
    assert "The worker ended" in told
    assert "Traceback" not in told
    assert not (home / "crashes").exists()
    for task in (first, second):
        shown = run("tasks", "show", task, "--json").json
        assert (shown["state"], shown["attempts"]) == ("done", 2)
        result = shown["result"]
        # Whether the first attempt got as far as the ledger or not.
        assert sorted((result["created"], result["unchanged"])) == [0, ROWS]
        assert shown["asked"]["file"] in ("một.csv", "hai.csv")
        assert shown["progress"]["phase"]
    verified = run("verify", "--json").json
    assert (verified["records"], verified["changes"] - before) == (2 * ROWS, 2 * ROWS)
    assert [*(home / "waiting").iterdir()] == []

    # Nobody has to know that the file was there.
    for path in home.glob("tasks.sqlite3*"):
        path.write_bytes(b"damaged" * 1000)
    assert "tasks.sqlite3" in run("tasks", "list", check=1).err
    assert run_khue(home, "search", "A", "--json").json["total"] > 0
    for path in home.glob("tasks.sqlite3*"):
        path.unlink()
    assert run("tasks", "list", "--json").json == {"tasks": []}
    assert run("verify", "--json").json["records"] == 2 * ROWS


def test_a_worker_ends_with_its_server_however_that_ends(run: Run, home: Path) -> None:
    command = f"{sys.executable} -m khue tasks work --parent $$; true"
    with subprocess.Popen(["sh", "-c", command], env=khue_environment(home), cwd=ROOT) as server:
        wait_for(lambda: worker_pid(home) > 0)
        # A second one would do the same tasks at the same time.
        assert "khue serve" in run("tasks", "work", "--once", check=1).err
        assert is_working(home)
        server.kill()
    wait_for(lambda: not is_working(home))


def test_what_came_of_a_task_is_shown_in_both_languages(
    run: Run, home: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "hỏng.xlsx"
    broken.write_bytes(b"not a workbook")
    failed = queue(run, broken)
    rows = tmp_path / "di-tich.csv"
    secret = "qua lau roi"
    rows.write_text(f"Tên di tích;Năm xây dựng;Kinh độ\nĐình So;{secret};xa lắm\n;;\n")
    found = queue(run, rows)
    run("tasks", "work", "--once")

    error = run("tasks", "show", failed, "--json").json
    assert (error["state"], error["result"]) == ("failed", None)
    assert error["error"]["message"]["vi"] != error["error"]["message"]["en"]
    assert error["error"]["mend"]["vi"]
    shown = run("tasks", "show", found, "--json").json
    assert (shown["state"], shown["error"]) == ("done", None)
    assert shown["result"]["batch"]
    assert {one["level"] for one in shown["result"]["findings"]} <= {"error", "warning", "note"}
    assert secret in str(shown["result"]["findings"])
    listed = run("tasks", "list", "--json").json["tasks"]
    assert [(one["id"], one["state"]) for one in listed] == [(found, "done"), (failed, "failed")]
    told = run("tasks", "show", failed)
    assert "không xong" in told.out
    assert error["error"]["message"]["vi"] in told.err

    # What a finding states may have to be erased: then no byte of it stays.
    assert secret.encode() in b"".join(path.read_bytes() for path in home.glob("tasks.sqlite3*"))
    code = "import django; django.setup(); from khue.tasks.queue import forget_finished as f; f()"
    environment = khue_environment(home) | {"DJANGO_SETTINGS_MODULE": "khue.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    kept = b"".join(path.read_bytes() for path in home.glob("tasks.sqlite3*"))
    assert secret.encode() not in kept


def test_a_mapping_waits_beside_its_file(run: Run, tmp_path: Path) -> None:
    path, mapping = tmp_path / "di-tich.csv", tmp_path / "m" / "di-tich.csv"
    path.write_text("Cột lạ\nĐình So\n", encoding="utf-8")
    mapping.parent.mkdir()
    mapping.write_text("columns: {Cột lạ: name.vi}\n", encoding="utf-8")
    task = run(
        *("import", path, "--mapping", mapping, "--type", "relic"),
        *("--commit", "--background", "--json"),
    ).json["task"]
    path.unlink()
    mapping.unlink()
    run("tasks", "work", "--once")
    assert run("tasks", "show", task, "--json").json["result"]["created"] == 1


def test_writing_commands_tell_of_a_large_batch_until_its_process_is_gone(
    run: Run, home: Path, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "di-tich.csv", 1, "A")

    def told(*arguments: str) -> bool:
        return "120.000" in run("import", path, "--type", "relic", *arguments).err

    with subprocess.Popen(
        [sys.executable, "-c", A_LARGE_BATCH],
        env=khue_environment(home) | ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"given\n"
        assert not told("--dry-run")
        assert told("--commit")
        holder.kill()
    # What the dead process left is still there; it is cleared away, not believed.
    assert len([*(home / "notices").iterdir()]) == 1
    assert not told("--commit")
    assert [*(home / "notices").iterdir()] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["{csv}", "--type", "relic"], 2),
        (["{csv}", "--type", "relic", "--propose"], 2),
        (["{csv}", "--type", "khong-co", "--commit"], 2),
        (["khong-co.csv", "--type", "relic", "--commit"], 1),
        (["{csv}", "--type", "relic", "--commit", "--mapping", "{csv}"], 2),
    ],
)
def test_what_is_wrong_at_once_is_said_at_once(
    run: Run, home: Path, tmp_path: Path, arguments: list[str], code: int
) -> None:
    path = write_rows(tmp_path / "di-tich.csv", 1, "A")
    filled = [one.format(csv=path) for one in arguments]
    told = run("import", *filled, "--background", "--json", check=code).json
    assert told["error"]["message"]["vi"]
    assert not any((home / "waiting").glob("*"))
