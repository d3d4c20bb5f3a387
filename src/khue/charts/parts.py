"""What charts of all kinds are put together from.

Altair's setters (`altair.X("a").scale(...)`) keep the object in the class, so that two threads give
each other's charts their scales; we name all that a channel has when it is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from khue.charts.lettering import width_of
from khue.charts.model import Figure, Lang, Status
from khue.charts.placing import Box
from khue.charts.theme import SMALL, colours
from khue.lib.dates import Day
from khue.lib.numbers import PERCENT_SIGN, measured, show_number

if TYPE_CHECKING:
    import altair

    Drawing: TypeAlias = altair.LayerChart | altair.FacetChart

HALO = 4
"""Width in px of the ground around a label, so that it can be read where it stands on a line."""
SHAPE = 72
"""Area of a point in px²."""
TOUCH = 24**2
"""Of what is touched for a point, as Vega counts sizes: 24 px across, the least of WCAG 2.5.8."""
CURSOR = "datum.href ? 'pointer' : 'default'"
DOTS, DASHES, BROKEN = [0.1, 5], [6, 4], [2, 3]
"""Plans are dotted (with round ends), targets dashed, breaks finely: px drawn, px left out."""
SHAPES: Mapping[Status, str] = {
    "actual": "circle",
    "estimate": "circle",
    "plan": "circle",
    "unstated": "diamond",
}
"""Of points: what nobody has said the status of is neither a full nor a hollow dot."""
PALE = 0.25
"""Opacity of the ground of bars whose status nobody has said."""
ASIDE = 20
"""How far apart in px figures of one period stand that contradict each other."""


@dataclass(frozen=True)
class Laid:
    """A chart laid out: what makes the drawing (that takes far longer than to lay it out), the room
    around it, and the height of the whole in px."""

    draw: Callable[[], Drawing]
    padding: dict[str, int]
    height: int


@dataclass(frozen=True)
class Scale:
    """The ends of an axis and where its ticks stand."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def step(self, width: float) -> float:
        """How much a px is on an axis of a width in px."""
        return (self.high - self.low) / width


@dataclass(frozen=True)
class Plot:
    """The plot of figures over time: its scales, its size in px, and whether it is for a phone."""

    along: Scale
    up: Scale
    width: int
    height: int
    lang: Lang
    narrow: bool

    @property
    def area(self) -> Box:
        """Where labels may stand: a little beyond the plot, but not on the numbers of its axis."""
        return Box(0, -36, self.width + 12, self.height - 2)

    def x(self, place: float) -> float:
        """Where a point in time is, in px."""
        return (place - self.along.low) / (self.along.high - self.along.low) * self.width

    def y(self, value: float) -> float:
        """Where a value is, in px from above."""
        return (self.up.high - value) / (self.up.high - self.up.low) * self.height

    def back(self, x: float, y: float) -> dict[str, float]:
        """The point in time and the value of a place in px."""
        across, down = x / self.width, y / self.height
        return {
            "at": self.along.low + across * (self.along.high - self.along.low),
            "value": self.up.high - down * (self.up.high - self.up.low),
        }

    def aside(self, place: float, order: int, count: int) -> float:
        """Where one of the figures of a period stands, apart from the others."""
        offset = (order - (count - 1) / 2) * ASIDE
        return place + offset / self.width * (self.along.high - self.along.low)


def at(first: Day, last: Day) -> float:
    """The middle of a period in years, so that a whole year stands at its own number."""
    return (_in_years(first) + _in_years(last, 1)) / 2 - 0.5


def reached_at(due: Day) -> float:
    """Where a due day stands: the last of a year where figures of that year do."""
    return due.year if (due.month, due.day) == (12, 31) else at(due, due)


def scale_of(values: Sequence[float], zero: bool, ticks: int = 5) -> Scale:
    """A scale that has room for values, with round ticks. It begins at zero where that is asked
    for, or where the values come near to it: a line that begins elsewhere shows changes only."""
    low, high = min(values), max(values)
    if zero or 0 <= low < high * 0.8 or low <= 0 <= high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = _round_step((high - low) / ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Scale(
        first * step, last * step, tuple(round(n * step, 10) for n in range(first, last + 1))
    )


def room_for(scale: Scale, lang: Lang, unit: str) -> int:
    """The room in px that the labels of a vertical axis take."""
    shown = (measured(show_number(tick, lang), unit) for tick in scale.ticks)
    return math.ceil(max(width_of(one, SMALL) for one in shown)) + 12


def number_format(unit: str) -> str:
    """The expression of the labels of an axis of numbers. Only a sign of per cent is put in it:
    what else stands there is text of records."""
    return f"format(datum.value, ',.4~f') + '{unit if unit == PERCENT_SIGN else ''}'"


def label_with_status(told: str, status: Status, words: str) -> str:
    """A label that says beneath it what is not simply so."""
    return told if status == "actual" else f"{told}\n{words}"


def table(rows: Iterable[dict[str, Any]]) -> altair.Data:
    """Rows of a layer."""
    import altair

    return altair.Data(values=list(rows))  # type: ignore[no-untyped-call]


def texts(
    rows: Sequence[dict[str, Any]], encoding: dict[str, Any], **mark: Any
) -> list[altair.Chart]:
    """Texts with the ground around them: two layers."""
    import altair

    base = altair.Chart(table(rows)).encode(**encoding)
    paper = colours()["paper"]
    return [
        base.mark_text(**{**mark, "stroke": paper, "strokeWidth": HALO, "strokeJoin": "round"}),
        base.mark_text(**mark),
    ]


def touched(base: altair.Chart, places: dict[str, Any], **mark: Any) -> altair.Chart:
    """What is pointed at and followed: rows of `base` with all that is `told` of a figure and the
    `href` that leads down from it. It is not seen, and larger than what is, so that a finger finds
    it. A row that leads nowhere has "" for its address: without one Vega makes a broken link."""
    import altair

    look = {
        "color": colours()["paper"],
        "filled": True,
        "opacity": 0,
        "cursor": {"expr": CURSOR},
        **mark,
    }
    drawn = base.mark_bar(**look) if "orient" in mark else base.mark_point(size=TOUCH, **look)
    there: altair.Chart = drawn.encode(
        **places,
        href=altair.Href("href", type="nominal"),
        tooltip=altair.Tooltip("told", type="nominal"),
    )
    return there


def periods_of(figures: Iterable[Figure]) -> list[float]:
    """Where figures stand in time, each place once, in order."""
    return sorted({at(one.first, one.last) for one in figures})


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * one for one in (1, 2, 5, 10) if step <= power * one * (1 + 1e-9))


def _in_years(day: Day, more: int = 0) -> float:
    begins = date(day.year, 1, 1)
    length = (date(day.year, 12, 31) - begins).days + 1
    return day.year + ((date(*day) - begins).days + more) / length
