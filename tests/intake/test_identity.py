"""The identity of a row: what a file changes when it comes again, exactly as the design says.

A row is compared with what its source last stated for it, never with the current record. The cases
are read first; after them, random lives of a file are compared with a model that is written from
the words of the design and knows nothing of documents, histories or the ledger.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khue import intake, search
from khue.lib.vietnamese import display
from khue.model.rights import OPERATOR
from khue.pipeline import (
    ImportReport,
    SourceNote,
    edit_record,
    house,
    import_file,
    undo_batch,
    verify,
)
from khue.registry import drafting, queries

Cells = dict[str, str]


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


@dataclass
class Desk:
    """Importing, editing and undoing in a line each."""

    folder: Path
    numbers: Counter[str] = field(default_factory=Counter)

    def bring(
        self, *rows: Cells, source: str = "kiem-ke", type_name: str = "relic", commit: bool = True
    ) -> ImportReport:
        """Import rows, given as heading to cell."""
        self.numbers[source] += 1
        path = self.folder / f"{source}-{self.numbers[source]}.csv"
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return import_file(
            house(), path, type_name=type_name, actor=OPERATOR, why="thử", commit=commit,
            note=SourceNote(source),
        )  # fmt: skip

    def edit(self, record: str, **stated: str) -> str | None:
        """An edit by hand; gives its batch."""
        changes = {path.replace("__", "."): text for path, text in stated.items()}
        done = edit_record(house(), record, changes, actor=OPERATOR, why="sửa tay")
        return None if done is None else done.batch

    def undo(self, batch: str | None) -> None:
        assert batch is not None
        undo_batch(house(), batch, actor=OPERATOR, why="hoàn tác")

    def document(self, record: str) -> dict[str, Any] | None:
        """The whole record as it is now."""
        return drafting.heads([record])[record][1]


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(folder)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return report.created, report.updated, report.unchanged, report.refused


def codes(report: ImportReport, *but: str) -> list[str]:
    return [one.code for one in report.findings if one.code not in but]


A = {"Mã số": "1", "Tên di tích": "Đình So", "Mô tả": "cổ", "Diện tích": "10 m2"}
B = {"Mã số": "2", "Tên di tích": "Chùa Thầy", "Mô tả": "đẹp", "Diện tích": "20 m2"}
C = {"Mã số": "3", "Tên di tích": "Đền Và", "Mô tả": "thiêng", "Diện tích": ""}


def test_a_file_that_comes_again_changes_nothing(desk: Desk) -> None:
    first = desk.bring(A, B, C)
    assert counts(first) == (3, 0, 0, 0)
    head = queries.head()
    for rows in ([A, B, C], [C, A, B]):
        again = desk.bring(*rows)
        assert counts(again) == (0, 0, 3, 0)
        assert again.batch is None
    assert queries.head() == head


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    assert counts(desk.bring(A, B, commit=False)) == (2, 0, 0, 0)
    assert queries.head() == 0
    desk.bring(A, B)
    dry = desk.bring(A | {"Mô tả": "mới"}, B, commit=False)
    assert (counts(dry), dry.batch) == ((0, 1, 1, 0), None)
    assert queries.head() == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: f"  {text} ",
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("Đ", "\u00d0"),
    ],
)
def test_spaces_and_unicode_forms_are_no_change(desk: Desk, change: Callable[[str], str]) -> None:
    for row in (
        A,
        {key: text for key, text in A.items() if key != "Mã số"} | {"Địa điểm": "Hà Nội"},
    ):
        desk.bring(row, source=f"nguồn {len(row)}")
        again = desk.bring(
            {key: change(text) for key, text in row.items()}, source=f"nguồn {len(row)}"
        )
        assert counts(again) == (0, 0, 1, 0)


def test_a_heading_in_another_unicode_form_is_no_change(desk: Desk) -> None:
    desk.bring(A | {"Cột lạ": "x"})
    again = desk.bring(
        {unicodedata.normalize("NFD", heading): text for heading, text in A.items()}
        | {unicodedata.normalize("NFD", "Cột  lạ"): "x"}
    )
    assert counts(again) == (0, 0, 1, 0)


def test_a_changed_cell_changes_only_its_field(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    desk.edit(record, name__en="So Communal House", opening_hours__vi="8 giờ")
    done = desk.bring(A | {"Mô tả": "rất cổ"})
    assert counts(done) == (0, 1, 0, 0)
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "rất cổ"}
    assert document["name"] == {"vi": "Đình So", "en": "So Communal House"}
    assert document["opening_hours"] == {"vi": "8 giờ"}
    changed = queries.history(OPERATOR, record, house().pack)[0].changed
    assert [one.path for one in changed] == ["description.vi"]


def test_a_cleared_cell_takes_its_value_away_and_a_cell_that_comes_brings_it(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    assert counts(desk.bring(A | {"Mô tả": ""})) == (0, 1, 0, 0)
    document = desk.document(record)
    assert document is not None
    assert "description" not in document
    assert "description.vi" not in document["sources"][0]["stated"]
    # A column that is gone says nothing: what it said stands.
    assert counts(desk.bring({"Mã số": "1", "Tên di tích": "Đình So"})) == (0, 0, 1, 0)
    assert counts(desk.bring(A)) == (0, 1, 0, 0)
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "cổ"}


def test_an_edit_stands_and_a_conflict_is_told_as_long_as_it_lasts(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    desk.edit(record, description__vi="cổ kính")
    assert counts(desk.bring(A)) == (0, 0, 1, 0)
    changed = A | {"Mô tả": "mới tu bổ", "Diện tích": "11 m2"}
    first = desk.bring(changed)
    assert counts(first) == (0, 1, 0, 0), "the other cell comes in"
    for report in (first, desk.bring(changed), desk.bring(changed)):
        told = [one for one in report.findings if one.code == "row_conflict"]
        assert [(one.field, one.value, one.row) for one in told] == [
            ("description.vi", "mới tu bổ", 2)
        ]
        assert "cổ kính" in told[0].message["vi"]
        document = desk.document(record)
        assert document is not None
        assert document["description"] == {"vi": "cổ kính"}
        assert document["area"]["value"] == 11
    # Settled by hand in favour of the file: nothing more to tell, and the file leads again.
    desk.edit(record, description__vi="mới tu bổ")
    assert codes(desk.bring(changed)) == []
    assert counts(desk.bring(changed | {"Mô tả": "tu bổ 2024"})) == (0, 1, 0, 0)
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "tu bổ 2024"}


def test_a_conflict_ends_when_the_file_takes_its_change_back(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    desk.edit(record, description__vi="cổ kính")
    assert "row_conflict" in codes(desk.bring(A | {"Mô tả": "mới"}))
    again = desk.bring(A)
    assert (counts(again), codes(again)) == ((0, 0, 1, 0), [])


def test_what_was_cleared_by_hand_is_not_filled_again(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    desk.edit(record, description__vi="")
    assert counts(desk.bring(A)) == (0, 0, 1, 0)
    assert "row_conflict" in codes(desk.bring(A | {"Mô tả": "mới"}))
    document = desk.document(record)
    assert document is not None
    assert "description" not in document


def test_what_was_filled_by_hand_is_not_overwritten_by_a_new_cell(desk: Desk) -> None:
    (record,) = desk.bring(A | {"Mô tả": ""}).records
    desk.edit(record, description__vi="viết tay")
    report = desk.bring(A)
    assert "row_conflict" in codes(report)
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "viết tay"}


def test_undo_and_import_again_gives_the_same_identifiers(desk: Desk) -> None:
    first = desk.bring(A, B)
    desk.undo(first.batch)
    assert [desk.document(record) for record in first.records] == [None, None]
    again = desk.bring(B, A, C)
    assert counts(again) == (3, 0, 0, 0)
    assert again.records[:2] == first.records[::-1]
    assert counts(desk.bring(A, B, C)) == (0, 0, 3, 0)


def test_an_undone_change_may_come_again(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    changed = desk.bring(A | {"Mô tả": "mới"})
    desk.undo(changed.batch)
    again = desk.bring(A | {"Mô tả": "mới"})
    assert (counts(again), codes(again)) == ((0, 1, 0, 0), [])
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "mới"}


def test_undoing_an_agreement_does_not_make_an_edit_the_source_s_own(desk: Desk) -> None:
    (record,) = desk.bring(A).records
    desk.edit(record, description__vi="viết tay")
    agreed = desk.bring(A | {"Mô tả": "viết tay"})
    assert codes(agreed) == []
    desk.undo(agreed.batch)
    # The source says "cổ" again, and someone has written over it since.
    report = desk.bring(A | {"Mô tả": "mới"})
    assert codes(report) == ["row_conflict"]
    document = desk.document(record)
    assert document is not None
    assert document["description"] == {"vi": "viết tay"}


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("relic/id:HN-7", "HN-7"),
        ("relic/id:7##2", "7#2"),
        ("relic/id:7##2#3", "7#2 (3)"),
        ('relic/row:["Chùa So", ""]', "Chùa So"),
        ('relic/row:["Chùa So", "Quốc Oai"]#2', "Chùa So, Quốc Oai (2)"),
        ('relic/row:["Chùa ' + "a" * 30 + "…", '["Chùa ' + "a" * 30 + "…"),
    ],
)
def test_the_key_of_a_row_is_shown_as_people_know_it(key: str, shown: str) -> None:
    assert intake.shown_key(key) == shown


def test_rows_that_are_gone_are_told_and_stay(desk: Desk) -> None:
    records = desk.bring(A, B, C).records
    report = desk.bring(A, C)
    told = [one for one in report.findings if one.code == "row_gone"]
    assert len(told) == 1
    assert told[0].level == "note"
    assert records[1] in str(told[0].values)
    assert told[0].value == "2"
    assert desk.document(records[1]) is not None
    assert counts(report) == (0, 0, 2, 0)
    assert counts(desk.bring(A, B, C)) == (0, 0, 3, 0)


def test_two_sources_have_records_of_their_own(desk: Desk) -> None:
    (one,) = desk.bring(A, source="sở").records
    (two,) = desk.bring(A, source="quận").records
    assert one != two
    desk.bring(A | {"Mô tả": "khác"}, source="quận")
    first = desk.document(one)
    assert first is not None
    assert first["description"] == {"vi": "cổ"}
    assert counts(desk.bring(A, source="sở")) == (0, 0, 1, 0)


def test_two_types_of_one_source_have_records_of_their_own(desk: Desk) -> None:
    row = {"Mã số": "1", "name.vi": "Phở"}
    (relic,) = desk.bring(row).records
    (dish,) = desk.bring(row, type_name="dish").records
    assert relic != dish
    assert counts(desk.bring(row)) == (0, 0, 1, 0)


def test_rows_without_a_number_are_known_by_name_and_place(desk: Desk) -> None:
    one = {"Tên di tích": "Chùa Mía", "Địa điểm": "Sơn Tây, Hà Nội", "Mô tả": "một"}
    two = {"Tên di tích": "Chùa Mía", "Địa điểm": "Ba Vì, Hà Nội", "Mô tả": "hai"}
    first = desk.bring(one, two, one | {"Mô tả": "trùng"})
    assert len(set(first.records)) == 3
    again = desk.bring(two | {"Mô tả": "hai mới"}, one, one | {"Mô tả": "trùng"})
    assert counts(again) == (0, 1, 2, 0)
    assert again.records == [first.records[1], first.records[0], first.records[2]]
    # A new name is another row: the old one is gone, and told.
    renamed = desk.bring(one | {"Tên di tích": "Chùa Mới"}, two | {"Mô tả": "hai mới"})
    assert counts(renamed) == (1, 0, 1, 0)
    assert codes(renamed).count("row_gone") == 2


@pytest.mark.parametrize(
    "numbers", [["7", "7", "7#2"], ["7#2", "7", "7"], ["7", "7#2", "7", "7#2"]]
)
def test_repeated_numbers_are_told_apart(desk: Desk, numbers: list[str]) -> None:
    rows = [{"Mã số": number, "Tên di tích": f"Đình {n}"} for n, number in enumerate(numbers)]
    first = desk.bring(*rows)
    assert counts(first) == (len(numbers), 0, 0, 0)
    assert len(set(first.records)) == len(numbers)
    repeated = sum(number in numbers[:n] for n, number in enumerate(numbers))
    assert codes(first).count("identifier_repeated") == repeated
    assert counts(desk.bring(*rows)) == (0, 0, len(numbers), 0)


def test_a_number_that_only_differs_in_spaces_is_the_same(desk: Desk) -> None:
    (record,) = desk.bring({"Mã số": "KK 01", "Tên di tích": "Đình So"}).records
    again = desk.bring({"Mã số": " KK  01", "Tên di tích": "Đình So"})
    assert (counts(again), again.records) == ((0, 0, 1, 0), [record])


def test_a_refused_row_is_told_and_the_others_come_in(desk: Desk) -> None:
    report = desk.bring(A, B | {"Tên di tích": ""}, C)
    assert counts(report) == (2, 0, 0, 1)
    assert [(one.code, one.row) for one in report.findings if one.level == "error"] == [
        ("name_missing", 3)
    ]
    # A row that loses its name is refused; its record stays as it was, and it is not gone.
    report = desk.bring(A | {"Tên di tích": "", "Mô tả": "mất tên"}, C)
    assert counts(report) == (0, 0, 1, 1)
    assert "row_gone" not in codes(report)


def test_a_reference_is_resolved_when_its_record_comes(desk: Desk) -> None:
    row = A | {"worshipped_persons": "Chu Văn An"}
    (record,) = desk.bring(row).records
    (person,) = desk.bring({"name.vi": "Chu Văn An"}, source="người", type_name="person").records
    assert counts(desk.bring(row)) == (0, 1, 0, 0)
    document = desk.document(record)
    assert document is not None
    assert document["worshipped_persons"] == [person]
    assert counts(desk.bring(row)) == (0, 0, 1, 0)
    # Nobody has edited it: the file may go on changing it.
    (other,) = desk.bring({"name.vi": "Lý Thánh Tông"}, source="vua", type_name="person").records
    report = desk.bring(A | {"worshipped_persons": "Lý Thánh Tông"})
    assert (counts(report), codes(report)) == ((0, 1, 0, 0), [])
    document = desk.document(record)
    assert document is not None
    assert document["worshipped_persons"] == [other]


def test_a_reference_set_by_hand_is_not_the_source_s_own(desk: Desk) -> None:
    (record,) = desk.bring(A | {"worshipped_persons": "Ai Đó"}).records
    people = desk.bring(
        {"name.vi": "Chu Văn An"}, {"name.vi": "Lý Thánh Tông"}, source="người", type_name="person"
    ).records
    desk.edit(record, worshipped_persons=people[0])
    assert counts(desk.bring(A | {"worshipped_persons": "Ai Đó"})) == (0, 0, 1, 0)
    report = desk.bring(A | {"worshipped_persons": "Lý Thánh Tông"})
    assert codes(report) == ["row_conflict"]
    document = desk.document(record)
    assert document is not None
    assert document["worshipped_persons"] == [people[0]]


# --- Random lives of a file -----------------------------------------------------------------------

NAMES = ("Đình So", "Chùa Thầy", "Đền Và")
PLACES = ("", "Phường Hoàn Kiếm, Hà Nội", "Huế")
TEXTS = ("", "một", "hai", "ba")
AREAS = ("", "10 m2", "20 m2", "rộng lắm")
RANKS = ("", "Quốc gia", "Cấp tỉnh")
NUMBERS = ("", "1", "2", "2#2")
POOLS = {
    "identifiers.inventory": NUMBERS,
    "name.vi": NAMES,
    "place": PLACES,
    "description.vi": TEXTS,
    "area": AREAS,
    "designations.rank": RANKS,
    "Cột lạ": TEXTS,
}
BY_HAND = {"description.vi": TEXTS, "area": AREAS[:3], "name.vi": NAMES}


def group_of(heading: str) -> str:
    """What is edited and compared as one for a column."""
    return {
        "designations.rank": "designations",
        "identifiers.inventory": "identifiers",
        "Cột lạ": "other",
    }.get(heading, heading)  # fmt: skip


def value_of(heading: str, text: str) -> Any:
    """What a cell means, by the words of the pools."""
    if not text or text == "rộng lắm":
        return None
    if heading == "area":
        return {"value": float(text.removesuffix(" m2")), "unit": "m2"}
    if heading == "designations.rank":
        return [{"rank": {"Quốc gia": "NAT", "Cấp tỉnh": "PROV"}[text]}]
    if heading == "Cột lạ":
        return {"Cột lạ": text}
    if heading == "identifiers.inventory":
        return [{"scheme": "kiem-ke", "value": text}]
    if heading == "place":
        return house().resolve_place(text)
    return text


@dataclass
class Known:
    """What the model knows of a row: the values of its record (None while it is gone), the cells
    that its source last stated, and the values that they were taken for."""

    record: str
    values: dict[str, Any] | None
    stated: Cells
    taken: dict[str, Any]


@dataclass
class Model:
    """The design in a few lines: rows by key, and what they were before each batch."""

    known: dict[tuple[Any, ...], Known] = field(default_factory=dict)

    def keys(self, rows: list[Cells]) -> list[tuple[Any, ...]]:
        """The source's number, else name and place; with how many of the same came before."""
        seen: Counter[tuple[Any, ...]] = Counter()
        keys = []
        for row in rows:
            number = row["identifiers.inventory"]
            base = ("number", number) if number else ("key", row["name.vi"], row["place"])
            seen[base] += 1
            keys.append((*base, seen[base]))
        return keys

    def bring(
        self, rows: list[Cells], records: list[str]
    ) -> tuple[list[str], set[tuple[int, str]]]:
        """What an import does: the outcome of each row, and conflicts as (row number, field)."""
        outcomes, conflicts = [], set()
        for number, (key, row, record) in enumerate(
            zip(self.keys(rows), rows, records, strict=True), 2
        ):
            cells = {heading: text for heading, text in row.items() if text}
            said = {group_of(heading): value_of(heading, text) for heading, text in cells.items()}
            old = self.known.get(key)
            if old is None or old.values is None:
                assert old is None or old.record == record, "a row keeps its record for ever"
                values = {group: value for group, value in said.items() if value is not None}
                self.known[key] = Known(record, values, cells, said)
                outcomes.append("create")
                continue
            assert old.record == record
            before = deepcopy((old.values, old.stated))
            for heading in sorted({*cells, *old.stated}):
                if cells.get(heading) == old.stated.get(heading):
                    continue
                group, new = group_of(heading), said.get(group_of(heading))
                now = old.values.get(group)
                if now not in (new, old.taken.get(group)):
                    conflicts.add((number, group))
                    continue
                old.values.pop(group, None)
                if new is not None:
                    old.values[group] = new
                old.taken[group] = new
                old.stated.pop(heading, None)
                if heading in cells:
                    old.stated[heading] = cells[heading]
            outcomes.append("unchanged" if (old.values, old.stated) == before else "update")
        return outcomes, conflicts


cells = st.fixed_dictionaries({heading: st.sampled_from(pool) for heading, pool in POOLS.items()})
headings = st.sampled_from([*POOLS])
number = st.integers(0, 9)
step = st.one_of(
    st.tuples(st.just("set"), number, headings, number),
    st.tuples(st.just("insert"), number, cells),
    st.tuples(st.just("remove"), number),
    st.tuples(st.just("repeat"), number),
    st.tuples(st.just("shuffle"), st.randoms(use_true_random=False)),
    st.tuples(st.just("noise"), st.just(None)),
    st.tuples(st.just("edit"), number, st.sampled_from([*BY_HAND]), number),
    st.tuples(st.just("undo"), st.just(None)),
    st.tuples(st.just("bring"), st.just(None)),
)


@settings(max_examples=60)
@given(st.lists(cells, min_size=1, max_size=3), st.lists(step, max_size=14))
def test_any_life_of_a_file(
    db: None,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Cells],
    steps: list[tuple[Any, ...]],
) -> None:
    with transaction.atomic():
        life = Life(Desk(tmp_path_factory.mktemp("life")), rows)
        life.bring()
        for name, *given_ in steps:
            getattr(life, name)(*given_)
        life.bring()
        life.settle()
        transaction.set_rollback(True)


@dataclass
class Life:
    """A file, the registry and the model, kept in step."""

    desk: Desk
    rows: list[Cells]
    model: Model = field(default_factory=Model)
    past: list[tuple[str, Model]] = field(default_factory=list)
    noisy: bool = False

    def set(self, row: int, heading: str, value: int) -> None:
        """A cell is written anew."""
        if self.rows:
            pool = POOLS[heading]
            self.rows[row % len(self.rows)][heading] = pool[value % len(pool)]

    def insert(self, at: int, row: Cells) -> None:
        """A row comes in between."""
        self.rows.insert(at % (len(self.rows) + 1), dict(row))

    def remove(self, at: int) -> None:
        """A row goes."""
        if len(self.rows) > 1:
            del self.rows[at % len(self.rows)]

    def repeat(self, at: int) -> None:
        """A row comes twice."""
        self.rows.append(dict(self.rows[at % len(self.rows)]))

    def shuffle(self, random: Any) -> None:
        """Rows change places."""
        random.shuffle(self.rows)

    def noise(self, _: None) -> None:
        """From now on, or no more, the file is written with other spaces and Unicode forms."""
        self.noisy = not self.noisy

    def edit(self, which: int, path: str, value: int) -> None:
        """Someone edits a record by hand."""
        present = [one for one in self.model.known.values() if one.values is not None]
        if not present:
            return
        known = present[which % len(present)]
        text = BY_HAND[path][value % len(BY_HAND[path])]
        before = deepcopy(self.model)
        batch = self.desk.edit(known.record, **{path.replace(".", "__"): text})
        assert known.values is not None
        new = value_of(path, text)
        assert (batch is None) == (known.values.get(path) == new)
        if batch is not None:
            known.values.pop(path, None)
            if new is not None:
                known.values[path] = new
            self.past.append((batch, before))

    def undo(self, _: None) -> None:
        """The last batch is taken back; records that it made keep their rows for ever."""
        if not self.past:
            return
        batch, before = self.past.pop()
        self.desk.undo(batch)
        for key, known in self.model.known.items():
            before.known.setdefault(key, Known(known.record, None, {}, {}))
        self.model = before

    def bring(self, _: None = None) -> ImportReport:
        """The file is imported, and the registry is as the model says."""
        before = deepcopy(self.model)
        written = [{h: self._write(text) for h, text in row.items()} for row in self.rows]
        report = self.desk.bring(*written)
        outcomes, conflicts = self.model.bring(self.rows, report.records)
        expected = tuple(outcomes.count(one) for one in ("create", "update", "unchanged"))
        assert counts(report) == (*expected, 0)
        told = {(one.row, one.field) for one in report.findings if one.code == "row_conflict"}
        assert told == conflicts
        if report.batch is not None:
            self.past.append((report.batch, before))
        assert (report.batch is None) == (expected[:2] == (0, 0))
        present = {key for key, one in self.model.known.items() if one.values is not None}
        gone = present - set(self.model.keys(self.rows))
        assert codes(report).count("row_gone") == len(gone)
        self.compare()
        return report

    def compare(self) -> None:
        """Every record is what the model says."""
        records = [one.record for one in self.model.known.values()]
        assert len(set(records)) == len(records)
        heads = drafting.heads(records)
        for known in self.model.known.values():
            document = heads[known.record][1]
            if known.values is None:
                assert document is None
                continue
            assert document is not None
            found = {
                path: value
                for path, value in _flat(document).items()
                if path not in ("id", "type", "sources")
            }
            assert found == known.values

    def settle(self) -> None:
        """Nothing is left to do, and the ledger proves it."""
        report = self.desk.bring(*self.rows)
        assert (report.created, report.updated, report.batch) == (0, 0, None)
        assert not verify(house()).findings

    def _write(self, text: str) -> str:
        if not self.noisy:
            return text
        return f" {unicodedata.normalize('NFD', text).replace(' ', '  ')}\u00a0"


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    """The document with each language of a text by itself."""
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if name in ("name", "description"):
            flat |= {f"{name}.{lang}": text for lang, text in value.items()}
        elif name == "other":  # kept as the file writes it
            flat[name] = {heading: display(text) for heading, text in value.items()}
        else:
            flat[name] = value
    return flat
