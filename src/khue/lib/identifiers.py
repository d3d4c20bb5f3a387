"""ULIDs: identifiers of records, sortable by the time they were made.

Source: the ULID specification, https://github.com/ulid/spec. 48 bits of Unix time in milliseconds,
80 random bits, written as 26 characters of Crockford's base 32 (no I, L, O, U).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_LENGTH = 500
"""Characters of a key at most: four bytes each fit into the 2,700 of an entry of a database index
(PostgreSQL's limit)."""

_RANDOM_BITS = 80
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]  # of ten bits each
_SHIFTS = range(120, -1, -10)
_MISREAD = str.maketrans("ILO", "110")
_SHAPE = re.compile(f"[0-7][{ALPHABET}]{{25}}")

_lock = threading.Lock()
_last = 0


def new_ulid(now_ms: int | None = None) -> str:
    """A new ULID, greater than every one this process made before, in any thread.

    `now_ms` is Unix time in milliseconds (default: the clock). A time before that of the last
    ULID is ignored: the last one is counted up, as the specification's monotonic mode does.
    Raises `ValueError` for a time outside the 48 bits.
    """
    global _last
    moment = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    if not 0 <= moment < 1 << 48:
        raise ValueError(f"not a time in milliseconds that a ULID can hold: {moment}")
    with _lock:
        if moment > _last >> _RANDOM_BITS:
            _last = (moment << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        else:
            _last += 1
        number = _last
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def _begin_child() -> None:
    """A forked process would else count up from the number from which its parent and its siblings
    count up, in the same millisecond or after a clock was put back."""
    global _last, _lock
    _lock = threading.Lock()
    _last = ((_last >> _RANDOM_BITS) + 1 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)


os.register_at_fork(after_in_child=_begin_child)


def is_ulid(text: str) -> bool:
    """Whether `text` is a ULID in its canonical upper-case form."""
    return _SHAPE.fullmatch(text) is not None


def read_ulid(text: str) -> str | None:
    """The ULID that people wrote down: in either case, I and L for 1 and O for 0, with hyphens, as
    Crockford's base 32 has it. None where it is none."""
    written = text.upper().replace("-", "").translate(_MISREAD)
    return written if is_ulid(written) else None


def bounded_key(text: str) -> str:
    """A text to look things up by: the text itself, or, beyond `KEY_LENGTH`, its beginning and its
    SHA-256. Different texts have different keys."""
    if len(text) <= KEY_LENGTH:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: KEY_LENGTH - len(digest) - 1]}…{digest}"
