"""The charts of the progress report: targets side by side, and an indicator over time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from khue.charts import (
    Bullet,
    Bullets,
    Chart,
    Figure,
    Frame,
    Line,
    Lines,
    Rule,
    Subject,
    marks_of,
    spec_of,
    status_of,
)
from khue.lib.numbers import PERCENT_SIGN
from khue.measures.breaks import breaks_of
from khue.measures.evidence import figures_for, standing_of
from khue.measures.figures import PERCENT, Observation, Target, factor_of, measure_of
from khue.measures.findings import shown_value
from khue.measures.periods import ends_of
from khue.measures.trajectories import Trajectory
from khue.reports.model import Picture
from khue.reports.telling import Teller
from khue.reports.typefaces import showable

MOST = 6
"""Targets in one chart; all are in their tables."""

WORST_FIRST = ("behind", "unknown", "on_track", "achieved")

WIDTH = 700
"""Width in px for which charts are laid out: set as wide as the text, their small letters are then
as large as those of footnotes."""

WHITE = "#FFFFFF"


YEARS_AHEAD = 10
"""How far ahead of the day a chart looks."""


def printed(chart: Chart) -> dict[str, Any]:
    """The specification of a chart for white paper, with what our typefaces can show."""
    spec = spec_of(chart, WIDTH)
    paper = spec["config"]["background"]
    text = json.dumps(spec, ensure_ascii=False).replace(json.dumps(paper), json.dumps(WHITE))
    white: dict[str, Any] = json.loads(showable(text))
    return white


def progress(targets: Sequence[Target], tell: Teller) -> Iterator[Picture]:
    """Levels that have a figure, each against what it is to reach, the worst first; nothing where
    there is none."""
    all_ = [one for one in (_bullet(target, tell) for target in targets) if one]
    if not all_:
        return
    good = sum(one.state in ("achieved", "on_track") for one in all_)
    shown = tuple(sorted(all_, key=lambda one: WORST_FIRST.index(one.state))[:MOST])
    subtitle = tell.word("chart.progress_sub")
    if len(shown) < len(all_):
        subtitle += tell.word("chart.progress_worst", n=len(shown))
    title = tell.word("chart.progress", good=good, all=len(all_))
    told = "; ".join(
        f"{one.label}: {one.told} / {one.target_told}, {one.state_told}" for one in shown
    )
    frame = Frame(title=title, subtitle=subtitle, source="", lang=tell.lang)
    yield Picture(_with_key(Bullets(frame, shown)), f"{title}. {told}.")


def series(targets: Sequence[Target], policy: str, tell: Teller) -> Iterator[Picture]:
    """Each indicator that has figures of several periods, with what the document asks for."""

    def about(one: Target) -> tuple[Any, ...]:
        return one.known_as, one.place, one.subject, one.breakdowns, measure_of(one.unit)

    levels = sorted((one for one in targets if one.kind == "level"), key=about)
    for _, group in groupby(levels, key=about):
        asked = list(group)
        found = figures_for(asked[0], tell.frozen.figures.observations.values())
        fitting = [one for one in found if one.measure == measure_of(asked[0].unit)]
        if len({one.period for one in fitting}) > 1:
            yield _series(asked, fitting, policy, tell)


def _series(
    targets: Sequence[Target], figures: Sequence[Observation], policy: str, tell: Teller
) -> Picture:
    first = targets[0]
    state = tell.frozen.figures.trajectories[first.id].label[tell.lang]
    name = tell.text(first.name).text
    unit = PERCENT_SIGN if first.unit == PERCENT else ""
    said = unit or (tell.term("measure_unit", first.unit) if first.unit else "")
    sources = "; ".join(dict.fromkeys(one.source for one in figures if one.source))
    frame = Frame(
        title=tell.word("chart.series", name=name, state=state.lower()),
        subtitle=", ".join(filter(None, (name, said))),
        source=tell.word("chart.source", sources=sources) if sources else "",
        lang=tell.lang,
        unit=unit,
    )
    rules = tuple(_rules(_near(targets, tell), first.unit, policy, tell))
    apart = {
        name: why[tell.lang]
        for name, why in breaks_of(tell.frozen.figures.findings, figures).items()
    }
    points = tuple(_figure(one, first, apart.get(one.id, ""), tell) for one in figures)
    told = "; ".join(
        ": ".join(filter(None, (tell.figure(one), apart.get(one.id)))) for one in figures
    )
    asked = "; ".join(one.label for one in rules)
    chart = _with_key(Lines(frame, (Line(name, points),), rules))
    return Picture(chart, f"{frame.title}. {told}. {asked}.")


def _near(targets: Sequence[Target], tell: Teller) -> Sequence[Target]:
    """What is asked for within a few years, else next: a line that runs on for decades leaves no
    room for what has been."""
    by_due = sorted(targets, key=lambda one: one.due or "9999")
    near = [
        one
        for one in by_due
        if (due := ends_of(one.due)[1]) and due.year <= tell.frozen.asked.day.year + YEARS_AHEAD
    ]
    return near or by_due[:1]


def _rules(targets: Iterable[Target], unit: str, policy: str, tell: Teller) -> Iterator[Rule]:
    """What is asked for, drawn in a unit of the same measure and told in its own."""
    for one in targets:
        if one.value is None:
            continue
        due = ends_of(one.due)[1]
        value = tell.level(one, None)
        label = tell.word("chart.rule", value=value, due=tell.date(one.due), policy=policy)
        drawn = float(one.value * factor_of(one.unit) / factor_of(unit))
        yield Rule(drawn, label, value, due)


def _figure(one: Observation, target: Target, broken: str, tell: Teller) -> Figure:
    """A figure as a point; `broken` is why no line leads to it."""
    first = one.first or one.ended
    return Figure(
        value=float(one.base / factor_of(target.unit)),
        told=shown_value(one)[tell.lang],
        period=tell.date(one.period),
        first=first,
        last=one.ended,
        status=status_of(one.status),
        source=one.source,
        about=_subject(target, tell),
        broken=broken,
    )


def _bullet(target: Target, tell: Teller) -> Bullet | None:
    trajectory: Trajectory = tell.frozen.figures.trajectories[target.id]
    level = trajectory.value
    if target.kind != "level" or not level or level <= 0:
        return None
    counted = tell.frozen.counted.get(target.id) if trajectory.counted else None
    if counted is not None and counted.value is not None:
        unit = tell.frozen.figures.indicators[counted.indicator].unit
        if target.unit and measure_of(unit) != measure_of(target.unit):
            return None
        value = counted.value * float(factor_of(unit) / factor_of(target.unit or unit))
        status, told = counted.status, tell.counted_as(counted, unit)
    elif figure := _agreed(target, tell):
        value = float(figure.base / factor_of(target.unit or figure.unit))
        status = figure.status
        told = tell.figure(figure)
    else:
        return None
    return Bullet(
        label=tell.text(target.name).text,
        value=value,
        told=told,
        target=float(level),
        target_told=tell.level(target, level),
        state=trajectory.state,
        state_told=trajectory.label[tell.lang],
        due=tell.date(target.due) if target.due else "",
        status=status_of(status),
        about=_subject(target, tell),
    )


def _subject(target: Target, tell: Teller) -> Subject:
    return Subject(
        indicator=tell.text(target.name).text,
        indicator_key=target.indicator,
        unit=tell.term("measure_unit", target.unit) if target.unit else "",
        unit_code=target.unit,
    )


def _with_key(chart: Lines | Bullets) -> Lines | Bullets:
    """A chart whose source line also says what its shapes stand for: paper has no key to open."""
    told = "; ".join(one.told for one in marks_of(chart))
    if not told:
        return chart
    said = f"{told[:1].upper()}{told[1:]}."
    source = ". ".join(filter(None, (chart.frame.source.rstrip("."), said)))
    return replace(chart, frame=replace(chart.frame, source=source))


def _agreed(target: Target, tell: Teller) -> Observation | None:
    """The newest figure in the target's measure; None where sources tell several. An actual one
    stands instead of an estimate, as where the target is assessed."""
    known = standing_of(figures_for(target, tell.frozen.figures.observations.values()))
    fitting = [one for one in known if not target.unit or one.measure == measure_of(target.unit)]
    newest = [one for one in fitting if one.last == fitting[-1].last]
    return newest[-1] if len({one.value for one in newest}) == 1 else None
