"""Reading the select of an indicator before anything runs it. Pure.

What is allowed is what Spark understands too and what gives the same answer whenever it is asked:
one SELECT over the tables of a snapshot. That nothing else can run is held once more by the
connection itself, see `engine`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.ERROR)
# What it warns of on standard error is a finding here.

LONGEST = 20_000
"""Characters of a select."""

DIALECT, LATER = "duckdb", "spark"
"""What runs selects now, and what they have to be carried to when one machine is not enough."""

_REFUSED: Mapping[type[exp.Expression], str] = {
    exp.ReadCSV: "read_csv",
    exp.ReadParquet: "read_parquet",
    exp.Rand: "random()",
    exp.Randn: "randn()",
    exp.Uuid: "uuid()",
    exp.CurrentDate: "current_date",
    exp.CurrentTime: "current_time",
    exp.CurrentTimestamp: "current_timestamp",
    exp.CurrentUser: "current_user",
    exp.TableSample: "TABLESAMPLE",
    exp.Placeholder: "a parameter",
    exp.Parameter: "a parameter",
    exp.Command: "a command",
    exp.Into: "INTO",
    exp.Lock: "FOR UPDATE",
    exp.List: "list(); use array_agg()",
}
"""What a select may not hold: what reads elsewhere, what answers differently each time, and what
Spark does not know."""

_KNOWN_TO_BOTH = frozenset({"grouping"})
"""Functions that both have and sqlglot has no word for."""


class Problem(NamedTuple):
    """Why a select is not run: a code of `findings.yaml`, and what it names."""

    code: str
    what: str = ""


def wanted_of(breakdowns: Iterable[str]) -> tuple[str, ...]:
    """The columns that the select of an indicator has to give."""
    return ("value", "records", *breakdowns)


def check_select(
    text: str, tables: Collection[str], wanted: Collection[str] = ()
) -> tuple[Problem, ...]:
    """Everything that keeps a select from being run over these tables; `wanted` are the columns
    that it has to give."""
    return _check(text, frozenset(tables), tuple(wanted))


@lru_cache(1_000)
def _check(text: str, tables: frozenset[str], wanted: tuple[str, ...]) -> tuple[Problem, ...]:
    parsed = _parse(text)
    if isinstance(parsed, Problem):
        return (parsed,)
    problems = [_refused(node) for node in parsed.walk()]
    problems += [_table_problem(node, tables) for node in parsed.find_all(exp.Table)]
    given = set(parsed.named_selects)
    if "*" not in given:
        problems += [
            Problem("indicator_column_missing", name) for name in wanted if name not in given
        ]
    if not any(problems):
        problems.append(_translation_problem(parsed))
    return tuple(dict.fromkeys(filter(None, problems)))


def tables_of(text: str, tables: Collection[str]) -> tuple[str, ...]:
    """Those of the tables that a checked select reads, sorted."""
    parsed = _parse(text)
    if isinstance(parsed, Problem):
        return ()
    named = {node.name for node in parsed.find_all(exp.Table)}
    return tuple(sorted(named & set(tables)))


def translate(text: str) -> str:
    """A checked select in the dialect of Spark. Raises `sqlglot.UnsupportedError`."""
    return sqlglot.transpile(
        text, read=DIALECT, write=LATER, unsupported_level=sqlglot.ErrorLevel.RAISE
    )[0]


@lru_cache(1_000)
def _parse(text: str) -> exp.Select | exp.SetOperation | Problem:
    if len(text) > LONGEST:
        return Problem("indicator_select_unreadable", f"{len(text)} > {LONGEST}")
    try:
        statements = sqlglot.parse(text, read=DIALECT)
    except (sqlglot.ParseError, sqlglot.TokenError) as error:
        return Problem("indicator_select_unreadable", _first_line(error))
    except RecursionError:
        return Problem("indicator_select_unreadable", "too deep")
    found = [one for one in statements if one is not None]
    if len(found) != 1:
        return Problem("indicator_select_many", str(len(found)))
    only = found[0]
    if isinstance(only, exp.Select | exp.SetOperation):
        return only
    what = only.name if isinstance(only, exp.Command) else only.key
    return Problem("indicator_select_other", what.upper())


def _refused(node: exp.Expression) -> Problem | None:
    if isinstance(node, exp.Anonymous) and node.name.lower() in _KNOWN_TO_BOTH:
        return None
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return Problem("indicator_select_refused", f"{node.name}()")
    for kind, what in _REFUSED.items():
        if isinstance(node, kind):
            return Problem("indicator_select_refused", what)
    if isinstance(node, exp.DML | exp.DDL | exp.Pragma | exp.Set) and not isinstance(
        node, exp.Query
    ):
        return Problem("indicator_select_refused", node.key.upper())
    if isinstance(node, exp.With) and node.args.get("recursive"):
        return Problem("indicator_select_refused", "WITH RECURSIVE")
    return None


def _table_problem(node: exp.Table, tables: Collection[str]) -> Problem | None:
    if not isinstance(node.this, exp.Identifier):
        return Problem("indicator_select_refused", node.this.sql(DIALECT)[:80])
    if node.db or node.catalog:
        return Problem("indicator_table_unknown", node.sql(DIALECT)[:80])
    if node.name in tables or node.name in _named_before(node):
        return None
    return Problem("indicator_table_unknown", node.name[:80])


def _named_before(node: exp.Expression) -> set[str]:
    """The names that WITH gives to selects around a table."""
    found = set[str]()
    above: exp.Expression | None = node
    while above is not None:
        clause = above.args.get("with_") or above.args.get("with")
        if isinstance(clause, exp.With):
            found |= {one.alias for one in clause.expressions}
        above = above.parent
    return found


def _translation_problem(parsed: exp.Expression) -> Problem | None:
    to: Callable[..., str] = parsed.sql
    try:
        sqlglot.parse_one(to(LATER, unsupported_level=sqlglot.ErrorLevel.RAISE), read=LATER)
    except (sqlglot.UnsupportedError, sqlglot.ParseError) as error:
        return Problem("indicator_not_portable", _first_line(error))
    return None


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0][:200]
