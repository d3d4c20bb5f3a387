"""Matches one statement: a chain of names, from the largest down."""

from __future__ import annotations

from dataclasses import dataclass

from khue.places.names import Entry, Found, NameIndex, Tier, read_name, reads_as_commune
from khue.places.statements import Part, is_detail


@dataclass(frozen=True, slots=True)
class Match:
    """What one statement names.

    `entries`: all readings of the smallest name found; empty if none was. `tier`: the worst of the
    chain. `lost`: names that no unit here bears and that are no detail. `anchored`: whether the
    statement says enough to exclude a namesake elsewhere (its province, two names in agreement,
    or a district with its kind). `vague`: the smallest name repeats the one above it by another
    name (Huế, Thừa Thiên Huế), so it may mean something smaller that is gone.
    """

    entries: tuple[Entry, ...] = ()
    tier: Tier = Tier.EXACT
    lost: tuple[str, ...] = ()
    anchored: bool = False
    vague: bool = False

    @property
    def certain(self) -> bool:
        """Whether nothing about the statement is in doubt but which of its readings is meant."""
        return self.anchored and not self.vague and not self.lost and self.tier is Tier.EXACT


@dataclass(slots=True)
class _Chain:
    """The state of a walk from the largest name down."""

    found: list[Found]
    below: list[str]  # not found since the last found name
    lost: list[str]
    last_name: Part = ()
    adrift: bool = False  # names above the first found one were not found
    vague: bool = False

    @property
    def last(self) -> Found | None:
        return self.found[-1] if self.found else None


def match_statement(parts: tuple[Part, ...], index: NameIndex) -> Match:
    """Every unit that the statement can mean, narrowed by each name it gives."""
    chain = _Chain([], [], [])
    for part in reversed(parts):
        _step(chain, part, index)
    if not chain.found:
        return Match(lost=tuple(name for name in reversed(chain.below) if not is_detail(name)))
    entries = _preferred(chain)
    anchored = _is_anchored(chain)
    if not anchored or any(entry.level != "commune" for entry in entries):
        chain.lost += [name for name in chain.below if not is_detail(name)]
        entries = _above_communes(entries, chain.below) + _elsewhere(chain, index)
    anchored = anchored and not any(_is_province(name, index) for name in chain.lost)
    tier = max(found.tier for found in chain.found)
    return Match(entries, tier, tuple(reversed(chain.lost)), anchored, chain.vague)


def _step(chain: _Chain, part: Part, index: NameIndex) -> None:
    """Goes down by one part, if any of its names is found under what was found before."""
    found = {name: index.find(name, chain.last) for name in part}
    good = [one for one in found.values() if one]
    missing = [name for name, one in found.items() if not one]
    if good:
        passed = [*chain.below, *missing]
        # Above the first name found nothing is a detail: it might be another country.
        chain.lost += [name for name in passed if not (chain.found and is_detail(name))]
        chain.adrift = chain.adrift or (not chain.found and bool(passed))
        chain.below, chain.vague, chain.last_name = [], False, part
        chain.found.append(_join(good))
    elif not _repeats(chain, part, index):
        chain.below += part


def _join(found: list[Found]) -> Found:
    if len(found) == 1:
        return found[0]
    entries = {entry.key: entry for one in found for entry in one.entries}
    worst = max(one.tier for one in found)
    kind_stated = all(one.kind_stated for one in found)
    return Found(tuple(entries.values()), worst, kind_stated, frozenset(entries))


def _repeats(chain: _Chain, part: Part, index: NameIndex) -> bool:
    """Whether a part only says again what the chain has reached (Hà Nội, Thành phố Hà Nội)."""
    if chain.last is None or len(part) != 1:
        return False
    again = index.find(part[0])
    if again is None or again.tier is not Tier.EXACT or again.keys.isdisjoint(chain.last.keys):
        return False
    said = {reading.exact for name in chain.last_name for reading in read_name(name)}
    chain.vague = said.isdisjoint(reading.exact for reading in read_name(part[0]))
    return True


def _preferred(chain: _Chain) -> tuple[Entry, ...]:
    """A single name that a province bears means the province (Hà Giang, Nam Định)."""
    entries = chain.found[-1].entries
    if len(chain.found) == 1:
        provinces = tuple(entry for entry in entries if entry.level == "province")
        return provinces or entries
    return entries


def _above_communes(entries: tuple[Entry, ...], below: list[str]) -> tuple[Entry, ...]:
    """Without the communes, where a name below was stated to be a commune itself and something
    larger is left (Xã Không Tồn Tại, Phúc Thọ: the district, not a commune of that name)."""
    if not any(reads_as_commune(name) for name in below):
        return entries
    return tuple(entry for entry in entries if entry.level != "commune") or entries


def _elsewhere(chain: _Chain, index: NameIndex) -> tuple[Entry, ...]:
    """Units of the names that were not found, one step further up: communes were moved to other
    districts of their province before 2025, and documents state them under the old one."""
    if len(chain.found) < 2:
        return ()
    found = [index.find(name, chain.found[-2]) for name in chain.below if not is_detail(name)]
    return tuple(entry for one in found if one and one.tier is Tier.EXACT for entry in one.entries)


def _is_anchored(chain: _Chain) -> bool:
    """Kind and name of a commune alone do not anchor it: namesakes that were merged away before
    2025 are not in the source."""
    if chain.adrift:
        return False
    exact = [one for one in chain.found if one.tier is Tier.EXACT]
    levels = {entry.level for one in exact for entry in one.entries}
    return (
        "province" in levels
        or len(exact) > 1
        or any(one.kind_stated and "commune" not in levels for one in exact)
    )


def _is_province(name: str, index: NameIndex) -> bool:
    found = index.find(name)
    return found is not None and any(entry.level == "province" for entry in found.entries)
