"""The folder of an index: generations, of which one is current, and the lock of its writer.

    index/public/current            the name of the current generation, replaced atomically
    index/public/<layout>-<ulid>/   a generation: a complete Tantivy index with its `layout.json`
    index/public/lock               held by whoever writes; the kernel frees it when they die
    index/staff/                    the same for the other index

A rebuild fills a new generation beside the current one and then points to it, so a reader sees
the old one or the new one, never half of either. Readers of an old generation keep its files
open, and see at their next search that another is current.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from khue.lib.identifiers import new_ulid
from khue.search.layout import Layout

POINTER, LOCK = "current", "lock"


@contextmanager
def lock(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the writer's lock of an index; gives False at once if another holds it.

    With `wait`, waits for the other. The lock holds between processes and between threads. The file
    says which process has it, for people who ask: it holds whatever is in there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        file.truncate(0)
        print(os.getpid(), file=file, flush=True)
        try:
            yield True
        finally:
            file.truncate(0)  # closing the file frees the lock


def holder(folder: Path) -> int | None:
    """The process that says that it writes an index, if it is alive; None if nobody writes.

    Does not try to take the lock: a writer that fails to take it because of that would do nothing.
    """
    try:
        process = int((folder / LOCK).read_text(encoding="utf-8"))
        os.kill(process, 0)
    except PermissionError:  # it is another user's
        return process
    except (OSError, ValueError, OverflowError):
        return None
    return process


def current(folder: Path) -> Path | None:
    """The folder of the current generation, or None if there is none."""
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return folder / name if name and (folder / name).is_dir() else None


def layout_of(generation: Path) -> Layout | None:
    """How a generation is laid out; None if that cannot be read."""
    try:
        told = json.loads((generation / "layout.json").read_text(encoding="utf-8"))
        return Layout(sight=told["sight"], facets=tuple(told["facets"]), pack=told["pack"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def begin(folder: Path, layout: Layout) -> Path:
    """A new, empty generation, not yet current. For holders of the lock."""
    generation = folder / f"{layout.name}-{new_ulid()}"
    generation.mkdir(parents=True)
    (generation / "layout.json").write_text(json.dumps(asdict(layout)), encoding="utf-8")
    return generation


def switch(folder: Path, generation: Path) -> None:
    """Make a finished generation current and remove all others. For holders of the lock."""
    fresh = folder / f"{POINTER}.new"
    with open(fresh, "w", encoding="utf-8") as file:
        file.write(generation.name)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, folder / POINTER)
    sweep(folder)


def sweep(folder: Path) -> None:
    """Remove every generation but the current one: what came before it, and half-built ones."""
    for other in others(folder):
        shutil.rmtree(other)


def others(folder: Path) -> list[Path]:
    """Every generation but the current one: one that is being made, and what a writer that died
    left. None before the index was begun."""
    kept = current(folder)
    found = folder.iterdir() if folder.is_dir() else ()
    return [other for other in found if other.is_dir() and other != kept]
