"""Laws of identity over random lives of two data sets: rows come, change places, repeat and go;
records are edited by hand, merged and undone in between.

`test_identity` compares one file with a model; here two sources may speak of one record, and what
is held is what nobody may ever lose.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khue import search
from khue.model.errors import KhueError
from khue.model.rights import OPERATOR
from khue.pipeline import ImportReport, house, merge_records, verify
from khue.registry import drafting, queries
from tests.intake.test_identity import Cells, Desk, codes

SOURCES = ("sở", "quận")
ROWS = [
    {"Mã số": number, "Tên di tích": name, "Mô tả": "", "Niên đại": ""}
    for number, name in (("1", "Đình So"), ("2", "Chùa Thầy"), ("", "Đền Và"))
]
TEXTS = ("", "một", "hai", "ba")
YEARS = ("", "1673", "1802")
FIELDS = {"Mô tả": TEXTS, "Niên đại": YEARS}


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


@dataclass
class Lives:
    """Two files and one registry; `by_hand` is what people wrote, by record and field."""

    desk: Desk
    files: dict[str, list[Cells]] = field(
        default_factory=lambda: {source: [dict(row) for row in ROWS] for source in SOURCES}
    )
    by_hand: dict[tuple[str, str], str] = field(default_factory=dict)
    past: list[tuple[str | None, dict[str, Any], dict[tuple[str, str], str]]] = field(
        default_factory=list
    )
    said: int = 0

    def cell(self, source: str, row: int, heading: str, value: int) -> None:
        """A cell is written anew."""
        rows, pool = self.files[source], FIELDS[heading]
        rows[row % len(rows)][heading] = pool[value % len(pool)]

    def shuffle(self, source: str, random: Any) -> None:
        """Rows change places."""
        random.shuffle(self.files[source])

    def repeat(self, source: str, row: int) -> None:
        """A row comes twice."""
        rows = self.files[source]
        if len(rows) < 5:
            rows.append(dict(rows[row % len(rows)]))

    def remove(self, source: str, row: int) -> None:
        """A row goes; its record stays."""
        rows = self.files[source]
        if len(rows) > 1:
            del rows[row % len(rows)]

    def contest(self, source: str, row: int, value: int) -> None:
        """Someone writes over a cell, and then the file states it anew: a conflict."""
        records = self.bring(source).records
        at = row % len(records)
        self.write(records[at])
        self.cell(source, at, "Mô tả", value)
        self.bring(source)

    def bring(self, source: str) -> ImportReport:
        """A file is imported: what people wrote stands, and twice is once."""
        before, hand = self.documents(), dict(self.by_hand)
        report = self.desk.bring(*self.files[source], source=source)
        if report.batch is not None:
            self.past.append((report.batch, before, hand))
        self.hold()
        assert before.keys() <= self.documents().keys(), "no import takes a record away"
        again = self.desk.bring(*self.files[source], source=source)
        assert (again.created, again.updated, again.batch) == (0, 0, None)
        assert again.records == report.records
        repeated = codes(report).count("row_conflict")
        assert codes(again).count("row_conflict") == repeated, "told as long as it lasts"
        return report

    def edit(self, which: int, _: int) -> None:
        """Someone writes what no file says."""
        living = sorted(self.documents())
        if not living:
            return
        self.write(living[which % len(living)])

    def write(self, record: str) -> None:
        """A description by hand that no file has."""
        self.said += 1
        before, hand = self.documents(), dict(self.by_hand)
        batch = self.desk.edit(record, description__vi=f"viết tay {self.said}")
        self.by_hand[record, "description"] = f"viết tay {self.said}"
        self.past.append((batch, before, hand))
        self.hold()

    def merge(self, first: int, second: int) -> None:
        """Two records turn out to be one."""
        living = sorted(self.documents())
        if len(living) < 2:
            return
        winner, loser = living[first % len(living)], living[second % len(living)]
        if winner == loser:
            return
        before, hand = self.documents(), dict(self.by_hand)
        done = merge_records(house(), winner, loser, actor=OPERATOR, why="một di tích")
        theirs = self.by_hand.pop((loser, "description"), None)
        if theirs is not None and "description" not in before[winner]:
            self.by_hand[winner, "description"] = theirs
        self.past.append((done.batch, before, hand))
        self.hold()

    def undo(self, _: int, __: int) -> None:
        """The last batch is taken back, and everything is as it was before it."""
        if not self.past:
            return
        batch, before, hand = self.past.pop()
        try:
            self.desk.undo(batch)
        except KhueError:
            self.past.clear()
            return
        self.by_hand = hand
        assert self.documents() == before

    def documents(self) -> dict[str, Any]:
        """All records that are there, whole."""
        heads = drafting.heads(list(queries.ids(OPERATOR)))
        return deepcopy({key: document for key, (_, document) in heads.items() if document})

    def hold(self) -> None:
        """What people wrote stands."""
        documents = self.documents()
        for (record, name), text in self.by_hand.items():
            assert documents[record][name]["vi"] == text


source = st.sampled_from(SOURCES)
number = st.integers(0, 4)
step = st.one_of(
    st.tuples(st.just("cell"), source, number, st.sampled_from([*FIELDS]), number),
    st.tuples(st.just("shuffle"), source, st.randoms(use_true_random=False)),
    st.tuples(st.just("repeat"), source, number),
    st.tuples(st.just("remove"), source, number),
    st.tuples(st.just("bring"), source),
    st.tuples(st.just("edit"), number, number),
    st.tuples(st.just("contest"), source, number, number),
    st.tuples(st.just("merge"), number, number),
    st.tuples(st.just("undo"), number, number),
)


@settings(max_examples=10)
@given(st.lists(step, min_size=5, max_size=9))
def test_what_people_wrote_and_what_files_say(
    db: None, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        lives = Lives(Desk(tmp_path_factory.mktemp("lives")))
        for one in SOURCES:
            lives.bring(one)
        for name, *given_ in steps:
            getattr(lives, name)(*given_)
        for one in SOURCES:
            lives.bring(one)
        assert not verify(house()).findings
        transaction.set_rollback(True)
