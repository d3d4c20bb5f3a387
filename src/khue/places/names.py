"""Finds units by name: exactly, with another kind, or loosely (without marks, by other names)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from khue.lib.vietnamese import exact, fold
from khue.places.kinds import AFTER, FORMS, KINDS, Level
from khue.places.units import FormerUnit, Saying, Unit

_REMEMBERED = 65_536  # names; those of all units fit
_GLUED = re.compile(r"([pqf])(\d+)")  # P5, Q1, F12
# The syllables of Đắk Lắk, which older documents write without the tone.
_SPELLED = {exact(old): exact(now) for old, now in (("Đăk", "Đắk"), ("Đak", "Đắk"), ("Lăk", "Lắk"))}
# Numerals of wards and divided communes (Phường IV, Tam Xuân II); in capitals: vi is a syllable.
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
_ROMAN = {
    **{numeral: str(number) for number, numeral in enumerate(_NUMERALS, 1)},
    **{"XIV": "14", "XV": "15", "XVI": "16", "XVII": "17", "XVIII": "18", "XIX": "19", "XX": "20"},
}
_LONGEST_FORM = max(len(form.split()) for form in FORMS)


class Tier(IntEnum):
    """How well a name fits, best first. Only EXACT can be certain."""

    EXACT = 0  # marks and kind (if stated) agree
    OTHER_KIND = 1  # marks agree; the stated kind is another one of the same level
    LOOSE = 2  # typed without marks, or agrees with another name that the source lists


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A unit of either system with what matching needs.

    `key` tells systems apart; `above` holds the keys of all units that it may be stated under, in
    both systems, because people mix old districts with new communes and old communes with new
    provinces; `codes` are the present units it stands for; `label` tells people which unit it is,
    in both languages. `sources` says of a code whose word it is, where it is not the package's;
    `saying` is what several sources say of a commune.
    """

    key: str
    unit: Unit | FormerUnit
    above: frozenset[str]
    codes: tuple[str, ...]
    label: Mapping[str, str]
    sources: Mapping[str, str] = field(default_factory=dict)
    saying: Saying | None = None

    @property
    def level(self) -> Level:
        """The level of the unit."""
        return self.unit.level

    def under(self, above: Iterable[str]) -> Entry:
        """The same entry, which may be stated under more units."""
        return Entry(
            *(self.key, self.unit, self.above.union(above), self.codes, self.label),
            *(self.sources, self.saying),
        )

    @property
    def contested(self) -> bool:
        """Whether a published table names more present units, and none that decides is loaded."""
        return self.saying is not None and self.saying.contested


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name: with the kind before it or as a whole (kind "")."""

    kind: str
    exact: str
    folded: str
    marked: bool  # whether the kind was written with its marks (or abbreviated)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a name found: the entries, how well, and whether the kind was stated. Compared by
    identity, so that what is found under it can be remembered."""

    entries: tuple[Entry, ...]
    tier: Tier
    kind_stated: bool
    keys: frozenset[str]
    levels: frozenset[Level]


def _collect(entries: Iterable[Entry], tier: Tier, kind_stated: bool) -> Found | None:
    once = {entry.key: entry for entry in entries}
    if not once:
        return None
    levels = frozenset(entry.level for entry in once.values())
    return Found(tuple(once.values()), tier, kind_stated, frozenset(once), levels)


Named = Sequence[str]
"""The kind under which a unit bears a name, and the unit's key."""

ByName = dict[str, list[Named]]


@dataclass(frozen=True, slots=True)
class Names:
    """Who bears a name: in its exact and its folded form, or as another name in the form of the
    source (lower case without marks and spaces, some with their kind before them)."""

    exact: ByName
    folded: ByName
    aliases: ByName


def list_names(
    units: Mapping[str, Unit | FormerUnit],
    others: Iterable[tuple[str, str, str]],
    aliases: Mapping[str, Iterable[str]],
) -> Names:
    """The names of units by their keys; `others` are (name, kind, key) with marks, as good as the
    unit's own name, `aliases` key -> names in the source's form."""
    found = Names({}, {}, {})
    named = [(unit.short, unit.kind, key) for key, unit in units.items()]
    numbered = [(arabic, kind, key) for name, kind, key in named if (arabic := _in_arabic(name))]
    for name, kind, key in (*named, *numbered, *others):
        marked, folded = _forms(name)
        found.exact.setdefault(marked, []).append((kind, key))
        found.folded.setdefault(folded, []).append((kind, key))
    for key, known in aliases.items():
        for name in set(known):
            found.aliases.setdefault(name, []).append((units[key].kind, key))
    return found


Fitting = tuple[str, Entry]
"""A kind as it was stated, and an entry that bears the name."""


class NameIndex:
    """Finds entries by all their names; `entry_of` gives the entry of a key."""

    def __init__(self, names: Names, entry_of: Callable[[str], Entry]) -> None:
        self._exact, self._folded, self._aliases = names.exact, names.folded, names.aliases
        self._entry_of = entry_of
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._find)
        self._beside_remembered = lru_cache(maxsize=_REMEMBERED)(self._find_beside)
        self._province_remembered = lru_cache(maxsize=_REMEMBERED)(self._find_province)

    def known(self, name: str) -> bool:
        """Whether the text as a whole is the exact name of some unit."""
        return any(True for _ in self._exactly(read_name(name)))

    def heard(self, name: str) -> bool:
        """Whether the text as a whole can be the name of some unit at any tier."""
        return any(
            reading.exact in self._exact
            or reading.folded in self._folded
            or _alias(reading) in self._aliases
            for reading in read_name(name)
        )

    def find(self, name: str, above: Found | None = None) -> Found | None:
        """The entries of that name that may be stated under one of `above`'s (anywhere where it
        is None), at the best tier that has any."""
        return self._remembered(name, above)

    def find_province(self, name: str) -> Found | None:
        """The provinces of exactly that name."""
        return self._province_remembered(name)

    def find_beside(self, name: str, beside: Found) -> Found | None:
        """The districts of exactly that name in the provinces of `beside`'s districts."""
        return self._beside_remembered(name, beside)

    def find_aliased(self, name: str) -> tuple[Entry, ...]:
        """All entries that bear the name as another name of theirs."""
        return tuple(
            entry
            for reading in read_name(name)
            for _, entry in self._of_level(reading, self._aliases.get(_alias(reading), ()))
        )

    def _find_province(self, name: str) -> Found | None:
        found = self.find(name)
        return _only(found, lambda entry: entry.level == "province")

    def _find_beside(self, name: str, beside: Found) -> Found | None:
        districts = [entry for entry in beside.entries if entry.level == "district"]
        above = frozenset(key for entry in districts for key in entry.above)
        return _only(
            self.find(name) if districts else None,
            lambda entry: entry.level == "district" and not entry.above.isdisjoint(above),
        )

    def _find(self, name: str, above: Found | None) -> Found | None:
        readings = read_name(name)
        for tier in Tier:
            named = [
                (kind, entry)
                for kind, entry in self._at(tier, readings, alone=above is None)
                if above is None or not entry.above.isdisjoint(above.keys)
            ]
            if named:
                return _collect((entry for _, entry in named), tier, any(kind for kind, _ in named))
        return None

    def _at(self, tier: Tier, readings: tuple[Reading, ...], alone: bool) -> Iterator[Fitting]:
        """(kind as stated, entry) at one tier. Aliases have no marks, so alone they prove too
        little; below a unit that was found they may find."""
        if tier is Tier.EXACT:
            yield from self._exactly(readings)
            return
        for reading in readings:
            if tier is Tier.OTHER_KIND:
                yield from self._of_level(reading, self._exact.get(reading.exact, ()))
                continue
            if reading.exact == reading.folded:
                yield from self._of_level(reading, self._folded.get(reading.folded, ()))
            if not alone:
                yield from self._of_level(reading, self._aliases.get(_alias(reading), ()))

    def _exactly(self, readings: tuple[Reading, ...]) -> Iterator[Fitting]:
        for reading in readings:
            if reading.marked:
                for kind, key in self._exact.get(reading.exact, ()):
                    if reading.kind in ("", kind):
                        yield reading.kind, self._entry_of(key)

    def _of_level(self, reading: Reading, named: Iterable[Named]) -> Iterator[Fitting]:
        for _, key in named:
            entry = self._entry_of(key)
            if not reading.kind or entry.level in KINDS[reading.kind].levels:
                yield reading.kind, entry


@lru_cache(maxsize=_REMEMBERED)
def _forms(name: str) -> tuple[str, str]:
    """A unit's name with and without marks, as names are looked up."""
    return _plain(_spell(exact(name))), _plain(fold(name))


@lru_cache(maxsize=_REMEMBERED)
def read_name(name: str) -> tuple[Reading, ...]:
    """All readings of a name: as a whole, with each form of a kind at its start, and with an
    English word for one at its end.

    A bare number is a name only after a kind (Phường 5), else it is a house number. A Roman
    numeral at the end is read as a number, too.
    """
    arabic = _in_arabic(name)
    return (*_readings(name), *(_readings(arabic) if arabic else ()))


def _readings(name: str) -> tuple[Reading, ...]:
    tokens = _spell(exact(name)).split(" ")
    folded = fold(name).split(" ")
    if glued := _GLUED.fullmatch(tokens[0]):
        tokens[:1] = folded[:1] = glued.groups()
    readings: list[Reading] = []
    if len(tokens) > 1 or not tokens[0].isdecimal():
        readings.append(Reading("", " ".join(tokens), " ".join(folded), True))
    for length in range(1, min(_LONGEST_FORM, len(tokens) - 1) + 1):
        form = FORMS.get(" ".join(tokens[:length]))
        if form:
            rest, folded_rest = " ".join(tokens[length:]), " ".join(folded[length:])
            readings.append(Reading(form[0], _plain(rest), _plain(folded_rest), form[1]))
    if len(tokens) > 1:
        rest, folded_rest = " ".join(tokens[:-1]), " ".join(folded[:-1])
        readings += (Reading(kind, rest, folded_rest, False) for kind in AFTER.get(tokens[-1], ()))
    return tuple(readings)


@lru_cache(maxsize=_REMEMBERED)
def level_stated(name: str) -> Level | None:
    """The level of unit that the kind at a name's start says; the smallest, where it says two."""
    levels = {
        level for reading in read_name(name) if reading.kind for level in KINDS[reading.kind].levels
    }
    by_size: tuple[Level, ...] = ("commune", "district", "province")
    return next((level for level in by_size if level in levels), None)


def _in_arabic(name: str) -> str:
    """The name with the Roman numeral at its end as a number; empty where there is none."""
    start, _, last = name.rstrip().rpartition(" ")
    return f"{start} {_ROMAN[last]}".strip() if last in _ROMAN else ""


def _only(found: Found | None, wanted: Callable[[Entry], bool]) -> Found | None:
    """What was found exactly, without the entries that are not wanted."""
    if not found or found.tier is not Tier.EXACT:
        return None
    return _collect(filter(wanted, found.entries), found.tier, found.kind_stated)


def _spell(name: str) -> str:
    """The exact form with the syllables of Đắk Lắk spelled as today."""
    return " ".join(_SPELLED.get(syllable, syllable) for syllable in name.split(" "))


def _alias(reading: Reading) -> str:
    """The reading in the form of the source's aliases."""
    return fold(f"{reading.kind} {reading.folded}").replace(" ", "")


def _plain(name: str) -> str:
    """Numbers without leading zeros: Phường 01 is Phường 1."""
    return name.lstrip("0") or name if name.isdecimal() else name
