"""The supervisor keeps a process alive beside a server, and only while it runs."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from khue.tasks import supervision
from tests.work import wait_for


def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, then: str) -> Path:
    """Let the supervisor run something simple instead, which writes its pid down first."""
    file = tmp_path / "pids"
    code = f"import os, sys, time; open({str(file)!r}, 'a').write(f'{{os.getpid()}} '); {then}"
    monkeypatch.setattr(supervision, "COMMAND", (sys.executable, "-S", "-c", code))
    return file


def pids(file: Path) -> list[int]:
    return [int(one) for one in file.read_text().split()] if file.exists() else []


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_another_is_started_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervision, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(supervision, "LONGEST_DELAY_S", 0.03)
    file = worker(monkeypatch, tmp_path, "sys.exit(3)")
    told: list[tuple[int, float]] = []
    with supervision.supervised_worker(lambda code, pause: told.append((code, pause))):
        wait_for(lambda: len(told) >= 4)
    assert told[:4] == [(3, 0.01), (3, 0.02), (3, 0.03), (3, 0.03)]
    assert len(set(pids(file))) >= 4


def test_one_that_lived_long_is_not_punished(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(supervision, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(supervision, "STEADY_S", 0.0)
    worker(monkeypatch, tmp_path, "sys.exit(3)")
    told: list[float] = []
    with supervision.supervised_worker(lambda code, pause: told.append(pause)):
        wait_for(lambda: len(told) >= 3)
    assert set(told) == {0.01}


@pytest.mark.parametrize("stubborn", [False, True])
def test_it_ends_with_the_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stubborn: bool
) -> None:
    monkeypatch.setattr(supervision, "GRACE_S", 0.2)
    then = "time.sleep(600)"
    if stubborn:
        then = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {then}"
    file = worker(monkeypatch, tmp_path, then)
    told: list[int] = []

    def serve() -> None:
        with supervision.supervised_worker(lambda code, pause: told.append(code)):
            wait_for(lambda: len(pids(file)) == 1)
            time.sleep(0.1 if stubborn else 0)
            raise SystemExit(1)

    with pytest.raises(SystemExit):
        serve()
    assert not is_alive(pids(file)[0])
    assert (len(pids(file)), told) == (1, [])
