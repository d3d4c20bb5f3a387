"""The charts of an indicator: over time beside its targets, and by the parts of a breakdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

from khue.charts import (
    MOST_BARS,
    Bar,
    Bars,
    Figure,
    Frame,
    Line,
    Lines,
    Panel,
    Panels,
    Role,
    Rule,
    status_of,
)
from khue.lib.numbers import PERCENT_SIGN, measured
from khue.lib.vietnamese import sort_key
from khue.measures.breaks import breaks_of
from khue.measures.figures import PERCENT, Observation, Target, Text, factor_of, measure_of
from khue.measures.findings import shown, shown_period
from khue.measures.indicators import Indicator
from khue.measures.periods import ends_of
from khue.measures.trajectories import Trajectory
from khue.measures.values import ValueView
from khue.pipeline import Figures
from khue.web.portal.present.chart import figure_of, subject_of, with_sign
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import place_of, unit_of
from khue.web.portal.present.told import (
    UNITS,
    Told,
    dimension_label,
    is_share,
    newest,
    place_label,
    told_observation,
    told_value,
)
from khue.web.portal.words import choose

if TYPE_CHECKING:
    from khue.web.portal.measured import About

MOST_SOURCES = 2
"""Sources that are named below a chart; the others are counted. The table names all."""
YEARS_AHEAD = 10
"""How far beyond the last figure the axis goes for a target: a line that runs on for decades leaves
no room for what has been."""
LEAST_POINTS = 2
"""Fewer periods are no development."""
MOST_LINES = 4
"""More lines in one chart cannot be told apart."""
MOST_PANELS = 24
ROLES: tuple[Role, ...] = ("cham", "nghe", "man", "da")
"""Colours of places; what Khuê computed has another."""

Standing = tuple[Target, Trajectory, str]
"""A target, how it stands, and the name of its policy."""


def stands_of(about: About, figures: Figures, reader: Reader) -> dict[str, Standing]:
    """The targets of an indicator by their identifiers."""
    stands = {}
    for target in about.targets:
        policy = str(figures.documents[target.id].get("policy") or "")
        label = (reader.context.label_of(policy) if policy else None) or {}
        stands[target.id] = (target, figures.trajectories[target.id], choose(label, reader.lang))
    return stands


def over_time(
    about: About,
    place: str,
    figures: Iterable[Observation],
    past: Sequence[ValueView],
    stands: Mapping[str, Standing],
    reader: Reader,
) -> Lines | Panels | None:
    """An indicator over time: reported figures of each place, and what Khuê computed, in one unit
    of the measure that most have; None of fewer than two periods. `stands` are its targets. Many
    places stand in small charts side by side."""
    one = about.indicator
    whole = [each for each in figures if _is_drawn(each)]
    unit = Counter(each.unit for each in whole).most_common(1)[0][0] if whole else one.unit
    if past and measure_of(unit) == measure_of(one.unit):
        unit = one.unit
    reported: dict[str, list[Observation]] = {}
    for each in whole:
        if each.measure == measure_of(unit):
            reported.setdefault(each.place, []).append(each)
    apart = breaks_of(about.findings, whole)
    several = len(reported) > 1
    lines = {
        where: _reported(one, some, unit, several, role, apart, reader)
        for (where, some), role in zip(reported.items(), cycle(ROLES), strict=False)
    }
    own = _computed(one, past, reader) if unit == one.unit else None
    every = [*lines.values(), *([own] if own else [])]
    points = [point for line in every for point in line.figures]
    if len({(point.first, point.last) for point in points}) < LEAST_POINTS:
        return None
    frame = Frame(
        title=_title(one, reported, own, place, reader),
        subtitle=_subtitle(one, unit, place, reader),
        source=_sources(points, reader),
        lang=reader.lang,
        unit=PERCENT_SIGN if is_share(one) else "",
    )
    last = max(point.last for point in points).year
    rules: dict[str, list[Rule]] = {}
    for target, way, policy in stands.values():
        if way.value is not None and measure_of(target.unit) == measure_of(unit):
            rule = rule_of(target, way, policy, last, reader, unit)
            rules.setdefault(target.place, []).append(rule)
    if len(every) > MOST_LINES:
        title = reader.say("compare.plain", name=choose(one.name, reader.lang), count=len(reported))
        return _side_by_side(replace(frame, title=title), lines, own, rules, reader)
    drawn = [rule for where in {place, *reported} for rule in rules.get(where, ())]
    return Lines(frame, tuple(every), tuple(sorted(drawn, key=lambda rule: rule.label)))


def _side_by_side(
    frame: Frame,
    lines: Mapping[str, Line],
    own: Line | None,
    rules: Mapping[str, Sequence[Rule]],
    reader: Reader,
) -> Panels:
    """More lines than can be told apart, each in a small chart of its own; those with most figures
    first, and of very many only these."""
    panels = [
        Panel(line.name, line.figures, rules=tuple(rules.get(where, ())))
        for where, line in lines.items()
    ]
    panels.sort(key=lambda one: (-len(one.figures), sort_key(one.label)))
    if own:
        panels.append(Panel(own.name, own.figures, subject=False))
    if len(panels) > MOST_PANELS:
        said = reader.say("indicator.some_places", shown=MOST_PANELS, count=len(panels))
        frame = replace(frame, subtitle=f"{frame.subtitle}; {said}")
    return Panels(frame, reader.say("indicator.place"), tuple(panels[:MOST_PANELS]))


def by_part(about: About, place: str, by: str, rows: Sequence[Told], reader: Reader) -> Bars | None:
    """The parts of a breakdown as bars; None where there is nothing to compare."""
    told = [each for each in rows if each.exact is not None]
    if len(told) < LEAST_POINTS or not any(each.exact for each in told):
        return None
    one = about.indicator
    unknown = [each for each in told if each.part == reader.say("indicator.unknown")]
    named = [each for each in told if each not in unknown and each.exact] or told
    most = max(named, key=lambda each: each.exact or 0)
    where = place or (most.place_code if most.way == "reported" else "")
    first = [each.part for each in named if each.exact == most.exact]
    said = {"part": ", ".join(first), "value": measured(most.value, most.unit)}
    title = reader.say("indicator.most", **said)
    if len(first) > 1:
        title = reader.say("indicator.most_alike", **said)
    # What nobody knows is no part that has most; where it is more than any, the title says so.
    for each in unknown:
        if most is not each and (each.exact or 0) >= (most.exact or 0):
            title = reader.say("indicator.most_known", most=title, value=each.number)
    bars = tuple(
        Bar(
            label=each.part,
            value=each.exact or 0,
            told=with_sign(each),
            subject=each not in unknown,
            status=status_of(each.status_code),
            period=each.period,
            source=each.source,
            note=each.note,
            href=each.href,
            about=subject_of(each, one, reader),
        )
        for each in told[:MOST_BARS]
    )
    frame = Frame(
        title=title,
        subtitle=f"{_subtitle(one, one.unit, where, reader)}; {most.period}",
        source=_sources(bars, reader),
        lang=reader.lang,
        unit=PERCENT_SIGN if is_share(one) else "",
    )
    return Bars(frame, dimension_label(by, reader), bars)


def _is_drawn(one: Observation) -> bool:
    whole = not one.breakdowns and not one.subject and not one.scope
    return whole and one.value is not None and one.first is not None and one.last is not None


def _reported(
    one: Indicator,
    some: Sequence[Observation],
    unit: str,
    several: bool,
    role: Role,
    apart: Mapping[str, Text],
    reader: Reader,
) -> Line:
    name = place_of(some[0], reader) if several else ""
    reported, follows = reader.say("indicator.reported"), reader.say("indicator.line.follows")
    name = name or (follows if all(each.terms for each in some) else reported)
    figures = (
        replace(figure, broken=choose(apart.get(each.id), reader.lang))
        for each in some
        if (figure := figure_of(each, one, reader, unit))
    )
    return Line(name, tuple(figures), role)


def _computed(one: Indicator, past: Sequence[ValueView], reader: Reader) -> Line | None:
    """What Khuê computed, the last value of each day."""
    daily = {each.period: each for each in past if each.value is not None}
    found = []
    for period, value in daily.items():
        first, last = ends_of(period)
        if first and last:
            told = told_value(value, one, reader)
            point = Figure(
                value=value.value or 0,
                told=with_sign(told),
                period=told.period,
                first=first,
                last=last,
                status=status_of(value.status),
                source=told.source,
                href=told.href,
                about=subject_of(told, one, reader),
            )
            found.append(point)
    counted, derived = reader.say("indicator.line.computed"), reader.say("indicator.line.derived")
    name = derived if one.formula else counted
    return Line(name, tuple(found), role="ngoc") if found else None


def _title(
    one: Indicator,
    reported: Mapping[str, Sequence[Observation]],
    own: Line | None,
    place: str,
    reader: Reader,
) -> str:
    """What a chart over time shows: the newest figures of the place with most, and the oldest
    against which they stand, of periods as long; alone where there are none. The place is named
    where the page is not about it."""
    some = max(reported.values(), key=_periods, default=[])
    where = "" if place or not some else place_of(some[0], reader)
    if _periods(some) >= LEAST_POINTS:
        said = _change(some, one, reader)
        return f"{where}: {said}" if where else said
    if len(reported) > 1:
        name = choose(one.name, reader.lang)
        return reader.say("compare.plain", name=name, count=len(reported))
    points = own.figures if own else ()
    if some:
        said = reader.say(
            "indicator.beside",
            counted=_of_unit(points[-1]),
            reported=_both(newest(some), one, reader, with_unit=True),
        )
        return f"{where}: {said}" if where else said
    return reader.say(
        "indicator.change",
        new=_of_unit(points[-1]),
        when=points[-1].period,
        old=points[0].told,
        before=points[0].period,
    )


def _change(some: Sequence[Observation], one: Indicator, reader: Reader) -> str:
    """The newest figures of a place against its oldest: neither a month against a year, nor what
    happened against a plan. Of a year and its last month, which end together, the year counts."""
    ending = newest(some)
    longest = max((each.span or 0 for each in ending), default=0)
    last = [each for each in ending if (each.span or 0) == longest]
    planned = last[0].status == "plan"
    alike = [
        each for each in some if each.span == last[0].span and (each.status == "plan") == planned
    ]
    said = {
        "new": _both(last, one, reader, with_unit=True),
        "when": choose(shown_period(last[0].period), reader.lang),
    }
    if _periods(alike) < LEAST_POINTS:
        return reader.say("indicator.newest", **said)
    first = [each for each in alike if each.last == alike[0].last]
    return reader.say(
        "indicator.change",
        old=_both(first, one, reader, with_unit=first[0].unit != last[0].unit),
        before=choose(shown_period(first[0].period), reader.lang),
        **said,
    )


def _periods(some: Sequence[Observation]) -> int:
    return len({each.last for each in some})


def _of_unit(point: Figure) -> str:
    unit = point.about.unit
    return point.told if unit == PERCENT_SIGN else measured(point.told, unit)


def _both(
    some: Iterable[Observation], one: Indicator, reader: Reader, with_unit: bool = False
) -> str:
    """The figures of one period, each as it is told; the unit once, where it is wanted."""
    told = [told_observation(each, one, reader) for each in some]
    if len({each.unit_code for each in told}) > 1:
        return reader.say("indicator.or").join(dict.fromkeys(each.number for each in told))
    said = reader.say("indicator.or").join(dict.fromkeys(with_sign(each) for each in told))
    unit = max(told, key=lambda each: each.exact or 0).unit
    return measured(said, unit) if with_unit and unit != PERCENT_SIGN else said


def _subtitle(one: Indicator, unit: str, place: str, reader: Reader) -> str:
    words = [choose(one.name, reader.lang), place_label(place, reader) if place else ""]
    label = reader.concept_label(UNITS, unit)
    return f"{', '.join(word for word in words if word)} ({label})"


def _sources(points: Iterable[Any], reader: Reader) -> str:
    named = list(dict.fromkeys(point.source for point in points if point.source))
    shown_ones = "; ".join(named[:MOST_SOURCES])
    more = len(named) - MOST_SOURCES
    said = reader.say("indicator.sources_line", names=shown_ones)
    return said + (reader.say("indicator.sources_more", count=more) if more > 0 else "")


def rule_of(
    target: Target, way: Trajectory, policy: str, last: int, reader: Reader, unit: str = ""
) -> Rule:
    """A target beside figures in a unit, by default its own, until the year `last`: one that is due
    much later has its year in words and not on the axis."""
    unit = unit or target.unit
    value = way.value if way.value is not None else target.level
    told = shown(value)[reader.lang]
    if target.unit == PERCENT:
        told = measured(told, PERCENT_SIGN)
    elif target.unit != unit:
        told = measured(told, unit_of(value, target.unit, reader))
    due = choose(shown_period(target.due), reader.lang) if target.due else ""
    if due and policy:
        label = reader.say("indicator.rule", value=told, due=due, policy=policy)
    else:
        label = policy or due or choose(target.name, reader.lang)
    ends = ends_of(target.due)[1] if target.due else None
    near = ends if ends and ends.year <= last + YEARS_AHEAD else None
    drawn = value * factor_of(target.unit) / factor_of(unit)
    return Rule(value=float(drawn), label=label, told=told, due=near)
