"""The door over the real registry: what is committed is found, what is closed is not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions, drafting
from khue.search import Query, door, generations, reading
from khue.search.results import results_of


@pytest.fixture
def pack(db: None, home: Path) -> Iterator[Pack]:
    """The real pack, over an empty ledger and an empty home."""
    yield house().pack
    reading.forget(home / "index" / "public")


def commit(pack: Pack, **fields: object) -> str:
    record = new_ulid()
    document = {"id": record, "type": "relic", **fields}
    draft = actions.Draft(record, 0, None, document)
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=[draft], pack=pack)
    return record


def close(pack: Pack, record: str) -> None:
    version = drafting.heads([record])[record][0]
    changes = {"visibility": "restricted"}
    actions.edit(actor=OPERATOR, why="thử", record=record, base=version, changes=changes, pack=pack)


class SameConnection(threading.Thread):
    """Runs at once: a test's transaction can be seen through its own connection only."""

    def start(self) -> None:
        self.run()


def follow_to_end() -> None:
    """Wait for the thread that follows, if there is one."""
    for one in threading.enumerate():
        if one.name == "khue-search":
            one.join(20)


def test_who_died_before_indexing_is_caught_up_with(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(threading, "Thread", SameConnection)
    closed, _ = commit(pack, name={"vi": "Đình zyxwkin"}), commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    close(pack, closed)  # and no word to the index
    assert search.position() == 2
    assert search.find(Query("dinh"), pack).total == 1
    assert search.position() == 3
    (hit,) = search.find(Query("dinh"), pack).hits
    assert hit.label["vi"] == "Đình So"
    files = [path for path in (home / "index").rglob("*") if path.is_file()]
    assert not any(b"zyxwkin" in path.read_bytes() for path in files)
    assert door.keep_up(pack) is None  # up to date


def test_it_looks_only_now_and_then_and_with_one_thread(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    commit(pack, name={"vi": "Đình Chèm"})
    may_end, calls = threading.Event(), list[Path]()

    def slow(folder: Path, *_: object) -> int:
        calls.append(folder)
        may_end.wait(20)
        raise OSError("no space left")  # is logged, and tried again

    monkeypatch.setattr("khue.search.following.catch_up", slow)
    monkeypatch.setattr(door, "LOOK_EVERY", 3600.0)
    monkeypatch.setattr(door, "_looked", -3600.0)
    for _ in range(3):
        assert search.find(Query(), pack).total == 1
    monkeypatch.setattr(door, "LOOK_EVERY", 0.0)
    assert search.find(Query(), pack).total == 1
    assert calls == [home / "index" / "public"]
    may_end.set()
    follow_to_end()
    again = door.keep_up(pack)
    assert again is not None
    again.join(20)
    assert len(calls) == 2


def test_committed_records_are_found(pack: Pack) -> None:
    assert search.find(Query(), pack).total == 0
    commit(pack, name={"vi": "Đình So"}, designations=[{"rank": "NAT"}])
    assert search.position() == 0
    assert search.catch_up(pack) == 1
    results = search.find(Query("đình so"), pack)
    assert [hit.label["vi"] for hit in results.hits] == ["Đình So"]
    assert [(value.value, value.count) for value in results.facets["rank"]] == [("NAT", 1)]
    assert set(results.facets) == {"type", "place", *pack.facets}
    assert search.position() == 1


def test_what_is_not_public_is_not_found(pack: Pack) -> None:
    commit(pack, name={"vi": "Đình kín"}, visibility="restricted")
    commit(pack, name={"vi": "Đình mở"}, contact_name="bimat1", internal_note="bimat2")
    search.catch_up(pack)
    assert [hit.label["vi"] for hit in search.find(Query("đình"), pack).hits] == ["Đình mở"]
    for text in ("kín", "bimat1", "bimat2", "bimat"):
        assert search.find(Query(text), pack).total == 0


def test_names_of_others_are_found_only_if_they_are_public(pack: Pack) -> None:
    closed = commit(pack, name={"vi": "Gióng kín"}, visibility="restricted")
    opened = commit(pack, name={"vi": "Gióng mở"})
    commit(pack, name={"vi": "Đền Hạ"}, related=[closed, opened])
    search.catch_up(pack)
    assert {hit.label["vi"] for hit in search.find(Query("gióng mở"), pack).hits} == {
        "Gióng mở",
        "Đền Hạ",
    }
    assert search.find(Query("kín"), pack).total == 0


def test_a_missing_index_is_built_by_the_first_search(pack: Pack) -> None:
    commit(pack, name={"vi": "Đình So"})
    assert search.find(Query("dinh so"), pack).total == 1


def test_an_index_found_corrupt_while_searching_is_rebuilt(
    pack: Pack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(pack, name={"vi": "Đình So"})
    search.catch_up(pack)
    calls: list[Path] = []

    def fails_once(reader: reading.Reader, query: Query) -> search.Results:
        calls.append(reader.generation)
        if len(calls) == 1:
            raise ValueError("Data corrupted: 'x.store'")
        return results_of(reader, query)

    monkeypatch.setattr("khue.search.door.results_of", fails_once)
    assert search.find(Query("dinh so"), pack).total == 1
    assert calls[0] != calls[1] == generations.current(home / "index" / "public")


def test_rebuild_gives_the_same(pack: Pack) -> None:
    for name in ("Đình So", "Đình Chèm", "Chùa Láng"):
        commit(pack, name={"vi": name})
    search.catch_up(pack)
    before = search.find(Query("dinh"), pack)
    assert search.rebuild(pack) == 3
    after = search.find(Query("dinh"), pack)
    assert [hit.id for hit in after.hits] == [hit.id for hit in before.hits]
    assert after.facets == before.facets
