"""What the values of a document say, field by field: words, codes, days, places, points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from khue.model.packs import Field
from khue.model.values import Context, Flat
from khue.search.said import SILENT, Said, said_of

DATING = "period"
"""The facet of those fields that date a record: it is sorted by the earliest day of theirs."""

RANK = "rank"
"""The facet of those fields that say how a record ranks; a rank may end."""

REPEATED = frozenset({"code", "edtf", "place", "citation"})
"""Kinds whose values registers repeat, and of which one value says the same in every field of one
vocabulary."""

REMEMBERED = 5_000
"""So many values of a kind or vocabulary are remembered: more than the units of a country."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field as entries look at it: `said` remembers what its values said, if it is one of those
    kinds; `members` are those of a statement. Special are references and points."""

    field: Field
    say: Callable[[Any, Field, Context], Flat]
    is_name: bool
    is_place: bool
    is_reference: bool
    is_special: bool
    facet: str | None
    said: dict[str | bytes, Said] | None
    members: Mapping[str, Part] | None


@dataclass(slots=True)
class Told:
    """What some values say together."""

    said: list[Said] = field(default_factory=list)
    names: list[Said] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    facets: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, Any] = field(default_factory=dict)


def tell(
    told: Told,
    values: Mapping[str, Any],
    parts: Mapping[str, Part],
    context: Context,
    *,
    ended: bool = False,
) -> None:
    """Add what values of these fields say, through lists and dated statements. A statement that has
    `ended` gives no rank: what it says can be found, and is not counted as if it still held."""
    for name, value in values.items():
        part = parts.get(name)
        if part is None or value is None:
            continue
        for item in value if type(value) is list else (value,):
            if part.members is not None:
                tell(told, item, part.members, context, ended=bool(item.get("until")))
                continue
            if part.is_special and not _is_told_apart(told, part, item, context):
                continue  # a record that not everyone may know of says nothing
            said = _say(part, item, context)
            if said is SILENT:
                continue
            told.said.append(said)
            if part.is_name:
                told.names.append(said)
            elif part.is_place:
                told.units += said.codes
                told.present += [item.get("code") or "", item.get("within") or ""]
            if part.facet is not None and not (ended and part.facet == RANK):
                told.facets.setdefault(part.facet, []).extend(said.codes)
                if said.begins is not None and part.facet == DATING:
                    told.begins.append(said.begins)


def _is_told_apart(told: Told, part: Part, item: Any, context: Context) -> bool:
    """Keep a record that is referred to, or a point; whether its value says something too."""
    if part.is_reference:
        told.targets.add(item)
        return context.label_of(item) is not None
    told.points.setdefault(part.field.path, item)
    return True


def _say(part: Part, value: Any, context: Context) -> Said:
    if part.said is None:
        texts, codes, _ = part.say(value, part.field, context)
        return said_of(texts, codes)
    key = value if type(value) is str else orjson.dumps(value)
    said = part.said.get(key)
    if said is None:
        if len(part.said) >= REMEMBERED:
            part.said.clear()
        flat = part.say(value, part.field, context)
        said = part.said[key] = said_of(flat.texts, flat.codes, flat.columns.get("earliest"))
    return said
