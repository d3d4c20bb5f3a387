"""What a source brought, and who names a record: answered as quickly however much there is."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.lib.identifiers import new_ulid
from khue.model.rights import OPERATOR, PUBLIC
from khue.registry import actions, queries
from khue.registry.models import Source
from khue.registry.queries import provenance
from tests.registry.conftest import Ledger, document

MANY = 30


def bring(ledger: Ledger, count: int) -> list[str]:
    """So many records in a batch from a source; gives their identifiers."""
    records = [new_ulid() for _ in range(count)]
    actions.commit(
        actor=OPERATOR,
        why="thử",
        kind="import",
        drafts=[
            actions.Draft(one, 0, None, document(one, f"Đình {n}")) for n, one in enumerate(records)
        ],
        pack=ledger.pack,
        source=actions.SourceDescription(
            sha256="0" * 64,
            size=1,
            filename="a.csv",
            name="danh-muc",
            title={"vi": "Danh mục"},
            publisher="",
            licence="",
            date="",
            url="",
        ),
    )
    return records


@pytest.fixture
def source(ledger: Ledger) -> str:
    """A source that brought many records."""
    bring(ledger, MANY)
    return str(Source.objects.get().id)


def test_a_page_of_a_source_is_read_together_whatever_its_length(
    ledger: Ledger, source: str
) -> None:
    def asked(limit: int) -> int:
        with CaptureQueriesContext(connection) as made:
            told = queries.changes_of_source(PUBLIC, source, ledger.pack, offset=2, limit=limit)
        assert [one.document["name"]["vi"] for one in told if one.document] == [
            f"Đình {n}" for n in range(2, 2 + limit)
        ]
        return len(made)

    asked(1)  # where the changes stand is kept from here on
    assert asked(2) == asked(24)


def test_changes_of_a_source_are_those_of_the_histories(ledger: Ledger, source: str) -> None:
    first, *_ = records = bring(ledger, 3)
    ledger.edit(first, name={"vi": "Chùa Một"})
    for actor in (PUBLIC, OPERATOR):
        told = queries.changes_of_source(actor, source, ledger.pack, offset=MANY, limit=9)
        assert [one.record for one in told] == records
        for one in told:
            (known,) = [
                change
                for change in queries.history(actor, one.record, ledger.pack)
                if change.seq == one.seq
            ]
            assert (one.document, one.changed, one.batch) == (
                known.document,
                known.changed,
                known.batch,
            )


def test_what_a_source_shows_is_asked_once_until_something_changes(
    ledger: Ledger, source: str
) -> None:
    found = queries.source(PUBLIC, source, ledger.pack)
    assert found is not None
    assert found.count == MANY
    with CaptureQueriesContext(connection) as made:
        assert queries.source(PUBLIC, source, ledger.pack) == found
    assert not [one for one in made if "registry_record" in one["sql"]]
    bring(ledger, 1)
    again = queries.source(PUBLIC, source, ledger.pack)
    assert again is not None
    assert again.count == MANY + 1


def test_a_source_that_shows_nothing_is_not_looked_at_to_its_end(
    ledger: Ledger, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def changes_at(actor: Any, positions: list[int], pack: Any) -> list[Any]:
        tried.extend(positions)
        return []

    monkeypatch.setattr(provenance, "changes_at", changes_at)
    monkeypatch.setattr(provenance, "STEPS", (4, 8))
    monkeypatch.setattr(provenance, "TRIED", 10)
    assert queries.source(PUBLIC, source, ledger.pack) is None
    assert len(tried) == 10
    assert queries.source_titles(PUBLIC, ["danh-muc"], ledger.pack) == {"danh-muc": None}


def test_of_a_source_a_bounded_part_is_read(
    ledger: Ledger, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "STEPS", (4, 8))
    monkeypatch.setattr(provenance, "READ", 18)
    found = queries.source(PUBLIC, source, ledger.pack)
    assert found is not None
    assert found.count == 18


def test_who_names_a_record_is_looked_at_from_both_ends(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = ledger.create("Trung tâm")
    parts = [ledger.create(f"Gian {n}", part_of=centre) for n in range(9)]
    ledger.create("Hội", "event", related=[centre])
    monkeypatch.setattr(sys.modules[queries.referring.__module__], "LOOKED_AT", 4)
    event, part = queries.referring(PUBLIC, centre, ledger.pack, most=2)
    assert (event.type, event.count, event.is_least) == ("event", 1, True)
    assert (part.type, part.count, part.is_least) == ("relic", 4 + 3, True)
    assert [one.id for one in part.records] == parts[:2]
    monkeypatch.setattr(sys.modules[queries.referring.__module__], "LOOKED_AT", 10)
    told = queries.referring(PUBLIC, centre, ledger.pack)
    assert [(one.count, one.is_least) for one in told] == [(1, False), (9, False)]
