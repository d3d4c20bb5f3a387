"""What is said of the figures of the demonstration: all that the articles need, nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import run_khue


def test_the_figures_of_the_articles(demo_home: Path) -> None:
    found = run_khue(demo_home, "measure", "check", "--json").json
    told = [(one["severity"], one["code"], one["indicator"], one["place"]) for one in found]
    assert [one for one in told if not one[1].startswith("computed_")] == [
        ("error", "ratio_wrong", "coverage_village_houses", "31"),
        ("warning", "told_differently", "cultural_industry_gdp_share", None),
        ("note", "certainty_differs", "intangible_total", "01"),
        ("note", "list_changed", "relics_total", "01"),
        ("note", "mixed_units", "relics_total", "01"),
        ("note", "not_comparable", "craft_villages_with_crafts", "01"),
        ("note", "not_comparable", "national_treasures", "01"),
        ("note", "ratio_rounding", "coverage_commune_centres", "31"),
        ("confirmed", "parts_confirmed", "craft_villages_recognised", "01"),
        ("confirmed", "parts_confirmed", "medals", "46"),
        ("confirmed", "parts_confirmed", "medals_international", "46"),
    ]
    (change,) = [one for one in found if one["code"] == "list_changed"]
    assert change["arithmetic"]["en"] == "6,489 − 5,922 = +567 (+9.6 %)"
    assert len(change["observations"]) == 3
