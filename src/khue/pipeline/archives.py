"""The file of a backup: a ZIP of tables as JSON lines, kept bytes, and a manifest of it all.

    manifest.json           what is in here: see `Manifest`
    tables/<name>.jsonl     the names of the columns, then one row on each line
    sources/<sha256>        bytes that data came from
    files/<sha256>          bytes of files of records

Reading trusts nothing: what is not in the manifest, has another size or sha256, or unpacks to far
more than a registry would, is refused before anything is done with it. No name in it is ever used
as a path. Knows no table and no record. Why it is so: decision 10.
"""

from __future__ import annotations

import dataclasses
import fcntl
import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from khue.lib.chunks import chunked
from khue.model.errors import Damaged, Refused, UnreadableFile, WrongUse

FORMAT = "khue-backup"
VERSION = 1
MANIFEST = "manifest.json"

LEVEL = 1
"""Of deflate: a fifth of the size already, at several times the speed of the others."""

PIECE = 1 << 20
"""Bytes that are read and hashed at once."""

ROWS = 500
"""Rows that are written at once."""

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

    def bytes_of(self, folder: str, digest: str, path: Path) -> None:
        """Write kept bytes. Raises `OSError` if they cannot be read."""
        name = f"{folder}/{digest}"
        # Photographs and scans are compressed by themselves.
        target = zipfile.ZipInfo(name) if folder == "files" else name
        with path.open("rb") as source, self._member(target) as out:
            while piece := source.read(PIECE):
                out.write(piece)

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
        raise WrongUse(
            f"Không ghi được {path}: {error.strerror}.",
            f"{path} cannot be written: {error.strerror}.",
            mend_vi="Chọn một thư mục ghi được.",
            mend_en="Choose a folder that can be written.",
        ) from error
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
        except BaseException:
            part.unlink(missing_ok=True)
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
    if path.is_dir() or (path.exists() and not force):
        raise Refused(
            f"Đã có {path}.",
            f"{path} is there already.",
            mend_vi="Chọn tên khác, hoặc thêm --force để ghi đè.",
            mend_en="Choose another name, or add --force to replace it.",
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
    return UnreadableFile(
        f"Không đọc được {path}: {error.strerror}.",
        f"{path} cannot be read: {error.strerror}.",
        mend_vi="Kiểm tra đường dẫn và quyền đọc.",
        mend_en="Check the path and the right to read it.",
    )
