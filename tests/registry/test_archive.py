"""Tables out and in, and what a restore must not let through."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from khue.model.rights import OPERATOR
from khue.registry import actions, archive, drafting, tables
from khue.registry.models import Record, RecordFile, Reference, SourceRow
from tests.registry.conftest import Ledger, document

MADE_ANEW = {Record, RecordFile, Reference, SourceRow}
"""The fold of the ledger."""


def test_every_table_is_archived_or_made_anew() -> None:
    known = {table.model for table in archive.TABLES}
    assert known | MADE_ANEW == set(apps.get_app_config("registry").get_models())
    assert not known & MADE_ANEW


def test_what_was_prepared_before_a_restore_is_refused(ledger: Ledger) -> None:
    """The record had a third version, which is not there any more."""
    record = ledger.create()
    now = document(record, "Đình So")
    with pytest.raises(actions.Stale):
        ledger.commit(actions.Draft(record, 3, now, now | {"name": {"vi": "Đình Sổ"}}))
    with pytest.raises(actions.Stale):
        ledger.commit(actions.Draft("01ARZ3NDEKTSV4RRFFQ69G5FAV", 1, now, now))
    assert drafting.heads([record])[record][0] == 1
    ledger.edit(record, name_en="So")


def test_a_pack_and_nothing_else_is_empty(ledger: Ledger) -> None:
    assert archive.is_empty()
    actions.load_pack(actor=OPERATOR, why="nạp", pack=ledger.pack)
    assert archive.is_empty()
    ledger.create()
    assert not archive.is_empty()


def test_a_form_alone_is_not_nothing(ledger: Ledger) -> None:
    actions.save_draft(actor=OPERATOR, type_name="relic", stated={"name.vi": "Đình"})
    assert not archive.is_empty()


def rows() -> dict[str, Any]:
    return {
        table.name: (table.columns, [list(row) for row in archive.rows_of(table)])
        for table in archive.TABLES
    }


def broken(found: dict[str, Any]) -> list[tuple[str, str]]:
    return list(archive.find_breaks(lambda name: (found[name][0], iter(found[name][1]))))


def test_rows_that_go_out_fit_their_hashes_and_come_in_again(ledger: Ledger) -> None:
    one = ledger.create("Chùa Thầy", contact_phone="0912377001")
    ledger.edit(one, name_en="Master's Pagoda")
    other = ledger.create("Chùa Thày")
    actions.merge(actor=OPERATOR, why="gộp", winner=one, loser=other, pack=ledger.pack)
    actions.erase(actor=OPERATOR, why="xin", record=one, field="contact_phone", pack=ledger.pack)
    found = rows()
    assert broken(found) == []
    assert [len(found[name][1]) for name in ("batches", "changes", "erasures")] == [5, 7, 1]
    if connection.vendor == "postgresql":  # SQLite cannot within the transaction of a test
        with archive.replacing(), archive.emptied():
            assert all(found == [] for _, found in rows().values())
            for table in archive.TABLES:
                archive.fill(table, *found[table.name])
            tables.rebuild(ledger.pack)
        assert rows() == found
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM registry_change")


@pytest.mark.parametrize(
    ("table", "column", "code"),
    [
        ("changes", "actor", "chain_hash_wrong"),
        ("changes", "public_digest", "public_chain_wrong"),
        ("batches", "why", "chain_hash_wrong"),
        ("batches", "id", "chain_batch_missing"),
        ("personal", "value", "personal_altered"),
    ],
)
def test_what_was_altered_is_found(ledger: Ledger, table: str, column: str, code: str) -> None:
    ledger.create("Chùa Thầy", contact_phone="0912377001")
    ledger.create("Chùa Tây Phương")
    found = rows()
    columns, content = found[table]
    content[-1][columns.index(column)] = "khác"
    assert code in {said for said, _ in broken(found)}


def test_batches_and_sources_outside_of_the_chain_are_found(ledger: Ledger) -> None:
    ledger.create()
    found = rows()
    extra = dict.fromkeys(found["batches"][0], None) | {"id": "x", "source_id": None}
    found["batches"][1].append(list(extra.values()))
    source = dict.fromkeys(found["sources"][0], None) | {"id": "y"}
    found["sources"][1].append(list(source.values()))
    assert broken(found) == [("batch_without_change", "x"), ("source_without_batch", "y")]


def test_rows_that_do_not_fit_are_refused(ledger: Ledger) -> None:
    drafts = next(table for table in archive.TABLES if table.name == "drafts")
    with pytest.raises(ValueError, match="has no evil"):
        archive.fill(drafts, ["id", "evil"], [])
    with pytest.raises(ValueError, match="another length"):
        archive.fill(drafts, ["id"], [["a", "b"]])
