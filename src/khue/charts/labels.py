"""The labels of figures over time: numbers at points, and what targets stand for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from khue.charts.lettering import width_of, wrapped
from khue.charts.model import Figure, Line, Lines, Rule
from khue.charts.parts import Plot, at, label_with_status, reached_at
from khue.charts.placing import Box, Placed, Wanted, box_of, place, spaced
from khue.charts.tables import word
from khue.charts.theme import SMALL, TEXT

PIECE = 6
"""Along a line, in px: no label fits between two pieces."""
RADIUS = 6
"""Half of the side of what a point takes, in px."""
END_LINE = 15
"""Height of a line of a name at the end of a line, in px."""


@dataclass(frozen=True)
class Spot:
    """A figure with its place in time: its `order` among the `count` figures of its period."""

    figure: Figure
    at: float
    order: int
    count: int


@dataclass(frozen=True)
class Break:
    """An upright between two figures that are not joined, with why; `top` is where it begins."""

    why: str
    x: float
    top: float


@dataclass(frozen=True)
class End:
    """The name of a line where it ends: `point` is its last one, `y` the middle of the name, `top`
    that of its first line (px)."""

    line: Line
    name: str
    point: tuple[float, float]
    y: float

    @property
    def moved(self) -> bool:
        """Whether the name no longer stands where the line ends."""
        return abs(self.y - self.point[1]) > END_LINE / 2

    @property
    def top(self) -> float:
        """The middle of the first line of the name."""
        return self.y - END_LINE / 2 * self.name.count("\n")


def joined(one: Spot, other: Spot) -> bool:
    """Whether a line goes from one figure to the next: nothing contradicts either, and the later
    one goes on from the earlier."""
    return one.count == 1 and other.count == 1 and not other.figure.broken


def breaks_in(chart: Lines, plot: Plot) -> list[Break]:
    """The breaks of all lines; at one place and for one reason only one."""
    found: dict[tuple[str, float], Break] = {}
    for line in chart.lines:
        for one, other in pairwise(spots_of(line.figures)):
            x = (plot.x(one.at) + plot.x(other.at)) / 2
            if other.figure.broken and one.at < other.at:
                found.setdefault((other.figure.broken, x), Break(other.figure.broken, x, 0))
    return list(found.values())


def end_name(line: Line, width: float) -> str:
    """The name of a line, broken for the room that there is at its end in a chart of a width."""
    return wrapped(line.name, width * 0.22, SMALL, 3, 500)


def ends_of(chart: Lines, plot: Plot, width: float) -> list[End]:
    """The names of lines at their ends, moved apart where they would cover each other; `width` is
    that of the whole chart."""
    ends = []
    for line in chart.lines:
        last = spots_of(line.figures)[-1]
        point = plot.x(plot.aside(last.at, last.order, last.count)), plot.y(last.figure.value)
        ends.append(End(line, end_name(line, width), point, point[1]))
    ends.sort(key=lambda one: one.y)
    placed: list[End] = []
    for end in ends:
        least = placed[-1].y + _half(placed[-1]) + _half(end) if placed else end.y
        placed.append(replace(end, y=max(end.y, least)))
    floor = plot.height + END_LINE / 2
    for number in reversed(range(len(placed))):
        end = placed[number]
        end = replace(end, y=min(end.y, floor - _half(end)))
        placed[number], floor = end, end.y - _half(end)
    return placed


def _half(end: End) -> float:
    return END_LINE * (end.name.count("\n") + 1) / 2


def spots_of(figures: Sequence[Figure]) -> list[Spot]:
    """The figures in order of time, those of one period and number once, side by side. Plans do
    not contradict what happened."""
    groups: dict[tuple[float, bool], dict[tuple[float, str], Figure]] = {}
    for one in figures:
        where = (at(one.first, one.last), one.status == "plan")
        groups.setdefault(where, {}).setdefault((one.value, one.status), one)
    return [
        Spot(figure, where, order, len(same))
        for (where, _), same in sorted(groups.items(), key=lambda each: each[0])
        for order, figure in enumerate(same.values())
    ]


def labelled(chart: Lines, plot: Plot) -> tuple[list[Placed], list[Placed], list[list[Placed]]]:
    """The labels of targets, of breaks, and those of each line. What has no room is left to the
    table."""
    rules = _rules(chart.rules, plot)
    taken = [box_of(one, SMALL) for one in rules]
    breaks = breaks_in(chart, plot)
    dots = [_dot(one, plot) for line in chart.lines for one in spots_of(line.figures)]
    wanted = [Wanted(one.why, one.x, one.top, ("above", "below"), must=True) for one in breaks]
    whys = place(wanted, [*taken, *dots], plot.area, SMALL, away=2)
    taken += [box_of(one, SMALL) for one in whys]
    taken += [Box(one.x - 1, one.top, one.x + 1, plot.height) for one in breaks]
    spotted = [spots_of(line.figures) for line in chart.lines]
    taken += [_dot(one, plot) for spots in spotted for one in spots]
    taken += [box for one in chart.rules for box in _dashes(one, plot)]
    taken += [box for spots in spotted for box in _course(spots, plot)]
    numbers: list[list[Placed]] = []
    for spots in spotted:
        numbers.append([])
        for spot in _by_weight(spots):
            placed = _placed(spot, [*taken, *_beyond(spot, breaks, plot)], plot)
            taken += [spaced(box_of(one, TEXT, 500)) for one in placed]
            numbers[-1] += placed
    return rules, whys, numbers


def _rules(rules: Sequence[Rule], plot: Plot) -> list[Placed]:
    """What the lines stand for, above them; at the end of one that is to come, where no figure
    is."""
    placed: list[Placed] = []
    for rule in rules:
        told = wrapped(rule.label, plot.width * (0.9 if plot.narrow else 0.6), SMALL)
        wide = width_of(told, SMALL) / 2
        end = plot.x(reached_at(rule.due)) if rule.due else 0
        x = min(end, plot.width) - wide if end > 2 * plot.width / 3 else wide
        wanted = Wanted(told, max(x, wide), plot.y(rule.value), ("above", "below"), must=True)
        taken = [box_of(one, SMALL) for one in placed]
        placed += place([wanted], taken, plot.area, SMALL, away=4)
    return placed


def _beyond(spot: Spot, breaks: Sequence[Break], plot: Plot) -> Iterator[Box]:
    """What lies beyond the breaks beside a point: a number there would be taken for one of the
    other side."""
    x = plot.x(spot.at)
    for one in breaks:
        left, right = (one.x, math.inf) if x < one.x else (-math.inf, one.x)
        yield Box(left, -math.inf, right, math.inf)


def _placed(spot: Spot, taken: Sequence[Box], plot: Plot) -> list[Placed]:
    """The label of a point; without its status, which the point shows, where there is no more
    room. Beside a point only its number stands: what is longer reaches the point after it."""
    wanted = _wanted(spot, plot)
    short = replace(wanted, text=spot.figure.told)
    if wanted.text != short.text:
        wanted = replace(wanted, sides=("above", "below"))
    return place([wanted], taken, plot.area, TEXT, 500) or place(
        [short], taken, plot.area, TEXT, 500
    )


def _dashes(rule: Rule, plot: Plot) -> list[Box]:
    """What the line of a target takes."""
    end = plot.x(reached_at(rule.due)) if rule.due else plot.width
    return [Box(0, plot.y(rule.value) - 0.5, end, plot.y(rule.value) + 0.5)]


def _course(spots: Sequence[Spot], plot: Plot) -> Iterator[Box]:
    """What the lines between points take, in small pieces."""
    for one, other in pairwise(spots):
        if not joined(one, other):
            continue
        left, right = plot.x(one.at), plot.x(other.at)
        low, high = plot.y(one.figure.value), plot.y(other.figure.value)
        pieces = max(1, round((right - left + abs(high - low)) / PIECE))
        for step in range(pieces):
            x = left + (right - left) * (step + 0.5) / pieces
            y = low + (high - low) * (step + 0.5) / pieces
            yield Box(x - 1, y - 1, x + 1, y + 1)


def _dot(spot: Spot, plot: Plot) -> Box:
    x, y = plot.x(plot.aside(spot.at, spot.order, spot.count)), plot.y(spot.figure.value)
    return Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS)


def _wanted(spot: Spot, plot: Plot) -> Wanted:
    """The number of a point: above one that is alone, beside those that stand side by side."""
    status = word(spot.figure.status, plot.lang)
    told = label_with_status(spot.figure.told, spot.figure.status, status)
    sides: tuple[str, ...] = ("above", "below", "right", "left")
    if spot.count > 1:
        first = "left" if spot.order == 0 else "right" if spot.order == spot.count - 1 else "above"
        sides = (first, *(one for one in sides if one != first))
    x = plot.x(plot.aside(spot.at, spot.order, spot.count))
    return Wanted(told, x, plot.y(spot.figure.value), sides)


def _by_weight(spots: Sequence[Spot]) -> list[Spot]:
    """The last and the first, those that contradict, the greatest and the least, then the others
    from the end."""
    by_value = sorted(spots, key=lambda one: one.figure.value)
    told = [one for one in spots if one.count > 1]
    ordered = [spots[-1], spots[0], *told, by_value[-1], by_value[0], *reversed(spots)]
    return list({id(one): one for one in ordered}.values())
