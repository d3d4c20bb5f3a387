"""Figures of one indicator against each other: in one period, and from one period to the next."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from khue.measures.figures import FORMS_OF_TELLING, PERCENT, Observation
from khue.measures.findings import (
    LANGUAGES,
    MOST_DECIMALS,
    Finding,
    finding,
    in_unit_of,
    joined,
    measured_as,
    piece,
    round_half_up,
    shown,
    shown_alike,
    shown_period,
    unit_names,
    value_at,
    value_told,
)
from khue.measures.periods import length_of, years_between
from khue.measures.territory import Reform

MOST_GROWTH = 2
"""How many times as large, or as small, a figure may become in a year before it is called a jump.
Shorter times count as a year. A rule of ours: the articles' revenue grew tenfold in fifteen."""

LONGEST = 100.0
"""Years; what is no jump over these is none over more."""

LEAST_JUMP = 10
"""Differences of fewer things, or points of a percentage, are no jump: two centres after one."""

REGISTER = "register"
"""The method of a figure that was counted from a list."""


def check_series(
    figures: Sequence[Observation], reforms: Mapping[str, Reform]
) -> Iterator[Finding]:
    """What figures of one indicator, place, subject and part say of each other. `reforms` are the
    changes of territory by place."""
    groups = list(_groups(figures, lambda one: _series_at(one.place, one)))
    by_series = {_series_at(group[0].place, group[0]): group for group in groups}
    for group in groups:
        now = by_series.get(_series_at(group[0].present, group[0]))
        if group[0].present and now:
            yield from _across(group, now, reforms)
        yield from _units_differ(group)
        for counted in _groups(group, lambda one: (one.measure, one.counted_by)):
            yield from _scopes_differ(counted)
            yield from _told_differently(counted)
            told: set[tuple[str, tuple[str, ...]]] = set()
            for alike in _by_scope(counted):
                for one in (*_certainty_differs(alike), *_changes(alike, reforms)):
                    if (one.code, one.observations) not in told:
                        told.add((one.code, one.observations))
                        yield one


def _series_at(place: str, one: Observation) -> tuple[object, ...]:
    """What figures at a place share with one figure, if they are of one series."""
    return one.known_as, place, one.subject, one.parts


def _by_scope(group: Sequence[Observation]) -> Iterator[list[Observation]]:
    """The figures of each scope, with those that state none: these may be of any."""
    scopes = sorted({one.scope for one in group if one.scope}) or [""]
    for scope in scopes:
        yield [one for one in group if one.scope in ("", scope)]


def _comparable(one: Observation, other: Observation) -> bool:
    """Whether two figures can be of one scope. Two that are stated must be the same; one that is
    not stated may be, unless the figures are of one time, or of none, or too far apart."""
    if one.scope == other.scope:
        return True
    if one.scope and other.scope:
        return False
    before, after = sorted((one, other), key=_by_time)
    return _follows(before, after) and not (before.span == after.span and _is_jump(before, after))


def _follows(before: Observation, after: Observation) -> bool:
    """Whether the period of one figure is over when that of the other begins."""
    return before.last is not None and after.first is not None and before.last < after.first


def _groups(
    figures: Iterable[Observation], key: Callable[[Observation], object]
) -> Iterator[list[Observation]]:
    """Figures with values that share a key, by period and then by identifier."""
    found: dict[object, list[Observation]] = defaultdict(list)
    for one in figures:
        if one.value is not None:
            found[key(one)].append(one)
    for group in found.values():
        yield sorted(group, key=_by_time)


def _units_differ(group: Sequence[Observation]) -> Iterator[Finding]:
    """Figures in different units, unless every one says how it was counted."""
    unsaid = [one for one in group if not one.counted_by]
    if len({one.measure for one in unsaid}) > 1:
        arithmetic = joined(map(value_at, unsaid))
        yield finding("mixed_units", unsaid[-1], unsaid, arithmetic, units=unit_names(unsaid))


def _scopes_differ(group: Sequence[Observation]) -> Iterator[Finding]:
    """Figures with different values that cannot be of one scope."""
    apart = {
        one
        for pair in combinations(group, 2)
        if not _comparable(*pair) and not _overlap(*pair)
        for one in pair
    }
    if apart:
        ordered = sorted(apart, key=_by_time)
        values = joined(map(value_at, ordered))
        scopes = joined(map(_scoped, ordered))
        yield finding("not_comparable", ordered[-1], ordered, scopes, values=values)


def _scoped(one: Observation) -> dict[str, str]:
    if not one.scope:
        return piece("piece.scope_unknown", value=value_at(one))
    return piece("piece.scope", value=value_at(one), scope=one.scope)


def _told_differently(group: Sequence[Observation]) -> Iterator[Finding]:
    """Figures of one period that cannot all be true."""
    for told in _groups((one for one in group if one.last), lambda one: (one.first, one.last)):
        apart = {
            one
            for pair in combinations(told, 2)
            if _same_nature(*pair) and _comparable(*pair) and not _overlap(*pair)
            for one in pair
        }
        if apart:
            ordered = sorted(apart, key=_by_time)
            values = joined(map(value_told, ordered))
            # The source is part of what is told; the values alone are the arithmetic.
            numbers = joined(shown_alike(ordered), " ≠ ")
            yield finding("told_differently", ordered[0], ordered, numbers, values=values)


def _certainty_differs(group: Sequence[Observation]) -> Iterator[Finding]:
    """One number told flatly and told with less certainty: 1,793 and nearly 1,793. What goes on
    over a period is another number in the next one, though it may be as large."""
    for told in _groups(group, lambda one: (one.base, "" if one.is_stock else one.period)):
        if len({one.precision for one in told}) > 1:
            values = joined(map(value_at, told))
            yield finding(
                "certainty_differs",
                told[-1],
                told,
                values,
                value=shown(told[0].amount),
                values=values,
            )


def _changes(group: Sequence[Observation], reforms: Mapping[str, Reform]) -> Iterator[Finding]:
    """From one period to the next: a change of the list, of the method, or a jump."""
    for before, after in _pairs(_steps(group)):
        reform = reforms.get(after.place)
        if code := _kind_of_change(before, after, reform):
            yield _change(code, before, after, _told_again(after, group), reform)


def _across(
    former: Sequence[Observation], now: Sequence[Observation], reforms: Mapping[str, Reform]
) -> Iterator[Finding]:
    """A jump from a former unit to the present one to which it leads, of what was counted alike.
    Of two former units of that nothing is said: each was only a part of it."""
    for before, after in _pairs([*_steps(former), *_steps(now)]):
        alike = (before.measure, before.counted_by) == (after.measure, after.counted_by)
        reform = reforms.get(after.place)
        if before.place == after.place or not alike:
            continue
        if _kind_of_change(before, after, reform) == "jump_reform":
            yield _change("jump_reform", before, after, _told_again(after, now), reform)


def _steps(group: Sequence[Observation]) -> list[Observation]:
    """A figure for each period of which all figures agree, without plans."""
    periods = _groups(_dated(group), lambda one: (one.first, one.last))
    return [told[0] for told in periods if _agree(told)]


def _dated(group: Iterable[Observation]) -> list[Observation]:
    return [one for one in group if one.first and one.last and one.status != "plan"]


def _told_again(after: Observation, group: Iterable[Observation]) -> list[Observation]:
    """The figures of a group that tell a value from its time on."""
    return [
        one
        for one in _dated(group)
        if one.value == after.value and _by_time(one) >= _by_time(after)
    ]


def _pairs(steps: Iterable[Observation]) -> list[tuple[Observation, Observation]]:
    """Each figure with the next, and with the next of a period as long, which others of shorter or
    longer ones may stand before."""
    ordered = sorted(steps, key=_by_time)
    lengths = _groups(ordered, lambda one: length_of(one.period))
    alike = [pair for group in lengths for pair in pairwise(group)]
    return list(dict.fromkeys((*pairwise(ordered), *alike)))


def _kind_of_change(before: Observation, after: Observation, reform: Reform | None) -> str:
    """The code of what there is to say of a change; empty for growth like any other. What went on
    for a month is not set against what went on for a year; a list that was counted stands at a
    moment."""
    if not _follows(before, after) or _overlap(before, after) or not _comparable(before, after):
        return ""
    as_long = before.span == after.span
    if as_long and _is_jump(before, after):
        if reform and before.last and after.first and before.last < reform.day <= after.first:
            return "jump_reform"
        return "method_changed" if _methods_differ(before, after) else "jump"
    by_list = after.method == REGISTER != before.method
    if by_list or (as_long and after.basis and after.basis != before.basis):
        return "list_changed"
    return "method_changed" if as_long and _methods_differ(before, after) else ""


def _change(
    code: str,
    before: Observation,
    after: Observation,
    same: Sequence[Observation],
    reform: Reform | None,
) -> Finding:
    old, new = before.base, after.base
    earlier = in_unit_of(before, after)
    change = after.amount - earlier.amount
    sign = "+" if change > 0 else ""
    shown_change = {lang: sign + text for lang, text in shown(change).items()}
    if before.unit != after.unit:
        shown_change = measured_as(after, shown_change)
    minuend, subtrahend = shown_alike([after, earlier], before.unit != after.unit)
    arithmetic = {
        lang: f"{minuend[lang]} − {subtrahend[lang]} = {shown_change[lang]}"
        + (f" ({sign}{shown(change / earlier.amount * 100, 1)[lang]}%)" if old else "")
        for lang in LANGUAGES
    }
    cited = {"vi": after.source, "en": after.source} if after.source else piece("piece.list")
    return finding(
        code,
        after,
        [before, *same],
        arithmetic,
        before=value_at(before),
        after=value_at(after),
        change=shown_change,
        factor=_times(new / old) if old else "",
        basis=cited,
        reform=shown_period(reform.day.isoformat()) if reform else "",
        units=reform.names if reform else "",
    )


def _times(factor: Fraction) -> dict[str, str]:
    """How many times as much, with one decimal; a thousandth with as many as it needs."""
    decimals = 1
    while factor and not round_half_up(factor, decimals) and decimals < MOST_DECIMALS:
        decimals += 1
    return shown(factor, decimals)


def _is_jump(before: Observation, after: Observation) -> bool:
    old, new = before.base, after.base
    if old <= 0 or new <= 0 or not before.last or not after.last:
        return False
    if (after.is_count or after.unit == PERCENT) and abs(new - old) < LEAST_JUMP:
        return False
    # A power with a fraction: floats are exact enough to tell what is unusual.
    years = min(max(1, float(years_between(before.last, after.last))), LONGEST)
    most = Fraction(math.pow(MOST_GROWTH, years))
    return not 1 / most <= new / old <= most


def _methods_differ(one: Observation, other: Observation) -> bool:
    """Whether two figures were counted by different methods; where a figure was told (a speech, the
    press) is not how it was counted."""
    return one.method != other.method and not {one.method, other.method} & FORMS_OF_TELLING


def _agree(told: Sequence[Observation]) -> bool:
    """Whether the figures of a period are compatible; contradicting ones are no step."""
    return all(_overlap(*pair) for pair in combinations(told, 2))


def _overlap(one: Observation, other: Observation) -> bool:
    """Whether both figures can be true at once."""
    (low, high), (least, most) = one.bounds, other.bounds
    return (low is None or most is None or low <= most) and (
        least is None or high is None or least <= high
    )


def _same_nature(one: Observation, other: Observation) -> bool:
    """Whether two figures are both actual, estimated or planned; what a source does not say may be
    anything but a plan."""
    kinds = {one.status, other.status}
    return len(kinds) == 1 or ("" in kinds and "plan" not in kinds)


def _by_time(one: Observation) -> tuple[object, ...]:
    # Figures without a period come first, in the order of their identifiers.
    return one.last or (0, 0, 0), one.first or (0, 0, 0), one.id
