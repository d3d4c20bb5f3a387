"""Rights: what each role may do, and that `may` and `scope` are one rule."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from khue.model.rights import (
    ACTIONS,
    GRANTS,
    OPERATOR,
    PUBLIC,
    VISITOR,
    Action,
    Actor,
    Subject,
    may,
    owns,
    scope,
    words,
)
from tests.model.samples import ACTIONS_ASKED, ACTORS, SUBJECTS

CLOSED = Subject("relic", frozenset({"00070"}), public=False)


@given(ACTORS, ACTIONS_ASKED, SUBJECTS)
def test_may_and_scope_agree(actor: Actor, action: Action, subject: Subject) -> None:
    assert may(actor, action, subject) == scope(actor, action).admits(subject)


@given(ACTORS, ACTIONS_ASKED, SUBJECTS)
def test_limits_only_take_away(actor: Actor, action: Action, subject: Subject) -> None:
    if may(actor, action, subject):
        assert may(Actor(actor.who, actor.roles), action, subject)


@given(ACTORS, ACTIONS_ASKED, SUBJECTS)
def test_nothing_is_done_to_what_may_not_be_read(
    actor: Actor, action: Action, subject: Subject
) -> None:
    if action == "propose" and VISITOR.roles & actor.roles:
        return  # of what is not there yet, or may be read by everyone: see below
    if may(actor, action, subject):
        assert may(actor, "read_public" if action == "read_public" else "read", subject)


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("viewer", "read"),
        ("contributor", "read propose judge"),
        ("officer", "read propose judge commit"),
        ("reviewer", "read propose judge commit review undo merge withdraw"),
        (
            "administrator",
            "read propose judge commit review undo merge withdraw erase administer",
        ),
    ],
)
def test_what_each_role_may_do(role: str, actions: str) -> None:
    actor = Actor("ai đó", frozenset({role}))
    allowed = {action for action in ACTIONS if may(actor, action, CLOSED)}
    assert allowed == {"read_public", *actions.split()}


def test_every_role_may_more_than_the_one_before() -> None:
    assert all(lower < higher for lower, higher in pairwise(GRANTS.values()))


def test_everyone_reads_what_is_public_and_no_more() -> None:
    public = Subject("relic", frozenset(), public=True)
    assert {action for action in ACTIONS if may(PUBLIC, action, public)} == {"read_public"}
    assert not any(may(PUBLIC, action, CLOSED) for action in ACTIONS)
    assert all(may(OPERATOR, action, CLOSED) for action in ACTIONS)


@given(ACTORS, ACTIONS_ASKED, SUBJECTS)
def test_a_visitor_may_only_propose_besides(actor: Actor, action: Action, subject: Subject) -> None:
    known = Actor(actor.who, actor.roles - VISITOR.roles, actor.units, actor.types)
    visiting = Actor(actor.who, actor.roles | VISITOR.roles, actor.units, actor.types)
    if may(visiting, action, subject) and not may(known, action, subject):
        assert action == "propose"
    assert may(known, action, subject) <= may(visiting, action, subject)


def test_a_visitor_proposes_and_does_nothing_else() -> None:
    assert {action for action in ACTIONS if may(VISITOR, action, CLOSED)} == {"propose"}
    assert VISITOR.who == PUBLIC.who
    assert not VISITOR.roles & GRANTS.keys(), "no account may be given it"


def test_what_the_public_has_sent_is_nobodys_own() -> None:
    assert not owns(VISITOR, VISITOR.who)
    assert not owns(PUBLIC, PUBLIC.who)
    assert not owns(Actor("ai đó"), "ai đó"), "who is disabled"
    assert owns(Actor("ai đó", frozenset({"viewer"})), "ai đó")
    assert not owns(OPERATOR, "ai đó")


def test_a_record_without_a_place_belongs_to_the_city() -> None:
    placeless = Subject("policy", frozenset(), public=True)
    role = frozenset({"administrator"})
    ward = Actor("phường", role, units=frozenset({"00070"}))
    assert {action for action in ACTIONS if may(ward, action, placeless)} == {"read_public"}
    assert all(may(Actor("sở", role), action, placeless) for action in ACTIONS)


def test_one_candidate_unit_is_enough() -> None:
    split = Subject("relic", frozenset({"00070", "00166"}), public=False)
    role = frozenset({"officer"})
    assert may(Actor("phường", role, units=frozenset({"00166"})), "commit", split)
    assert not may(Actor("phường", role, units=frozenset({"00167"})), "commit", split)
    assert not may(Actor("phường", role, types=frozenset({"dish"})), "commit", split)
    assert not may(Actor("phường", role, units=frozenset()), "commit", split)


def test_roles_and_actions_have_words_in_both_languages() -> None:
    assert list(words()) == ["roles", "actions"]
    for kind, names in (("roles", GRANTS), ("actions", ACTIONS)):
        assert list(words()[kind]) == list(names)
        for one in words()[kind].values():
            assert list(one) == ["label", "help"]
            assert all(text.keys() == {"vi", "en"} and all(text.values()) for text in one.values())
        labels = [tuple(one["label"].values()) for one in words()[kind].values()]
        assert len(set(labels)) == len(labels)
