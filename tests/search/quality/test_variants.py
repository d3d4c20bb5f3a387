from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein

from khue.lib.vietnamese import exact, fold
from tests.search.quality.variants import beginning, with_tone_moved, with_typo, without_marks

NAMES = st.lists(
    st.sampled_from(["Chùa", "Hoà", "Thuỷ", "Đường", "Lâm", "Nghĩa", "So", "(Mê", "Linh)", "48"]),
    min_size=1,
    max_size=6,
).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Chùa Hoà Mã", "Chùa Hòa Mã"),
        ("Khoẻ", "Khỏe"),
        ("Đình Thuỷ Phú", "Đình Thủy Phú"),
        ("UÝ", "ÚY"),
    ],
)
def test_the_tone_moves_both_ways(one: str, other: str) -> None:
    assert (with_tone_moved(one), with_tone_moved(other)) == (other, one)


@pytest.mark.parametrize("name", ["Quý", "Hoàng", "Chùa Mía", "Huyền", "Đền Và", ""])
def test_the_tone_stays_where_it_has_one_place(name: str) -> None:
    assert with_tone_moved(name) == name


@given(NAMES)
def test_a_moved_tone_is_the_same_word(name: str) -> None:
    assert exact(with_tone_moved(name)) == exact(name)


@given(NAMES, st.integers())
def test_a_typo_is_one_letter_in_one_long_word(name: str, seed: int) -> None:
    wrong = with_typo(name, random.Random(seed))
    if wrong is None:
        assert all(len(word) < 4 for word in re.findall(r"[^\W\d_]+", name))
        return
    assert DamerauLevenshtein.distance(name, wrong) == 1
    assert wrong == with_typo(name, random.Random(seed))


def test_a_beginning_is_most_of_a_name() -> None:
    assert beginning("Đình So") == "Đình"
    assert beginning("Văn Miếu - Quốc Tử Giám") == "Văn Miếu - Quố"
    assert beginning("Chùa Bà Đá") == "Chùa B"
    assert beginning("So") == "So"


@given(NAMES)
def test_without_marks_is_typed_on_any_keyboard(name: str) -> None:
    assert without_marks(name).isascii()
    assert fold(without_marks(name)) == fold(name)
