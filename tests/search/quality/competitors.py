"""What others find in the same texts: SQLite FTS5 and PostgreSQL, each set up as well as its
manual allows for Vietnamese.

Both get names and texts apart, names with ten times the weight, and ask first for all words, then,
to fill the page, for any of them. *ở*, *của*, *of* and their kind are left out as Khuê leaves them
out: with them, both find less.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from khue.lib.vietnamese import exact, nfc
from khue.search.words import LINKING
from tests import postgres
from tests.search.quality.corpus import Texts

Find = Callable[[str], list[str]]
"""From what was typed to the records found, best first."""

DEPTH = 10


@contextmanager
def sqlite(texts: Sequence[Texts]) -> Iterator[Find]:
    """SQLite FTS5 with `unicode61 remove_diacritics 2`, ranked by bm25."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE record USING fts5"
        "(id UNINDEXED, names, text, tokenize = 'unicode61 remove_diacritics 2')"
    )
    connection.executemany(
        "INSERT INTO record VALUES (?, ?, ?)", [(one.id, one.names, one.text) for one in texts]
    )

    def match(query: str) -> list[str]:
        found = connection.execute(
            "SELECT id FROM record WHERE record MATCH ? ORDER BY bm25(record, 0, 10, 1) LIMIT ?",
            [query, DEPTH],
        )
        return [identifier for (identifier,) in found]

    def find(text: str) -> list[str]:
        words = [f'"{word}"' for word in words_of(text)]
        return _first(match(f" {how} ".join(words)) for how in ("AND", "OR")) if words else []

    try:
        yield find
    finally:
        connection.close()


@contextmanager
def postgresql(texts: Sequence[Texts]) -> Iterator[Find]:
    """PostgreSQL's full text search with `unaccent` before `simple`, ranked by ts_rank."""
    database = "quality"
    server = postgres.server()
    server.drop(database)
    server.create(database)
    with server.connect(database) as connection:
        for statement in _SETTING_UP:
            connection.execute(statement)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO record SELECT %s, setweight(to_tsvector('vietnamese', %s), 'A')"
                " || setweight(to_tsvector('vietnamese', %s), 'D')",
                [(one.id, one.names, one.text) for one in texts],
            )
        yield lambda text: _in_postgresql(connection, text)
    server.drop(database)


_SETTING_UP = (
    "CREATE EXTENSION unaccent",
    "CREATE TEXT SEARCH CONFIGURATION vietnamese (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION vietnamese ALTER MAPPING FOR"
    " asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part,"
    " hword_numpart WITH unaccent, simple",
    "CREATE TABLE record (id text, words tsvector)",
)


def _in_postgresql(connection: psycopg.Connection, text: str) -> list[str]:
    def match(how: str) -> list[str]:
        query = "to_tsquery('vietnamese', %(query)s)"
        found = connection.execute(
            f"SELECT id FROM record WHERE words @@ {query}"
            f" ORDER BY ts_rank('{{0.1, 0.2, 0.4, 1}}', words, {query}, 1) DESC, id LIMIT {DEPTH}",
            {"query": f" {how} ".join(words)},
        )
        return [identifier for (identifier,) in found]

    words = words_of(text)
    return _first(match(how) for how in "&|") if words else []


def words_of(text: str) -> list[str]:
    """The words to ask for: letters and digits, as typed, without linking words unless alone."""
    words = re.findall(r"\w+", nfc(text))
    return [word for word in words if exact(word) not in LINKING] or words


def _first(pages: Iterable[list[str]]) -> list[str]:
    """The first records of several pages, each once."""
    return list(dict.fromkeys(one for page in pages for one in page))[:DEPTH]
