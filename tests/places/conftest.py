"""The gazetteer is a value: one serves all tests of the room."""

from __future__ import annotations

import pytest

from khue.places import Gazetteer, load_gazetteer, read_source
from khue.places.source import Tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The source tables as read."""
    return read_source()


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The whole gazetteer."""
    return load_gazetteer()
