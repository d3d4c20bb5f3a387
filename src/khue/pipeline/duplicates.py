"""Which records a new one may double: a hint for whoever decides, never more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from khue import linking
from khue.lib.chunks import chunked
from khue.lib.vietnamese import name_key
from khue.linking import Entry, Suggestion
from khue.model.findings import Finding, catalogue, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.planning import Planned
from khue.registry import drafting, queries
from khue.registry.fold import label, leaves

CHUNK = 500

NAMED = 3
"""Records that a finding names; how many more there are it says in a number."""

ANYWHERE = ""
"""Stands for the unit of a record without a place."""

PROVINCE_DIGITS = 2  # of the official codes; communes have five (19/2025/QĐ-TTg)

MOST_KNOWN = 20_000
"""Records of the registry that one file is compared with; more of the same few names say nothing
of any of them. Bounds the memory too."""


@dataclass(frozen=True)
class Likely:
    """The records that each new record may double, the likeliest first, and what there is to say of
    it: one finding for each record, and some of the file."""

    records: Mapping[str, Sequence[str]] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    told: Sequence[Finding] = ()


def find_likely(house: House, planned: Sequence[Planned], type_: Type, *, actor: Actor) -> Likely:
    """For each record that is new, or gets another name, those of its type in the registry and in
    the same file that may be the same, as `khue.linking` compares them.

    The registry is asked a few times for all of them, not for each.
    """
    rows = {one.record: one for one in planned if _has_new_name(one)}
    fields = {name: inner for name, inner in type_.fields.items() if _holds_place(inner)}
    entries = [_entry(one.plan.document, fields) for one in rows.values()]
    new = [entry for entry in entries if entry.name.key]  # others are signs alone
    judged = drafting.judged()
    known = _known(new, type_, fields, among=_judged_same(judged, rows))
    found = linking.suggest(known, new, judged)
    names = _names(house, found.suggestions, rows, actor)
    findings = {
        record: _finding(rows[record], suggestions, names)
        for record, suggestions in found.suggestions.items()
    }
    crowded = [
        finding("duplicates_crowded", value=label(rows[record].plan.document)["vi"], n=size)
        for record, size in found.crowded.values()
    ]
    records = {
        record: [one.other for one in suggestions]
        for record, suggestions in found.suggestions.items()
    }
    return Likely(records, findings, [*findings.values(), *crowded])


def _has_new_name(one: Planned) -> bool:
    if one.plan.outcome == "unchanged":
        return False
    if one.before is None:
        return True
    return label(one.before)["vi"] != label(one.plan.document)["vi"]


def _holds_place(field_: Field) -> bool:
    return field_.kind == "place" or any(_holds_place(inner) for inner in field_.fields)


def _entry(document: Mapping[str, Any], fields: Mapping[str, Field]) -> Entry:
    """What is compared of a document; `fields` are those of its type that hold places."""
    units: set[str] = set()
    around: set[str] = set()
    for field_, value in leaves(document, fields):
        if field_.kind == "place":
            units.update([candidate["code"] for candidate in value.get("candidates", ())])
            if within := value.get("within"):
                around.add(within)
    point = document.get("point")
    return Entry(
        document["id"],
        linking.name_of(name_key(label(document)["vi"])),
        frozenset(units),
        frozenset(around - units),
        (point["lat"], point["lon"], point.get("precision_m") or 0) if point else None,
        {one["scheme"]: one["value"] for one in document.get("identifiers", ())},
    )


def _known(
    new: Sequence[Entry], type_: Type, fields: Mapping[str, Field], *, among: set[str]
) -> Iterator[Entry]:
    """The records of the registry that share a block with a new one, and those `among` which some
    were judged the same."""
    wanted: dict[str, set[str]] = {}
    for entry in new:
        wanted.setdefault(entry.name.key, set()).update(entry.units or (ANYWHERE,))
    own = {entry.record for entry in new}
    found = drafting.named((type_.name,), _keys_like(wanted, type_)) if wanted else {}
    keys = {record: key for key, records in found.items() for record in records}
    units = drafting.units_of(list(keys))
    near = [
        record
        for record, key in keys.items()
        if record not in own
        and _may_meet(wanted[linking.name_of(key).key], units.get(record, frozenset()))
    ]
    for chunk in chunked([*sorted(among - own), *near[:MOST_KNOWN]], CHUNK):
        for _, document in drafting.heads(chunk).values():
            if document is not None:
                yield _entry(document, fields)


def _keys_like(wanted: Mapping[str, set[str]], type_: Type) -> list[str]:
    """The exact forms of names in the registry that share the key of a wanted one."""
    ends = {key.rpartition(" ")[2] for key in wanted}
    return [
        key
        for key in drafting.name_keys(type_.name)
        if linking.last_word(key[key.rfind(" ") + 1 :]) in ends
        and linking.name_of(key).key in wanted
    ]


def _may_meet(wanted: Set[str], units: Set[str]) -> bool:
    """Whether a record in `units` (those around them too) may lie where a new one may. One that is
    known to a province only may lie in any commune of it: its code has two digits."""
    return (
        ANYWHERE in wanted
        or not wanted.isdisjoint(units)
        or all(len(unit) == PROVINCE_DIGITS for unit in units)
    )


def _judged_same(judged: linking.Judged, rows: Mapping[str, Planned]) -> set[str]:
    same = [pair for pair, verdict in judged.items() if verdict == "same"]
    return {name for pair in same if not rows.keys().isdisjoint(pair) for name in pair}


def _names(
    house: House,
    suggestions: Mapping[str, Sequence[Suggestion]],
    rows: Mapping[str, Planned],
    actor: Actor,
) -> dict[str, dict[str, str]]:
    """How records are named to the actor: by their row in the file, else by their identifier, and
    by the name that the actor may see. One of the same name as the row is named as the row is."""
    names: dict[str, dict[str, str]] = {}
    hidden: list[str] = []
    for record, found in suggestions.items():
        for one in found[:NAMED]:
            if one.other in names:
                continue
            if one.other in rows:
                row = rows[one.other]
                place = {"vi": f"dòng {row.row}", "en": f"row {row.row}"}
                names[one.other] = _with_name(place, label(row.plan.document))
                continue
            place = {"vi": f"hồ sơ {one.other}", "en": f"record {one.other}"}
            if "name_same" in one.codes:
                names[one.other] = _with_name(place, label(rows[record].plan.document))
            else:
                names[one.other] = place
                hidden.append(one.other)
    for record, name in queries.labels(actor, hidden, house.pack).items():
        names[record] = _with_name(names[record], name)
    return names


def _with_name(place: Mapping[str, str], name: Mapping[str, str]) -> dict[str, str]:
    return {"vi": f"{place['vi']} «{name['vi']}»", "en": f"{place['en']} '{name['en']}'"}


def _finding(
    one: Planned, suggestions: Sequence[Suggestion], names: Mapping[str, Mapping[str, str]]
) -> Finding:
    """What is said of the likeliest of a record's suggestions."""
    best = suggestions[0]
    others: Mapping[str, str] = names[best.other]
    if len(suggestions) > 1:
        others = _several(
            [other.other for other in suggestions if other.level == best.level], names
        )
    code = f"duplicate_{best.level}"
    return Finding(
        code,
        catalogue()[code]["level"],
        {"others": others, "why": _because(best.codes)},
        "name",
        one.sheet,
        one.row,
        value=label(one.plan.document)["vi"],
    )


def _several(others: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    told = [names[other] for other in others[:NAMED]]
    more = len(others) - len(told)
    return {
        "vi": "; ".join([name["vi"] for name in told]) + (f" và {more} nữa" if more else ""),
        "en": "; ".join([name["en"] for name in told]) + (f" and {more} more" if more else ""),
    }


@cache
def _because(codes: tuple[str, ...]) -> dict[str, str]:
    """The reasons of a suggestion in one sentence. There are a few dozen combinations of them."""
    reasons = Suggestion("", 0, codes).reasons
    return {lang: "; ".join(reason[lang] for reason in reasons) for lang in ("vi", "en")}
