"""Batches that were prepared in lots, elsewhere and before: the same as if written in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from khue.lib.chunks import chunked
from khue.lib.identifiers import new_ulid
from khue.lib.parallel import mapping
from khue.lib.spool import Spool
from khue.model.errors import NotAllowed, Refused, WrongUse
from khue.model.rights import OPERATOR, Actor
from khue.registry import actions, chain, queries, tables, verification
from khue.registry.actions import editing, loading
from khue.registry.models import Batch, Change, Personal, Record, SourceRow
from tests.registry.conftest import Ledger, document
from tests.registry.game import Rules, pack_by

STATED = {"name.vi": "Đình", "contact_phone": "0912"}


def drafts_of(count: int, source: str = "sổ") -> list[actions.Draft]:
    """New records, each with a place, a row of a source and a value of a person."""
    drafts = []
    for number in range(count):
        record = new_ulid()
        whole = document(
            record,
            f"Đình {number}",
            location={"stated": "Hoàn Kiếm", "candidates": [{"code": "00070", "name": "x"}]},
            contact_phone="0912",
            sources=[{"name": source, "key": f"{number:03}", "stated": STATED}],
        )
        drafts.append(actions.Draft(record, 0, None, whole))
    return drafts


def prepare(ledger: Ledger, drafts: Sequence[actions.Draft], **other: Any) -> actions.Lot:
    about = {"actor": OPERATOR, "kind": "import", "pack": ledger.pack, **other}
    known = actions.known_commitments([one.record for one in drafts if one.base])
    return actions.prepare(drafts, known=known, **about)


def commit(ledger: Ledger, lots: Any, **other: Any) -> actions.Committed:
    about = {"actor": OPERATOR, "kind": "import", "pack": ledger.pack, **other}
    return actions.commit(why="thử", lots=lots, **about)


def written(drafts: Sequence[actions.Draft]) -> list[Any]:
    """What the tables have of some records, without what is drawn by lot."""
    names = [one.record for one in drafts]
    return [
        list(Record.objects.filter(id__in=names).order_by("id").values_list()),
        list(SourceRow.objects.filter(record__in=names).order_by("record").values_list()),
        list(Personal.objects.filter(record__in=names).order_by("record").values_list("value")),
    ]


def problems(ledger: Ledger) -> list[Any]:
    return [
        *verification.find_chain_breaks(),
        *verification.find_differences(ledger.pack),
        *verification.find_row_differences(),
        *verification.find_personal_trouble(),
    ]


def test_a_batch_in_lots_is_the_batch_in_one_piece(ledger: Ledger) -> None:
    drafts = drafts_of(7)
    spool: Spool[actions.Lot] = Spool()
    for some in chunked(drafts, 3):
        spool.put(prepare(ledger, some))
    assert [len(lot) for lot in spool] == [3, 3, 1]
    done = commit(ledger, spool)
    assert done.records == tuple(one.record for one in drafts)
    assert (done.first, done.seq, done.head) == (1, 7, queries.head_hash())
    in_lots = written(drafts)
    ledger.undo(done.batch)

    again = drafts_of(7, source="sẻ")
    ledger.commit(*again)
    names = {one.record: two.record for one, two in zip(again, drafts, strict=True)}
    text = repr(written(again)).replace("sẻ", "sổ")
    for mine, theirs in names.items():
        text = text.replace(mine, theirs)
    assert text == repr(in_lots)
    assert problems(ledger) == []


def test_lots_change_records_that_are_there(ledger: Ledger) -> None:
    drafts = drafts_of(4)
    commit(ledger, [prepare(ledger, drafts)])
    changed = [
        actions.Draft(one.record, 1, one.after, {**(one.after or {}), "name": {"vi": "Chùa"}})
        for one in drafts
    ]
    commit(ledger, [prepare(ledger, [*drafts_of(1, "b"), one]) for one in changed[:1]])
    commit(ledger, [prepare(ledger, changed[1:3]), prepare(ledger, changed[3:])])
    assert {ledger.head(one.record)["name"]["vi"] for one in drafts} == {"Chùa"}
    assert Personal.objects.filter(record=drafts[0].record).count() == 1  # not sealed anew
    assert problems(ledger) == []


def test_lots_of_another_actor_kind_or_pack_are_refused(ledger: Ledger) -> None:
    drafts = drafts_of(2)
    officer = Actor("cán bộ", frozenset({"officer"}))
    ledger.create()
    for about in ({"actor": officer}, {"kind": "edit"}):
        lots = [prepare(ledger, drafts[:1]), prepare(ledger, drafts[1:], **about)]
        with pytest.raises(ValueError, match="another"):
            commit(ledger, lots)
    for lots in ([], [prepare(ledger, [])]):
        with pytest.raises(WrongUse):
            commit(ledger, lots)
    with pytest.raises(NotAllowed):
        prepare(ledger, drafts, actor=Actor("người lạ"))
    assert (Change.objects.count(), Record.objects.count()) == (1, 1)


def test_lots_are_all_or_nothing(ledger: Ledger) -> None:
    drafts = drafts_of(3)
    ledger.commit(*drafts[:1])
    fresh = drafts_of(2, "b")
    gone = actions.Draft(drafts[0].record, 5, drafts[0].after, drafts[0].after)
    for clash in (drafts_of(1), [gone]):
        with pytest.raises(actions.Stale):
            commit(ledger, [prepare(ledger, fresh), prepare(ledger, clash)])
    assert (Change.objects.count(), Record.objects.count()) == (1, 1)
    commit(ledger, [prepare(ledger, fresh)])
    assert problems(ledger) == []


def test_lots_are_prepared_by_other_processes(ledger: Ledger) -> None:
    drafts = drafts_of(40)

    def prepared(some: list[actions.Draft]) -> actions.Lot:
        return actions.prepare(some, actor=OPERATOR, kind="import", pack=ledger.pack)

    with mapping(prepared) as mapped:
        lots = list(mapped(chunked(drafts, 10)))
    assert commit(ledger, lots).records == tuple(one.record for one in drafts)
    assert problems(ledger) == []


def test_an_undo_is_prepared_in_lots_and_all_or_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [new_ulid() for _ in range(5)]
    made = [document(name, f"Đình {name}", contact_phone="0912") for name in names]
    drafts = [actions.Draft(one["id"], 0, None, one) for one in made]
    batch = ledger.commit(*drafts).batch
    later = ledger.edit(names[4], name_en="A temple").batch
    monkeypatch.setattr(tables, "CHUNK", 2)
    lengths: list[list[int]] = []
    commit_lots = editing.commit

    def watching(**given: Any) -> actions.Committed:
        lengths.append([len(lot) for lot in given["lots"]])
        return commit_lots(**given)

    monkeypatch.setattr(editing, "commit", watching)
    head = queries.head()
    with pytest.raises(Refused) as refused:
        ledger.undo(batch)
    assert [one.value for one in refused.value.findings] == [later]
    with pytest.raises(NotAllowed):
        ledger.undo(batch, Actor("cán bộ", frozenset({"officer"})))
    assert (queries.head(), lengths) == (head, [])
    ledger.undo(later)
    undone = ledger.undo(batch)
    assert undone.records == tuple(names)
    assert lengths == [[1], [2, 2, 1]]
    assert queries.count_records() == 0
    ledger.undo(undone.batch)
    assert [ledger.head(name) for name in names] == made
    assert problems(ledger) == []


def test_what_a_pack_closes_is_entered_in_lots(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.load_pack(actor=OPERATOR, why="nạp", pack=ledger.pack)
    drafts = drafts_of(7)
    ledger.commit(*drafts)
    open_still = ledger.create("Phở", type="dish")
    sizes: list[int] = []
    append = loading.append

    def watching(batch: Batch, lots: Iterable[actions.Lot]) -> actions.Committed:
        return append(batch, (sizes.append(len(lot)) or lot for lot in lots))

    monkeypatch.setattr(loading, "append", watching)
    monkeypatch.setattr(tables, "CHUNK", 3)
    ledger.pack = pack_by(ledger.pack, Rules(closed_type="relic"))
    done = actions.load_pack(actor=OPERATOR, why="đóng", pack=ledger.pack)
    assert done is not None
    # The pack itself, then of each three records those that are seen otherwise.
    assert (sizes[0], sum(sizes[1:]), max(sizes)) == (1, 7, 3)
    assert sorted(done.records[1:]) == sorted(one.record for one in drafts)
    told = {one.record: one.digest for one in queries.feed(0, 100, ledger.pack)}
    assert [told[one.record] for one in drafts] == [chain.CLOSED] * 7
    assert queries.public_documents([open_still])[open_still] is not None
    assert Personal.objects.count() == 7  # nothing was sealed anew
    assert problems(ledger) == []
