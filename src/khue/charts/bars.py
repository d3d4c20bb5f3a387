"""An indicator by its parts: bars from zero, each with its name and its number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from khue.charts.lettering import width_of, wrapped
from khue.charts.model import NARROW, Bar, Bars, Rule
from khue.charts.parts import DASHES, PALE, Laid, table, texts, touched
from khue.charts.tables import word
from khue.charts.theme import SMALL, TEXT, colours

if TYPE_CHECKING:
    import altair

    from khue.charts.parts import Drawing

THICK = 18
GAP = 14
LINE = 17
GOAL = 17
"""Height of the label of a target below its bar, in px."""
MOST_OF_WIDTH = 0.36
"""The part of a wide chart that names of bars may take."""
CONTEXT = 0.55
"""Opacity of bars that are not the subject."""


@dataclass(frozen=True)
class _Row:
    """A bar with its name broken into lines, and where the middles of both stand (px from
    above)."""

    bar: Bar
    name: str
    centre: float
    middle: float
    told: str


@dataclass(frozen=True)
class _Room:
    """Width of the plot and what stands left and right of it, in px; the ends of the axis."""

    left: int
    right: int
    width: int
    height: int
    low: float
    high: float
    narrow: bool


def bars_chart(chart: Bars, width: int) -> Laid:
    """The chart laid out for a width in px: names beside the bars, above them on a phone."""
    narrow = width <= NARROW
    rows, height = _rows(chart, width, narrow)
    room = _room(chart, rows, width, height, narrow)
    top = _above(chart.rules, room)
    padding = {"left": room.left, "right": room.right, "top": top, "bottom": 8}
    return Laid(partial(_drawing, chart, rows, room), padding, height + top + 8)


def _drawing(chart: Bars, rows: Sequence[_Row], room: _Room) -> Drawing:
    import altair

    layers = [
        *_bars(rows, room),
        *_rules(chart.rules, room),
        *_names(rows, room),
        *_numbers(rows, room),
        *_goals(rows, room),
        _ways(rows, room),
    ]
    return altair.layer(*layers, width=room.width, height=room.height, autosize="none")


def _rows(chart: Bars, width: int, narrow: bool) -> tuple[list[_Row], int]:
    """The bars from above, and how high they are together."""
    rows: list[_Row] = []
    top = 0.0
    for bar in chart.bars:
        room = width if narrow else width * MOST_OF_WIDTH
        name = wrapped(bar.label, room, TEXT, 3)
        status = "" if bar.status == "actual" else f" ({word(bar.status, chart.frame.lang)})"
        named = (name.count("\n") + 1) * LINE
        drawn = THICK + GOAL * len(bar.rules)
        high = named + 4 + drawn if narrow else max(drawn, named)
        middle = top + (named + 4 if narrow else (high - drawn) / 2) + THICK / 2
        centre = top + (named if narrow else high) / 2
        rows.append(_Row(bar, name, centre, middle, f"{bar.told}{status}"))
        top += high + GAP
    return rows, math.ceil(top - GAP)


def _room(chart: Bars, rows: Sequence[_Row], width: int, height: int, narrow: bool) -> _Room:
    rules = [*chart.rules, *(rule for row in rows for rule in row.bar.rules)]
    values = [*(row.bar.value for row in rows), *(rule.value for rule in rules)]
    low, high = min(0.0, *values), max(0.0, *values)
    names = 0 if narrow else math.ceil(max(width_of(row.name, TEXT) for row in rows)) + 14
    told = math.ceil(max(width_of(row.told, TEXT, 500) for row in rows)) + 12
    plot = max(60, width - names - told - 2)
    return _Room(names + 1, width - names - 1 - plot, plot, height, low, high or 1.0, narrow)


def _scaled(room: _Room) -> dict[str, Any]:
    import altair

    return {
        "x": altair.X(
            "value",
            type="quantitative",
            scale=altair.Scale(domain=[room.low, room.high], nice=False, padding=0),
            axis=None,
        ),
        "y": altair.Y(
            "middle",
            type="quantitative",
            scale=altair.Scale(domain=[room.height, 0], nice=False, zero=False, padding=0),
            axis=None,
        ),
    }


def _bars(rows: Sequence[_Row], room: _Room) -> Iterator[altair.Chart]:
    """Full bars, hollow ones where estimated, dotted ones where planned, pale ones where nobody
    says; and the line of zero."""
    import altair

    for status, dash in (
        ("actual", [1, 0]),
        ("estimate", [1, 0]),
        ("plan", [2, 3]),
        ("unstated", [1, 0]),
    ):
        for subject in (True, False):
            some = [
                {"value": row.bar.value, "middle": row.middle}
                for row in rows
                if row.bar.status == status and row.bar.subject == subject
            ]
            colour = colours()["cham" if subject else "da"]
            filled = colour if status in ("actual", "unstated") else colours()["paper"]
            strong = PALE if status == "unstated" else 1 if subject else CONTEXT
            if some:
                yield (
                    altair.Chart(table(some))
                    .mark_bar(
                        size=THICK,
                        orient="horizontal",
                        fill=filled,
                        fillOpacity=strong,
                        stroke=None if status == "actual" else colour,
                        strokeWidth=1.5,
                        strokeDash=dash,
                    )
                    .encode(**_scaled(room), x2=altair.datum(0))
                )
    ends = [{"value": 0, "middle": 0}, {"value": 0, "middle": room.height}]
    ink = colours()["ink-2"]
    yield altair.Chart(table(ends)).mark_line(color=ink, strokeWidth=1).encode(**_scaled(room))


def _tooltip(row: _Row) -> str:
    bar = row.bar
    said = (
        bar.label,
        bar.period,
        row.told,
        *(one.label for one in bar.rules),
        bar.note,
        bar.source,
    )
    return " · ".join(one for one in said if one)


def _names(rows: Sequence[_Row], room: _Room) -> Iterator[altair.Chart]:
    """Names left of the bars, or above them."""
    import altair

    for lines in sorted({row.name.count("\n") for row in rows}):
        some = [
            {
                "name": row.name,
                "middle": row.centre - lines * LINE / 2,
            }
            for row in rows
            if row.name.count("\n") == lines
        ]
        yield from texts(
            some,
            {
                **_scaled(room),
                "x": altair.value(0),
                "text": altair.Text("name", type="nominal"),
            },
            align="left" if room.narrow else "right",
            baseline="middle",
            dx=5 if room.narrow else -10,
            fontSize=TEXT,
        )


def _numbers(rows: Sequence[_Row], room: _Room) -> list[altair.Chart]:
    """The number at the end of each bar, beyond the line of a target that it would cover."""
    import altair

    return texts(
        [{"value": _beside(row, room), "middle": row.middle, "told": row.told} for row in rows],
        {**_scaled(room), "text": altair.Text("told", type="nominal")},
        align="left",
        baseline="middle",
        dx=7,
        fontSize=TEXT,
        fontWeight=500,
    )


def _beside(row: _Row, room: _Room) -> float:
    """Where the number of a bar begins, on its axis."""
    most = (width_of(row.told, TEXT, 500) + 14) * (room.high - room.low) / room.width
    end = max(0.0, row.bar.value)
    for rule in sorted(row.bar.rules, key=lambda one: one.value):
        end = rule.value if 0 <= rule.value - end < most else end
    return end


def _above(rules: Sequence[Rule], room: _Room) -> int:
    """The room that labels of targets take above the bars."""
    lines = [_rule_told(rule, room).count("\n") + 1 for rule in rules]
    return sum(lines) * 15 + 8 * len(lines) + 4


def _rule_told(rule: Rule, room: _Room) -> str:
    return wrapped(rule.label, (room.width + room.right) * 0.9, SMALL)


def _rules(rules: Sequence[Rule], room: _Room) -> Iterator[altair.Chart]:
    """Dashed lines down through the bars, each with its label above."""
    import altair

    up = 0.0
    for rule in rules:
        told = _rule_told(rule, room)
        up += 8 + 15 * (told.count("\n") + 1)
        ends = [
            {"value": rule.value, "middle": -up + 8 + 15 * (told.count("\n") + 1)},
            {"value": rule.value, "middle": room.height},
        ]
        yield (
            altair.Chart(table(ends))
            .mark_line(color=colours()["ink"], strokeWidth=1.5, strokeDash=DASHES)
            .encode(**_scaled(room))
        )
        yield from _rule_label(rule, told, -up, -room.left, room)


def _rule_label(rule: Rule, told: str, top: float, left: float, room: _Room) -> list[altair.Chart]:
    """What the line of a target stands for, at its middle where there is room from `left` on."""
    import altair

    half = width_of(told, SMALL) / 2
    middle = (rule.value - room.low) / (room.high - room.low) * room.width
    middle = max(left + half, min(middle, room.width + room.right - half))
    return texts(
        [{"middle": top, "told": told}],
        {
            **_scaled(room),
            "x": altair.value(middle),
            "text": altair.Text("told", type="nominal"),
        },
        align="center",
        baseline="line-top",
        fontSize=SMALL,
        lineHeight=15,
        color=colours()["ink-2"],
    )


def _goals(rows: Sequence[_Row], room: _Room) -> Iterator[altair.Chart]:
    """The targets of single bars: a dashed line across the bar, its label below."""
    import altair

    for row in rows:
        below = row.middle + THICK / 2 + 2
        for number, rule in enumerate(row.bar.rules):
            ends = [
                {"value": rule.value, "middle": row.middle - THICK / 2 - 4},
                {"value": rule.value, "middle": below + GOAL * number},
            ]
            yield (
                altair.Chart(table(ends))
                .mark_line(color=colours()["ink"], strokeWidth=2, strokeDash=DASHES)
                .encode(**_scaled(room))
            )
            told = wrapped(rule.label, room.width + room.right, SMALL, 1)
            yield from _rule_label(rule, told, below + GOAL * number, 0, room)


def _ways(rows: Sequence[_Row], room: _Room) -> altair.Chart:
    """The way down from each bar: its whole row, since a small bar could not be touched."""
    import altair

    some = [
        {"value": room.high, "middle": row.middle, "told": _tooltip(row), "href": row.bar.href}
        for row in rows
    ]
    places = {**_scaled(room), "x2": altair.datum(room.low)}
    return touched(altair.Chart(table(some)), places, orient="horizontal", size=THICK + GAP / 2)
