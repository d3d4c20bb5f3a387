"""What the checks say of the figures of the articles, and of nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from khue.lib.dates import Day
from khue.measures.checks import check_figures
from khue.measures.documents import observation_of
from khue.measures.figures import Computed, IndicatorInfo, Observation
from khue.measures.findings import Finding, catalogue
from khue.measures.territory import Reform
from tests.measures.articles import HANOI, INFOS, articles, figure


def codes(*figures: Observation, **more: object) -> list[str]:
    """The codes of what is found, without confirmations of what was not asked."""
    return [one.code for one in check_figures(figures, **more)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return check_figures(articles(), INFOS)


def test_the_articles_give_these_findings_and_no_others(found: list[Finding]) -> None:
    told = [(one.code, one.indicator) for one in found]
    assert told == [
        ("ratio_wrong", "village_houses"),
        ("certainty_differs", "intangible_total"),
        ("list_changed", "relics_total"),
        ("mixed_units", "relics_total"),
        ("not_comparable", "national_treasures"),
        ("ratio_rounding", "commune_centres"),
        ("parts_confirmed", "medals"),
        ("parts_confirmed", "medals_international"),
    ]
    assert Counter(one.severity for one in found) == {"error": 1, "note": 5, "confirmed": 2}


def test_without_indicator_files_the_same_is_found() -> None:
    assert codes(*articles()) == [one.code for one in check_figures(articles(), INFOS)]


def test_the_arithmetic_is_shown(found: list[Finding]) -> None:
    shown = {(one.code, one.indicator): one.arithmetic for one in found}
    assert shown["ratio_wrong", "village_houses"] == {
        "vi": "1.186 / 1.761 × 100 = 67,348 ≠ 63,7",
        "en": "1,186 / 1,761 × 100 = 67.348 ≠ 63.7",
    }
    assert shown["parts_confirmed", "medals"]["en"] == "157 + 152 + 273 = 582"
    assert shown["list_changed", "relics_total"]["vi"] == "6.489 − 5.922 = +567 (+9,6%)"
    assert shown["mixed_units", "relics_total"]["vi"] == (
        "5.922 − (21 + 1.163 + 1.512) = 3.226; 5.922 − (93 + 1.174 + 1.512) = 3.143"
    )


def test_the_words_say_what_is_wrong(found: list[Finding]) -> None:
    said = {one.code: one.message for one in found}
    assert "67,35%" in said["ratio_wrong"]["vi"]
    assert "may have been swapped: 67.3 became 63.7" in said["ratio_wrong"]["en"]
    assert "rounds to 87.6%" in said["ratio_rounding"]["en"]
    assert "Quyết định 1559/QĐ-UBND" in said["list_changed"]["vi"]
    assert "gần 1.793" in said["certainty_differs"]["vi"]
    both = [text for one in found for text in (one.message, one.mend)]
    assert all(text["vi"] and text["en"] and text["vi"] != text["en"] for text in both)


def test_the_change_of_the_list_names_every_figure_that_tells_it(found: list[Finding]) -> None:
    (one,) = [each for each in found if each.code == "list_changed"]
    values = {each.id: each.value for each in articles_of(one)}
    assert sorted(map(int, values.values())) == [5922, 6489, 6489]


def articles_of(one: Finding) -> list[Observation]:
    """The figures of a finding; identifiers go by position, so they are the same in every list."""
    figures = articles()
    shift = int(figures[0].id) - int(min(one.observations))
    wanted = {f"{int(each) + shift:04d}" for each in one.observations}
    return [each for each in figures if each.id in wanted]


def test_every_text_stands_in_both_languages() -> None:
    for code, entry in catalogue().items():
        needed = {"vi", "en", "mend_vi", "mend_en"} if "severity" in entry else {"vi", "en"}
        assert all(entry.get(key) for key in needed), code


@pytest.mark.parametrize(
    ("value", "terms", "code"),
    [
        (67.3, (1186, 1761), []),  # 67.348
        (67.35, (1186, 1761), []),
        (67.4, (1186, 1761), ["ratio_rounding"]),
        (63.7, (1186, 1761), ["ratio_wrong"]),
        (100, (15, 15), []),
        (99.9, (15, 15), ["ratio_wrong"]),
        (100, (15, 0), ["ratio_no_whole"]),
        (110, (165, 150), ["over_100"]),
        (2.5, (1, 40), []),
        (2, (1, 40), []),  # a half goes either way
        (3, (1, 40), []),
    ],
)
def test_ratios(value: float, terms: tuple[int, int], code: list[str]) -> None:
    assert codes(figure("share", value, "percent", terms=terms)) == code


def test_a_ratio_told_roughly_is_right_nearby() -> None:
    about = figure("share", 67, "percent", terms=(1186, 1761), precision="about")
    assert codes(about) == []
    assert codes(replace(about, precision="over")) == []
    assert codes(replace(about, value=Fraction(60))) == ["ratio_wrong"]


def test_growth_may_be_over_100() -> None:
    growth = {"growth": IndicatorInfo("growth", over_100=True)}
    share = {"growth": IndicatorInfo("growth")}
    one = figure("growth", 120, "percent")
    assert codes(one, infos=growth) == []
    assert codes(one, infos=share) == ["over_100"]
    assert codes(one) == []


def medals(*values: float, total: float, **more: object) -> list[Observation]:
    colours = ("vàng", "bạc", "đồng")
    return [
        figure("medals", total, "medal", period="2024", **more),
        *(
            figure("medals", value, "medal", period="2024", breakdowns=(("medal_colour", colour),))
            for colour, value in zip(colours, values, strict=False)
        ),
    ]


def test_parts_and_totals() -> None:
    assert codes(*medals(157, 152, 273, total=582), infos=INFOS) == ["parts_confirmed"]
    assert codes(*medals(157, 152, 273, total=580), infos=INFOS) == ["parts_exceed"]
    assert codes(*medals(157, 152, 273, total=700), infos=INFOS) == ["parts_short"]
    assert codes(*medals(157, total=582), infos=INFOS) == []
    assert codes(*medals(157, 152, 273, total=500, precision="over"), infos=INFOS) == []
    # Without a file, parts that lack much are taken to be some of them.
    assert codes(*medals(157, 152, total=582)) == []
    assert codes(*medals(157, 152, 273, total=600)) == ["parts_short"]


def test_parts_of_another_source_come_after_those_of_the_total() -> None:
    figures = [replace(one, source="a") for one in medals(157, 152, 273, total=582)]
    other = [replace(one, id=f"{one.id}x", source="b") for one in medals(200, 200, 200, total=600)]
    found = check_figures([*figures, *other], INFOS)
    confirmed = [set(one.observations) for one in found if one.code == "parts_confirmed"]
    assert confirmed == [{one.id for one in figures}, {one.id for one in other}]
    assert Counter(one.code for one in found)["told_differently"] == 4


def test_shares_add_up_where_the_file_says_so() -> None:
    info = {"share": IndicatorInfo("share", sums=frozenset({"sector"}))}
    parts = [
        figure("share", value, "percent", period="2024", breakdowns=(("sector", name),))
        for name, value in (("a", 33.3), ("b", 33.3), ("c", 33.3))
    ]
    total = figure("share", 100, "percent", period="2024")
    assert codes(total, *parts) == []
    assert codes(replace(total, decimals=1), *parts, infos=info) == []  # rounding
    assert codes(replace(total, value=Fraction(90)), *parts, infos=info) == ["parts_exceed"]


def test_parts_by_reference() -> None:
    total = figure("visitors", 300, "visit", period="2024")
    parts = [
        figure("visitors", value, "visit", period="2024", place=place, part_of=total.id)
        for place, value in (("00070", 100), ("00004", 150))
    ]
    assert codes(total, *parts) == ["parts_short"]
    assert codes(replace(total, value=Fraction(250)), *parts) == ["parts_confirmed"]
    assert codes(replace(total, value=Fraction(200)), *parts) == ["parts_exceed"]


def test_money_adds_up_across_its_units() -> None:
    total = figure("revenue", 2, "ty", period="2024")
    first = figure("revenue", 1500, "trieu", period="2024", breakdowns=(("sector", "a"),))
    second = figure("revenue", 500, "trieu", period="2024", breakdowns=(("sector", "b"),))
    assert codes(total, first, second) == ["parts_confirmed"]


def test_what_is_contained_may_not_be_more() -> None:
    whole = figure("medals", 30, "medal", period="2024")
    inner = figure("medals_international", 35, "medal", period="2024")
    assert codes(whole, inner, infos=INFOS) == ["exceeds_whole"]
    assert codes(replace(whole, value=Fraction(35)), inner, infos=INFOS) == []


def test_one_figure_told_differently() -> None:
    told = figure("share", 5.82, "percent", period="2018", place="", source="a")
    other = figure("share", 3.61, "percent", period="2018", place="", source="b")
    assert codes(told, other) == ["told_differently"]
    assert codes(told, replace(other, value=Fraction("5.8"), decimals=1)) == []
    assert codes(told, replace(other, status="plan")) == []
    assert codes(told, replace(other, scope="giá so sánh")) == ["not_comparable"]
    assert codes(told, replace(other, unit="ratio")) == ["mixed_units"]


def test_jumps_and_what_explains_them() -> None:
    before = figure("clubs", 100, "club", period="2024", method="report")
    after = figure("clubs", 900, "club", period="2026", method="report")
    assert codes(before, after) == ["jump"]
    assert codes(before, replace(after, value=Fraction(150))) == []
    assert codes(before, replace(after, period="2034")) == []
    assert codes(before, replace(after, method="survey")) == ["method_changed"]
    assert codes(replace(before, value=Fraction(1)), replace(after, value=Fraction(5))) == []
    reform = {HANOI: Reform(Day(2025, 7, 1), {"vi": "Quận A, Quận B", "en": "A, B"})}
    (one,) = check_figures([before, after], reforms=reform)
    assert one.code == "jump_reform"
    assert "1/7/2025" in one.message["vi"]
    assert "Quận A, Quận B" in one.message["vi"]
    earlier = [replace(before, period="2022"), replace(after, period="2023")]
    assert codes(*earlier, reforms=reform) == ["jump"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("2023", "2025-01", []),
        ("2025-01/2025-03", "2026", []),
        ("2024", "2025-01/2025-06", []),
        ("2024", "2026", ["jump"]),
        ("2024-02", "2025-01", ["jump"]),
        ("2024-01/2024-03", "2025-04/2025-06", ["jump"]),
        ("2024-12", "2025-03-17", []),
        ("2025-01-01/2025-01-03", "2025-03-01/2025-03-07", []),
        ("2024-12-31", "2025-12-31", ["jump"]),
    ],
)
def test_only_periods_of_one_length_jump(before: str, after: str, expected: list[str]) -> None:
    first = figure("visits", 120_000, "visit", period=before)
    last = figure("visits", 1_000, "visit", period=after)
    assert codes(first, last) == expected
    methods = [replace(first, method="survey"), replace(last, method="report")]
    assert codes(*methods) == (["method_changed"] if expected else [])
    # Nor is that a sign of another scope, or of another list.
    assert codes(first, replace(last, scope="bảo tàng")) == (["not_comparable"] if expected else [])
    assert codes(first, replace(last, basis="decision")) == expected
    # How much there is stands at a moment: a day and a year are alike.
    assert codes(replace(first, is_stock=True), replace(last, is_stock=True)) == ["jump"]
    # What was counted from a list stands at a time, however long its period.
    assert codes(first, replace(last, value=Fraction(90_000), method="register")) == [
        "list_changed"
    ]


def test_a_month_between_two_years_hides_no_jump() -> None:
    figures = [
        figure("visits", 1_000_000, "visit", period="2023"),
        figure("visits", 80_000, "visit", period="2024-06"),
        figure("visits", 10_000, "visit", period="2025"),
    ]
    (one,) = check_figures(figures)
    assert one.code == "jump"
    assert one.observations == (figures[0].id, figures[2].id)


def test_the_arithmetic_of_a_jump_is_in_one_unit() -> None:
    billion = {"vi": "tỷ đồng", "en": "billion dong"}
    million = {"vi": "triệu đồng", "en": "million dong"}
    before = figure("visit_revenue", 90, "ty", period="2023", unit_name=billion)
    after = figure("visit_revenue", 95, "trieu", period="2024", unit_name=million)
    (one,) = check_figures([before, after])
    assert one.code == "jump"
    assert one.arithmetic == {
        "vi": "95 triệu đồng − 90.000 triệu đồng = −89.905 triệu đồng (−99,9%)",
        "en": "95 million dong − 90,000 million dong = −89,905 million dong (−99.9%)",
    }
    assert "(0.001 times)" in one.message["en"]
    (same,) = check_figures([before, replace(before, id="z", value=Fraction(300), period="2024")])
    assert same.arithmetic["en"] == "300 − 90 = +210 (+233.3%)"


def test_values_in_several_units_are_written_with_them() -> None:
    billion, million = {"vi": "tỷ", "en": "billion"}, {"vi": "triệu", "en": "million"}
    total = figure("revenue", 3.25, "ty", period="2024", unit_name=billion)
    parts = [
        figure(
            *("revenue", value, "trieu"),
            period="2024",
            unit_name=million,
            breakdowns=(("sector", name),),
        )
        for name, value in (("a", 1500), ("b", 1600))
    ]
    (one,) = check_figures([total, *parts])
    assert one.arithmetic["en"] == "1,500 million + 1,600 million < 3.25 billion"
    other = figure("revenue", 95, "trieu", period="2024", unit_name=million)
    (told,) = check_figures([total, other])
    assert told.arithmetic["vi"] == "3,25 tỷ ≠ 95 triệu"


def test_a_repeated_row_tells_a_sum_once() -> None:
    figures = medals(40, 30, 20, total=100)
    again = replace(figures[0], id="9999")
    (one,) = check_figures([*figures, again], INFOS)
    assert one.code == "parts_short"
    assert one.observations == tuple(sorted(each.id for each in (*figures, again)))
    # Two totals that differ are two sums.
    other = replace(again, value=Fraction(95))
    found = Counter(each.code for each in check_figures([*figures, other], INFOS))
    assert found == {"parts_short": 2, "told_differently": 1}


def test_what_the_registry_has_is_said_with_its_unit() -> None:
    names = {"vi": "di tích", "en": "relics"}
    reported = figure("relics_total", 1350, "relic", period="2024-12", unit_name=names)
    counted = Computed("relics_total", Fraction(22), 41, unit="relic", place=HANOI)
    (one,) = check_figures([reported], computed=[counted])
    assert "nguồn nêu 1.350 di tích, sổ đăng ký có 22 di tích" in one.message["vi"]
    assert "the source states 1,350 relics, the registry has 22 relics" in one.message["en"]
    assert one.arithmetic["en"] == "22 < 1,350"
    money = replace(reported, unit="ty", unit_name={"vi": "tỷ", "en": "billion"})
    (one,) = check_figures([money], computed=[replace(counted, unit="trieu")])
    assert "the registry has 0.022 billion" in one.message["en"]
    assert one.arithmetic["en"] == "0.022 < 1,350"


def test_reported_against_computed() -> None:
    reported = figure("relics_total", 5922, "relic", period="2024-12")
    older = figure("relics_total", 5000, "relic", period="2020")

    def told(value: int, at: str = "", **more: str) -> list[str]:
        given = {"unit": "relic", "place": HANOI, "at": at} | more
        return codes(
            older, reported, computed=[Computed("relics_total", Fraction(value), 41, **given)]
        )

    assert told(20) == ["computed_short"]
    assert told(5922) == []
    assert told(6000) == ["computed_exceeds"]
    assert told(6000, "2024-12-31") == ["computed_exceeds"]
    assert told(6000, "2026-03-01") == []
    assert told(20, "2026-03-01") == ["computed_short"]
    assert told(5000, "2026-03-01", period="2020") == []
    assert told(5001, "2026-03-01", period="2020") == ["computed_exceeds"]
    assert told(20, period="2021") == []
    assert told(20, unit="complex") == []
    assert told(20, place="31") == []


@pytest.mark.parametrize(
    ("stated", "value", "decimals"),
    [("87,50", 87.5, 2), ("1.186", 1186, 0), ("63.7", 63.7, 1), ("5,0", 5, 1), ("", 3.61, 2)],
)
def test_decimals_are_those_that_were_written(stated: str, value: float, decimals: int) -> None:
    document = {"id": "a", "value": value, "sources": [{"stated": {"value": stated}}]}
    assert observation_of(document).decimals == decimals


@pytest.mark.parametrize(
    ("stated", "value", "unit", "step"),
    [
        ("12,5 triệu", 12_500_000, "visit", 100_000),
        ("12,50 triệu lượt", 12_500_000, "visit", 10_000),
        ("12 nghìn", 12_000, "visit", 1_000),
        ("gần 2 tỷ", 2_000_000_000, "VND", 1_000_000_000),
        ("12.500.000", 12_500_000, "visit", 0),
        ("12,5 triệu", 12.5, "trieu_luot", 0),
        ("12 triệu", 13_000_000, "visit", 0),
        ("triệu", 1_000_000, "visit", 0),
        ("0 triệu", 0, "visit", 0),
    ],
)
def test_what_is_told_in_millions_is_rounded_to_its_last_digit(
    stated: str, value: float, unit: str, step: int
) -> None:
    sources = [{"name": "a", "key": "b", "stated": {"value": stated}}]
    document = {"id": "x", "indicator": "visits", "value": value, "unit": unit, "sources": sources}
    one = observation_of(document)
    assert one.step == step
    here = replace(one, place=HANOI, period="2025")
    exact = replace(here, id="y", step=Fraction(0))
    assert codes(here, replace(exact, value=one.amount + step // 3)) == []
    if step:
        assert codes(here, replace(exact, value=one.amount + step)) == ["told_differently"]


def test_what_went_on_in_a_year_is_not_what_the_records_hold_in_all() -> None:
    reported = figure("visits", 5922, "visit", period="2024")
    counted = Computed("visits", Fraction(20), 41, unit="visit", place=HANOI, at="2026-01-10")
    assert codes(reported, computed=[counted]) == []
    assert codes(reported, computed=[replace(counted, period="2024")]) == ["computed_short"]
    assert codes(replace(reported, is_stock=True), computed=[counted]) == ["computed_short"]


def test_months_add_up_to_a_year_only_of_what_goes_on() -> None:
    total = figure("visits", 100, "visit", period="2024")
    parts = [
        figure("visits", value, "visit", period=f"2024-{month:02}", part_of=total.id)
        for month, value in enumerate((60, 70), start=1)
    ]
    assert codes(total, *parts) == ["parts_exceed"]
    stocks = [replace(one, is_stock=True) for one in (total, *parts)]
    assert codes(*stocks) == []
    assert codes(stocks[0], *(replace(one, period="2024") for one in stocks[1:])) == [
        "parts_exceed",
        "told_differently",
    ]


@pytest.mark.parametrize(
    ("indicator", "unit", "period", "expected"),
    [
        ("intangible_total", "element", "2025", ["certainty_differs"]),
        ("visits", "visit", "2024", ["certainty_differs"]),
        # As many visits in another year are other visits.
        ("visits", "visit", "2025", []),
    ],
)
def test_a_number_of_another_year_is_no_other_certainty(
    indicator: str, unit: str, period: str, expected: list[str]
) -> None:
    flatly = figure(indicator, 5000, unit, period="2024")
    nearly = figure(indicator, 5000, unit, period=period, precision="nearly")
    assert codes(flatly, nearly) == expected
