"""Figures that follow from what sources state: formulas over reported figures. Pure.

What follows from counted records is `compute`'s; what is reported is never computed over there, as
sources may contradict each other and state figures of periods of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from khue.lib.vietnamese import fold
from khue.measures.figures import (
    FORMS_OF_TELLING,
    IndicatorInfo,
    Observation,
    factor_of,
    measure_of,
)
from khue.measures.findings import decimals_of
from khue.measures.formulas import names_in, result_of
from khue.measures.indicators import Indicator, in_order

Same = tuple[Any, ...]
"""What figures have to share for a formula of them to mean something."""


def derive(
    indicators: Mapping[str, Indicator],
    figures: Iterable[Observation],
    infos: Mapping[str, IndicatorInfo],
) -> dict[str, tuple[Observation, ...]]:
    """The figures of derived indicators that follow from reported ones, by indicator.

    One follows where each term of the formula is stated, exactly and in its own measure, of the
    same place, period, part, scope, way of counting and status, and where sources do not differ
    about any of them. A term that follows itself is as good as one that is stated.
    """
    known: dict[str, list[Observation]] = defaultdict(list)
    for figure in figures:
        known[figure.indicator].append(figure)
    found = {}
    for one in in_order(indicators):
        if one.obtained == "derived":
            terms = {name: known[name] for name in names_in(one.formula)}
            followed = tuple(_following(one, indicators, terms, infos))
            if followed:
                known[one.key] += followed
                found[one.key] = followed
    return found


def _following(
    one: Indicator,
    indicators: Mapping[str, Indicator],
    terms: Mapping[str, Sequence[Observation]],
    infos: Mapping[str, IndicatorInfo],
) -> Iterator[Observation]:
    stated = {
        name: _by_what_is_same(figures, indicators[name].unit, infos[name])
        for name, figures in terms.items()
    }
    shared = set.intersection(*(set(some) for some in stated.values())) if stated else set()
    for same in sorted(shared, key=repr):
        told = {name: some[same] for name, some in stated.items()}
        if all(len({figure.base for figure in some}) == 1 for some in told.values()):
            firsts = {name: some[0] for name, some in told.items()}
            value = result_of(one.formula, _in_units_of(firsts, indicators))
            if value is not None:
                yield _figure(one, value, list(firsts.values()))


def _in_units_of(
    figures: Mapping[str, Observation], indicators: Mapping[str, Indicator]
) -> dict[str, Fraction]:
    """The values of terms, each in the unit of its indicator."""
    return {
        name: figure.base / factor_of(indicators[name].unit) for name, figure in figures.items()
    }


def _figure(one: Indicator, value: Fraction, terms: Sequence[Observation]) -> Observation:
    """What follows from some figures, of which the first says where, when and of what part."""
    return replace(
        terms[0],
        # Another formula may be of the same figures, or of one alone.
        id=f"{one.key}={'+'.join(term.id for term in terms)}",
        terms=tuple(term.id for term in terms),
        indicator=one.key,
        name=one.name,
        value=value,
        decimals=decimals_of(value),
        step=Fraction(0),
        # How far a result of rounded numbers may be off, nobody has said.
        precision="exact" if all(term.is_count and not term.step for term in terms) else "about",
        unit=one.unit,
        unit_name={},
        unit_one={},
        method=_way(terms[0]),
        numerator=None,
        denominator=None,
        basis="",
        source="; ".join(dict.fromkeys(term.source for term in terms if term.source)),
        quote="",
        part_of="",
        stated="",
        is_stock=one.is_stock,
    )


def _by_what_is_same(
    figures: Iterable[Observation], unit: str, info: IndicatorInfo
) -> Mapping[Same, list[Observation]]:
    found: dict[Same, list[Observation]] = defaultdict(list)
    for one in figures:
        exact = one.value is not None and one.precision == "exact"
        if exact and one.period and one.measure == measure_of(unit):
            found[_same(one, info)].append(one)
    return found


def _same(one: Observation, info: IndicatorInfo) -> Same:
    parts = sorted((dimension, info.part(dimension, part)) for dimension, part in one.breakdowns)
    return (
        # Two places that are not known are not one.
        *(one.place or fold(one.place_stated), one.former, one.present, one.subject, one.period),
        *(tuple(parts), one.scope, one.status, _way(one)),
    )


def _way(one: Observation) -> str:
    """How a figure was counted, as far as its source says."""
    return "" if one.method in FORMS_OF_TELLING else one.method
