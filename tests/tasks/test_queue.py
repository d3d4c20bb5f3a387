"""What is put right after a worker died, and what is forgotten."""

from __future__ import annotations

import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khue.model.errors import NotFound
from khue.tasks import progress, queue, waiting
from khue.tasks.models import Progress
from khue.tasks.progress import Teller

pytestmark = pytest.mark.django_db(databases=["default", "tasks"])


def task(status: str = "READY", attempts: int = 0, **more: Any) -> DBTaskResult[Any, Any]:
    arguments = {"args": [], "kwargs": {"file": "a.csv", "type": "relic", "kept": "k"}}
    return DBTaskResult.objects.create(
        **{
            "status": status,
            "args_kwargs": arguments,
            "task_path": "khue.pipeline.tasks.import_file",
            "worker_ids": ["w"] * attempts,
            "queue_name": queue.queue_of_home(),
            "backend_name": "default",
            "run_after": None,
            "exception_class_path": "",
            "traceback": "",
        }
        | more
    )


def test_what_a_dead_worker_left_begins_anew() -> None:
    ready, over = task(), task("SUCCESSFUL", 1, return_value={"result": {}})
    orphan = task("RUNNING", 1, started_at=timezone.now())
    elsewhere = task("RUNNING", 1, started_at=timezone.now(), queue_name="another home's")
    queue.requeue_orphans()
    assert queue.get_task(str(orphan.id)).state == "waiting"
    assert queue.get_task(str(elsewhere.id)).state == "running"
    assert queue.get_task(str(orphan.id)).attempts == 1
    assert queue.get_task(str(ready.id)).state == "waiting"
    assert queue.get_task(str(over.id)).state == "done"


def test_what_kills_every_worker_is_given_up_with_a_word() -> None:
    orphan = task("RUNNING", 3, started_at=timezone.now())
    queue.requeue_orphans()
    seen = queue.get_task(str(orphan.id))
    assert (seen.state, seen.finished_at is not None) == ("failed", True)
    error = seen.to_json()["error"]
    assert "3" in error["message"]["vi"]
    assert error["mend"]["en"]


def test_an_unexpected_end_is_told_without_its_traceback() -> None:
    row = task("FAILED", 1, exception_class_path="builtins.ImportError", traceback="File x.py")
    told = queue.get_task(str(row.id)).to_json()
    assert told["state"] == "failed"
    assert "ImportError" in told["error"]["message"]["en"]
    assert "x.py" not in str(told)


def test_states_and_the_newest_first() -> None:
    first = task("SUCCESSFUL", 1, return_value={"error": {"message": {}}})
    second = task("RUNNING", 1)
    Teller(str(second.id))("rows", 500, 1000)
    assert [(one.state, one.phase, one.done, one.total) for one in queue.list_tasks(9)] == [
        ("running", "rows", 500, 1000),
        ("failed", "", 0, 0),
    ]
    assert [one.id for one in queue.list_tasks(1)] == [str(second.id)]
    assert "kept" not in queue.get_task(str(first.id)).asked
    for unknown in ("x", str(uuid.uuid4())):
        with pytest.raises(NotFound):
            queue.get_task(unknown)


def test_copies_are_kept_while_a_task_needs_them(home: Path) -> None:
    needed, read, new, lost = (waiting.keep({"a.csv": b"x"}) for _ in range(4))
    for key, status in ((needed, "RUNNING"), (read, "SUCCESSFUL")):
        task(status, args_kwargs={"args": [], "kwargs": {"kept": key}}, finished_at=timezone.now())
    old = time.time() - waiting.UNCLAIMED_S - 1
    for key in (needed, read, lost):
        os.utime(waiting.folder_of(key), (old, old))
    queue.tidy()
    left = {path.name for path in (home / "waiting").iterdir()}
    assert left == {needed, new}
    assert (waiting.folder_of(needed) / "a.csv").read_bytes() == b"x"


def test_finished_tasks_are_forgotten_after_a_month(home: Path) -> None:
    for status, days in (("SUCCESSFUL", 31), ("SUCCESSFUL", 29), ("READY", 40)):
        at = timezone.now() - timedelta(days=days)
        row = task(status, finished_at=at if status == "SUCCESSFUL" else None)
        Progress.objects.create(task=row.id, phase="rows", done=0, total=0, at=at)
    queue.tidy()
    assert [one.state for one in queue.list_tasks(9)] == ["waiting", "done"]


def test_progress_is_told_at_once_for_a_phase_and_then_twice_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    name = uuid.uuid4()
    tell = Teller(str(name))

    def told() -> tuple[str, int]:
        row = Progress.objects.get(task=name)
        return row.phase, row.done

    tell("read", 0, 0)
    tell("rows", 1, 9)
    assert told() == ("rows", 1)
    tell("rows", 2, 9)
    assert told() == ("rows", 1)
    now += 0.5
    tell("rows", 3, 9)
    assert told() == ("rows", 3)


def test_a_task_goes_on_where_nobody_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def locked(**_: Any) -> None:
        nonlocal asked
        asked += 1
        raise OperationalError("database is locked")

    monkeypatch.setattr(Progress.objects, "update_or_create", locked)
    tell = Teller(str(uuid.uuid4()))
    for phase in ("read", "rows", "plan"):
        tell(phase, 0, 0)
    # Each try may wait for the database's whole timeout.
    assert asked == 1
