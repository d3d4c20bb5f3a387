"""What a record said for another one that is closed by now is in nobody's public past."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from khue.model.rights import OPERATOR, PUBLIC
from khue.registry import actions, queries
from tests.registry.conftest import Ledger

SECRET = "chỗ giấu sắc phong"


def merge(ledger: Ledger, winner: str, loser: str) -> Any:
    return actions.merge(actor=OPERATOR, why="một", winner=winner, loser=loser, pack=ledger.pack)


def split(ledger: Ledger, record: str) -> None:
    actions.split(actor=OPERATOR, why="hai", record=record, pack=ledger.pack)


def told_of(ledger: Ledger, record: str) -> str:
    """All that the public can get of a record, present and past."""
    positions = range(queries.head() + 1)
    past = [queries.as_of(PUBLIC, record, at, ledger.pack) for at in positions]
    feed = [one for one in queries.feed(0, 1_000, ledger.pack) if one.record == record]
    shown = queries.get(PUBLIC, record, ledger.pack)
    return repr([past, feed, shown, queries.history(PUBLIC, record, ledger.pack)])


@pytest.mark.parametrize("through", [0, 1, 2])
@pytest.mark.parametrize("parted_by", ["split", "undo"])
def test_words_of_a_record_that_is_closed_since(
    ledger: Ledger, through: int, parted_by: str
) -> None:
    loser = ledger.create("Đình B", description={"vi": SECRET})
    chain = [loser, *(ledger.create(f"Đình {n}") for n in range(through)), ledger.create("Đình A")]
    winner = chain[-1]
    batches = [merge(ledger, after, before).batch for before, after in pairwise(chain)]
    assert SECRET in told_of(ledger, winner), "as long as they are one, it is the winner's to tell"

    for record, batch in [*zip(chain[:-1], batches, strict=True)][::-1]:
        split(ledger, record) if parted_by == "split" else ledger.undo(batch)
    assert SECRET in told_of(ledger, winner)
    ledger.edit(loser, visibility="staff")
    for record in chain:
        assert SECRET not in told_of(ledger, record)
        assert SECRET in repr(queries.history(OPERATOR, loser, ledger.pack))
    # What it said before and after is there, and each present value has who set it.
    assert queries.history(PUBLIC, winner, ledger.pack)[0].version == 1
    assert queries.as_of(PUBLIC, winner, queries.head(), ledger.pack) is not None
    assert queries.blame(PUBLIC, winner, ledger.pack).keys() == {"name.vi"}


def test_a_record_that_was_split_off_earlier_does_not_close_what_came_later(
    ledger: Ledger,
) -> None:
    loser = ledger.create("Đình B", description={"vi": SECRET})
    middle, winner = ledger.create("Đình C"), ledger.create("Đình A")
    merge(ledger, middle, loser)
    split(ledger, loser)
    ledger.edit(loser, visibility="staff")
    merge(ledger, winner, middle)
    ledger.edit(winner, name_en="Gate")
    assert SECRET not in told_of(ledger, winner)
    assert [one.changed[0].path for one in queries.history(PUBLIC, winner, ledger.pack)] == [
        "name.en",
        "name.vi",
    ]


def test_a_record_that_closes_while_it_is_merged_elsewhere(ledger: Ledger) -> None:
    loser = ledger.create("Đình B", description={"vi": SECRET})
    first, second = ledger.create("Đình A"), ledger.create("Đình C")
    merge(ledger, first, loser)
    split(ledger, loser)
    merge(ledger, second, loser)
    ledger.edit(second, visibility="staff")
    assert SECRET not in told_of(ledger, first)
