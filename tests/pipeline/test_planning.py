"""What rows do to records: what must not be lost, opened or left dangling on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from khue.lib.vietnamese import name_key
from khue.model.errors import NotAllowed, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC
from khue.pipeline import ImportReport, SourceNote, edit_record, house, import_file
from khue.registry import actions, drafting, queries

pytestmark = pytest.mark.django_db


def bring_in(home: Path, text: str, type_name: str = "relic") -> ImportReport:
    """Import a CSV text of the data set `so`."""
    path = home / "so.csv"
    path.write_text(text, encoding="utf-8")
    return import_file(
        house(),
        path,
        type_name=type_name,
        actor=OPERATOR,
        why="thử",
        commit=True,
        note=SourceNote("so"),
    )


def codes(report: ImportReport) -> list[str]:
    return [one.code for one in report.findings]


def named(name: str) -> dict[str, Any]:
    """The whole record of this name."""
    key = name_key(name)
    (record,) = drafting.named((), [key])[key]
    document = drafting.heads([record])[record][1]
    assert document is not None
    return document


def test_a_column_that_is_gone_takes_nothing_away(home: Path) -> None:
    bring_in(
        home,
        "Mã số,Tên,Mô tả,Cấp,Ngày QĐ,Lạ\n1,Alpha,Cổ,QG,28/4/1962,giữ\n",
    )
    before = named("Alpha")
    report = bring_in(home, "Mã số,Tên,Cấp\n1,Alpha,QG\n")
    assert (report.updated, report.unchanged) == (0, 1)
    assert codes(report).count("column_gone") == 3
    # A changed cell of a statement keeps the parts whose columns are gone.
    report = bring_in(home, "Mã số,Tên,Cấp\n1,Alpha,QGĐB\n")
    assert report.updated == 1
    after = named("Alpha")
    assert after["designations"] == [{"rank": "SPEC", "date": "1962-04-28"}]
    assert {key: after[key] for key in ("description", "other")} == {
        key: before[key] for key in ("description", "other")
    }
    assert bring_in(home, "Mã số,Tên,Cấp\n1,Alpha,QGĐB\n").unchanged == 1


def test_an_emptied_cell_takes_its_value_away_and_is_told(home: Path) -> None:
    bring_in(home, "Mã số,Tên,Mô tả\n1,Alpha,Cổ\n2,Beta,Mới\n")
    report = bring_in(home, "Mã số,Tên,Mô tả\n1,Alpha,\n2,Beta,Mới\n")
    assert "description" not in named("Alpha")
    assert codes(report) == ["cell_emptied"]


@pytest.mark.parametrize("column", ["visibility", "location_sensitive"])
def test_what_guards_the_record_must_be_understood(home: Path, column: str) -> None:
    bring_in(home, f"Mã số,Tên,{column}\n1,Alpha,{'STAFF' if column == 'visibility' else 'có'}\n")
    assert named("Alpha")[column]
    report = bring_in(home, f"Mã số,Tên,{column}\n1,Alpha,thế nào cũng được\n")
    assert report.refused == 1
    assert "guard_unreadable" in codes(report)
    assert named("Alpha")[column]


def test_rows_that_are_named_in_english_alone_keep_their_records(home: Path) -> None:
    bring_in(home, "name.en,Địa điểm\nAlpha,Hà Nội\nBeta,Hà Nội\n")
    records = {name: named(name)["id"] for name in ("Alpha", "Beta")}
    report = bring_in(home, "name.en,Địa điểm\nNew,Hà Nội\nAlpha,Hà Nội\nBeta,Hà Nội\n")
    assert (report.created, report.unchanged) == (1, 2)
    assert {name: named(name)["id"] for name in ("Alpha", "Beta")} == records


def test_nothing_refers_to_a_row_that_is_refused(home: Path) -> None:
    text = "Mã số,Tên,Thuộc cụm di tích,visibility\n1,Cụm X,,{}\n2,Nhà Y,Cụm X,\n"
    report = bring_in(home, text.format("không biết là gì"))
    assert (report.created, report.refused) == (1, 1)
    assert "part_of" not in named("Nhà Y")
    assert "reference_unresolved" in codes(report)
    # Once the file is mended, the reference comes in.
    assert bring_in(home, text.format("")).updated == 1
    assert named("Nhà Y")["part_of"] == named("Cụm X")["id"]


@pytest.mark.parametrize(
    "cited", ["09-NQ/TU", "NQ 09-NQ/TU", "Nghị quyết số 09-NQ/TU", "nghị quyết 09-NQ/TU"]
)
def test_a_document_is_referred_to_by_its_number(home: Path, cited: str) -> None:
    bring_in(home, "Tên\nNghị quyết 09-NQ/TU\nNghị quyết 24/NQ-HĐND\n", "policy")
    report = bring_in(home, f"Tên,Theo văn bản,Giá trị,ĐVT\nTỷ trọng,{cited},5,%\n", "target")
    assert "reference_unresolved" not in codes(report)
    assert named("Tỷ trọng")["policy"] == named("Nghị quyết 09-NQ/TU")["id"]


@pytest.mark.parametrize(
    "cited", ["24/2025/NQ-HDND", "09-NQ/TU ngày 22/02/2022", "24", "24/KH-UBND"]
)
def test_another_number_or_a_day_is_another_document(home: Path, cited: str) -> None:
    bring_in(home, "Tên\nNghị quyết 09-NQ/TU\nNghị quyết 24/NQ-HĐND\n", "policy")
    report = bring_in(home, f"Tên,Theo văn bản,Giá trị,ĐVT\nTỷ trọng,{cited},5,%\n", "target")
    assert "reference_unresolved" in codes(report)
    assert "policy" not in named("Tỷ trọng")


def test_a_number_typed_without_marks_is_the_same_document(home: Path) -> None:
    bring_in(home, "Tên\nQuyết định 2486/QĐ-TTg\n", "policy")
    bring_in(home, "Tên,Theo văn bản,Giá trị,ĐVT\nTỷ trọng,2486/QD-TTg,5,%\n", "target")
    assert named("Tỷ trọng")["policy"] == named("Quyết định 2486/QĐ-TTg")["id"]


def test_a_reference_by_identifier_must_exist_and_fit(home: Path) -> None:
    bring_in(home, "Tên\nTrung tâm A\n", "organisation")
    organisation = named("Trung tâm A")["id"]
    report = bring_in(home, f"Tên,Thuộc cụm di tích\nNhà Y,{organisation}\n")
    assert "reference_unresolved" in codes(report)
    record = named("Nhà Y")["id"]
    for target in (organisation, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        with pytest.raises(Refused) as refused:
            edit_record(house(), record, {"part_of": target}, actor=OPERATOR, why="thử")
        assert refused.value.findings[-1].code == "reference_not_there"


@pytest.mark.parametrize(
    "value",
    [
        '[{"rank": "NAT", "date": "1962-13-45"}]',
        '[{"rank": "NAT", "date": NaN}]',
        "[" * 3000,
        '[{"rank": 5}]',
    ],
)
def test_an_edit_is_checked_for_what_it_means(home: Path, value: str) -> None:
    bring_in(home, "Tên\nAlpha\n")
    with pytest.raises(Refused) as refused:
        edit_record(
            house(), named("Alpha")["id"], {"designations": value}, actor=OPERATOR, why="thử"
        )
    assert any(one.level == "error" for one in refused.value.findings)


def test_an_identifier_is_edited_by_its_scheme(home: Path) -> None:
    bring_in(home, "Mã số,Tên\n7,Alpha\n")
    record = named("Alpha")["id"]
    with pytest.raises(WrongUse):
        edit_record(house(), record, {"identifiers": "Q1"}, actor=OPERATOR, why="thử")
    edit_record(house(), record, {"identifiers.wikidata": "Q1"}, actor=OPERATOR, why="thử")
    edit_record(house(), record, {"identifiers.wikidata": "Q2"}, actor=OPERATOR, why="thử")
    assert named("Alpha")["identifiers"] == [
        {"scheme": "so", "value": "7"},
        {"scheme": "wikidata", "value": "Q2"},
    ]
    edit_record(house(), record, {"identifiers.wikidata": ""}, actor=OPERATOR, why="thử")
    assert named("Alpha")["identifiers"] == [{"scheme": "so", "value": "7"}]


def test_who_may_not_write_learns_nothing_from_a_conflict(home: Path) -> None:
    bring_in(home, "Tên\nAlpha\n")
    record, pack = named("Alpha")["id"], house().pack
    note = {"internal_note": "0912345678"}
    actions.edit(actor=OPERATOR, why="x", record=record, base=1, changes=note, pack=pack)
    with pytest.raises(NotAllowed):
        actions.edit(
            actor=PUBLIC, why="x", record=record, base=1, changes={"internal_note": "y"}, pack=pack
        )
    first = queries.history(OPERATOR, record, pack)[-1].batch.id
    with pytest.raises(NotAllowed):
        actions.undo(actor=PUBLIC, batch=first, why="x", pack=pack)


def test_a_committed_batch_is_told_though_the_index_fails(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr("khue.search.catch_up", fail)
    report = bring_in(home, "Tên\nAlpha\n")
    assert report.batch
    assert "index_behind" in codes(report)
    assert queries.count_records() == 1
