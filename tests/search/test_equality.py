"""The indexes hold what the registry holds, whatever happens and whoever dies.

What happens is played here; what an index must then hold is what building it from the registry now
would give, in every field (`indexed`).
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.search import following, generations
from khue.search.door import RegistryLedger
from khue.search.reading import forget
from tests.registry.game import PLAYERS, Game
from tests.registry.moves import MOVES
from tests.search.conftest import both, found, search
from tests.search.indexed import assert_equal
from tests.search.samples import MemoryLedger, person, relic, ulid

NAMES = [name for name, (often, _) in MOVES.items() for _ in range(often)]
"""The moves of a game in the order that chance gives them: every action is in every game."""

WHO = [*PLAYERS, *PLAYERS[:1] * 40]
"""Those who may do all play more often, or little would happen."""


# A game that is lost is not made smaller: its log is read soon enough.
@settings(max_examples=2, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(names=st.permutations(NAMES), seed=st.integers(0, 2**32))
def test_after_every_kind_of_action(db: None, names: list[str], seed: int) -> None:
    """Followed now and then, after one change or after many, on an index each or on both."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder, game = Path(name) / "public", Game(house().pack)
        try:
            for move in ["create"] * 3 + names:
                actor = random.choice(WHO)
                game.play(move, actor, MOVES[move][1](game, actor, random))
                if random.random() < 0.25:
                    some = [*both(folder).items()][random.choice((0, 0, 0, 1)) :]
                    following.catch_up(dict(some), RegistryLedger(game.pack), game.pack)
            ledger = RegistryLedger(game.pack)
            following.catch_up(both(folder), ledger, game.pack)
            assert_equal(both(folder), ledger, game.pack, Path(name))
        except BaseException:
            note("\n".join(game.log))
            raise
        finally:
            transaction.set_rollback(True)
            for one in both(folder).values():
                forget(one)


OFF = 10_000
"""Changes that were made while a follower was off."""


def test_a_follower_that_was_off_for_10_000_changes(db: None, tmp_path: Path) -> None:
    """On its own, without help of who made them."""
    folder, pack = tmp_path / "public", house().pack
    names, turns = [new_ulid() for _ in range(200)], OFF // 200
    ledger, last = RegistryLedger(pack), dict.fromkeys(names)
    for turn in range(turns + 1):
        made = [
            {"id": one, "type": "relic", "name": {"vi": f"Đình {number} lần {turn}"}}
            for number, one in enumerate(names)
        ]
        drafts = [actions.Draft(one["id"], turn, last[one["id"]], one) for one in made]
        actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=pack)
        last = {one["id"]: one for one in made}
        if turn == 0:
            following.catch_up(both(folder), ledger, pack)
    assert ledger.head() - following.position_of(folder) == OFF
    assert following.catch_up(both(folder), ledger, pack) == len(names)
    assert found(search(folder, f"lần {turns}", limit=1)) != []
    assert_equal(both(folder), ledger, pack, tmp_path)


KILLS = 50
PEOPLE, RELICS = range(1, 5), range(5, 30)


def happen(ledger: MemoryLedger, random: Random) -> None:
    """A few changes of every kind."""
    for _ in range(random.randrange(1, 12)):
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


def killed(work: Callable[[], Any], event: int, seconds: float) -> bool:
    """Do something in a process that gets SIGKILL: from itself at an `event` of its Python code
    (a call or return of a function, or of one of Tantivy's), or if that is 0 from us after so many
    `seconds`. Whether that was before its end."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(60)
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
    kills, tries, ends = 0, 0, set()
    while kills < KILLS:
        tries += 1
        assert tries < 4 * KILLS, "it was over before it could be killed"
        happen(ledger, random)
        work = random.choice((following.catch_up,) * 4 + (following.rebuild,))
        event = random.randrange(1, 400) if kills % 2 else 0
        begun = following.position_of(folder)
        wait = random.uniform(0.002, 0.12)
        kills += killed(partial(work, both(folder), ledger, pack), event, wait)
        ends.add(assert_behind_never_wrong(folder, ledger) - begun > 0)
        if tries % 12 == 0:
            following.catch_up(both(folder), ledger, pack)
            assert_equal(both(folder), ledger, pack, tmp_path)
    assert ends == {False, True}, "none was between two turns"
    following.catch_up(both(folder), ledger, pack)
    assert_equal(both(folder), ledger, pack, tmp_path)
    for one in both(folder).values():
        left = [path for path in one.iterdir() if path.is_dir()]
        assert left == [generations.current(one)]
