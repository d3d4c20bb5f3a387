"""How often something may be done, and what may be done once: kept for a while, then forgotten.

The counts of all processes stand in one table beside the tasks. Keys say nothing of a person:
whoever counts by address hashes it (`address_key`).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from khue.tasks.models import Counted

DAY = timedelta(days=1)


def take(key: str, most: int, within: timedelta) -> bool:
    """Count one more of `key`; False, and nothing counted, if there were `most` in this stretch of
    time already. (Stretches follow each other; they do not slide.)"""
    row = _row(key, within)
    return bool(Counted.objects.filter(key=row.key, count__lt=most).update(count=F("count") + 1))


def count(key: str, within: timedelta) -> int:
    """How many of `key` were taken in this stretch of time."""
    row = Counted.objects.filter(key=f"{key}:{_stretch(within)}").first()
    return row.count if row else 0


def claim(key: str, within: timedelta) -> bool:
    """Whether this is the first to claim `key`; the claim holds for that long."""
    forget_over()
    return Counted.objects.get_or_create(key=key, defaults={"until": timezone.now() + within})[1]


def settle(key: str, value: str) -> None:
    """Say what came of a claim."""
    Counted.objects.filter(key=key).update(value=value)


def settled(key: str) -> str:
    """What came of a claim; "" if nothing has yet."""
    return Counted.objects.filter(key=key).values_list("value", flat=True).first() or ""


def release(key: str) -> None:
    """Give a claim back, of which nothing came."""
    Counted.objects.filter(key=key).delete()


def address_key(address: str) -> str:
    """A key for a network address that nobody can turn back into it when the day is over (UTC): it
    is hashed with a random salt that is forgotten then."""
    salt = _row("salt", DAY, secrets.token_hex(16)).value
    return hashlib.sha256(f"{salt}{address}".encode()).hexdigest()[:32]


def forget_over() -> None:
    """Delete what is over. The worker does so too, within a minute (`khue.tasks.worker`): it must
    not wait until somebody counts again."""
    Counted.objects.filter(until__lte=timezone.now()).delete()


def _row(key: str, within: timedelta, value: str = "") -> Counted:
    """The row of `key` in this stretch of time, with the end of which it is over."""
    forget_over()
    number = _stretch(within)
    until = datetime.fromtimestamp((number + 1) * within.total_seconds(), UTC)
    return Counted.objects.get_or_create(
        key=f"{key}:{number}", defaults={"until": until, "value": value}
    )[0]


def _stretch(within: timedelta) -> int:
    return int(timezone.now().timestamp() // within.total_seconds())
