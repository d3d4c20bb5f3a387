"""Parting a stated place into statements, parts and names."""

from __future__ import annotations

from functools import partial

import pytest

from khue.places.statements import Part, is_detail, read_piece, split_parts, split_statements

KNOWN = {"Văn Miếu - Quốc Tử Giám", "Tứ Xã", "Hà Nội"}


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
    ],
)
def test_parts(statement: str, parts: tuple[Part, ...]) -> None:
    assert _split(statement) == parts


def test_statements() -> None:
    assert split_statements("A, B; ;C;") == ("A, B", "C")
    assert split_statements("") == ()


@pytest.mark.parametrize("name", ["Tổ 3", "thôn Đoài", "TDP số 4", "12 Hàng Bạc", "Xóm 5", "Số 12"])
def test_details(name: str) -> None:
    assert is_detail(name)


@pytest.mark.parametrize("name", ["Xã Không Tồn Tại", "Chùa Láng", "Hồ Tây"])
def test_no_details(name: str) -> None:
    assert not is_detail(name)
