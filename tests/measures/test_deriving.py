"""Formulas of reported figures: what follows from them, and what does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.measures.deriving import derive
from khue.measures.figures import IndicatorInfo, Observation
from khue.measures.indicators import Indicator
from tests.measures.articles import HANOI, HUE, INFOS, articles, figure

NATIONAL = "medals - medals_international"


def indicator(key: str, formula: str = "", unit: str = "medal") -> Indicator:
    return Indicator(
        key=key,
        name={"vi": key, "en": key},
        definition={},
        unit=unit,
        direction="up",
        dimension="sport",
        flow_stock="flow",
        frequency="year",
        method={},
        obtained="derived" if formula else "reported",
        version=key,
        formula=formula,
    )


def followed(
    figures: list[Observation], formula: str = NATIONAL, unit: str = "medal", **more: Indicator
) -> tuple[Observation, ...]:
    indicators = {
        "medals": indicator("medals"),
        "medals_international": indicator("medals_international"),
        "made": indicator("made", formula, unit),
        **more,
    }
    infos = {key: INFOS.get(key) or IndicatorInfo(key) for key in indicators}
    return derive(indicators, figures, infos).get("made", ())


def medals(value: float, **more: Any) -> Observation:
    own = {"place": HUE, "period": "2024", "status": "actual", **more}
    return figure("medals", value, own.pop("unit", "medal"), **own)


def international(value: float, **more: Any) -> Observation:
    return replace(medals(value, **more), indicator="medals_international")


def test_the_national_medals_of_hue_follow_from_the_article() -> None:
    figures = articles()
    found = {one.breakdowns: one for one in followed(figures)}
    assert {parts: one.value for parts, one in found.items()} == {
        (): 547,
        (("medal_colour", "vàng"),): 143,
        (("medal_colour", "bạc"),): 141,
        (("medal_colour", "đồng"),): 263,
    }
    whole = found[()]
    stated = {one.id: one for one in figures}
    assert [stated[name].indicator for name in whole.terms] == ["medals", "medals_international"]
    assert (whole.place, whole.period, whole.precision) == (HUE, "2024", "exact")
    assert (whole.quote, whole.stated, whole.basis) == ("", "", "")


@pytest.mark.parametrize(
    "other",
    [
        {"period": "2023"},
        {"period": ""},
        {"place": HANOI},
        {"status": "estimate"},
        {"scope": "đội tuyển trẻ"},
        {"method": "survey"},
        {"subject": "01M83G8SM4XZ8H9W94E9PD0000"},
        {"breakdowns": (("medal_colour", "vàng"),)},
        {"precision": "over"},
        {"unit": "person"},
        {"value": None},
    ],
    ids=str,
)
def test_terms_have_to_be_of_the_same(other: dict[str, Any]) -> None:
    assert followed([medals(10), international(4)])
    assert not followed([medals(10), replace(international(4), **other)])


def test_what_follows_has_an_identifier_of_its_own() -> None:
    formulas = {"medals": "", "double": "medals * 2", "triple": "medals * 3"}
    indicators = {key: indicator(key, formula) for key, formula in formulas.items()}
    infos = {key: IndicatorInfo(key) for key in formulas}
    found = derive(indicators, [whole := medals(10)], infos)
    (double,), (triple,) = found["double"], found["triple"]
    assert double.terms == triple.terms == (whole.id,)
    assert len({whole.id, double.id, triple.id}) == 3


def test_two_places_that_are_not_known_are_not_one() -> None:
    one, other = {"place": "", "place_stated": "Quận X"}, {"place": "", "place_stated": "Xã Y"}
    assert followed([medals(10, **one), international(4, **one)])
    assert not followed([medals(10, **one), international(4, **other)])


def test_where_a_figure_was_told_makes_no_difference() -> None:
    (one,) = followed([medals(10, method="speech"), international(4, method="press")])
    assert (one.value, one.method) == (6, "")


def test_nothing_follows_where_sources_differ() -> None:
    told = [medals(10), international(4)]
    assert not followed([*told, medals(11)])
    (one,) = followed([*told, medals(10)])
    assert one.value == 6


def test_money_is_taken_in_the_unit_of_its_indicator() -> None:
    money = {
        "medals": indicator("medals", unit="ty"),
        "medals_international": indicator("medals_international", unit="ty"),
    }
    told = [medals(2, unit="ty"), international(500, unit="trieu")]
    (one,) = followed(told, unit="ty", **money)
    # Amounts of money are rounded, and how far their difference is off, nobody has said.
    assert (one.value, one.precision) == (Fraction(3, 2), "about")


def test_a_formula_of_what_follows_itself() -> None:
    share = {"share": indicator("share", "made / medals * 100", "percent")}
    figures = [medals(8), international(2)]
    indicators = {
        "share": share["share"],
        "medals": indicator("medals"),
        "medals_international": indicator("medals_international"),
        "made": indicator("made", NATIONAL),
    }
    infos = {key: IndicatorInfo(key) for key in indicators}
    found = derive(indicators, figures, infos)
    (made,), (one,) = found["made"], found["share"]
    assert (made.value, one.value) == (6, 75)
    assert one.terms == (made.id, figures[0].id)
    # By nothing nothing is divided.
    assert "share" not in derive(indicators, [medals(0), international(0)], infos)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans()), max_size=12),
    st.randoms(use_true_random=False),
)
def test_what_follows_is_the_same_in_any_order(told: list[tuple[str, int, bool]], by: Any) -> None:
    figures = [
        (medals if whole else international)(value, scope=scope) for scope, value, whole in told
    ]
    before = {one.scope: one.value for one in followed(figures)}
    by.shuffle(figures)
    assert {one.scope: one.value for one in followed(figures)} == before
    for scope, value in before.items():
        wholes = {n for s, n, whole in told if s == scope and whole}
        abroad = {n for s, n, whole in told if s == scope and not whole}
        assert {a - b for a in wholes for b in abroad} == {value}
