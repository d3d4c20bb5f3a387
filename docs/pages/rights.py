"""Who may do what, asked of the rule itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from khue.model.packs import Pack
from khue.model.rights import ACTIONS, GRANTS, Action, Actor, Subject, may, scope, words
from pages.markdown import LANGS, Lines, table


def rights(pack: Pack) -> Lines:
    """Role by action by scope, each cell asked of the rule itself."""
    yield "The rule is `khue.model.rights`; the registry applies it to every question and every"
    yield "change. Each role may do all that the roles before it may."
    yield ""
    yield "## Roles"
    yield ""
    yield from table(("role", "Vietnamese", "English"), _named("roles"))
    yield "## Actions"
    yield ""
    yield from table(("action", "Vietnamese", "English"), _named("actions"))
    yield "## Who may do what, to which records"
    yield ""
    yield "*public*: every public record. *within limits*: the records of the next table."
    yield ""
    actors = {"everyone": Actor("anyone")} | {
        role: Actor("someone", roles=frozenset({role})) for role in GRANTS
    }
    yield from table(
        ("action", *actors),
        (
            (f"`{action}`", *(_scopes(actor, action) for actor in actors.values()))
            for action in ACTIONS
        ),
    )
    yield "## Which records are within the limits of a role"
    yield ""
    yield "A role may be limited to administrative units, to record types, or to both. A record is"
    yield "within units if any of its candidate units is; a record without a place belongs to the"
    yield "city, that is to roles without a limit of units."
    yield ""
    limits = _limits(next(iter(pack.types)))
    yield from table(("record", *limits), _records(limits, *list(pack.types)[:2]))
    yield "Commands act as `operator`, an administrator without limits: whoever runs them on the"
    yield "machine that holds the data has the files already. The portal acts as `public`, an actor"
    yield "without roles. What the public sees of a record is decided field by field, by the"
    yield "visibility in the [types](types.md)."


def _named(kind: str) -> Iterator[tuple[str, ...]]:
    for name, one in words()[kind].items():
        yield (f"`{name}`", *(f"**{one['label'][lang]}**: {one['help'][lang]}" for lang in LANGS))


def _scopes(actor: Actor, action: Action) -> str:
    found = scope(actor, action)
    said = ["public" if found.public else "", "within limits" if found.granted else ""]
    return ", ".join(filter(None, said)) or "no"


UNIT, ELSEWHERE = "00070", "00166"
"""Two units of which an actor of the table has the first."""


def _limits(type_: str) -> Mapping[str, Actor]:
    """Actors who may read, with every kind of limit."""
    role = frozenset({"viewer"})
    units, types = frozenset({UNIT}), frozenset({type_})
    return {
        "no limit": Actor("someone", role),
        "limited to units": Actor("someone", role, units=units),
        "limited to types": Actor("someone", role, types=types),
        "limited to both": Actor("someone", role, units=units, types=types),
    }


def _records(limits: Mapping[str, Actor], type_: str, other: str) -> Iterator[tuple[str, ...]]:
    """A row for each kind of record: whether the role holds it under each limit."""
    kinds = {
        "of the types, within the units": (type_, {UNIT}),
        "of the types, one of several candidate units within": (type_, {UNIT, ELSEWHERE}),
        "of the types, in other units": (type_, {ELSEWHERE}),
        "of the types, without a place": (type_, set()),
        "of another type, within the units": (other, {UNIT}),
        "of another type, without a place": (other, set()),
    }
    for said, (name, units) in kinds.items():
        subject = Subject(name, frozenset(units), public=False)
        held = [may(actor, "read", subject) for actor in limits.values()]
        yield (said, *("yes" if one else "no" for one in held))
