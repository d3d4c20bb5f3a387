"""Figures as checks and trajectories read them; `documents` makes them of those of the registry.

Numbers are exact (`Fraction`): 63.7% of two counts must be wrong or right, never nearly so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from khue.lib.dates import Day
from khue.lib.vietnamese import fold
from khue.measures.periods import ends_of, length_of
from khue.model.values.units import counts_things, units

if TYPE_CHECKING:
    from khue.measures.indicators import Indicator
    from khue.model.packs import Vocabulary

Text = Mapping[str, str]
NameOf = Callable[[str], Text | None]
Breakdowns = tuple[tuple[str, str], ...]

COUNTING = "counting"
"""The dimension that says how the same things were counted; its parts never add up."""

PERCENT, RATIO = "percent", "ratio"

FORMS_OF_TELLING = frozenset({"", "speech", "press"})
"""Methods that say where a figure was told, not how it was counted."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure as one source has it. Empty texts and None mean that the source does not say.

    `name` is the indicator as stated; `indicator` its key. `decimals` are those written; `step` is
    to what a number in thousands or millions is told (of *12,5 triệu* 100,000).
    `breakdowns` are (dimension, part), sorted; none means the whole. `precision` is a code of the
    vocabulary of that name, `exact` where the figure is stated flatly. `unit_one` is what one of
    the unit is called, where a language has a word of its own for that. `scope` is what the figure
    covers, `basis` the record of the document that sets it, `source` names where it was published.
    `stated` is what the source wrote in the place of the value, `quote` its words. Of a figure of a
    former unit, `former` is the code of that, `place` its name, and `present` the present unit to
    which that leads; or the figure is `carried` over to the present unit, for the reason told.
    `is_stock` where the indicator says how much there is at a moment, and not over a period.
    `terms` are the figures that it follows from, by identifier, where it is worked out; those of a
    formula in the order of their indicators.
    """

    id: str
    indicator: str = ""
    name: Text = field(default_factory=dict, hash=False)
    value: Fraction | None = None
    decimals: int = 0
    step: Fraction = Fraction(0)
    unit: str = ""
    unit_name: Text = field(default_factory=dict, hash=False)
    unit_one: Text = field(default_factory=dict, hash=False)
    place: str = ""
    place_name: Text = field(default_factory=dict, hash=False)
    place_stated: str = ""
    subject: str = ""
    period: str = ""
    breakdowns: Breakdowns = ()
    precision: str = "exact"
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    status: str = ""
    method: str = ""
    scope: str = ""
    basis: str = ""
    source: str = ""
    quote: str = ""
    part_of: str = ""
    stated: str = ""
    former: str = ""
    present: str = ""
    carried: Text = field(default_factory=dict, hash=False)
    is_stock: bool = False
    terms: tuple[str, ...] = ()

    @property
    def amount(self) -> Fraction:
        """The value. Raises `ValueError` where the source states none."""
        if self.value is None:
            raise ValueError(f"no value is stated: {self.id}")
        return self.value

    @property
    def base(self) -> Fraction:
        """The value in the base unit of its measure. Raises `ValueError` where there is none."""
        return self.amount * self.factor

    @property
    def ended(self) -> Day:
        """The last day of the period. Raises `ValueError` where it is not known."""
        if self.last is None:
            raise ValueError(f"no period is stated: {self.id}")
        return self.last

    @property
    def known_as(self) -> str:
        """What figures of one indicator share: its key, else its folded name."""
        return self.indicator or fold(self.name.get("vi") or self.name.get("en") or "")

    @property
    def parts(self) -> Breakdowns:
        """The breakdowns without the way of counting."""
        return tuple(one for one in self.breakdowns if one[0] != COUNTING)

    @property
    def counted_by(self) -> str:
        """The stated way of counting; empty where none is."""
        return next((part for dimension, part in self.breakdowns if dimension == COUNTING), "")

    @property
    def measure(self) -> str:
        """The dimension of a unit that can be converted (money), else the unit itself."""
        return measure_of(self.unit)

    @property
    def factor(self) -> Fraction:
        """What turns a value into the base unit of its measure."""
        return factor_of(self.unit)

    @property
    def is_count(self) -> bool:
        """Whether things were counted, so that only what is told in thousands is rounded."""
        return self.unit not in units() or counts_things(self.unit)

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """The least and greatest value, in the base unit, that the figure can mean; None where a
        side is open. A figure without a value has no bounds on either side.

        Numbers in words: nearly is at most a tenth below, about a twentieth either way (ours).
        """
        if self.value is None:
            return None, None
        value, factor = self.value, self.factor
        one = Fraction(0) if self.is_count else Fraction(1, 10**self.decimals)
        half = max(self.step, one) / 2
        low, high = _MEANT.get(self.precision, _MEANT["exact"])(value, half)
        return (
            None if low is None else low * factor,
            None if high is None else high * factor,
        )

    @property
    def first(self) -> Day | None:
        """The first day of the period; None where it is not known."""
        return ends_of(self.period)[0]

    @property
    def last(self) -> Day | None:
        """The last day of the period; None where it is not known."""
        return ends_of(self.period)[1]

    @property
    def span(self) -> Fraction | None:
        """How long what it tells of went on, in months: nothing for a stock, which stands at a
        moment; None where it is not known. Only figures of one span can be compared."""
        return Fraction(0) if self.is_stock else length_of(self.period)


_MEANT: Mapping[str, Any] = {
    "exact": lambda value, half: (value - half, value + half),
    "about": lambda value, half: (value - abs(value) / 20, value + abs(value) / 20),
    "nearly": lambda value, half: (value - abs(value) / 10, value),
    "over": lambda value, half: (value, None),
    "at_least": lambda value, half: (value - half, None),
    "under": lambda value, half: (None, value),
    "at_most": lambda value, half: (None, value + half),
}


@dataclass(frozen=True, slots=True)
class Computed:
    """A value of an indicator that was computed from the records at a ledger position, of the day
    `at`. `period` is its own one; a count of what there is has none."""

    indicator: str
    value: Fraction
    position: int
    unit: str = ""
    place: str = ""
    period: str = ""
    at: str = ""
    breakdowns: Breakdowns = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a document asks for. `value_to` ends a range; `exceeded_by` is by how much a source says
    that it was exceeded, in the unit of the target. `place_name` is that of a former unit."""

    id: str
    indicator: str = ""
    name: Text = field(default_factory=dict, hash=False)
    value: Fraction | None = None
    value_to: Fraction | None = None
    unit: str = ""
    place: str = ""
    place_name: Text = field(default_factory=dict, hash=False)
    subject: str = ""
    due: str = ""
    kind: str = "level"
    precision: str = "exact"
    breakdowns: Breakdowns = ()
    baseline: Fraction | None = None
    baseline_date: str = ""
    exceeded_by: Fraction | None = None

    @property
    def level(self) -> Fraction:
        """The value asked for. Raises `ValueError` where the document states none."""
        if self.value is None:
            raise ValueError(f"no value is stated: {self.id}")
        return self.value

    @property
    def known_as(self) -> str:
        """What targets and figures of one indicator share: its key, else its folded name."""
        return self.indicator or fold(self.name.get("vi") or self.name.get("en") or "")


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """What checks need to know of an indicator: `sums` are the dimensions whose parts add up to
    the whole, `within` another indicator that it may not exceed, `recounts` one whose things it
    counts in another unit, `over_100` whether a percentage may be more than 100 (growth),
    `direction` whether more is better (up), worse (down) or neither (none). `codes` give the code
    of a part by its folded name, for each dimension."""

    key: str
    name: Text = field(default_factory=dict, hash=False)
    unit: str = ""
    direction: str = "up"
    sums: frozenset[str] = frozenset()
    within: str = ""
    recounts: str = ""
    over_100: bool = False
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)

    def part(self, dimension: str, stated: str) -> str:
        """A part by its code; folded as stated where no vocabulary names it."""
        folded = fold(stated)
        return self.codes.get(dimension, {}).get(folded, folded)


def info_of(one: Indicator, vocabularies: Mapping[str, Vocabulary] | None = None) -> IndicatorInfo:
    """What checks need of an indicator, whose parts some of the `vocabularies` name."""
    named = {
        dimension: found
        for dimension in one.sums
        if (found := (vocabularies or {}).get(one.vocabulary_of(dimension)))
    }
    return IndicatorInfo(
        key=one.key,
        name=one.name,
        unit=one.unit,
        direction=one.direction,
        sums=frozenset(one.sums),
        within=one.within,
        recounts=one.recounts,
        over_100=one.over_100,
        codes={
            dimension: {
                fold(text): code
                for code, concept in found.concepts.items()
                for text in (*concept.synonyms, *concept.label.values(), code)
            }
            for dimension, found in named.items()
        },
    )


def measure_of(unit: str) -> str:
    """The dimension of a unit that can be converted (money), else the unit itself."""
    return units()[unit].dimension if unit in units() else unit


def factor_of(unit: str) -> Fraction:
    """What turns a value into the base unit of its measure."""
    return units()[unit].factor if unit in units() else Fraction(1)
