"""Doing one thing at a time, whichever process and machine asks for it.

The writers of the ledger have a lock of their own: see `registry.database`.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

KEYS = {"setup": 7_411_001, "measure": 7_411_002}
"""What is done alone, each with the key of its advisory lock on PostgreSQL (any numbers)."""


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Alone on this home, and on a database of PostgreSQL alone on all machines; waits for whoever
    does the same. `what` is one of `KEYS`."""
    with (settings.KHUE_HOME / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [KEYS[what]])
        try:
            yield
        finally:
            # A connection that is lost has lost its locks too.
            if connection.is_usable():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [KEYS[what]])
