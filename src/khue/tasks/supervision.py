"""Keeping a worker alive beside a server, for as long as the server runs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

COMMAND = (sys.executable, "-m", "khue", "tasks", "work", "--parent")
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
STEADY_S = 60.0
"""A worker that lived for so long did not die of how it was started."""
GRACE_S = 10.0
"""A task has so long to end when the server stops; then it is killed and begins anew next time."""


@contextlib.contextmanager
def supervised_worker(tell: Callable[[int, float], None]) -> Iterator[None]:
    """Have a worker running meanwhile. If it dies another is started, after ever longer pauses.

    `tell` is called with the exit code and the seconds until the next start. The worker sees to it
    that it ends with this process, however that ends.
    """
    # Started here and not in the thread: a server that forks its own processes at the same moment
    # would hold open the pipe by which `Popen` hears that its child runs.
    supervisor = _Supervisor(tell)
    thread = threading.Thread(target=supervisor.run, name="supervisor", daemon=True)
    thread.start()
    try:
        yield
    finally:
        supervisor.stop()
        thread.join()


class _Supervisor:
    def __init__(self, tell: Callable[[int, float], None]) -> None:
        self._tell = tell
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._process = _start()

    def run(self) -> None:
        delay = FIRST_DELAY_S
        while True:
            began = time.monotonic()
            code = self._process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - began > STEADY_S:
                delay = FIRST_DELAY_S
            self._tell(code, delay)
            self._stopping.wait(delay)
            delay = min(2 * delay, LONGEST_DELAY_S)
            with self._lock:
                if self._stopping.is_set():
                    return
                self._process = _start()

    def stop(self) -> None:
        with self._lock:
            self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()


def _start() -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C is for the server, which then ends the worker in order.
    return subprocess.Popen(  # noqa: S603
        [*COMMAND, str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
