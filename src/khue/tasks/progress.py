"""Telling how far a task is, where others can read it."""

from __future__ import annotations

import time

from django.db import OperationalError
from django.utils import timezone

from khue.tasks.models import Progress

EVERY_S = 0.5
AFTER_TROUBLE_S = 60.0


class Teller:
    """Called with what is being done, how far it is and how much there is, as often as one likes.

    Writes a new phase at once and within one phase twice a second. A task must not fail or wait
    because nobody can be told: where the database is locked it says nothing for a minute.
    """

    def __init__(self, task: str) -> None:
        self._task = task
        self._phase = ""
        self._next = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """The interface of `pipeline.planning.Progress`."""
        now = time.monotonic()
        if now < self._next and (what == self._phase or self._next - now > EVERY_S):
            return
        self._phase, self._next = what, now + EVERY_S
        told = {"phase": what, "done": done, "total": total, "at": timezone.now()}
        try:
            Progress.objects.update_or_create(task=self._task, defaults=told)
        except OperationalError:
            self._next = time.monotonic() + AFTER_TROUBLE_S
