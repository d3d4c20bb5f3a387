"""Source bytes, kept under their sha256 below `KHUE_HOME/sources`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings


def keep_bytes(data: bytes) -> str:
    """Store `data` durably and return its sha256. The same bytes are stored once."""
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return digest


def path_of(digest: str) -> Path:
    """Where the bytes with this sha256 are kept."""
    return Path(settings.KHUE_HOME) / "sources" / digest[:2] / digest
