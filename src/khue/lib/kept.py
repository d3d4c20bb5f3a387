"""Values that take long to make, kept in files from one process to the next.

A file holds plain JSON behind its own sha256: whatever is in it, reading it runs nothing. It may be
deleted at any time. Its name says what the value was made from; the callers see to that.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

_DIGEST = hashlib.sha256().digest_size * 2


def find_kept(path: Path) -> Any | None:
    """The value kept in a file; None where there is none, or where it is damaged."""
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    content = data[_DIGEST:]
    if hashlib.sha256(content).hexdigest().encode() != data[:_DIGEST]:
        return None
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(content)
    return None


def keep(path: Path, value: Any) -> None:
    """Keep a plain value in a file that is there whole or not at all, and that only its owner can
    read. A disk without room does no harm."""
    content = orjson.dumps(value)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode())
            file.write(content)
        part.replace(path)


def can_be_kept(value: Any) -> bool:
    """Whether a value comes back as it was: JSON knows no dates, and no keys but texts."""
    try:
        return bool(orjson.loads(orjson.dumps(value)) == value)
    except (TypeError, RecursionError):
        return False
