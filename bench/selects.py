"""Selects of indicators over a snapshot, and the same over JSON documents in SQLite:
`KHUE_HOME=... python -m bench.selects FOLDER DATABASE` prints JSON.

The documents stand in one table as the registry keeps them: identifier, type, public JSON. SQLite
has no grouping sets, so what is counted is made once and grouped for each set; it lists the records
of every part too (`json_group_array`). Both have to give the same numbers.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import django

COUNTED = {
    "relics_total": (
        ("rank", "kind"),
        """
        SELECT id, json_extract(document, '$.place.within') AS province,
          json_extract(document, '$.place.code') AS commune,
          coalesce(json_extract(document, '$.kind'), 'unknown') AS kind,
          CASE (SELECT max(CASE json_extract(one.value, '$.rank') WHEN 'SPEC' THEN 3
              WHEN 'NAT' THEN 2 WHEN 'PROV' THEN 1 WHEN 'NONE' THEN 0 END)
            FROM json_each(document, '$.designations') AS one
            WHERE json_extract(one.value, '$.until') IS NULL)
          WHEN 3 THEN 'SPEC' WHEN 2 THEN 'NAT' WHEN 1 THEN 'PROV' WHEN 0 THEN 'NONE'
          ELSE 'unknown' END AS rank
        FROM record WHERE type = 'relic' AND json_extract(document, '$.invented') IS NOT 1
          AND json_extract(document, '$.part_of') IS NULL
          AND coalesce(json_extract(document, '$.inventory[#-1].status'), '') <> 'removed'
        """,
    ),
    "creative_spaces": (
        ("kind",),
        """
        SELECT id, json_extract(document, '$.place.within') AS province,
          json_extract(document, '$.place.code') AS commune,
          coalesce(json_extract(document, '$.kind'), 'unknown') AS kind
        FROM record WHERE type = 'creative_space'
          AND json_extract(document, '$.invented') IS NOT 1
          AND json_extract(document, '$.closed') IS NULL
          AND coalesce(json_extract(document, '$.states[#-1].status'), '')
            NOT IN ('planned', 'closed')
        """,
    ),
    "intangible_total": (
        ("kind",),
        """
        SELECT id, json_extract(document, '$.place.within') AS province,
          json_extract(document, '$.place.code') AS commune,
          coalesce(json_extract(document, '$.kind'), 'unknown') AS kind
        FROM record WHERE type = 'practice' AND json_extract(document, '$.invented') IS NOT 1
          AND json_extract(document, '$.part_of') IS NULL
        """,
    ),
}
"""By indicator: what it is broken down by besides the place, and what it counts, over JSON."""

BLOCK = 5_000

Parts = dict[tuple[tuple[str, str], ...], float]


def main() -> None:
    """Time both on the home that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khue.settings")
    django.setup()
    folder, database = map(Path, sys.argv[1:])
    if not database.exists():
        _fill(database)
    told = {}
    for key, (kinds, counted) in COUNTED.items():
        here, seconds, processor = _in_engine(key, folder)
        there, in_sqlite = _in_sqlite(database, kinds, counted)
        assert here == there, (key, sorted({*here.items()} ^ {*there.items()})[:5])
        told[key] = {
            "engine_s": round(seconds, 2),
            "engine_cpu_s": round(processor, 2),
            "sqlite_s": round(in_sqlite[0], 2),
            "sqlite_cpu_s": round(in_sqlite[1], 2),
            "ratio_cpu": round(in_sqlite[1] / processor, 1),
        }
    print(json.dumps(told))


def _in_engine(key: str, folder: Path) -> tuple[Parts, float, float]:
    """The values of an indicator by part, with seconds by the clock and of the processor; without
    what an engine takes to start, which many selects share."""
    from khue.measures.compute import Engine
    from khue.measures.selects import tables_of
    from khue.pipeline import house
    from khue.pipeline.measuring import columns_of, indicators_of

    pack = house().pack
    one, columns = indicators_of(pack)[0][key], columns_of(pack)
    needed = {name: columns[name] for name in tables_of(one.select, columns)}
    before = _of_children()
    with Engine(needed, folder) as engine:
        engine.ask("SELECT 1 AS value", [])
    begun = _of_children()
    with Engine(needed, folder) as engine:
        engine.ask("SELECT 1 AS value", [])
        start = time.perf_counter()
        rows = engine.ask(one.select, one.breakdowns)["rows"]
        seconds = time.perf_counter() - start
    processor = (_of_children() - begun) - (begun - before)
    found = {tuple(sorted(row["part"].items())): row["value"] for row in rows if row["value"]}
    return found, seconds, processor


def _in_sqlite(
    database: Path, kinds: tuple[str, ...], counted: str
) -> tuple[Parts, tuple[float, float]]:
    sets = [*product((None, "province", "commune"), (None, *kinds))]
    found: Parts = {}
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        start, before = time.perf_counter(), time.process_time()
        connection.execute(f"CREATE TEMP TABLE counted AS {counted}")
        for place, kind in sets:
            names = [name for name in (place, kind) if name]
            known = f"WHERE {place} IS NOT NULL" if place else ""
            rows = connection.execute(
                f"SELECT count(*), json_group_array(id){''.join(f', {one}' for one in names)}"
                f" FROM counted {known} {'GROUP BY ' + ', '.join(names) if names else ''}"
            )
            for value, _, *part in rows:
                labels = ["place" if name == place else str(name) for name in names]
                found[tuple(sorted(zip(labels, part, strict=True)))] = float(value)
        spent = time.perf_counter() - start, time.process_time() - before
    connection.close()
    return {part: value for part, value in found.items() if value}, spent


def _fill(database: Path) -> None:
    """One table with the public documents of the registry."""
    from khue.model.rights import PUBLIC
    from khue.registry import queries

    part = database.with_suffix(".part")
    part.unlink(missing_ok=True)
    with sqlite3.connect(part) as connection:
        connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, type TEXT, document TEXT)")
        for type_ in ("relic", "creative_space", "practice"):
            names = [*queries.ids(PUBLIC, type_)]
            for first in range(0, len(names), BLOCK):
                connection.executemany(
                    "INSERT INTO record VALUES (?, ?, ?)",
                    _rows(type_, queries.texts(names[first : first + BLOCK], whole=False)),
                )
    connection.close()
    part.rename(database)


def _rows(type_: str, texts: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, (public, _) in texts.items():
        if public is not None:
            yield name, type_, public.decode() if isinstance(public, bytes) else public


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
