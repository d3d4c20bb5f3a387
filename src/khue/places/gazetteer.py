"""The gazetteer: present units, former units, what became of what, and stated places resolved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import Any

from khue.places.boundaries import METRES_PER_DEGREE, Boundaries
from khue.places.changes import ChangeTable
from khue.places.containment import Settled, settle
from khue.places.layout import Layout, lay_out
from khue.places.names import NameIndex
from khue.places.resolution import Resolution
from khue.places.resolver import Resolver
from khue.places.sayings import overlay, read_contested
from khue.places.source import Move, OtherName, Tables, read_moves, read_other_names
from khue.places.systems import (
    Entries,
    group_communes,
    list_candidates,
    list_predecessors,
    list_sources,
    list_successors,
)
from khue.places.units import SOURCE, Candidate, FormerUnit, Unit


class Gazetteer:
    """A value: built once from a layout, never changed.

    Present and former codes may coincide, so every method says which system it means.
    Of `changes`, tables that were loaded, the last one decides for a unit; `contested` are what
    published tables say otherwise; `ended` are provinces that ended before the former system.
    """

    def __init__(
        self,
        layout: Layout,
        ended: Sequence[OtherName] = (),
        changes: Sequence[ChangeTable] = (),
        contested: Sequence[ChangeTable] = (),
        boundaries: Boundaries | None = None,
        moves: Sequence[Move] = (),
    ) -> None:
        tables, sayings = overlay(layout.tables, changes, contested)
        self._present, self._former = tables.present, tables.former
        self._boundaries = boundaries
        self._areas: dict[str, bytes | None] = {}  # made when first asked for
        self._successors = list_successors(tables)
        self._predecessors = list_predecessors(tables)
        self._communes = group_communes(tables)
        self._candidates = list_candidates(tables)
        self._sources = list_sources(tables, sayings)
        entries = Entries(
            *(tables, self._successors, self._predecessors, sayings, self._sources, ended, moves)
        )
        index = NameIndex(layout.names, entries.__getitem__)
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

    def boundary(self, code: str) -> bytes | None:
        """The area of a present unit as well-known binary, from the boundaries that were loaded; of
        a province, that of its communes. None where one of these has none."""
        unit = self._present.get(code)
        if unit is None or self._boundaries is None:
            return None
        if code not in self._areas:
            codes = [one.code for one in self.communes(code)] or [code]
            shape = self._boundaries.shape_of(codes)
            self._areas[code] = None if shape is None else shape.wkb
        return self._areas[code]

    def is_bounded(self, code: str) -> bool:
        """Whether a boundary of a present commune is loaded; quicker than reading it."""
        return self._boundaries is not None and self._boundaries.covers(code)

    def neighbours(self, code: str) -> tuple[Unit, ...] | None:
        """The present communes whose boundaries touch that of one, by code; None where no boundary
        of it is loaded."""
        if self._boundaries is None or not self._boundaries.covers(code):
            return None
        return tuple(self._present[one] for one in sorted(self._boundaries.neighbours_of(code)))

    def nearest(self, code: str, count: int) -> tuple[tuple[Unit, float], ...]:
        """The communes whose middles are nearest to that of one, each with the distance in metres.
        That they are neighbours it does not say. Empty where the middle is not known."""
        unit = self._present.get(code)
        if unit is None or unit.level != "commune" or unit.lat is None or unit.lon is None:
            return ()
        # Degrees of longitude are shorter away from the equator; over some kilometres that is all.
        shorter = math.cos(math.radians(unit.lat))
        away = [
            (METRES_PER_DEGREE * math.hypot(lat - unit.lat, (lon - unit.lon) * shorter), other)
            for other, one in self._present.items()
            if other != code
            and one.level == "commune"
            and (lat := one.lat) is not None
            and (lon := one.lon) is not None
        ]
        return tuple((self._present[other], metres) for metres, other in nsmallest(count, away))

    def resolve(self, stated: str) -> Resolution:
        """Every present unit that a stated place can be, small to large as departments write it.

        Names match exactly (marks count), in both systems, each under the next larger one; all
        readings are kept. Matching without marks, with another kind of unit or by another name
        finds candidates but never sets the code. Any text is accepted.
        """
        return self._resolver.resolve(stated)

    def named(self, stated: str) -> tuple[Unit | FormerUnit, ...]:
        """The units of both systems that the smallest name of a stated place may be: what
        `resolve` makes present units of. Who knows the date can tell which system is meant."""
        return tuple(entry.unit for entry in self._resolver.named(stated))

    def settle(self, place: dict[str, Any], point: Mapping[str, Any]) -> Settled:
        """A place as records keep it (`Resolution.to_document`), after the point of the same record
        was looked at: the point decides between candidates, and is told if it is elsewhere."""
        if self._boundaries is None:
            return Settled(place)
        return settle(place, point, self._boundaries, self._present.get)


def load_gazetteer(
    changes: Sequence[ChangeTable] = (),
    boundaries: Boundaries | None = None,
    cache: Path | None = None,
) -> Gazetteer:
    """The gazetteer of Việt Nam from the installed `vietnamadminunits`, `other_names.yaml` and
    `contested.yaml`, with the tables and boundaries that were loaded.

    Takes under a second, and a tenth of one if the folder `cache` holds what was made of the
    package; callers keep it. Raises FileNotFoundError where the package is missing, ValueError
    where its tables contradict each other.
    """
    ended = [other for other in read_other_names() if other.parts]
    contested, moves = read_contested(), read_moves()
    return Gazetteer(_laid_out(cache), ended, changes, contested, boundaries, moves)


def read_source(cache: Path | None = None) -> Tables:
    """The tables of the installed package, read once, or taken from the folder `cache`."""
    return _laid_out(cache).tables


_layouts: list[Layout] = []


def _laid_out(cache: Path | None) -> Layout:
    """The layout of this process, wherever it came from first."""
    if not _layouts:
        _layouts.append(lay_out(cache))
    return _layouts[0]


def commune_codes(cache: Path | None = None) -> frozenset[str]:
    """The codes of all present communes: the units that boundaries are of."""
    present = read_source(cache).present
    return frozenset(code for code, unit in present.items() if unit.level == "commune")
