"""Sample charts for the page of the design system, one of each kind; all figures are made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from khue.charts import (
    Bar,
    Bars,
    Bullet,
    Bullets,
    Chart,
    Figure,
    Frame,
    Line,
    Lines,
    Panel,
    Panels,
    Rule,
    Status,
)
from khue.lib.dates import Day
from khue.lib.numbers import show_number
from khue.web.portal.words import Lang, say

Figures: TypeAlias = tuple[Figure, ...]

GOAL = 3_000


def sample(name: str, lang: Lang) -> Chart | None:
    """The sample of a name; None where there is none."""
    make = SAMPLES.get(name)
    return make(lang) if make else None


def _lines(lang: Lang) -> Chart:
    figures = (
        *_years(lang, {2019: 1800, 2020: 1793, 2021: 1930, 2022: 2100}),
        _figure(2022, 2310, say("design.chart_nearly", lang, value=2310), lang),
        *_years(lang, {2023: 2250}),
        _figure(2024, 2400, show_number(2400, lang), lang, "estimate"),
        _figure(2025, 2450, show_number(2450, lang), lang, "unstated"),
        _figure(2026, 2800, show_number(2800, lang), lang, "plan"),
    )
    label = say("design.chart_lines_rule", lang, value=GOAL)
    rule = Rule(GOAL, label, show_number(GOAL, lang), Day(2030, 12, 31))
    return Lines(_frame("lines", lang), (Line("", figures),), (rule,))


def _bars(lang: Lang) -> Chart:
    parts: tuple[tuple[str, int, Status], ...] = (
        ("design.rank_special", 21, "actual"),
        ("design.chart_rank_national", 1165, "actual"),
        ("design.rank", 1620, "actual"),
        ("design.chart_rank_none", 300, "estimate"),
    )
    bars = tuple(
        Bar(say(key, lang), value, show_number(value, lang), status, status == "actual", "2024")
        for key, value, status in parts
    )
    return Bars(_frame("bars", lang), say("design.chart_bars_of", lang), bars)


def _panels(lang: Lang) -> Chart:
    told = {
        "design.candidate_first": (10, 20, 34),
        "design.candidate_second": (14, 15, 15),
        "design.chart_third": (12, 12, 11),
        "design.chart_fourth": (),
    }
    panels = tuple(
        Panel(
            say(key, lang),
            _years(lang, dict(zip((2022, 2023, 2024), values, strict=False))),
            key == "design.candidate_first",
        )
        for key, values in told.items()
    )
    return Panels(_frame("panels", lang), say("design.chart_panels_of", lang), panels)


def _bullets(lang: Lang) -> Chart:
    bullets = (
        Bullet(
            say("design.chart_goal_share", lang),
            6,
            "6%",
            8,
            "8%",
            "behind",
            say("design.chart_behind", lang),
            say("design.chart_due", lang, year="2030"),
            "unstated",
        ),
        Bullet(
            say("design.chart_goal_medals", lang),
            582,
            "582",
            400,
            "400",
            "achieved",
            say("design.chart_achieved", lang),
            say("design.chart_due", lang, year="2024"),
            "actual",
        ),
        Bullet(
            say("design.chart_goal_centres", lang),
            None,
            "",
            15,
            "15",
            "unknown",
            say("design.chart_unknown", lang),
            say("design.chart_due", lang, year="2030"),
        ),
    )
    return Bullets(_frame("bullets", lang), bullets)


SAMPLES: Mapping[str, Callable[[Lang], Chart]] = {
    "lines": _lines,
    "bars": _bars,
    "panels": _panels,
    "bullets": _bullets,
}


def _frame(name: str, lang: Lang) -> Frame:
    return Frame(
        say(f"design.chart_{name}_title", lang),
        say(f"design.chart_{name}_subtitle", lang),
        say("design.chart_source", lang),
        lang,
    )


def _years(lang: Lang, values: Mapping[int, int]) -> Figures:
    return tuple(
        _figure(year, value, show_number(value, lang), lang) for year, value in values.items()
    )


def _figure(year: int, value: int, told: str, lang: Lang, status: Status = "actual") -> Figure:
    return Figure(
        value,
        told,
        str(year),
        Day(year, 1, 1),
        Day(year, 12, 31),
        status,
        say("design.figure_source", lang),
    )
