"""How the present system (two levels) and the former one (three levels) hang together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    found = {code: set(codes) for code, codes in tables.successors.items()}
    for code, codes in tables.successors.items():
        unit = tables.former[code]
        if unit.level == "commune":
            found.setdefault(unit.district_code, set()).update(codes)
    return {code: tuple(sorted(codes)) for code, codes in found.items()}


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


def build_entries(
    tables: Tables,
    successors: Codes,
    predecessors: Codes,
    sayings: Mapping[str, Saying],
    sources: Sources,
) -> Iterator[Entry]:
    """An entry for every unit of both systems; `sayings` are of former communes."""
    for code, present in tables.present.items():
        above: set[str] = set()
        if present.level == "commune":
            above = {f"present:{present.province_code}"}
            for old in predecessors.get(code, ()):
                was = tables.former[old]
                above |= {f"former:{was.district_code}", f"former:{was.province_code}"}
        label = _label_present(present, tables.present[present.province_code])
        yield Entry(f"present:{code}", present, frozenset(above), (code,), label)
    for code in tables.former:
        entry = _former_entry(code, tables, successors.get(code, ()))
        if code in sources:
            entry = replace(entry, sources=sources[code], saying=sayings.get(code))
        yield entry


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


def add_earlier(
    entries: Iterable[Entry], ended: Sequence[OtherName], moves: Sequence[Move] = ()
) -> Iterator[Entry]:
    """The entries and those of provinces that ended before the former system of the source; what
    was in their parts may be stated under them too, as may what was moved under where it was."""
    every = {entry.key: entry for entry in entries}
    under: dict[str, set[str]] = {}
    for other in ended:
        for key in other.parts:
            under.setdefault(key, set()).add(f"ended:{other.name}")
    for move in moves:
        under.setdefault(move.unit, set()).update(move.under)
    for entry in every.values():
        above = {one for key in (entry.key, *entry.above) if key in under for one in under[key]}
        yield entry.under(above) if above else entry
    for other in ended:
        yield _ended_entry(other, [every[key] for key in other.units])


def _ended_entry(other: OtherName, now: list[Entry]) -> Entry:
    name = f"{other.kind} {other.name}"
    unit = FormerUnit(
        code="",
        name={"vi": name, "en": english_name(name)},
        short=other.name,
        kind=other.kind,
        level="province",
        province_code=now[0].unit.province_code,
    )
    above = frozenset(key for entry in now for key in (entry.key, *_present_keys(entry)))
    codes = tuple(sorted({code for entry in now for code in entry.codes}))
    return Entry(f"ended:{other.name}", unit, above, codes, _label_former(unit, None))


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
