"""Who may do what: one pure rule in two forms.

`may(actor, action, subject)` answers for one record; `scope(actor, action)` gives the same rule as
a filter that the registry turns into SQL. A property test shows that all forms agree.

Everyone reads what is public. Reading more and all writing need a role that grants the action and
a record within the actor's units and types. A record is within an actor's units if any of its
candidate units is; a record without a place belongs to the city, that is to actors without a limit
of units. Each role may do all that the roles before it may.

Who has no account may do one thing more than read what is public: send a proposal, for which staff
answer by accepting it. That is no role that could be granted (`VISITOR`).

What roles and actions are called is in `rights.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from operator import or_
from typing import Literal, get_args

from khue.lib.tables import read_table
from khue.model.fields import Text2

Action = Literal[
    "read_public",
    "read",
    "propose",
    "judge",
    "commit",
    "review",
    "undo",
    "merge",
    "withdraw",
    "erase",
    "administer",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

_ADDED: Mapping[str, frozenset[Action]] = {
    "viewer": frozenset({"read"}),
    "contributor": frozenset({"propose", "judge"}),
    "officer": frozenset({"commit"}),
    "reviewer": frozenset({"review", "undo", "merge", "withdraw"}),
    "administrator": frozenset({"erase", "administer"}),
}

GRANTS: Mapping[str, frozenset[Action]] = dict(
    zip(_ADDED, accumulate(_ADDED.values(), or_), strict=True)
)
"""Role to the actions that it grants. `read_public` needs no role."""

_VISITING = "visitor"
_ALL_GRANTS: Mapping[str, frozenset[Action]] = {**GRANTS, _VISITING: frozenset({"propose"})}


@dataclass(frozen=True)
class Actor:
    """Who acts. `units` and `types` limit the roles; None means no limit."""

    who: str
    roles: frozenset[str] = frozenset()
    units: frozenset[str] | None = None
    types: frozenset[str] | None = None


@dataclass(frozen=True)
class Subject:
    """What the rule needs to know of a record: type, candidate unit codes, whether it is public."""

    type: str
    units: frozenset[str]
    public: bool


@dataclass(frozen=True)
class Scope:
    """A filter over records: `public` ones and, where `granted`, those within types and units.

    None for `types` or `units` means any.
    """

    public: bool
    granted: bool
    types: frozenset[str] | None = None
    units: frozenset[str] | None = None

    def admits(self, subject: Subject) -> bool:
        """Whether the filter lets a record through."""
        if self.public and subject.public:
            return True
        return (
            self.granted
            and (self.types is None or subject.type in self.types)
            and (self.units is None or not self.units.isdisjoint(subject.units))
        )


PUBLIC = Actor("public")
VISITOR = Actor(PUBLIC.who, roles=frozenset({_VISITING}))
"""Whoever sends a proposal without an account. All of them bear one name, so nothing of what they
have sent is theirs (`owns`)."""
OPERATOR = Actor("operator", roles=frozenset({"administrator"}))
"""Whoever runs commands on the machine that holds the data: the files are theirs already."""


def owns(actor: Actor, who: str) -> bool:
    """Whether what `who` has sent is the actor's own: to be seen and taken back without a right
    over its records. Nothing is that of everyone, or of an account that may do nothing."""
    return actor.who == who != PUBLIC.who and bool(actor.roles)


def may(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether `actor` may do `action` to a record like `subject`."""
    if action == "read_public":
        return subject.public or may(actor, "read", subject)
    if not any(action in _ALL_GRANTS.get(role, ()) for role in actor.roles):
        return False
    if actor.types is not None and subject.type not in actor.types:
        return False
    if actor.units is None:
        return True
    return any(unit in actor.units for unit in subject.units)


def scope(actor: Actor, action: Action) -> Scope:
    """The records to which `may(actor, action, ...)` says yes, as a filter."""
    granting = "read" if action == "read_public" else action
    return Scope(
        public=action == "read_public",
        granted=any(granting in _ALL_GRANTS.get(role, ()) for role in actor.roles),
        types=actor.types,
        units=actor.units,
    )


@cache
def words() -> Mapping[str, Mapping[str, Mapping[str, Text2]]]:
    """What people call roles and actions: `words()["roles"]["officer"]["label"]["vi"]`.

    Each role and each action has a `label` and a `help`, both in both languages.
    """
    loaded: dict[str, dict[str, dict[str, Text2]]] = read_table(__file__, "rights.yaml")
    return loaded
