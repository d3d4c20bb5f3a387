"""The gazetteer is a value: one serves all tests of the room."""

from __future__ import annotations

import pytest

from khue.places import Gazetteer, load_gazetteer
from khue.places.source import Tables, find_data, read_tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    """The source tables as read."""
    return read_tables(find_data())


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The whole gazetteer."""
    return load_gazetteer()
