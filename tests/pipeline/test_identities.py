"""Rows of files whose records were merged, split or withdrawn: still the same rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from khue import search
from khue.lib.identifiers import new_ulid
from khue.model.errors import NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC
from khue.pipeline import (
    ImportReport,
    SourceNote,
    edit_record,
    house,
    import_file,
    merge_records,
    restore_record,
    split_record,
    verify,
    withdraw_record,
)
from khue.registry import drafting, queries

Cells = dict[str, str]


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


@dataclass
class Desk:
    """Importing and merging in a line each."""

    folder: Path
    numbers: Any

    def bring(self, source: str, *rows: Cells) -> ImportReport:
        path = self.folder / f"{source}-{next(self.numbers)}.csv"
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, headings, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return import_file(
            house(), path, type_name="relic", actor=OPERATOR, why="thử", commit=True,
            note=SourceNote(source),
        )  # fmt: skip

    def merge(self, winner: str, loser: str, *take: str) -> str:
        done = merge_records(house(), winner, loser, take=take, actor=OPERATOR, why="trùng")
        return done.batch

    def split(self, record: str) -> None:
        split_record(house(), record, actor=OPERATOR, why="nhầm")

    def of(self, record: str) -> dict[str, Any]:
        document = drafting.heads([record])[record][1]
        assert document is not None
        return document


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    folder = tmp_path / "files"
    folder.mkdir()
    return Desk(folder, count(1))


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, refused."""
    return report.created, report.updated, report.unchanged, report.refused


def told(report: ImportReport, code: str) -> list[str]:
    return [one.field or one.value for one in report.findings if one.code == code]


A = {"Mã số": "1", "Tên di tích": "Đình So", "Mô tả": "cổ", "Diện tích": "10 m2"}
B = {"Mã số": "7", "Tên di tích": "Đình làng So", "Diện tích": "12 m2", "Năm xây dựng": "1700"}


def two_sources(desk: Desk) -> tuple[str, str]:
    (winner,), (loser,) = desk.bring("so", A).records, desk.bring("danh-muc", B).records
    return winner, loser


def test_files_of_both_sources_come_again_unchanged(desk: Desk) -> None:
    winner, loser = two_sources(desk)
    desk.merge(winner, loser)
    head = queries.head()
    for source, row in (("so", A), ("danh-muc", B)):
        report = desk.bring(source, row)
        assert counts(report) == (0, 0, 1, 0)
        assert report.records == [winner]
        assert not report.findings
    assert queries.head() == head
    assert verify(house()).findings == ()


def test_a_cell_of_the_losers_row_changes_the_winner(desk: Desk) -> None:
    winner, loser = two_sources(desk)
    desk.merge(winner, loser)
    # What only the loser said is still that source's to say.
    report = desk.bring("danh-muc", B | {"Năm xây dựng": "1710"})
    assert (counts(report), report.records) == ((0, 1, 0, 0), [winner])
    assert desk.of(winner)["built"] == "1710"
    # What the winner says is its own: that is told, each time, and not overwritten.
    changed = B | {"Năm xây dựng": "1710", "Diện tích": "15 m2"}
    for _ in range(2):
        report = desk.bring("danh-muc", changed)
        assert (counts(report), told(report, "row_conflict")) == ((0, 0, 1, 0), ["area"])
    assert desk.of(winner)["area"]["value"] == 10
    # The winner's own source may change it, and only what it states anew.
    report = desk.bring("so", A | {"Diện tích": "11 m2"})
    assert counts(report) == (0, 1, 0, 0)
    assert desk.of(winner)["area"]["value"] == 11
    assert desk.of(winner)["name"] == {"vi": "Đình So"}


def test_what_was_taken_from_the_loser_is_its_sources_to_change(desk: Desk) -> None:
    winner, loser = two_sources(desk)
    desk.merge(winner, loser, "name", "area")
    assert desk.of(winner)["name"] == {"vi": "Đình làng So"}
    report = desk.bring("danh-muc", B | {"Diện tích": "15 m2"})
    assert counts(report) == (0, 1, 0, 0)
    assert desk.of(winner)["area"]["value"] == 15
    report = desk.bring("so", A | {"Tên di tích": "Đình So (Quốc Oai)"})
    assert told(report, "row_conflict") == ["name.vi"]


def test_a_split_sends_rows_back(desk: Desk) -> None:
    winner, loser = two_sources(desk)
    desk.merge(winner, loser)
    desk.bring("danh-muc", B | {"Năm xây dựng": "1710"})
    desk.split(loser)
    assert drafting.rows_of_source("danh-muc", ["relic/id:7"]) == {"relic/id:7": loser}
    # It is as it last was itself, so what its source said meanwhile comes in again.
    assert desk.of(loser)["built"] == "1700"
    report = desk.bring("danh-muc", B | {"Năm xây dựng": "1710"})
    assert (counts(report), report.records) == ((0, 1, 0, 0), [loser])
    assert desk.of(loser)["built"] == "1710"
    assert counts(desk.bring("so", A)) == (0, 0, 1, 0)
    assert [one["name"] for one in desk.of(winner)["sources"]] == ["so"]
    assert verify(house()).findings == ()


def test_two_rows_of_one_file_are_one_record(desk: Desk) -> None:
    second = {"Mã số": "2", "Tên di tích": "Đình Sô", "Mô tả": "cổ", "Diện tích": "20 m2"}
    winner, loser = desk.bring("so", A, second).records
    desk.merge(winner, loser)
    report = desk.bring("so", A, second)
    assert (counts(report), report.records) == ((0, 0, 2, 0), [winner, winner])
    # Both change something: neither undoes the other.
    both = A | {"Mô tả": "rất cổ"}, second | {"Mô tả": "rất cổ", "Năm xây dựng": "1700"}
    report = desk.bring("so", *both)
    assert (counts(report), told(report, "row_conflict")) == ((0, 2, 0, 0), [])
    now = desk.of(winner)
    assert (now["description"], now["built"]) == ({"vi": "rất cổ"}, "1700")
    assert counts(desk.bring("so", *both)) == (0, 0, 2, 0)
    # The first row's words are not the second's to change, though they are of one file.
    first = both[0] | {"Diện tích": "11 m2"}
    assert counts(desk.bring("so", first, both[1])) == (0, 1, 1, 0)
    report = desk.bring("so", first, both[1] | {"Diện tích": "21 m2"})
    assert told(report, "row_conflict") == ["area"]
    assert desk.of(winner)["area"]["value"] == 11
    desk.split(loser)
    assert desk.of(loser)["area"]["value"] == 20
    report = desk.bring("so", first, both[1])
    assert (counts(report), report.records) == ((0, 1, 1, 0), [winner, loser])
    assert verify(house()).findings == ()


def test_what_the_winner_was_before_says_nothing_of_the_losers_row(desk: Desk) -> None:
    """Split, edited and merged again: only what the loser said and the merged record was since."""
    second = {"Mã số": "2", "Tên di tích": "Đình Sô", "Diện tích": "20 m2"}
    winner, loser = desk.bring("so", A, second).records
    desk.merge(winner, loser)
    desk.split(loser)
    desk.bring("so", A | {"Diện tích": "11 m2"}, second)
    desk.merge(winner, loser)
    report = desk.bring("so", A | {"Diện tích": "11 m2"}, second | {"Diện tích": "21 m2"})
    assert told(report, "row_conflict") == ["area"]
    assert desk.of(winner)["area"]["value"] == 11


def test_a_file_does_not_bring_back_what_was_withdrawn(desk: Desk) -> None:
    first, second = desk.bring("so", A, B).records
    withdraw_record(house(), first, actor=OPERATOR, why="không có thật")
    naming = {"Mã số": "9", "Tên di tích": "Tam quan", "Thuộc cụm di tích": "Đình So"}
    report = desk.bring("so", A | {"Mô tả": "rất cổ"}, B, naming)
    assert (counts(report), report.records[:2]) == ((1, 0, 2, 0), [first, second])
    assert told(report, "row_withdrawn") == ["Đình So"]
    assert told(report, "reference_unresolved")
    assert queries.get(OPERATOR, first, house().pack) is None
    restore_record(house(), first, actor=OPERATOR, why="có thật")
    report = desk.bring("so", A | {"Mô tả": "rất cổ"}, B, naming)
    assert counts(report) == (0, 2, 1, 0)
    assert desk.of(first)["description"] == {"vi": "rất cổ"}
    assert desk.of(report.records[2])["part_of"] == first


def test_whose_identifier_it_was_is_said(desk: Desk) -> None:
    winner, loser = two_sources(desk)
    third = desk.bring("so", A | {"Mã số": "3"}).records[0]
    desk.merge(winner, loser)
    withdraw_record(house(), third, actor=OPERATOR, why="không có thật")

    def refused(act: Any, *records: str, error: type[Exception] = Refused) -> str:
        with pytest.raises(error) as found:
            act(house(), *records, actor=OPERATOR, why="x")
        return str(found.value.message["en"])  # type: ignore[attr-defined]

    for act, records in (
        (merge_records, (winner, loser)),
        (merge_records, (loser, winner)),
        (withdraw_record, (loser,)),
    ):
        assert refused(act, *records).endswith(f"merged into record {winner}.")
    for act, records in ((merge_records, (winner, third)), (withdraw_record, (third,))):
        assert refused(act, *records).endswith("withdrawn: không có thật")
    unknown = new_ulid()
    for act, records in (
        (merge_records, (winner, unknown)),
        (withdraw_record, (unknown,)),
        (restore_record, (unknown,)),
        (split_record, (unknown,)),
    ):
        assert unknown in refused(act, *records, error=NotFound)
    refused(merge_records, winner, winner, error=WrongUse)
    # Who may not know of its past is told what everyone is told.
    for record in (third, unknown):
        with pytest.raises(NotFound):
            withdraw_record(house(), record, actor=PUBLIC, why="x")
    # An edit of a merged record is one of the record that it is now.
    done = edit_record(house(), loser, {"name.en": "So"}, actor=OPERATOR, why="x")
    assert done is not None
    assert done.records == (winner,)


@pytest.mark.parametrize("field", ["khong_co", "description", "identifiers", "nam", "name.en"])
def test_only_what_the_loser_says_can_be_taken(desk: Desk, field: str) -> None:
    winner, loser = two_sources(desk)
    with pytest.raises(WrongUse) as found:
        desk.merge(winner, loser, field)
    assert found.value.mend["vi"]
    assert drafting.heads([loser])[loser][0] == 1
