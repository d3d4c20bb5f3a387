"""Loaded before Django's settings: every test run, and every worker of it, has its own home."""

import os
import tempfile

os.environ["KHUE_HOME"] = tempfile.mkdtemp(prefix="khue-test-")
os.environ.pop("KHUE_PACK", None)
os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
