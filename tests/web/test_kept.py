"""What follows from the ledger is kept until it moves, and not before it is known."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from khue.web.portal import kept
from khue.web.portal.kept import Kept, State


class World:
    """What things follow from, without a registry."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.link, self.behind, self.sha256, self.gazetteer = "1", False, "pack", object()
        monkeypatch.setattr(kept.queries, "public_head_hash", lambda: self.link)
        monkeypatch.setattr(kept.ask_house, "followed", lambda: None if self.behind else 1)
        monkeypatch.setattr(kept, "house", lambda: self)
        self.value = 0
        monkeypatch.setattr(kept, "last_value", lambda: self.value)

    @property
    def pack(self) -> Any:
        return self


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def counting() -> Callable[[State], int]:
    """A maker that tells how often it was asked."""
    numbers = count(1)
    return lambda state: next(numbers)


def test_made_once_for_each_state(world: World) -> None:
    one = Kept(counting())
    assert [one("vi"), one("vi"), one("en"), one("en"), one("vi")] == [1, 1, 2, 2, 1]
    world.link = "2"
    assert [one("vi"), one("en"), one("vi")] == [3, 4, 3]
    world.gazetteer = object()
    assert one("vi") == 5
    world.sha256 = "another pack"
    assert [one("vi"), one("vi")] == [6, 6]
    assert len(one._known) == 1  # what was before is let go


def test_made_anew_where_values_were_computed_meanwhile(world: World) -> None:
    measured, plain = Kept(counting(), measured=True), Kept(counting())
    assert [measured("vi"), plain("vi")] == [1, 1]
    world.value = 7
    assert [measured("vi"), measured("vi"), plain("vi")] == [2, 2, 1]


def test_not_kept_while_the_index_is_behind(world: World) -> None:
    make = counting()
    indexed, plain = Kept(make), Kept(make, indexed=False)
    world.behind = True
    assert [indexed("vi"), indexed("vi")] == [1, 2]
    assert [plain("vi"), plain("vi")] == [3, 3]
    world.behind = False
    assert [indexed("vi"), indexed("vi")] == [4, 4]


def test_not_kept_if_someone_wrote_meanwhile(world: World) -> None:
    def make(state: State) -> str:
        world.link = "2"
        return state.link

    one = Kept(make)
    assert one("vi") == "1"
    world.link = "1"
    assert not one._known


def test_many_threads_make_it_once(world: World) -> None:
    made: list[str] = []
    begin = threading.Barrier(4)
    wrong: list[object] = []

    def make(state: State) -> str:
        made.append(state.link)
        return f"{state.link} {state.lang}"

    one = Kept(make)

    def visit() -> None:
        try:
            for number in range(100):
                begin.wait(5)
                world.link = str(number)
                begin.wait(5)
                wrong.extend(lang for lang in ("vi", "en") if one(lang) != f"{number} {lang}")
        except Exception as error:
            wrong.append(error)

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(20)
    assert not wrong
    assert len(made) == 200
