"""Both databases in one run: homes on SQLite, and homes whose database is on PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

import pytest

from tests import postgres

Database = Literal["sqlite", "postgresql"]

BOTH = (
    "sqlite",
    # One worker, so that there is one server.
    pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql")),
)
"""For `parametrize`: a test on each."""


def environment_of(home: Path, database: Database) -> dict[str, str]:
    """What a command needs to find the database of a home."""
    if database == "sqlite":
        return {"KHUE_DATABASE": ""}
    return {"KHUE_DATABASE": postgres.server().address(postgres.database_of(home))}


def make_database(home: Path, database: Database) -> None:
    """An empty database for a home that is to be made."""
    if database == "postgresql":
        postgres.server().create(postgres.database_of(home))


def copy_home(home: Path, copy: Path, database: Database) -> None:
    """Copy a home with its database. Nothing may be running on it."""
    shutil.copytree(home, copy)
    if database == "postgresql":
        server = postgres.server()
        server.create(postgres.database_of(copy), template=postgres.database_of(home))


def drop_home(home: Path, database: Database) -> None:
    """Delete a home with its database, whoever is connected."""
    shutil.rmtree(home)
    if database == "postgresql":
        postgres.server().drop(postgres.database_of(home))
