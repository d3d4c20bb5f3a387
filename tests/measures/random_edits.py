"""What people do to a registry, at random, and what its computed values were counted from.

`python -m tests.measures.random_edits edits COUNT SEED` goes through the doors of the pipeline on
the home of the environment; `... lists COUNT SEED` opens every kept value, and so many of them as a
reader would. Both tell one JSON document.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

PLACES = ("Phường Ba Đình, Hà Nội", "Phường Cửa Nam, Hà Nội", "Xã Bát Tràng, Hà Nội", "Hà Nội", "")
SAID: dict[str, list[dict[str, str]]] = {
    "designations": [{"rank": "NAT"}, {"rank": "PROV", "date": "1999"}, {"rank": "NONE"}],
    "inventory": [{"status": "removed", "date": "2025"}, {"status": "inventoried"}],
    "titles": [{"title": "NNND", "date": "2022"}, {"title": "NNUT"}],
    "states": [{"status": "closed", "date": "2025"}, {"status": "active"}],
}
"""Fields by which indicators count, and what they may come to say."""

HOW = ("name", "name", "close", "place", "place", "state", "state", "withdraw", "merge")


def edits(count: int, chance: Random) -> dict[str, Any]:
    """So many edits that changed something; how many of each kind."""
    from khue import search
    from khue.model.errors import KhueError
    from khue.model.rights import OPERATOR
    from khue.pipeline import house
    from khue.registry import queries

    search.catch_up = lambda *_: None  # type: ignore[assignment]  # the indexes count nothing
    done: Counter[str] = Counter()
    batches: list[str] = []
    here = house()
    records = [(one, type_) for type_ in here.pack.types for one in queries.ids(OPERATOR, type_)]
    while done.total() < count:
        record, type_ = chance.choice(records)
        how = "undo" if batches and chance.random() < 0.1 else chance.choice(HOW)
        try:
            committed = _edit(here, how, record, type_, records, batches, chance)
        except KhueError:  # it is gone, or stands for others, or later edits would be lost
            continue
        if committed is not None:
            done[how] += 1
            batches.append(committed.batch)
    return {"done": done, "head": queries.head()}


def _edit(
    here: Any,
    how: str,
    record: str,
    type_: str,
    records: list[tuple[str, str]],
    batches: list[str],
    chance: Random,
) -> Any:
    from khue import pipeline
    from khue.model.rights import OPERATOR

    told: dict[str, Any] = {"actor": OPERATOR, "why": "thử"}
    if how == "undo":
        return pipeline.undo_batch(here, batches.pop(chance.randrange(len(batches))), **told)
    if how == "withdraw":
        return pipeline.withdraw_record(here, record, **told)
    if how == "merge":
        alike = [one for one, own in records if own == type_ and one != record]
        return pipeline.merge_records(here, chance.choice(alike), record, **told) if alike else None
    if how == "state":
        field = chance.choice([one for one in SAID if one in here.pack.types[type_].fields] or [""])
        said = {field: json.dumps([chance.choice(SAID[field])])} if field else {"place": PLACES[0]}
        return pipeline.edit_record(here, record, said, **told)
    stated = {
        "name": {"name.en": f"Name {chance.random()}"},
        "close": {"visibility": "staff"},
        "place": {"place": chance.choice(PLACES)},
    }[how]
    return pipeline.edit_record(here, record, stated, **told)


def lists(count: int, chance: Random) -> dict[str, Any]:
    """Every kept value against the list that its select gives, run here without the engine: those
    that differ. Then some as `records_behind` gives them, against the same lists."""
    from khue.measures import values as kept
    from khue.measures.models import ComputedValue
    from khue.pipeline import house, records_behind

    wrong: list[str] = []
    found: dict[tuple[str, int, str], list[str]] = {}
    for position in kept.positions():
        for key, stored, (value, records, amounts) in _opened(position):
            held = len(set(records)) if amounts is None else sum(amounts)
            agrees = stored is not None and stored[:2] == (value, len(records))
            if not agrees or abs(held - value) > 1e-9 * max(1, abs(value)):
                wrong.append(f"{key}: {value}, {stored}, {held}")
            if value:
                found[key] = sorted(records)
    views = [
        view
        for position in kept.positions()
        for indicator in {one["indicator"] for one in _rows(position)}
        for view in kept.values_of(indicator, position=position)
        if view.value and (view.version, view.position, view.name) in found
    ]
    for view in chance.sample(sorted(views, key=str), count):
        behind = list(records_behind(house(), view).records)
        if behind != found[view.version, view.position, view.name]:
            wrong.append(f"{view}: {behind}")
    return {
        "positions": kept.positions(),
        "kept": ComputedValue.objects.count(),
        "values": len(found),
        "wrong": wrong,
    }


def _rows(position: int) -> list[dict[str, Any]]:
    from khue.measures.models import ComputedValue

    rows = ComputedValue.objects.filter(position=position, records__isnull=False)
    return list(rows.values("indicator", "definition_id", "part", "value", "records"))


def _opened(position: int) -> Iterator[tuple[tuple[str, int, str], Any, Any]]:
    """Of each part that a select gives: its key, what is kept of it, what was counted."""
    import duckdb

    from khue.measures.compute import name_of
    from khue.measures.definitions import definitions_at
    from khue.pipeline import house, take_snapshot
    from khue.pipeline.measuring import columns_of

    taken = take_snapshot(house(), sight="public", rules="then", at=position)
    connection = _with_tables(duckdb.connect(), taken.folder, columns_of(house().pack))
    stored = {
        (row["definition_id"], position, row["part"]): (row["value"], row["records"])
        for row in _rows(position)
    }
    for definition in definitions_at(position):
        if definition["obtained"] != "computed":
            continue
        asked = connection.execute(definition["select"])
        names = [column[0] for column in asked.description or ()]
        for cells in asked.fetchall():
            row = dict(zip(names, cells, strict=True))
            part = {name: str(row[name]) for name in definition["breakdowns"] if row[name]}
            key = (definition["version"], position, name_of(part))
            if row["value"] is not None:
                yield key, stored.pop(key, None), (row["value"], row["records"], row.get("amounts"))
    assert not stored, stored


def _with_tables(connection: Any, folder: Path, columns: Any) -> Any:
    types = {"text": "VARCHAR", "texts": "VARCHAR[]", "number": "DOUBLE", "integer": "BIGINT"}
    for name, own in columns.items():
        path = folder / f"{name}.parquet"
        fields = ", ".join(f'"{one}" {types.get(kind, kind)}' for one, kind in own.items())
        made = f"VIEW {name} AS FROM '{path}'" if path.exists() else f"TABLE {name} ({fields})"
        connection.execute(f"CREATE {made}")
    return connection


def main() -> None:
    """Do what the command line names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "khue.settings"
    import django

    django.setup()
    what, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(json.dumps({"edits": edits, "lists": lists}[what](count, Random(seed))))


if __name__ == "__main__":
    main()
