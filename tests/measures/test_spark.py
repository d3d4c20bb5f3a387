"""Every select of the pack can be carried to Spark, by ibis, and says the same there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import pytest
import sqlglot
from ibis.backends import BaseBackend
from ibis.backends.sql.compilers import PySparkCompiler
from ibis.backends.sql.dialects import PySpark

from khue.lib.tables import parse_yaml
from khue.model.packs import load_pack
from khue.snapshot import layout
from tests.conftest import ROOT

FILES = sorted((ROOT / "packs" / "vietnam" / "indicators").glob("*.yaml"))
READ = [parse_yaml(path.read_text(encoding="utf-8")) for path in FILES]
COMPUTED = {one["key"]: one for one in READ if one["obtained"] == "computed"}

TYPES = {"text": "VARCHAR", "texts": "VARCHAR[]", "number": "DOUBLE", "integer": "BIGINT"}

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


class Spark:
    """As much of ibis' backend of Spark as there is without Spark: its name and its dialect."""

    name = "pyspark"
    dialect = PySpark
    compiler = PySparkCompiler()


def carried(one: dict[str, Any]) -> Any:
    """A select as a table of ibis, as `con.sql(select, dialect="duckdb")` makes it on Spark."""
    query = BaseBackend._transpile_sql(Spark, one["select"], dialect="duckdb")  # type: ignore[arg-type]
    schema = {"value": "int64", "records": "array<string>"}
    schema |= dict.fromkeys(one["breakdowns"], "string")
    return ops.SQLQueryResult(query, ibis.schema(schema), Spark()).to_expr()


@pytest.fixture(scope="module")
def tables(demo_home: Path) -> duckdb.DuckDBPyConnection:
    """The tables of the demonstration, as it was measured last."""
    folder = max(
        (demo_home / "snapshots").glob("public-then-*"), key=lambda one: one.stat().st_mtime
    )
    connection = duckdb.connect()
    for name, table in layout(load_pack(ROOT / "packs" / "vietnam"), "public").items():
        fields = ", ".join(f'"{one}" {TYPES.get(k, k)}' for one, k in table.columns.items())
        path = folder / f"{name}.parquet"
        made = f"VIEW {name} AS FROM '{path}'" if path.exists() else f"TABLE {name} ({fields})"
        connection.execute(f"CREATE {made}")
    return connection


def answers(tables: duckdb.DuckDBPyConnection, select: str, breakdowns: list[str]) -> Rows:
    asked = tables.execute(select)
    names = [column[0] for column in asked.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    return {
        tuple(row[name] for name in breakdowns): (row["value"], sorted(row["records"] or ()))
        for row in rows
    }


def test_ibis_carries_every_select_to_spark_where_it_says_the_same(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    counted = 0
    for key, one in COMPUTED.items():
        table = carried(one)
        by_place = table.filter(table.value > 0).group_by("place").agg(parts=ibis._.count())
        assert " GROUP BY" in Spark.compiler.to_sqlglot(by_place).sql(PySpark), key
        in_spark = Spark.compiler.to_sqlglot(table).sql(PySpark)
        back = sqlglot.transpile(in_spark, read="spark", write="duckdb")[0]
        here = answers(tables, one["select"], one["breakdowns"])
        assert answers(tables, back, one["breakdowns"]) == here, key
        counted += sum(value > 0 for value, _ in here.values() if value)
    assert counted > 300
