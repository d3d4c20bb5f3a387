"""Records that are taken out for a reason, and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.registry import actions, drafting, erasures, queries, verification
from tests.registry.conftest import Ledger

HERE = {
    "stated": "x",
    "code": "00070",
    "candidates": [{"code": "00070", "name": "n", "source": "s"}],
}


def withdraw(ledger: Ledger, record: str, actor: Actor = OPERATOR) -> Any:
    return actions.withdraw(actor=actor, why="lập nhầm", record=record, pack=ledger.pack)


def restore(ledger: Ledger, record: str, actor: Actor = OPERATOR) -> Any:
    return actions.restore(actor=actor, why="có thật", record=record, pack=ledger.pack)


def is_out(ledger: Ledger, record: str) -> bool:
    """Whether a record is withdrawn, as everyone can tell."""
    out = drafting.withdrawn([record]) == {record}
    assert queries.was_withdrawn(record, ledger.pack) is out
    assert (queries.get(PUBLIC, record, ledger.pack) is None) is out
    return out


def test_a_withdrawn_record_is_nowhere_and_comes_back_whole(ledger: Ledger) -> None:
    sources = [{"name": "so", "key": "1", "stated": {"contact_phone": "0912345678"}}]
    record = ledger.create("Đình So", contact_phone="0912345678", sources=sources)
    naming = ledger.create("Tam quan", part_of=record)
    before, seen = ledger.head(record), queries.public_documents([record])
    withdraw(ledger, record)
    assert is_out(ledger, record)
    assert queries.count_records() == 1
    assert queries.counts(PUBLIC) == {"relic": 1}
    assert queries.labels(OPERATOR, [record], ledger.pack) == {}
    assert queries.public_documents([record]) == {record: None}
    assert ledger.head(naming)["part_of"] == record
    last, first = queries.history(OPERATOR, record, ledger.pack)
    assert (last.action, last.batch.why, last.document) == ("withdraw", "lập nhầm", None)
    assert first.document == before
    assert queries.history(PUBLIC, record, ledger.pack) == []
    assert queries.as_of(PUBLIC, record, first.seq, ledger.pack) is None

    restore(ledger, record)
    assert not is_out(ledger, record)
    assert ledger.head(record) == before
    assert queries.public_documents([record]) == seen
    assert [one.action for one in queries.history(PUBLIC, record, ledger.pack)] == [
        "restore",
        "withdraw",
        "create",
    ]
    assert [*verification.find_chain_breaks(), *verification.find_differences(ledger.pack)] == []
    assert [*verification.find_personal_trouble()] == []


def test_undoing_either_is_the_other(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    out = withdraw(ledger, record)
    back = ledger.undo(out.batch)
    assert not is_out(ledger, record)
    ledger.undo(back.batch)
    assert is_out(ledger, record)
    again = restore(ledger, record)
    ledger.undo(again.batch)
    assert is_out(ledger, record)
    # What was never there is not withdrawn.
    other = ledger.create("Chùa Thầy")
    ledger.undo(queries.history(OPERATOR, other, ledger.pack)[0].batch.id)
    assert drafting.withdrawn([other, record]) == {record}
    assert not queries.was_withdrawn(other, ledger.pack)


def test_an_erasure_leaves_it_withdrawn(ledger: Ledger) -> None:
    record = ledger.create("Đình So", internal_note="hỏi ông từ")
    out = withdraw(ledger, record)
    actions.erase(
        actor=OPERATOR, why="yêu cầu", record=record, field="internal_note", pack=ledger.pack
    )
    assert is_out(ledger, record)
    restored = restore(ledger, record)
    assert ledger.head(record) == {"id": record, "type": "relic", "name": {"vi": "Đình So"}}
    ledger.undo(restored.batch)
    assert is_out(ledger, record)
    assert {one.batch for one in erasures.notes()}.isdisjoint({out.batch, restored.batch})
    assert len(erasures.notes()) == 1


def test_nobody_is_told_of_what_was_never_public(ledger: Ledger) -> None:
    closed = ledger.create("Hồ sơ kín", visibility="staff")
    closed_since = ledger.create("Hồ sơ mở")
    ledger.edit(closed_since, visibility="staff")
    for record in (closed, closed_since):
        withdraw(ledger, record)
        assert not queries.was_withdrawn(record, ledger.pack)
        assert drafting.withdrawn([record]) == {record}
    assert not queries.was_withdrawn(new_ulid(), ledger.pack)


def test_what_cannot_be_withdrawn_or_restored(ledger: Ledger) -> None:
    there, winner, loser = (ledger.create(f"Đình {n}") for n in range(3))
    out = ledger.create("Đình mất")
    withdraw(ledger, out)
    actions.merge(actor=OPERATOR, why="x", winner=winner, loser=loser, pack=ledger.pack)
    head = queries.head()
    for record, error in (
        (out, NotFound),
        (loser, NotFound),
        (new_ulid(), NotFound),
        (winner, Refused),
    ):
        with pytest.raises(error) as told:
            withdraw(ledger, record)
        assert record in told.value.message["vi"]
    for record, error in ((there, Refused), (loser, Refused), (new_ulid(), NotFound)):
        with pytest.raises(error):
            restore(ledger, record)
    for action in (actions.withdraw, actions.restore):
        with pytest.raises(WrongUse):
            action(actor=OPERATOR, why="\t", record=there, pack=ledger.pack)
    assert queries.head() == head


def test_rights_hold_for_what_is_gone_too(ledger: Ledger) -> None:
    ward = Actor("phuong", frozenset({"reviewer"}), units=frozenset({"00070"}))
    other = Actor("phuong-khac", frozenset({"reviewer"}), units=frozenset({"00166"}))
    record = ledger.create("Đình So", place=HERE, visibility="staff")
    for actor in (PUBLIC, other, Actor("can-bo", frozenset({"officer"}))):
        with pytest.raises(NotAllowed):
            withdraw(ledger, record, actor)
    withdraw(ledger, record, ward)
    assert len(queries.history(ward, record, ledger.pack)) == 2
    assert queries.as_of(ward, record, 1, ledger.pack) is not None
    for actor in (PUBLIC, other):
        assert queries.history(actor, record, ledger.pack) == []
        assert queries.as_of(actor, record, 1, ledger.pack) is None
        with pytest.raises(NotAllowed):
            restore(ledger, record, actor)
    restore(ledger, record, ward)
    assert queries.get(ward, record, ledger.pack) is not None
