"""Bytes kept under their sha256, of large files a piece at a time."""

from __future__ import annotations

import hashlib
import mmap
from pathlib import Path

import pytest

from khue.model.errors import UnreadableFile
from khue.pipeline import files

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", [1, 999, 1_000, 1_001, 12_345])
def test_a_large_file_is_kept_whole_whatever_becomes_of_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(files, "IN_MEMORY", 0)
    monkeypatch.setattr(files, "PIECE", 1_000)
    path = home / "so.csv"
    told = bytes(number % 251 for number in range(length))
    path.write_bytes(told)
    too_large = UnreadableFile("Quá lớn.", "Too large.")
    data = files.read_data(path, limit=length, too_large=too_large)
    assert isinstance(data, mmap.mmap)
    path.write_bytes(b"x" * length)
    digest = files.keep_source(data)
    assert digest == hashlib.sha256(told).hexdigest()
    assert files.source_path(digest).read_bytes() == told
    assert files.keep_source(data) == digest  # once
    assert data[:] == told  # read again where it was let go
