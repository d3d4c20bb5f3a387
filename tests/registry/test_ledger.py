"""The ledger: append-only, provable, and everything that follows from folding it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.lib.identifiers import new_ulid
from khue.model.errors import NotAllowed, NotFound, Refused, WrongUse
from khue.model.rights import OPERATOR, PUBLIC, Actor
from khue.registry import actions, drafting, queries, tables, verification
from khue.registry.models import Batch, Change, Record, SourceRow
from tests.registry.conftest import Ledger, check_references, document, unprotect


def problems(ledger: Ledger) -> list[Any]:
    return [
        *verification.find_chain_breaks(),
        *verification.find_uncovered_batches(),
        *verification.find_differences(ledger.pack),
    ]


def test_a_record_has_its_history_and_its_blame(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    ledger.edit(record, name_en="So Communal House")
    ledger.edit(record, description={"vi": "Đình cổ"})

    versions = queries.history(OPERATOR, record, ledger.pack)
    assert [one.version for one in versions] == [3, 2, 1]
    assert [change.path for change in versions[1].changed] == ["name.en"]
    assert versions[0].actor == "operator"
    blamed = queries.blame(OPERATOR, record, ledger.pack)
    assert {path: one.version for path, one in blamed.items()} == {
        "name.vi": 1,
        "name.en": 2,
        "description.vi": 3,
    }


def test_the_registry_as_it_stood(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    first = queries.head()
    ledger.edit(record, name_vi="Đình làng So")
    moment = queries.history(OPERATOR, record, ledger.pack)[0].at

    then = queries.as_of(OPERATOR, record, first, ledger.pack)
    assert then is not None
    assert then.document["name"] == {"vi": "Đình So"}
    just_before = queries.as_of(OPERATOR, record, moment - timedelta(microseconds=1), ledger.pack)
    assert just_before is not None
    assert just_before.version == 1
    assert queries.as_of(OPERATOR, record, datetime(2000, 1, 1, tzinfo=UTC), ledger.pack) is None


def test_numbers_tell_the_public_nothing_of_hidden_changes(ledger: Ledger) -> None:
    quiet, busy = ledger.create(), ledger.create()
    for record in (quiet, busy):
        ledger.edit(record, website="https://dinh.vn")
    for note in ("một", "hai", "ba"):
        ledger.edit(busy, internal_note=note)
    seen = [queries.get(PUBLIC, record, ledger.pack) for record in (quiet, busy)]
    assert {(one.version, one.seq) for one in seen if one} == {(0, 0)}
    stood = [queries.as_of(PUBLIC, record, queries.head(), ledger.pack) for record in (quiet, busy)]
    assert [(one.version, one.seq) for one in stood if one] == [(2, 3), (2, 4)]
    whole = queries.get(OPERATOR, busy, ledger.pack)
    assert whole is not None
    assert (whole.version, whole.seq) == (5, 7)


def test_edits_of_different_fields_merge_and_of_one_field_conflict(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    ledger.edit(record, base=1, name_en="So Communal House")
    ledger.edit(record, base=1, description={"vi": "Đình cổ"})
    assert ledger.head(record)["name"]["en"] == "So Communal House"
    assert ledger.head(record)["description"] == {"vi": "Đình cổ"}

    with pytest.raises(Refused) as refused:
        ledger.edit(record, base=1, name_en="So Temple")
    assert refused.value.findings[0].code == "edit_conflict"
    assert "So Communal House" in refused.value.findings[0].message["vi"]
    assert ledger.edit(record, base=1, name_en="So Communal House") is None


def test_edits_that_only_fit_by_themselves_are_not_put_together(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    ledger.edit(record, name_en="So Communal House")
    ledger.edit(record, base=2, name_vi=None)
    with pytest.raises(Refused) as refused:
        ledger.edit(record, base=2, name_en=None)
    assert [one.field for one in refused.value.findings] == ["name"]
    assert ledger.head(record)["name"] == {"en": "So Communal House"}


def test_a_stale_draft_is_not_written(ledger: Ledger) -> None:
    record = ledger.create()
    before = ledger.head(record)
    ledger.edit(record, name_en="So")
    with pytest.raises(actions.Stale):
        ledger.commit(actions.Draft(record, 1, before, before | {"description": {"vi": "x"}}))
    assert ledger.head(record)["name"]["en"] == "So"
    assert problems(ledger) == []


def test_undo_of_creates_updates_and_undos(ledger: Ledger) -> None:
    record = ledger.create("Đình So")
    created = queries.history(OPERATOR, record, ledger.pack)[0].batch.id
    edited = ledger.edit(record, name_vi="Đình khác").batch

    undone = ledger.undo(edited).batch
    assert ledger.head(record)["name"] == {"vi": "Đình So"}
    ledger.undo(undone)
    assert ledger.head(record)["name"] == {"vi": "Đình khác"}

    with pytest.raises(Refused) as refused:
        ledger.undo(created)
    assert {one.code for one in refused.value.findings} == {"undo_blocked"}
    assert problems(ledger) == []


def test_undoing_all_in_reverse_gives_the_empty_registry(ledger: Ledger) -> None:
    records = [ledger.create(f"Đình {n}") for n in range(3)]
    ledger.edit(records[1], name_en="One")
    for batch in list(Batch.objects.order_by("-id").values_list("id", flat=True)):
        ledger.undo(batch)
    assert queries.count_records() == 0
    assert queries.counts(PUBLIC) == {}
    assert problems(ledger) == []


def test_a_source_row_outlives_the_undo_of_its_batch(ledger: Ledger) -> None:
    record = new_ulid()
    sources = [{"name": "kiem-ke", "key": "id:7", "stated": {"name.vi": "Đình So"}}]
    batch = ledger.commit(
        actions.Draft(record, 0, None, document(record, "Đình So", sources=sources))
    ).batch
    ledger.undo(batch)
    assert drafting.rows_of_source("kiem-ke", ["id:7"]) == {"id:7": record}
    actions.rebuild(pack=ledger.pack)
    assert drafting.rows_of_source("kiem-ke", ["id:7"]) == {"id:7": record}
    assert drafting.heads([record]) == {record: (2, None)}


REWRITING = [
    "UPDATE registry_change SET actor = 'x'",
    "DELETE FROM registry_change",
    "UPDATE registry_batch SET why = 'x'",
    "DELETE FROM registry_batch",
]
REWRITING_ON = {
    "sqlite": [
        "INSERT OR REPLACE INTO registry_change SELECT * FROM registry_change",
        "REPLACE INTO registry_batch SELECT * FROM registry_batch",
    ],
    "postgresql": [
        "INSERT INTO registry_change SELECT * FROM registry_change"
        " ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
        "TRUNCATE registry_change",
        "TRUNCATE registry_batch CASCADE",
        "TRUNCATE registry_source CASCADE",
    ],
}


@pytest.mark.parametrize("statement", [*REWRITING, *REWRITING_ON[connection.vendor]])
def test_the_database_refuses_to_rewrite_the_ledger(ledger: Ledger, statement: str) -> None:
    ledger.create()
    table = re.findall(r"registry_\w+", statement)[0]
    with connection.cursor() as cursor:
        check_references(cursor)
        with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
            cursor.execute(statement)


COLUMNS = {
    "registry_change": [
        "seq", "batch_id", "record", "version", "action", "document", "actor", "at", "hash",
        "target", "field", "public_digest", "public_hash",
    ],
    "registry_batch": [
        "id", "kind", "actor", "at", "why", "source_id", "undoes_id", "proposal", "proposer",
    ],
    "registry_source": [
        "id", "sha256", "size", "filename", "name", "title", "publisher", "licence", "date", "url",
    ],
}  # fmt: skip


def test_every_column_of_the_ledger_is_listed(db: None) -> None:
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            described = connection.introspection.get_table_description(cursor, table)
            assert {column.name for column in described} == set(columns)


@pytest.mark.parametrize(
    ("table", "column"), [(table, name) for table, names in COLUMNS.items() for name in names]
)
def test_verify_finds_a_changed_byte_in_any_column(ledger: Ledger, table: str, column: str) -> None:
    source = actions.SourceDescription(
        "0" * 64,
        12,
        "a.csv",
        "kiem-ke",
        {"vi": "Kiểm kê"},
        "Sở VHTT",
        "CC0",
        "2024",
        "https://x.vn",
    )
    record = new_ulid()
    batch = actions.commit(
        actor=OPERATOR,
        why="nhập",
        kind="import",
        drafts=[actions.Draft(record, 0, None, document(record, "Đình So"))],
        pack=ledger.pack,
        source=source,
    ).batch
    ledger.edit(record, name_en="So")
    ledger.undo(ledger.edit(record, name_en="Su").batch)
    assert problems(ledger) == []
    assert batch

    key = "seq" if table == "registry_change" else "id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}")
        for row, value in cursor.fetchall():
            with transaction.atomic():
                unprotect(cursor, table)
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [altered(value), row]
                )
                # The chain alone must see it, whatever the records say.
                assert list(verification.find_chain_breaks()), (row, value)
                transaction.set_rollback(True)
    assert problems(ledger) == []


def altered(value: Any) -> Any:
    """The value with one character changed."""
    if value is None:
        return "x"
    if isinstance(value, int):
        return value + 100
    return ("y" if value[:1] == "x" else "x") + value[1:]


def test_a_missing_change_and_a_cut_tail_are_found(ledger: Ledger) -> None:
    for n in range(4):
        ledger.create(f"Đình {n}")
    for seq in (2, 4):
        with transaction.atomic():
            with connection.cursor() as cursor:
                unprotect(cursor, "registry_change")
                cursor.execute("DELETE FROM registry_change WHERE seq = %s", [seq])
            assert problems(ledger)
            transaction.set_rollback(True)


OPERATIONS = st.lists(
    st.tuples(st.sampled_from(["create", "edit", "edit", "edit", "undo"]), st.integers(0, 10**6)),
    min_size=500,
    max_size=500,
)


@settings(max_examples=3)
@given(OPERATIONS)
def test_folding_equals_the_records_after_500_random_edits_and_undos(
    ledger: Ledger, operations: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        for operation, number in operations:
            act(ledger, operation, Random(number))
        changes = Change.objects.order_by("seq").values_list("record", "version", "seq", "document")
        folded = {name: (version, seq, text) for name, version, seq, text in changes}
        stored = {row.id: row for row in Record.whole.all()}
        assert folded.keys() == stored.keys()
        for name, (version, seq, text) in folded.items():
            row = stored[name]
            assert (version, seq) == (row.version, row.seq)
            assert tables.open_documents([text]) == [tables.parse(row.document)]
        before = list(Record.whole.order_by("id").values())
        rows = set(SourceRow.objects.values_list("source", "key", "record"))
        assert problems(ledger) == []
        actions.rebuild(pack=ledger.pack)
        assert list(Record.whole.order_by("id").values()) == before
        assert set(SourceRow.objects.values_list("source", "key", "record")) == rows
        transaction.set_rollback(True)


def act(ledger: Ledger, operation: str, random: Random) -> None:
    """One random step; those that the rules refuse are part of the game."""
    records = list(Record.objects.filter(is_there=True).order_by("id").values_list("id", flat=True))
    if operation == "create" or not records:
        rows = [{"name": "s", "key": f"id:{random.randrange(40)}", "stated": {}}]
        with suppress(actions.Stale):  # the row may be another record's
            ledger.create("Đình", sources=rows if random.random() < 0.5 else [])
    elif operation == "edit":
        path = random.choice(["name_en", "name_vi", "description", "internal_note"])
        value = f"{random.randrange(5)}"
        record = random.choice(records)
        if path.startswith("name"):
            ledger.edit(record, **{path: value})
        else:
            ledger.edit(record, **{path: {"vi": value} if path == "description" else value})
    else:
        batch = random.choice(list(Batch.objects.order_by("id").values_list("id", flat=True)))
        with suppress(Refused):
            ledger.undo(batch)


def test_rights_are_applied_by_the_action_itself(ledger: Ledger) -> None:
    place = {
        "stated": "x",
        "code": "00070",
        "candidates": [{"code": "00070", "name": "n", "source": "s"}],
    }
    record = ledger.create(place=place)
    ward = Actor("can-bo", frozenset({"officer"}), units=frozenset({"00070"}))
    other = Actor("can-bo-khac", frozenset({"officer"}), units=frozenset({"00166"}))
    assert ledger.edit(record, actor=ward, name_en="So") is not None
    for actor in (PUBLIC, other, Actor("xem", frozenset({"viewer"}))):
        with pytest.raises(NotAllowed):
            ledger.edit(record, actor=actor, name_en="Khác")
    # A record cannot be moved out of one's own units into another's.
    elsewhere = [{"code": "00166", "name": "m", "source": "s"}]
    moved = place | {"code": "00166", "candidates": elsewhere}
    with pytest.raises(NotAllowed):
        ledger.edit(record, actor=ward, place=moved)
    with pytest.raises(NotAllowed):
        ledger.undo(queries.history(OPERATOR, record, ledger.pack)[0].batch.id, actor=ward)


def test_errors_say_what_is_wrong(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.undo("01ARZ3NDEKTSV4RRFFQ69G5FAV")
    record = ledger.create()
    with pytest.raises(WrongUse):
        ledger.commit(actions.Draft(record, 1, None, None), why=" ")


def test_two_imports_cannot_make_two_records_of_one_row(ledger: Ledger) -> None:
    sources = [{"name": "kiem-ke", "key": "relic/id:7", "stated": {}}]
    first, second = new_ulid(), new_ulid()
    ledger.commit(actions.Draft(first, 0, None, document(first, "Đình So", sources=sources)))
    with pytest.raises(actions.Stale):
        ledger.commit(actions.Draft(second, 0, None, document(second, "Đình So", sources=sources)))
    assert queries.count_records() == 1
    assert problems(ledger) == []
