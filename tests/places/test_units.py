"""Looking up units of both systems."""

from __future__ import annotations

import pytest

from khue.places import Gazetteer
from khue.places.kinds import english_name, split_kind


def test_present_unit(gazetteer: Gazetteer) -> None:
    unit = gazetteer.unit("00226")
    assert unit is not None
    assert unit.name == {
        "vi": "Phường Văn Miếu - Quốc Tử Giám",
        "en": "Văn Miếu - Quốc Tử Giám Ward",
    }
    assert (unit.short, unit.kind, unit.level) == ("Văn Miếu - Quốc Tử Giám", "Phường", "commune")
    assert unit.province_code == "01"
    assert unit.area_km2 is not None
    assert gazetteer.within("00226") == gazetteer.unit("01") == gazetteer.within("01")


def test_the_two_systems_are_told_apart_where_codes_coincide(gazetteer: Gazetteer) -> None:
    present, former = gazetteer.unit("00004"), gazetteer.former("00004")
    assert present is not None
    assert former is not None
    assert (present.short, former.short) == ("Ba Đình", "Trúc Bạch")
    province_before, province_now = gazetteer.former("24"), gazetteer.unit("24")
    assert province_before is not None
    assert province_now is not None
    assert (province_before.short, province_now.short) == ("Bắc Giang", "Bắc Ninh")


def test_successors_and_predecessors(gazetteer: Gazetteer) -> None:
    assert [one.to_document() for one in gazetteer.successors("00061")] == [
        {
            "code": "00070",
            "name": "Phường Hoàn Kiếm, Thành phố Hà Nội",
            "source": "vietnamadminunits",
        }
    ]
    assert "00061" in [unit.code for unit in gazetteer.predecessors("00070")]
    assert [one.code for one in gazetteer.successors("02")] == ["08"]
    assert [unit.short for unit in gazetteer.predecessors("08")] == ["Hà Giang", "Tuyên Quang"]
    # A district's are those of its communes together.
    assert {one.code for one in gazetteer.successors("272")} == {
        *("09715", "09739", "09772"),
    }


def test_unknown_codes(gazetteer: Gazetteer) -> None:
    assert gazetteer.unit("99999") is None
    assert gazetteer.former("99999") is None
    assert gazetteer.within("99999") is None
    assert gazetteer.successors("99999") == ()
    assert gazetteer.predecessors("99999") == ()
    assert gazetteer.communes("99") == ()


def test_provinces_and_communes(gazetteer: Gazetteer) -> None:
    provinces = [unit.code for unit in gazetteer.provinces()]
    assert len(provinces) == 34
    assert provinces == sorted(provinces)
    assert sum(len(gazetteer.communes(code)) for code in provinces) == 3321


@pytest.mark.parametrize(
    ("full", "kind", "short", "english"),
    [
        ("Phường 5", "Phường", "5", "Ward 5"),
        ("Quận 1", "Quận", "1", "District 1"),
        ("Phường Phường Đúc", "Phường", "Phường Đúc", "Phường Đúc Ward"),
        ("Thị Xã Buôn Hồ", "Thị xã", "Buôn Hồ", "Buôn Hồ Town"),
        ("Thị trấn Tây Đằng", "Thị trấn", "Tây Đằng", "Tây Đằng Township"),
        ("Thành phố Hà Nội", "Thành phố", "Hà Nội", "Hà Nội City"),
        ("Tỉnh Tuyên Quang", "Tỉnh", "Tuyên Quang", "Tuyên Quang Province"),
        ("Đặc khu Lý Sơn", "Đặc khu", "Lý Sơn", "Lý Sơn Special Zone"),
        ("Xã Tứ Xã", "Xã", "Tứ Xã", "Tứ Xã Commune"),
        ("Huyện Ba Vì", "Huyện", "Ba Vì", "Ba Vì District"),
    ],
)
def test_kinds(full: str, kind: str, short: str, english: str) -> None:
    assert split_kind(full) == (kind, short)
    assert english_name(full) == english


def test_a_name_without_a_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="Hà Nội"):
        split_kind("Hà Nội")
