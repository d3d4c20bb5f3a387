"""Values in a few classes, for maps that fill units and say in words what a fill means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from khue.lib.numbers import measured
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.statements import unit_of
from khue.web.portal.present.told import shown_computed

MOST_CLASSES = 5
"""More fills of one colour cannot be told apart."""

FILLS = ((), (3,), (2, 4), (1, 3, 5), (1, 2, 4, 5), (1, 2, 3, 4, 5))
"""By how many classes there are: how strong their fills are, as far apart as can be."""


@dataclass(frozen=True)
class Class:
    """Values from `low` to `high`: how strong its fill is, from 0 for nothing to 5, what it is in
    words, and how many units are in it."""

    fill: int
    low: float
    high: float
    label: str
    units: int


def classes_of(values: Iterable[float], unit: str, reader: Reader) -> tuple[Class, ...]:
    """The classes of values, from the least: each value by itself where there are few, else about
    as many units in each class. A class is never empty; equal values are in one. `unit` is that of
    the values, by its code."""
    known = sorted(values)
    more = [value for value in known if value > 0]
    found = []
    if len(more) < len(known):
        nothing = measured(reader.say("indicator.class_none"), unit_of(0, unit, reader))
        found.append(Class(0, 0, 0, nothing, len(known) - len(more)))
    bounds = _bounds(more)
    for number, low in enumerate(bounds, 1):
        held = [value for value in more if bisect_right(bounds, value) == number]
        label = _label(low, held[-1], unit, reader)
        fill = FILLS[len(bounds)][number - 1]
        found.append(Class(fill, low, held[-1], label, len(held)))
    return tuple(found)


def class_of(value: float, classes: Sequence[Class]) -> int:
    """The fill of the class that a value is in."""
    return next((one.fill for one in classes if one.low <= value <= one.high), 0)


def _bounds(values: Sequence[float]) -> list[float]:
    """The least value of each class."""
    different = sorted(set(values))
    if len(different) <= MOST_CLASSES:
        return different
    places = (len(values) * number // MOST_CLASSES for number in range(MOST_CLASSES))
    return sorted({values[place] for place in places})


def _label(low: float, high: float, unit: str, reader: Reader) -> str:
    said = shown_computed(high, reader)
    if low != high:
        said = reader.say("indicator.class_span", low=shown_computed(low, reader), high=said)
    return measured(said, unit_of(high, unit, reader))
