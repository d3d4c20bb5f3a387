"""Samples: a document that fills every field of a type, ways to spoil it; actors and subjects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from khue.model.compiler import RECORD
from khue.model.packs import Pack
from khue.model.rights import ACTIONS, GRANTS, VISITOR, Action, Actor, Subject

ULID = "01JABCDEFGHJKMNPQRSTVWXYZ0"

_SCALARS: dict[str, Any] = {
    "string": "chữ",
    "uri": "https://example.org/",
    "integer": 1,
    "float": 1.5,
    "boolean": True,
    "Ulid": ULID,
    "EdtfDate": "1962-04-28",
}

_PATTERNED = {"^[0-9a-f]{64}$": "0" * 64}
"""What fits the patterns of attributes; those of types have their samples above."""

JUNK: tuple[Any, ...] = (
    5,
    5.5,
    "năm 1994",
    "1962",
    True,
    [],
    {},
    ["chữ"],
    [5],
    [{}],
    {"vi": "chữ"},
    {"chữ": "chữ"},
    {"chữ": 5},
    [{"stated": "chữ"}],
    [["chữ"]],
)
"""Values of many shapes; each field accepts a few of them and refuses the rest."""

_UNITS = st.sampled_from(["00070", "00166", "01"])
_TYPES = st.sampled_from(["relic", "dish"])

ACTORS = st.builds(
    Actor,
    who=st.just("ai đó"),
    roles=st.frozensets(st.sampled_from([*GRANTS, *VISITOR.roles, "không có vai này"]), max_size=3),
    units=st.none() | st.frozensets(_UNITS),
    types=st.none() | st.frozensets(_TYPES),
)
SUBJECTS = st.builds(Subject, type=_TYPES, units=st.frozensets(_UNITS), public=st.booleans())
ACTIONS_ASKED: st.SearchStrategy[Action] = st.sampled_from(ACTIONS)


def full_document(pack: Pack, type_name: str) -> dict[str, Any]:
    """A document of a type with a value in every attribute, at every depth."""
    return _object(pack, pack.types[type_name].class_name)


def _object(pack: Pack, class_name: str) -> dict[str, Any]:
    attributes = pack.definitions.attributes(class_name)
    return {name: _value(pack, raw) for name, raw in attributes.items()}


def _value(pack: Pack, raw: dict[str, Any]) -> Any:
    if raw.get("inlined") and raw.get("multivalued"):
        return {"cột lạ": "chữ"}
    one = _one(pack, raw)
    return [one] if raw.get("multivalued") else one


def _one(pack: Pack, raw: dict[str, Any]) -> Any:
    range_ = raw.get("range", "string")
    if "equals_string" in raw:
        return raw["equals_string"]
    if "pattern" in raw:
        return _PATTERNED[raw["pattern"]]
    if range_ in _SCALARS:
        return _SCALARS[range_]
    if range_ in pack.definitions.enums:
        return next(iter(pack.definitions.enums[range_]["permissible_values"]))
    if RECORD in pack.definitions.ancestors(range_):
        return ULID
    return _object(pack, range_)


def spoiled(document: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """`(path, junk, document)`: the document with one member replaced, removed or added."""
    for path in _paths(document):
        for junk in JUNK:
            yield ".".join(map(str, path)), junk, _replaced(document, path, junk)
    for name in document:
        yield name, None, {key: value for key, value in document.items() if key != name}
    yield "unknown", "chữ", document | {"không_có": "chữ"}


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if above:
        yield above
    if len(above) >= 4:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, (*above, key))
    elif isinstance(value, list):
        yield from _paths(value[0], (*above, 0))


def _replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """The value with one member replaced; what is beside the path is shared, not copied."""
    if not path:
        return junk
    made = copy.copy(value)
    made[path[0]] = _replaced(value[path[0]], path[1:], junk)
    return made
