"""The labels of figures over time: numbers at points, and what targets stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from khue.charts.lettering import width_of, wrapped
from khue.charts.model import Figure, Lines, Rule
from khue.charts.parts import Plot, at, label_with_status, reached_at
from khue.charts.placing import Box, Placed, Wanted, box_of, place, spaced
from khue.charts.tables import word
from khue.charts.theme import SMALL, TEXT

PIECE = 6
"""Along a line, in px: no label fits between two pieces."""
RADIUS = 6
"""Half of the side of what a point takes, in px."""


@dataclass(frozen=True)
class Spot:
    """A figure with its place in time: its `order` among the `count` figures of its period."""

    figure: Figure
    at: float
    order: int
    count: int


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


def labelled(chart: Lines, plot: Plot) -> tuple[list[Placed], list[list[Placed]]]:
    """The labels of targets, and those of each line. What has no room is left to the table."""
    rules = _rules(chart.rules, plot)
    taken = [box_of(one, SMALL) for one in rules]
    spotted = [spots_of(line.figures) for line in chart.lines]
    taken += [_dot(one, plot) for spots in spotted for one in spots]
    taken += [box for one in chart.rules for box in _dashes(one, plot)]
    taken += [box for spots in spotted for box in _course(spots, plot)]
    numbers: list[list[Placed]] = []
    for spots in spotted:
        numbers.append([])
        for spot in _by_weight(spots):
            placed = _placed(spot, taken, plot)
            taken += [spaced(box_of(one, TEXT, 500)) for one in placed]
            numbers[-1] += placed
    return rules, numbers


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


def _placed(spot: Spot, taken: Sequence[Box], plot: Plot) -> list[Placed]:
    """The label of a point; without its status, which the point shows, where there is no more
    room."""
    wanted = _wanted(spot, plot)
    short = replace(wanted, text=spot.figure.told)
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
        if one.count > 1 or other.count > 1:
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
