"""The process in which selects run: DuckDB on the tables of one snapshot, locked in.

It is a process of its own so that whatever a select does to it ends with it. It reads the files of
the snapshot that it was given and no others, has no network, can write nothing, and is ended where
it takes more memory or time than it may. It speaks JSON, a line at a time, and knows no Django.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

MEMORY_MB = 800
"""What DuckDB may hold; beyond it a select fails. A list of a million identifiers takes 60."""

ADDRESS_SPACE = 6 << 30
"""Bytes: DuckDB reserves more than it uses. What it does not count itself ends here."""

SECONDS = 20.0
"""Of processor time for one select."""

MOST_ROWS = 50_000
"""Parts of one value: 3,321 communes by fifteen others."""

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
        answer = answer_to(connection, job["select"], job["breakdowns"], job["seconds"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


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
    connection: duckdb.DuckDBPyConnection, select: str, breakdowns: Sequence[str], seconds: float
) -> dict[str, Any]:
    """The values of a select (`rows`), or what went wrong (`error`, `message`)."""
    done, over = threading.Event(), threading.Event()
    watch = threading.Thread(target=_watch, args=(connection, seconds, done, over), daemon=True)
    watch.start()
    try:
        return {"rows": list(_values(connection, select, breakdowns))}
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
        connection.execute("DROP TABLE IF EXISTS answer")


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


def _values(
    connection: duckdb.DuckDBPyConnection, select: str, breakdowns: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The rows of a select; what is NULL in a breakdown, a value is not broken down by."""
    statements = connection.extract_statements(select)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise Wrong("indicator_select_other", "")
    connection.execute(f"CREATE TEMP TABLE answer AS (\n{select}\n)")
    columns = [row[0] for row in connection.execute("DESCRIBE answer").fetchall()]
    for name in ("value", *breakdowns):
        if name not in columns:
            raise Wrong("indicator_column_missing", name)
    parts = [f"CAST({_quoted(name, chr(34))} AS VARCHAR)" for name in breakdowns]
    _require_parts(connection, parts)
    counted, digest = "NULL", "NULL"
    if "records" in columns:
        _require_agreement(connection, "amounts" in columns)
        counted = "len(records)"
        # Whatever the order of the records, and the same in every version.
        digest = "(SELECT bit_xor(md5_number_lower(one)) FROM unnest(records) AS of_row(one))"
    found = connection.execute(
        f"SELECT CAST(value AS DOUBLE), {counted}, {digest}"  # noqa: S608
        f"{''.join(f', {part}' for part in parts)} FROM answer ORDER BY ALL"
    )
    for value, records, told, *rest in found.fetchall():
        named = zip(breakdowns, rest, strict=True)
        yield {
            "value": value,
            "part": {name: held for name, held in named if held is not None},
            "records": records,
            "digest": "" if records is None else f"{told or 0:016x}",
        }


def _require_parts(connection: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> None:
    """Raise `Wrong` unless there are not too many parts, each once."""
    rows = _count(connection, "SELECT count(*) FROM answer")
    if rows > MOST_ROWS:
        raise Wrong("indicator_too_many_parts", str(rows))
    different = f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(parts)} FROM answer)"  # noqa: S608
    if rows != (_count(connection, different) if parts else min(rows, 1)):
        raise Wrong("indicator_part_twice", str(rows))


def _require_agreement(connection: duckdb.DuckDBPyConnection, has_amounts: bool) -> None:
    """Raise `Wrong` unless every value is what its records add up to."""
    if has_amounts:
        differs = (
            "len(records) <> len(amounts) OR abs(value - list_sum(amounts)) >"
            " 1e-9 * greatest(1, abs(value))"
        )
    else:
        differs = "value <> len(records) OR len(list_distinct(records)) <> len(records)"
    row = connection.execute(
        f"SELECT value, len(records) FROM answer WHERE value IS NOT NULL AND ({differs})"  # noqa: S608
        " OR value > 0 AND records IS NULL LIMIT 1"
    ).fetchone()
    if row is not None:
        raise Wrong("indicator_records_differ", f"{row[0]} / {row[1]}")


def _count(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    row = connection.execute(question).fetchone()
    return 0 if row is None else int(row[0])


def _quoted(text: str, mark: str) -> str:
    return f"{mark}{text.replace(mark, mark + mark)}{mark}"


if __name__ == "__main__":
    serve()
