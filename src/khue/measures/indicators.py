"""Indicators: one YAML file each, below `indicators/` of a pack. Loading and checking them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from khue.lib.tables import parse_yaml
from khue.measures.formulas import NotAFormula, names_in
from khue.model.findings import Finding, finding
from khue.model.vocabularies import Vocabulary

FOLDER = "indicators"

DIRECTIONS = ("up", "down", "none")
DIMENSIONS = (
    "heritage",
    "culture2030_environment",
    "culture2030_prosperity",
    "culture2030_knowledge",
    "culture2030_inclusion",
    "cultural_industry",
    "creative_city",
    "grass_roots",
    "craft",
    "training",
    "ip",
    "visitors",
    "sport",
)
FLOW, STOCK = "flow", "stock"
"""Whether an indicator says how much there was over a period, or how much there is at a moment: the
concept FLOW_STOCK_ENTRY of SDMX (data structure of the balance of payments, BOP)."""

FREQUENCIES = ("year", "half_year", "quarter", "month", "once")
WAYS = ("computed", "derived", "reported")
STATUSES = ("actual", "estimate", "plan")

UNITS, BROKEN_DOWN_BY = "measure_unit", "breakdown_dimension"
"""The vocabularies of units of measure and of counting, and of what figures are broken down by."""

OF_EVERY_PACK = ("place", "period")
"""What figures are broken down by in every pack; neither has a vocabulary."""

MOST_BREAKDOWNS = 4
"""Each doubles how many totals there can be."""

_IN_BOTH = ("name", "definition", "counting_unit", "method")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "direction": DIRECTIONS,
    "dimension": DIMENSIONS,
    "flow_stock": (FLOW, STOCK),
    "frequency": FREQUENCIES,
    "obtained": WAYS,
    "status": STATUSES,
}
_LISTS = ("breakdowns", "asked_by", "sums")
_SOURCE = ("title", "publisher", "date", "url")
_REQUIRED = ("key", "name", "definition", "unit", "direction", "dimension")
_ALSO_REQUIRED = ("flow_stock", "frequency", "method", "obtained")
_OTHERS = ("sources", "select", "formula", "within", "recounts", "vocabularies", "over_100")
_ALL = {*_REQUIRED, *_ALSO_REQUIRED, *_IN_BOTH, *_CHOICES, *_LISTS, *_OTHERS}

Text2 = Mapping[str, str]


@dataclass(frozen=True)
class Indicator:
    """What is measured and how.

    `unit` is a code of the vocabulary `measure_unit`; `flow_stock` says whether a value is of a
    period (visits) or of a moment (relics); `obtained` says whether a `select` computes
    it from records, a `formula` derives it from others, or observations report it. `version` is a
    hash of all that its file says, and of the versions of what its formula names.

    `sums` are the breakdowns whose parts add up to the whole, `within` an indicator that it is a
    part of, `recounts` one whose things it counts in another unit; `vocabularies` say which
    vocabulary names the parts of a breakdown. A percentage may be `over_100` where that has a
    meaning (growth).
    """

    key: str
    name: Text2
    definition: Text2
    unit: str
    direction: str
    dimension: str
    flow_stock: str
    frequency: str
    method: Text2
    obtained: str
    version: str
    counting_unit: Text2 = field(default_factory=dict)
    breakdowns: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    sources: tuple[Mapping[str, str], ...] = ()
    sums: tuple[str, ...] = ()
    within: str = ""
    recounts: str = ""
    vocabularies: Mapping[str, str] = field(default_factory=dict)
    over_100: bool = False
    select: str = ""
    formula: str = ""
    status: str = "actual"

    @property
    def is_stock(self) -> bool:
        """Whether its values stand at a moment."""
        return self.flow_stock == STOCK

    def vocabulary_of(self, breakdown: str) -> str:
        """The vocabulary that names the parts of a breakdown: where the file says none, that of its
        name, if there is one."""
        return self.vocabularies.get(breakdown, breakdown)

    def to_json(self) -> dict[str, Any]:
        """What it is, for programs."""
        return {
            "indicator": self.key,
            "name": dict(self.name),
            "definition": dict(self.definition),
            "unit": self.unit,
            "direction": self.direction,
            "dimension": self.dimension,
            "flow_stock": self.flow_stock,
            "obtained": self.obtained,
            "method": dict(self.method),
            "asked_by": list(self.asked_by),
            "sources": list(self.sources),
            "version": self.version,
        }


def load_indicators(
    folder: Path, *, tables: Collection[str], vocabularies: Mapping[str, Vocabulary]
) -> tuple[dict[str, Indicator], list[Finding]]:
    """The indicators of a pack's folder by key, sorted, and everything that is wrong with its
    files; what has an error is left out.

    `tables` are those of a snapshot, `vocabularies` those of the pack.
    """
    raws: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    for path in sorted((folder / FOLDER).glob("*.yaml")):
        raw, problems = _read(path)
        problems += [] if raw is None else list(_problems(path, raw, tables, vocabularies))
        findings += problems
        if raw is not None and not problems:
            raws[path.stem] = raw
    findings += _leave_out_circles(raws)
    for key, raw in raws.items():
        for name in ("within", "recounts"):
            if raw.get(name) not in (None, *raws):
                findings.append(_about(Path(f"{key}.yaml"), "indicator_terms", names=raw[name]))
    versions: dict[str, str] = {}
    return {
        key: _indicator(raw, _version(key, raws, versions)) for key, raw in raws.items()
    }, findings


def in_order(indicators: Mapping[str, Indicator]) -> list[Indicator]:
    """The indicators so that each comes after those that its formula names."""
    found: dict[str, Indicator] = {}

    def add(one: Indicator) -> None:
        if one.key not in found:
            for name in names_in(one.formula) if one.formula else ():
                add(indicators[name])
            found[one.key] = one

    for one in indicators.values():
        add(one)
    return list(found.values())


def definition_of(one: Indicator, indicators: Mapping[str, Indicator]) -> dict[str, Any]:
    """What the number of an indicator follows from, so that an old one can be computed again when
    its file has changed."""
    return {
        "key": one.key,
        "obtained": one.obtained,
        "breakdowns": list(one.breakdowns),
        "select": one.select,
        "formula": one.formula,
        "unit": one.unit,
        "status": one.status,
        "within": one.within,
        "terms": {
            name: indicators[name].version
            for name in (names_in(one.formula) if one.formula else ())
        },
    }


def former(definition: Mapping[str, Any]) -> Indicator:
    """An indicator of an earlier version from its definition, named by that: several of one key may
    stand side by side."""
    terms, nothing = definition["terms"], {"vi": "", "en": ""}
    return Indicator(
        key=former_key(definition["version"]),
        name=nothing,
        definition=nothing,
        unit=definition["unit"],
        direction="none",
        dimension="",
        flow_stock="",
        frequency="",
        method=nothing,
        obtained=definition["obtained"],
        version=definition["version"],
        breakdowns=tuple(definition["breakdowns"]),
        select=definition["select"],
        formula=re.sub(
            r"[A-Za-z_]\w*", lambda name: former_key(terms[name[0]]), definition["formula"]
        ),
        status=definition["status"],
    )


def former_key(version: str) -> str:
    """What an indicator of an earlier version is called."""
    return f"v{version}"


def _read(path: Path) -> tuple[dict[str, Any] | None, list[Finding]]:
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())[:200]
        return None, [_about(path, "indicator_unreadable", reason=reason)]
    if not isinstance(raw, dict):
        return None, [_about(path, "indicator_unreadable", reason="no mapping")]
    return raw, []


def _about(path: Path, code: str, **values: Any) -> Finding:
    """A finding about the file of an indicator, in the place of which its key stands."""
    return finding(code, field=path.stem, file=path.name, **values)


def _problems(
    path: Path,
    raw: Mapping[str, Any],
    tables: Collection[str],
    vocabularies: Mapping[str, Vocabulary],
) -> Iterator[Finding]:
    """What is wrong with a file that could be read."""

    def say(code: str, **values: Any) -> Finding:
        return _about(path, code, **values)

    for name in sorted(raw.keys() - _ALL, key=str):
        yield say("indicator_key_unknown", key=str(name))
    for name in (*_REQUIRED, *_ALSO_REQUIRED):
        if raw.get(name) in (None, "", [], {}):
            yield say("indicator_key_missing", key=name)
    if raw.get("key") not in (None, path.stem) or not path.stem.isidentifier():
        yield say("indicator_key_wrong", key=str(raw.get("key")))
    for name in _IN_BOTH:
        text = raw.get(name)
        if text and not (isinstance(text, dict) and _has_both(text)):
            yield say("indicator_language_missing", key=name)
    for name, choices in _CHOICES.items():
        if raw.get(name) is not None and raw[name] not in choices:
            yield say("indicator_choice", key=name, stated=str(raw[name]), known=", ".join(choices))
    for name in _LISTS:
        if not _is_texts(raw.get(name, [])):
            yield say("indicator_list", key=name)
    for one in raw.get("sources") or ():
        if not (isinstance(one, dict) and one.get("title") and one.keys() <= set(_SOURCE)):
            yield say("indicator_source", known=", ".join(_SOURCE))
    named = raw.get("vocabularies") or {}
    if not isinstance(named, dict):
        yield say("indicator_mapping", key="vocabularies")
        named = {}
    for name in (*(raw.get("sums") or ()), *named):
        if name not in (raw.get("breakdowns") or ()):
            yield say("indicator_no_breakdown", name=str(name))
    for key, stated, known in _outside(raw, vocabularies):
        yield say("indicator_choice", key=key, stated=stated, known=", ".join(known))
    yield from _way_problems(raw, say, tables)


def _outside(
    raw: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> Iterator[tuple[str, str, Collection[str]]]:
    """What a file names by codes of the pack that the pack has not: in which entry, the code, and
    those that there are."""

    def codes(name: str) -> tuple[str, ...]:
        return tuple(vocabularies[name].concepts) if name in vocabularies else ()

    broken_down, named = raw.get("breakdowns"), raw.get("vocabularies")
    asked: list[tuple[str, Iterable[Any], Collection[str]]] = [
        ("unit", [raw["unit"]] if raw.get("unit") else (), codes(UNITS)),
        (
            "breakdowns",
            broken_down if isinstance(broken_down, list) else (),
            (*OF_EVERY_PACK, *codes(BROKEN_DOWN_BY)),
        ),
        ("vocabularies", named.values() if isinstance(named, dict) else (), sorted(vocabularies)),
    ]
    for key, stated, known in asked:
        for one in stated:
            if str(one) not in known:
                yield key, str(one), known


def _way_problems(raw: Mapping[str, Any], say: Any, tables: Collection[str]) -> Iterator[Finding]:
    """What is wrong with how an indicator is obtained."""
    way = raw.get("obtained")
    for name, of in (("select", "computed"), ("formula", "derived")):
        if way == of and not isinstance(raw.get(name), str):
            yield say("indicator_key_missing", key=name)
        elif way in WAYS and way != of and raw.get(name) is not None:
            yield say("indicator_way_differs", key=name, way=way)
    breakdowns = raw.get("breakdowns") or []
    if not _is_texts(breakdowns):
        return
    if len(breakdowns) > MOST_BREAKDOWNS or len(set(breakdowns)) < len(breakdowns):
        yield say("indicator_breakdowns", most=MOST_BREAKDOWNS)
    if way == "computed" and isinstance(raw.get("select"), str):
        from khue.measures.selects import check_select, wanted_of  # late: what parses SQL

        for code, what in check_select(raw["select"], tables, wanted_of(breakdowns)):
            yield say(code, what=what)
    if way == "derived" and isinstance(raw.get("formula"), str):
        try:
            if not names_in(raw["formula"]):
                yield say("indicator_formula", reason="no indicator is named")
        except NotAFormula as error:
            yield say("indicator_formula", reason=str(error))


def _leave_out_circles(raws: dict[str, dict[str, Any]]) -> list[Finding]:
    """Take away formulas that name what is not there or, in the end, themselves."""
    findings: list[Finding] = []
    done: set[str] = set()
    while True:
        ready = {key for key, raw in raws.items() if set(_terms(raw)) <= done}
        if ready == done:
            break
        done = ready
    for key in sorted(raws.keys() - done):
        left = ", ".join(name for name in _terms(raws[key]) if name not in done)
        findings.append(_about(Path(f"{key}.yaml"), "indicator_terms", names=left))
        del raws[key]
    return findings


def _terms(raw: Mapping[str, Any]) -> Sequence[str]:
    return names_in(raw["formula"]) if raw["obtained"] == "derived" else ()


def _version(key: str, raws: Mapping[str, Mapping[str, Any]], known: dict[str, str]) -> str:
    if key not in known:
        below = {name: _version(name, raws, known) for name in _terms(raws[key])}
        told = json.dumps([raws[key], below], sort_keys=True, ensure_ascii=False, default=str)
        known[key] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return known[key]


def _indicator(raw: Mapping[str, Any], version: str) -> Indicator:
    own: dict[str, Any] = {
        name: raw[name] for name in _ALL & raw.keys() if name not in (*_LISTS, "sources")
    }
    lists: dict[str, Any] = {name: tuple(map(str, raw.get(name) or ())) for name in _LISTS}
    return Indicator(**own, **lists, sources=tuple(raw.get("sources") or ()), version=version)


def _has_both(text: Mapping[Any, Any]) -> bool:
    return text.keys() == {"vi", "en"} and all(
        isinstance(one, str) and one.strip() for one in text.values()
    )


def _is_texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, str) for one in value))
