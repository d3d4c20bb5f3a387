"""Records as a workbook, edited by people, and in again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from khue import search
from khue.lib.identifiers import new_ulid
from khue.lib.vietnamese import name_key
from khue.model.packs import Pack
from khue.model.rights import OPERATOR, Actor
from khue.pipeline import (
    ImportReport,
    SourceNote,
    edit_record,
    export_records,
    house,
    import_file,
    merge_records,
    withdraw_record,
)
from khue.registry import actions, drafting, queries
from tests.pipeline.records import sample

pytestmark = pytest.mark.django_db

FOLDER = Path(__file__).resolve().parents[2] / "packs" / "vietnam"
TYPES = sorted(path.stem for path in (FOLDER / "types").glob("*.yaml"))
OWN = {"scheme": "so-dia-phuong", "value": "A/7"}
PART_OF = "Thuộc cụm di tích"
CONTRIBUTOR = Actor("cong-tac-vien", frozenset({"contributor"}))


@pytest.fixture(autouse=True)
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not search."""
    monkeypatch.setattr(search, "catch_up", lambda *given: 0)


def commit(*documents: dict[str, Any]) -> None:
    """New records, as they are given."""
    drafts = [actions.Draft(one["id"], 0, None, one) for one in documents]
    pack = house().pack
    actions.commit(actor=OPERATOR, why="thử", kind="import", drafts=drafts, pack=pack)


def relic(name: str, **fields: Any) -> str:
    """A relic with these fields; gives its identifier."""
    record = new_ulid()
    commit({"id": record, "type": "relic", "name": {"vi": name}, **fields})
    return record


def export(path: Path, type_name: str = "relic", lang: str = "vi") -> Path:
    """The workbook of a type."""
    with path.open("wb") as stream:
        type_ = house().pack.types[type_name]
        export_records(house(), type_, actor=OPERATOR, lang=lang, stream=stream)
    return path


class Workbook:
    """An exported workbook as someone edits it, by headings and identifiers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book.active
        self.columns = {cell.value: cell.column for cell in self.sheet[1]}

    @staticmethod
    def find(sheet: Any, heading: str) -> int:
        return next(cell.column for cell in sheet[1] if cell.value == heading)

    def row(self, record: str) -> int:
        return next(row[0].row for row in self.sheet.iter_rows(min_row=2) if row[0].value == record)

    def get(self, record: str, heading: str) -> Any:
        return self.sheet.cell(self.row(record), self.columns[heading]).value

    def set(self, record: str, heading: str, value: Any) -> None:
        self.sheet.cell(self.row(record), self.columns[heading]).value = value

    def add(self, **cells: str) -> None:
        row = self.sheet.max_row + 1
        for heading, value in cells.items():
            self.sheet.cell(row, self.columns[heading.replace("_", " ")]).value = value

    def bring(
        self, way: str = "commit", type_name: str = "relic", actor: Actor = OPERATOR
    ) -> ImportReport:
        self.book.save(self.path)
        return bring(self.path, way, type_name, actor)


def bring(
    path: Path, way: str = "try", type_name: str = "relic", actor: Actor = OPERATOR
) -> ImportReport:
    """Import a file: to "try", "propose" or "commit"."""
    return import_file(
        house(),
        path,
        type_name=type_name,
        actor=actor,
        why="sửa trong bảng tính",
        commit=way == "commit",
        propose=way == "propose",
        note=SourceNote("bang-tinh"),
    )


Edit = Callable[[], Workbook]


@pytest.fixture
def book(tmp_path: Path) -> Edit:
    """Export the relics and open the workbook."""
    return lambda: Workbook(export(tmp_path / "di-tich.xlsx"))


def head(record: str) -> tuple[int, Any]:
    return drafting.heads([record])[record]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


def codes(report: ImportReport) -> list[str]:
    return [one.code for one in report.findings]


def filled(pack: Pack, type_name: str, n: int = 2) -> list[dict[str, Any]]:
    """Records of a type, committed."""
    others = {name: new_ulid() for name in pack.types}
    commit(
        *(
            {"id": record, "type": name, "name": {"vi": f"Một {name}"}}
            for name, record in others.items()
        )
    )
    random = Random(type_name)
    targets = {name: [record] for name, record in others.items()}
    made = [sample(pack, pack.types[type_name], random, targets) for _ in range(n)]
    assert [one for document in made for one in pack.validate(document)] == []
    commit(*made)
    return made


@pytest.mark.parametrize("name", TYPES)
def test_an_unedited_export_changes_nothing(name: str, pack: Pack, tmp_path: Path) -> None:
    made = filled(pack, name)
    report = bring(export(tmp_path / "a.xlsx", name), "commit", name)
    assert told(report) == []
    assert counts(report) == (0, 0, len(made) + 1, 0)
    assert report.batch is None


def test_what_spreadsheet_programs_do_to_cells_is_no_edit(pack: Pack, tmp_path: Path) -> None:
    made = filled(pack, "relic", 6)
    book = Workbook(export(tmp_path / "b.xlsx", lang="en"))
    damaged = sum(damage(cell) for row in book.sheet.iter_rows(min_row=2) for cell in row)
    assert damaged > len(made)
    report = book.bring()
    assert told(report) == []
    assert counts(report) == (0, 0, len(made) + 1, 0)


def damage(cell: Any) -> bool:
    """Numbers instead of text, spaces trimmed or added; whether it was a number."""
    text = cell.value
    if not isinstance(text, str):
        return False
    if text.isdigit() and text[0] != "0":
        cell.value, cell.number_format = float(text), "General"
        return True
    cell.value = f" {text}\u00a0"
    cell.data_type = "s"
    return False


def told(report: ImportReport) -> list[tuple[str, str, str]]:
    return [(one.code, one.field, one.value) for one in report.findings]


def test_a_date_that_became_a_serial_number_is_the_same_date(book: Edit) -> None:
    record = relic("A", built="1962-04-28")
    sheet = book()
    sheet.set(record, "Năm xây dựng", 22764)
    assert counts(sheet.bring()) == (0, 0, 1, 0)


def test_an_edited_cell_changes_its_field_alone(book: Edit) -> None:
    before = {
        "description": {"vi": "Cổ", "en": "Old"},
        "place": {"stated": "xã Sài Sơn", "code": None, "candidates": [], "within": "01"},
        "alternative_names": ["Chùa Cả", "Thiên Phúc Tự"],
    }
    record, other = relic("Chùa Thầy", **before), relic("Đình So")
    sheet = book()
    sheet.set(record, "Mô tả", "Rất cổ")
    report = sheet.bring()
    assert counts(report) == (0, 1, 1, 0)
    assert told(report) == []
    version, document = head(record)
    assert version == 2
    assert document == {
        "id": record,
        "type": "relic",
        "name": {"vi": "Chùa Thầy"},
        **before,
        "description": {"vi": "Rất cổ", "en": "Old"},
    }
    assert head(other)[0] == 1
    (change, _) = queries.history(OPERATOR, record, house().pack)
    assert (change.batch.kind, change.batch.source) == ("edit", None)
    assert [one.path for one in change.changed] == ["description.vi"]


@pytest.mark.parametrize(
    ("heading", "text", "path", "value"),
    [
        ("Diện tích", "2 ha", "area", {"value": 20000, "unit": "m2"}),
        ("Năm xây dựng", "thế kỷ 17", "built", "16XX"),
        ("Tên khác", "Chùa Cả\nChùa Mới", "alternative_names", ["Chùa Cả", "Chùa Mới"]),
        ("Tên khác", "", "alternative_names", None),
        ("Wikidata", "Q7", "identifiers", [{"scheme": "wikidata", "value": "Q7"}, OWN]),
        ("Mã số (hệ mã khác)", "", "identifiers", [{"scheme": "wikidata", "value": "Q1"}]),
        ("Tên tiếng Anh", "Master's Pagoda", "name", {"vi": "A", "en": "Master's Pagoda"}),
        ("Xếp hạng / Cấp xếp hạng", "–\nQuốc gia đặc biệt", "designations", [
            {"date": "1990"}, {"rank": "SPEC", "decision": {"text": "313/VH-VP"}},
        ]),
        ("Xếp hạng / Ngày xếp hạng", "", "designations", [
            {"rank": "PROV"}, {"rank": "NAT", "decision": {"text": "313/VH-VP"}},
        ]),
        ("Xếp hạng / Cơ quan xếp hạng", "–\n–\nBộ Văn hóa", "designations", [
            {"rank": "PROV", "date": "1990"},
            {"rank": "NAT", "decision": {"text": "313/VH-VP"}},
            {"issuer": "Bộ Văn hóa"},
        ]),
    ],
)  # fmt: skip
def test_each_kind_of_cell_can_be_edited(
    heading: str, text: str, path: str, value: Any, book: Edit
) -> None:
    full = {
        "name": {"vi": "A"},
        "area": {"value": 360.5, "unit": "m2"},
        "built": "1600",
        "alternative_names": ["Chùa Cả", "Thiên Phúc Tự"],
        "identifiers": [{"scheme": "wikidata", "value": "Q1"}, OWN],
        "designations": [
            {"rank": "PROV", "date": "1990"},
            {"rank": "NAT", "decision": {"text": "313/VH-VP"}},
        ],
    }
    record = new_ulid()
    commit({"id": record, "type": "relic", **full})
    sheet = book()
    sheet.set(record, heading, text)
    report = sheet.bring()
    assert counts(report) == (0, 1, 0, 0), told(report)
    expected = {"id": record, "type": "relic", **full, path: value}
    assert head(record)[1] == {name: one for name, one in expected.items() if one is not None}


def test_statements_are_taken_out_where_it_is_plain_which(book: Edit) -> None:
    ranks = [{"rank": rank, "date": date} for rank, date in (("PROV", "1990"), ("NAT", "1995"))]
    record = relic("A", designations=[*ranks, {"rank": "SPEC"}])
    rank, date = "Xếp hạng / Cấp xếp hạng", "Xếp hạng / Ngày xếp hạng"
    sheet = book()
    assert sheet.get(record, date) == "1990\n1995\n–"
    first, _, last = sheet.get(record, rank).split("\n")
    sheet.set(record, rank, f"{first}\n{last}")
    assert "returned_ambiguous" in codes(sheet.bring())
    assert head(record)[0] == 1
    sheet.set(record, date, "1990\n–")
    assert counts(sheet.bring()) == (0, 1, 0, 0)
    assert head(record)[1]["designations"] == [ranks[0], {"rank": "SPEC"}]


def test_references_are_named_or_identified(book: Edit) -> None:
    one, two = relic("Đình So"), relic("Chùa Thầy")
    record = relic("Nhà bia", part_of=one)
    sheet = book()
    assert sheet.get(record, PART_OF) == f"Đình So [{one}]"
    sheet.set(record, PART_OF, "chùa thầy")
    assert counts(sheet.bring()) == (0, 1, 2, 0)
    assert head(record)[1]["part_of"] == two
    sheet = book()
    sheet.set(record, PART_OF, f"tên cũ [{one}]")
    assert counts(sheet.bring()) == (0, 1, 2, 0)
    assert head(record)[1]["part_of"] == one


def test_edits_meanwhile_merge_or_conflict(book: Edit) -> None:
    record = relic("A", description={"vi": "Cổ"}, built="1600")
    sheet = book()
    changed = {"description.vi": "Người khác viết", "contact_name": "Ông Ba"}
    edit_record(house(), record, changed, actor=OPERATOR, why="giữa chừng")
    sheet.set(record, "Năm xây dựng", "1700")
    sheet.set(record, "Mô tả", "Tôi viết")
    report = sheet.bring()
    assert counts(report) == (0, 1, 0, 0)
    (conflict,) = report.findings
    assert (conflict.code, conflict.level) == ("returned_conflict", "warning")
    assert (conflict.row, conflict.column, conflict.field) == (2, "Mô tả", "description.vi")
    assert conflict.values["now"]["vi"] == "Người khác viết"
    document = head(record)[1]
    assert document["built"] == "1700"
    assert document["description"] == {"vi": "Người khác viết"}
    assert document["contact_name"] == "Ông Ba"
    # What is taken over already is no conflict, and bringing it again changes nothing.
    assert counts(sheet.bring()) == (0, 0, 1, 0)


def test_a_mapping_file_is_told_to_be_of_no_use(book: Edit, tmp_path: Path) -> None:
    """What columns are, the headings of Khuê say; a record is not read otherwise in silence."""
    relic("Đình So")
    path, mapping = book().path, tmp_path / "m.yaml"
    mapping.write_text("columns: {Tên: name.en}\n", encoding="utf-8")
    report = import_file(
        house(), path, type_name="relic", actor=OPERATOR, why="thử", mapping=mapping
    )
    assert counts(report) == (0, 0, 1, 0)
    assert codes(report) == ["returned_mapping"]
    assert codes(bring(path)) == []


def test_a_column_that_was_taken_out_says_nothing(book: Edit) -> None:
    record = relic("A", contact_phone="0912", designations=[{"rank": "NAT", "date": "1990"}])
    sheet = book()
    sheet.set(record, "Xếp hạng / Cấp xếp hạng", "Cấp tỉnh")
    for heading in ("Xếp hạng / Ngày xếp hạng", "Điện thoại liên hệ"):
        sheet.sheet.delete_cols(Workbook.find(sheet.sheet, heading))
    assert counts(sheet.bring()) == (0, 1, 0, 0)
    document = head(record)[1]
    assert document["contact_phone"] == "0912"
    assert document["designations"] == [{"rank": "PROV", "date": "1990"}]


def test_other_columns_of_a_source_are_shown_and_stay(book: Edit) -> None:
    other = {"Ghi chú riêng": "gặp ông từ\nngày rằm", "Lạ": "=1+1"}
    record, plain = relic("Đình So", other=other), relic("Chùa Thầy")
    heading = "Cột khác của nguồn (chỉ xem)"
    sheet = book()
    assert sheet.get(record, heading) == "Ghi chú riêng: gặp ông từ⏎ngày rằm\nLạ: =1+1"
    assert sheet.get(plain, heading) is None
    sheet.set(record, heading, "Ghi chú riêng: gặp ông từ⏎ngày rằm \r\n Lạ: =1+1\n")
    assert told(sheet.bring()) == []
    # What is written there is not lost in silence, and nothing else of the row is held up by it.
    sheet.set(record, heading, "Ghi chú riêng: gặp bà từ")
    sheet.set(record, "Mô tả", "Mới")
    sheet.set(plain, heading, "Ghi chú: thêm")
    report = sheet.bring()
    assert counts(report) == (0, 1, 1, 0)
    assert [(one.code, one.level, one.column) for one in report.findings] == [
        ("returned_read_only", "warning", heading)
    ] * 2
    assert all("chỉ để xem" in one.message["vi"] for one in report.findings)
    document = head(record)[1]
    assert (document["other"], document["description"]) == (other, {"vi": "Mới"})
    assert "other" not in head(plain)[1]


def test_a_value_that_is_not_understood_keeps_the_row_out(book: Edit) -> None:
    record = relic("A", built="1600")
    sheet = book()
    sheet.set(record, "Năm xây dựng", "hồi xửa hồi xưa")
    sheet.set(record, "Mô tả", "Mới")
    report = sheet.bring()
    assert counts(report) == (0, 0, 0, 1)
    (problem,) = report.findings
    assert (problem.level, problem.column, problem.row) == ("error", "Năm xây dựng", 2)
    assert head(record)[0] == 1


def test_new_rows_are_new_records_once(book: Edit) -> None:
    relic("A")
    sheet = book()
    sheet.add(Tên="Chùa Mới", Mô_tả="Vừa xây", **{"Xếp hạng / Cấp xếp hạng": "Cấp tỉnh\nQuốc gia"})
    sheet.add(Mô_tả="Không tên")
    report = sheet.bring()
    assert counts(report) == (1, 0, 1, 1)
    assert codes(report) == ["name_missing"]
    (record,) = drafting.named((), [name_key("Chùa Mới")])[name_key("Chùa Mới")]
    document = head(record)[1]
    assert document["designations"] == [{"rank": "PROV"}, {"rank": "NAT"}]
    assert document["sources"][0]["name"] == "bang-tinh"
    assert counts(sheet.bring()) == (0, 0, 2, 1)


def test_a_proposal_waits(book: Edit) -> None:
    record = relic("A")
    sheet = book()
    sheet.set(record, "Mô tả", "Đề nghị")
    report = sheet.bring("propose", actor=CONTRIBUTOR)
    assert counts(report) == (0, 1, 0, 0)
    assert head(record)[0] == 1
    (waiting,) = queries.proposals(OPERATOR, house().pack)
    assert (waiting.id, waiting.kind) == (report.proposal, "edit")


def test_nothing_is_said_of_records_that_one_may_not_edit(book: Edit) -> None:
    record = relic("A", description={"vi": "Kín"}, visibility="staff")
    sheet = book()
    sheet.set(record, "Mô tả", "Đoán")
    outsider = Actor("nơi khác", frozenset({"officer"}), units=frozenset({"00070"}))
    report = sheet.bring(actor=outsider)
    assert codes(report) == ["returned_unknown"]
    assert "Kín" not in str([one.to_json() for one in report.findings])


def test_who_may_write_it_no_longer_is_not_told_what_it_says_now(tmp_path: Path) -> None:
    def at(unit: str) -> dict[str, Any]:
        candidates = [{"code": unit, "name": "n", "source": "s"}]
        return {"stated": "x", "code": unit, "candidates": candidates}

    record = relic("Đình So", place=at("00070"))
    sheet = Workbook(export(tmp_path / "ra.xlsx"))
    sheet.set(record, "Ghi chú nội bộ", "hỏi lại")
    version, before = drafting.heads([record])[record]
    assert before is not None
    after = before | {"place": at("00166"), "internal_note": "kín đáo"}
    moved = [actions.Draft(record, version, before, after)]
    actions.commit(actor=OPERATOR, why="dời", kind="import", drafts=moved, pack=house().pack)
    ward = Actor("phường", frozenset({"officer"}), units=frozenset({"00070"}))
    report = sheet.bring("try", actor=ward)
    assert codes(report) == ["returned_unknown"]
    assert "kín đáo" not in str([one.message for one in report.findings])
    assert "kín đáo" in str([one.message for one in sheet.bring("try").findings])


def test_rows_that_cannot_be_right(book: Edit) -> None:
    names = ("forged", "twice", "version", "text", "nothing", "alone")
    records = {name: relic(name) for name in names}
    dish = new_ulid()
    commit({"id": dish, "type": "dish", "name": {"vi": "Phở"}})
    sheet = book()
    rows = {name: sheet.row(record) for name, record in records.items()}
    put = sheet.sheet.cell
    put(rows["forged"], 1).value = new_ulid()
    put(rows["version"], 2).value = "99"
    put(rows["text"], 2).value = "=1"
    put(rows["nothing"], 2).value = None
    put(rows["alone"], 1).value = dish
    last = sheet.sheet.max_row + 1
    for column in range(1, 5):
        put(last, column).value = put(rows["twice"], column).value
    put(last + 1, 1).value = "không phải mã"
    put(last + 2, 2).value = "1"
    report = sheet.bring()
    found = {one.row: one.code for one in report.findings}
    assert found == {
        rows["forged"]: "returned_unknown",
        rows["twice"]: "returned_twice",
        last: "returned_twice",
        rows["version"]: "returned_version",
        rows["text"]: "returned_version",
        rows["nothing"]: "returned_version",
        rows["alone"]: "returned_type",
        last + 1: "returned_unknown",
        last + 2: "returned_id_missing",
    }
    assert counts(report) == (0, 0, 0, len(found))
    assert report.batch is None


def test_records_that_are_gone_or_merged_are_left_alone(book: Edit) -> None:
    gone, loser, winner, same = (relic(name) for name in ("A", "B", "C", "D"))
    sheet = book()
    withdraw_record(house(), gone, actor=OPERATOR, why="nhầm")
    merge_records(house(), winner, loser, actor=OPERATOR, why="một")
    withdraw_record(house(), same, actor=OPERATOR, why="nhầm")
    sheet.set(gone, "Mô tả", "x")
    sheet.set(loser, "Mô tả", "y")
    report = sheet.bring()
    assert sorted(codes(report)) == ["returned_gone", "returned_merged"]
    assert counts(report) == (0, 0, 2, 2)
    assert head(gone)[1] is None


def test_what_was_erased_does_not_come_back(book: Edit) -> None:
    record = relic("A", contact_phone="0912 345 678")
    sheet = book()
    actions.erase(
        actor=OPERATOR, why="yêu cầu", record=record, field="contact_phone", pack=house().pack
    )
    report = sheet.bring()
    assert codes(report) == ["erased_stated_again"]
    assert counts(report) == (0, 0, 1, 0)
    assert "contact_phone" not in head(record)[1]


def test_a_text_longer_than_a_cell_is_not_cut_in_the_record(book: Edit) -> None:
    record = relic("A", description={"vi": "chữ " * 10_000})
    sheet = book()
    assert counts(sheet.bring()) == (0, 0, 1, 0)
    sheet.set(record, "Mô tả", str(sheet.get(record, "Mô tả"))[1:])
    report = sheet.bring()
    assert codes(report) == ["returned_cut"]
    assert counts(report) == (0, 0, 0, 1)


def test_nothing_in_the_workbook_is_computed_or_followed(tmp_path: Path) -> None:
    evil = '=HYPERLINK("https://example.org","x")'
    relic(evil, description={"vi": "https://example.org"}, alternative_names=["@SUM(1)", "+1"])
    sheet = openpyxl.load_workbook(export(tmp_path / "a.xlsx")).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert evil in {cell.value for cell in cells}
