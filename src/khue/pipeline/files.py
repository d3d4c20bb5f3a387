"""Bytes kept under their sha256: sources below `KHUE_HOME/sources`, files of records below
`KHUE_HOME/files`."""

from __future__ import annotations

import hashlib
import mmap
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings

from khue.model.errors import KhueError, NotFound, UnreadableFile, reason_of
from khue.registry import erasures


def keep_source(data: Data) -> str:
    """Keep the bytes that data came from; gives their sha256. The same bytes are kept once, and
    those that were erased are not kept again: they hold what somebody asked to be forgotten."""
    digest = _digest(data)
    if digest not in erasures.sources():
        _keep(data, source_path(digest))
    return digest


def keep_attachment(data: bytes) -> str:
    """Keep the bytes of a file of a record, unless they were erased; gives their sha256."""
    digest = _digest(data)
    if digest not in erasures.files():
        _keep(data, file_path(digest))
    return digest


IN_MEMORY = 64_000_000
"""Bytes of a file up to which it is read into memory."""

PIECE = 16_000_000
"""Bytes that are read together of a mapped file."""

Data = bytes | mmap.mmap


def read_data(path: Path, *, limit: int, too_large: KhueError) -> Data:
    """The bytes of a file that someone names, of a large one as they are on the disk: in a copy,
    since the file may change while it is read. Raises as `read_bytes` does."""
    if not os.path.isfile(path) or path.stat().st_size <= IN_MEMORY:
        return read_bytes(path, limit=limit, too_large=too_large)
    with _readable(path, limit, too_large), path.open("rb") as file, TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def let_go(data: Data) -> None:
    """Take what was read of a mapped file out of memory; it is read again when it is asked for."""
    if isinstance(data, mmap.mmap):
        data.madvise(mmap.MADV_DONTNEED)


def read_bytes(path: Path, *, limit: int, too_large: KhueError) -> bytes:
    """The bytes of a file that someone names. Raises `too_large` for more than `limit` bytes,
    `UnreadableFile` for what is no file, `NotFound` for what cannot be read."""
    with _readable(path, limit, too_large):
        return path.read_bytes()


@contextmanager
def _readable(path: Path, limit: int, too_large: KhueError) -> Iterator[None]:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableFile(
                f"{path} không phải là tệp.",
                f"{path} is not a file.",
                mend_vi="Chỉ tới đúng tệp.",
                mend_en="Name the file itself.",
            )
        if path.stat().st_size > limit:
            raise too_large
        yield
    except OSError as error:
        why = reason_of(error)
        raise NotFound(
            f"Không đọc được tệp {path}: {why['vi']}.",
            f"The file {path} cannot be read: {why['en']}.",
            mend_vi="Kiểm tra đường dẫn và quyền đọc.",
            mend_en="Check the path and the right to read it.",
        ) from error


def source_path(digest: str) -> Path:
    """Where the bytes of a source with this sha256 are kept."""
    return Path(settings.KHUE_HOME) / "sources" / digest[:2] / digest


def file_path(digest: str) -> Path:
    """Where the bytes of a record's file with this sha256 are kept."""
    return Path(settings.KHUE_HOME) / "files" / digest[:2] / digest


def _pieces(data: Data) -> Iterator[Data]:
    """The bytes a piece at a time, so that of a mapped file no more is in memory."""
    if isinstance(data, bytes):
        yield data
        return
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE]
        let_go(data)


def _digest(data: Data) -> str:
    found = hashlib.sha256()
    for piece in _pieces(data):
        found.update(piece)
    return found.hexdigest()


def _keep(data: Data, path: Path) -> None:
    if not path.exists():
        write_whole(path, _pieces(data))


def write_whole(path: Path, pieces: Iterable[Data]) -> None:
    """Write a file that is there whole or not at all, and on the disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
