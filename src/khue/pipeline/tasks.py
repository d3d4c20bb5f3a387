"""What the worker does: each task calls the function that the command line calls.

Imported only by those who queue or work, since the queue takes a while to load.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django_tasks import TaskContext, task

from khue.accounts import signins, users
from khue.model.crashes import keep_crash
from khue.model.errors import Busy, KhueError
from khue.model.rights import Actor
from khue.pipeline import imports
from khue.pipeline.house import House, house
from khue.pipeline.imports import ImportReport
from khue.pipeline.mappings import settle_mapping
from khue.pipeline.sources import SourceNote
from khue.tasks import waiting, worker
from khue.tasks.progress import Teller
from khue.tasks.queue import failure, queue_of_home

MAPPING = "mapping"
"""The name of a kept mapping file. No file that can be imported is called so."""

WAITS_S = (5, 15, 60, 120)
"""Seconds to wait before a run that met a busy ledger is tried again."""

FINDINGS = 1_000
"""Findings that are kept of an import, the gravest; the rest are counted."""


def queue_import(
    house: House,
    path: Path,
    *,
    type_name: str,
    actor: Actor,
    why: str,
    note: SourceNote,
    mapping: Path | None = None,
    use_saved_mapping: bool = True,
) -> str:
    """Have the worker import and commit a file; gives the identifier of the task.

    The file is copied, so the original may be moved. Raises like `imports.import_file` for what can
    be seen at once: an unknown type, a mapping or a file that cannot be read. (Proposing is not for
    the queue: a task that begins anew would propose twice, while committing twice changes nothing.)
    """
    type_ = house.pack.require_type(type_name)
    files = {path.name: imports.read_rows(path)}
    if mapping:
        settle_mapping(type_, note.name, mapping, use_saved=False)
        files[MAPPING] = mapping.read_bytes()
    key = waiting.keep(files)
    try:
        queued = import_file.using(queue_name=queue_of_home()).enqueue(
            kept=key,
            file=path.name,
            type=type_name,
            mapped=mapping is not None,
            use_saved_mapping=use_saved_mapping,
            actor=actor.who,
            why=why,
            source=asdict(note),
        )
    except BaseException:
        waiting.forget(key)
        raise
    return queued.id


@task(takes_context=True)
def import_file(
    context: TaskContext,
    *,
    kept: str,
    file: str,
    type: str,
    mapped: bool,
    use_saved_mapping: bool,
    actor: str,
    why: str,
    source: Mapping[str, Any],
) -> dict[str, Any]:
    """Import and commit a file that was queued. Done twice, it changes nothing the second time."""
    folder = waiting.folder_of(kept)

    def run() -> dict[str, Any]:
        report = imports.import_file(
            house(),
            folder / file,
            type_name=type,
            actor=users.actor_named(actor),
            why=why,
            commit=True,
            note=SourceNote(**source),
            mapping=folder / MAPPING if mapped else None,
            use_saved_mapping=use_saved_mapping,
            progress=Teller(context.task_result.id),
        )
        return _shortened(report)

    return _outcome(run)


def work(*, once: bool, parent: int | None) -> None:
    """Be the worker, see `khue.tasks.worker`."""
    worker.work(once=once, parent=parent, prepare=signins.forget_old)


def _outcome(run: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a run gave or how it failed, as people may see it: no traceback leaves this function.

    What others' writing stood in the way of is tried again for some minutes."""
    try:
        for wait in WAITS_S:
            try:
                return {"result": run()}
            except Busy:
                time.sleep(wait)
        return {"result": run()}
    except KhueError as error:
        return failure(error)
    except Exception:
        return failure(keep_crash(settings.KHUE_HOME))


def _shortened(report: ImportReport) -> dict[str, Any]:
    """A report with its gravest findings, and how many were left out."""
    ranks = {"error": 0, "warning": 1, "note": 2}
    gravest = heapq.nsmallest(FINDINGS, report.findings, key=lambda one: ranks[one.level])
    return report.summary() | {
        "findings": [one.to_json() for one in gravest],
        "findings_left_out": max(0, len(report.findings) - FINDINGS),
    }
