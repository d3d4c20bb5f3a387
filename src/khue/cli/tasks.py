"""`khue tasks`: what the worker does, has done and is yet to do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click

from khue.cli.app import json_option, start
from khue.cli.importing import show_report
from khue.cli.output import label, moment, number, print_json, say, show_findings, tell, word

if TYPE_CHECKING:
    from khue.tasks.queue import TaskView


@click.group("tasks")
def tasks_command() -> None:
    """Tasks: work that goes on in the background, such as imports."""


@tasks_command.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
def list_command(limit: int, as_json: bool) -> int:
    """The newest tasks: what they do, how far they are."""
    start(whole=True)
    from khue.tasks.queue import list_tasks

    found = list_tasks(limit)
    if as_json:
        print_json({"tasks": [one.to_json() for one in found]})
    for one in found if not as_json else ():
        say(_line(one))
    return 0


@tasks_command.command("show")
@click.argument("task")
@json_option
def show_command(task: str, as_json: bool) -> int:
    """One task: state, progress, and what came of it."""
    start(whole=True)
    from khue.tasks.queue import get_task

    found = get_task(task)
    told = found.to_json()
    if as_json:
        print_json(told)
        return 0
    say(_line(found))
    for key in ("enqueued_at", "started_at", "finished_at"):
        if at := getattr(found, key):
            say(word(f"tasks.{key}", at=moment(at)))
    if found.attempts > 1:
        say(word("tasks.attempts", n=found.attempts))
    if told["error"]:
        _show_error(told["error"])
    if told["result"]:
        findings = [SimpleNamespace(**one) for one in told["result"]["findings"]]
        show_report(told["result"], findings, "import.nothing")
        if left_out := told["result"]["findings_left_out"]:
            tell(word("tasks.findings_left_out", n=left_out))
    return 0


@tasks_command.command("work")
@click.option("--once", is_flag=True, help="End when nothing waits.")
@click.option("--parent", type=int, hidden=True)
def work_command(once: bool, parent: int | None) -> int:
    """Do what waits, until stopped. `khue serve` does this by itself."""
    start(whole=True)
    from khue.pipeline.tasks import work

    work(once=once, parent=parent)
    return 0


def _line(task: TaskView) -> str:
    what = word(f"tasks.kind.{task.kind}", **task.asked)
    line = word("tasks.line", id=task.id, state=word(f"tasks.state.{task.state}"), what=what)
    if task.state == "running" and task.phase:
        part = f" {number(task.done)}/{number(task.total)}" if task.total and task.done else ""
        line += f" · {word(f'progress.{task.phase}')}{part}"
    return line


def _show_error(error: dict[str, Any]) -> None:
    tell(label(error["message"]))
    if mend := label(error["mend"]):
        tell(f"    {mend}")
    show_findings(SimpleNamespace(**one) for one in error["findings"])
