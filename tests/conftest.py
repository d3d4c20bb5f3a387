"""Fixtures that all rooms share: homes, the pack, the command line, a served demonstration."""

from __future__ import annotations

import atexit
import fcntl
import gc
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import postgres
from tests.forks import Forks, is_plain
from tests.order import in_stretches
from tests.pipeline.zygote import Zygote
from tests.work import HANG_S

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ABSENT = "../shared is absent"
"""The only reason for which a test may be skipped; `.ci/run` fails on any other."""

hypothesis_settings.register_profile(
    "khue",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("khue")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first, spread over the workers."""
    tests = ROOT / "tests"
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = in_stretches(items, lambda item: str(item.path.relative_to(tests)), workers)


def pytest_collection_finish() -> None:
    """What has been loaded and collected by now is there to the end: it is never looked through
    for cycles again."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Libraries that look for leaks at the end find none."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; skips where it is absent."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip(ABSENT)
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A home for this test alone: its index and its source files (its database is Django's)."""
    settings.KHUE_HOME = tmp_path / "home"
    settings.KHUE_HOME.mkdir()
    return Path(settings.KHUE_HOME)


@pytest.fixture(scope="session")
def pack() -> Any:
    """The compiled Vietnam pack."""
    from khue.pipeline import house

    return house().pack


@dataclass(frozen=True)
class Ran:
    """A finished command: exit code, standard output and error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Khue = Callable[..., Ran]


def run_khue(
    home: Path,
    *arguments: object,
    check: int | None = 0,
    timeout: float = 300,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run the real command line with a home, in a process of its own; fails unless it exits with
    `check` (None: any)."""
    given, own = [str(one) for one in arguments], dict(environment or {})
    code, out, err = forks(is_plain(given, home)).run(given, khue_environment(home) | own, timeout)
    assert "Traceback" not in err, err
    if check is not None:
        assert code == check, (code, out[-3000:], err[-3000:])
    return Ran(code, out, err)


@cache
def forks(plain: bool) -> Forks:
    """The process that runs the plain commands of this worker, or the others; it ends with the
    worker."""
    made = Forks(plain=plain)
    atexit.register(made.close)
    return made


def khue_environment(home: Path) -> dict[str, str]:
    """The environment of a command with this home."""
    own = {"KHUE_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    return os.environ | own | postgres.environment(home)


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty database, made once and copied."""
    folder = tmp_path_factory.mktemp("template") / "home"
    run_khue(folder, "places", "resolve", "Hà Nội", "--json")
    return folder


@pytest.fixture
def khue(template_home: Path, tmp_path: Path) -> Khue:
    """The command line on a fresh home: `khue("import", path, "--type", "relic")`."""
    folder = tmp_path / "khue"
    postgres.copy_home(template_home, folder)
    return khue_on(folder)


def khue_on(folder: Path) -> Khue:
    """The command line on a home, which is its attribute `home`."""

    def run(*arguments: object, check: int | None = 0) -> Ran:
        return run_khue(folder, *arguments, check=check)

    run.home = folder  # type: ignore[attr-defined]
    return run


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """The process in which commands begin with everything loaded."""
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the whole demonstration, loaded by the real command. Copy it before writing."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    if postgres.ON_POSTGRESQL or "PYTEST_XDIST_WORKER" not in os.environ:
        run_khue(folder, "demo", "--no-serve")
        return folder
    # Loaded by the first worker that asks; each has a copy, since those who serve it write to it.
    once = tmp_path_factory.getbasetemp().parent / "demo-of-all"
    with open(once.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not once.exists():
            part = once.with_suffix(".part")
            run_khue(part, "demo", "--no-serve")
            part.rename(once)
    postgres.copy_home(once, folder)
    return folder


@pytest.fixture(scope="session")
def served(demo_home: Path) -> Iterator[str]:
    """The address of a real `khue serve` over the demonstration, without a slash at the end."""
    with serving(demo_home) as address:
        yield address


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve a home with `khue serve`; its address, without a slash at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "khue", "serve", "--port", str(port)],
        env=khue_environment(home),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert f"http://127.0.0.1:{port}" in line, line
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=HANG_S)
