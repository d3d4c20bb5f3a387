"""Thumbnails on disk: made when first asked for, one picture at a time, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from khue.media.pictures import BYTES, WIDTHS, render, size_at, to_webp
from khue.model.errors import UnreadableFile, reason_of


def thumbnail(folder: Path, original: Path, sha256: str, media_type: str, at: int) -> Path:
    """The WebP file of a picture at one of `WIDTHS`, below `folder`, made if it is not there.

    The first who asks makes all widths from one decoding while the others wait: a lock in `folder`
    lets one picture be decoded at a time, by whatever process, which bounds the memory that
    visitors can make a server take. Raises `KeyError` for another width, `UnreadableFile` if the
    original is gone or cannot be decoded.
    """
    if at not in WIDTHS:
        raise KeyError(at)
    path = _path(folder, sha256, at)
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _make(folder, _read(original), sha256, media_type)
    return path


def discard(folder: Path, sha256: str) -> None:
    """Delete all thumbnails of a picture, waiting for one that is being made.

    Delete the original first if it shall go too, or another visitor makes them again.
    """
    if not folder.exists():
        return
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder / sha256, ignore_errors=True)


def _path(folder: Path, sha256: str, at: int) -> Path:
    return folder / sha256 / f"{at}.webp"


def _make(folder: Path, data: bytes, sha256: str, media_type: str) -> None:
    image = render(data, media_type, max(WIDTHS))
    (folder / sha256).mkdir(exist_ok=True)
    for at in sorted(WIDTHS, reverse=True):
        image = image.resize(size_at(*image.size, at))
        _write(_path(folder, sha256, at), to_webp(image))


def _read(original: Path) -> bytes:
    try:
        with original.open("rb") as file:
            return file.read(BYTES)
    except OSError as error:
        why = reason_of(error)
        raise UnreadableFile(
            f"Không đọc được bản gốc: {why['vi']}.",
            f"The original cannot be read: {why['en']}.",
            mend_vi="Khôi phục thư mục files từ bản sao lưu.",
            mend_en="Restore the folder of files from a backup.",
        ) from error


def _write(path: Path, data: bytes) -> None:
    # One writer holds the lock, so what a killed one left behind is simply written over.
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
