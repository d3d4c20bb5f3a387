"""How targets stand: each rule by its arithmetic, and laws."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.lib.dates import Day
from khue.measures.checks import check_figures
from khue.measures.counts import counts_for
from khue.measures.documents import target_of
from khue.measures.evidence import implied_target
from khue.measures.figures import IndicatorInfo, Observation, Target
from khue.measures.indicators import Indicator
from khue.measures.trajectories import Trajectory, assess
from khue.measures.values import ValueView
from tests.measures.articles import HANOI, HUE, articles, figure

TODAY = Day(2026, 6, 30)


def target(value: float | None, due: str = "2030", **more: Any) -> Target:
    asked = None if value is None else Fraction(str(value))
    return Target(
        "t", "centres", value=asked, due=due, **({"place": HANOI, "unit": "centre"} | more)
    )


def centres(**values: float) -> list[Observation]:
    """Figures by year: centres(y2024=1)."""
    return [
        figure("centres", value, "centre", period=year.removeprefix("y"), status="actual")
        for year, value in values.items()
    ]


def stands(one: Target, figures: list[Observation], **more: Any) -> tuple[str, str]:
    told = assess(one, figures, more.pop("today", TODAY), more.pop("info", None))
    assert told.why["vi"]
    assert told.why["en"]
    return told.state, told.rule


def test_the_medals_of_hue_had_a_target_of_400() -> None:
    medals = target(None, "2024", unit="medal", exceeded_by=Fraction(182))
    medals = replace(medals, indicator="medals", place=HUE)
    told = assess(medals, articles(), TODAY)
    assert (told.state, told.rule, told.value, told.implied) == ("achieved", "implied", 400, True)
    assert told.arithmetic["vi"] == "582 − 182 = 400"
    missed = assess(replace(medals, exceeded_by=Fraction(-18)), articles(), TODAY)
    assert (missed.state, missed.value) == ("behind", 600)
    assert implied_target(replace(medals, due="2023"), articles()) is None
    unsaid = replace(medals, exceeded_by=None)
    assert assess(unsaid, articles(), TODAY).rule == "no_value"


def test_the_share_of_grdp_is_unknown_after_its_due_date() -> None:
    share = replace(target(5, "2025", unit="percent"), indicator="grdp_share")
    told = assess(share, articles(), TODAY)
    assert (told.state, told.rule) == ("unknown", "due_without_figure")
    assert "3,7%" in told.why["vi"]


@pytest.mark.parametrize(
    ("values", "state", "rule"),
    [
        ({}, "unknown", "no_figure"),
        ({"y2025": 4}, "unknown", "one_figure"),
        ({"y2025": 10}, "achieved", "reached"),
        ({"y2023": 0, "y2025": 4}, "on_track", "linear"),  # 2 a year, 1.2 needed
        ({"y2023": 0, "y2025": 2}, "behind", "linear"),  # 1 a year, 1.6 needed
        ({"y2023": 4, "y2025": 6}, "on_track", "compound"),  # 22% a year, 11% needed
        ({"y2023": 4, "y2025": 4.4}, "behind", "compound"),
        ({"y2024": 10, "y2025": 4}, "behind", "compound"),  # what was reached and lost
    ],
)
def test_levels(values: dict[str, float], state: str, rule: str) -> None:
    assert stands(target(10), centres(**values)) == (state, rule)


def test_the_change_needed_stands_beside_the_change_so_far() -> None:
    told = assess(target(10), centres(y2023=4, y2025=6), TODAY)
    assert told.so_far == pytest.approx(22.474, abs=0.001)
    assert told.needed == pytest.approx(10.757, abs=0.001)
    assert told.arithmetic["en"] == (
        "(6 / 4)^(1 / 2) − 1 = +22.47%; (10 / 6)^(1 / 5) − 1 = +10.76%"
    )
    assert len(told.observations) == 2


def test_a_change_of_a_share_is_told_from_percentage_points() -> None:
    def why(**values: float) -> str:
        figures = [replace(one, unit="percent") for one in centres(**values)]
        return assess(target(10, unit="percent"), figures, TODAY).why["en"]

    assert "+22.47% a year" in why(y2023=4, y2025=6)
    assert why(y2023=4, y2025=6).endswith("relative changes of the share, not percentage points.")
    assert why(y2023=0, y2025=4).endswith("The changes a year are in percentage points.")
    assert "points" not in assess(target(10), centres(y2023=4, y2025=6), TODAY).why["en"]


def test_due_dates_that_have_passed() -> None:
    late = target(2, "2025", value_to=Fraction(3))
    assert stands(late, centres(y2024=1)) == ("unknown", "due_without_figure")
    assert stands(late, centres(y2024=1, y2025=1)) == ("behind", "due_passed")
    assert stands(late, centres(y2024=1, y2025=2)) == ("achieved", "reached")
    assert stands(late, centres(y2024=2)) == ("achieved", "reached")
    assert stands(target(2, ""), centres(y2024=2)) == ("unknown", "no_due")


def test_a_figure_told_roughly_reaches_only_what_is_certain() -> None:
    (one,) = centres(y2025=10)
    assert stands(target(10), [one])[0] == "achieved"
    assert stands(target(10), [replace(one, precision="over")])[0] == "achieved"
    assert stands(target(10), [replace(one, precision="nearly")])[0] == "unknown"
    assert stands(target(10), [replace(one, precision="under")])[0] == "unknown"


def test_less_may_be_better() -> None:
    info = IndicatorInfo("centres", direction="down")
    assert stands(target(10), centres(y2025=9), info=info)[0] == "achieved"
    assert stands(target(10), centres(y2023=40, y2025=20), info=info)[0] == "on_track"
    assert stands(target(10), centres(y2023=40, y2025=38), info=info)[0] == "behind"
    assert stands(target(10, precision="at_most"), centres(y2025=9))[0] == "achieved"


def test_growth_a_year_and_over_a_period() -> None:
    yearly = target(10, kind="yearly_growth", unit="percent")
    assert stands(yearly, centres(y2023=100, y2025=125)) == ("on_track", "growth")
    assert stands(yearly, centres(y2023=100, y2025=115)) == ("behind", "growth")
    assert stands(yearly, centres(y2025=115)) == ("unknown", "no_growth")
    ended = replace(yearly, due="2025")
    assert stands(ended, centres(y2023=100, y2025=125)) == ("achieved", "growth")
    assert stands(ended, centres(y2022=100, y2024=125)) == ("unknown", "growth")
    whole = target(50, kind="total_growth", unit="percent")
    assert stands(whole, centres(y2023=100, y2025=150)) == ("achieved", "reached")
    assert stands(whole, centres(y2023=100, y2025=105)) == ("behind", "compound")
    rate = figure("centres", 12, "percent", period="2025")
    info = IndicatorInfo("centres", unit="percent", over_100=True)
    assert stands(yearly, [rate], info=info) == ("on_track", "growth_stated")


def test_growth_is_of_one_measure_whatever_its_units() -> None:
    told = [
        figure("centres", value, unit, period=year, status="actual")
        for year, value, unit in (
            ("2022", 7, "centre"),
            ("2023", 2, "nghin_ty"),
            ("2025", 2_420, "ty"),
        )
    ]
    yearly = assess(target(15, kind="yearly_growth", unit="percent"), told, TODAY)
    assert yearly.state == "behind"
    assert yearly.so_far == pytest.approx(10)
    assert yearly.arithmetic["vi"] == "(2.420 / 2.000)^(1 / 2) − 1 = +10,00%"
    whole = assess(target(21, kind="total_growth", unit="percent"), told, TODAY)
    assert (whole.state, whole.rule) == ("achieved", "reached")


def test_a_pace_that_is_kept_exactly_is_on_track() -> None:
    yearly = target(10, kind="yearly_growth", unit="percent")
    assert stands(yearly, centres(y2023=100, y2025=121))[0] == "on_track"
    assert stands(target(194.87171), centres(y2023=100, y2025=121))[0] == "on_track"
    assert stands(target(10), centres(y2023=0, y2025=2.857142857142857))[0] == "on_track"


def test_no_number_is_too_large() -> None:
    for first, second in ((5e-324, 1.7e308), (0, 1.7e308), (1.7e308, 5e-324)):
        assert stands(target(1.79e308), centres(y2023=first, y2025=second))[0] != "achieved"
    assert check_figures(centres(y2023=5e-324, y2025=1.7e308))[0].code == "jump"
    pair = zip(centres(y1=1, y2=9e9), ("0001", "9999"), strict=True)
    assert check_figures([replace(one, period=year) for one, year in pair]) == []


def test_what_is_not_about_the_target_is_left_out() -> None:
    (one,) = centres(y2025=10)
    for other in (
        replace(one, place=HUE),
        replace(one, indicator="zones"),
        replace(one, status="plan"),
        replace(one, period="2027"),
        replace(one, breakdowns=(("sector", "a"),)),
        replace(one, scope="cả nước"),
    ):
        assert stands(target(10), [other]) == ("unknown", "no_figure")
    assert stands(target(10), [replace(one, unit="ty")]) == ("unknown", "other_unit")


def test_what_sources_contradict_is_neither_level_nor_baseline() -> None:
    older = centres(y2022=1, y2023=4, y2025=6)
    other = replace(older[0], id="other", value=Fraction(5))
    told = assess(target(10), [*older, other], TODAY)
    assert told.observations == tuple(one.id for one in older[1:])
    newest = replace(older[2], id="other", value=Fraction(7))
    assert stands(target(10), [*older, newest]) == ("unknown", "contradicting")


def test_an_actual_figure_stands_instead_of_what_was_estimated_or_planned() -> None:
    older, actual = centres(y2023=4, y2025=6)
    estimate = replace(actual, id="estimate", value=Fraction(7), status="estimate")
    plan = replace(actual, id="plan", value=Fraction(9), status="plan")
    told = assess(target(10), [older, actual, estimate, plan], TODAY)
    assert (told.state, told.rule) == ("on_track", "compound")
    assert told.observations == (older.id, actual.id)
    assert told.arithmetic["en"] == (
        "(6 / 4)^(1 / 2) − 1 = +22.47%; (10 / 6)^(1 / 5) − 1 = +10.76%; "
        "the actual 6 (2025) counts, not the estimate 7 (2025) of the same period"
    )
    # The same of the figure that a change is reckoned from.
    guess = replace(older, id="guess", value=Fraction(1), status="estimate")
    told = assess(target(10), [guess, older, actual], TODAY)
    assert told.observations == (older.id, actual.id)
    assert "not the estimate 1" in told.arithmetic["en"]
    # An estimate that came true needs no word.
    told = assess(target(10), [older, actual, replace(estimate, value=actual.value)], TODAY)
    assert "estimate" not in told.arithmetic["en"]


def test_figures_of_one_standing_that_differ_stay_contradictory() -> None:
    older, actual = centres(y2023=4, y2025=6)
    other = replace(actual, id="other", value=Fraction(7))
    estimate = replace(actual, id="estimate", value=Fraction(6), status="estimate")
    assert stands(target(10), [older, actual, other, estimate]) == ("unknown", "contradicting")
    guess = replace(estimate, id="guess", value=Fraction(7))
    assert stands(target(10), [older, estimate, guess]) == ("unknown", "contradicting")
    # Of which standing a figure is that does not say so, nobody knows.
    assert stands(target(10), [older, estimate, replace(other, status="")])[1] == "contradicting"
    # Money is no estimate of a number of centres, nor the first half of a year one of all of it.
    assert stands(target(10), [older, actual, replace(guess, unit="ty")])[1] == "contradicting"
    half = replace(guess, period="2025-06")
    assert stands(target(10), [older, actual, half]) == ("on_track", "compound")


def test_a_target_is_derived_from_the_actual_figure() -> None:
    (actual,) = centres(y2025=6)
    estimate = replace(actual, id="estimate", value=Fraction(7), status="estimate")
    unsaid = target(None, "2025", exceeded_by=Fraction(2))
    told = assess(unsaid, [actual, estimate], TODAY)
    assert (told.state, told.value) == ("achieved", 4)
    assert told.arithmetic["en"].startswith("6 − 2 = 4; the actual 6")


def test_the_baseline_of_the_document_comes_first() -> None:
    stated = target(10, baseline=Fraction(1), baseline_date="2024")
    told = assess(stated, centres(y2023=4, y2025=6), TODAY)
    assert told.so_far == pytest.approx(500)


def test_a_target_out_of_its_document() -> None:
    document = {"id": "t", "name": {"vi": "Huy chương"}, "due": "2024", "exceeded_by": 182}
    read = target_of(document)
    assert (read.exceeded_by, read.value, read.kind, read.known_as) == (
        182,
        None,
        "level",
        "huy chuong",
    )


YEARLY = st.fractions(1, 1000, max_denominator=100)


@given(YEARLY, YEARLY, YEARLY, st.fractions(1, 1000, max_denominator=7))
def test_scaling_values_and_target_changes_nothing(
    before: Fraction, after: Fraction, asked: Fraction, scale: Fraction
) -> None:
    def told(by: Fraction) -> Trajectory:
        figures = [
            replace(one, value=value * by)
            for one, value in zip(centres(y2023=0, y2025=0), (before, after), strict=True)
        ]
        return assess(replace(target(0), value=asked * by), figures, TODAY)

    one, other = told(Fraction(1)), told(scale)
    assert (one.state, one.rule) == (other.state, other.rule)


@given(YEARLY, YEARLY, YEARLY)
def test_who_keeps_the_needed_pace_arrives(
    before: Fraction, after: Fraction, asked: Fraction
) -> None:
    figures = [
        replace(one, value=value)
        for one, value in zip(centres(y2023=0, y2025=0), (before, after), strict=True)
    ]
    told = assess(replace(target(0), value=asked), figures, TODAY)
    if told.rule == "compound":
        assert told.needed is not None
        assert told.so_far is not None
        assert float(after) * (1 + told.needed / 100) ** 5 == pytest.approx(float(asked))
        arrives = float(after) * (1 + told.so_far / 100) ** 5 >= float(asked) * (1 - 1e-9)
        assert (told.state == "on_track") <= arrives


def test_the_count_of_the_registry_stands_in_where_nobody_reports_a_figure() -> None:
    asked = Target(id="T", indicator="centres", value=Fraction(1), due="2025", place="01")
    counted = Observation(
        *("", "centres"), value=Fraction(0), period="2026-01-10", place="01", is_stock=True
    )
    told = assess(asked, [], (2026, 2, 1), counts=[counted])
    assert (told.state, told.counted, told.observations) == ("behind", True, ())
    assert told.why["en"].endswith("since no figure is reported.")
    reported = Observation(
        id="R", indicator="centres", value=Fraction(1), period="2025-12", place="01", is_stock=True
    )
    told = assess(asked, [reported], (2026, 2, 1), counts=[counted])
    assert (told.state, told.counted, told.observations) == ("achieved", False, ("R",))
    country = Target(id="T", indicator="centres", value=Fraction(1), due="2025")
    everywhere = Observation(
        *("", "centres"), value=Fraction(0), period="2026-01-10", is_stock=True
    )
    told = assess(country, [], (2026, 2, 1), counts=[everywhere])
    assert (told.state, told.rule, told.counted) == ("unknown", "no_national_figure", False)
    assert "counts 0 (10 January 2026)" in told.why["en"]
    assert "đếm được 0 (10/1/2026)" in told.why["vi"]
    assert assess(country, [], (2026, 2, 1)).rule == "no_country"
    assert assess(country, [], (2026, 1, 1), counts=[everywhere]).rule == "no_country"
    undated = replace(country, due="")
    assert assess(undated, [], (2026, 2, 1), counts=[everywhere]).rule == "no_due"


def test_a_count_of_a_later_day_is_told_and_not_judged_by() -> None:
    asked = Target(id="T", indicator="centres", value=Fraction(1), due="2025", place="01")
    counted = Observation(
        *("", "centres"), value=Fraction(0), period="2026-11-23", place="01", is_stock=True
    )
    told = assess(asked, [], Day(2025, 12, 31), counts=[counted])
    assert (told.state, told.rule, told.counted) == ("unknown", "counted_later", False)
    assert "tính đến 31/12/2025; Khuê chỉ đếm từ hồ sơ vào 23/11/2026" in told.why["vi"]
    assert "up to 31 December 2025" in told.why["en"]
    assert "counted on 23 November 2026" in told.why["en"]
    assert assess(asked, [], Day(2026, 11, 23), counts=[counted]).state == "behind"


def test_everything_of_a_part_is_counted_for_the_whole_country() -> None:
    country = Target(id="T", indicator="centres", value=Fraction(1), due="2025")
    text = {"vi": "Trung tâm", "en": "Centres"}
    one = Indicator(
        *("centres", text, text, "centre", "up", "economy", "stock", "year", text, "computed", "v"),
        breakdowns=("place", "kind"),
    )
    held = ValueView("centres", "v", 1, "2026", "", {}, 7.0, "actual", "s", 7, False, "")
    part = replace(held, part={"kind": "A"}, value=3.0)
    values = [part, held, replace(held, place="01", part={"place": "01"}, value=2.0)]

    def counted(target: Target) -> list[Fraction | None]:
        return [each.value for each in counts_for(target, one, values, lambda code: None)]

    assert counted(country) == [7]
    assert counted(replace(country, breakdowns=(("kind", "A"),))) == [3]
    assert counted(replace(country, breakdowns=(("kind", "B"),))) == []
    assert counted(replace(country, subject="R")) == []
    assert counted(replace(country, place="01")) == [2]


def test_a_month_is_no_pace_towards_a_year() -> None:
    """What goes on over a period counts by periods as long as that of the target."""
    asked = Target(id="T", indicator="visits", value=Fraction(1200), due="2027", place="01")

    def told(**values: int) -> Observation:
        ((period, value),) = values.items()
        when = period.removeprefix("p").replace("_", "-")
        return Observation(f"O{when}", "visits", value=Fraction(value), period=when, place="01")

    years = [told(p2023=1000), told(p2024=1100)]
    month = told(p2025_01=90)
    assert assess(asked, [*years, month], Day(2025, 6, 1)) == assess(asked, years, Day(2025, 6, 1))
    alone = assess(asked, [month], Day(2025, 6, 1))
    assert (alone.state, alone.rule) == ("unknown", "other_length")
    assert "90" in alone.why["vi"]
    # A month or a day at the end is when the year is over; a half-year is its own.
    ending = [replace(asked, due=due) for due in ("2024-12", "2024-12-31")]
    assert [assess(one, years, Day(2025, 6, 1)).rule for one in ending] == ["due_passed"] * 2
    half = replace(asked, due="2025-01/2025-06")
    assert assess(half, years, Day(2025, 9, 1)).rule == "other_length"
    # What is to be reached in all over some years is of all of them; what grows is of each.
    over = replace(asked, due="2024/2027", baseline=Fraction(1000), baseline_date="2023")
    assert assess(over, years, Day(2025, 6, 1)).rule == "other_length"
    growing = replace(over, kind="yearly_growth", value=Fraction(7), unit="percent")
    assert assess(growing, years, Day(2025, 6, 1)).observations == ("O2024",)
    # What there is at a moment counts, however long its period.
    stocks = [replace(one, is_stock=True) for one in (*years, month)]
    assert assess(asked, stocks, Day(2025, 6, 1)).observations == ("O2023", "O2025-01")
