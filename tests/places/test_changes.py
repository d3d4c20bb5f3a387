"""Change tables: what is understood of their rows, and who decides."""

from __future__ import annotations

import pytest

from khue.places import ChangeTable, Gazetteer, NotChanges, load_gazetteer, read_changes
from khue.places.sayings import overlay
from khue.places.source import Tables

HEADING = ["district_name_old", "ward_name_old", "ward_new_name"]
BAC = ["Quận Hoàn Kiếm", "Phường Hàng Bạc"]


def test_names_in_the_province_that_is_given(tables: Tables) -> None:
    rows = [
        ["Bảng chuyển đổi"],
        HEADING,
        [*BAC, "Phường Cửa Nam | Phường Hoàn Kiếm"],
        ["Q. Hoàn Kiếm", "P. Hàng Bồ", "P. Cửa Nam"],
        ["", "", ""],
    ]
    read = read_changes(rows, "t", tables, "01")
    assert read.table == ChangeTable("t", {"00061": ("00070", "00082"), "00052": ("00082",)}, "01")
    assert (read.rows, read.remarks) == (2, ())


def test_codes_and_a_row_for_each_pair(tables: Tables) -> None:
    rows = [["Mã cũ", "Mã mới"], ["00061", "00082"], ["00061", "70"], ["99999", "00070"]]
    read = read_changes(rows, "t", tables)
    assert read.table.successors == {"00061": ("00070", "00082")}
    assert [(one.code, one.row) for one in read.remarks] == [("places_old_unit_unknown", 4)]


def test_each_row_may_name_its_provinces(tables: Tables) -> None:
    heading = ["Tỉnh cũ", "Huyện cũ", "Xã cũ", "Tỉnh mới", "Xã mới"]
    row = ["Hải Dương", "Chí Linh", "Xã Hưng Đạo", "Hải Phòng", "Phường Trần Hưng Đạo"]
    read = read_changes([heading, row], "t", tables)
    assert read.table.successors == {"10561": ("10570",)}
    assert read.provinces == ()


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["Quận Hoàn Kiếm", "Phường Không Có", "Phường Cửa Nam"], "places_old_unit_unknown", 1),
        (["Quận Không Có", "Phường Hàng Bạc", "Phường Cửa Nam"], "places_old_unit_unknown", 1),
        (["Quận Hoàn Kiếm", "Phuong Hang Bac", "Phường Cửa Nam"], "places_old_unit_unknown", 1),
        ([*BAC, "Phường Cửa Nam | Phường Không Có"], "places_new_unit_unknown", 2),
        ([*BAC, "Xã Cửa Nam"], "places_new_unit_unknown", 2),
        ([*BAC, ""], "places_new_unit_unknown", 2),
    ],
)
def test_a_row_that_is_not_understood_is_left_out_and_told(
    tables: Tables, row: list[str], code: str, column: int
) -> None:
    read = read_changes([HEADING, row], "t", tables, "01")
    assert read.table.successors == {}
    assert [(one.code, one.row, one.column) for one in read.remarks] == [(code, 2, HEADING[column])]


def test_another_kind_of_unit_is_told(tables: Tables) -> None:
    read = read_changes(
        [HEADING, ["Hoàn Kiếm", "Xã Hàng Bạc", "Phường Cửa Nam"]], "t", tables, "01"
    )
    assert read.table.successors == {"00061": ("00082",)}
    assert [one.code for one in read.remarks] == ["places_other_kind"]


@pytest.mark.parametrize(
    "rows", [[], [["a", "b"]], [["ward_name_old"]], [["Tên", "Địa điểm"]] * 99]
)
def test_what_is_no_change_table(tables: Tables, rows: list[list[str]]) -> None:
    with pytest.raises(NotChanges):
        read_changes(rows, "t", tables)


def test_the_last_table_decides_and_the_others_are_told(tables: Tables) -> None:
    one = ChangeTable("one", {"00061": ("00082",)})
    two = ChangeTable("two", {"00061": ("00070", "00082")})
    after, sayings = overlay(tables, [one, two])
    assert after.successors["00061"] == ("00070", "00082")
    assert after.successors["00052"] == tables.successors["00052"]
    assert sayings.keys() == {"00061"}
    said = sayings["00061"]
    assert said.source == "two"
    assert [other.source for other in said.otherwise] == ["vietnamadminunits", "one"]
    again, _ = overlay(tables, [two, one])
    assert again.successors["00061"] == ("00082",)


def test_what_was_loaded_runs_through_everything(tables: Tables, gazetteer: Gazetteer) -> None:
    loaded = load_gazetteer([ChangeTable("bang-moi", {"00061": ("00082",)})])
    stated = "Hàng Bạc, Hoàn Kiếm, Hà Nội"
    assert gazetteer.resolve(stated).code == "00070"
    assert loaded.resolve(stated).code == "00082"
    assert loaded.resolve(stated).to_document()["candidates"] == [
        {"code": "00082", "name": "Phường Cửa Nam, Thành phố Hà Nội", "source": "bang-moi"}
    ]
    assert (
        loaded.resolve(stated)
        .why["vi"]
        .endswith(
            "; theo bang-moi; vietnamadminunits còn nêu Phường Hoàn Kiếm; vietnamadminunits không"
            " nêu Phường Cửa Nam."
        )
    )
    assert [one.source for one in loaded.successors("00061")] == ["bang-moi"]
    assert "00061" in [unit.code for unit in loaded.predecessors("00082")]
    assert "00061" not in [unit.code for unit in loaded.predecessors("00070")]
    district = {one.code: one.source for one in loaded.successors("002")}
    assert district["00082"] == "bang-moi"
    assert district["00070"] == "vietnamadminunits"
