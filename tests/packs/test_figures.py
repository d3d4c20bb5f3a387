"""The figures of the five articles: each is an observation or a target with its statement."""

from __future__ import annotations

import pytest

from khue.model.values import Context, kind_of
from tests.packs.test_hanoi import Row, as_stated, pack, rows_of
from tests.packs.test_indicators import FILES

STATED = """
5,922 historical and cultural relics | one World Heritage Site | 21 complex relic sites
93 individual relics | 1,163 relics/complexes | 1,174 individual relics | 1,512 relics/complexes
Over 3,000 relics | 1,793 intangible cultural heritages | 41 recognized | four recognized by UNESCO
22 private museums | over 100 capitals | more than 200 countries and territories
40 training sessions | 3,400 leaders and managers | 600 participants | 23 scientific tasks
five pedestrian street zones | nearly 200 iconic dishes | over 20 international delegates
three international-level projects | from 9 billion VND in 2008 to 90 billion VND in 2023
increasing tenfold | 582 medals | 157 gold | 152 silver | 273 bronze | 35 international medals
14 gold | 11 silver | 10 bronze | by 182 medals | about 3.7% | a target of 5% in 2025
hundreds of large and small creative spaces | 15/15 district | 190/217 commune | 1,186/1,761 village
(100%) | (87.5%) | (63.7%) | 1,739 cultural clubs | 2,730 sports clubs | 1,355 community art teams
6,489 historical and cultural relics | nearly 1,793 intangible | 351 national treasures
22 non-public museums | 131 artisans | 1,350 traditional craft villages
"""
"""What the articles state, in their words."""

VALUES = (
    "relics_total 5922 21 1163 1512 3000 6489 6489|relics_world_heritage 1"
    "|relics_individual 93 1174"
    "|intangible_total 1793 1793|intangible_national 41|intangible_unesco 4"
    "|museums_non_public 22 22|partner_capitals 100|trade_partner_countries 200"
    "|craft_training_courses 40|craft_training_participants 3400 600|ip_scientific_tasks 23"
    "|walking_streets 5|dishes_promoted 200|ccn_event_delegates 20|ccn_projects 3"
    "|visit_revenue 9 90|visit_revenue_multiple 10|medals 582 157 152 273"
    "|medals_international 35 14 11 10|coverage_district_centres 100"
    "|coverage_commune_centres 87.5|coverage_village_houses 63.7|culture_clubs 1739"
    "|sports_clubs 2730|art_teams 1355|cultural_industry_grdp_share 3.7|national_treasures 351 34"
    "|artisans_titled 131|craft_villages_with_crafts 1350 1500"
    "|craft_villages_recognised 321 273 48"
)
"""The values by indicator, contradictions included."""


def number(row: Row, path: str, type_: str = "observation") -> float | None:
    """A number of a row, read as the intake reads it."""
    field = pack().types[type_].fields[path]
    context = Context(pack(), resolve_place=as_stated, label_of=lambda _: None)
    value: float | None = kind_of(field).read(row.get(path, ""), field, context).value
    return value


@pytest.fixture(scope="module")
def observations() -> list[Row]:
    return rows_of("observation")


@pytest.mark.parametrize("words", [one.strip() for one in STATED.replace("\n", "|").split("|")])
def test_a_figure_stands_with_its_statement(words: str, observations: list[Row]) -> None:
    quotes = [row.get("citations.quote", "") for row in (*observations, *rows_of("target"))]
    assert any(words in quote for quote in quotes)


@pytest.mark.parametrize("line", VALUES.split("|"))
def test_values_stand_side_by_side(line: str, observations: list[Row]) -> None:
    indicator, *values = line.split()
    found = [number(row, "value") for row in observations if row.get("indicator") == indicator]
    assert sorted(map(float, values)) == sorted(filter(None, found))


def test_figures_and_targets_name_indicators_that_there_are(observations: list[Row]) -> None:
    for row in (*observations, *rows_of("target")):
        assert row["indicator"] in FILES, row["name.vi"]
        assert row.get("place") or "cả nước" in row["name.vi"] or row.get("policy")


def test_ratios_stand_with_their_terms(observations: list[Row]) -> None:
    terms = {
        (number(row, "numerator"), number(row, "denominator"))
        for row in observations
        if "denominator" in row
    }
    assert terms == {(15, 15), (190, 217), (1186, 1761)}


def test_what_is_said_with_two_certainties_or_of_two_scopes(observations: list[Row]) -> None:
    intangible = [row for row in observations if row["indicator"] == "intangible_total"]
    assert [row.get("precision") for row in intangible] == [None, "gần"]
    treasures = [row for row in observations if row["indicator"] == "national_treasures"]
    scopes = {number(row, "value"): row.get("scope.vi", "") for row in treasures}
    assert scopes[351] == "", "the source does not say of what"
    assert "24/NQ-HĐND" in scopes[34]
    (decided,) = (row for row in observations if "1559" in row.get("basis", ""))
    assert (number(decided, "value"), decided["indicator"]) == (6489, "relics_total")


def test_a_target_of_which_only_the_difference_is_told() -> None:
    (medals,) = (row for row in rows_of("target") if row["indicator"] == "medals")
    assert "value" not in medals
    assert number(medals, "exceeded_by", "target") == 182


def test_tasks_that_are_done_are_shown_by_records() -> None:
    tasks = rows_of("task")
    shown = [row for row in tasks if "evidence" in row]
    assert len(shown) >= 10
    overdue = [row for row in tasks if row.get("due") == "31/12/2025" and "done" not in row]
    assert len(overdue) == 2
    assert all(row.get("owner") for row in overdue), "the responsible unit is named"
