"""`kill -9` of the process that indexes, at fifty points: never wrong, and never in the way."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.search import following, generations
from tests.search.conftest import both, fork, search
from tests.search.indexed import assert_equal
from tests.search.samples import MemoryLedger, person, relic, ulid
from tests.work import HANG_S

KILLS, EVENTS = 50, 900
"""A turn has about five hundred of these events, and following has one to three turns here."""

PEOPLE, RELICS = range(1, 5), range(5, 30)


def happen(ledger: MemoryLedger, random: Random) -> None:
    """A few changes of every kind."""
    for _ in range(random.randrange(1, 7)):
        number, kind = random.choice(RELICS), random.random()
        note = {"note": f"so {random.randrange(50)}"} if kind < 0.5 else {}
        named = f"Đình {random.randrange(90)}"
        whose = ulid(random.choice(PEOPLE))
        shown = random.choice(("public", "public", "public", "restricted"))
        if kind < 0.7:
            ledger.commit(relic(number, named, venerates=[whose], visibility=shown, **note))
        elif kind < 0.8:
            ledger.commit(person(random.choice(PEOPLE), f"Thánh {random.randrange(90)}"))
        elif kind < 0.88:
            ledger.withdraw(ulid(number))
        elif kind < 0.96:
            ledger.merge(ulid(random.choice(PEOPLE[1:])), ulid(PEOPLE[0]))
        else:
            ledger.erase(relic(number, named))


def killed(folder: Path, work: Callable[[], Any], event: int, seconds: float) -> bool:
    """Do something in a process that gets SIGKILL: from itself at an `event` of its Python code
    (a call or return of a function, or of one of Tantivy's), or if that is 0 from us after so many
    `seconds`. Whether that was before its end."""
    child = fork(folder)
    if child == 0:
        try:
            signal.alarm(HANG_S)
            if event:
                threading.setprofile(counting(event))
                sys.setprofile(counting(event))
            work()
        finally:
            os._exit(0)
    if not event:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    return False


def counting(last: int) -> Callable[..., None]:
    """A profile function that kills this process at the last event."""
    left = last

    def count(frame: Any, *_: Any) -> None:
        nonlocal left
        if frame.f_code.co_filename.endswith(WRITING):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


WRITING = ("search/following.py", "search/writing.py", "search/generations.py", "futures/thread.py")
"""The code in which processes are killed: that which writes, and the threads that commit."""


def assert_behind_never_wrong(folder: Path, ledger: MemoryLedger) -> int:
    """What a search shows of records that have not changed since the position is right. Gives the
    position, 0 if the index is to be rebuilt."""
    position = following.position_of(folder)
    hits = search(folder, limit=100).hits
    if position:
        since = set(ledger.changes[position:])
        shown = ledger.texts([*ledger.records], whole=False)
        wanted = {
            record: document["name"]["vi"]
            for record, document in ledger.records.items()
            if document and record not in since and shown[record][0]
        }
        assert {hit.id: hit.label["vi"] for hit in hits if hit.id not in since} == wanted
    return position


def test_killed_at_fifty_points(
    folder: Path, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within turns and between them, while it follows and while it rebuilds, again and again before
    anyone could mend what the last one left."""
    monkeypatch.setattr(following, "CHANGES", 6)
    monkeypatch.setattr(following, "REBUILT", 15)
    random, ledger = Random(5), MemoryLedger(*(person(one, f"Thánh {one}") for one in PEOPLE))
    following.catch_up(both(folder), ledger, pack)
    happen(ledger, random)
    begun = time.perf_counter()
    assert not killed(
        folder, partial(following.catch_up, both(folder), ledger, pack), sys.maxsize, 0
    )
    usual = time.perf_counter() - begun
    kills, tries, moved = 0, 0, 0
    while kills < KILLS:
        tries += 1
        assert tries < 4 * KILLS, "it was over before it could be killed"
        happen(ledger, random)
        work = random.choice((following.catch_up,) * 7 + (following.rebuild,))
        event = random.randrange(1, EVENTS) if kills % 2 else 0
        before = following.position_of(folder)
        wait = random.uniform(0, usual)
        in_time = killed(folder, partial(work, both(folder), ledger, pack), event, wait)
        kills += in_time
        if not (in_time or event):  # the machine has become quicker since
            usual *= 0.9
        moved += assert_behind_never_wrong(folder, ledger) > before
        if tries % 15 == 0:
            following.catch_up(both(folder), ledger, pack)
            assert_equal(both(folder), ledger, pack, tmp_path)
    assert moved, "none was between two turns"
    following.catch_up(both(folder), ledger, pack)
    assert_equal(both(folder), ledger, pack, tmp_path)
    for one in both(folder).values():
        left = [path for path in one.iterdir() if path.is_dir()]
        assert left == [generations.current(one)]
