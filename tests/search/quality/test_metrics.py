from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.search.quality.metrics import is_hit, ndcg

GRADES = st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 3), min_size=1)


def test_a_hit_is_one_right_record_near_enough() -> None:
    assert is_hit(["a", "b", "c"], {"b", "x"}, 2)
    assert not is_hit(["a", "b", "c"], {"b", "x"}, 1)
    assert not is_hit([], {"b"}, 5)


def test_ndcg_of_known_answers() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert ndcg(["a", "b", "c"], grades) == 1
    assert ndcg(["x", "c", "a"], grades) == pytest.approx((1 / math.log2(3) + 7 / 2) / ideal)
    assert ndcg(["a", "a", "a"], grades) == pytest.approx(7 / ideal)
    assert ndcg([], grades) == ndcg(["x", "y"], grades) == ndcg(["a"], {}) == 0
    assert ndcg([*"qrstuvwxyz", "a"], grades) == 0
    assert ndcg(list("abcdefghijkl"), dict.fromkeys("abcdefghijkl", 1)) == 1


@given(GRADES, st.randoms())
def test_the_best_order_is_1_and_no_order_is_better(grades: dict[str, int], chance: object) -> None:
    best = sorted(grades, key=lambda record: -grades[record])
    mixed = list(grades)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ndcg(best, grades) == pytest.approx(1)
    assert 0 < ndcg(mixed, grades, depth=99) <= 1 + 1e-9
