from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from khue.model.packs import Pack
from khue.pipeline import house
from tests import postgres
from tests.search.quality.corpus import Corpus, corpus_of, import_sites


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The compiled Vietnam pack, not the small one of the other tests of search."""
    return house().pack


@pytest.fixture(scope="session")
def corpus(
    demo_home: Path, shared_data: Path, pack: Pack, tmp_path_factory: pytest.TempPathFactory
) -> Corpus:
    """The demonstration and vietnam-sites.json, imported."""
    home = tmp_path_factory.mktemp("quality") / "home"
    postgres.copy_home(demo_home, home)
    import_sites(home, shared_data)
    return corpus_of(home, pack)


@pytest.fixture(scope="session")
def labels(shared_data: Path) -> Sequence[str]:
    """The labels of vietnam-sites.json."""
    rows = json.loads((shared_data / "vietnam-sites.json").read_text(encoding="utf-8"))
    return [row["label"] for row in rows]
