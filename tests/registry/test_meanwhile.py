"""What others do between the reading and the writing of an action is neither lost nor let out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from khue.model.errors import Refused
from khue.model.rights import OPERATOR
from khue.registry import actions, chain, drafting, queries
from khue.registry.actions import loading, proposing
from khue.registry.models import ProposalItem
from tests.registry.conftest import Ledger
from tests.registry.game import Rules, pack_by


def test_followers_are_told_what_a_pack_closes_even_of_a_record_that_came_just_before(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = []
    locked = loading.exclusive

    @contextmanager
    def after_another_commit() -> Iterator[None]:
        came.append(ledger.create("Đình So"))
        with locked():
            yield

    closing = pack_by(ledger.pack, Rules(closed_type="relic"))
    monkeypatch.setattr(loading, "exclusive", after_another_commit)
    actions.load_pack(actor=OPERATOR, why="đóng", pack=closing)
    told = [one.digest for one in queries.feed(0, 100, closing) if one.record == came[0]]
    assert told[-1] == chain.CLOSED


def proposal_of(ledger: Ledger, record: str, **fields: Any) -> actions.ProposedItem:
    version, before = drafting.heads([record])[record]
    assert before is not None
    return actions.ProposedItem(actions.Draft(record, version, before, before | fields))


def test_a_proposal_that_was_begun_before_an_erasure_does_not_keep_the_value(
    ledger: Ledger,
) -> None:
    record = ledger.create("Nghệ nhân", type="person", national_id="001075012345")
    item = proposal_of(ledger, record, health="yếu")
    actions.erase(
        actor=OPERATOR, why="theo yêu cầu", record=record, field="national_id", pack=ledger.pack
    )
    with pytest.raises(Refused):
        actions.propose(actor=OPERATOR, why="x", kind="edit", items=[item], pack=ledger.pack)
    assert not ProposalItem.objects.exists()


def test_who_still_sees_an_erased_value_cannot_write_it_back_unawares(ledger: Ledger) -> None:
    record = ledger.create("Nghệ nhân", type="person", national_id="001075012345")
    actions.erase(
        actor=OPERATOR, why="theo yêu cầu", record=record, field="national_id", pack=ledger.pack
    )
    with pytest.raises(Refused) as refused:
        ledger.edit(record, base=1, national_id="001075012346")
    assert [one.code for one in refused.value.findings] == ["edit_conflict"]
    # Whoever has seen that it is gone may state it anew.
    assert ledger.edit(record, base=2, national_id="001075012346") is not None


@pytest.mark.parametrize("happens", ["the row is taken", "the target goes"])
def test_what_others_take_from_a_proposal_while_it_is_accepted_is_told(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, happens: str
) -> None:
    record, target = ledger.create("Đình So"), ledger.create("Chùa Cả")
    row = [{"name": "so", "key": "1", "stated": {}}]
    item = proposal_of(ledger, record, part_of=target, sources=row)
    proposal = actions.propose(
        actor=OPERATOR, why="x", kind="import", items=[item], pack=ledger.pack
    )
    commit = proposing.commit

    def commit_after_another(**arguments: Any) -> Any:
        monkeypatch.setattr(proposing, "commit", commit)
        if happens == "the row is taken":
            ledger.create("Đình khác", sources=row)
        else:
            actions.withdraw(actor=OPERATOR, why="x", record=target, pack=ledger.pack)
        return commit(**arguments)

    monkeypatch.setattr(proposing, "commit", commit_after_another)
    with pytest.raises(Refused) as refused:
        actions.accept(actor=OPERATOR, why="x", proposal=proposal, pack=ledger.pack)
    code = "row_taken" if happens == "the row is taken" else "reference_missing"
    assert [one.code for one in refused.value.findings] == [f"proposal_{code}"]
    assert ledger.head(record) == item.draft.before
