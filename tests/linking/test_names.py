"""Names taken apart into what a thing is and which one it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.vietnamese import exact, name_key
from khue.linking import Name, last_word, name_of


def parts(name: str) -> Name:
    return name_of(name_key(name))


@pytest.mark.parametrize(
    ("name", "head", "core"),
    [
        ("Đình làng Thượng Mẫu", "dinh", "Thượng Mẫu"),
        ("  đình thượng mẫu", "dinh", "Thượng Mẫu"),
        ("Di tích lịch sử Đình Thượng Mẫu", "dinh", "Thượng Mẫu"),
        ("Chùa Hạ Mẫu", "chua", "Hạ Mẫu"),
        ("Đền thờ Hai Bà Trưng", "den", "Hai Bà Trưng"),
        ("Từ đường họ Nguyễn", "nha tho ho", "Nguyễn"),
        ("Nhà thờ họ Nguyễn", "nha tho ho", "Nguyễn"),
        ("Nhà thờ Lớn", "nha tho", "Lớn"),
        ("Công ty TNHH Gốm Bát Tràng", "cong ty", "Gốm Bát Tràng"),
        ("Phở bò", "", "Phở bò"),
        # A name of generic words alone is a name.
        ("Chùa Làng", "chua", "Làng"),
        ("Đình", "", "Đình"),
        # Words that only look like generic ones without their marks.
        ("Đình Lãng Xuyên", "dinh", "Lãng Xuyên"),
        ("dinh lang thuong mau", "dinh", "thuong mau"),
        ("Cụm di tích Đình - Đền - Chùa Mẫu", "cum di tich", "Đình Đền Chùa Mẫu"),
    ],
)
def test_parts(name: str, head: str, core: str) -> None:
    found = parts(name)
    assert (found.head, found.core) == (head, exact(core))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đình làng Thượng Mẫu", "dinh thuong mau"),
        ("Chùa Hoè Mẫu", "Chùa Hòe Mẫu"),
        ("Đình Mỹ Đình", "Đình Mĩ Đình"),
        ("Chùa Hạ Mẫu", "Chùa Hà Mẫu"),
    ],
)
def test_what_may_be_one_name_shares_a_key(one: str, other: str) -> None:
    assert (parts(one).key, parts(one).head) == (parts(other).key, parts(other).head)


@given(st.text())
def test_every_key_ends_as_its_name_does(text: str) -> None:
    key = name_key(text)
    found = name_of(key)
    assert found.key.rpartition(" ")[2] == last_word(key[key.rfind(" ") + 1 :])
    assert found.core.split(" ")[-1] == key.split(" ")[-1]
