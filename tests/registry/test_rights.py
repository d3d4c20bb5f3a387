"""Rights in SQL: `queries` admits the records that `may` says yes to, no more and no fewer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.rights import ACTIONS, Actor, Subject, may
from khue.registry import queries
from tests.model.samples import ACTORS, SUBJECTS
from tests.registry.conftest import Ledger


@settings(max_examples=25)
@given(st.lists(SUBJECTS, max_size=6), st.lists(ACTORS, min_size=1, max_size=4))
def test_scope_in_sql_agrees_with_may(
    ledger: Ledger, wanted: list[Subject], askers: list[Actor]
) -> None:
    with transaction.atomic():
        stored = {
            ledger.create(type=subject.type, **fields_of(subject)): subject for subject in wanted
        }
        for actor in askers:
            for action in ACTIONS:
                expected = {name for name, subject in stored.items() if may(actor, action, subject)}
                assert queries.visible_ids(actor, action) == expected
        transaction.set_rollback(True)


@settings(max_examples=25)
@given(st.lists(SUBJECTS, max_size=6), ACTORS)
def test_one_record_is_shown_as_far_as_its_reader_may_see(
    ledger: Ledger, wanted: list[Subject], actor: Actor
) -> None:
    with transaction.atomic():
        for subject in wanted:
            name = ledger.create(type=subject.type, internal_note="kín", **fields_of(subject))
            view = queries.get(actor, name, ledger.pack)
            assert (view is not None) == may(actor, "read_public", subject)
            whole = view is not None and "internal_note" in view.document
            assert whole == may(actor, "read", subject)
        transaction.set_rollback(True)


def test_rights_in_more_units_than_a_country_has(ledger: Ledger) -> None:
    units = frozenset(f"{number:05}" for number in range(4_000))
    for unit in ("00004", "03999", "04000"):
        ledger.create(**fields_of(Subject("relic", frozenset({unit}), public=False)))
    ledger.create(visibility="staff")
    assert queries.counts(Actor("x", frozenset({"officer"}), units=units)) == {"relic": 2}


def fields_of(subject: Subject) -> dict[str, Any]:
    candidates = [{"code": unit, "name": unit, "source": "s"} for unit in sorted(subject.units)]
    fields: dict[str, Any] = {}
    if candidates:
        fields["place"] = {"stated": "x", "code": None, "candidates": candidates}
    if not subject.public:
        fields["visibility"] = "staff"
    return fields
