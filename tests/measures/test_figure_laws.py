"""Laws of the checks: rounding, scaling, the order of figures, consistent parts."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from khue.measures.checks import check_figures
from khue.measures.figures import Observation
from tests.measures.articles import INFOS, articles, figure

TERMS = st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


def said(figures: list[Observation]) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.code, one.observations) for one in check_figures(figures, INFOS)]


def stated(value: Decimal, terms: tuple[int, int]) -> Observation:
    one = figure("share", 0, "percent", terms=terms)
    return replace(one, value=Fraction(value), decimals=-int(value.as_tuple().exponent))


@given(TERMS, st.integers(0, 4), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_a_correct_rounding_is_never_reported(
    terms: tuple[int, int], decimals: int, way: str
) -> None:
    true = Decimal(terms[0] * 100) / Decimal(terms[1])
    rounded = true.quantize(Decimal(1).scaleb(-decimals), rounding=way)
    assert said([stated(rounded, terms)]) == []


@given(TERMS, st.integers(0, 3), st.integers(-2000, 2000))
def test_a_ratio_is_right_rounded_or_wrong_by_its_distance(
    terms: tuple[int, int], decimals: int, steps: int
) -> None:
    unit = Decimal(1).scaleb(-decimals)
    value = (Decimal(terms[0] * 100) / Decimal(terms[1])).quantize(unit) + steps * unit
    away = abs(Fraction(value) - Fraction(terms[0] * 100, terms[1])) / Fraction(unit)
    expected = [] if away <= Fraction(1, 2) else ["ratio_rounding"] if away < 1 else ["ratio_wrong"]
    over = ["over_100"] if value > 100 else []
    assert sorted(code for code, _ in said([stated(value, terms)])) == sorted(over + expected)


@given(TERMS, st.integers(1, 1000), st.decimals(0, 100, places=1))
def test_scaling_both_terms_changes_nothing(
    terms: tuple[int, int], scale: int, value: Decimal
) -> None:
    one = stated(value, terms)
    assert one.numerator is not None
    assert one.denominator is not None
    larger = replace(one, numerator=one.numerator * scale, denominator=one.denominator * scale)
    assert said([one]) == said([larger])


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=6), st.integers(-50, 50), st.data())
def test_scaling_a_sum_changes_nothing(values: list[int], off: int, data: st.DataObject) -> None:
    figures = breakdown(values, sum(values) + off)
    scale = data.draw(st.integers(1, 1000))
    larger = [replace(one, value=one.amount * scale) for one in figures]
    assert said(figures) == said(larger)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=6), st.integers(-50, 50))
def test_a_part_that_is_consistent_changes_nothing(values: list[int], off: int) -> None:
    figures = breakdown(values, sum(values) + off)
    nothing = replace(figures[1], id="zzzz", value=Fraction(0), breakdowns=(("medal_colour", "z"),))
    codes = [code for code, _ in said(figures)]
    assert codes == [code for code, _ in said([*figures, nothing])]
    expected = {0: "parts_confirmed", 1: "parts_short", -1: "parts_exceed"}
    assert codes == [expected[(off > 0) - (off < 0)]]


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_figures_changes_nothing(chance: object) -> None:
    figures = articles()
    before = check_figures(figures, INFOS)
    chance.shuffle(figures)  # type: ignore[attr-defined]
    assert check_figures(figures, INFOS) == before
    assert [one.message for one in check_figures(figures, INFOS)] == [one.message for one in before]


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_units_of_money_are_one_measure(first: int, second: int) -> None:
    def told(value: int, other: int, unit: str, scale: int) -> list[str]:
        pair = [
            figure("revenue", value * 1000, "trieu", period="2022"),
            figure("revenue", other * scale, unit, period="2023"),
        ]
        return [one.code for one in check_figures(pair)]

    assert told(first, second, "ty", 1) == told(first, second, "trieu", 1000)


def breakdown(values: list[int], total: int) -> list[Observation]:
    """A total and its parts by colour."""
    return [
        figure("medals", total, "medal", period="2024"),
        *(
            figure("medals", value, "medal", period="2024", breakdowns=(("medal_colour", str(n)),))
            for n, value in enumerate(values)
        ),
    ]
