"""The door over the real registry: what is committed is found, what is closed is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.packs import Pack
from khue.model.rights import OPERATOR
from khue.pipeline import house
from khue.registry import actions
from khue.search import Query, generations, reading
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
