"""Figures as checks and trajectories read them, made from registry documents.

Numbers are exact (`Fraction`): 63.7% of two counts must be wrong or right, never nearly so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from khue.lib.dates import Day, parse_edtf
from khue.lib.vietnamese import display, fold
from khue.model.values.units import units

if TYPE_CHECKING:
    from khue.measures.indicators import Indicator
    from khue.model.packs import Vocabulary

Text = Mapping[str, str]
NameOf = Callable[[str], Text | None]
Breakdowns = tuple[tuple[str, str], ...]

COUNTING = "counting"
"""The dimension that says how the same things were counted; its parts never add up."""

PERCENT, RATIO = "percent", "ratio"

LONGEST = 40
"""Digits of a stated number; longer ones are no number."""

FORMS_OF_TELLING = frozenset({"", "speech", "press"})
"""Methods that say where a figure was told, not how it was counted."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A figure as one source has it. Empty texts and None mean that the source does not say.

    `name` is the indicator as stated; `indicator` its key. `decimals` are those written.
    `breakdowns` are (dimension, part), sorted; none means the whole. `precision` is a code of the
    vocabulary of that name, `exact` where the figure is stated flatly. `unit_one` is what one of
    the unit is called, where a language has a word of its own for that. `scope` is what the figure
    covers, `basis` the record of the document that sets it, `source` names where it was published.
    `stated` is what the source wrote in the place of the value, `quote` its words. Of a figure of a
    former unit, `former` is the code of that, `place` its name, and `present` the present unit to
    which that leads; or the figure is `carried` over to the present unit, for the reason told.
    """

    id: str
    indicator: str = ""
    name: Text = field(default_factory=dict, hash=False)
    value: Fraction | None = None
    decimals: int = 0
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
        """Whether things were counted, so that the figure has no rounding of its own."""
        return self.unit not in units() or self.measure in ("persons", "households")

    @property
    def bounds(self) -> tuple[Fraction | None, Fraction | None]:
        """The least and greatest value, in the base unit, that the figure can mean; None where a
        side is open. A figure without a value has no bounds on either side.

        Numbers in words: nearly is at most a tenth below, about a twentieth either way (ours).
        """
        if self.value is None:
            return None, None
        value, factor = self.value, self.factor
        half = 0 if self.is_count else Fraction(1, 2 * 10**self.decimals)
        low, high = _MEANT.get(self.precision, _MEANT["exact"])(value, Fraction(half))
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


def observation_of(
    document: Mapping[str, Any],
    name_of_place: NameOf = lambda code: None,
    name_of_unit: NameOf = lambda code: None,
) -> Observation:
    """The figure of a document of type `observation`; the names are those of present units by code
    and of units of measure by code."""
    place = document.get("place") or {}
    value = document.get("value")
    return Observation(
        id=document["id"],
        indicator=document.get("indicator") or "",
        name=document.get("name") or {},
        value=number(value),
        decimals=_decimals(document, value),
        unit=document.get("unit") or "",
        unit_name=name_of_unit(document.get("unit") or "") or {},
        place=_code_of(place),
        place_name=name_of_place(place.get("code") or "") or {},
        place_stated=place.get("stated") or "",
        subject=document.get("subject") or "",
        period=document.get("period") or "",
        breakdowns=_breakdowns(document),
        precision=document.get("precision") or "exact",
        numerator=number(document.get("numerator")),
        denominator=number(document.get("denominator")),
        status=document.get("status") or "",
        method=document.get("method") or "",
        scope=_text(document.get("scope")),
        basis=document.get("basis") or "",
        source=_source(document),
        quote=_cited(document).get("quote") or "",
        part_of=document.get("part_of") or "",
        stated=next(filter(None, map(_stated, document.get("sources") or ())), ""),
    )


def target_of(document: Mapping[str, Any]) -> Target:
    """The target of a document of type `target`."""
    return Target(
        id=document["id"],
        indicator=document.get("indicator") or "",
        name=document.get("name") or {},
        value=number(document.get("value")),
        value_to=number(document.get("value_to")),
        unit=document.get("unit") or "",
        place=_code_of(document.get("place") or {}),
        subject=document.get("subject") or "",
        due=document.get("due") or "",
        kind=document.get("kind") or "level",
        precision=document.get("precision") or "exact",
        breakdowns=_breakdowns(document),
        baseline=number(document.get("baseline")),
        baseline_date=document.get("baseline_date") or "",
        exceeded_by=number(document.get("exceeded_by")),
    )


def number(value: float | int | None) -> Fraction | None:
    """A number of a document as it is written there: 63.7, not the nearest binary fraction."""
    return None if value is None else Fraction(repr(value))


def years_between(before: Day, after: Day) -> Fraction:
    """The time between two days in years of the Gregorian mean, 365.2425 days; whole numbers of
    years are whole."""
    whole = after.year - before.year
    if (before.month, before.day) == (after.month, after.day):
        return Fraction(whole)
    days = (date(*after) - date(*before)).days
    return Fraction(days * 10_000, 3_652_425)


def measure_of(unit: str) -> str:
    """The dimension of a unit that can be converted (money), else the unit itself."""
    return units()[unit].dimension if unit in units() else unit


def factor_of(unit: str) -> Fraction:
    """What turns a value into the base unit of its measure."""
    return units()[unit].factor if unit in units() else Fraction(1)


@lru_cache(maxsize=4096)
def ends_of(text: str) -> tuple[Day | None, Day | None]:
    """The first and the last day that an EDTF text can mean; None where it says none, or one that
    is not within the years 1 to 9999."""
    try:
        edtf = parse_edtf(text)
    except ValueError:
        return None, None
    known = [day if day and 1 <= day.year <= 9999 else None for day in (edtf.earliest, edtf.latest)]
    return known[0], known[1]


def _decimals(document: Mapping[str, Any], value: float | int | None) -> int:
    """The decimals that a source wrote (87,50 has two), else those of the number itself.

    All digits that were written, read as one number, are the value times a power of ten: that
    power is the number of decimals, whatever the separators mean.
    """
    if value is None:
        return 0
    exact = abs(Fraction(repr(value)))
    for source in document.get("sources") or ():
        stated = _stated(source)
        digits = "".join(one for one in stated if one in "0123456789")
        for decimals in range(len(digits) if len(digits) <= LONGEST else 0):
            if exact * 10**decimals == int(digits):
                return decimals
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _stated(source: Mapping[str, Any]) -> str:
    return str((source.get("stated") or {}).get("value") or "")


def _code_of(place: Mapping[str, Any]) -> str:
    """The present unit; of an open place its stated text, so that only its own figures meet."""
    return place.get("code") or display(place.get("stated") or "")


def _breakdowns(document: Mapping[str, Any]) -> Breakdowns:
    return tuple(
        sorted(
            (one.get("dimension") or "", display(one.get("part") or ""))
            for one in document.get("breakdowns") or ()
        )
    )


def _text(value: Any) -> str:
    text = (value.get("vi") or value.get("en")) if isinstance(value, Mapping) else value
    return display(text or "")


def _source(document: Mapping[str, Any]) -> str:
    cited = _cited(document)
    named = [cited.get("title"), cited.get("publisher")]
    return ", ".join(one for one in named if one) or _first_source(document)


def _cited(document: Mapping[str, Any]) -> Mapping[str, str]:
    """The first citation: that of the source that states the figure."""
    return next(iter(document.get("citations") or ()), {})


def _first_source(document: Mapping[str, Any]) -> str:
    return next((str(one.get("name") or "") for one in document.get("sources") or ()), "")
