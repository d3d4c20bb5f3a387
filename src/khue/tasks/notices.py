"""Notices that a process gives for as long as it lives.

A notice is a file that its process holds a lock on. The kernel lets go of the lock however the
process ends, so a notice whose process is gone is known by that and never believed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from khue.lib.identifiers import new_ulid

MAINTENANCE_ROWS = 50_000
"""A batch of more rows holds SQLite's lock for longer than the others should wait in the dark."""


@dataclass(frozen=True)
class Notice:
    """What is going on: its kind, how many rows it is about, and since when (UTC, ISO 8601)."""

    kind: str
    rows: int
    at: str


@contextlib.contextmanager
def maintenance(rows: int) -> Iterator[None]:
    """Give notice while a batch of so many rows is committed, if others will have to wait for it.

    On PostgreSQL they do not, and below 50,000 rows not for long.
    """
    if rows <= MAINTENANCE_ROWS or connection.vendor != "sqlite":
        yield
        return
    with _given(Notice("maintenance", rows, datetime.now(UTC).isoformat(timespec="seconds"))):
        yield


def current_notices() -> list[Notice]:
    """The notices of processes that live, oldest first. Clears those of others away."""
    found = []
    for path in sorted(_folder().glob("*.json")):
        with contextlib.suppress(FileNotFoundError), path.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append(Notice(**json.load(file)))
            else:
                path.unlink(missing_ok=True)
    return found


@contextlib.contextmanager
def _given(notice: Notice) -> Iterator[None]:
    folder = _folder()
    folder.mkdir(exist_ok=True)
    path = folder / f"{new_ulid()}.json"
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        json.dump(asdict(notice), file)
        file.flush()
        # Only a locked notice may be seen: an unlocked one would be cleared away.
        part.rename(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.KHUE_HOME) / "notices"
