"""Where labels stand, so that none covers another: left out where there is no room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khue.charts.lettering import width_of

GUTTER = 4
"""Between labels side by side, in px."""
LINE = 16
"""Height of a line of a label, in px."""


@dataclass(frozen=True)
class Box:
    """A piece of the drawing, in px from above left."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two pieces cover a point in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether the whole piece lies in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True)
class Wanted:
    """A label for the point `x`, `y` (px); `sides` are tried in their order. What `must` be shown
    takes its first side where none is free."""

    text: str
    x: float
    y: float
    sides: tuple[str, ...] = ("above", "below", "right", "left")
    must: bool = False


@dataclass(frozen=True)
class Placed:
    """A label with its middle in px."""

    text: str
    x: float
    y: float


def place(
    labels: Iterable[Wanted],
    taken: Sequence[Box],
    area: Box,
    size: float,
    weight: int = 400,
    away: float = 6.5,
) -> list[Placed]:
    """The labels that have room in `area`, the first ones first; none covers what is `taken`. They
    stand `away` px from their points."""
    full = list(taken)
    placed: list[Placed] = []
    for one in labels:
        wide, high = width_of(one.text, size, weight), LINE * (one.text.count("\n") + 1)
        boxes = [_box(one, side, wide, high, away) for side in one.sides]
        free = (
            box for box in boxes if box.within(area) and not any(box.meets(each) for each in full)
        )
        box = next(free, boxes[0] if one.must else None)
        if box is not None:
            full.append(spaced(box))
            placed.append(Placed(one.text, (box.left + box.right) / 2, (box.top + box.bottom) / 2))
    return placed


def spaced(box: Box) -> Box:
    """What a label keeps free of others beside it."""
    return Box(box.left - GUTTER, box.top, box.right + GUTTER, box.bottom)


def box_of(one: Placed, size: float, weight: int = 400) -> Box:
    """What a label takes."""
    wide = width_of(one.text, size, weight) / 2
    high = LINE * (one.text.count("\n") + 1) / 2
    return Box(one.x - wide, one.y - high, one.x + wide, one.y + high)


def _box(one: Wanted, side: str, wide: float, high: float, away: float) -> Box:
    left, top = one.x - wide / 2, one.y - high / 2
    if side in ("above", "below"):
        top = one.y - away - high if side == "above" else one.y + away
    else:
        beside = away + GUTTER
        left = one.x + beside if side == "right" else one.x - beside - wide
    return Box(left, top, left + wide, top + high)
