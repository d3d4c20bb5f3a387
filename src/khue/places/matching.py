"""Matches one statement: names from the largest down, each placed under what it was stated with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from khue.places.names import Entry, Found, NameIndex, Tier, level_stated, read_name
from khue.places.statements import Part, hides_unit, is_detail

_COMMUNE = frozenset({"commune"})
_MOST_PARTS = 100  # of a statement; what more it says is not looked up but makes doubt
_SIZES = {"province": 0, "district": 1, "commune": 2}


@dataclass(frozen=True, slots=True)
class Match:
    """What one statement names.

    `entries`: all readings of the smallest names found; empty if none was. `tier`: the worst of
    all names. `lost`: names that no unit bears where they stand and that are no detail.
    `anchored`: whether the statement says enough to exclude a namesake elsewhere (its province,
    two names in agreement, or a district with its kind). `vague`: the smallest name repeats the
    one above it by another name (Huế, Thừa Thiên Huế), so it may mean something smaller that is
    gone. `several`: units are stated side by side. `shared`: all that is stated is the name of a
    province, and other units bear it too. `also`: further units, which bear a name that is all
    that is stated as another name of theirs.
    """

    entries: tuple[Entry, ...] = ()
    tier: Tier = Tier.EXACT
    lost: tuple[str, ...] = ()
    anchored: bool = False
    vague: bool = False
    several: bool = False
    shared: bool = False
    also: tuple[Entry, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nothing about the statement is in doubt but which of its readings is meant."""
        doubtful = self.vague or self.shared or self.lost or self.contested
        return self.anchored and not doubtful and self.tier is Tier.EXACT

    @property
    def contested(self) -> bool:
        """Whether sources disagree about one of the units, and none was loaded to decide."""
        return any(entry.contested for entry in self.entries)


@dataclass(slots=True, eq=False)
class _Node:
    """A name that was found, under the one above it."""

    name: str
    found: Found
    above: _Node | None
    leaf: bool = True  # nothing was found under it


@dataclass(slots=True)
class _Walk:
    """A walk from the largest name down.

    Every unit stated is either above another one or an end of its own, so that none is dropped:
    `groups` are the names found in each part, `below` those not found since the last one.
    """

    index: NameIndex
    groups: list[list[_Node]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    adrift: bool = False  # names above the first found one were not found
    vague: bool = False
    several: bool = False

    @property
    def nodes(self) -> list[_Node]:
        return [node for group in self.groups for node in group]


def match_statement(parts: tuple[Part, ...], index: NameIndex, present: bool = False) -> Match:
    """Every unit that the statement can mean, narrowed by each name it gives; where it says that
    it is `present`, without the readings as former units of names that have others."""
    walk = _Walk(index)
    for part in reversed(parts[-_MOST_PARTS:]):
        _step(walk, part)
    walk.lost += [name for part in parts[:-_MOST_PARTS] for name in part]
    if not walk.groups:
        return Match(lost=tuple(name for name in reversed(walk.below) if not is_detail(name)))
    ends = [node for node in walk.nodes if node.leaf]
    anchored = not walk.adrift and all(map(_is_anchored, ends))
    entries = _by_size(entry for node in ends for entry in _readings(node, present))
    # Under a commune an unknown name is a monument or a street, but no unit.
    in_commune = anchored and all(entry.level == "commune" for entry in entries)
    left = [name for name in walk.below if not is_detail(name)]
    walk.lost += [name for name in left if not in_commune or _says_unit(name)]
    entries = _larger_than(entries, left) if len(ends) == 1 else entries
    return Match(
        entries=entries,
        tier=max(node.found.tier for node in walk.nodes),
        lost=tuple(dict.fromkeys(reversed(walk.lost))),
        anchored=anchored,
        vague=walk.vague,
        several=walk.several or any(len(group) > 1 for group in walk.groups),
        shared=len(walk.nodes) == 1 and _is_shared(entries),
        also=() if anchored or len(walk.nodes) > 1 else index.find_aliased(ends[0].name),
    )


def _step(walk: _Walk, part: Part) -> None:
    """Goes down by one part, if any of its names is found with what was found before."""
    if not any(map(walk.index.heard, part)):
        walk.below += part
        return
    if len(part) == 1 and _repeats_last(walk, part[0]):
        return
    placed = {name: _place(walk, name, joined=len(part) > 1) for name in part}
    group = [node for nodes in placed.values() for node in nodes]
    missing = [
        name for name, nodes in placed.items() if not nodes and not _repeats(walk, name, group)
    ]
    if not group:
        walk.below += missing
        return
    # Above the first name found nothing is a detail (it might be another country), nor is
    # anything that is joined to a unit.
    passed = [name for name in walk.below if not (walk.groups and _may_stand_above(name))]
    walk.lost += [*passed, *missing]
    walk.adrift = walk.adrift or (not walk.groups and bool(passed or missing))
    walk.below, walk.vague = [], False
    walk.groups.append(group)


def _place(walk: _Walk, name: str, joined: bool) -> list[_Node]:
    """The name under the last names found, else beside them under the nearest ones above."""
    if not walk.groups:
        found = walk.index.find(name)
        return [_Node(name, found, None)] if found else []
    for group in reversed(walk.groups):
        hits = [(node, found) for node in group if (found := _find_under(walk, name, node))]
        below_last = group is walk.groups[-1]
        if not below_last and is_detail(name):
            hits = [(node, found) for node, found in hits if found.tier is Tier.EXACT]
        if hits:
            if not below_last and not joined:
                _set_apart(walk, name, hits)
            return [*_attach(name, hits), *(_beside(walk, name, hits) if below_last else ())]
    return _place_anywhere(walk, name)


def _find_under(walk: _Walk, name: str, node: _Node) -> Found | None:
    # Nothing is under a commune; a long list of them is not searched for every name again.
    return None if node.found.levels == _COMMUNE else walk.index.find(name, node.found)


def _attach(name: str, hits: list[tuple[_Node, Found]]) -> list[_Node]:
    for above, _ in hits:
        above.leaf = False
    return [_Node(name, found, above) for above, found in hits]


def _set_apart(walk: _Walk, name: str, hits: list[tuple[_Node, Found]]) -> None:
    """Says of a name that is not under the last ones found what it is: one of several units side
    by side, or a unit that is not where it is stated (communes were moved to other districts)."""
    levels = {level for _, found in hits for level in found.levels}
    last = walk.groups[-1]
    if all(levels & node.found.levels and node.found.kind_stated for node in last):
        walk.several = True
    else:
        walk.lost.append(name)


def _beside(walk: _Walk, name: str, hits: list[tuple[_Node, Found]]) -> list[_Node]:
    """The name as a district beside the last ones, where the two systems are mixed: Ba Đình,
    Hoàn Kiếm can be today's ward in part of the old district, or two districts."""
    if not all(found.tier is Tier.EXACT and _is_mixed(above, found) for above, found in hits):
        return []
    keys = {key for above, found in hits for key in (*above.found.keys, *found.keys)}
    return [
        _Node(name, found, above.above)
        for above, _ in hits
        if (found := walk.index.find_beside(name, above.found))
        and found.keys.isdisjoint(keys)
        and (above.above is None or _is_under(found, above.above.found))
    ]


def _is_mixed(above: _Node, found: Found) -> bool:
    """Whether only units of today were found under former ones."""
    if found.kind_stated or "district" not in above.found.levels:
        return False
    return all(entry.key.startswith("present:") for entry in found.entries)


def _is_under(found: Found, above: Found) -> bool:
    return any(not entry.above.isdisjoint(above.keys) for entry in found.entries)


def _place_anywhere(walk: _Walk, name: str) -> list[_Node]:
    """Another province beside the one that was found, or a unit of a stated kind where no
    province is stated: it stands for itself."""
    found = walk.index.find_province(name)
    if not found and not any("province" in node.found.levels for node in walk.nodes):
        found = walk.index.find(name)
        found = found if found and found.kind_stated and found.tier is Tier.EXACT else None
    if not found or _same(walk, name, walk.nodes):
        return []
    walk.several = True
    return [_Node(name, found, None)]


def _repeats_last(walk: _Walk, name: str) -> bool:
    """Whether a name only says again what the walk has reached (Hà Nội, Thành phố Hà Nội)."""
    if not walk.groups or any(walk.index.find(name, node.found) for node in walk.groups[-1]):
        return False
    same = _same(walk, name, walk.groups[-1])
    if same:
        said = {reading.exact for node in walk.groups[-1] for reading in read_name(node.name)}
        walk.vague = said.isdisjoint(reading.exact for reading in read_name(name))
    for node in same:
        node.found = _narrower(node.found, walk.index.find(name))
    return bool(same)


def _narrower(found: Found, again: Found | None) -> Found:
    """What a name found, or what it found when it was said again with its kind (Tỉnh Bắc Ninh, Bắc
    Ninh)."""
    return again if again and again.kind_stated and again.keys < found.keys else found


def _repeats(walk: _Walk, name: str, joined: list[_Node]) -> bool:
    """Whether a name only says again what was said before. Where others are joined to it they do
    not take its place (Hà Nội và Ba Vì, Hà Nội)."""
    same = _same(walk, name, walk.nodes)
    for node in same:
        node.leaf = node.leaf or bool(joined)
    return bool(same)


def _same(walk: _Walk, name: str, nodes: Iterable[_Node]) -> list[_Node]:
    """The nodes that the name exactly is, too."""
    again = walk.index.find(name)
    if again is None or again.tier is not Tier.EXACT:
        return []
    return [node for node in nodes if not again.keys.isdisjoint(node.found.keys)]


def _says_unit(name: str) -> bool:
    return level_stated(name) is not None or hides_unit(name)


def _may_stand_above(name: str) -> bool:
    """Whether a name that was not found may stand between a unit and the one above it. A number
    there is one more of several (Phường 1, 2, Quận 4)."""
    return is_detail(name) and not name.isdecimal()


def _larger_than(entries: tuple[Entry, ...], below: list[str]) -> tuple[Entry, ...]:
    """Without the entries that are too small for a unit of a stated kind that was not found below
    them, if something larger is left (Xã Không Tồn Tại, Phúc Thọ: the district, not a commune of
    that name)."""
    sizes = [_SIZES[level] for name in below if (level := level_stated(name))]
    if not sizes:
        return entries
    return tuple(entry for entry in entries if _SIZES[entry.level] < max(sizes)) or entries


def _is_shared(entries: tuple[Entry, ...]) -> bool:
    levels = {entry.level for entry in entries}
    return "province" in levels and len(levels) > 1


def _is_anchored(end: _Node) -> bool:
    """Kind and name of a commune alone do not anchor it: namesakes that were merged away before
    2025 are not in the source."""
    exact: list[_Node] = []
    node: _Node | None = end
    while node:
        exact += [node] if node.found.tier is Tier.EXACT else []
        node = node.above
    levels = {level for node in exact for level in node.found.levels}
    return (
        "province" in levels
        or len(exact) > 1
        or any(node.found.kind_stated and "commune" not in node.found.levels for node in exact)
    )


def _readings(end: _Node, present: bool) -> tuple[Entry, ...]:
    today = tuple(entry for entry in end.found.entries if entry.key.startswith("present:"))
    return (today if present else ()) or end.found.entries


def _by_size(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Every entry once, provinces first, so that reasons name the likeliest."""
    once = {entry.key: entry for entry in entries}
    return tuple(sorted(once.values(), key=lambda entry: entry.level != "province"))
