"""Batches that wait: proposed by one, decided by another, in whole or in part."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.registry import actions, drafting, queries, verification
from khue.registry.actions import proposing
from khue.registry.models import Batch, ProposalItem
from tests.registry.conftest import Ledger, document

HERE, ELSEWHERE = "00070", "00166"
CONTRIBUTOR = Actor("cong-tac-vien", frozenset({"contributor"}))
OFFICER = Actor("can-bo", frozenset({"officer"}))
REVIEWER = Actor("nguoi-duyet", frozenset({"reviewer"}))

SOURCE = actions.SourceDescription("0" * 64, 12, "so.csv", "so", {"vi": "Sổ"})


def new(name: str, **fields: Any) -> actions.Draft:
    record = new_ulid()
    return actions.Draft(record, 0, None, document(record, name, **fields))


def change(ledger: Ledger, record: str, **fields: Any) -> actions.Draft:
    version, before = drafting.heads([record])[record]
    assert before is not None
    return actions.Draft(record, version, before, before | fields)


def propose(ledger: Ledger, *drafts: actions.Draft, actor: Actor = CONTRIBUTOR) -> str:
    items = [actions.ProposedItem(draft) for draft in drafts]
    return actions.propose(
        actor=actor, why="xin ghi", kind="import", items=items, pack=ledger.pack, source=SOURCE
    )


def accept(ledger: Ledger, proposal: str, *records: str, actor: Actor = REVIEWER) -> Any:
    return actions.accept(
        actor=actor, why="đúng", proposal=proposal, pack=ledger.pack, records=records or None
    )


def reject(ledger: Ledger, proposal: str, *records: str, actor: Actor = REVIEWER) -> int:
    return actions.reject(
        actor=actor, word="chưa rõ", proposal=proposal, pack=ledger.pack, records=records or None
    )


def refusal(ledger: Ledger, proposal: str, *records: str) -> list[tuple[str, str]]:
    """The findings (code, record) of an acceptance that is refused; nothing is written by it."""
    head = queries.head()
    with pytest.raises(Refused) as refused:
        accept(ledger, proposal, *records)
    assert queries.head() == head
    return [(one.code, one.value) for one in refused.value.findings]


def statuses(ledger: Ledger, proposal: str) -> list[str]:
    found = queries.proposal(REVIEWER, proposal, ledger.pack)
    assert found is not None
    return [found[0].status, *(one.status for one in found[1])]


def at(unit: str) -> dict[str, Any]:
    return {
        "stated": "x",
        "code": unit,
        "candidates": [{"code": unit, "name": "n", "source": "s"}],
    }


def row(key: str, **stated: str) -> list[dict[str, Any]]:
    cells = {path.replace("__", "."): text for path, text in stated.items()}
    return [{"name": "so", "key": key, "stated": cells}]


def test_what_is_proposed_waits_and_what_is_accepted_is_one_batch(ledger: Ledger) -> None:
    drafts = [new("Đình So"), new("Chùa Thầy")]
    proposal = propose(ledger, *drafts)
    assert queries.head() == 0
    assert queries.get(OPERATOR, drafts[0].record, ledger.pack) is None

    done = accept(ledger, proposal)
    assert done.records == tuple(draft.record for draft in drafts)
    batch = Batch.objects.select_related("source").get(id=done.batch)
    assert (batch.kind, batch.actor, batch.why) == ("import", "nguoi-duyet", "đúng")
    assert (batch.proposal, batch.proposer) == (proposal, "cong-tac-vien")
    assert batch.source is not None
    assert batch.source.filename == "so.csv"
    told = queries.history(OPERATOR, drafts[0].record, ledger.pack)[0].batch
    assert (told.proposal, told.proposer) == (proposal, "cong-tac-vien")
    told = queries.history(PUBLIC, drafts[0].record, ledger.pack)[0].batch
    assert (told.proposal, told.proposer, told.actor, told.why) == (None, None, None, None)
    # The ledger has it now, with what is personal apart.
    assert set(ProposalItem.objects.values_list("before", "after")) == {(None, None)}
    assert list(verification.find_chain_breaks()) == []
    actions.undo(actor=REVIEWER, batch=done.batch, why="nhầm", pack=ledger.pack)
    assert queries.count_records() == 0


def test_a_proposal_is_decided_once(ledger: Ledger) -> None:
    accepted, rejected = propose(ledger, new("Đình So")), propose(ledger, new("Chùa Thầy"))
    accept(ledger, accepted)
    assert reject(ledger, rejected) == 1
    for proposal in (accepted, rejected):
        for decide in (accept, reject):
            with pytest.raises(Refused):
                decide(ledger, proposal)
    assert queries.count_records() == 1
    assert queries.proposals(REVIEWER, ledger.pack) == []
    listed = queries.proposals(REVIEWER, ledger.pack, waiting=False)
    assert [one.status for one in listed] == ["decided", "decided"]


def test_bad_requests_are_told(ledger: Ledger) -> None:
    proposal = propose(ledger, new("Đình So"))
    with pytest.raises(WrongUse):
        actions.propose(actor=CONTRIBUTOR, why="x", kind="edit", items=[], pack=ledger.pack)
    with pytest.raises(WrongUse):
        actions.accept(actor=REVIEWER, why=" ", proposal=proposal, pack=ledger.pack)
    with pytest.raises(WrongUse):
        actions.reject(actor=REVIEWER, word="", proposal=proposal, pack=ledger.pack)
    for decide in (accept, reject):
        with pytest.raises(NotFound):
            decide(ledger, new_ulid())
        with pytest.raises(NotFound):
            decide(ledger, proposal, new_ulid())
    assert queries.head() == 0


def test_a_part_is_accepted_and_the_rest_goes_on_waiting(ledger: Ledger) -> None:
    drafts = [new("Đình So"), new("Chùa Thầy"), new("Đền Và")]
    first, second, third = (draft.record for draft in drafts)
    proposal = propose(ledger, *drafts)
    accept(ledger, proposal, second)
    assert statuses(ledger, proposal) == ["partly", "waiting", "accepted", "waiting"]
    assert reject(ledger, proposal, first) == 1
    with pytest.raises(NotFound):
        accept(ledger, proposal, second)
    assert accept(ledger, proposal).records == (third,)
    assert statuses(ledger, proposal) == ["decided", "rejected", "accepted", "accepted"]
    view, items = queries.proposal(REVIEWER, proposal, ledger.pack) or (None, [])
    assert view is not None
    assert (view.waiting, view.accepted, view.rejected) == (0, 2, 1)
    assert (items[0].decided_by, items[0].word, items[0].batch) == ("nguoi-duyet", "chưa rõ", None)
    assert ledger.head(third)["name"]["vi"] == "Đền Và"
    assert drafting.heads([first]) == {}


def test_what_others_changed_meanwhile_is_kept(ledger: Ledger) -> None:
    stated = row("1", name__vi="Đình So", built="cổ", contact_phone="0912345678")
    record = ledger.create("Đình So", sources=stated)
    asked = row("1", name__vi="Đình So", built="thế kỷ 17")
    proposal = propose(ledger, change(ledger, record, built="16XX", sources=asked))
    others = row("1", name__vi="Đình làng So", built="cổ", contact_phone="0912345678")
    ledger.commit(change(ledger, record, name={"vi": "Đình làng So"}, sources=[*others, *row("2")]))

    accept(ledger, proposal)
    now = ledger.head(record)
    assert (now["name"], now["built"]) == ({"vi": "Đình làng So"}, "16XX")
    # Each cell of a row is what was last stated for it, by either; a cell that is gone is gone.
    assert now["sources"] == [
        *row("1", name__vi="Đình làng So", built="thế kỷ 17"),
        *row("2"),
    ]


def test_a_field_that_both_changed_is_a_conflict_of_its_record(ledger: Ledger) -> None:
    clear, contested = ledger.create("Đình So"), ledger.create("Chùa Thầy")
    proposal = propose(
        ledger,
        change(ledger, clear, built="16XX"),
        change(ledger, contested, built="10XX", name={"vi": "Chùa Cả"}),
    )
    ledger.edit(contested, built="11XX")
    ledger.edit(clear, name_en="So")

    assert refusal(ledger, proposal) == [("proposal_conflict", contested)]
    with pytest.raises(Refused) as refused:
        accept(ledger, proposal)
    said = refused.value.findings[0].message["vi"]
    assert all(text in said for text in (contested, "11XX", "10XX", "built"))
    accept(ledger, proposal, clear)
    assert ledger.head(clear)["built"] == "16XX"
    assert ledger.head(clear)["name"]["en"] == "So"
    # Once both say the same, there is nothing to decide any more.
    ledger.edit(contested, built="10XX")
    accept(ledger, proposal)
    assert ledger.head(contested)["name"] == {"vi": "Chùa Cả"}


def test_an_edit_that_comes_while_it_is_accepted_is_not_lost(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = ledger.create("Đình So")
    proposal = propose(ledger, change(ledger, record, built="16XX"))
    whole = proposing._commit
    raced = []

    def commit_late(*arguments: Any) -> Any:
        if not raced:
            raced.append(ledger.edit(record, name_en="So"))
        return whole(*arguments)

    monkeypatch.setattr(proposing, "_commit", commit_late)
    accept(ledger, proposal)
    assert raced
    assert ledger.head(record)["built"] == "16XX"
    assert ledger.head(record)["name"]["en"] == "So"


@pytest.mark.parametrize("fate", ["merged", "withdrawn"])
def test_a_record_that_is_gone_cannot_be_changed_any_more(ledger: Ledger, fate: str) -> None:
    record, other = ledger.create("Đình So"), ledger.create("Đình làng So")
    proposal = propose(ledger, change(ledger, record, built="16XX"))
    if fate == "merged":
        actions.merge(actor=REVIEWER, why="x", winner=other, loser=record, pack=ledger.pack)
    else:
        actions.withdraw(actor=REVIEWER, why="x", record=record, pack=ledger.pack)
    assert refusal(ledger, proposal) == [("proposal_outdated", record)]
    assert reject(ledger, proposal) == 1


def test_a_row_that_became_a_record_meanwhile_is_told(ledger: Ledger) -> None:
    first, second = new("Đình So", sources=row("1")), new("Đình So", sources=row("1"))
    earlier, later = propose(ledger, first), propose(ledger, second, new("Chùa Thầy"))
    accept(ledger, earlier)
    with pytest.raises(Refused) as refused:
        accept(ledger, later)
    (told,) = refused.value.findings
    assert (told.code, told.value, told.values["record"]) == (
        "proposal_row_taken",
        second.record,
        first.record,
    )


def test_a_row_that_was_split_off_meanwhile_is_told(ledger: Ledger) -> None:
    winner, loser = ledger.create("Đình So", sources=row("1")), ledger.create(sources=row("2"))
    actions.merge(actor=REVIEWER, why="x", winner=winner, loser=loser, pack=ledger.pack)
    sources = [*row("1"), *row("2", built="cổ")]
    proposal = propose(ledger, change(ledger, winner, sources=sources))
    accept(ledger, propose(ledger, change(ledger, winner, built="16XX")))
    actions.split(actor=REVIEWER, why="x", record=loser, pack=ledger.pack)
    assert refusal(ledger, proposal) == [("proposal_row_taken", winner)]


def test_references_need_what_they_name(ledger: Ledger) -> None:
    whole = new("Cụm đình So")
    part = new("Tam quan", part_of=whole.record)
    proposal = propose(ledger, part, whole)
    assert refusal(ledger, proposal, part.record) == [("proposal_reference_missing", part.record)]
    accept(ledger, proposal)

    kept, gone = ledger.create("Đình Đông"), ledger.create("Đình Tây")
    merged, lost = (new("Nhà", part_of=gone), new("Cổng", part_of=kept))
    proposal = propose(ledger, merged, lost)
    actions.merge(actor=REVIEWER, why="x", winner=kept, loser=gone, pack=ledger.pack)
    accept(ledger, proposal, merged.record)
    undone = queries.history(OPERATOR, gone, ledger.pack)[0].batch.id
    actions.undo(actor=REVIEWER, batch=undone, why="x", pack=ledger.pack)
    actions.withdraw(actor=REVIEWER, why="x", record=kept, pack=ledger.pack)
    assert refusal(ledger, proposal) == [("proposal_reference_missing", lost.record)]


def test_what_the_pack_no_longer_takes_is_refused(ledger: Ledger) -> None:
    odd = new("Đình So", khong_co="x")
    assert refusal(ledger, propose(ledger, odd)) == [("proposal_misfit", odd.record)]


def test_rights_are_those_of_each_record(ledger: Ledger) -> None:
    ward = Actor("phuong", frozenset({"reviewer"}), units=frozenset({HERE}))
    inside, outside = new("Đình So", place=at(HERE)), new("Chùa Thầy", place=at(ELSEWHERE))
    for actor in (PUBLIC, Actor("xem", frozenset({"viewer"}))):
        with pytest.raises(NotAllowed):
            propose(ledger, inside, actor=actor)
    with pytest.raises(NotAllowed):
        propose(ledger, inside, outside, actor=ward)
    proposal = propose(ledger, inside, outside)
    for actor in (CONTRIBUTOR, OFFICER, PUBLIC):
        with pytest.raises(NotAllowed):
            accept(ledger, proposal, inside.record, actor=actor)
    for decide in (accept, reject):
        with pytest.raises(NotAllowed):
            decide(ledger, proposal, actor=ward)
    accept(ledger, proposal, inside.record, actor=ward)
    with pytest.raises(NotAllowed):
        reject(ledger, proposal, actor=Actor("nguoi-khac", frozenset({"contributor"})))
    # Everyone may take back what they proposed themselves.
    assert reject(ledger, proposal, actor=CONTRIBUTOR) == 1


def test_who_sees_a_proposal(ledger: Ledger) -> None:
    ward = Actor("phuong", frozenset({"viewer"}), units=frozenset({HERE}))
    inside, outside = new("Đình So", place=at(HERE)), new("Chùa Thầy", place=at(ELSEWHERE))
    proposal = propose(ledger, inside, outside)
    other = propose(ledger, new("Đền Và", place=at(ELSEWHERE)))

    def seen(actor: Actor, name: str) -> list[str]:
        _, items = queries.proposal(actor, name, ledger.pack) or (None, [])
        return [one.record for one in items]

    assert seen(CONTRIBUTOR, proposal) == [inside.record, outside.record]
    assert seen(ward, proposal) == [inside.record]
    assert (seen(ward, other), seen(PUBLIC, proposal)) == ([], [])
    assert [one.id for one in queries.proposals(ward, ledger.pack)] == [proposal]
    assert queries.proposals(PUBLIC, ledger.pack) == []
    assert {one.id for one in queries.proposals(CONTRIBUTOR, ledger.pack)} == {proposal, other}


def test_a_large_proposal_asks_no_question_for_each_record(
    ledger: Ledger, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    organisation = ledger.create("Ban quản lý", type="organisation")
    old = [ledger.create(f"Đình {n}") for n in range(3)]
    drafts = [new(f"Chùa {n}", related=[organisation], sources=row(str(n))) for n in range(2000)]
    with django_assert_max_num_queries(40):
        proposal = propose(ledger, *drafts, *(change(ledger, one, built="16XX") for one in old))
    with django_assert_max_num_queries(150):
        accept(ledger, proposal)
    assert queries.count_records() == 2004
