"""The same pure function over many blocks, on all cores."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Block = TypeVar("Block")
Result = TypeVar("Result")

AHEAD = 2
"""Blocks that wait for each process, so that none is idle and memory stays bounded."""

Mapped = Callable[[Iterable[Block]], Iterator[Result]]

WATCH_SECONDS = 1.0

YOUNG = 100_000
"""Objects after which a process of a pool looks for rubbish. What a block makes is mostly gone with
it, without being looked for; after every 700, as is usual, that takes a tenth of the time."""

_function: Callable[[Any], Any]  # what a process of a pool is there for


@contextmanager
def mapping(
    function: Callable[[Block], Result], *, parallel: bool = True
) -> Iterator[Mapped[Block, Result]]:
    """A `map` of the function that keeps the order and works ahead in as many processes as there
    are cores; here, one block after the other, where it would not be worth it (`parallel` False),
    there is one core, or this process has several threads and cannot be doubled safely.

    The processes know all that the function refers to as it was when they began; blocks and results
    travel between them and must be values that can be pickled. The function must touch no database
    and nothing that is open. What it raises is raised here.
    """
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if not parallel or workers < 2 or threading.active_count() > 1:
        yield lambda blocks: map(function, blocks)
        return
    fork = multiprocessing.get_context("fork")
    known = function, os.getpid()
    with ProcessPoolExecutor(workers, fork, initializer=_begin, initargs=known) as pool:
        try:
            yield lambda blocks: _ahead(pool, blocks, AHEAD * workers)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _ahead(pool: ProcessPoolExecutor, blocks: Iterable[Block], most: int) -> Iterator[Any]:
    waiting: deque[Future[Any]] = deque()
    for block in blocks:
        waiting.append(pool.submit(_call, block))
        if len(waiting) > most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _begin(function: Callable[[Any], Any], parent: int) -> None:
    global _function
    _function = function
    gc.freeze()  # what came from the parent stays, and looking through it would copy its pages
    gc.set_threshold(YOUNG)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End when the parent does: one that is killed cannot say so."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


def _call(block: Any) -> Any:
    return _function(block)
