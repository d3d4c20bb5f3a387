"""The indicator files of the Vietnam pack: what each says, and what their selects count."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from khue.lib.tables import parse_yaml
from khue.model.packs import Pack, load_pack

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "packs" / "vietnam" / "indicators"
FILES: dict[str, dict[str, Any]] = {
    path.stem: parse_yaml(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.yaml"))
}
COMPUTED = [key for key, one in FILES.items() if one["obtained"] == "computed"]

CULTURE_2030 = [
    "heritage_expenditure",
    "heritage_management",
    "climate_resilience",
    "cultural_facilities",
    "open_space",
    "culture_in_gdp",
    "cultural_employment",
    "cultural_businesses",
    "household_expenditure",
    "cultural_trade",
    "public_finance",
    "governance",
    "sustainable_education",
    "cultural_knowledge",
    "multilingual_education",
    "arts_education",
    "cultural_training",
    "social_cohesion",
    "artistic_freedom",
    "access_to_culture",
    "cultural_participation",
    "participatory_processes",
]
"""The 22 of UNESCO's Culture|2030 Indicators (2019), in their order."""


@cache
def pack() -> Pack:
    return load_pack(ROOT / "packs" / "vietnam")


def rows(select: str, *tables: str) -> dict[tuple[Any, ...], int]:
    """What a select counts on some small tables, by its breakdowns."""
    connection = duckdb.connect()
    for table in tables:
        connection.execute(table)
    found = connection.execute(select)
    names = [column[0] for column in found.description or ()]
    counted: dict[tuple[Any, ...], int] = {}
    for row in found.fetchall():
        cells = dict(zip(names, row, strict=True))
        value, records = cells.pop("value"), cells.pop("records")
        assert value == len(set(records or ())), "every value has its records"
        part = tuple(cells.values())
        assert part not in counted
        counted[part] = value
    return counted


def test_the_22_of_culture_2030_are_there() -> None:
    numbered = [key for key in FILES if key.startswith("c2030_")]
    assert numbered == [f"c2030_{n:02d}_{name}" for n, name in enumerate(CULTURE_2030, start=1)]
    assert len(FILES) >= 60 + len(numbered)
    assert sum(FILES[key]["obtained"] != "reported" for key in numbered) >= 8


@pytest.mark.parametrize("key", FILES)
def test_an_indicator_is_told_in_both_languages(key: str) -> None:
    one = FILES[key]
    assert one["key"] == key
    for name in ("name", "definition", "method", "counting_unit"):
        if name in one or name != "counting_unit":
            assert set(one[name]) == {"vi", "en"}
            assert all(text == text.strip() != "" for text in one[name].values())
    assert one["unit"] in pack().vocabularies["measure_unit"].concepts
    assert (one["obtained"] == "computed") == ("select" in one)
    assert (one["obtained"] == "derived") == ("formula" in one)
    assert one["breakdowns"][0] == "place"
    assert set(one.get("sums", ())) | set(one.get("vocabularies", ())) <= set(one["breakdowns"])
    assert set(one.get("vocabularies", {}).values()) <= set(pack().vocabularies)
    known = pack().vocabularies["breakdown_dimension"].concepts
    assert set(one["breakdowns"]) - {"place"} <= set(known)
    assert all(source["title"] for source in one["sources"])


@pytest.mark.parametrize("key", FILES)
def test_an_indicator_names_others_that_there_are(key: str) -> None:
    one = FILES[key]
    assert one.get("within", key) in FILES
    if "within" in one:
        assert FILES[one["within"]]["unit"] == one["unit"]
    assert set(re.findall(r"[a-z]\w*", one.get("formula", ""))) <= set(FILES)


@pytest.mark.parametrize("key", COMPUTED)
def test_a_select_can_be_carried_to_spark(key: str) -> None:
    (parsed,) = sqlglot.parse(FILES[key]["select"], dialect="duckdb")
    assert parsed is not None
    carried = parsed.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    assert sqlglot.parse_one(carried, dialect="spark")
    assert {"value", "records", *FILES[key]["breakdowns"]} <= set(parsed.named_selects)
    assert "invented" in FILES[key]["select"] or key == "communes_total"


RELICS = (
    """CREATE TABLE relic AS SELECT * FROM (VALUES
      ('w', false, NULL, 'MIXED', NULL, '00001', '01'), ('a', false, 'w', NULL, NULL, NULL, '01'),
      ('b', false, 'w', NULL, NULL, '00001', '01'), ('n', false, NULL, NULL, NULL, '01', '01'),
      ('u', false, NULL, NULL, NULL, NULL, NULL), ('gone', false, NULL, NULL, NULL, '00001', '01'),
      ('made', true, NULL, NULL, NULL, '00001', '01')
    ) AS t(id, invented, part_of, kind, structure, place, place_province)""",
    """CREATE TABLE relic__designations AS SELECT * FROM (VALUES
      ('w', 'SPEC', NULL, 'x'), ('w', 'WORLD', NULL, NULL), ('w', 'NAT', NULL, NULL),
      ('n', 'NAT', NULL, NULL), ('n', 'SPEC', '2020', 'y'), ('made', 'NAT', NULL, 'z')
    ) AS t(id, rank, until, decision)""",
    """CREATE TABLE relic__inventory AS SELECT * FROM (VALUES
      ('gone', 1, 'inventoried', DATE '2024-01-01'), ('gone', 2, 'removed', DATE '2025-01-01'),
      ('n', 1, 'removed', DATE '2024-01-01'), ('n', 2, 'inventoried', DATE '2025-01-01')
    ) AS t(id, position, status, date_from)""",
)


def test_relics_are_counted_by_their_complexes() -> None:
    assert FILES["relics_total"]["breakdowns"] == ["place", "rank", "kind"]
    found = rows(FILES["relics_total"]["select"], *RELICS)
    assert found[None, None, None] == 3, "not the parts, nor what is removed or invented"
    assert found["01", None, None] == 2
    assert found["00001", None, None] == 1
    by_rank = {rank: n for (place, rank, kind), n in found.items() if rank and not place}
    assert by_rank == {"SPEC": 1, "NAT": 1, "unknown": 1}, "the highest in force, World no rank"


def test_relics_are_counted_one_by_one() -> None:
    found = rows(FILES["relics_individual"]["select"], *RELICS)
    assert found[None, None] == 4, "two parts for their complex"
    assert found[None, "SPEC"] == 2, "parts have the rank of their complex"
    assert rows(FILES["relics_world_heritage"]["select"], *RELICS)[(None,)] == 1
    assert rows(FILES["relics_with_decision"]["select"], *RELICS)[(None,)] == 1


def test_nothing_counted_is_nought_and_not_nothing() -> None:
    empty = (f"{table} LIMIT 0" for table in RELICS)
    assert rows(FILES["relics_total"]["select"], *empty) == {(None, None, None): 0}


def test_sectors_are_carried_over_by_exact_matches() -> None:
    tables = (
        "CREATE TABLE establishment AS SELECT * FROM (VALUES ('a', false, '00001', '01'),"
        " ('b', false, NULL, '01'), ('x', true, NULL, '01'))"
        " AS t(id, invented, place, place_province)",
        "CREATE TABLE establishment__states AS SELECT 'x' AS id, 1 AS position,"
        " 'closed' AS status, NULL::DATE AS date_from",
        "CREATE TABLE establishment__sectors AS SELECT 'a' AS id, 'HANDICRAFT' AS sectors",
        "CREATE TABLE establishment__sectors_1755 AS SELECT * FROM (VALUES ('b', 'HANDICRAFT'),"
        " ('b', 'FASHION'), ('x', 'FASHION')) AS t(id, sectors_1755)",
        "CREATE TABLE establishment__sectors_2486 AS SELECT 'a' AS id,"
        " 'HANDICRAFT' AS sectors_2486",
        "CREATE TABLE term AS SELECT * FROM (VALUES ('sector_2486', 'HANDICRAFT',"
        " ['sector:HANDICRAFT', 'sector_1755:HANDICRAFT'])) AS t(vocabulary, code, exact_matches)",
    )
    found = rows(FILES["cultural_industry_establishments_10"]["select"], *tables)
    assert {key: n for key, n in found.items() if key[0] is None} == {
        (None, None): 2,
        (None, "HANDICRAFT"): 2,
    }, "what three lists say of one sector is one; fashion matches nothing exactly"
