"""The servers that are asked: Khuê as `khue serve` runs it, and Datasette over the same records."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from pathlib import Path
from typing import NamedTuple

from bench.client import get
from bench.corpus import Row, rows

READY_WITHIN_S = 900
"""A server may have to make its index anew before it answers: a million records take minutes."""

FACETS = ("type", "rank", "kind", "place", "period")
COLUMNS = {each.name: each.name for each in fields(Row)} | {"rank": "grade"}
"""Datasette's table: for each part of a row the name of its column (FTS5 has *rank* for itself)."""
TEXTS = ("name", "other", "place", "kind", "grade", "period", "status", "sector", "description")
DATASETTE_FACETS = ("type", "grade", "kind", "unit", "period")
"""The same five."""

SETTINGS = {
    "suggest_facets": "off",
    "default_page_size": "20",
    # By default a facet that takes longer than 200 ms, and a query of more than 1 s, is given up.
    "facet_time_limit_ms": "60000",
    "sql_time_limit_ms": "60000",
}


class Server(NamedTuple):
    """A server that answers: its port and its process."""

    port: int
    process: int


@contextmanager
def khue(home: Path, workers: int = 1) -> Iterator[Server]:
    """`khue serve` with what it has by default, or with more workers."""
    port = _free_port()
    command = [sys.executable, "-m", "khue", "serve", "--port", str(port)]
    command += ["--workers", str(workers)]
    with _running(command, port, {"KHUE_HOME": str(home)}) as server:
        yield server


@contextmanager
def datasette(database: Path) -> Iterator[Server]:
    """Datasette over a database that nobody writes to (`--immutable`, its fastest way), with facets
    that are exact and none that it looks for by itself."""
    port = _free_port()
    settings = [text for pair in SETTINGS.items() for text in ("--setting", *pair)]
    command = [sys.executable, "-m", "datasette", "serve", "--immutable", str(database)]
    with _running([*command, *settings, "--port", str(port)], port, {}) as server:
        yield server


def database(count: int, seed: int, folder: Path) -> Path:
    """One table of the same rows with an FTS5 index of their texts that finds marks folded; kept in
    `folder` and used again."""
    kept = folder / f"records-{count}-{seed}.db"
    if kept.exists():
        return kept
    part = kept.with_suffix(".part")
    part.unlink(missing_ok=True)
    columns, texts = [*COLUMNS.values()], ", ".join(TEXTS)
    with sqlite3.connect(part) as connection:
        connection.execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        connection.executemany(
            f"INSERT INTO record ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            map(astuple, rows(count, seed)),
        )
        connection.execute(
            f"CREATE VIRTUAL TABLE record_fts USING fts5 ({texts},"
            " tokenize='unicode61 remove_diacritics 2', content='record', content_rowid='id')"
        )
        connection.execute("INSERT INTO record_fts (record_fts) VALUES ('rebuild')")
        connection.execute("INSERT INTO record_fts (record_fts) VALUES ('optimize')")
    connection.close()
    part.rename(kept)
    return kept


@contextmanager
def _running(command: Sequence[str], port: int, settings: dict[str, str]) -> Iterator[Server]:
    with subprocess.Popen(
        command,
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _await(process, port)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        try:
            if get(port, "/")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{process.args} does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
