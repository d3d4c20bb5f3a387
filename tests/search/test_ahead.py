"""Entries that were made before their changes were written: never another index than without."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.packs import Pack
from khue.search import Ahead, Maker, following, make_ahead
from khue.search.reading import forget
from tests.search.conftest import both
from tests.search.indexed import held
from tests.search.samples import MemoryLedger, person, relic, ulid

NUMBERS = st.integers(1, 6)
DOCUMENTS = st.builds(
    lambda number, name, refers, kept: relic(
        number,
        f"Đình {name}",
        note=f"sổ {name}",
        **({"venerates": [ulid(9)]} if refers else {}),
        **({"visibility": "staff"} if kept else {}),
    ),
    NUMBERS,
    st.sampled_from(["So", "Vân", "Chèm"]),
    st.booleans(),
    st.booleans(),
)


class Counted(MemoryLedger):
    """A ledger that knows which texts were read."""

    def __init__(self, *documents: dict[str, Any]) -> None:
        self.read: list[str] = []
        super().__init__(*documents)

    def texts(self, ids: Sequence[str], *, whole: bool) -> Any:
        self.read += ids
        return super().texts(ids, whole=whole)


def written(
    ledger: MemoryLedger, maker: Maker, documents: list[dict[str, Any]], size: int
) -> Ahead:
    """Write documents, of which the entries are made by blocks of some size before."""
    ahead = Ahead()
    ahead.first = ledger.head() + 1
    for start in range(0, len(documents), size):
        block = documents[start : start + size]
        texts = MemoryLedger(*block).texts([one["id"] for one in block], whole=True)
        ahead.put(make_ahead(maker, [one["id"] for one in block], texts))
    ledger.commit(*documents)
    return ahead


@settings(max_examples=8)
@given(
    batch=st.lists(DOCUMENTS, min_size=1, max_size=8),
    size=st.integers(1, 4),
    after=st.lists(DOCUMENTS | NUMBERS.map(ulid) | st.just("pack"), max_size=3),
    turn=st.sampled_from([3, 100]),
)
def test_an_index_is_the_same_whatever_comes_between(
    pack: Pack, batch: list[Any], size: int, after: list[Any], turn: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "public"
        usual, following.CHANGES = following.CHANGES, turn
        ledger = MemoryLedger(person(9, "Khổng Tử"), relic(1, "Đình Cũ"))
        try:
            following.catch_up(both(folder), ledger, pack)
            ahead = written(ledger, Maker(pack), batch, size)
            for one in after:
                if isinstance(one, str):
                    ledger.withdraw(one)
                else:
                    ledger.commit(one)
            following.catch_up(both(folder), ledger, pack, ahead)
            found = [held(one) for one in both(folder).values()]
            following.rebuild(both(folder), ledger, pack)
            assert found == [held(one) for one in both(folder).values()]
        finally:
            following.CHANGES = usual
            for one in both(folder).values():
                forget(one)


def test_only_what_is_not_sure_is_read(folder: Path, pack: Pack) -> None:
    ledger = Counted(person(9, "Khổng Tử"))
    following.catch_up(both(folder), ledger, pack)
    batch = [relic(number, f"Đình {number}") for number in range(1, 7)]
    batch[0]["venerates"] = [ulid(9)]
    ahead = written(ledger, Maker(pack), batch, 2)
    ledger.commit(relic(3, "Đình Khác"))
    ledger.read.clear()
    following.catch_up(both(folder), ledger, pack, ahead)
    assert set(ledger.read) == {ulid(1), ulid(3), ulid(4)}


def test_an_index_that_is_missing_is_built_from_the_ledger(folder: Path, pack: Pack) -> None:
    ledger = Counted()
    ahead = written(ledger, Maker(pack), [relic(1, "Đình So")], 1)
    assert following.catch_up(both(folder), ledger, pack, ahead) == 1
    assert ledger.read == [ulid(1)]


def test_a_loaded_pack_makes_all_worthless(folder: Path, pack: Pack) -> None:
    ledger = Counted()
    following.catch_up(both(folder), ledger, pack)
    ahead = written(ledger, Maker(pack), [relic(1, "Đình So")], 1)
    ledger.changes.append("pack")
    following.catch_up(both(folder), ledger, pack, ahead)
    assert ulid(1) in ledger.read
