"""Which tables live in the second database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

ALIAS = "tasks"
LABELS = frozenset({"tasks", "django_tasks_database", "sessions", "axes"})
"""Applications whose tables may be lost, and must not wait for an import."""


class Router:
    """Sends those to the second database, if there is one: on PostgreSQL nobody has to wait."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """The second database for its tables; None lets Django decide."""
        return ALIAS if _is_split() and model._meta.app_label in LABELS else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Whether tables of an application belong in a database."""
        return (app_label in LABELS) == (db == ALIAS) if _is_split() else None


def _is_split() -> bool:
    return ALIAS in settings.DATABASES
