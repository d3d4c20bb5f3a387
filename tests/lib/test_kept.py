"""Kept values come back as they were, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.kept import can_be_kept, find_kept, keep

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(PLAIN)
def test_what_can_be_kept_comes_back(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "kept"
    try:
        fits = can_be_kept(value)
    except UnicodeError:
        raise AssertionError("lone surrogates are told, not raised") from None
    if fits:
        keep(path, value)
        assert find_kept(path) == value


@pytest.mark.parametrize("value", [{1: "x"}, {"x": float("nan")}, {"x": {1, 2}}, ["\ud800"]])
def test_what_json_does_not_know_cannot_be_kept(value: Any) -> None:
    assert not can_be_kept(value)


def test_a_damaged_file_is_none(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    assert find_kept(path) is None
    keep(path, {"tên": "Đình So"})
    whole = path.read_bytes()
    for number in range(len(whole)):
        for bad in (whole[:number], whole[:number] + b"~" + whole[number + 1 :]):
            path.write_bytes(bad)
            assert find_kept(path) is None
    path.write_bytes(whole)
    assert find_kept(path) == {"tên": "Đình So"}


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keep(tmp_path / "cache" / "kept", [1])
    finally:
        os.umask(before)
    (path,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    keep(tmp_path / "cache" / "kept", [1])
    assert find_kept(tmp_path / "cache" / "kept") is None
