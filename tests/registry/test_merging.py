"""Two records that are one, and one that was two: nothing of either is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.registry import actions, drafting, queries, verification
from khue.registry.actions.merging import merged, separated
from khue.registry.fold import derive
from tests.registry.conftest import Ledger


def merge(ledger: Ledger, winner: str, loser: str, actor: Actor = OPERATOR, **changes: Any) -> Any:
    return actions.merge(
        actor=actor, why="trùng", winner=winner, loser=loser, changes=changes, pack=ledger.pack
    )


def split(ledger: Ledger, record: str, actor: Actor = OPERATOR) -> Any:
    return actions.split(actor=actor, why="nhầm", record=record, pack=ledger.pack)


def entry(key: str, source: str = "so", **stated: str) -> dict[str, Any]:
    return {"name": source, "key": key, "stated": stated}


def rows(ledger: Ledger, record: str) -> list[str]:
    return [source["key"] for source in ledger.head(record).get("sources", ())]


def at(unit: str) -> dict[str, Any]:
    return {
        "stated": "x",
        "code": unit,
        "candidates": [{"code": unit, "name": "n", "source": "s"}],
    }


def sound(ledger: Ledger) -> bool:
    return not [
        *verification.find_chain_breaks(),
        *verification.find_differences(ledger.pack),
        *verification.find_row_differences(),
        *verification.find_personal_trouble(),
    ]


def pair(ledger: Ledger) -> tuple[str, str]:
    winner = ledger.create(
        "Đình So",
        built="16XX",
        identifiers=[{"scheme": "so", "value": "1"}],
        contact_phone="0912345678",
        sources=[entry("1")],
    )
    loser = ledger.create(
        "Đình làng So",
        built="17XX",
        description={"vi": "cổ"},
        identifiers=[{"scheme": "so", "value": "1"}, {"scheme": "wikidata", "value": "Q1"}],
        internal_note="hỏi ông từ",
        sources=[entry("2"), entry("a", "danh-muc")],
    )
    return winner, loser


def test_the_winner_keeps_its_own_and_takes_what_it_lacks(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    merge(ledger, winner, loser)
    now = ledger.head(winner)
    assert now["name"] == {"vi": "Đình So"}
    assert now["built"] == "16XX"
    assert now["description"] == {"vi": "cổ"}
    assert (now["contact_phone"], now["internal_note"]) == ("0912345678", "hỏi ông từ")
    assert now["identifiers"] == [
        {"scheme": "so", "value": "1"},
        {"scheme": "wikidata", "value": "Q1"},
    ]
    assert [(one["name"], one["key"]) for one in now["sources"]] == [
        ("so", "1"),
        ("so", "2"),
        ("danh-muc", "a"),
    ]
    assert sound(ledger)


def test_what_is_chosen_is_taken_from_the_loser(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    merge(ledger, winner, loser, built="17XX", **{"name.vi": "Đình làng So"})
    assert ledger.head(winner)["built"] == "17XX"
    assert ledger.head(winner)["name"] == {"vi": "Đình làng So"}
    split(ledger, loser)
    assert ledger.head(winner)["built"] == "16XX"
    assert ledger.head(winner)["name"] == {"vi": "Đình So"}


def test_a_sensitive_place_stays_sensitive(ledger: Ledger) -> None:
    point = {"lon": 105.123456, "lat": 21.123456}
    winner = ledger.create("Mộ cổ", point=point)
    loser = ledger.create("Mộ", location_sensitive=True)
    merge(ledger, winner, loser)
    for document_ in (
        queries.public_documents([winner])[winner],
        queries.history(PUBLIC, winner, ledger.pack)[-1].document,
    ):
        assert document_ is not None
        assert document_["point"]["lon"] == 105.12


def test_both_identities_stay(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    naming = ledger.create("Tam quan", part_of=loser)
    done = merge(ledger, winner, loser)
    for actor in (OPERATOR, PUBLIC):
        view = queries.get(actor, loser, ledger.pack)
        assert view is not None
        assert (view.id, view.redirected_from) == (winner, loser)
        assert queries.labels(actor, [loser], ledger.pack)[loser]["vi"] == "Đình So"
        (links,) = queries.referring(actor, winner, ledger.pack)
        assert [one.id for one in links.records] == [naming]
    assert ledger.head(naming)["part_of"] == loser
    assert queries.aliases([winner]) == {winner: [loser]}
    assert queries.counts(PUBLIC) == {"relic": 2}
    history = queries.history(OPERATOR, loser, ledger.pack)
    assert [(one.action, one.other) for one in history] == [("merge", winner), ("create", None)]
    told = queries.history(PUBLIC, winner, ledger.pack)[0]
    assert (told.batch.id, told.batch.kind, told.other) == (done.batch, "merge", loser)


def test_a_split_gives_both_back_and_an_undo_too(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    before = ledger.head(winner), ledger.head(loser)
    merge(ledger, winner, loser)
    done = split(ledger, loser)
    assert (ledger.head(winner), ledger.head(loser)) == before
    assert drafting.rows_of_source("so", ["1", "2"]) == {"1": winner, "2": loser}
    assert queries.history(OPERATOR, loser, ledger.pack)[0].other == winner
    assert queries.history(OPERATOR, winner, ledger.pack)[0].other == loser

    again = ledger.undo(done.batch)
    assert queries.labels(PUBLIC, [loser], ledger.pack)[loser]["vi"] == "Đình So"
    assert queries.history(OPERATOR, loser, ledger.pack)[0].action == "merge"
    assert drafting.rows_of_source("so", ["2"]) == {"2": winner}
    ledger.undo(again.batch)
    assert (ledger.head(winner), ledger.head(loser)) == before
    assert sound(ledger)


def test_what_was_edited_since_stays_with_the_winner(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    done = merge(ledger, winner, loser)
    ledger.edit(winner, description={"vi": "rất cổ"}, built="15XX")
    with pytest.raises(Refused) as refused:
        ledger.undo(done.batch)
    assert refused.value.findings[0].code == "undo_blocked"
    split(ledger, loser)
    assert ledger.head(winner)["description"] == {"vi": "rất cổ"}
    assert ledger.head(winner)["built"] == "15XX"
    assert "internal_note" not in ledger.head(winner)
    assert rows(ledger, winner) == ["1"]
    assert ledger.head(loser)["description"] == {"vi": "cổ"}


def test_a_chain_of_merges_is_taken_apart_from_its_end(ledger: Ledger) -> None:
    """What the first brought to the third cannot be told from what the second said."""
    names = {
        name: ledger.create(name, sources=[entry(name)]) for name in ("first", "second", "third")
    }
    merge(ledger, names["second"], names["first"])
    merge(ledger, names["third"], names["second"])
    assert queries.labels(PUBLIC, [names["first"]], ledger.pack)[names["first"]]["vi"] == "third"
    with pytest.raises(Refused) as refused:
        split(ledger, names["first"])
    assert names["second"] in refused.value.mend["en"]
    split(ledger, names["second"])
    # Coming back, the second still stands for the first.
    assert queries.labels(PUBLIC, [names["first"]], ledger.pack)[names["first"]]["vi"] == "second"
    split(ledger, names["first"])
    assert ledger.head(names["first"])["name"] == {"vi": "first"}
    for name, record in names.items():
        assert rows(ledger, record) == [name]
    assert sound(ledger)


def test_an_erasure_does_not_hide_the_merge_from_a_split(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    merge(ledger, winner, loser)
    actions.erase(
        actor=OPERATOR, why="yêu cầu", record=loser, field="internal_note", pack=ledger.pack
    )
    assert "internal_note" not in ledger.head(winner)
    told = queries.history(OPERATOR, loser, ledger.pack)[0]
    assert (told.action, told.erased) == ("erase", "internal_note")
    split(ledger, loser)
    assert rows(ledger, winner) == ["1"]
    assert rows(ledger, loser) == ["2", "a"]
    assert "description" not in ledger.head(winner)
    assert "internal_note" not in ledger.head(loser)
    assert sound(ledger)


def test_the_public_is_told_of_no_erasure(ledger: Ledger) -> None:
    picture = {"sha256": "a" * 64, "media_type": "image/png", "kind": "photograph"}
    actions.keep_file(actor=OPERATOR, sha256="a" * 64, size=1, media_type="image/png")
    record = ledger.create(files=[picture | {"visibility": "public"}])
    field = f"files.{'a' * 64}"
    assert "a" * 64 in str(queries.history(PUBLIC, record, ledger.pack))
    actions.erase(actor=OPERATOR, why="yêu cầu", record=record, field=field, pack=ledger.pack)
    told = queries.history(OPERATOR, record, ledger.pack)[0]
    assert (told.action, told.erased, told.batch.why) == ("erase", field, "yêu cầu")
    public = queries.history(PUBLIC, record, ledger.pack)
    assert [one.action for one in public] == ["create"]
    assert "a" * 64 not in str(public)


def test_what_cannot_be_merged(ledger: Ledger) -> None:
    relic, other = ledger.create("Đình So"), ledger.create("Đình làng So")
    hidden = ledger.create("Đình kín", visibility="staff")
    dish = ledger.create("Phở", type="dish")
    gone = ledger.create("Đình mất")
    actions.withdraw(actor=OPERATOR, why="x", record=gone, pack=ledger.pack)
    head = queries.head()
    for winner, loser, error in (
        (relic, relic, WrongUse),
        (relic, dish, WrongUse),
        (relic, hidden, Refused),
        (hidden, relic, Refused),
        (relic, gone, NotFound),
        (gone, relic, NotFound),
        (relic, new_ulid(), NotFound),
    ):
        with pytest.raises(error):
            merge(ledger, winner, loser)
    with pytest.raises(WrongUse):
        actions.merge(actor=OPERATOR, why="", winner=relic, loser=other, pack=ledger.pack)
    for record, error in ((relic, Refused), (gone, Refused), (new_ulid(), NotFound)):
        with pytest.raises(error):
            split(ledger, record)
    assert queries.head() == head
    merge(ledger, relic, other)
    for winner, loser in ((relic, other), (other, relic)):
        with pytest.raises(NotFound):
            merge(ledger, winner, loser)


def test_rights_are_needed_for_both(ledger: Ledger) -> None:
    winner, loser = ledger.create(place=at("00070")), ledger.create(place=at("00166"))
    reviewer = frozenset({"reviewer"})
    ward = Actor("phuong", reviewer, units=frozenset({"00070"}))
    for actor in (PUBLIC, ward, Actor("can-bo", frozenset({"officer"}))):
        with pytest.raises(NotAllowed):
            merge(ledger, winner, loser, actor)
    merge(ledger, winner, loser, Actor("duyet", reviewer))
    with pytest.raises(NotAllowed):
        split(ledger, loser, ward)
    assert [one.id for one in [queries.get(ward, loser, ledger.pack)] if one] == [winner]


def test_who_may_not_is_not_told_what_stands_in_the_way(ledger: Ledger) -> None:
    ward = Actor("phuong", frozenset({"reviewer"}), units=frozenset({"00070"}))
    mine = ledger.create("Đình So", place=at("00070"))
    hidden = ledger.create("Đình kín", place=at("00166"), visibility="staff")
    holder, once = ledger.create(place=at("00166")), ledger.create(place=at("00166"))
    further, last = ledger.create(place=at("00166")), ledger.create(place=at("00166"))
    merge(ledger, holder, once)
    merge(ledger, last, further)
    spoiled = ledger.create("Đình hỏng", place=at("00166"), built="không phải ngày")
    for attempt in (
        lambda: merge(ledger, mine, hidden, ward),  # the two are not equally open
        lambda: merge(ledger, mine, spoiled, ward),  # together they would not fit the pack
        lambda: split(ledger, hidden, ward),  # it is not merged
        lambda: split(ledger, once, ward),
        lambda: actions.withdraw(actor=ward, why="x", record=holder, pack=ledger.pack),
        lambda: actions.restore(actor=ward, why="x", record=hidden, pack=ledger.pack),
        lambda: actions.restore(actor=ward, why="x", record=further, pack=ledger.pack),
    ):
        with pytest.raises(NotAllowed) as told:
            attempt()
        assert told.value.findings == ()


def test_the_public_learns_of_no_merge_that_it_could_not_see(ledger: Ledger) -> None:
    winner = ledger.create("Đình So", visibility="staff")
    loser = ledger.create("Đình làng So", visibility="staff", description={"vi": "cổ"})
    merge(ledger, winner, loser)
    ledger.edit(winner, visibility="public")
    assert queries.get(PUBLIC, winner, ledger.pack) is not None
    told = queries.history(PUBLIC, winner, ledger.pack)
    assert [one.other for one in told] == [None]
    assert queries.history(OPERATOR, winner, ledger.pack)[1].other == loser

    # Nor of a split from a record that was closed then, though it is open now.
    split(ledger, loser)
    ledger.edit(loser, visibility="public")
    assert {one.other for one in queries.history(PUBLIC, winner, ledger.pack)} == {None}

    # And of one that it saw, no longer, once the other record is closed.
    first, second = ledger.create("Chùa Thầy"), ledger.create("Chùa Cả", built="10XX")
    merge(ledger, first, second)
    split(ledger, second)
    assert {one.other for one in queries.history(PUBLIC, first, ledger.pack)} == {None, second}
    ledger.edit(second, visibility="staff")
    assert {one.other for one in queries.history(PUBLIC, first, ledger.pack)} == {None}


def test_a_record_that_is_two_does_not_refer_to_itself(ledger: Ledger) -> None:
    other, winner, loser = ledger.create("Tam quan"), ledger.create(), ledger.create()
    alias = ledger.create("Đình làng So")
    merge(ledger, loser, alias)
    said = [{"manager": loser, "name": "làng So"}, {"manager": alias}]
    ledger.edit(winner, managers=said, related=[loser])
    ledger.edit(loser, related=[winner, other], part_of=winner)
    before = ledger.head(winner), ledger.head(loser)
    merge(ledger, winner, loser, related_events=[alias])
    now = ledger.head(winner)
    assert now["managers"] == [{"name": "làng So"}]
    assert now["related"] == [other]
    assert not now.keys() & {"part_of", "related_events"}
    assert queries.referring(OPERATOR, winner, ledger.pack) == []
    split(ledger, loser)
    assert (ledger.head(winner), ledger.head(loser)) == before
    assert sound(ledger)


def test_no_merge_makes_a_record_that_the_pack_does_not_take(ledger: Ledger) -> None:
    winner, loser = pair(ledger)
    head = queries.head()
    with pytest.raises(Refused) as refused:
        merge(ledger, winner, loser, component_count="ba")
    assert [(one.code, one.field) for one in refused.value.findings] == [
        ("structure_kind", "component_count")
    ]
    assert queries.head() == head


TEXTS = st.sampled_from(["a", "b", "c"])
NAMES = st.sampled_from(["W", "L", "alias", "X"])
DOCUMENTS = st.fixed_dictionaries(
    {"name": st.dictionaries(st.sampled_from(["vi", "en"]), TEXTS, min_size=1)},
    optional={
        "built": TEXTS,
        "description": st.dictionaries(st.sampled_from(["vi", "en"]), TEXTS, min_size=1),
        "identifiers": st.lists(
            st.builds(lambda scheme, value: {"scheme": scheme, "value": value}, TEXTS, TEXTS),
            min_size=1,
            unique_by=str,
        ),
        "files": st.lists(
            st.builds(lambda sha256: {"sha256": sha256}, TEXTS), min_size=1, unique_by=str
        ),
        "location_sensitive": st.booleans(),
        "part_of": NAMES,
        "related": st.lists(NAMES, min_size=1),
        "managers": st.lists(
            st.dictionaries(st.sampled_from(["manager", "name"]), NAMES, min_size=1), min_size=1
        ),
        "other": st.dictionaries(st.sampled_from(["vi", "en", "x"]), TEXTS, min_size=1),
    },
)

REFERRING = ("part_of", "related", "managers")


@given(winner=DOCUMENTS, loser=DOCUMENTS, keys=st.lists(TEXTS, max_size=3, unique=True))
def test_a_split_is_the_inverse_of_a_merge(
    pack: Any, winner: dict[str, Any], loser: dict[str, Any], keys: list[str]
) -> None:
    winner = {"id": "W", "type": "relic"} | winner
    loser = {"id": "L", "type": "relic"} | loser
    if keys:
        winner["sources"] = [entry(key, "winner") for key in keys]
        loser["sources"] = [entry(key, "loser") for key in keys]
    fields = pack.types["relic"].fields
    joined = merged(winner, loser, {}, fields, {"W", "L", "alias"})
    assert separated(joined, loser, (winner, joined)) == winner
    assert {name for _, name in derive(joined, pack.types["relic"]).references} <= {"X"}
    assert joined.get("part_of") == next(
        (one["part_of"] for one in (winner, loser) if one.get("part_of") == "X"), None
    )
    changed = {"identifiers", "files", "sources", "location_sensitive", *REFERRING}
    for name, value in winner.items():
        if name not in changed:
            assert joined[name] == value or joined[name].items() >= value.items()


def test_what_is_closed_after_a_split_is_closed_in_the_time_as_one(ledger: Ledger) -> None:
    winner, loser = ledger.create("Đình So"), ledger.create("Đình Sơ")
    ledger.edit(loser, description={"vi": "nơi cất bí mật"})
    merged = actions.merge(actor=OPERATOR, why="một", winner=winner, loser=loser, pack=ledger.pack)
    together = queries.as_of(PUBLIC, winner, merged.seq, ledger.pack)
    assert together is not None
    assert "bí mật" in str(together.document)
    actions.split(actor=OPERATOR, why="hai", record=loser, pack=ledger.pack)
    ledger.edit(loser, visibility="restricted")
    assert queries.as_of(PUBLIC, winner, merged.seq, ledger.pack) is None
    assert "bí mật" not in str(queries.history(PUBLIC, winner, ledger.pack))
    assert queries.get(PUBLIC, winner, ledger.pack) is not None


def test_a_split_opens_nothing_that_was_closed_meanwhile(ledger: Ledger) -> None:
    winner, loser = ledger.create("Đình So"), ledger.create("Đình Sơ")
    actions.merge(actor=OPERATOR, why="một", winner=winner, loser=loser, pack=ledger.pack)
    ledger.edit(winner, visibility="restricted")
    actions.split(actor=OPERATOR, why="hai", record=loser, pack=ledger.pack)
    assert queries.get(PUBLIC, loser, ledger.pack) is None
    assert ledger.head(loser)["visibility"] == "restricted"


def test_a_split_does_not_open_what_was_more_closed(ledger: Ledger) -> None:
    winner = ledger.create("Đình So", visibility="restricted")
    loser = ledger.create("Đình làng So", visibility="restricted")
    for now, then in (("staff", "restricted"), ("public", "restricted"), ("restricted",) * 2):
        merge(ledger, winner, loser)
        ledger.edit(winner, visibility=now)
        split(ledger, loser)
        assert ledger.head(loser)["visibility"] == then, now
        ledger.edit(winner, visibility="restricted")
    ledger.edit(winner, visibility="staff")
    ledger.edit(loser, visibility="staff")
    merge(ledger, winner, loser)
    ledger.edit(winner, visibility="restricted")
    split(ledger, loser)
    assert ledger.head(loser)["visibility"] == "restricted"
