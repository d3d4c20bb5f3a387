"""Rights: `may` and `scope` are one rule, in Python and in SQL."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.model.rights import GRANTS, OPERATOR, PUBLIC, Action, Actor, Subject, may, scope
from khue.registry import queries
from khue.registry.fold import derive
from khue.registry.models import Record
from khue.registry.tables import parse
from tests.registry.conftest import Ledger

UNITS = ["00070", "00166", "01"]
TYPES = ["relic", "dish"]
ACTIONS: list[Action] = ["read_public", "read", "propose", "commit", "review", "undo", "administer"]

actors = st.builds(
    Actor,
    who=st.just("ai đó"),
    roles=st.frozensets(st.sampled_from([*GRANTS, "không có vai này"])),
    units=st.none() | st.frozensets(st.sampled_from(UNITS)),
    types=st.none() | st.frozensets(st.sampled_from(TYPES)),
)
subjects = st.builds(
    Subject,
    type=st.sampled_from(TYPES),
    units=st.frozensets(st.sampled_from(UNITS)),
    public=st.booleans(),
)


@given(actors, st.sampled_from(ACTIONS), subjects)
def test_may_and_scope_agree(actor: Actor, action: Action, subject: Subject) -> None:
    assert may(actor, action, subject) == scope(actor, action).admits(subject)


@settings(max_examples=25)
@given(st.lists(subjects, max_size=6), st.lists(actors, min_size=1, max_size=4))
def test_scope_in_sql_agrees_with_may(
    ledger: Ledger, wanted: list[Subject], askers: list[Actor]
) -> None:
    with transaction.atomic():
        for subject in wanted:
            ledger.create(type=subject.type, **fields_of(subject))
        stored = [
            (row.id, Subject(row.type, units_of(ledger, row), row.public is not None))
            for row in Record.objects.all()
        ]
        for actor in askers:
            for action in ACTIONS:
                expected = {name for name, subject in stored if may(actor, action, subject)}
                assert queries.visible_ids(actor, action) == expected
        transaction.set_rollback(True)


def test_everyone_reads_what_is_public_and_no_more() -> None:
    public, closed = Subject("relic", frozenset(), True), Subject("relic", frozenset(), False)
    assert may(PUBLIC, "read_public", public)
    assert not may(PUBLIC, "read_public", closed)
    assert not may(PUBLIC, "read", public)
    assert may(OPERATOR, "administer", closed)


def test_a_record_without_a_place_belongs_to_the_city() -> None:
    placeless = Subject("policy", frozenset(), True)
    assert not may(
        Actor("phường", frozenset({"officer"}), frozenset({"00070"})), "commit", placeless
    )
    assert may(Actor("sở", frozenset({"officer"})), "commit", placeless)


def fields_of(subject: Subject) -> dict[str, Any]:
    candidates = [{"code": unit, "name": unit, "source": "s"} for unit in sorted(subject.units)]
    fields: dict[str, Any] = {}
    if candidates:
        fields["place"] = {"stated": "x", "code": None, "candidates": candidates}
    if not subject.public:
        fields["visibility"] = "staff"
    return fields


def units_of(ledger: Ledger, row: Record) -> frozenset[str]:
    return derive(parse(row.document), ledger.pack.types[row.type]).units
