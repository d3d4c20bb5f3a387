"""Merges, splits and withdrawals: who redirects is in no index, who refers shows the winner."""

from __future__ import annotations

from pathlib import Path

import pytest

from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.search import following
from tests.search.conftest import both, found, search
from tests.search.samples import MemoryLedger, person, relic, ulid

EARLY, MIDDLE, LATE, TEMPLE, SHRINE = (ulid(number) for number in range(1, 6))


class Merging:
    """A temple venerates one record and a shrine another, which may both be merged into a third."""

    def __init__(self, folder: Path, pack: Pack) -> None:
        self.folder, self.pack = folder, pack
        self.ledger = MemoryLedger(
            person(1, "Ông Dóng"),
            person(2, "Thánh Gióng"),
            person(3, "Sóc Thiên Vương"),
            relic(4, "Đền Hạ", venerates=[EARLY]),
            relic(5, "Miếu Ban", venerates=[MIDDLE]),
        )
        self.follow()

    def follow(self) -> int:
        return following.catch_up(both(self.folder), self.ledger, self.pack)

    def relics(self, text: str) -> list[str]:
        """The relics that everyone finds; those that staff find are asserted to be the same."""
        public = found(search(self.folder, text, type="relic", sort="name"))
        staff = both(self.folder)["staff"]
        assert found(search(staff, text, type="relic", sort="name", actor=OPERATOR)) == public
        return public

    def people(self) -> list[str]:
        return found(search(self.folder, type="person"))


@pytest.fixture
def merging(folder: Path, pack: Pack) -> Merging:
    return Merging(folder, pack)


def test_who_refers_to_the_loser_shows_the_winner(merging: Merging) -> None:
    merging.ledger.merge(EARLY, MIDDLE)
    merging.follow()
    assert merging.people() == ["Sóc Thiên Vương", "Thánh Gióng"]
    assert merging.relics("thánh gióng") == ["Đền Hạ", "Miếu Ban"]
    assert merging.relics("ông dóng") == []


def test_a_winner_takes_all_its_losers_along(merging: Merging) -> None:
    """Merged twice over, renamed, closed, opened and withdrawn: those who refer to any follow."""
    merging.ledger.merge(EARLY, MIDDLE)
    merging.follow()
    merging.ledger.merge(MIDDLE, LATE)
    merging.follow()
    assert merging.people() == ["Sóc Thiên Vương"]
    assert merging.relics("thiên vương") == ["Đền Hạ", "Miếu Ban"]
    assert merging.relics("gióng") == []

    merging.ledger.commit(person(3, "Đức Thánh"))
    assert merging.follow() == 1 + 2
    assert merging.relics("đức thánh") == ["Đền Hạ", "Miếu Ban"]
    assert merging.relics("thiên vương") == []

    merging.ledger.commit(person(3, "Đức Thánh", visibility="staff"))
    merging.follow()
    staff = both(merging.folder)["staff"]
    assert found(search(merging.folder, "đức thánh")) == []
    assert found(search(staff, "đức thánh", type="relic", actor=OPERATOR)) == ["Đền Hạ", "Miếu Ban"]

    merging.ledger.commit(person(3, "Đức Thánh"))
    merging.follow()
    assert merging.relics("đức thánh") == ["Đền Hạ", "Miếu Ban"]

    merging.ledger.withdraw(LATE)
    merging.follow()
    assert merging.people() == []
    assert merging.relics("đức thánh") == []


def test_a_split_brings_back(merging: Merging) -> None:
    merging.ledger.merge(EARLY, MIDDLE)
    merging.ledger.merge(MIDDLE, LATE)
    merging.follow()
    merging.ledger.commit(person(2, "Thánh Gióng"))  # with its own loser, which still redirects
    merging.follow()
    assert merging.people() == ["Sóc Thiên Vương", "Thánh Gióng"]
    assert merging.relics("gióng") == ["Đền Hạ", "Miếu Ban"]
    assert merging.relics("thiên vương") == []
    merging.ledger.commit(person(1, "Ông Dóng"))
    merging.follow()
    assert merging.relics("ông dóng") == ["Đền Hạ"]
    assert merging.relics("gióng") == ["Miếu Ban"]


def test_a_rebuild_gives_the_same_as_following(merging: Merging) -> None:
    merging.ledger.merge(EARLY, LATE)
    merging.follow()
    followed = [merging.relics(text) for text in ("thiên vương", "gióng", "dóng", "")]
    following.rebuild(both(merging.folder), merging.ledger, merging.pack)
    assert [merging.relics(text) for text in ("thiên vương", "gióng", "dóng", "")] == followed
    assert followed == [["Đền Hạ"], ["Miếu Ban"], [], ["Đền Hạ", "Miếu Ban"]]
