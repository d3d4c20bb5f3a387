"""Files that tasks wait to read: copies, so that the originals may be moved or change."""

from __future__ import annotations

import mmap
import os
import shutil
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from django.conf import settings

from khue.lib.identifiers import new_ulid

UNCLAIMED_S = 24 * 3600
"""How long a copy is kept that no task names: its task may be about to be queued, or was lost."""


def keep(files: Mapping[str, bytes | mmap.mmap]) -> str:
    """Keep bytes durably under the names of their files, in a new place; gives its key."""
    key = new_ulid()
    folder = folder_of(key)
    folder.mkdir(mode=0o700, parents=True)
    try:
        for name, data in files.items():
            with (folder / name).open("xb") as copy:
                copy.write(data)
                copy.flush()
                os.fsync(copy.fileno())
    except BaseException:
        forget(key)
        raise
    return key


def folder_of(key: str) -> Path:
    """Where the files of a key are."""
    return Path(settings.KHUE_HOME) / "waiting" / key


def forget(key: str) -> None:
    """Remove the files of a key, if they are there."""
    shutil.rmtree(folder_of(key), ignore_errors=True)


def sweep(needed: Collection[str], done: Collection[str]) -> None:
    """Remove what finished tasks have read, and what nobody has asked for in a day."""
    folder = Path(settings.KHUE_HOME) / "waiting"
    for path in folder.iterdir() if folder.is_dir() else ():
        old = time.time() - path.stat().st_mtime > UNCLAIMED_S
        if path.name in done or (old and path.name not in needed):
            forget(path.name)
