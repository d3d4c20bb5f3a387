"""How the present system (two levels) and the former one (three levels) hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from khue.places.names import Entry
from khue.places.source import Tables
from khue.places.units import Candidate, FormerUnit, Unit

Codes = Mapping[str, tuple[str, ...]]


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


def build_entries(tables: Tables, successors: Codes, predecessors: Codes) -> Iterator[Entry]:
    """An entry for every unit of both systems."""
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
        yield _former_entry(code, tables, successors.get(code, ()))


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
