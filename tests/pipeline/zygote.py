"""A process that has loaded everything and forks one fresh process for each command.

Every command of Khuê then runs in a process of its own, with a home of its own, without the second
that Python takes to import it all. The parent speaks JSON lines: it asks for a command, is told the
pid, and then how the process ended.
"""

from __future__ import annotations

import importlib
import json
import os
import pty
import re
import select
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import postgres
from tests.forks import Partner, say, serve

ROOT = Path(__file__).resolve().parents[2]

CALLED = ("test_backup", "test_kill_actions", "traces")
"""Modules beside this one whose functions are called (`function`): reading what they import takes
as long as most of these calls."""

SQLITE = "sqlite"
"""In the place of an address: the file in the home, in whatever run."""

TICK = 1_000
"""Instructions of SQLite's virtual machine between two ticks."""


@dataclass(frozen=True)
class Ended:
    """A process that ended: its exit code (negative: the signal) and output."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    def counted(self, what: str) -> int:
        """How many `ticks`, `statements` or `calls` there were."""
        told = re.search(rf"\b{what}=(\d+)", self.err)
        assert told is not None, self.err
        return int(told[1])

    @property
    def begun(self) -> dict[str, int]:
        """The phases of the work (`progress.…` in the words of the commands), and how many events
        of code there had been when each began."""
        return {phase: int(count) for phase, count in re.findall(r"(\w+)@(\d+)", self.err)}


class Zygote(Partner):
    """The parent's side: `run` a command to its end, or `watch` it and kill it on the way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        super().__init__("tests.pipeline.zygote", {"KHUE_HOME": str(folder / "none")})
        assert self.told() == "ready"

    def run(self, home: Path, *arguments: object, ticks: int = 0) -> Ended:
        """Run a command; with `ticks`, it kills itself after so many ticks of SQLite."""
        return self.watch(home, *arguments, ticks=ticks)

    def call(self, home: Path, function: str, *arguments: object) -> Any:
        """What a function of a test module (`tests.pipeline.x:f`) returns, called with texts in a
        process of its own on a home that is prepared."""
        done = self.watch(home, *arguments, function=function)
        assert done.code == 0, done.err
        return done.json

    def watch(
        self,
        home: Path,
        *arguments: object,
        ticks: int = 0,
        look: Callable[[str, float], bool] | None = None,
        function: str = "",
        database: str = "",
        statements: int = 0,
        calls: int | None = None,
    ) -> Ended:
        """Run a command and send SIGKILL as soon as `look(what it said, seconds)` is true.

        `database` is the address of one that is not the home's own. With `statements`, the command
        kills itself before that statement to the database; with `calls`, at that event of its code
        (a function's call or return, in whatever thread). With 0 `calls` these are but counted, and
        `Ended.begun` tells how many there were when each phase of the work began.
        """
        out, done = self._folder / "out", self._folder / "done"
        out.write_text("")
        # A terminal, because only there does a command say what it is doing.
        here, there = pty.openpty()
        os.set_blocking(here, False)
        asked = {
            "home": str(home),
            "arguments": [str(one) for one in arguments],
            "out": str(out),
            "err": os.ttyname(there),
            "done": str(done),
            "ticks": ticks,
            "statements": statements,
            "calls": calls,
            "function": function,
            "database": database or postgres.environment(home).get("KHUE_DATABASE", ""),
        }
        start, told = time.monotonic(), b""
        # Who looks at the clock needs every millisecond; else it is looked whether it has ended.
        pause = 0.004 if look is None else 0.001
        self.ask(asked)
        pid = int(self.told())
        while not done.exists():
            told += _read_all(here)
            if look and look(told.decode(errors="replace"), time.monotonic() - start):
                with suppress(ProcessLookupError):  # it may have ended by itself just now
                    os.kill(pid, signal.SIGKILL)
                break
            select.select([here], [], [], pause)
        code = int(self.told())
        done.unlink(missing_ok=True)
        told += _read_all(here)
        os.close(here)
        os.close(there)
        return Ended(code, out.read_text(), told.decode())


def _read_all(terminal: int) -> bytes:
    """What has been written to a terminal since it was last read."""
    try:
        return os.read(terminal, 1_000_000)
    except BlockingIOError:
        return b""


def main() -> None:
    """The other side: load everything but open no database, then fork for each line."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
    import django

    django.setup()
    import khue.cli.backups
    import khue.cli.changing
    import khue.cli.checking
    import khue.cli.importing
    import khue.cli.places
    import khue.cli.reading
    import khue.pipeline.restoring  # noqa: F401
    from khue.pipeline import house
    from khue.pipeline.gazetteers import gazetteer_of

    for name in CALLED:
        importlib.import_module(f"tests.pipeline.{name}")
    for type_name in house().pack.types:
        house().pack.validate({"type": type_name})
    gazetteer_of("").resolve("Hà Nội")
    say("ready")
    serve(_be, ended=lambda asked: Path(asked["done"]).touch())


def _be(asked: dict[str, Any]) -> None:
    """Become the command; never returns."""
    for number, path in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY), number)
    from django.conf import settings
    from django.db import connections

    home = Path(asked["home"])
    os.environ["KHUE_HOME"] = str(home)
    settings.KHUE_HOME = home
    settings.SECRET_KEY = (home / "secret-key").read_text()
    if asked["database"] not in ("", SQLITE):
        from khue.settings import _database

        found = connections.configure_settings({"default": _database(asked["database"])})
        for alias in list(connections.databases):
            # A connection is opened when it is used, with the settings of when it was named first.
            with suppress(AttributeError):
                del connections[alias]
            del connections.databases[alias]
        connections.databases.update(found)
    else:
        connections.databases["default"]["NAME"] = home / "khue.sqlite3"
        connections.databases["tasks"]["NAME"] = home / "tasks.sqlite3"
    passed = _count_ticks(asked["ticks"])
    sent = _count_statements(asked["statements"])
    from khue.cli import main as khue

    called = _count_calls(asked["calls"])
    code = 1
    try:
        if asked["function"]:
            _call(asked["function"], asked["arguments"])
            code = 0
        else:
            khue(asked["arguments"])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except Exception:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os.write(2, f"\nticks={passed()} statements={sent()} {called()}\n".encode())
        os._exit(code)


def _call(function: str, arguments: list[str]) -> None:
    from khue.pipeline import prepare_home

    prepare_home()
    module, _, name = function.partition(":")
    print(json.dumps(getattr(importlib.import_module(module), name)(*arguments)))


def _count_ticks(last: int) -> Callable[[], int]:
    """Count the ticks of SQLite within transactions, and die at the last; gives the count."""
    from django.db.backends.signals import connection_created

    passed = 0

    def watch(sender: object, connection: Any, **_: object) -> None:
        if connection.vendor != "sqlite":
            return
        raw: sqlite3.Connection = connection.connection

        def tick() -> int:
            nonlocal passed
            if raw.in_transaction:
                passed += 1
                if passed == last:
                    os.kill(os.getpid(), signal.SIGKILL)
            return 0

        raw.set_progress_handler(tick, TICK)

    connection_created.connect(watch, weak=False)
    return lambda: passed


def _count_statements(last: int) -> Callable[[], int]:
    """Count the statements to any database, and die before the last; gives the count."""
    from django.db.backends.signals import connection_created

    sent = 0

    def send(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(statement, values, many, context)

    def watch(sender: object, connection: Any, **_: object) -> None:
        connection.execute_wrappers.append(send)

    connection_created.connect(watch, weak=False)
    return lambda: sent


def _count_calls(last: int | None) -> Callable[[], str]:
    """Count the events of code, and die at the last; gives what is to be told of them."""
    if last is None:
        return lambda: ""
    from khue.cli.output import Progress

    events, begun = 0, dict[str, int]()
    show = Progress.__call__

    def count(*_: object) -> None:
        nonlocal events
        events += 1
        if events >= last > 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def see(self: Progress, what: str, done: int, total: int) -> None:
        show(self, what, done, total)
        begun.setdefault(what, events)

    def tell() -> str:
        threading.setprofile(None)
        sys.setprofile(None)
        return " ".join([f"calls={events}", *(f"{phase}@{at}" for phase, at in begun.items())])

    Progress.__call__ = see  # type: ignore[method-assign]
    threading.setprofile(count)
    sys.setprofile(count)
    return tell


if __name__ == "__main__":
    main()
