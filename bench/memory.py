"""The memory of a process and of all that it has started."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

EVERY_S = 0.25


class Watch:
    """Watches while it is entered; `peak` is the most at one moment, in MB. Pages that processes
    share are counted once (PSS, `proc(5)`), those of files in the page cache too. Linux only:
    elsewhere `peak` is 0."""

    def __init__(self, process: int) -> None:
        self.peak = 0.0
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(EVERY_S):
            self.peak = max(self.peak, sum(map(_size, _family(self._process))) / 1024)


def run(command: Sequence[str], home: Path) -> tuple[float, float]:
    """The seconds that a command takes in a home, and the most memory of its processes (MB)."""
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            env=os.environ | {"KHUE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process,
        Watch(process.pid) as watch,
    ):
        code = process.wait()
        seconds = time.perf_counter() - start
        said.seek(0)
        assert code == 0, said.read()
    return seconds, watch.peak


def _family(process: int) -> list[int]:
    found = [process]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _size(process: int) -> int:
    """Kilobytes."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
