"""Commands in processes of their own, without the second in which Python imports everything.

A process that has imported what commands need forks one process for each command. The child takes
the environment that it is given and begins where `khue` begins: it reads the settings, sets Django
up, opens the home. The parent speaks JSON lines: it asks for a command, is told the pid, and then
how the process ended.

There are two such processes. Most commands do without the applications for accounts and the queue;
one process has loaded the others (`PLAIN_APPS` of the settings), and the pack of Việt Nam. The
other is for commands that load all applications, and has imported what needs no settings.
(`tests.pipeline.zygote` is ready to do the command's work itself, to be killed in it.)
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.work import HANG_S

ROOT = Path(__file__).resolve().parents[1]

READY = (
    *("khue.cli.app", "khue.cli.output", "khue.intake", "khue.linking", "khue.places"),
    *("khue.model.packs", "khue.model.values", "khue.publish", "khue.lib.parallel"),
    *("jsonschema_rs", "openpyxl", "orjson", "PIL.Image", "psycopg", "python_calamine"),
    *("rapidfuzz", "shapely", "tantivy", "xlsxwriter"),
    *("django.core.management", "django.core.serializers.json", "django.db.models"),
    *("django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.http"),
    *("django.template", "django.urls", "django.views", "sqlparse"),
)
"""Modules that commands import. None of them reads the settings."""

WITH_DJANGO = (
    *("khue.pipeline", "khue.search", "khue.snapshot", "khue.measures"),
    *("khue.cli.changing", "khue.cli.checking", "khue.cli.exporting", "khue.cli.importing"),
    *("khue.cli.places", "khue.cli.reading", "khue.cli.reviewing"),
)
"""Modules that commands import once Django is set up."""

WHOLE = ("backup", "restore", "erase", "serve", "tasks", "users")
"""Commands that load all applications, see `khue.cli.app.start`."""

PLAIN = "plain"
"""Said to the process that is to have loaded the applications that most commands do with."""


class Partner:
    """The parent's side of a process of our own that is asked and tells line by line."""

    def __init__(self, module: str, environment: Mapping[str, str], *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def ask(self, asked: Mapping[str, Any]) -> None:
        """Send a question."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def told(self) -> str:
        """The next line that it tells."""
        assert self._process.stdout is not None
        told = self._process.stdout.readline().strip()
        assert told, "the process that forks commands has ended"
        return told

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=HANG_S)


class Forks(Partner):
    """The parent's side: `run` a command to its end. `plain` says which of the two processes it
    is."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__("tests.forks", {}, *([PLAIN] if plain else []))
        self._folder = Path(tempfile.mkdtemp(prefix="khue-forks-"))
        self._one_at_a_time = threading.Lock()

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], timeout: float
    ) -> tuple[int, str, str]:
        """The exit code, standard output and error of a command."""
        with self._one_at_a_time:
            out, err = self._folder / "out", self._folder / "err"
            asked = {"arguments": list(arguments), "environment": dict(environment)}
            self.ask(asked | {"out": str(out), "err": str(err)})
            pid = int(self.told())
            late = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
            late.start()
            try:
                code = int(self.told())
            finally:
                late.cancel()
            return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def is_plain(arguments: Sequence[str], home: Path) -> bool:
    """Whether a command does without the applications for accounts and the queue."""
    whole = arguments[:1] == ["demo"] and "--no-serve" not in arguments
    whole = whole or "--background" in arguments or arguments[0] in WHOLE
    return not whole and not (home / "unfinished").exists()  # what has to be finished needs all


def main() -> None:
    """The other side: import, then fork for each line."""
    for name in READY:
        importlib.import_module(name)
    from khue.places import read_source

    read_source()
    if PLAIN in sys.argv[1:]:
        _load_plain()
    serve(_be)


def _load_plain() -> None:
    """Load the applications, and the pack with its indicators and the gazetteer, which are the
    same for all homes in which no table of units was loaded."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = settings.PLAIN_APPS
    django.setup()
    for name in WITH_DJANGO:
        importlib.import_module(name)
    from khue.pipeline import house, indicators_of
    from khue.pipeline.gazetteers import gazetteer_of

    indicators_of(house().pack)
    gazetteer_of("")


def _forget_settings() -> None:
    """Whoever asks for a setting reads them all again, for the environment that is there now."""
    import django.conf
    from django.db import connections

    import khue

    del sys.modules["khue.settings"]
    vars(khue).pop("settings", None)
    vars(django.conf.settings).clear()
    vars(django.conf.settings)["_wrapped"] = django.conf.empty
    for alias in list(connections.databases):
        with suppress(AttributeError):  # not opened, and here never is
            del connections[alias]
    vars(connections).pop("settings", None)
    connections._settings = None
    if "KHUE_PACK" in os.environ:
        from khue.pipeline import house

        house.cache_clear()


def serve(
    become: Callable[[dict[str, Any]], None],
    ended: Callable[[dict[str, Any]], object] = lambda asked: None,
) -> None:
    """Fork for each line that is asked: the child is to `become` it and never to return. Says its
    pid and how it ended, before which `ended` is called."""
    gc.freeze()  # a collection in a child would copy all that is shared
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            become(asked)
        say(pid)
        _, status = os.waitpid(pid, 0)
        ended(asked)
        say(os.waitstatus_to_exitcode(status))


def say(what: object) -> None:
    """Tell the other side a line."""
    print(what, flush=True)


def _be(asked: dict[str, Any]) -> None:
    """Become the command; never returns."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, path in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    gc.unfreeze()
    code = 1
    try:
        if PLAIN in sys.argv[1:]:
            _forget_settings()
        from khue.cli import main as khue

        khue(asked["arguments"])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    finally:
        with suppress(Exception):
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
