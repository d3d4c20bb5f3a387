"""Selects that are no selects, and engines that hold where the reading of a select did not."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot

from khue.measures.compute import Engine, compute
from khue.measures.indicators import Indicator
from khue.measures.selects import check_select, tables_of, translate
from tests.work import HANG_S

COLUMNS = {"relic": {"id": "text", "place": "text", "area": "number"}}
GOOD = "SELECT place, count(*) AS value, array_agg(id) AS records FROM relic GROUP BY place"

HOSTILE = (
    ("SELECT * FROM read_csv('/etc/passwd')", "indicator_select_refused"),
    ("SELECT content AS value FROM read_text('/etc/passwd')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM '/etc/passwd'", "indicator_table_unknown"),
    ("SELECT 1 AS value FROM 'https://example.org/x.parquet'", "indicator_table_unknown"),
    ("SELECT 1 AS value FROM read_parquet('s3://a/b.parquet')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM glob('/**')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM sqlite_scan('/tmp/x.sqlite3', 'y')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM duckdb_settings()", "indicator_select_refused"),
    ("SELECT 1 AS value FROM information_schema.tables", "indicator_table_unknown"),
    ("SELECT query('DROP TABLE relic') AS value", "indicator_select_refused"),
    ("SELECT getenv('HOME') AS value", "indicator_select_refused"),
    ("COPY relic TO '/tmp/stolen.csv'", "indicator_select_other"),
    ("COPY (SELECT 1) TO '/tmp/stolen.csv'", "indicator_select_other"),
    ("ATTACH '/tmp/x.db' AS x", "indicator_select_other"),
    ("INSTALL httpfs", "indicator_select_other"),
    ("LOAD httpfs", "indicator_select_other"),
    ("PRAGMA enable_external_access", "indicator_select_other"),
    ("SET threads = 64", "indicator_select_other"),
    ("CREATE TABLE x AS SELECT 1 AS value", "indicator_select_other"),
    ("DELETE FROM relic", "indicator_select_other"),
    ("EXPORT DATABASE '/tmp/x'", "indicator_select_unreadable"),
    ("SELECT 1 AS value; DROP VIEW relic", "indicator_select_many"),
    ("SELECT 1 AS value FROM relic WHERE", "indicator_select_unreadable"),
    ("", "indicator_select_many"),
    ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS value"
     " FROM r", "indicator_select_refused"),
    ("SELECT count(*) AS value FROM range(1000000000000)", "indicator_select_refused"),
    ("SELECT random() AS value FROM relic", "indicator_select_refused"),
    ("SELECT year(current_date) AS value FROM relic", "indicator_select_refused"),
    ("SELECT list(id) AS value FROM relic", "indicator_select_refused"),
    ("SELECT count(*) AS value FROM stolen", "indicator_table_unknown"),
    ("SELECT count(*) AS number FROM relic", "indicator_column_missing"),
    ("SELECT content AS value FROM read_blob('/etc/passwd')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM read_json('/etc/passwd')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM parquet_metadata('/tmp/x.parquet')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM sniff_csv('/etc/passwd')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM read_csv('http://127.0.0.1:1/x.csv')", "indicator_select_refused"),
    ("SELECT 1 AS value FROM postgres_scan('host=127.0.0.1', 'x', 'y')",
     "indicator_select_refused"),
    ("SELECT 1 AS value FROM duckdb_secrets()", "indicator_select_refused"),
    ("SELECT 1 AS value FROM query_table('relic')", "indicator_select_refused"),
    ("SELECT current_setting('allowed_paths') AS value", "indicator_select_refused"),
    ("SELECT nextval('x') AS value", "indicator_select_refused"),
    ("SELECT sleep_ms(100000) AS value", "indicator_select_refused"),
    ("SELECT histogram(area) AS value FROM relic", "indicator_select_refused"),
    ("SELECT list_sum(range(3000000000)) AS value", "indicator_select_refused"),
    ("SELECT count(*) AS value FROM generate_series(1, 10000000000)", "indicator_select_refused"),
    ("FROM '/etc/passwd'", "indicator_table_unknown"),
    ("COPY relic FROM '/etc/passwd'", "indicator_select_other"),
    ("PRAGMA database_list", "indicator_select_other"),
    ("CALL pragma_version()", "indicator_select_other"),
    ("CREATE SECRET s (TYPE S3)", "indicator_select_other"),
    ("CREATE MACRO f() AS TABLE SELECT 1", "indicator_select_other"),
    ("PREPARE p AS SELECT 1", "indicator_select_other"),
    ("UPDATE relic SET id = 'X'", "indicator_select_other"),
    ("USE memory", "indicator_select_other"),
    ("SUMMARIZE relic", "indicator_select_other"),
    ("SELECT 1 AS value --\n; DROP VIEW relic", "indicator_select_many"),
    ("SELECT " + "(" * 3000 + "1" + ")" * 3000 + " AS value", "indicator_select_unreadable"),
)  # fmt: skip


@pytest.mark.parametrize(("select", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_plain_select_is_not_run(select: str, code: str) -> None:
    assert code in {one.code for one in check_select(select, COLUMNS, ("value",))}


def test_a_plain_select_is_run_and_can_be_carried_to_spark() -> None:
    assert check_select(GOOD, COLUMNS, ("value", "place", "records")) == ()
    assert tables_of(GOOD, [*COLUMNS, "unit"]) == ("relic",)
    spark = translate(GOOD)
    assert "COLLECT_LIST(id)" in spark
    assert sqlglot.parse_one(spark, read="spark").find(sqlglot.exp.Group)
    within = "WITH mine AS (SELECT id FROM relic) SELECT count(*) AS value FROM mine"
    assert check_select(within, COLUMNS, ("value",)) == ()
    # A name that WITH gives elsewhere is no table here.
    outside = "SELECT (WITH m AS (SELECT 1 AS v) SELECT v FROM m) AS value FROM m"
    assert [one.what for one in check_select(outside, COLUMNS)] == ["m"]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("snapshot")
    table = {"id": ["A", "B", "C"], "place": ["00004", "00004", None], "area": [1.5, 2.0, None]}
    pq.write_table(pa.table(table), folder / "relic.parquet")
    with Engine(COLUMNS, folder) as found:
        yield found


@pytest.mark.parametrize(
    ("select", "code"),
    [
        ("SELECT count(*) AS value FROM read_csv('/etc/passwd')", "indicator_not_permitted"),
        ("SELECT count(*) AS value FROM read_text('/etc/hostname')", "indicator_not_permitted"),
        ("SELECT count(*) AS value FROM glob('/**')", "indicator_not_permitted"),
        ("SELECT 1 AS value FROM read_parquet('https://127.0.0.1/x')", "indicator_not_permitted"),
        ("COPY relic TO '/tmp/khue-stolen.csv'", "indicator_select_other"),
        ("ATTACH '/tmp/khue-stolen.db' AS x", "indicator_select_other"),
        ("INSTALL httpfs", "indicator_select_other"),
        ("SET memory_limit = '64GB'", "indicator_select_other"),
        ("DROP VIEW relic", "indicator_select_other"),
        ("SELECT 1 AS value; DROP VIEW relic", "indicator_select_other"),
        ("SELECT 1) AS x, (SELECT 2 AS value", "indicator_failed"),
        (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
            " SELECT count(*) AS value FROM r",
            "indicator_slow",
        ),
        (
            "SELECT count(*) AS value FROM range(1000000) AS a, range(1000000) AS b"
            " WHERE a.range * b.range % 7 = 3",
            "indicator_slow",
        ),
        ("SELECT max(len(s)) AS value FROM (SELECT string_agg(repeat('x', 1000000), '') AS s"
         " FROM range(20000))", "indicator_large"),
        ("SELECT len(list_transform(range(2000000000), lambda x: x)) AS value", "indicator_large"),
        ("SELECT count(*) AS value FROM read_blob('/etc/hostname')", "indicator_not_permitted"),
        ("SELECT 1 AS value FROM read_json('http://127.0.0.1:1/x')", "indicator_not_permitted"),
        ("SELECT 1 AS value FROM duckdb_secrets()", "indicator_not_permitted"),
        ("SELECT getenv('HOME') AS value", "indicator_not_bound"),
        ("SELECT 1 AS value FROM postgres_scan('host=127.0.0.1', 'x', 'y')", "indicator_not_bound"),
        ("PRAGMA database_list", "indicator_select_other"),
        ("EXPORT DATABASE '/tmp/khue-stolen'", "indicator_select_other"),
        ("CREATE SECRET s (TYPE S3)", "indicator_select_other"),
        ("UPDATE relic SET id = 'X'", "indicator_select_other"),
        ("SELECT count(*) AS value FROM " + ", ".join(f"relic AS r{n}" for n in range(20))
         + " WHERE r0.id || r19.id > 'B'", "indicator_slow"),
        # A single call cannot be interrupted: the process ends.
        ("SELECT len(lpad('x', 2000000000, 'yz')) AS value", "indicator_slow"),
        ("SELECT len(repeat('a', 2000000000)) AS value", "indicator_slow"),
        ("SELECT 1 / 0 AS value", "indicator_not_finite"),
        ("SELECT CAST('nan' AS DOUBLE) AS value", "indicator_not_finite"),
        ("SELECT nothing AS value FROM relic", "indicator_not_bound"),
        ("SELECT i AS value, CAST(i AS VARCHAR) AS place FROM range(60000) AS r(i)",
         "indicator_too_many_parts"),
        ("SELECT 1 AS value, place FROM relic WHERE place IS NOT NULL", "indicator_part_twice"),
        ("SELECT 3 AS value, array_agg(id) AS records FROM relic WHERE id <> 'B'",
         "indicator_records_differ"),
        ("SELECT 2 AS value, ['A', 'A'] AS records", "indicator_records_differ"),
        ("SELECT 4 AS value, ['A', 'B'] AS records, [1.5, 2.0] AS amounts",
         "indicator_records_differ"),
        ("SELECT 4 AS value, CAST([] AS VARCHAR[]) AS records, CAST([] AS DOUBLE[]) AS amounts",
         "indicator_records_differ"),
        ("SELECT 1.5 AS value, ['A', 'B'] AS records, [1.5, NULL] AS amounts",
         "indicator_records_differ"),
    ],
    ids=lambda value: value[:50],
)  # fmt: skip
def test_the_engine_holds_by_itself(engine: Engine, select: str, code: str) -> None:
    """No select was read before: whatever gets past that meets a locked connection."""
    parts = ["place"] if "place" in select else []
    # Whatever is not to be slow has all the time that there is.
    answer = engine.ask(select, parts, seconds=0.4 if code == "indicator_slow" else HANG_S)
    assert answer.get("error") == code
    # And the next one is answered as if nothing had been.
    rows = engine.ask("SELECT count(*) AS value, array_agg(id) AS records FROM relic", [])["rows"]
    assert [(row["value"], row["records"], row["part"]) for row in rows] == [(3, 3, {})]


def test_sums_and_parts_are_what_the_select_says(engine: Engine) -> None:
    sums = engine.ask(
        "SELECT place, sum(area) AS value, array_agg(id) AS records, array_agg(area) AS amounts"
        " FROM relic WHERE area IS NOT NULL GROUP BY GROUPING SETS ((), (place))",
        ["place"],
    )["rows"]
    found = [(row["part"], row["value"], row["records"]) for row in sums]
    assert found == [({"place": "00004"}, 3.5, 2), ({}, 3.5, 2)]
    # Which records they were is told whatever their order.
    one, other = (
        engine.ask(f"SELECT 3 AS value, array_agg(id ORDER BY id {way}) AS records FROM relic", [])
        for way in ("ASC", "DESC")
    )
    assert one == other
    assert one["rows"][0]["digest"] != sums[0]["digest"]
    plain = engine.ask("SELECT avg(area) AS value FROM relic", [])["rows"]
    assert plain == [{"value": 1.75, "part": {}, "records": None, "digest": ""}]


@pytest.fixture(scope="module")
def with_units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("units")
    tables = {
        "relic": {"id": ["A", "B"], "place": ["00004", "99999"], "area": [1.5, 2.0]},
        "relic__names": {"id": ["A", "D"]},
        "unit": {"code": ["00004", "001"], "system": ["present", "former"]},
    }
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    columns = {name: dict.fromkeys(table, "text") for name, table in tables.items()}
    with Engine(columns, folder) as found:
        yield found


@pytest.mark.parametrize(
    ("select", "tables", "told"),
    [
        ("SELECT 2 AS value, ['A', 'B'] AS records", ["relic"], 2),
        ("SELECT 2 AS value, ['A', 'D'] AS records", ["relic", "relic__names"], 2),
        ("SELECT 1 AS value, ['00004'] AS records", ["relic"], 1),
        ("SELECT 0 AS value, CAST([] AS VARCHAR[]) AS records", [], 0),
        ("SELECT 0 AS value, CAST(NULL AS VARCHAR[]) AS records", [], None),
        ("SELECT 2 AS value, ['A', 'X'] AS records", ["relic"], "indicator_records_unknown"),
        ("SELECT 2 AS value, ['A', 'D'] AS records", ["relic"], "indicator_records_unknown"),
        ("SELECT 1 AS value, ['A'] AS records", [], "indicator_records_unknown"),
        ("SELECT 5 AS value, [CAST(NULL AS VARCHAR)] AS records, [5] AS amounts", ["relic"],
         "indicator_records_unknown"),
        ("SELECT 5 AS value", ["relic"], "indicator_column_missing"),
        ("SELECT -5 AS value, CAST(NULL AS VARCHAR[]) AS records", [], "indicator_records_differ"),
        ("SELECT '99999' AS place, 1 AS value, ['B'] AS records", ["relic"],
         "indicator_place_unknown"),
        ("SELECT '001' AS place, 1 AS value, ['B'] AS records", ["relic"],
         "indicator_place_unknown"),
        ("SELECT '00004' AS place, 1 AS value, ['B'] AS records", ["relic"], 1),
        ("SELECT CAST(NULL AS VARCHAR) AS place, 1 AS value, ['B'] AS records", ["relic"], 1),
    ],
)  # fmt: skip
def test_records_and_places_are_those_of_the_tables(
    with_units: Engine, select: str, tables: list[str], told: int | str | None
) -> None:
    parts = ["place"] if "place" in select else []
    answer = with_units.ask(select, parts, tables=tables)
    assert (answer["error"] if "error" in answer else answer["rows"][0]["records"]) == told
    # A wrong one leaves nothing behind.
    again = with_units.ask("SELECT 1 AS value, ['A'] AS records", [], tables=["relic"])
    assert [row["records"] for row in again["rows"]] == [1]


def test_whoever_has_it_computed_is_told_of_a_process_that_had_to_be_ended() -> None:
    nothing = {"vi": "x", "en": "x"}

    def one(key: str, select: str) -> Indicator:
        about = (key, nothing, nothing, "relic", "none", "heritage", "stock", "year", nothing)
        return Indicator(*about, "computed", f"version-{key}", select=select)

    listed = "coalesce(array_agg(id), []) AS records FROM relic"
    hostile = one("hostile", f"SELECT len(repeat('a', 2000000000)) AS value, {listed}")
    plain = one("plain", f"SELECT count(*) AS value, {listed}")
    asked = {each.key: each for each in (hostile, plain)}
    values, findings = compute(asked, COLUMNS, None, seconds=0.4, workers=1)
    assert [(each.indicator, each.value) for each in values] == [("plain", 0)]
    (told,) = findings
    assert told.code == "indicator_slow"
    assert "hostile" in told.message["vi"] + told.message["en"] + str(told.to_json())
    assert told.mend["vi"]
    assert told.mend["en"]
