"""Reading the file of a backup, which trusts nothing in it.

What is not in the manifest, has another size or sha256, or unpacks to far more than a registry
would, is refused before anything is done with it. No name in it is ever used as a path.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from khue.model.errors import Damaged, UnreadableFile, reason_of
from khue.pipeline.archives import FORMAT, MANIFEST, PIECE, VERSION, Manifest, Member

LINE_LIMIT = 200_000_000
"""Bytes of one row. A cell of a source holds 32,767 characters at most, a row 16,384 cells."""

MANIFEST_LIMIT = 1_000_000_000
"""Bytes of a manifest: 150 for each kept file."""

RATIO_LIMIT = 300
"""How many times larger a table may get by unpacking. Their hashes and identifiers keep them from
getting more than ten to forty times as large; deflate could do a thousand (RFC 1951)."""

SMALL = 10_000_000
"""Bytes up to which a table may get larger by any ratio."""

_NAME = re.compile(r"manifest\.json|tables/[a-z]+\.jsonl|(sources|files)/[0-9a-f]{64}")

UNREADABLE = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError,
    # What `zipfile` raises for encrypted members, unknown methods, and offsets that cannot be; and
    # JSON for what is none.
    RuntimeError, NotImplementedError, ValueError, LookupError, TypeError, OverflowError,
)  # fmt: skip


class Archive:
    """An archive that is open: its manifest, and its members as streams.

    Whatever goes wrong while it is read is told as `UnreadableFile` or `Damaged`.
    """

    def __init__(self, path: Path, parts: zipfile.ZipFile, manifest: Manifest) -> None:
        self._path = path
        self._zip = parts
        self.manifest = manifest

    def table(self, name: str) -> tuple[list[str], Iterator[list[Any]]]:
        """The columns of a table and its rows, read one after the other; no columns and no rows if
        the archive has no such table."""
        member = f"tables/{name}.jsonl"
        if member not in self.manifest.members:
            return [], iter(())
        lines = self._lines(member)
        return next(lines, []), lines

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, such as `sources/<sha256>`, piece by piece."""
        with _telling(self._path), self._zip.open(name) as part:
            while piece := part.read(PIECE):
                yield piece

    def check(self) -> None:
        """Read everything. Raises `Damaged` for a member that is not what the manifest says."""
        for name, member in self.manifest.members.items():
            digest, size = hashlib.sha256(), 0
            for piece in self.pieces(name):
                digest.update(piece)
                size += len(piece)
            if (digest.hexdigest(), size) != (member.sha256, member.size):
                raise damaged(name)
            folder, _, kept = name.partition("/")
            if folder in ("sources", "files") and kept != member.sha256:
                raise damaged(name)

    def _lines(self, member: str) -> Iterator[list[Any]]:
        with _telling(self._path), self._zip.open(member) as part:
            lines = io.BufferedReader(cast(io.RawIOBase, part), PIECE)
            while line := lines.readline(LINE_LIMIT):
                row = json.loads(line)
                if not line.endswith(b"\n") or not isinstance(row, list):
                    raise damaged(member)
                yield row


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open an archive for reading.

    Raises `UnreadableFile` for what is no backup or unpacks to what no backup would, or was written
    by a newer version of Khuê.
    """
    with _telling(path):
        parts = zipfile.ZipFile(path)
    with parts:
        with _telling(path):
            manifest = _manifest(parts)
            _require_named(parts, manifest)
            _refuse_vast(path, parts, manifest)
        yield Archive(path, parts, manifest)


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        if isinstance(error, FileNotFoundError | IsADirectoryError | PermissionError):
            raise _not_there(path, error) from error
        raise UnreadableFile(
            f"{path} không phải là bản sao lưu của Khuê, hoặc đã hỏng: {error}.",
            f"{path} is no backup of Khuê, or is damaged: {error}.",
            mend_vi="Dùng một bản sao lưu khác; chưa có gì thay đổi.",
            mend_en="Use another backup; nothing was changed.",
        ) from error


def damaged(name: str) -> Damaged:
    """What to raise for a part of an archive that is not what it was."""
    return Damaged(
        f"Bản sao lưu đã bị hỏng hoặc bị sửa: {name}.",
        f"The backup is damaged or was altered: {name}.",
        mend_vi="Dùng một bản sao lưu khác; chưa có gì thay đổi.",
        mend_en="Use another backup; nothing was changed.",
    )


def _manifest(parts: zipfile.ZipFile) -> Manifest:
    info = parts.getinfo(MANIFEST)
    if info.file_size > MANIFEST_LIMIT:
        raise ValueError("the manifest is too large")
    told = json.loads(parts.read(info))
    if told.pop("format") != FORMAT:
        raise ValueError("the manifest is of something else")
    if told.pop("version") > VERSION:
        raise UnreadableFile(
            "Bản sao lưu này do một phiên bản Khuê mới hơn ghi.",
            "This backup was written by a newer version of Khuê.",
            mend_vi="Cập nhật Khuê rồi khôi phục lại.",
            mend_en="Update Khuê, then restore again.",
        )
    members = {name: Member(**member) for name, member in told.pop("members").items()}
    manifest = Manifest(**told, members=members)
    if not all(isinstance(one.size, int) and one.size >= 0 for one in members.values()):
        raise ValueError("a size in the manifest is none")
    return manifest


def _require_named(parts: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raise `ValueError` for any member that the manifest does not name, or names otherwise."""
    names = parts.namelist()
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"nothing in a backup is called {name[:100]!r}")
    if len(set(names)) != len(names):
        raise ValueError("something is in it twice")
    if set(names) != {*manifest.members, MANIFEST}:
        raise ValueError("its parts are not those that its manifest names")


def _refuse_vast(path: Path, parts: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raise `ValueError` for a member that is not of the manifest's size, or unpacks to far more
    than it should, as where several share the same bytes."""
    for info in parts.infolist():
        member = manifest.members.get(info.filename)
        if member is not None and member.size != info.file_size:
            raise ValueError(f"{info.filename} has another size")
        is_table = not info.filename.startswith(("sources/", "files/"))
        if is_table and info.file_size > max(SMALL, RATIO_LIMIT * info.compress_size):
            raise ValueError(f"{info.filename} would unpack to {info.file_size:,} bytes")
    if sum(info.compress_size for info in parts.infolist()) > path.stat().st_size:
        raise ValueError("its parts take more than the whole")


def _not_there(path: Path, error: OSError) -> UnreadableFile:
    why = reason_of(error)
    return UnreadableFile(
        f"Không đọc được {path}: {why['vi']}.",
        f"{path} cannot be read: {why['en']}.",
        mend_vi="Kiểm tra đường dẫn và quyền đọc.",
        mend_en="Check the path and the right to read it.",
    )
