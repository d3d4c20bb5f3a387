"""The file of a backup: a ZIP of tables as JSON lines, kept bytes, and a manifest of it all.

    manifest.json           what is in here: see `Manifest`
    tables/<name>.jsonl     the names of the columns, then one row on each line
    sources/<sha256>        bytes that data came from
    files/<sha256>          bytes of files of records

Here it is written; `unpacking` reads it. Knows no table and no record. Why it is so: decision 10.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from khue.lib.chunks import chunked
from khue.model.errors import Refused, WrongUse, reason_of

FORMAT = "khue-backup"
VERSION = 1
MANIFEST = "manifest.json"

LEVEL = 1
"""Of deflate: a fifth of the size already, at several times the speed of the others."""

PIECE = 1 << 20
"""Bytes that are read and hashed at once."""

ROWS = 500
"""Rows that are written at once."""

Row = Sequence[Any]


@dataclass(frozen=True)
class Member:
    """One part of the archive: sha256 and bytes of it as unpacked; `rows` of a table."""

    sha256: str
    size: int
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself.

    `head` is the last hash of the ledger, `public_head` that of the public chain, `changes` the
    position. `missing` are the sha256 of bytes that were not there to be kept (`sources` and
    `files` apart). `erasures` are what the registry had erased until then, as notes.
    """

    khue: str
    at: str
    pack: Mapping[str, str]
    changes: int
    records: int
    head: str
    public_head: str
    missing: Mapping[str, Sequence[str]]
    erasures: Sequence[dict[str, Any]]
    members: Mapping[str, Member] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """What all of it takes once it is unpacked."""
        return sum(member.size for member in self.members.values())

    def digests(self, folder: str) -> list[str]:
        """The sha256 of all kept bytes of a folder: `sources` or `files`."""
        names = (name.partition("/") for name in self.members)
        return [name for where, _, name in names if where == folder]


class Writer:
    """Writes an archive, member by member. Closes with its `with` block; `finish` it before."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        # What is given up is closed too, or it would write its end when it is forgotten.
        with suppress(*([] if kind is None else [OSError, ValueError])):
            self._zip.close()

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Write a table; nothing of it is kept in memory."""
        count = 0
        member = f"tables/{name}.jsonl"
        with self._member(member) as out:
            out.write(_line(columns))
            for lot in chunked(rows, ROWS):
                out.write(b"".join(map(_line, lot)))
                count += len(lot)
        self.members[member] = dataclasses.replace(self.members[member], rows=count)

    def bytes_of(self, folder: str, digest: str, path: Path) -> bool:
        """Write kept bytes; False if they are not there."""
        name = f"{folder}/{digest}"
        # Photographs and scans are compressed by themselves.
        target = zipfile.ZipInfo(name) if folder == "files" else name
        try:
            source = path.open("rb")
        except OSError:
            return False
        with source, self._member(target) as out:
            while piece := source.read(PIECE):
                out.write(piece)
        return True

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, which names all members."""
        told = dataclasses.asdict(dataclasses.replace(manifest, members=self.members))
        text = json.dumps({"format": FORMAT, "version": VERSION} | told, ensure_ascii=False)
        with self._member(MANIFEST) as out:
            out.write(text.encode())

    @contextmanager
    def _member(self, target: zipfile.ZipInfo | str) -> Iterator[_Hashing]:
        with self._zip.open(target, "w", force_zip64=True) as out:
            hashing = _Hashing(out)
            yield hashing
        name = target if isinstance(target, str) else target.filename
        self.members[name] = Member(hashing.digest.hexdigest(), hashing.size)


class _Hashing:
    """A stream that hashes and counts what is written to it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self.digest.update(data)
        self.size += len(data)


@contextmanager
def writing(path: Path, *, force: bool) -> Iterator[Path]:
    """A file to write that becomes `path` at the end, all at once and on the disk.

    Until then it is `<path>.part`, which only its owner can read. Raises `Refused` if `path` is
    there already (unless `force`), or if another program is writing it, `WrongUse` if it cannot be
    written.
    """
    _require_free(path, force)
    part = path.with_name(f"{path.name}.part")
    try:
        number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchmod(number, 0o600)
    except OSError as error:
        raise _cannot_be_written(path, error) from error
    with os.fdopen(number, "r+b") as held:
        if not _lock(held):
            raise Refused(
                f"Một chương trình khác đang ghi {path}.",
                f"Another program is writing {path}.",
                mend_vi="Đợi nó xong, hoặc chọn tên khác.",
                mend_en="Wait for it, or choose another name.",
            )
        try:
            yield part
            os.fsync(held.fileno())
            _require_free(path, force)
        except BaseException as error:
            part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise _cannot_be_written(path, error) from error
            raise
        part.replace(path)
    _sync_folder(path.parent)


def discard_part(part: Path) -> None:
    """Delete what a program that was killed has left of an archive, unless it is being written."""
    with part.open("r+b") as stream:
        if _lock(stream):
            part.unlink(missing_ok=True)


def _lock(stream: BinaryIO) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _require_free(path: Path, force: bool) -> None:
    if os.path.isdir(path) or (os.path.exists(path) and not force):
        raise Refused(
            f"Đã có {path}.",
            f"{path} is there already.",
            mend_vi="Chọn tên khác, hoặc thêm --force để ghi đè.",
            mend_en="Choose another name, or add --force to replace it.",
        )


def _cannot_be_written(path: Path, error: OSError) -> WrongUse:
    why = reason_of(error)
    return WrongUse(
        f"Không ghi được {path}: {why['vi']}.",
        f"{path} cannot be written: {why['en']}.",
        mend_vi="Chọn một thư mục ghi được và còn đủ chỗ.",
        mend_en="Choose a folder that can be written and has room.",
    )


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _line(row: Row) -> bytes:
    try:
        return (_encode(row) + "\n").encode()
    except UnicodeEncodeError:
        # Only a database that somebody has tampered with holds such characters.
        return (json.dumps(row) + "\n").encode()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
