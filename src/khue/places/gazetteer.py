"""The gazetteer: present units, former units, what became of what, and stated places resolved."""

from __future__ import annotations

from collections.abc import Iterable

from khue.places.names import NameIndex
from khue.places.resolution import Resolution
from khue.places.resolver import Resolver
from khue.places.source import OtherName, Tables, find_data, read_other_names, read_tables
from khue.places.systems import (
    add_ended,
    build_entries,
    group_communes,
    list_candidates,
    list_predecessors,
    list_short_names,
    list_successors,
)
from khue.places.units import Candidate, FormerUnit, Unit


class Gazetteer:
    """A value: built once from tables, never changed.

    Present and former codes may coincide, so every method says which system it means.
    `other_names` count like the units' own.
    """

    def __init__(self, tables: Tables, other_names: Iterable[OtherName] = ()) -> None:
        self._present, self._former = tables.present, tables.former
        self._successors = list_successors(tables)
        self._predecessors = list_predecessors(tables)
        self._communes = group_communes(tables)
        self._candidates = list_candidates(tables)
        others = tuple(other_names)
        entries = build_entries(tables, self._successors, self._predecessors)
        index = NameIndex(
            add_ended(entries, [other for other in others if other.districts]),
            [(one.name, one.kind, key) for one in others if not one.districts for key in one.units],
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
        return tuple(self._candidates[code] for code in self._successors.get(former_code, ()))

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


def _list_aliases(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Key -> names that may find the unit but never decide: the source's and shorter ones."""
    aliases = {f"former:{code}": names for code, names in tables.aliases.items()}
    for key, names in list_short_names(tables).items():
        aliases[key] = (*aliases.get(key, ()), *names)
    return aliases


def load_gazetteer() -> Gazetteer:
    """The gazetteer of Việt Nam from the installed `vietnamadminunits` and `other_names.yaml`.

    Takes under a second; callers keep it. Raises FileNotFoundError where the package is missing,
    ValueError where its tables contradict each other.
    """
    return Gazetteer(read_tables(find_data()), read_other_names())
