"""ULIDs as their specification wants them."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from khue.lib.identifiers import ALPHABET, is_ulid, new_ulid, read_ulid


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


def test_forked_processes_make_their_own() -> None:
    """Whatever their clocks say: here they all say a time that is long past."""
    late = new_ulid()
    out, into = os.pipe()
    children = []
    for _ in range(3):
        if (child := os.fork()) == 0:
            os.write(into, new_ulid(0).encode())
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    made = [os.read(out, 26).decode() for _ in children] + [new_ulid(0)]
    os.close(out)
    os.close(into)
    assert len({*made}) == 4
    assert min(made) > late


def test_what_people_write_down_is_read() -> None:
    """Crockford's base 32: either case, I and L for 1, O for 0, hyphens anywhere."""
    written = "01M83NPHEXGXRHJR3JPVM2XKZB"
    for text in (written, written.lower(), "oIm83nph-exgx-rhjr-3jpv-m2xkzb", "0l" + written[2:]):
        assert read_ulid(text) == written
    for text in ("", "01M83", written + "0", "U" + written[1:], "8" + written[1:], "đ" * 26):
        assert read_ulid(text) is None
