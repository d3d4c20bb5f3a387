"""The index for staff: everyone finds what they may read, and nothing by what they may not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.model.rights import OPERATOR, PUBLIC, Actor, Subject, may, scope
from khue.search import following
from khue.search.layout import Sight
from khue.search.results import Results
from tests.search.conftest import both, found, search
from tests.search.samples import MemoryLedger, person, place, relic, stated, ulid

A, B = "00001", "00002"
VIEWER = frozenset({"viewer"})
PLACES = {
    frozenset[str](): None,
    frozenset({A, "01"}): place(A, (A, "Xã A")),
    frozenset({B, "01"}): place(B, (B, "Xã B")),
    frozenset({A, B, "01"}): place(None, (A, "Xã A"), (B, "Xã B")),
}


def records() -> Iterator[tuple[Subject, dict[str, Any]]]:
    """A record of each type, at each place, open and closed: what rights see of it, and itself."""
    kinds = itertools.product(("relic", "person"), PLACES, (True, False))
    for number, (type_, units, public) in enumerate(kinds, 1):
        seen = Subject(type_, units if type_ == "relic" else frozenset(), public)
        fields: dict[str, Any] = {
            "visibility": "public" if public else "staff",
            "other": {"Ghi chú": "zekhác"},
            "sources": [stated(name="Zinhư")],
        }
        if type_ == "relic":
            if PLACES[units]:
                fields["place"] = PLACES[units]
            fields |= {"note": "zokín", "designations": [{"rank": "NAT", "draft": "zunháp"}]}
        make = relic if type_ == "relic" else person
        yield seen, make(number, "Tên Zamở", **fields)


RECORDS = {document["id"]: seen for seen, document in records()}

UNITS = (None, frozenset[str](), frozenset({A}), frozenset({B}), frozenset({A, B, "99"}))
TYPES = (None, frozenset[str](), frozenset({"relic"}), frozenset({"relic", "person"}))
ACTORS = [
    PUBLIC,
    OPERATOR,
    Actor("a", frozenset({"nobody knows"})),
    *(Actor("a", VIEWER, units, types) for units, types in itertools.product(UNITS, TYPES)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes") / "public"


@pytest.fixture(scope="module")
def indexed(folder: Path, pack: Pack) -> Path:
    ledger = MemoryLedger(*(document for _, document in records()))
    following.catch_up(both(folder), ledger, pack)
    return folder


def finds(folder: Path, actor: Actor, text: str = "", **more: Any) -> Results:
    """A search in the index that is for this actor, as the door chooses it."""
    sight: Sight = "staff" if scope(actor, "read_public").granted else "public"
    return search(both(folder)[sight], text, actor=actor, **more)


def ids(results: Results) -> set[str]:
    assert results.total == len(results.hits)
    return {hit.id for hit in results.hits}


@pytest.mark.parametrize("actor", ACTORS)
def test_everyone_finds_what_they_may_read(indexed: Path, actor: Actor) -> None:
    visible = {name for name, seen in RECORDS.items() if may(actor, "read_public", seen)}
    everything = finds(indexed, actor, limit=100)
    assert ids(everything) == visible
    assert {hit.id for hit in everything.hits if hit.public} == {
        name for name in visible if RECORDS[name].public
    }
    assert ids(finds(indexed, actor, "ten", limit=100)) == visible
    counted = {one.value: one.count for one in everything.facets["rank"]}
    relics = sum(RECORDS[name].type == "relic" for name in visible)
    assert counted == ({"NAT": relics} if relics else {})
    assert ids(finds(indexed, actor, type="relic", limit=100)) == {
        name for name in visible if RECORDS[name].type == "relic"
    }
    for unit in (A, B, "01"):
        there = {name for name in visible if unit in RECORDS[name].units}
        assert ids(finds(indexed, actor, place=unit, limit=100)) == there
        counts = {one.value: one.count for one in everything.facets["place"]}
        assert counts.get(unit, 0) == len(there)


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_finds_by_what_they_may_not_read(indexed: Path, actor: Actor) -> None:
    shown = {name for name, seen in RECORDS.items() if may(actor, "read_public", seen)}
    whole = {name for name, seen in RECORDS.items() if may(actor, "read", seen)}
    relics = {name for name in whole if RECORDS[name].type == "relic"}
    words = {"zamo": shown, "zekhac": whole, "zinhu": whole, "zokin": relics, "zunhap": relics}
    for word, by in words.items():
        for text in (word, f"{word} ", f"tên {word} ", f"tên {word[:-1]}"):
            assert ids(finds(indexed, actor, text, limit=100)) == by, text


def test_labels_that_are_not_public_are_for_who_reads_everything(
    pack: Pack, tmp_path: Path
) -> None:
    """Whoever may read the temple only may not learn the name of whom it venerates."""
    folder = tmp_path / "public"
    ledger = MemoryLedger(
        relic(1, "Đền Và", place=place(A, (A, "Xã A")), venerates=[ulid(3), ulid(4)]),
        relic(2, "Đền Kín", place=place(A, (A, "Xã A")), venerates=[ulid(3)], visibility="staff"),
        person(3, "Zyxwkin", visibility="staff"),
        person(4, "Tản Viên"),
    )
    following.catch_up(both(folder), ledger, pack)
    local = Actor("a", VIEWER, frozenset({A}))
    assert found(finds(folder, local, "viên", type="relic")) == ["Đền Và"]
    assert found(finds(folder, local, sort="name")) == ["Đền Kín", "Đền Và", "Tản Viên"]
    assert found(finds(folder, local, "zyxwkin")) == []
    assert found(finds(folder, PUBLIC, "zyxwkin")) == []
    names = ["Đền Kín", "Đền Và", "Zyxwkin"]
    assert found(finds(folder, OPERATOR, "zyxwkin", sort="name")) == names
    ledger.commit(person(3, "Đổi Tên", visibility="staff"))
    following.catch_up(both(folder), ledger, pack)
    assert found(finds(folder, OPERATOR, "zyxwkin")) == []
    assert found(finds(folder, OPERATOR, "doi", type="relic")) == ["Đền Kín", "Đền Và"]
    ledger.commit(person(3, "Đổi Tên"))  # for all now, though staff see the same label
    following.catch_up(both(folder), ledger, pack)
    assert found(finds(folder, local, "doi", type="relic")) == ["Đền Kín", "Đền Và"]
    assert found(finds(folder, PUBLIC, "doi", type="relic")) == ["Đền Và"]


def test_a_type_that_the_pack_has_lost_is_found_by_staff(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    lost = {"id": ulid(1), "type": "lost", "name": {"vi": "Bến Cũ"}, "note": "zyxwkin"}
    following.catch_up(both(folder), MemoryLedger(lost), pack)
    assert found(finds(folder, OPERATOR, "zyxwkin")) == ["Bến Cũ"]
    assert found(finds(folder, Actor("a", VIEWER, types=frozenset({"lost"})))) == ["Bến Cũ"]
    assert found(finds(folder, Actor("a", VIEWER, units=frozenset({A})))) == []
    assert found(finds(folder, PUBLIC)) == []


def test_closed_records_rank_as_others_do(pack: Pack, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    ledger = MemoryLedger(
        relic(1, "Chùa Lăng"),
        relic(2, "Chùa Láng", visibility="staff"),
        relic(3, "Đình So", note="chùa Láng"),
    )
    following.catch_up(both(folder), ledger, pack)
    assert found(finds(folder, OPERATOR, "chùa láng")) == ["Chùa Láng", "Chùa Lăng", "Đình So"]
    assert found(finds(folder, OPERATOR, "chùa lăng"))[0] == "Chùa Lăng"
