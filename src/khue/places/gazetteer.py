"""The gazetteer: present units, former units, what became of what, and stated places resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from khue.places.boundaries import Boundaries
from khue.places.changes import ChangeTable
from khue.places.containment import Settled, settle
from khue.places.names import NameIndex
from khue.places.resolution import Resolution
from khue.places.resolver import Resolver
from khue.places.sayings import overlay, read_contested
from khue.places.source import (
    Move,
    OtherName,
    Tables,
    find_data,
    read_moves,
    read_other_names,
    read_tables,
)
from khue.places.systems import (
    add_earlier,
    build_entries,
    group_communes,
    list_candidates,
    list_predecessors,
    list_short_names,
    list_sources,
    list_successors,
)
from khue.places.units import SOURCE, Candidate, FormerUnit, Unit


class Gazetteer:
    """A value: built once from tables, never changed.

    Present and former codes may coincide, so every method says which system it means.
    `other_names` count like the units' own. Of `changes`, tables that were loaded, the last one
    decides for a unit; `contested` are what published tables say otherwise.
    """

    def __init__(
        self,
        tables: Tables,
        other_names: Iterable[OtherName] = (),
        changes: Sequence[ChangeTable] = (),
        contested: Sequence[ChangeTable] = (),
        boundaries: Boundaries | None = None,
        moves: Sequence[Move] = (),
    ) -> None:
        tables, sayings = overlay(tables, changes, contested)
        self._present, self._former = tables.present, tables.former
        self._boundaries = boundaries
        self._successors = list_successors(tables)
        self._predecessors = list_predecessors(tables)
        self._communes = group_communes(tables)
        self._candidates = list_candidates(tables)
        others = tuple(other_names)
        self._sources = list_sources(tables, sayings)
        entries = build_entries(
            tables, self._successors, self._predecessors, sayings, self._sources
        )
        index = NameIndex(
            add_earlier(entries, [other for other in others if other.parts], moves),
            [(one.name, one.kind, key) for one in others if not one.parts for key in one.units],
            _list_aliases(tables),
        )
        self._resolver = Resolver(index, tables.present, self._candidates)

    def unit(self, code: str) -> Unit | None:
        """The present unit of a code."""
        return self._present.get(code)

    def former(self, code: str) -> FormerUnit | None:
        """The former unit of a code."""
        return self._former.get(code)

    def successors(self, former_code: str) -> tuple[Candidate, ...]:
        """Every present unit that a former one went to: communes for a commune or a district, the
        present province for a province. Empty for an unknown code."""
        sources = self._sources.get(former_code, {})
        return tuple(
            self._candidates[code].of(sources.get(code, SOURCE))
            for code in self._successors.get(former_code, ())
        )

    def predecessors(self, present_code: str) -> tuple[FormerUnit, ...]:
        """Every former unit that went to a present one, wholly or in part."""
        return tuple(self._former[code] for code in self._predecessors.get(present_code, ()))

    def provinces(self) -> tuple[Unit, ...]:
        """The present provinces, by code."""
        return tuple(self._present[code] for code in self._communes)

    def communes(self, province_code: str) -> tuple[Unit, ...]:
        """The present communes of a present province, by code; empty for an unknown code."""
        return self._communes.get(province_code, ())

    def within(self, code: str) -> Unit | None:
        """The present province of a present unit (of a province: itself)."""
        unit = self._present.get(code)
        return self._present[unit.province_code] if unit else None

    def resolve(self, stated: str) -> Resolution:
        """Every present unit that a stated place can be, small to large as departments write it.

        Names match exactly (marks count), in both systems, each under the next larger one; all
        readings are kept. Matching without marks, with another kind of unit or by another name
        finds candidates but never sets the code. Any text is accepted.
        """
        return self._resolver.resolve(stated)

    def settle(self, place: dict[str, Any], point: Mapping[str, Any]) -> Settled:
        """A place as records keep it (`Resolution.to_document`), after the point of the same record
        was looked at: the point decides between candidates, and is told if it is elsewhere."""
        if self._boundaries is None:
            return Settled(place)
        return settle(place, point, self._boundaries, self._present.get)


def _list_aliases(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Key -> names that may find the unit but never decide: the source's and shorter ones."""
    aliases = {f"former:{code}": names for code, names in tables.aliases.items()}
    for key, names in list_short_names(tables).items():
        aliases[key] = (*aliases.get(key, ()), *names)
    return aliases


def load_gazetteer(
    changes: Sequence[ChangeTable] = (), boundaries: Boundaries | None = None
) -> Gazetteer:
    """The gazetteer of Việt Nam from the installed `vietnamadminunits`, `other_names.yaml` and
    `contested.yaml`, with the tables and boundaries that were loaded.

    Takes under a second; callers keep it. Raises FileNotFoundError where the package is missing,
    ValueError where its tables contradict each other.
    """
    return Gazetteer(
        read_source(), read_other_names(), changes, read_contested(), boundaries, read_moves()
    )


@cache
def read_source() -> Tables:
    """The tables of the installed package, read once."""
    return read_tables(find_data())


def commune_codes() -> frozenset[str]:
    """The codes of all present communes: the units that boundaries are of."""
    present = read_source().present
    return frozenset(code for code, unit in present.items() if unit.level == "commune")
