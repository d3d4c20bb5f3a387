"""The queue as people see it, and what must be put right after a worker died."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections, router, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from khue.model.errors import KhueError, NotFound, Refused
from khue.tasks import waiting
from khue.tasks.models import Progress

State = Literal["waiting", "running", "done", "failed"]

ATTEMPTS = 3
"""How often a task may take its worker with it before it is given up."""

KEPT = timedelta(days=30)
"""How long finished tasks are listed."""


@dataclass(frozen=True)
class TaskView:
    """One task: what it shall do (`kind`, `asked`), how far it is, and what came of it.

    `outcome` is what the task returned: None until it is over, else with a key `error` if it
    failed. `phase` is empty until it has begun.
    """

    id: str
    kind: str
    state: State
    asked: Mapping[str, Any]
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    attempts: int
    phase: str
    done: int
    total: int
    outcome: Mapping[str, Any] | None

    def to_json(self) -> dict[str, Any]:
        """The task as `khue tasks show --json` prints it. `progress` is null until it began."""
        progress = {"phase": self.phase, "done": self.done, "total": self.total}
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "asked": dict(self.asked),
            "enqueued_at": _iso(self.enqueued_at),
            "started_at": _iso(self.started_at),
            "finished_at": _iso(self.finished_at),
            "attempts": self.attempts,
            "progress": progress if self.phase else None,
            **{key: (self.outcome or {}).get(key) for key in ("result", "error")},
        }


def queue_of_home() -> str:
    """The name of this home's queue. Homes that share a database of PostgreSQL must not do each
    other's tasks: the files that these read lie in one of them."""
    return hmac.new(settings.SECRET_KEY.encode(), b"khue.tasks", "sha256").hexdigest()[:32]


def list_tasks(limit: int) -> list[TaskView]:
    """The newest tasks first."""
    rows = list(DBTaskResult.objects.order_by("-enqueued_at")[:limit])
    told = {one.task: one for one in Progress.objects.filter(task__in=[row.id for row in rows])}
    return [_view(row, told.get(row.id)) for row in rows]


def get_task(task: str) -> TaskView:
    """One task. Raises `NotFound`."""
    try:
        row = DBTaskResult.objects.get(id=task)
    except (DBTaskResult.DoesNotExist, ValidationError) as error:
        raise NotFound(
            f"Không có công việc {task}.",
            f"There is no task {task}.",
            mend_vi="Xem các công việc bằng `khue tasks list`.",
            mend_en="`khue tasks list` shows the tasks.",
        ) from error
    return _view(row, Progress.objects.filter(task=row.id).first())


def failure(error: KhueError) -> dict[str, Any]:
    """An error as the outcome of a task: both languages, mend and findings."""
    findings = [one.to_json() for one in error.findings]
    return {"error": {"message": error.message, "mend": error.mend, "findings": findings}}


def requeue_orphans() -> None:
    """Let tasks of this home that a dead worker left begin anew, or give them up after three
    attempts.

    Only who holds the worker's lock may call this: what is running then has no worker.
    """
    with transaction.atomic(using=router.db_for_write(DBTaskResult)):
        for row in DBTaskResult.objects.running().filter(queue_name=queue_of_home()):
            if len(row.worker_ids) < ATTEMPTS:
                row.status, row.started_at = TaskResultStatus.READY, None
            else:
                row.status, row.finished_at = TaskResultStatus.FAILED, timezone.now()
                row.return_value = failure(_given_up())
            row.save(update_fields=["status", "started_at", "finished_at", "return_value"])


def tidy() -> None:
    """Forget tasks that finished a month ago, and the files that finished ones have read."""
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()
    Progress.objects.filter(at__lt=timezone.now() - KEPT).delete()
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    over = {TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED}
    for status, arguments in DBTaskResult.objects.values_list("status", "args_kwargs"):
        if key := arguments["kwargs"].get("kept"):
            keys[status in over].add(key)
    waiting.sweep(keys[False], keys[True])


def forget_finished() -> None:
    """Forget every finished task: findings hold values as they were stated, and may have to be
    erased. Nothing of them stays in the file (`secure_delete` is on) or in its log.

    Call it outside of a transaction. Raises `Refused` if somebody reads the log for long.
    """
    tidy()
    DBTaskResult.objects.finished().delete()
    connection = connections[router.db_for_write(DBTaskResult)]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise Refused(
                "Cơ sở dữ liệu công việc đang có người đọc nên chưa xóa hết.",
                "The database of tasks is being read, so not everything is gone yet.",
                mend_vi="Thử lại sau ít phút.",
                mend_en="Try again in a few minutes.",
            )


def _view(row: DBTaskResult[Any, Any], progress: Progress | None) -> TaskView:
    outcome = row.return_value
    if row.status == TaskResultStatus.FAILED and outcome is None:
        outcome = failure(_unexpected(row.exception_class_path))
    return TaskView(
        id=str(row.id),
        kind=row.task_path.rpartition(".")[2],
        state=_state(row.status, outcome),
        asked={key: value for key, value in row.args_kwargs["kwargs"].items() if key != "kept"},
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        attempts=len(row.worker_ids),
        phase=progress.phase if progress else "",
        done=progress.done if progress else 0,
        total=progress.total if progress else 0,
        outcome=outcome,
    )


def _state(status: str, outcome: Mapping[str, Any] | None) -> State:
    if outcome is not None and "error" in outcome:
        return "failed"
    if status == TaskResultStatus.READY:
        return "waiting"
    return "running" if status == TaskResultStatus.RUNNING else "done"


def _given_up() -> KhueError:
    return KhueError(
        f"Công việc đã làm dừng chương trình {ATTEMPTS} lần nên không thử lại nữa.",
        f"The task ended its worker {ATTEMPTS} times and is not tried again.",
        mend_vi="Thử với tệp nhỏ hơn, hoặc xem máy có đủ bộ nhớ không.",
        mend_en="Try a smaller file, or see whether the machine has enough memory.",
    )


def _unexpected(path: str) -> KhueError:
    name = path.rpartition(".")[2]
    return KhueError(
        f"Công việc dừng vì lỗi bất ngờ ({name}).",
        f"The task ended with an unexpected error ({name}).",
        mend_vi="Thử lại; nếu vẫn vậy, báo cho người bảo trì.",
        mend_en="Try again; if it stays so, tell the maintainers.",
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone().isoformat(timespec="seconds")
