"""The records behind a computed value: just those that were counted, whatever became of them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest

from khue.lib.identifiers import new_ulid
from khue.measures import values as kept
from khue.measures.models import ComputedValue
from khue.model.errors import Busy, Damaged, NotFound, Refused
from khue.model.rights import OPERATOR, PUBLIC
from khue.pipeline import behind, house, measure, records_behind, withdraw_record
from khue.registry import queries
from tests.measures.test_values import COUNT, commit, pack_folder, relic, state

__all__ = ["pack_folder"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "_known", behind._Known())


def value_of(indicator: str, place: str = "", *, whole: bool = False) -> kept.ValueView:
    position = kept.last_position(indicator)
    assert position is not None
    found = kept.values_of(indicator, position=position, place=place, whole=whole)
    return found[0]


def test_every_value_opens_down_to_its_records(pack_folder: Path, settings: Any) -> None:
    documents = [relic(Random(7)) for _ in range(3)] + [relic(Random(n)) for n in range(8, 20)]
    commit(documents)
    run = measure(house())
    counts = {one["id"]: one["object_count"] for one in documents}
    opened = 0
    rows = ComputedValue.objects.filter(records__isnull=False, suppressed=False)
    for row in rows.order_by("-id")[:4]:
        (value,) = [
            one
            for one in kept.values_of(row.indicator, position=run.position)
            if one.name == row.part
        ]
        found = records_behind(house(), value)
        assert list(found.records) == sorted(set(found.records)) != []
        assert set(found.records) <= counts.keys()
        if found.amounts is None:
            assert len(found.records) == value.value
        else:
            assert sum(found.amounts) == value.value
            assert [counts[one] for one in found.records] == [*found.amounts]
        opened += 1
    assert opened == 4
    here = {one["id"] for one in documents if one["place"]["code"] == "00070"}
    assert set(records_behind(house(), value_of("all", "00070")).records) == here


def test_they_stay_what_they_were_and_those_that_are_closed_are_known(
    pack_folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [relic(Random(n)) for n in range(4)]
    commit(documents)
    measure(house())
    value = value_of("all")
    withdraw_record(house(), documents[0]["id"], actor=OPERATOR, why="thử")
    state(
        pack_folder, "all", breakdowns=["place"], obtained="computed", select=f"{COUNT} FROM person"
    )
    # The snapshot is gone, the record too, and the file of the indicator is another.
    shutil.rmtree(Path(settings.KHUE_HOME) / "snapshots")
    with pytest.raises(Refused):
        records_behind(house(), value, hurry=True)  # a visitor makes no snapshot
    found = records_behind(house(), value)
    assert records_behind(house(), value, hurry=True) is found
    assert set(found.records) == {one["id"] for one in documents}
    seen = queries.seen_among(PUBLIC, found.records)
    assert set(seen) == {one["id"] for one in documents[1:]}
    monkeypatch.setattr(behind, "_count", None)  # an answer that is known is not counted again
    assert records_behind(house(), value) is found


def test_what_has_no_records_or_may_not_be_told_has_none(pack_folder: Path) -> None:
    commit([relic(Random(1)), {"id": new_ulid(), "type": "person", "name": {"vi": "Bà Hà"}}])
    measure(house())
    for value in (value_of("share"), value_of("people")):
        with pytest.raises(NotFound):
            records_behind(house(), value)
    assert value_of("people").digest == ""
    assert len(records_behind(house(), value_of("people", whole=True)).records) == 1


def test_a_value_that_comes_out_otherwise_is_damaged(pack_folder: Path) -> None:
    commit([relic(Random(1))])
    measure(house())
    ComputedValue.objects.filter(indicator="all").update(value=5)
    with pytest.raises(Damaged) as told:
        records_behind(house(), value_of("all"))
    assert [one.code for one in told.value.findings] == ["indicator_recomputed_differs"]


def test_one_at_a_time(pack_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit([relic(Random(1))])
    measure(house())
    monkeypatch.setattr(behind, "PATIENCE_S", 0.01)
    held = threading.Lock()
    monkeypatch.setattr(behind, "_engine", held)
    with held, pytest.raises(Busy):
        records_behind(house(), value_of("all"))
    assert len(records_behind(house(), value_of("all")).records) == 1


def test_answers_that_are_too_much_together_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    from khue.measures.compute import Counted

    monkeypatch.setattr(behind, "MOST_KEPT", 5)
    known = behind._Known()
    for number in range(3):
        known.add((str(number), 1, "{}"), Counted(2, ("a", "b"), None, ""))
    assert known.get(("0", 1, "{}")) is None
    assert known.get(("2", 1, "{}")) is not None
    known.add(("big", 1, "{}"), Counted(9, tuple("abcdefghi"), None, ""))
    assert known.get(("big", 1, "{}")) is not None
