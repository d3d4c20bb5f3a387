"""The tables of the databases, made and brought up to date by their migrations.

A process sees to those of the applications that it has loaded, see `PLAIN_APPS` in the settings.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from khue.model.errors import Damaged
from khue.tasks.router import ALIAS


def has_all_tables() -> bool:
    """Whether every database has had all its migrations.

    They are known by the names of their files: reading them all takes longer than most commands.
    """
    return not any(_missing(alias) for alias in connections)


def make_tables() -> None:
    """Run the migrations that a database has not had. Each database gets its own tables only."""
    for alias in connections:
        if _missing(alias):
            executor = MigrationExecutor(connections[alias])
            leaves = executor.loader.graph.leaf_nodes()
            executor.migrate([leaf for leaf in leaves if router.allow_migrate(alias, leaf[0])])


def _missing(alias: str) -> set[tuple[str, str]]:
    """Application and name of each migration that a database has not had."""
    wanted = {
        (app.label, path.stem)
        for app in apps.get_app_configs()
        if router.allow_migrate(alias, app.label)
        for path in (Path(app.path) / "migrations").glob("[0-9]*.py")
    }
    if not wanted:
        return wanted
    try:
        return wanted - MigrationRecorder(connections[alias]).applied_migrations().keys()
    except DatabaseError as error:
        if alias != ALIAS:
            raise
        raise _damaged(error) from error


def _damaged(error: DatabaseError) -> Damaged:
    return Damaged(
        f"Không mở được cơ sở dữ liệu công việc tasks.sqlite3: {error}.",
        f"The database of tasks, tasks.sqlite3, cannot be opened: {error}.",
        mend_vi="Dừng Khuê rồi xóa tệp này: trong đó không có hồ sơ nào, Khuê sẽ tự tạo lại.",
        mend_en="Stop Khuê and delete the file: no record is in it, and Khuê makes it anew.",
    )
