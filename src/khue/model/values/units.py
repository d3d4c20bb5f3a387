"""The table of units, from `units.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from khue.lib import vietnamese
from khue.lib.tables import read_table

MULTIPLE = "ratio"
"""The unit of what is so many times as much as something else."""

NUMERALS = {
    **dict.fromkeys(("nghìn", "ngàn", "thousand"), ("nghìn", 1_000)),
    **dict.fromkeys(("triệu", "million"), ("triệu", 1_000_000)),
    **dict.fromkeys(("tỷ", "tỉ", "billion"), ("tỷ", 1_000_000_000)),
}
"""Words for large numbers: the usual one, and how many it counts."""

_COUNTED = frozenset(("persons", "households", "visits"))


@dataclass(frozen=True)
class Unit:
    """A unit: `factor` turns it into its dimension's base unit, `minimum` (in base units) is the
    least sensible value, `understood` says that its meaning is told back, `scales` are larger
    units of the same dimension to show round amounts in."""

    code: str
    dimension: str
    factor: Fraction
    label: Mapping[str, str]
    minimum: float | None
    understood: bool
    scales: tuple[str, ...]


@cache
def units() -> Mapping[str, Unit]:
    """All units by code."""
    return _load()[0]


def counts_things(code: str) -> bool:
    """Whether a unit of figures counts things one by one: it is none of measure, nor a multiple,
    nor thousands of them."""
    unit = units().get(code)
    if unit is None:
        return code != MULTIPLE
    return unit.dimension in _COUNTED and unit.factor == 1


def kind_measured(code: str) -> str:
    """What a unit of figures measures (area, money, share); "" where it counts things, be it by the
    thousand."""
    unit = units().get(code)
    return "" if unit is None or unit.dimension in _COUNTED else unit.dimension


def minimum_of(code: str) -> float | None:
    """The least sensible value in a unit; None where there is none, or the unit is not of these."""
    unit = units().get(code)
    return unit.minimum if unit else None


def written_unit(text: str) -> Unit | None:
    """The unit that `text` writes (`m²`, `tỷ đồng`, `%`), or None."""
    found = _load()[1].get(_key(text))
    return units()[found] if found else None


@cache
def _load() -> tuple[dict[str, Unit], dict[str, str]]:
    found: dict[str, Unit] = {}
    spellings: dict[str, str] = {}
    for dimension, table in read_table(__file__, "units.yaml").items():
        for code, raw in table["units"].items():
            found[code] = Unit(
                code=code,
                dimension=dimension,
                factor=Fraction(str(raw["factor"])),
                label=raw["label"],
                minimum=table["minimum"],
                understood=raw.get("understood", False),
                scales=tuple(table.get("scales", ())),
            )
            for spelling in (code, *raw["written"]):
                spellings[_key(spelling)] = code
    return found, spellings


def _key(text: str) -> str:
    """The exact form, or the bare symbol where there is no letter (%, ₫)."""
    return vietnamese.exact(text) or text.strip()
