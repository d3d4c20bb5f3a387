"""2,000 hostile queries over a small index: an answer to each, never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from khue.model.packs import Pack
from khue.model.rights import OPERATOR, PUBLIC, Actor, scope
from khue.places import Gazetteer, load_gazetteer
from khue.search.following import catch_up
from khue.search.queries import Query
from khue.search.reading import reader_of
from khue.search.results import results_of
from khue.search.suggestions import suggestions_of
from khue.search.understanding import understand
from tests.search.conftest import both
from tests.search.hostile import hostile
from tests.search.samples import MemoryLedger
from tests.search.test_ranking import DOCUMENTS

STAFF = Actor("a", frozenset({"viewer"}), frozenset({"00001"}))


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def test_hostile_queries(tmp_path: Path, pack: Pack, gazetteer: Gazetteer) -> None:
    folders = both(tmp_path / "public")
    catch_up(folders, MemoryLedger(*DOCUMENTS), pack)
    public, staff = reader_of(folders["public"]), reader_of(folders["staff"])
    assert public is not None and staff is not None  # noqa: PT018
    for number, text in enumerate(hostile(2_000, seed=5)):
        query = understand(Query(text), pack, gazetteer)
        actor = (PUBLIC, PUBLIC, OPERATOR, PUBLIC, STAFF)[number % 5]
        reader = public if actor is PUBLIC else staff
        seen = scope(actor, "read_public")
        results = results_of(reader, query, seen)
        assert len(results.hits) <= results.total <= len(DOCUMENTS), ascii(text)
        if number % 7 == 0:
            assert len(suggestions_of(reader, Query(text), 8, seen).names) <= 8, ascii(text)
