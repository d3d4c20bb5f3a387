"""All identifiers of a result: those of its pages, whatever was edited, and in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.lib.vietnamese import sort_key
from khue.model.packs import Pack
from khue.model.rights import Scope
from khue.search import Query, enumeration, following
from khue.search.enumeration import identifiers_of
from khue.search.reading import reader_of
from khue.search.results import results_of
from tests.search.samples import MemoryLedger, relic, ulid

NAMES = ("Đình So", "Chùa Thầy", "Chùa Mía", "Đền Và", "Đình Tây Đằng")


def built(folder: Path, pack: Pack, ledger: MemoryLedger) -> Any:
    following.catch_up({"public": folder}, ledger, pack)
    reader = reader_of(folder)
    assert reader is not None
    return reader


@pytest.fixture
def all_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sizes stand for large ones: of everything over three, in blocks of two."""
    monkeypatch.setattr(enumeration, "DEPTH", 3)
    monkeypatch.setattr(enumeration, "BLOCK", 2)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    numbers=st.lists(
        st.one_of(st.integers(0, 40), st.integers(0, 2**100)), min_size=1, max_size=30, unique=True
    ),
    edited=st.lists(st.integers(0, 29), max_size=8),
    gone=st.lists(st.integers(0, 29), max_size=8),
)
def test_the_same_as_pages_in_the_order_of_identifiers(
    tmp_path_factory: pytest.TempPathFactory,
    pack: Pack,
    all_in_blocks: None,
    numbers: list[int],
    edited: list[int],
    gone: list[int],
) -> None:
    ledger = MemoryLedger(*(relic(number, NAMES[number % len(NAMES)]) for number in numbers))
    folder = tmp_path_factory.mktemp("index")
    built(folder, pack, ledger)
    for place in edited:
        ledger.commit(relic(numbers[place % len(numbers)], "Chùa Bối Khê"))
    for place in gone:
        ledger.withdraw(ulid(numbers[place % len(numbers)]))
    reader = built(folder, pack, ledger)
    for text in ("", "chua", "dinh", "khong co"):
        query = Query(text, limit=1, offset=5)
        found = list(identifiers_of(reader, query))
        paged = [hit.id for hit in results_of(reader, Query(text, limit=10_000)).hits]
        assert sorted(found) == sorted(paged)
        assert found == (sorted(paged) if len(paged) > 3 else paged)


def test_few_are_in_the_order_of_the_query(tmp_path: Path, pack: Pack) -> None:
    ledger = MemoryLedger(*(relic(number, name) for number, name in enumerate(NAMES)))
    reader = built(tmp_path, pack, ledger)
    named = [ulid(NAMES.index(name)) for name in sorted(NAMES, key=sort_key)]
    assert list(identifiers_of(reader, Query(sort="name"))) == named
    best = list(identifiers_of(reader, Query("chùa mía", limit=1)))
    assert best[0] == ulid(NAMES.index("Chùa Mía"))


def test_one_commit_is_read_however_long_it_takes(
    tmp_path: Path, pack: Pack, all_in_blocks: None
) -> None:
    ledger = MemoryLedger(*(relic(number, "Đình So") for number in range(9)))
    reading = identifiers_of(built(tmp_path, pack, ledger), Query())
    first = next(reading)
    ledger.withdraw(ulid(8))
    ledger.commit(relic(100, "Đình So"))
    built(tmp_path, pack, ledger)
    assert [first, *reading] == [ulid(number) for number in range(9)]


def test_staff_find_what_they_may_see(tmp_path: Path, pack: Pack, all_in_blocks: None) -> None:
    closed = [relic(number, "Đình So", visibility="staff") for number in range(5)]
    ledger = MemoryLedger(*closed, *(relic(number, "Đình So") for number in range(5, 10)))
    following.catch_up({"staff": tmp_path}, ledger, pack)
    reader = reader_of(tmp_path)
    assert reader is not None
    everything = Scope(public=True, granted=True, types=None, units=None)
    none_of_it = Scope(public=True, granted=True, types=frozenset({"person"}), units=None)
    assert len(list(identifiers_of(reader, Query(), everything))) == 10
    assert list(identifiers_of(reader, Query(), none_of_it)) == [ulid(n) for n in range(5, 10)]


def test_all_of_what_is_looked_for_further(folder: Path, pack: Pack, all_in_blocks: None) -> None:
    ledger = MemoryLedger(
        *(relic(n, f"Đình {n}", description={"vi": "hội xuân"}) for n in range(8))
    )
    reader = built(folder, pack, ledger)
    for text in ("xua", "xuaan", "hội xuân"):
        asked = Query(text)
        listed = identifiers_of(reader, asked)
        assert len(list(listed)) == results_of(reader, asked).total == 8, text
