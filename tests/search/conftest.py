from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from khue.model.packs import Pack
from khue.model.rights import PUBLIC, Actor, scope
from khue.search.following import Folders, catch_up
from khue.search.layout import tile_field
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.results import Results, results_of
from khue.search.tiles import LEVELS
from tests.search.samples import MemoryLedger
from tests.search.samples import pack as sample_pack

FIELDS = (
    "id", "public", "type", "label_vi", "label_en", "order", "order_en", "name_folded",
    "name_exact", "whole_folded", "whole_exact", "text_folded", "text_exact", "closed", "named",
    "scope", "unit", "facet", "reference", "designated", "beginning", "other_name", "name_pairs",
    *map(tile_field, LEVELS),
)  # fmt: skip
"""Fields of an index that hold text."""


@pytest.fixture(scope="session")
def pack() -> Pack:
    return sample_pack()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the public index."""
    return tmp_path / "public"


def both(folder: Path) -> Folders:
    """The folders of both indexes, from that of the public one."""
    return {"public": folder, "staff": folder.with_name("staff")}


Search = Callable[..., Results]


@pytest.fixture
def searching(folder: Path, pack: Pack) -> Callable[..., Search]:
    """Index some documents; gives a function that searches them."""

    def index(*documents: dict[str, Any]) -> Search:
        catch_up({"public": folder}, MemoryLedger(*documents), pack)
        return lambda text="", **more: search(folder, text, **more)

    return index


def search(folder: Path, text: str = "", *, actor: Actor = PUBLIC, **more: Any) -> Results:
    reader = reader_of(folder)
    assert reader is not None
    return results_of(reader, Query(text, **more), scope(actor, "read_public"))


def found(results: Results) -> list[str]:
    return [hit.label["vi"] for hit in results.hits]


def told(folder: Path, word: str) -> list[str]:
    """Where an index holds a word: in which field as a term, also of what was deleted (the files
    hold terms in a form of their own), or in the bytes of which files."""
    reader = reader_of(folder)
    assert reader is not None
    fields = [name for name in FIELDS if word in str(reader.searcher.terms_with_prefix(name, ""))]
    files = (path for path in folder.rglob("*") if path.is_file())
    return fields + [path.name for path in files if word.encode() in path.read_bytes().lower()]


def fork(folder: Path) -> int:
    """`os.fork`, once no thread of Tantivy's holds a lock of an index beside `folder`: some end a
    moment after a commit, and a child would hold their locks too, and wait for itself."""
    for _ in range(2):
        time.sleep(0.01)
        for lock in folder.parent.rglob(".tantivy-*.lock"):
            with open(lock) as file:
                fcntl.flock(file, fcntl.LOCK_EX)
    return os.fork()
