"""Accounts as a backup keeps them: by name, with the hashes of their passwords."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from khue.accounts.models import Grant

COLUMNS = ("username", "password", "is_active", "date_joined", "roles", "units", "types")
"""Of a user, and from `roles` on of the grant; null for a user without one."""


def rows() -> Iterator[tuple[Any, ...]]:
    """All accounts by name, as plain values of `COLUMNS`."""
    grants = {one.user_id: one for one in Grant.objects.all()}
    for user in User.objects.order_by("username"):
        one = grants.get(user.pk)
        granted = (one.roles, one.units, one.types) if one else (None, None, None)
        joined = user.date_joined.isoformat()
        yield (user.username, user.password, user.is_active, joined, *granted)


def replace(columns: Sequence[str], archived: Iterable[Sequence[Any]]) -> None:
    """Have just the archived accounts. Who has one of these names keeps the session, as long as
    the password is the same. Raises `KeyError` or `ValueError` for rows that are no accounts."""
    names = []
    for row in archived:
        one = dict(zip(columns, row, strict=True))
        user, _ = User.objects.update_or_create(
            username=one["username"],
            defaults={
                "password": one["password"],
                "is_active": one["is_active"],
                "date_joined": datetime.fromisoformat(one["date_joined"]),
            },
        )
        Grant.objects.filter(user=user).delete()
        if one["roles"] is not None:
            limits = {"units": one["units"], "types": one["types"]}
            Grant.objects.create(user=user, roles=one["roles"], **limits)
        names.append(one["username"])
    User.objects.exclude(username__in=names).delete()
