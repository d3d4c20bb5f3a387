"""The bytes of a file, in memory or mapped into it, as a stream that copies none of them ahead."""

from __future__ import annotations

import io
from mmap import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Buffer = bytes | mmap
"""A whole file. A mapped one is not in memory until it is read, and the system may forget it again:
so a large file is read within bounds."""

CHUNK = 1 << 16


def stream_of(data: Buffer) -> io.BufferedReader:
    """The bytes from their beginning. The buffer can be closed while the stream is still there."""
    return io.BufferedReader(_Stream(data), CHUNK)


class _Stream(io.RawIOBase):
    def __init__(self, data: Buffer) -> None:
        self._data, self._at = data, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, into: WriteableBuffer, /) -> int:
        room = memoryview(into)
        chunk = self._data[self._at : self._at + len(room)]
        room[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at
