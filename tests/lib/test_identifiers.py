"""ULIDs as their specification wants them."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from khue.lib.identifiers import ALPHABET, is_ulid, new_ulid


def test_ulids_grow_in_every_thread() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: [new_ulid() for _ in range(500)], range(8)))
    assert all(ids == sorted(ids) for ids in made)
    assert len({one for ids in made for one in ids}) == 4000
    assert all(is_ulid(one) for ids in made for one in ids)


def test_the_first_ten_characters_are_the_time() -> None:
    now = time.time_ns() // 1_000_000 + 60_000
    number = 0
    for character in new_ulid(now)[:10]:
        number = number * 32 + ALPHABET.index(character)
    assert number == now


def test_a_clock_that_goes_back_does_not_break_the_order() -> None:
    before = new_ulid()
    assert new_ulid(1) > before


@pytest.mark.parametrize("moment", [-1, 1 << 48])
def test_impossible_times(moment: int) -> None:
    with pytest.raises(ValueError, match="time"):
        new_ulid(moment)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", True),
        ("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", True),
        ("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", False),
        ("01arz3ndektsv4rrffq69g5fav", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAI", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FA", False),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV\n", False),
        ("", False),
    ],
)
def test_is_ulid(text: str, sound: bool) -> None:
    assert is_ulid(text) is sound
