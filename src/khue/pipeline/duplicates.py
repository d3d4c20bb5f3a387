"""Which records a new one may double: a hint for whoever decides, never more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from khue.lib.vietnamese import name_key
from khue.model.packs import Type
from khue.registry import actions, drafting
from khue.registry.fold import label, leaves

LIKELY = 10
"""Records that are named for each new one; where there are more, the name says nothing."""

ANYWHERE = ""
"""Stands for the unit of a record without a place."""


@dataclass(frozen=True)
class _Named:
    """A record by what it is compared with: its candidate units, and those that contain them."""

    record: str
    units: frozenset[str]
    around: frozenset[str]


def find_likely(drafts: Sequence[actions.Draft], type_: Type) -> dict[str, list[str]]:
    """For each new record of `drafts`, records of its type in the registry and in the same file
    that have the same name in Vietnamese (its exact form) and may lie in the same unit: they share
    a candidate, or one is known to a unit only that contains the other, or to none.

    The registry is asked once for all of them, not for each.
    """
    new = {
        draft.record: (name_key(label(draft.after)["vi"]), _named(draft.after, type_))
        for draft in drafts
        if draft.before is None and draft.after is not None
    }
    known = drafting.named((type_.name,), sorted({key for key, _ in new.values()}))
    heads = drafting.heads([record for records in known.values() for record in records])
    alike = {
        key: [_named(document, type_) for one in records if (document := heads[one][1])]
        for key, records in known.items()
    }
    for key, one in new.values():
        alike.setdefault(key, []).append(one)
    index = {key: _Index(records) for key, records in alike.items()}
    return {
        record: list(islice(index[key].beside(one), LIKELY)) for record, (key, one) in new.items()
    }


class _Index:
    """Records of one name, by where they may lie."""

    def __init__(self, records: Iterable[_Named]) -> None:
        self._all: list[str] = []
        self._in: dict[str, list[str]] = defaultdict(list)
        self._within: dict[str, list[str]] = defaultdict(list)
        for one in records:
            self._all.append(one.record)
            for unit in one.units or {ANYWHERE}:
                self._in[unit].append(one.record)
            for unit in one.around:
                self._within[unit].append(one.record)

    def beside(self, one: _Named) -> Iterator[str]:
        """The others that may lie where this one may."""
        found = [self._all]
        if one.units:
            units, around = sorted(one.units), sorted(one.around)
            found = [self._in.get(unit, []) for unit in (ANYWHERE, *units, *around)]
            found += [self._within.get(unit, []) for unit in units]
        seen = {one.record}
        for records in found:
            for record in records:
                if record not in seen:
                    seen.add(record)
                    yield record


def _named(document: Mapping[str, Any], type_: Type) -> _Named:
    places = [value for field, value in leaves(document, type_.fields) if field.kind == "place"]
    units = {candidate["code"] for place in places for candidate in place.get("candidates", ())}
    around = {place["within"] for place in places if place.get("within")}
    return _Named(document["id"], frozenset(units), frozenset(around - units))
