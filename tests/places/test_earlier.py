"""Free text: chains without commas, Roman numerals, provinces and districts of the past."""

from __future__ import annotations

import pytest

from khue.places import Gazetteer
from khue.places.source import Tables
from tests.work import calls_of


@pytest.mark.parametrize(
    ("stated", "same"),
    [
        ("Hàng Bạc Hoàn Kiếm Hà Nội", "Hàng Bạc, Hoàn Kiếm, Hà Nội"),
        ("phường Hàng Bạc quận Hoàn Kiếm Hà Nội", "phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội"),
        ("P.Hàng Bạc Q.Hoàn Kiếm TP Hà Nội", "P.Hàng Bạc, Q.Hoàn Kiếm, TP Hà Nội"),
        ("Thạch Xá Thạch Thất, Hà Nội", "Thạch Xá, Thạch Thất, Hà Nội"),
        ("Phường IV, TP Vĩnh Long", "Phường 4, TP Vĩnh Long"),
        ("P. XII, Bình Thạnh, TPHCM", "P. 12, Bình Thạnh, TPHCM"),
        ("Phường 4, TP Vị Thanh", "Phường IV, TP Vị Thanh"),
        ("Tam Xuân 2, Núi Thành, Quảng Nam", "Tam Xuân II, Núi Thành, Quảng Nam"),
        ("Phường Cổ Nhuế II, Bắc Từ Liêm", "Phường Cổ Nhuế 2, Bắc Từ Liêm"),
        ("Đình Bảng, Từ Sơn, Hà Bắc", "Đình Bảng, Từ Sơn, Bắc Ninh"),
        ("Minh Quang, Ba Vì, Hà Sơn Bình", "Minh Quang, Ba Vì, Hà Nội"),
        ("xã Minh Quang huyện Ba Vì tỉnh Hà Tây", "xã Minh Quang, huyện Ba Vì, Hà Nội"),
        ("Thị xã Hà Đông, Hà Tây", "Quận Hà Đông, Hà Nội"),
        ("Thanh Lâm, Mê Linh, Vĩnh Phúc", "Thanh Lâm, Mê Linh, Hà Nội"),
        ("Thanh Lâm, Mê Linh, Vĩnh Phú", "Thanh Lâm, Mê Linh, Hà Nội"),
        ("xã Đông Xuân, Lương Sơn, Hòa Bình", "xã Đông Xuân, Quốc Oai, Hà Nội"),
    ],
)
def test_it_means_the_same(gazetteer: Gazetteer, stated: str, same: str) -> None:
    found, meant = gazetteer.resolve(stated), gazetteer.resolve(same)
    assert meant.candidates
    assert (found.code, found.candidates, found.within) == (
        *(meant.code, meant.candidates, meant.within),
    )


@pytest.mark.parametrize(
    ("stated", "provinces"),
    [
        ("Tỉnh Hà Bắc", ["24"]),
        ("Tỉnh Minh Hải", ["96"]),
        ("Tỉnh Hải Hưng", ["31", "33"]),
        ("tỉnh Hà Nam Ninh", ["37"]),
        ("Tỉnh Bình Trị Thiên", ["44", "46"]),
    ],
)
def test_provinces_that_were_divided(
    gazetteer: Gazetteer, stated: str, provinces: list[str]
) -> None:
    resolution = gazetteer.resolve(stated)
    assert [one.code for one in resolution.candidates] == provinces
    assert resolution.code == (provinces[0] if len(provinces) == 1 else None)


@pytest.mark.parametrize(
    "stated",
    [
        "Chùa Láng Hà Nội",  # not made of names of units alone
        "Đường Hà Nội",
        "phường iv, TP Vĩnh Long",  # iv in small letters is no numeral
        "Xã Đông Xuân, Vĩnh Phúc",  # it was never there
        "Từ Sơn, Hải Hưng",
    ],
)
def test_what_is_not_certain_stays_open(gazetteer: Gazetteer, stated: str) -> None:
    assert gazetteer.resolve(stated).code is None


def test_a_numeral_is_no_syllable(tables: Tables, gazetteer: Gazetteer) -> None:
    """Names in capitals that end like a numeral are themselves."""
    names = [
        unit
        for unit in tables.former.values()
        if unit.level == "commune" and unit.short.split()[-1].upper() in ("VI", "XI", "I", "V")
    ]
    assert names
    for unit in names:
        district = tables.former[unit.district_code].name["vi"]
        stated = f"{unit.name['vi'].upper()}, {district}"
        found = {one.code for one in gazetteer.resolve(stated).candidates}
        assert {one.code for one in gazetteer.successors(unit.code)} <= found, stated


def test_a_long_chain_without_commas_is_no_more_work_than_its_words(gazetteer: Gazetteer) -> None:
    def resolve(words: int) -> None:
        gazetteer.resolve(" ".join(["Tân"] * words + ["Láng"] * words + ["Tân Phú"] * words))

    resolve(3)  # what it makes once
    assert calls_of(lambda: resolve(1_000)) < 11 * calls_of(lambda: resolve(100))
