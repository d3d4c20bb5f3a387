"""All of Hà Nội's 526 former communes, and the published table that differs from the source."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from khue.lib.vietnamese import exact
from khue.places import FormerUnit, Gazetteer
from khue.places.source import Tables


def _former_of_hanoi(tables: Tables) -> list[FormerUnit]:
    return [
        unit
        for unit in tables.former.values()
        if unit.level == "commune" and unit.province_code == "01"
    ]


def _stated(tables: Tables, unit: FormerUnit) -> str:
    return f"{unit.name['vi']}, {tables.former[unit.district_code].name['vi']}, Hà Nội"


def test_every_former_commune_leads_to_exactly_its_successors(
    tables: Tables, gazetteer: Gazetteer
) -> None:
    single = 0
    for unit in _former_of_hanoi(tables):
        successors = gazetteer.successors(unit.code)
        resolution = gazetteer.resolve(_stated(tables, unit))
        assert resolution.candidates == successors, resolution
        assert resolution.code == (successors[0].code if len(successors) == 1 else None)
        single += resolution.code is not None
    assert single == 526 - 199


def test_where_the_published_table_differs_the_source_alone_decides_nothing_more(
    tables: Tables, gazetteer: Gazetteer, shared_data: Path
) -> None:
    """The two differ for 109 units. The source mostly names more, and then the place stays open;
    for two the table names more than the source's single one, which a loaded table will decide."""
    with (shared_data / "hanoi-wards-old-to-new.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    counts: Counter[str] = Counter()
    surer = []
    for row in rows:
        stated = f"{row['ward_name_old']}, {row['district_name_old']}, Hà Nội"
        resolution = gazetteer.resolve(stated)
        source = {exact(one.name.split(",")[0]) for one in resolution.candidates}
        table = {exact(name) for name in row["ward_new_name"].split(" | ")}
        counts[_compare(source, table)] += 1
        if len(source) > 1:
            assert resolution.code is None
        if resolution.code and len(table) > 1:
            surer.append(row["ward_name_old"])
    assert counts == {"same": 417, "source more": 104, "table more": 3, "differ": 2}
    assert surer == ["Xã Kiêu Kỵ", "Phường Thịnh Quang"]


def _compare(source: set[str], table: set[str]) -> str:
    if source == table:
        return "same"
    if table < source:
        return "source more"
    return "table more" if source < table else "differ"
