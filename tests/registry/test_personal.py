"""What is kept of persons beside the ledger: neither more nor less than it names, and erased
wherever it is."""

from __future__ import annotations

from typing import Any

import pytest

from khue.model.errors import NotAllowed, NotFound, Refused
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.registry import actions, drafting, queries, verification
from khue.registry.actions import Draft, ProposedItem
from khue.registry.models import Erasure, Personal, ProposalItem
from tests.registry.conftest import Ledger, document

SHA = "a" * 64
FILE = f"files.{SHA}"
PICTURE = {"sha256": SHA, "media_type": "image/png", "kind": "photograph", "visibility": "public"}


def erase(ledger: Ledger, record: str, field: str, actor: Actor = OPERATOR) -> actions.Erased:
    return actions.erase(actor=actor, why="yêu cầu", record=record, field=field, pack=ledger.pack)


def troubles(record: str) -> list[str]:
    found = [*verification.find_personal_trouble()]
    assert {name for _, name in found} <= {record}
    return [code for code, _ in found]


def kept_of(record: str) -> Personal:
    """The only value that is kept of a record."""
    return Personal.objects.get(record=record)


@pytest.fixture
def erased(ledger: Ledger) -> tuple[str, Personal]:
    """A record of which a note was erased and another one written since; with the erased row."""
    record = ledger.create(internal_note="hỏi ông từ")
    row = kept_of(record)
    erase(ledger, record, "internal_note")
    ledger.edit(record, internal_note="đã hỏi")
    assert troubles(record) == []
    return record, row


def test_an_erasure_excuses_only_what_it_took(erased: tuple[str, Personal]) -> None:
    kept_of(erased[0]).delete()
    assert troubles(erased[0]) == ["personal_missing"]


def test_an_erasure_of_a_record_that_was_merged_excuses_only_the_same_values(
    ledger: Ledger,
) -> None:
    winner, loser = ledger.create(), ledger.create(internal_note="hỏi ông từ")
    actions.merge(actor=OPERATOR, why="một", winner=winner, loser=loser, pack=ledger.pack)
    actions.split(actor=OPERATOR, why="hai", record=loser, pack=ledger.pack)
    ledger.edit(winner, internal_note="của mình")
    ledger.edit(winner, internal_note=None)
    assert erase(ledger, loser, "internal_note").committed.records == tuple(sorted((winner, loser)))
    assert troubles(winner) == []
    kept_of(winner).delete()
    assert troubles(winner) == ["personal_missing"]


def test_of_earlier_erasures_all_that_there_was_before_is_excused(
    erased: tuple[str, Personal],
) -> None:
    Erasure.objects.update(commitments=None)
    assert troubles(erased[0]) == []
    kept_of(erased[0]).delete()
    assert troubles(erased[0]) == ["personal_missing"]


@pytest.mark.parametrize("how", ["erased", "of nothing", "twice"])
def test_a_value_too_many_is_told(ledger: Ledger, erased: tuple[str, Personal], how: str) -> None:
    record, row = erased
    if how == "erased":
        row.save(force_insert=True)
    else:
        row = kept_of(record)
        row.pk = None
        if how == "of nothing":
            row.salt, row.value = "0" * 64, '"thêm"'
            row.commitment = verification.commit_to(row.salt, row.record, row.path, row.value)
        row.save(force_insert=True)
    assert troubles(record) == ["personal_surplus"]


def test_a_file_is_erased_from_every_record_that_ever_had_it(ledger: Ledger) -> None:
    actions.keep_file(actor=OPERATOR, sha256=SHA, size=1, media_type="image/png")
    holding, dropped, withdrawn, free = (
        ledger.create(name, files=[PICTURE]) for name in ("Đình", "Chùa", "Đền", "Miếu")
    )
    ledger.edit(dropped, files=None)
    ledger.edit(free, built="16XX")
    actions.withdraw(actor=OPERATOR, why="rút", record=withdrawn, pack=ledger.pack)
    other = ledger.create("Quán")
    before = ledger.head(other)
    item = ProposedItem(Draft(other, 1, before, before | {"files": [PICTURE]}))
    proposal = actions.propose(
        actor=OPERATOR, why="thêm ảnh", kind="edit", items=[item], pack=ledger.pack
    )
    done = erase(ledger, holding, FILE)
    assert set(done.committed.records) == {holding, dropped, withdrawn, free}
    assert (done.files, done.waiting) == ((SHA,), 1)
    for record in done.committed.records:
        assert queries.history(OPERATOR, record, ledger.pack)[0].erased == FILE
    # Who began before it does not bring it back, nor does what waits.
    with pytest.raises(Refused):
        ledger.edit(dropped, base=1, **{FILE: PICTURE})
    actions.accept(actor=OPERATOR, why="được", proposal=proposal, pack=ledger.pack)
    actions.restore(actor=OPERATOR, why="về", record=withdrawn, pack=ledger.pack)
    for record in (holding, dropped, withdrawn, free, other):
        assert "files" not in ledger.head(record)


def test_erasing_a_file_needs_the_right_to_every_record_that_ever_had_it(ledger: Ledger) -> None:
    actions.keep_file(actor=OPERATOR, sha256=SHA, size=1, media_type="image/png")
    relic, dish = ledger.create(files=[PICTURE]), ledger.create("Phở", "dish", files=[PICTURE])
    ledger.edit(dish, files=None)
    relics = Actor("di tích", frozenset({"administrator"}), types=frozenset({"relic"}))
    with pytest.raises(NotAllowed):
        erase(ledger, relic, FILE, relics)
    assert "files" in ledger.head(relic)


def test_what_is_only_proposed_is_rejected_not_erased(ledger: Ledger) -> None:
    made = document("01ARZ3NDEKTSV4RRFFQ69G5FAV", "Đình So", internal_note="hỏi ông từ")
    item = ProposedItem(
        Draft(made["id"], 0, None, made),
        [{"code": "x", "field": "internal_note", "value": "hỏi ông từ"}],
    )
    about: dict[str, Any] = {"actor": OPERATOR, "pack": ledger.pack}
    proposal = actions.propose(why="mới", kind="import", items=[item], **about)
    with pytest.raises(Refused) as refused:
        erase(ledger, made["id"], "internal_note")
    assert f"khue proposals reject {proposal} --record {made['id']}" in refused.value.mend["en"]
    with pytest.raises(NotFound):
        erase(ledger, made["id"], "internal_note", PUBLIC)
    actions.reject(word="không", proposal=proposal, **about)
    assert "ông từ" not in str([*ProposalItem.objects.values()])
    assert drafting.heads([made["id"]]) == {}
