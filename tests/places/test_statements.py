"""Parting a stated place into statements, parts and names."""

from __future__ import annotations

from functools import partial

import pytest

from khue.places.statements import Part, is_detail, read_piece, split_parts, split_statements

KNOWN = {
    *("Văn Miếu - Quốc Tử Giám", "phường Văn Miếu - Quốc Tử Giám", "Tứ Xã", "Hà Nội"),
    *("Lao Và Chải", "xã Lao Và Chải"),
}


def _split(statement: str) -> tuple[Part, ...]:
    return split_parts(statement, partial(read_piece, known=KNOWN.__contains__))


@pytest.mark.parametrize(
    ("statement", "parts"),
    [
        ("", ()),
        (", Hà Nội", (("Hà Nội",),)),
        ("P. Hàng Bạc ,Hà Nội", (("P. Hàng Bạc",), ("Hà Nội",))),
        ("Văn Miếu - Quốc Tử Giám, Hà Nội", (("Văn Miếu - Quốc Tử Giám",), ("Hà Nội",))),
        ("thôn A - xã B – huyện C", (("thôn A",), ("xã B",), ("huyện C",))),
        ("thôn A xã B thị xã C", (("thôn A",), ("xã B",), ("thị xã C",))),
        ("12 Hàng Bạc Q.Hoàn Kiếm", (("12 Hàng Bạc",), ("Q.Hoàn Kiếm",))),
        ("Tứ Xã, Lâm Thao", (("Tứ Xã",), ("Lâm Thao",))),
        ("A & B, C và D", (("A", "B"), ("C", "D"))),
        ("Quận A (cũ), Việt Nam", (("Quận A",),)),
        ("Tổ 3\nP. A", (("Tổ 3",), ("P. A",))),
        ("Bà Rịa-Vũng Tàu", (("Bà Rịa-Vũng Tàu",),)),
        ("phường A và phường B, quận C", (("phường A", "phường B"), ("quận C",))),
        ("phường A/phường B hoặc C quận D", (("phường A", "phường B", "C"), ("quận D",))),
        ("Phường 1/Phường 2", (("Phường 1", "Phường 2"),)),
        ("12/5 ngõ A", (("12/5 ngõ A",),)),
        ("tổ 3 và tổ 5 phường A", (("tổ 3", "tổ 5"), ("phường A",))),
        ("phường A và xã Lao Và Chải", (("phường A", "xã Lao Và Chải"),)),
        ("tổ 3 phường Văn Miếu - Quốc Tử Giám", (("tổ 3",), ("phường Văn Miếu - Quốc Tử Giám",))),
        ("gần phường A, quận B", (("gần phường A",), ("quận B",))),
        ("phường A cũ (nay là phường B)", (("phường A",), ("phường B",))),
    ],
)
def test_parts(statement: str, parts: tuple[Part, ...]) -> None:
    assert _split(statement) == parts


def test_statements() -> None:
    assert split_statements("A, B; ;C;") == ("A, B", "C")
    assert split_statements("") == ()


@pytest.mark.parametrize(
    "name", ["Tổ 3", "thôn Đoài", "TDP số 4", "12 Hàng Bạc", "Xóm 5", "Xã Đàn"]
)
def test_details(name: str) -> None:
    assert is_detail(name)


@pytest.mark.parametrize(
    "name", ["Xã Không Tồn Tại", "Chùa Láng", "Hồ Tây", "Tổ 3 P Hàng Bạc", "To 3 phuong Hang Bac"]
)
def test_no_details(name: str) -> None:
    assert not is_detail(name)
