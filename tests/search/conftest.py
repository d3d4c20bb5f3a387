from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.search.following import catch_up
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.results import Results, results_of
from tests.search.samples import MemoryLedger
from tests.search.samples import pack as sample_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    return sample_pack()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


Search = Callable[..., Results]


@pytest.fixture
def searching(folder: Path, pack: Pack) -> Callable[..., Search]:
    """Index some documents; gives a function that searches them."""

    def index(*documents: dict[str, Any]) -> Search:
        catch_up(folder, MemoryLedger(*documents), pack)
        return lambda text="", **more: search(folder, text, **more)

    return index


def search(folder: Path, text: str = "", **more: Any) -> Results:
    reader = reader_of(folder)
    assert reader is not None
    return results_of(reader, Query(text, **more))


def found(results: Results) -> list[str]:
    return [hit.label["vi"] for hit in results.hits]
