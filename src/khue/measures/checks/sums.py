"""Totals against their parts, and figures against the indicator that contains them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from khue.measures.figures import (
    PERCENT,
    RATIO,
    Breakdowns,
    IndicatorInfo,
    Observation,
    Text,
)
from khue.measures.findings import (
    LANGUAGES,
    Finding,
    dimension_name,
    finding,
    joined,
    name_of,
    shown,
    shown_alike,
    shown_value,
    unit_names,
)
from khue.measures.periods import ends_of

NEAR = Fraction(1, 10)
"""Where no indicator file says that parts add up, parts that lack more than this of the total are
taken to be some of its parts only (ours: a slip is small, a part left out is large)."""

BY_REFERENCE = "part_of"


class Sum(NamedTuple):
    """A total and the figures that are its parts by one dimension."""

    total: Observation
    dimension: str
    parts: tuple[Observation, ...]
    complete: bool


def check_sums(
    figures: Sequence[Observation], infos: Mapping[str, IndicatorInfo]
) -> Iterator[Finding]:
    """Parts that exceed their total, fall short of it, confirm it, or are counted otherwise."""
    recounting = [
        one for one in figures if one.indicator in infos and infos[one.indicator].recounts
    ]
    for one, totals in _told_once(find_sums(figures, infos)):
        if len({part.measure for part in (one.total, *one.parts)}) > 1:
            yield _mixed(one, totals, _recounted(one, recounting, infos), infos)
        else:
            yield from _compare(one, totals)


def _told_once(found: Iterable[Sum]) -> list[tuple[Sum, list[Observation]]]:
    """Each sum once, with all figures that tell its total: a file may repeat a row."""
    same: dict[object, list[Sum]] = defaultdict(list)
    for one in found:
        total = one.total
        same[one._replace(total=replace(total, id="", source="", stated="", quote=""))].append(one)
    return [(told[0], [one.total for one in told]) for told in same.values()]


def check_within(
    figures: Sequence[Observation], infos: Mapping[str, IndicatorInfo]
) -> Iterator[Finding]:
    """Figures that exceed those of the indicator that contains theirs, at one place and time."""
    wholes = defaultdict(list)
    for one in figures:
        wholes[one.indicator, *_where(one), one.breakdowns].append(one)
    for one in figures:
        info = infos.get(one.indicator)
        if info is None or not info.within:
            continue
        least = one.bounds[0]
        for whole in wholes.get((info.within, *_where(one), one.breakdowns), ()):
            most = whole.bounds[1]
            comparable = whole.measure == one.measure and whole.scope == one.scope
            if comparable and least is not None and most is not None and least > most:
                yield finding(
                    "exceeds_whole",
                    one,
                    [whole],
                    _line([one], ">", whole),
                    part=shown_value(one),
                    total=shown_value(whole),
                    whole=name_of(whole),
                )


def find_sums(figures: Sequence[Observation], infos: Mapping[str, IndicatorInfo]) -> Iterator[Sum]:
    """Every total with its parts: by the reference `part_of`, and by one more breakdown than the
    total has, for the same indicator, place, subject and period."""
    by_id = {one.id: one for one in figures if one.value is not None}
    referred: dict[str, list[Observation]] = defaultdict(list)
    grouped: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for one in by_id.values():
        if one.part_of in by_id:
            if one.is_stock and ends_of(one.period) != ends_of(by_id[one.part_of].period):
                continue  # what there is in January is no part of what there is in a year
            referred[one.part_of].append(one)
        elif one.unit not in (PERCENT, RATIO) or _adds_up(infos.get(one.indicator)):
            grouped[one.known_as, *_where(one)].append(one)
    for whole, parts in sorted(referred.items()):
        yield Sum(by_id[whole], BY_REFERENCE, tuple(sorted(parts, key=lambda part: part.id)), True)
    for group in grouped.values():
        info = infos.get(group[0].indicator)
        for total in group:
            yield from _broken_down(total, group, info)


def _adds_up(info: IndicatorInfo | None) -> bool:
    """Whether an indicator's file says that parts add up, as shares of one whole do."""
    return info is not None and bool(info.sums)


def _broken_down(
    total: Observation, group: Iterable[Observation], info: IndicatorInfo | None
) -> Iterator[Sum]:
    """The parts of one total, by each dimension that can add up."""
    if total.counted_by:
        return
    found: dict[str, dict[str, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for one in group:
        more = _one_more(total.parts, one.parts)
        alike = _compatible(total.status, one.status) and total.scope == one.scope
        if more and alike and (info is None or more[0] in info.sums):
            found[more[0]][more[1]].append(one)
    for dimension, parts in sorted(found.items()):
        told = _own(total, parts)
        if len(told) > 1 and not any(map(_contradict, told.values())):
            kept = sorted((one for each in told.values() for one in each), key=lambda part: part.id)
            yield Sum(total, dimension, tuple(kept), info is not None)


def _own(
    total: Observation, parts: Mapping[str, list[Observation]]
) -> Mapping[str, list[Observation]]:
    """The parts that the source of the total tells; where it tells none or one, those of all."""
    own = {
        part: same
        for part, told in parts.items()
        if (same := [one for one in told if one.source == total.source])
    }
    return own if len(own) > 1 else parts


def _contradict(told: Sequence[Observation]) -> bool:
    """Whether one part has several values that were counted alike: that is told by itself."""
    counted = defaultdict(set)
    for one in told:
        counted[one.measure, one.counted_by].add((one.bounds, one.precision))
    return any(len(values) > 1 for values in counted.values())


def _one_more(whole: Breakdowns, part: Breakdowns) -> tuple[str, str] | None:
    """The one breakdown that a part has more than its whole; None if it differs otherwise."""
    more = set(part) - set(whole)
    if len(part) != len(whole) + 1 or len(more) != 1:
        return None
    return more.pop()


def _compare(one: Sum, totals: Sequence[Observation]) -> Iterator[Finding]:
    parts = _distinct(one.parts)
    low, high = _total_of(parts)
    least, most = one.total.bounds
    told = [*totals, *parts]
    flat = all(part.precision == "exact" for part in (one.total, *parts))
    said = {
        "dimension": dimension_name(one.dimension),
        "sum": shown(sum(part.base for part in parts) / one.total.factor),
        "total": shown_value(one.total),
    }
    if most is not None and low is not None and low > most:
        yield finding("parts_exceed", one.total, told, _line(parts, ">", one.total), **said)
    elif least is not None and high is not None and high < least:
        if len(parts) > 1 and (one.complete or least - high <= NEAR * least):
            yield finding("parts_short", one.total, told, _line(parts, "<", one.total), **said)
    elif flat and len(parts) > 1 and sum(part.base for part in parts) == one.total.base:
        yield finding("parts_confirmed", one.total, told, _line(parts, "=", one.total), **said)


def _recounted(
    one: Sum, figures: Iterable[Observation], infos: Mapping[str, IndicatorInfo]
) -> tuple[Observation, ...]:
    """The same parts as indicators have them that count their things in another unit."""
    total = one.total
    return tuple(
        other
        for other in figures
        if other.value is not None
        and infos[other.indicator].recounts == total.indicator
        and _where(other) == _where(total)
        and (more := _one_more(total.parts, other.parts))
        and more[0] == one.dimension
        and _compatible(total.status, other.status)
    )


def _mixed(
    one: Sum,
    totals: Sequence[Observation],
    recounted: tuple[Observation, ...],
    infos: Mapping[str, IndicatorInfo],
) -> Finding:
    """Parts that are counted in other units than the total: each way of adding them up is shown,
    with what it leaves for the parts that are told only roughly."""
    parts = (*one.parts, *recounted)
    units = unit_names((one.total, *parts))
    info = infos.get(one.total.indicator) or IndicatorInfo(one.total.indicator)
    lines: list[Text] = []
    for way in _ways(parts, info):
        flat = [part for part in way if part.precision == "exact"]
        rest = one.total.amount - sum(part.amount for part in flat)
        terms = joined((shown_value(part) for part in flat), " + ")
        total, left = shown_value(one.total), shown(rest)
        line = {lang: f"{total[lang]} − ({terms[lang]}) = {left[lang]}" for lang in LANGUAGES}
        lines += [] if line in lines else [line]
    return finding("mixed_units", one.total, [*totals, *parts], joined(lines), units=units)


def _ways(parts: Sequence[Observation], info: IndicatorInfo) -> list[list[Observation]]:
    """Each way of counting, with the parts that are told in it; a part that is told in one way
    only belongs to all."""
    counted: dict[Breakdowns, list[Observation]] = defaultdict(list)
    for part in parts:
        counted[tuple((name, info.part(name, held)) for name, held in part.parts)].append(part)
    ways = sorted({part.unit for told in counted.values() if len(told) > 1 for part in told})
    if not ways:
        return [list(parts)]
    return [
        [next((one for one in told if one.unit == way), told[0]) for told in counted.values()]
        for way in ways
    ]


def _distinct(parts: Iterable[Observation]) -> list[Observation]:
    """One figure of each part: two sources may tell the same."""
    kept: dict[object, Observation] = {}
    for part in parts:
        kept.setdefault((part.parts, part.place, part.id if part.part_of else ""), part)
    return list(kept.values())


def _total_of(parts: Sequence[Observation]) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest sum that the parts can mean."""
    bounds = [part.bounds for part in parts]
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    return (
        None if None in lows else sum((one for one in lows if one is not None), Fraction(0)),
        None if None in highs else sum((one for one in highs if one is not None), Fraction(0)),
    )


def _line(parts: Sequence[Observation], relation: str, total: Observation) -> dict[str, str]:
    *each, whole = shown_alike([*parts, total])
    terms = joined(each, " + ")
    return {lang: f"{terms[lang]} {relation} {whole[lang]}" for lang in LANGUAGES}


def _where(one: Observation) -> tuple[str, str, object]:
    return one.place, one.subject, (one.first, one.last)


def _compatible(status: str, other: str) -> bool:
    """Whether two figures can be of one nature; what no source says fits all but a plan."""
    return status == other or ("" in (status, other) and "plan" not in (status, other))
