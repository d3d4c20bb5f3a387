"""The process that does what waits in the queue, one task after the other."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands import db_worker

from khue.lib.identifiers import new_ulid
from khue.model.errors import Refused
from khue.tasks import limits
from khue.tasks.queue import queue_of_home, requeue_orphans, tidy

INTERVAL_S = 1.0
"""Between two looks at an empty queue."""
FORGET_S = 60.0
"""Between two looks for what was counted and is over."""


def work(*, once: bool, parent: int | None, prepare: Callable[[], None]) -> None:
    """Do what waits until told to stop or, with `once`, until nothing waits; `prepare` first.

    There is one worker to a home. One with a `parent` (a process identifier) waits for its turn,
    and ends with that process; another raises `Refused` if there is one already. Raises `Refused`
    if the database of tasks cannot be used, as when someone locks it for long: nothing is lost.
    """
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with _only_one(wait=parent is not None):
        try:
            prepare()
            requeue_orphans()
            tidy()
            worker = _Worker(
                queue_names=[queue_of_home()],
                excluded_queue_names=[],
                interval=INTERVAL_S,
                batch=once,
                backend_name="default",
                startup_delay=False,
                max_tasks=None,
                worker_id=new_ulid(),
            )
            worker.configure_signals()
            worker.run()
        except DatabaseError as error:
            raise Refused(
                f"Chưa dùng được cơ sở dữ liệu công việc: {error}.",
                f"The database of tasks cannot be used now: {error}.",
                mend_vi="Không mất gì: công việc đang dở sẽ được làm lại.",
                mend_en="Nothing is lost: the task that was running will begin again.",
            ) from error


class _Worker(db_worker.Worker):
    def run(self) -> None:
        with _forgetting():
            super().run()

    def run_task(self, db_task_result: Any) -> None:
        super().run_task(db_task_result)
        tidy()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        # A task that is told to stop would count as failed. Killed, it begins anew.
        if not self.running:
            os._exit(128 + signum)
        super().shutdown(signum, frame)


@contextlib.contextmanager
def _forgetting() -> Iterator[None]:
    """Have what was counted forgotten in time meanwhile, long tasks or not."""
    done = threading.Event()

    def forget() -> None:
        while not done.wait(FORGET_S):
            # Who holds the database now does not hold it in a minute.
            with contextlib.suppress(DatabaseError):
                close_old_connections()
                limits.forget_over()
        connections.close_all()

    limits.forget_over()
    threading.Thread(target=forget, name="forget", daemon=True).start()
    try:
        yield
    finally:
        done.set()


@contextlib.contextmanager
def _only_one(*, wait: bool) -> Iterator[None]:
    with (Path(settings.KHUE_HOME) / "worker.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(
                "Đã có chương trình khác đang làm các công việc này.",
                "Another process is doing these tasks already.",
                mend_vi="Không cần làm gì: `khue serve` tự làm các công việc đang chờ.",
                mend_en="There is nothing to do: `khue serve` does what waits by itself.",
            ) from error
        # For people who look for the process.
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _end_with(parent: int) -> None:
    """Tell this process to stop when its parent is gone. A pipe would not do for that: whatever the
    parent forks holds its ends open."""
    while os.getppid() == parent:
        time.sleep(INTERVAL_S)
    os.kill(os.getpid(), signal.SIGTERM)
