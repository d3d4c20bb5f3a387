"""How the present system (two levels) and the former one (three levels) hang together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from khue.lib.vietnamese import fold
from khue.places.kinds import KINDS, english_name
from khue.places.names import Entry
from khue.places.source import Move, OtherName, Tables
from khue.places.units import SOURCE, Candidate, FormerUnit, Saying, Unit

Codes = Mapping[str, tuple[str, ...]]
Sources = Mapping[str, Mapping[str, str]]

_NUMBERED = re.compile(r"(\D+) \d+")  # Cổ Nhuế 1


def list_successors(tables: Tables) -> Codes:
    """Every former code -> the codes of the present units it went to, sorted.

    A commune's are the source's, a district's are those of its communes together, a former
    province's is the present province.
    """
    found = {
        code: codes if len(codes) == 1 else tuple(sorted(set(codes)))
        for code, codes in tables.successors.items()
    }
    districts: dict[str, set[str]] = {}
    for code, codes in tables.successors.items():
        unit = tables.former[code]
        if unit.level == "commune":
            districts.setdefault(unit.district_code, set(found.get(unit.district_code, ()))).update(
                codes
            )
    return found | {code: tuple(sorted(codes)) for code, codes in districts.items()}


def list_predecessors(tables: Tables) -> Codes:
    """Every present code -> the codes of the former units that went to it, wholly or in part:
    communes (and island districts without communes) for a commune, provinces for a province."""
    found: dict[str, list[str]] = {}
    for old, codes in sorted(tables.successors.items()):
        for code in codes:
            found.setdefault(code, []).append(old)
    return {code: tuple(olds) for code, olds in found.items()}


def group_communes(tables: Tables) -> dict[str, tuple[Unit, ...]]:
    """Every present province's code -> its communes, both by code."""
    units = sorted(tables.present.values(), key=lambda unit: unit.code)
    grouped: dict[str, list[Unit]] = {unit.code: [] for unit in units if unit.level == "province"}
    for unit in units:
        if unit.level == "commune":
            grouped[unit.province_code].append(unit)
    return {code: tuple(communes) for code, communes in grouped.items()}


def list_candidates(tables: Tables) -> dict[str, Candidate]:
    """Every present code -> the candidate that it is."""
    return {
        code: Candidate(code, unit.full_name(tables.present[unit.province_code])["vi"])
        for code, unit in tables.present.items()
    }


class Entries:
    """The entries of all units of both systems, and of provinces that ended before the former one.

    Each is made when it is first asked for. `sayings` are of former communes. What was in the parts
    of an `ended` province may be stated under it too, as may what was moved (`moves`) under where
    it was.
    """

    def __init__(
        self,
        tables: Tables,
        successors: Codes,
        predecessors: Codes,
        sayings: Mapping[str, Saying],
        sources: Sources,
        ended: Iterable[OtherName] = (),
        moves: Iterable[Move] = (),
    ) -> None:
        self._tables, self._successors, self._predecessors = tables, successors, predecessors
        self._sayings, self._sources = sayings, sources
        self._ended = {ended_key(other): other for other in ended}
        self._under: dict[str, set[str]] = {}
        for key, other in self._ended.items():
            for part in other.parts:
                self._under.setdefault(part, set()).add(key)
        for move in moves:
            self._under.setdefault(move.unit, set()).update(move.under)
        self._made: dict[str, Entry] = {}

    def __getitem__(self, key: str) -> Entry:
        """The entry of a key. Raises `KeyError` for an unknown one."""
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, key: str) -> Entry:
        if other := self._ended.get(key):
            return _ended_entry(other, [self._of_unit(unit) for unit in other.units])
        entry = self._of_unit(key)
        above = {one for known in (key, *entry.above) for one in self._under.get(known, ())}
        return entry.under(above) if above else entry

    def _of_unit(self, key: str) -> Entry:
        system, _, code = key.partition(":")
        if system == "present":
            return self._present_entry(code)
        entry = _former_entry(code, self._tables, self._successors.get(code, ()))
        if code not in self._sources:
            return entry
        return replace(entry, sources=self._sources[code], saying=self._sayings.get(code))

    def _present_entry(self, code: str) -> Entry:
        present = self._tables.present[code]
        above: set[str] = set()
        if present.level == "commune":
            above = {f"present:{present.province_code}"}
            for old in self._predecessors.get(code, ()):
                was = self._tables.former[old]
                above |= {f"former:{was.district_code}", f"former:{was.province_code}"}
        label = _label_present(present, self._tables.present[present.province_code])
        return Entry(f"present:{code}", present, frozenset(above), (code,), label)


def list_units(tables: Tables, ended: Iterable[OtherName] = ()) -> dict[str, Unit | FormerUnit]:
    """Every key -> the unit that it means."""
    return {
        **{f"present:{code}": unit for code, unit in tables.present.items()},
        **{f"former:{code}": unit for code, unit in tables.former.items()},
        **{ended_key(other): _ended_unit(other) for other in ended},
    }


def list_sources(tables: Tables, sayings: Mapping[str, Saying]) -> Sources:
    """Former code -> whose word each of its present codes is, where several sources speak of it;
    of districts, too, of which not all communes may be in a table that was loaded."""
    found: dict[str, dict[str, str]] = {}
    for code, saying in sayings.items():
        unit = tables.former[code]
        of_commune = dict.fromkeys(tables.successors[code], saying.source)
        found[code] = of_commune
        if saying.source != SOURCE and unit.district_code != code:
            found.setdefault(unit.district_code, {}).update(of_commune)
    return found


def ended_key(other: OtherName) -> str:
    """The key of a province that ended before the former system of the source."""
    return f"ended:{other.name}"


def _ended_unit(other: OtherName, province_code: str = "") -> FormerUnit:
    name = f"{other.kind} {other.name}"
    return FormerUnit(
        code="",
        name={"vi": name, "en": english_name(name)},
        short=other.name,
        kind=other.kind,
        level="province",
        province_code=province_code,
    )


def _ended_entry(other: OtherName, now: list[Entry]) -> Entry:
    unit = _ended_unit(other, now[0].unit.province_code)
    above = frozenset(key for entry in now for key in (entry.key, *_present_keys(entry)))
    codes = tuple(sorted({code for entry in now for code in entry.codes}))
    return Entry(ended_key(other), unit, above, codes, _label_former(unit, None))


def _present_keys(entry: Entry) -> Iterator[str]:
    return (f"present:{code}" for code in entry.codes)


def _former_entry(code: str, tables: Tables, codes: tuple[str, ...]) -> Entry:
    unit = tables.former[code]
    now = {tables.present[new].province_code for new in codes}
    above = {f"present:{province}" for province in now}
    if unit.level == "province":
        # Under its own name a province is said twice, not stated under another one.
        above = {f"present:{p}" for p in now if tables.present[p].short != unit.short}
    else:
        above.add(f"former:{unit.province_code}")
        if unit.level == "commune":
            above.add(f"former:{unit.district_code}")
    label = _label_former(unit, tables.former.get(unit.district_code))
    return Entry(f"former:{code}", unit, frozenset(above), codes, label)


def _label_present(unit: Unit, province: Unit) -> dict[str, str]:
    if unit.level == "province":
        return dict(unit.name)
    return {lang: f"{name} ({province.name[lang]})" for lang, name in unit.name.items()}


def _label_former(unit: FormerUnit, district: FormerUnit | None) -> dict[str, str]:
    vi, en = unit.name["vi"], unit.name["en"]
    if unit.level == "commune" and district:
        vi_district = f"{district.kind.lower()} {district.short}"
        return {"vi": f"{vi} ({vi_district} cũ)", "en": f"{en} (former {district.name['en']})"}
    return {"vi": f"{vi} cũ", "en": f"the former {en}"}


def list_short_names(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Key -> shorter names of communes that are named after several places or are numbered (Văn
    Miếu - Quốc Tử Giám, Cổ Nhuế 1), under which older documents know them, with every kind."""
    systems: dict[str, Mapping[str, Unit | FormerUnit]] = {
        "present": tables.present,
        "former": tables.former,
    }
    return {
        f"{system}:{code}": tuple(alias for name in names for alias in _with_kinds(name))
        for system, units in systems.items()
        for code, unit in units.items()
        if unit.level == "commune" and (names := _shorter(unit.short))
    }


def _shorter(name: str) -> list[str]:
    if numbered := _NUMBERED.fullmatch(name):
        return [numbered[1]]
    halves = name.split(" - ")
    return halves if len(halves) > 1 else []


def _with_kinds(name: str) -> Iterator[str]:
    """The name alone and after each kind of commune, in the form of the source's aliases."""
    kinds = (kind.name for kind in KINDS.values() if kind.levels == {"commune"})
    return (_glued(f"{kind} {name}") for kind in ("", *kinds))


@lru_cache(maxsize=65_536)
def _glued(name: str) -> str:
    return fold(name).replace(" ", "")
