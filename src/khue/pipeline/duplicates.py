"""Which records a new one may double: a hint for whoever decides, never more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from heapq import nlargest
from itertools import islice
from typing import Any, NamedTuple

from khue import linking, search
from khue.lib.chunks import chunked
from khue.lib.vietnamese import exact
from khue.linking import Entry, Named, Row, Suggestion, Told, Wanted
from khue.model.findings import Finding, catalogue, finding
from khue.model.packs import Field, Type
from khue.model.rights import Actor
from khue.pipeline.house import House
from khue.pipeline.planning import Planned
from khue.registry import drafting, queries
from khue.registry.fold import key_of, label, leaves

CHUNK = 500

MOST_KNOWN = 20_000
"""Records of the registry that one file is compared with; more of the same few names say nothing
of any of them. Bounds the memory too."""

MOST_CROWDED = 20
"""Crowded names that are told of one file, the largest; of the others, how many they are."""


class LikelyRow(NamedTuple):
    """What a row may double: how many rows of the stream come before it, its record, the others,
    the likeliest first, and what there is to say of it."""

    position: int
    record: str
    others: tuple[str, ...]
    finding: Finding


class Likely:
    """The rows that may double others, in the order of the file; may be read more than once. `told`
    is what there is to say of the file as a whole."""

    def __init__(
        self, found: linking.Found, names: Mapping[str, Mapping[str, str]], told: Sequence[Finding]
    ) -> None:
        self._found, self._names, self.told = found, names, told

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[LikelyRow]:
        for told in self._found:
            yield LikelyRow(told.position, told.record, told.others, _finding(told, self._names))


def row_of(
    type_: Type,
    document: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None,
    sheet: str,
    row: int | None,
) -> Row | None:
    """What is compared of a document that stands in a row of a file; None where its name is what it
    was `before`, or it has none. Pure."""
    if before is not None and label(before)["vi"] == label(document)["vi"]:
        return None
    entry = _entry(type_, document, sheet, row)
    # A name of signs alone has no key.
    return entry[:] if linking.name_of(entry.exact).key else None


def rows_of(type_: Type, planned: Iterable[Planned]) -> list[Row]:
    """What is compared of planned rows."""
    rows = [
        row_of(type_, one.plan.document, before=one.before, sheet=one.sheet, row=one.row)
        for one in planned
        if one.plan.outcome != "unchanged"
    ]
    return [row for row in rows if row is not None]


def find_likely(
    house: House, blocks: Iterable[Sequence[Row]], type_: Type, *, actor: Actor
) -> Likely:
    """For each row, the records of its type in the registry and in the same file that may be the
    same, as `khue.linking` compares them.

    `blocks` are the rows that `row_of` gave, in the order of the file; they are read twice. The
    registry is asked a few times for all of them, not for each.
    """
    judged = drafting.judged()
    same = [pair for pair, verdict in judged.items() if verdict == "same"]
    wanted = Wanted(blocks, {record for pair in same for record in pair})
    among = {one for pair in same if not wanted.present.isdisjoint(pair) for one in pair}
    found = linking.suggest(_known(wanted, type_, sorted(among)), blocks, judged, wanted)
    names = queries.labels(actor, sorted(found.unnamed), house.pack)
    return Likely(found, names, _crowded(found))


def _crowded(found: linking.Found) -> list[Finding]:
    crowds = nlargest(MOST_CROWDED, found.crowded.values(), key=lambda one: one[1])
    told = [finding("duplicates_crowded", value=name, n=size) for name, size in crowds]
    if more := len(found.crowded) - len(told):
        told.append(finding("duplicates_crowded_more", n=more))
    return told


def _entry(
    type_: Type, document: Mapping[str, Any], sheet: str = "", row: int | None = None
) -> Entry:
    """What is compared of a document, and where it stands in a file if it does."""
    units: set[str] = set()
    around: set[str] = set()
    for _, value in leaves(document, _places(type_)):
        units.update([candidate["code"] for candidate in value.get("candidates", ())])
        if within := value.get("within"):
            around.add(within)
    point = document.get("point")
    named = label(document)
    key = key_of(document)
    return Entry(
        document["id"],
        key,
        named["vi"],
        named["en"],
        tuple(sorted(units)),
        tuple(sorted(around - units)),
        (point["lat"], point["lon"], point.get("precision_m") or 0) if point else None,
        tuple([(one["scheme"], one["value"]) for one in document.get("identifiers", ())]),
        tuple([_fact(field_, document) for field_ in _telling(type_)]),
        *(sheet, row, linking.block_of(key)),
    )


@cache
def _places(type_: Type) -> dict[str, Field]:
    """The fields of a type that hold places, and nothing else of the statements among them."""
    found = {name: _with_places(field_) for name, field_ in type_.fields.items()}
    return {name: field_ for name, field_ in found.items() if field_ is not None}


def _with_places(field_: Field) -> Field | None:
    if field_.kind != "statement":
        return field_ if field_.kind == "place" else None
    members = [inner for member in field_.fields if (inner := _with_places(member)) is not None]
    return replace(field_, fields=tuple(members)) if members else None


@cache
def _telling(type_: Type) -> tuple[Field, ...]:
    return tuple(field_ for field_ in type_.fields.values() if field_.tells_apart)


def _fact(field_: Field, document: Mapping[str, Any]) -> tuple[str, ...]:
    """The values that a field may have by which records are told apart, none if that is not known.
    An empty one may be a value as well, that of a whole; words that were not understood are one."""
    value = document.get(field_.name)
    if not value and field_.kind != "place":
        value = [text for one in document.get("sources", ()) if (text := _stated(one, field_.name))]
    if not value:
        return ("",) if field_.tells_apart == "always" else ()
    if field_.kind == "place":
        places = value if isinstance(value, list) else [value]
        return tuple(sorted({one["code"] for each in places for one in each.get("candidates", ())}))
    return (json.dumps(_plain(value), ensure_ascii=False),)


def _stated(source: Mapping[str, Any], name: str) -> list[str]:
    cells = source.get("stated") or {}
    return [text for path, text in cells.items() if path.partition(".")[0] == name and text]


def _plain(value: Any) -> Any:
    """A value without what people write in one way or another: case, order, `~` of a date."""
    if isinstance(value, str):
        return exact(value.rstrip("?~%"))
    if isinstance(value, list):
        return sorted([_plain(one) for one in value], key=json.dumps)
    if isinstance(value, dict):
        return sorted([(name, _plain(one)) for name, one in value.items()])
    return value


def _known(wanted: Wanted, type_: Type, among: Sequence[str]) -> Iterator[Entry]:
    """The records of the registry that share a block with a row, and those `among` which some were
    judged the same."""
    near = islice(_near(wanted, type_), MOST_KNOWN)
    for chunk in (*chunked(among, CHUNK), *chunked(near, CHUNK)):
        for _, document in drafting.heads(chunk).values():
            if document is not None:
                yield _entry(type_, document)


def _near(wanted: Wanted, type_: Type) -> Iterator[str]:
    """The records of the registry of which the name may be one of the file, and the place too."""
    keys = filter(wanted.has_like, drafting.name_keys(type_.name))
    for chunk in chunked(keys, CHUNK):
        found = drafting.named((type_.name,), chunk)
        there = {record: key for key, records in found.items() for record in records}
        units = drafting.units_of(list(there))
        for record, key in there.items():
            if wanted.may_meet(key, units.get(record, ())):
                yield record


def _finding(told: Told, names: Mapping[str, Mapping[str, str]]) -> Finding:
    """What is said of the likeliest of a row's suggestions."""
    score, codes = told.verdicts[0]
    code = f"duplicate_{Suggestion(told.others[0], score, codes).level}"
    level, words = catalogue()[code]["level"], _Words(told, names)
    return Finding(code, level, words, "name", told.sheet, told.row, value=told.vi)


class _Words(Mapping[str, dict[str, str]]):
    """The others and the reasons of a suggestion in words, which are made when they are asked for:
    every row of a large file may have them, and few are read."""

    def __init__(self, told: Told, names: Mapping[str, Mapping[str, str]]) -> None:
        self._told, self._names = told, names

    def __getitem__(self, name: str) -> dict[str, str]:
        told = self._told
        if name == "why":
            return _because(told.verdicts[0][1])
        if name != "others":
            raise KeyError(name)
        each = zip(told.named, told.verdicts, strict=False)
        others = [_named(other, verdict[1], told, self._names) for other, verdict in each]
        return _several(others, told.like_best - len(others))

    def __iter__(self) -> Iterator[str]:
        return iter(("others", "why"))

    def __len__(self) -> int:
        return 2


def _named(
    other: Named, codes: Sequence[str], told: Told, names: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """How a record is named to the actor: by its row in the file, else by its identifier, and by
    the name that the actor may see. One of the same name as the row is named as the row is."""
    record, vi, en, sheet, row = other
    if row is not None:
        of = {"vi": f" trang “{sheet}”", "en": f" of sheet '{sheet}'"}
        apart = of if sheet != told.sheet else {"vi": "", "en": ""}
        return {"vi": f"dòng {row}{apart['vi']} «{vi}»", "en": f"row {row}{apart['en']} '{en}'"}
    place = {"vi": f"hồ sơ {record}", "en": f"record {record}"}
    if "name_same" in codes:
        return _with_name(place, {"vi": told.vi, "en": told.en})
    return _with_name(place, names[record]) if record in names else place


def _with_name(place: Mapping[str, str], name: Mapping[str, str]) -> dict[str, str]:
    return {"vi": f"{place['vi']} «{name['vi']}»", "en": f"{place['en']} '{name['en']}'"}


def _several(others: Sequence[Mapping[str, str]], more: int) -> dict[str, str]:
    return {
        "vi": "; ".join([one["vi"] for one in others]) + (f" và {more} nữa" if more else ""),
        "en": "; ".join([one["en"] for one in others]) + (f" and {more} more" if more else ""),
    }


@cache
def _because(codes: tuple[str, ...]) -> dict[str, str]:
    """The reasons of a suggestion in one sentence. There are a few dozen combinations of them."""
    reasons = Suggestion("", 0, codes).reasons
    return {lang: "; ".join(reason[lang] for reason in reasons) for lang in ("vi", "en")}


NEAR = 20
"""Records of a like name with which one form is compared."""


def near(house: House, document: Mapping[str, Any], *, actor: Actor) -> list[str]:
    """Records of the type of a document that `actor` finds by its name: a few, at once, however
    large the registry is."""
    query = search.Query(
        text=label(document)["vi"], type=str(document["type"]), limit=NEAR, counted=()
    )
    return [hit.id for hit in search.find(query, house.pack, actor).hits]


def likeness(
    house: House,
    type_: Type,
    document: Mapping[str, Any],
    others: Iterable[Mapping[str, Any]],
    *,
    actor: Actor,
) -> list[tuple[str, Finding]]:
    """Which of a few records a new one may double, the likeliest first, each with what there is to
    say of the likeliest. `actor` is who may be told the names of others."""
    row = row_of(type_, document, before=None, sheet="", row=None)
    if row is None:
        return []
    found = linking.suggest([_entry(type_, one) for one in others], [[row]], {}, Wanted([[row]]))
    names = queries.labels(actor, sorted(found.unnamed), house.pack)
    likely = Likely(found, names, ())
    return [(record, one.finding) for one in likely for record in one.others]
