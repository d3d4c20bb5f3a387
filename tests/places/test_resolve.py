"""Stated places as departments write them. Codes are checked by hand against the source's files."""

from __future__ import annotations

from itertools import pairwise

import pytest

from khue.lib.vietnamese import exact
from khue.places import Gazetteer, Unit
from khue.places.source import Tables

QUOC_OAI = "04930 09895 09910 09931 09952 09982 10003"
BA_DINH = "00004 00008 00025 00070 00097 00190 00199 00226"

DONG_DA = "00190 00199 00226 00229 00235 00292"
HOAN_KIEM = "00004 00070 00082 00097 00226"
TWO_WARDS = [
    f"phường Hàng Bạc{joint}, quận Hoàn Kiếm, Hà Nội"
    for joint in (
        *(" và phường Phan Chu Trinh", ", phường Phan Chu Trinh", " - phường Phan Chu Trinh"),
        *("/phường Phan Chu Trinh", " hoặc phường Phan Chu Trinh", " hay Phan Chu Trinh"),
        *(" & Phan Chu Trinh", "/Phan Chu Trinh", " phường Phan Chu Trinh"),
    )
]

# What one present unit certainly is.
CERTAIN = [
    ("Phường Cửa Nam (mới), Hà Nội", "00082"),
    ("Phường Văn Miếu - Quốc Tử Giám (mới), TP Hà Nội", "00226"),
    ("P. Hàng Bạc, Hoàn Kiếm", "00070"),
    ("Tổ 3, P. Hàng Bạc, Q. Hoàn Kiếm", "00070"),
    ("Phường Hàng Bạc, Quận Hoàn Kiếm, Thành phố Hà Nội", "00070"),
    ("12 Hàng Bạc P.Hàng Bạc Q.Hoàn Kiếm", "00070"),
    ("PHƯỜNG HÀNG BẠC, QUẬN HOÀN KIẾM", "00070"),
    ("thị trấn Diên Khánh, Khánh Hòa", "22651"),
    ("thị trấn Diên Khánh, Khánh Hoà", "22651"),
    ("T.T Diên Khánh, H. Diên Khánh, T. Khánh Hòa", "22651"),
    ("An Cựu, Huế, Thừa Thiên Huế", "19815"),
    ("Phường Đúc, Huế", "19789"),
    ("Phường Láng, Đống Đa, Hà Nội", "00199"),
    ("Chùa Láng, Láng Thượng, Đống Đa, Hà Nội", "00199"),
    ("Khâm Thiên, Đống Đa, Hà Nội", "00226"),
    ("Khâm Thiên, Đống Đa, Hà Nội; Đống Đa, Hà Nội; Hà Nội", "00226"),
    ("Đan Phượng, h.Đan Phượng, Hà Nội", "09784"),
    ("P.5, Tp.Vũng Tàu, Bà Rịa-Vũng Tàu", "26506"),
    ("Phường 05, Tp. Vũng Tàu, Bà Rịa – Vũng Tàu", "26506"),
    ("P5, TP Vũng Tàu, tỉnh Bà Rịa - Vũng Tàu", "26506"),
    ("Tứ Xã, Lâm Thao, Phú Thọ", "08521"),
    ("Thôn 3 xã Tứ Xã huyện Lâm Thao tỉnh Phú Thọ", "08521"),
    ("huyện đảo Lý Sơn, Quảng Ngãi", "21548"),
    ("Lý Sơn, Quảng Ngãi", "21548"),
    ("Văn Miếu, Thanh Sơn, Phú Thọ", "08611"),
    ("xã cũ (nay là xã Quảng Oai), huyện Ba Vì, Hà Nội", "09619"),
    # Old units under new ones, new ones under old ones.
    ("Xã Minh Châu, Huyện Ba Vì, Hà Nội", "09661"),
    ("Phường 5, Vũng Tàu, Thành phố Hồ Chí Minh", "26506"),
    ("Hà Nội", "01"),
    (", Hà Nội", "01"),
    ("Hà Nội, Việt Nam", "01"),
    # As English texts spell them.
    ("Hanoi", "01"),
    ("Hanoi, Vietnam", "01"),
    ("Ha Noi City", "01"),
    ("Hai Phong City", "31"),
    ("Da Nang City", "48"),
    ("Ho Chi Minh City", "79"),
    ("Phường Hàng Bạc, Quận Hoàn Kiếm, Hanoi", "00070"),
    ("Thủ đô Hà Nội", "01"),
    ("Thành phố Hà Nội, Hà Nội", "01"),
    ("Thôn Đoài, Hà Nội", "01"),
    ("TP.HCM", "79"),
    ("TPHCM", "79"),
    ("Thành phố Hồ Chí Minh", "79"),
    ("tỉnh Hà Giang", "08"),
    ("tỉnh Vĩnh Phúc", "25"),
    ("Tỉnh Hòa Bình", "25"),
    ("Tỉnh Hà Tây", "01"),
    # Provinces whose name no smaller unit bears.
    ("Đà Nẵng", "48"),
    ("Tỉnh Bắc Ninh, Bắc Ninh", "24"),
    ("Quảng Nam", "48"),
    ("Đăk Lăk", "66"),
    ("Vĩnh Phúc, Ba Đình, Hà Nội", "00008"),
    # Two units that became the same one, and a unit with what it is now.
    ("phường Hàng Bạc và phường Hàng Buồm, quận Hoàn Kiếm, Hà Nội", "00070"),
    ("phường Hàng Bạc cũ (nay là phường Hoàn Kiếm), Hà Nội", "00070"),
    ("phường Cửa Nam, quận Hoàn Kiếm, Hà Nội; phường Cửa Nam (mới), Hà Nội", "00082"),
    # A street that begins like a commune; spellings of the Central Highlands.
    ("Số 12 Xã Đàn, phường Láng Thượng, quận Đống Đa, Hà Nội", "00199"),
    ("Kiến Đức, Đăk R'Lấp, Đăk Nông", "24733"),
    ("Thừa Thiên Huế", "46"),
]

# What stays an open question: (stated, candidates, within).
OPEN = [
    # English words for the kind, after the name; without marks nothing is certain.
    ("Hoan Kiem Ward, Hanoi", "00070", "01"),
    ("Ba Vi commune, Hanoi", "09700", "01"),
    ("Dong Da District, Hanoi", f"00025 {DONG_DA}", "01"),
    ("Phường Cửa Nam, Hà Nội", "00004 00070 00082 00226", "01"),
    ("Phường Cửa Nam (cũ), quận Hoàn Kiếm, Hà Nội", "00004 00070 00082 00226", "01"),
    ("Quốc Oai, Hà Nội", QUOC_OAI, "01"),
    ("Quốc Oai, Hà Tây", QUOC_OAI, "01"),
    ("Huyện Quốc Oai", QUOC_OAI, "01"),
    ("Phường Văn Miếu, Quận Đống Đa, Hà Nội", "00190 00226", "01"),
    ("Văn Miếu, Đống Đa, Hà Nội; Hà Nội", "00190 00226", "01"),
    ("TT Tây Đằng, Ba Vì", "09619 09661", "01"),
    ("Tổ 5, thôn Đoài, xã Minh Quang, Ba Vì", "09676 09700", "01"),
    ("Thôn Đoài xã Minh Quang huyện Ba Vì", "09676 09700", "01"),
    ("Đội Cấn, Ba Đình", "00004 00008", "01"),
    ("Ba Đình, Hà Nội; Hà Nội", BA_DINH, "01"),
    ("Xã Bát Tràng, Gia Lâm", "00145 00565 00577", "01"),
    (
        "Tp. Nam Định, Nam Định",
        "13669 13684 13693 13699 13708 13777 13972 13984",
        "37",
    ),
    ("Quận 1, TP HCM", "26737 26740 26743 26758", "79"),
    # Not found in its district: the district's, and a namesake elsewhere in the province.
    ("Xã Không Tồn Tại, Phúc Thọ, Hà Nội", "09715 09739 09772", "01"),
    ("Cụm 2, Xã Không Tồn Tại, Phúc Thọ", "09715 09739 09772", None),
    ("Xã Không Tồn Tại, Hà Nội", "01", "01"),
    ("Đinh Xá, Bình Lục, Hà Nam", "13444 13501 13504 13531 13540 13558", "37"),
    # The name repeats the province by another name: it may mean the smaller city of the past.
    ("Huế, Thừa Thiên Huế", "46", "46"),
    # Another kind of unit, and another name in the source.
    ("Xã Tây Đằng, Huyện Ba Vì", "09619 09661", "01"),
    ("Ninh Bình, Ninh Bình", "14329 14359 14533 14566", "37"),
    # A bare name: never the unit, even if there is only one of that name, nor the province.
    ("Sài Gòn", "26740", None),
    ("Phường Sài Gòn", "26740", None),
    ("Long Biên", "00097 00118 00127 00136 00145 00565 00577", None),
    ("làng Hạ, Hàng Bạc", "00070", None),
    ("Long Biên, Luân Đôn", "00097 00118 00127 00136 00145 00565 00577", None),
    ("Xã Tây Đằng", "09619 09661", None),
    ("Vạn Phúc", "00685 09556 11167", None),
    # Typed without marks: found, never certain, not even the province.
    ("Quoc Oai, Ha Noi", QUOC_OAI, None),
    ("P. Hang Bac, Hoan Kiem, Ha Noi", "00070", None),
    ("P. Hang Bac, Hoàn Kiếm, Hà Nội", "00070", "01"),
    # A statement that is no place leaves the other one in doubt.
    ("Bình Đà; Bình Minh, Thanh Oai, Hà Nội", "10126", None),
    # Two places at once.
    (
        "Mèo Vạc & Đồng Văn, Hà Giang",
        "00715 00721 00733 00745 00763 00769 00778 00787 00802 00808 00817 00820",
        "08",
    ),
    ("tỉnh Đồng Nai; Lâm Đồng", "68 75", None),
    ("Đồng Nai; Lâm Đồng", "25402 68 75", None),
    ("Lâm Đồng, Đà Nẵng", "48 68", None),
    *((text, "00070 00082", "01") for text in TWO_WARDS),
    ("Phường Hàng Bạc quận Hoàn Kiếm và phường Láng quận Đống Đa, Hà Nội", "00070 00199", "01"),
    ("Tt. Long Hải, Long Điền, Bà Rịa-Vũng Tàu", "26659 26662", "79"),
    ("Ba Đình, Hoàn Kiếm, Hà Nội", BA_DINH, "01"),
    ("Phường 1, 2, 3, Quận 4, TP HCM", "27286", "79"),
    ("phố Phan Chu Trinh và phường Hàng Bạc, Hoàn Kiếm, Hà Nội", "00070", "01"),
    ("Hà Nội và Hàng Bạc, Hà Nội", "00070 01", "01"),
    # A former unit does not decide over another one that went to the same.
    (
        "phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội; phường Cửa Nam, quận Hoàn Kiếm, Hà Nội",
        "00004 00070 00082 00226",
        "01",
    ),
    ("Xã Không Có, Hà Nội; Hàng Bạc, Hoàn Kiếm, Hà Nội", "00070 01", "01"),
    # Near a unit is not in it, and a unit inside a detail is one more.
    ("gần phường Hàng Bạc, quận Hoàn Kiếm, Hà Nội", HOAN_KIEM, "01"),
    ("từ phường Hàng Bạc đến phường Cửa Đông, quận Hoàn Kiếm, Hà Nội", HOAN_KIEM, "01"),
    ("Tổ 3 P Hàng Bạc, P. Phan Chu Trinh, Q. Hoàn Kiếm, Hà Nội", "00082", "01"),
    # A unit stated below a commune, and below a district of the past.
    ("Xã Không Tồn Tại, Hàng Bạc, Hoàn Kiếm, Hà Nội", "00070", "01"),
    ("Xã Lạ, Tây Tựu, Hà Nội", "00598 00613 09817 09832", "01"),
    ("Xã Minh Khai, Từ Liêm, Hà Nội", "00598 00602 00613 00622", "01"),
    ("Xã Cổ Nhuế, Từ Liêm, Hà Nội", "00160 00598 00602 00611 00619", "01"),
    ("phường Hàng Bạc, Huế", "46", "46"),
    ("phường Hàng Bạc, Đống Đa, Hà Nội", f"00025 00070 {DONG_DA}", "01"),
    ("Hàng Bạc, Hoàn Kiếm, Tỉnh Hà Tây", "01", "01"),
    # A province's name that smaller units bear too.
    ("Hà Giang", "00691 00694 00700 08 12745 15274", None),
    ("Nam Định", "13669 13684 13693 13699 13708 13777 13972 13984 37", "37"),
    ("Vĩnh Phúc", "00008 01216 08716 15349 25", None),
    ("Hà Tây", "01 10846 23728", None),
    ("Huyện Không Có, Hòa Bình", "25", "25"),
    # Other names of units of today.
    ("Văn Miếu", "00190 00226 08611 13777", None),
    ("Phường Văn Miếu, Hà Nội", "00190 00226", "01"),
]

NOWHERE = [
    ("", "Không nêu địa điểm."),
    (" ; , ", "Không nêu địa điểm."),
    ("vịnh Thái Lan", "Không tìm thấy đơn vị hành chính nào tên “vịnh Thái Lan”."),
    ("Biển Đông", "Không tìm thấy đơn vị hành chính nào tên “Biển Đông”."),
    ("Quận 16, Paris", "Không tìm thấy đơn vị hành chính nào tên “Quận 16” hoặc “Paris”."),
    ("Tổ 5", "Chỉ nêu địa chỉ chi tiết, không nêu đơn vị hành chính nào."),
    ("5", "Chỉ nêu địa chỉ chi tiết, không nêu đơn vị hành chính nào."),
]


@pytest.mark.parametrize(("stated", "code"), CERTAIN)
def test_certain(gazetteer: Gazetteer, stated: str, code: str) -> None:
    resolution = gazetteer.resolve(stated)
    assert resolution.code == code, resolution.why["vi"]
    assert [one.code for one in resolution.candidates] == [code]
    assert gazetteer.within(code) == gazetteer.unit(resolution.within or "")
    assert resolution.stated == stated


@pytest.mark.parametrize(("stated", "codes", "within"), OPEN)
def test_open(gazetteer: Gazetteer, stated: str, codes: str, within: str | None) -> None:
    resolution = gazetteer.resolve(stated)
    assert resolution.code is None
    assert " ".join(one.code for one in resolution.candidates) == codes, resolution.why["vi"]
    assert resolution.within == within
    provinces = {now.code for one in codes.split() if (now := gazetteer.within(one))}
    assert resolution.possibly_within == (() if within else tuple(sorted(provinces)))


@pytest.mark.parametrize(("stated", "why"), NOWHERE)
def test_nowhere(gazetteer: Gazetteer, stated: str, why: str) -> None:
    resolution = gazetteer.resolve(stated)
    assert (resolution.code, resolution.candidates, resolution.within) == (None, (), None)
    assert resolution.possibly_within == ()
    assert resolution.why["vi"] == why


def _spelled(name: str) -> str:
    """The exact form in the older spelling of the Central Highlands."""
    return exact(name.replace("Đắk", "Đăk").replace("Lắk", "Lăk"))


def test_a_province_name_that_a_smaller_unit_bears_is_never_certain(
    tables: Tables, gazetteer: Gazetteer
) -> None:
    units = [*tables.present.values(), *tables.former.values()]
    smaller = {_spelled(unit.short) for unit in units if unit.level != "province"}
    provinces = [unit for unit in units if unit.level == "province"]
    shared = {unit.short for unit in provinces if _spelled(unit.short) in smaller}
    assert len(shared) == 46
    for unit in provinces:
        now = unit.code if isinstance(unit, Unit) else gazetteer.successors(unit.code)[0].code
        bare, full = gazetteer.resolve(unit.short), gazetteer.resolve(unit.name["vi"])
        assert bare.code == (None if unit.short in shared else now)
        assert now in [one.code for one in bare.candidates]
        assert full.code == now


def test_a_common_name_keeps_all_its_candidates(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Tân Thành")
    assert (resolution.code, resolution.within) == (None, None)
    assert len(resolution.candidates) == 39
    assert "39 đơn vị" in resolution.why["vi"]


def test_too_many_candidates_are_counted_not_listed(gazetteer: Gazetteer) -> None:
    resolution = gazetteer.resolve("Châu Thành")
    assert (resolution.code, resolution.candidates, resolution.within) == (None, (), None)
    assert resolution.why == {
        "vi": "Có 52 đơn vị hợp với địa điểm đã nêu, quá nhiều để liệt kê; cần nêu thêm đơn vị"
        " cấp trên.",
        "en": "52 units fit what is stated, too many to list; a unit above them is needed.",
    }


@pytest.mark.parametrize(
    ("stated", "vi", "en"),
    [
        ("Hà Nội", "Là Thành phố Hà Nội.", "It is Hà Nội City."),
        (
            "tỉnh Hà Giang",
            "Tỉnh Hà Giang cũ nay thuộc Tỉnh Tuyên Quang.",
            "The former Hà Giang Province is now in Tuyên Quang Province.",
        ),
        (
            "Đội Cấn, Ba Đình",
            "Phường Đội Cấn (quận Ba Đình cũ) nay thuộc 2 đơn vị.",
            "Đội Cấn Ward (former Ba Đình District) is now in 2 units.",
        ),
        (
            "Xã Không Tồn Tại, Hà Nội",
            "Thuộc Thành phố Hà Nội; không tìm thấy “Xã Không Tồn Tại” đúng như đã nêu.",
            "It is in Hà Nội City; “Xã Không Tồn Tại” was not found as stated.",
        ),
        (
            "Tỉnh Hà Tây",
            "Tỉnh Hà Tây cũ nay thuộc Thành phố Hà Nội.",
            "The former Hà Tây Province is now in Hà Nội City.",
        ),
        (
            "Nam Định",
            "Có thể là Tỉnh Nam Định cũ, Phường Nam Định (Tỉnh Ninh Bình) hoặc Thành phố Nam Định"
            " cũ, nay thuộc 9 đơn vị; tên ghi là của tỉnh nhưng cũng là của đơn vị khác.",
            "It may be the former Nam Định Province, Nam Định Ward (Ninh Bình Province) or the"
            " former Nam Định City, now in 9 units; the name is a province's but other units bear"
            " it too.",
        ),
        (
            "phường Hàng Bạc, phường Phan Chu Trinh, Hà Nội",
            "Có thể là Phường Phan Chu Trinh (quận Hoàn Kiếm cũ) hoặc Phường Hàng Bạc (quận Hoàn"
            " Kiếm cũ), nay thuộc 2 đơn vị; nêu nhiều đơn vị cùng lúc.",
            "It may be Phan Chu Trinh Ward (former Hoàn Kiếm District) or Hàng Bạc Ward (former"
            " Hoàn Kiếm District), now in 2 units; several units are stated at once.",
        ),
        (
            "Xã Không Có, Phường Láng, Hà Nội",
            "Có thể là Phường Láng, Thành phố Hà Nội; không tìm thấy “Xã Không Có” đúng như đã"
            " nêu.",
            "It may be Láng Ward, Hà Nội City; “Xã Không Có” was not found as stated.",
        ),
        (
            "Sài Gòn",
            "Có thể là Phường Sài Gòn, Thành phố Hồ Chí Minh; chưa nêu rõ loại đơn vị hoặc đơn vị"
            " cấp trên.",
            "It may be Sài Gòn Ward, Hồ Chí Minh City; neither the kind of unit nor the unit above"
            " it is clear.",
        ),
    ],
)
def test_reasons(gazetteer: Gazetteer, stated: str, vi: str, en: str) -> None:
    assert gazetteer.resolve(stated).why == {"vi": vi, "en": en}


def test_document(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("Hàng Bạc, Hoàn Kiếm").to_document() == {
        "stated": "Hàng Bạc, Hoàn Kiếm",
        "code": "00070",
        "candidates": [
            {
                "code": "00070",
                "name": "Phường Hoàn Kiếm, Thành phố Hà Nội",
                "source": "vietnamadminunits",
            }
        ],
        "within": "01",
        "why": {
            "vi": "Phường Hàng Bạc (quận Hoàn Kiếm cũ) nay thuộc Phường Hoàn Kiếm,"
            " Thành phố Hà Nội.",
            "en": "Hàng Bạc Ward (former Hoàn Kiếm District) is now in Hoàn Kiếm Ward,"
            " Hà Nội City.",
        },
    }
    nowhere = gazetteer.resolve("Biển Đông").to_document()
    assert nowhere.keys() == {"stated", "code", "candidates", "why"}
    assert gazetteer.resolve("Ba Vì, Hà Nội").to_document().keys() == nowhere.keys() | {"within"}
    assert gazetteer.resolve("Hà Tây").to_document()["possibly_within"] == ["01", "31", "52"]


def test_more_parts_never_widen(gazetteer: Gazetteer) -> None:
    chain = ["Minh Quang", "Minh Quang, Ba Vì", "Minh Quang, Ba Vì, Hà Nội"]
    found = [{one.code for one in gazetteer.resolve(text).candidates} for text in chain]
    assert all(narrow <= wide for wide, narrow in pairwise(found))
