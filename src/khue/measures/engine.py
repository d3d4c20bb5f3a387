"""The process in which selects run: DuckDB on the tables of one snapshot, locked in.

It is a process of its own so that whatever a select does to it ends with it. It reads the files of
the snapshot that it was given and no others, has no network, can write nothing, and is ended where
it takes more memory or time than it may. It speaks JSON, a line at a time, and knows no Django.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

MEMORY_MB = 1_200
"""What DuckDB may hold; beyond it a select fails. Nine breakdowns of 600,000 records take 800."""

ADDRESS_SPACE = 6 << 30
"""Bytes: DuckDB reserves more than it uses. What it does not count itself ends here."""

GRACE_S = 1
"""More processor time than a select may take, after which the process ends."""

MOST_ROWS = 50_000
"""Parts of one value: 3,321 communes by fifteen others."""

NUMBERING = """
CREATE TEMP TABLE numbered AS (
  SELECT one, md5_number_lower(one) AS number
  FROM (SELECT DISTINCT unnest(records) AS one FROM answer)
)
"""
"""The records of all rows of an answer, each once: a record stands in many rows, and its number
takes longest."""

TELLING = """
CREATE TEMP TABLE told AS (
  WITH listed AS (SELECT rowid AS line, unnest(records) AS one FROM answer),
  counted AS (
    SELECT line, number, count(*) AS times FROM listed JOIN numbered USING (one)
    GROUP BY line, number
  )
  SELECT line, count(*) AS different, bit_xor(number) FILTER (times % 2 = 1) AS digest
  FROM counted GROUP BY line
)
"""
"""Of the records of each row of an answer: how many different ones they are, and a digest, which is
the same whatever their order, and in every version."""

PLACE = "place"
"""The breakdown by administrative units."""

JOINED = "answer LEFT JOIN told ON told.line = answer.rowid"

_SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)

_TYPES = {
    "text": "VARCHAR",
    "texts": "VARCHAR[]",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


def serve() -> None:
    """Answer the jobs on standard input on standard output, each with one line."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.loads(sys.stdin.readline())
    connection = connect(asked["files"], asked["columns"])
    for line in sys.stdin:
        job = json.loads(line)
        _limit_processor(job["seconds"])
        answer = answer_to(connection, **job)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _limit_processor(seconds: float) -> None:
    """End the process soon after a select should have been interrupted: what one function does to
    one value cannot be."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime + seconds) + GRACE_S
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def connect(
    files: Mapping[str, str], columns: Mapping[str, Mapping[str, str]]
) -> duckdb.DuckDBPyConnection:
    """A locked connection with a view of each file, by the name of its table, and an empty table
    for each that has `columns` instead.

    One thread: sums of the same numbers in another order are other numbers.
    """
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": f"{MEMORY_MB}MB"})
    allowed = ", ".join(_quoted(path, "'") for path in files.values())
    connection.execute(f"SET allowed_paths = [{allowed}]")
    for setting in _SETTINGS:
        connection.execute(setting)
    for name, path in files.items():
        table, file = _quoted(name, '"'), _quoted(path, "'")
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({file})")  # noqa: S608
    for name, own in columns.items():
        fields = ", ".join(f"{_quoted(one, chr(34))} {_TYPES[kind]}" for one, kind in own.items())
        connection.execute(f"CREATE TABLE {_quoted(name, chr(34))} ({fields})")
    return connection


def answer_to(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    breakdowns: Sequence[str],
    seconds: float,
    part: Mapping[str, str] | None = None,
    identifiers: Sequence[Sequence[str]] | None = None,
    units: str = "",
) -> dict[str, Any]:
    """The values of a select (`rows`), or the records behind that of a `part` (`rows` with one of
    them, or none), or what went wrong (`error`, `message`).

    With `identifiers`, columns each with its table, every value has to have records, each of which
    stands in one of these columns; with `units`, the table of units, each place has to be one that
    there is today.
    """
    done, over = threading.Event(), threading.Event()
    watch = threading.Thread(target=_watch, args=(connection, seconds, done, over), daemon=True)
    watch.start()
    try:
        columns = _run(connection, select, breakdowns, part)
        if identifiers is not None:
            _require_records(connection, columns, identifiers)
        if units and PLACE in breakdowns:
            _require_places(connection, units)
        asked = _values if part is None else _counted
        return {"rows": list(asked(connection, breakdowns, columns))}
    except Wrong as error:
        return {"error": error.code, "message": str(error)}
    except duckdb.Error as error:
        code = "indicator_failed"
        if over.is_set():
            code = "indicator_slow"
        elif isinstance(error, duckdb.OutOfMemoryException):
            code = "indicator_large"
        elif isinstance(error, duckdb.BinderException | duckdb.CatalogException):
            code = "indicator_not_bound"
        elif isinstance(error, duckdb.PermissionException):
            code = "indicator_not_permitted"
        return {"error": code, "message": str(error).split("\n")[0][:300]}
    except MemoryError:
        return {"error": "indicator_large", "message": ""}
    finally:
        done.set()
        watch.join()
        for table in ("told", "numbered", "answer"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")


class Wrong(Exception):
    """An answer that is not what the answer of an indicator has to be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _watch(
    connection: duckdb.DuckDBPyConnection,
    seconds: float,
    done: threading.Event,
    over: threading.Event,
) -> None:
    """Interrupt what takes too much processor time: on a busy machine, others' time is not its."""
    until = time.process_time() + seconds
    while not done.wait(0.05):
        if time.process_time() > until:
            over.set()
            connection.interrupt()


def _run(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    breakdowns: Sequence[str],
    part: Mapping[str, str] | None,
) -> list[str]:
    """Run a select into the table `answer`, of all parts or of one, and what there is to tell of
    the records of its rows into the table `told`; gives the columns of the answer. Raises `Wrong`
    where that is none."""
    statements = connection.extract_statements(select)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Wrong("indicator_select_other", "")
    if part is None:
        connection.execute(f"CREATE TEMP TABLE answer AS (\n{select}\n)")
    else:
        same = " AND ".join(f"{one} IS NOT DISTINCT FROM ?" for one in _parts(breakdowns)) or "true"
        connection.execute(
            f"CREATE TEMP TABLE answer AS (SELECT * FROM (\n{select}\n) WHERE {same})",  # noqa: S608
            [part.get(name) for name in breakdowns],
        )
    columns = [row[0] for row in connection.execute("DESCRIBE answer").fetchall()]
    for name in ("value", *breakdowns):
        if name not in columns:
            raise Wrong("indicator_column_missing", name)
    _require_parts(connection, _parts(breakdowns))
    _require_finite(connection)
    if "records" in columns:
        connection.execute(NUMBERING)
        connection.execute(TELLING)
        _require_agreement(connection, "amounts" in columns)
    return columns


def _values(
    connection: duckdb.DuckDBPyConnection, breakdowns: Sequence[str], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The rows of an answer; what is NULL in a breakdown, a value is not broken down by."""
    parts, has_records = _parts(breakdowns), "records" in columns
    counted, source = ("len(records), digest", JOINED) if has_records else ("NULL, NULL", "answer")
    found = connection.execute(
        f"SELECT CAST(value AS DOUBLE), {counted}"  # noqa: S608
        f"{''.join(f', {part}' for part in parts)} FROM {source} ORDER BY ALL"
    )
    for value, records, told, *rest in found.fetchall():
        named = zip(breakdowns, rest, strict=True)
        yield {
            "value": value,
            "part": {name: held for name, held in named if held is not None},
            "records": records,
            "digest": "" if records is None else _written(told),
        }


def _counted(
    connection: duckdb.DuckDBPyConnection, breakdowns: Sequence[str], columns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The records behind the value of the only part, in their order, and their amounts if it is a
    sum."""
    if "records" not in columns:
        return
    amounts = "amounts" if "amounts" in columns else "NULL"
    found = connection.execute(
        f"SELECT CAST(value AS DOUBLE), records, {amounts}, digest"  # noqa: S608
        f" FROM {JOINED} WHERE value IS NOT NULL"
    )
    for value, held, given, told in found.fetchall():
        if held is not None:
            pairs = sorted(zip(held, given or held, strict=True))
            yield {
                "value": value,
                "records": [one for one, _ in pairs],
                "amounts": None if given is None else [float(amount) for _, amount in pairs],
                "digest": _written(told),
            }


def _parts(breakdowns: Sequence[str]) -> list[str]:
    return [f"CAST({_quoted(name, chr(34))} AS VARCHAR)" for name in breakdowns]


def _written(digest: int | None) -> str:
    return f"{digest or 0:016x}"


def _require_parts(connection: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> None:
    """Raise `Wrong` unless there are not too many parts, each once."""
    rows = _count(connection, "SELECT count(*) FROM answer")
    if rows > MOST_ROWS:
        raise Wrong("indicator_too_many_parts", str(rows))
    different = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(parts)} FROM answer)"  # noqa: S608
    if rows != (_count(connection, different) if parts else min(rows, 1)):
        raise Wrong("indicator_part_twice", str(rows))


def _require_finite(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise `Wrong` for what is no number, as dividing by nought gives it; Spark gives NULL."""
    row = connection.execute(
        "SELECT number FROM (SELECT CAST(value AS DOUBLE) AS number FROM answer)"
        " WHERE NOT isfinite(number) LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Wrong("indicator_not_finite", str(row[0]))


def _require_agreement(connection: duckdb.DuckDBPyConnection, has_amounts: bool) -> None:
    """Raise `Wrong` unless every value is what its records add up to."""
    if has_amounts:
        differs = (
            "len(records) <> coalesce(list_count(amounts), 0) OR"
            " abs(value - coalesce(list_sum(amounts), 0)) > 1e-9 * greatest(1, abs(value))"
        )
    else:
        differs = "value <> list_count(records) OR coalesce(different, 0) <> len(records)"
    row = connection.execute(
        f"SELECT value, len(records) FROM {JOINED} WHERE value IS NOT NULL AND ({differs})"  # noqa: S608
        " OR value <> 0 AND records IS NULL LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Wrong("indicator_records_differ", f"{row[0]} / {row[1]}")


def _require_records(
    connection: duckdb.DuckDBPyConnection,
    columns: Sequence[str],
    identifiers: Sequence[Sequence[str]],
) -> None:
    """Raise `Wrong` unless the records of an answer are there, and stand in one of some columns.

    One column after the other, of what is still not found: the first has mostly all."""
    if "records" not in columns:
        raise Wrong("indicator_column_missing", "records")
    source = "numbered"
    for at, (table, column) in enumerate(identifiers):
        if not _count(connection, f"SELECT count(*) FROM {source}"):  # noqa: S608
            break
        own, left = f"{_quoted(table, chr(34))}.{_quoted(column, chr(34))}", f"strange_{at}"
        connection.execute(f"DROP TABLE IF EXISTS {left}")
        connection.execute(
            f"CREATE TEMP TABLE {left} AS SELECT one FROM {source}"  # noqa: S608
            f" ANTI JOIN {_quoted(table, chr(34))} ON {own} = {source}.one"
        )
        connection.execute(f"DROP TABLE {source}")
        source = left
    row = connection.execute(f"SELECT min(one), count(*) FROM {source}").fetchone()  # noqa: S608
    connection.execute(f"DROP TABLE {source}")
    if row is not None and row[1]:
        raise Wrong("indicator_records_unknown", "NULL" if row[0] is None else str(row[0])[:80])


def _require_places(connection: duckdb.DuckDBPyConnection, units: str) -> None:
    """Raise `Wrong` for a place that is no present unit."""
    row = connection.execute(
        f"SELECT min(CAST({PLACE} AS VARCHAR)) FROM answer WHERE {PLACE} IS NOT NULL"  # noqa: S608
        f" AND CAST({PLACE} AS VARCHAR) NOT IN"
        f" (SELECT code FROM {_quoted(units, chr(34))} WHERE system = 'present')"
    ).fetchone()
    if row is not None and row[0] is not None:
        raise Wrong("indicator_place_unknown", str(row[0])[:80])


def _count(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    row = connection.execute(question).fetchone()
    return 0 if row is None else int(row[0])


def _quoted(text: str, mark: str) -> str:
    return f"{mark}{text.replace(mark, mark + mark)}{mark}"


if __name__ == "__main__":
    serve()
