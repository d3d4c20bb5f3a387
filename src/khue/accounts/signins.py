"""The log of sign-ins, and what may be in it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.utils import timezone

KEPT = timedelta(days=180)
"""How long it is known who signed in, when and from where."""


def connect() -> None:
    """Log no field of a form. Called once at start."""
    pre_save.connect(_drop_fields, sender=AccessAttempt, dispatch_uid="khue.accounts.signins")


def name_to_log(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str | None:
    """The name that a sign-in is logged and counted under.

    What is no user's name may be a password typed into the wrong field: it is told from others by
    a keyed hash and cannot be read. None without a name.
    """
    typed = (credentials or {}).get("username")
    if not isinstance(typed, str):
        return None
    name = User.normalize_username(typed)
    if User.objects.filter(username=name).exists():
        return name
    digest = hmac.new(settings.SECRET_KEY.encode(), name.encode(), "sha256").hexdigest()
    return f"? {digest[:16]}"


def forget_old() -> None:
    """Remove entries older than 180 days, and sessions that have ended."""
    before = timezone.now() - KEPT
    for model in (AccessAttempt, AccessFailureLog, AccessLog):
        model.objects.filter(attempt_time__lt=before).delete()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _drop_fields(instance: AccessAttempt, **_: Any) -> None:
    """Names of secret fields are not known beforehand, so no field is kept."""
    instance.get_data = instance.post_data = ""
