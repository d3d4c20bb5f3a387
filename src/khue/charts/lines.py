"""One indicator over time: points and lines, targets dashed, estimates hollow, plans dotted, and
diamonds where no status is stated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from khue.charts.labels import (
    END_LINE,
    Break,
    End,
    Spot,
    breaks_in,
    end_name,
    ends_of,
    joined,
    labelled,
    spots_of,
)
from khue.charts.lettering import width_of
from khue.charts.model import NARROW, Figure, Lang, Line, Lines, Rule
from khue.charts.parts import (
    BROKEN,
    DASHES,
    DOTS,
    SHAPE,
    SHAPES,
    Laid,
    Plot,
    Scale,
    number_format,
    periods_of,
    reached_at,
    room_for,
    scale_of,
    table,
    texts,
    touched,
)
from khue.charts.placing import LINE, Placed
from khue.charts.tables import word
from khue.charts.theme import SMALL, TEXT, colours

if TYPE_CHECKING:
    import altair

    from khue.charts.parts import Drawing

HEIGHT = 320
TOP, BOTTOM = 40, 36
MOST_TICKS = 12


def lines_chart(chart: Lines, width: int) -> Laid:
    """The chart laid out for a width in px."""
    along, few = _along(chart)
    up = scale_of(_values(chart), zero=few)
    left = room_for(up, chart.frame.lang, chart.frame.unit)
    right = _room_at_end(chart, width)
    plot = Plot(along, up, width - left - right, HEIGHT, chart.frame.lang, width <= NARROW)
    padding = {"left": left, "right": right, "top": TOP, "bottom": BOTTOM}
    return Laid(partial(_drawing, chart, plot, width), padding, HEIGHT + TOP + BOTTOM)


def _drawing(chart: Lines, plot: Plot, width: int) -> Drawing:
    import altair

    rules, whys, numbers = labelled(chart, plot)
    layers = [
        _ground(plot, chart.frame.unit),
        *_breaks(breaks_in(chart, plot), plot),
        *_rules(chart.rules, plot),
        *[one for line in chart.lines for one in _line(line, plot)],
        *_labels((*rules, *whys), plot, fontSize=SMALL, color=colours()["ink-2"]),
        *[
            one
            for line, placed in zip(chart.lines, numbers, strict=True)
            for one in _labels(
                placed, plot, fontSize=TEXT, fontWeight=500, color=colours()[line.role]
            )
        ],
    ]
    if len(chart.lines) > 1:
        layers += [one for end in ends_of(chart, plot, width) for one in _name(end, plot)]
    layers += [_ways(line, plot) for line in chart.lines]
    return altair.layer(*layers, width=plot.width, height=plot.height, autosize="none")


def _values(chart: Lines) -> list[float]:
    return [
        *(one.value for line in chart.lines for one in line.figures),
        *(rule.value for rule in chart.rules),
    ]


def _along(chart: Lines) -> tuple[Scale, bool]:
    """The years, with room on either side; a tick for each year, or for some of many. Also whether
    they are too few to show a course."""
    places = periods_of(one for line in chart.lines for one in line.figures)
    few = len(places) < 3
    places = sorted([*places, *(reached_at(rule.due) for rule in chart.rules if rule.due)])
    low, high = math.floor(places[0] + 0.5), math.ceil(places[-1] - 0.5)
    every = max(1, math.ceil((high - low + 1) / MOST_TICKS))
    ticks = tuple(float(year) for year in range(low, high + 1) if (high - year) % every == 0)
    edge = max(0.6, (high - low) / 16)
    return Scale(min(places[0], low) - edge, max(places[-1], high) + edge, ticks), few


def _room_at_end(chart: Lines, width: int) -> int:
    """Room for the names of lines, where there are several."""
    if len(chart.lines) < 2:
        return 16
    named = max(width_of(end_name(line, width), SMALL, 500) for line in chart.lines)
    return math.ceil(named) + 20


def _ground(plot: Plot, unit: str) -> altair.Chart:
    """The axes. They belong to a layer without marks of its own, so that all others only draw."""
    import altair

    ends = [{"at": plot.along.low, "value": plot.up.low}]
    every = plot.along.ticks[:: 2 if plot.narrow and len(plot.along.ticks) > 6 else 1]
    ground: altair.Chart = (
        altair.Chart(table(ends))
        .mark_point(opacity=0)
        .encode(
            x=altair.X(
                "at",
                type="quantitative",
                scale=altair.Scale(
                    domain=[plot.along.low, plot.along.high], nice=False, zero=False, padding=0
                ),
                axis=altair.Axis(
                    format="d", values=list(every), grid=False, title=None, tickSize=4
                ),
            ),
            y=altair.Y(
                "value",
                type="quantitative",
                scale=altair.Scale(
                    domain=[plot.up.low, plot.up.high], nice=False, zero=False, padding=0
                ),
                axis=altair.Axis(
                    values=list(plot.up.ticks),
                    labelExpr=number_format(unit),
                    title=None,
                    domain=False,
                    ticks=False,
                ),
            ),
        )
    )
    return ground


def _rules(rules: Sequence[Rule], plot: Plot) -> Iterator[altair.Chart]:
    import altair

    for rule in rules:
        end = reached_at(rule.due) if rule.due else plot.along.high
        rows = [{"at": plot.along.low, "value": rule.value}, {"at": end, "value": rule.value}]
        yield (
            altair.Chart(table(rows))
            .mark_line(color=colours()["ink"], strokeWidth=1.5, strokeDash=DASHES)
            .encode(**_places())
        )


def _line(line: Line, plot: Plot) -> Iterator[altair.Chart]:
    spots = spots_of(line.figures)
    yield from _segments(spots, colours()[line.role])
    yield _points(spots, line, plot)


def _segments(spots: Sequence[Spot], colour: str) -> Iterator[altair.Chart]:
    """Lines between neighbours in time that nothing contradicts; to and from plans dotted."""
    import altair

    done = [one for one in spots if one.figure.status != "plan"]
    # Plans for what has passed stand by themselves.
    plans = [
        one for one in spots if one.figure.status == "plan" and (not done or one.at > done[-1].at)
    ]
    look: dict[bool, dict[str, Any]] = {
        False: {"strokeWidth": 2},
        True: {"strokeWidth": 2.5, "strokeDash": DOTS, "strokeCap": "round"},
    }
    for some, dotted in ((done, False), ([*done[-1:], *plans], True)):
        rows = [
            {"piece": piece, "at": one.at, "value": one.figure.value}
            for piece, pair in enumerate(pairwise(some))
            if joined(*pair)
            for one in pair
        ]
        if rows:
            yield (
                altair.Chart(table(rows))
                .mark_line(color=colour, **look[dotted])
                .encode(**_places(), detail=altair.Detail("piece", type="nominal"))
            )


def _points(spots: Sequence[Spot], line: Line, plot: Plot) -> altair.Chart:
    """Full where it is so, hollow where it is estimated or planned, a diamond where nobody says."""
    import altair

    colour = colours()[line.role]
    rows = [
        {
            "at": plot.aside(one.at, one.order, one.count),
            "value": one.figure.value,
            "fill": colour if one.figure.status == "actual" else colours()["paper"],
            "shape": SHAPES[one.figure.status],
        }
        for one in spots
    ]
    points: altair.Chart = (
        altair.Chart(table(rows))
        .mark_point(size=SHAPE, stroke=colour, strokeWidth=2, opacity=1)
        .encode(
            **_places(),
            fill=altair.Fill("fill", type="nominal", scale=None),
            shape=altair.Shape("shape", type="nominal", scale=None),
        )
    )
    return points


def _ways(line: Line, plot: Plot) -> altair.Chart:
    """The way down from each point."""
    import altair

    rows = [
        {
            "at": plot.aside(one.at, one.order, one.count),
            "value": one.figure.value,
            "told": tooltip(one.figure, line.name, plot.lang),
            "href": one.figure.href,
        }
        for one in spots_of(line.figures)
    ]
    return touched(altair.Chart(table(rows)), _places())


def tooltip(figure: Figure, name: str, lang: Lang) -> str:
    """All that is said of a figure, in one line."""
    status = "" if figure.status == "actual" else word(figure.status, lang)
    said = (name, figure.period, figure.told, status, figure.broken, figure.note, figure.source)
    return " · ".join(one for one in said if one)


def _labels(placed: Sequence[Placed], plot: Plot, **mark: Any) -> Iterator[altair.Chart]:
    """Labels where they were placed, those with as many lines together."""
    import altair

    for lines in sorted({one.text.count("\n") for one in placed}):
        rows = [
            {**plot.back(one.x, one.y - LINE * lines / 2), "told": one.text}
            for one in placed
            if one.text.count("\n") == lines
        ]
        yield from texts(
            rows,
            {**_places(), "text": altair.Text("told", type="nominal")},
            align="center",
            baseline="middle",
            lineHeight=LINE,
            **mark,
        )


def _name(end: End, plot: Plot) -> Iterator[altair.Chart]:
    """The name of a line at the edge; what leads to it from the last point, where it was moved."""
    import altair

    color = colours()[end.line.role]
    if end.moved:
        rows = [plot.back(x, y) for x, y in (end.point, (plot.width + 4, end.y))]
        yield (
            altair.Chart(table(rows))
            .mark_line(color=color, strokeWidth=0.75, opacity=0.6)
            .encode(**_places())
        )
    row = {**plot.back(plot.width, end.top), "told": end.name}
    yield from texts(
        [row],
        {**_places(), "text": altair.Text("told", type="nominal")},
        align="left",
        baseline="middle",
        dx=6,
        fontSize=SMALL,
        fontWeight=500,
        lineHeight=END_LINE,
        color=color,
    )


def _breaks(breaks: Sequence[Break], plot: Plot) -> Iterator[altair.Chart]:
    """Uprights between figures that are not to be joined."""
    import altair

    for one in breaks:
        rows = [plot.back(one.x, y) for y in (one.top, plot.height)]
        yield (
            altair.Chart(table(rows))
            .mark_line(color=colours()["ink-2"], strokeWidth=1, strokeDash=BROKEN)
            .encode(**_places())
        )


def _places() -> dict[str, Any]:
    import altair

    return {
        "x": altair.X("at", type="quantitative"),
        "y": altair.Y("value", type="quantitative"),
    }
