"""Loaded before Django's settings: every test run, and every worker of it, has its own home.

A run is on SQLite, or with KHUE_TEST_DATABASE=postgresql on PostgreSQL: see `tests.postgres`.
"""

import gc
import os
import sys
import tempfile

from tests import postgres

# Hundreds of commands run in processes of their own: they shall not compile the program each.
os.environ["PYTHONDONTWRITEBYTECODE"] = ""
sys.dont_write_bytecode = False

# As often as Khuê's own commands: what tests load stays, and looking through all of it for cycles
# every few hundred objects takes a fifth of a run.
gc.set_threshold(100_000, 50, 100)

os.environ["KHUE_HOME"] = tempfile.mkdtemp(prefix="khue-test-")
os.environ.pop("KHUE_PACK", None)
os.environ.pop("KHUE_DATABASE", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"

if postgres.ON_POSTGRESQL:
    os.environ["KHUE_DATABASE"] = postgres.server().address("khue")


def pytest_configure() -> None:
    """Commands that tests start have databases of their own; the settings are read by now."""
    from django.conf import settings

    assert settings.configured
    os.environ.pop("KHUE_DATABASE", None)
