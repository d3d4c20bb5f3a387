"""How much work something is, told without a clock: on a busy machine seconds say nothing."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

HANG_S = 60
"""What has not come after so many seconds will never come: no machine is that slow."""


def calls_of(work: Callable[[], Any]) -> int:
    """How many calls of functions, Python's and its libraries', some work is; the same each time,
    but for what is kept from one time to the next."""
    count = 0

    def see(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@contextmanager
def ending() -> Iterator[None]:
    """Fails for work that would not end: that has had the processor for `HANG_S` by itself."""

    def fail(*_: object) -> None:
        raise AssertionError("it does not end")

    before = signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def wait_for(what: Callable[[], object]) -> None:
    """Wait until it is so; fails if it never is."""
    deadline = time.monotonic() + HANG_S
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
