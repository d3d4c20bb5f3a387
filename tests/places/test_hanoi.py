"""All of Hà Nội's 526 former communes, by the source alone and by the published table."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from khue.lib.vietnamese import exact
from khue.places import ChangesRead, FormerUnit, Gazetteer, load_gazetteer, read_changes
from khue.places.sayings import read_contested
from khue.places.source import Tables

NAME = "hanoi-wards-old-to-new"
SURER = {"Xã Kiêu Kỵ", "Phường Thịnh Quang"}
"""Of one present unit by the source, and of two by the published table."""

Rows = list[list[str]]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> Rows:
    """The published table."""
    with (shared_data / f"{NAME}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def changes(rows: Rows, tables: Tables) -> ChangesRead:
    """The table as it is understood."""
    return read_changes(rows, NAME, tables)


@pytest.fixture(scope="module")
def loaded(changes: ChangesRead) -> Gazetteer:
    """The gazetteer with the table loaded."""
    return load_gazetteer([changes.table])


def _former_of_hanoi(tables: Tables) -> list[FormerUnit]:
    return [
        unit
        for unit in tables.former.values()
        if unit.level == "commune" and unit.province_code == "01"
    ]


def _stated(tables: Tables, unit: FormerUnit) -> str:
    return f"{unit.name['vi']}, {tables.former[unit.district_code].name['vi']}, Hà Nội"


def _bare(names: list[str]) -> set[str]:
    return {exact(name.split(",")[0]) for name in names}


def test_every_former_commune_leads_to_exactly_its_successors(
    tables: Tables, gazetteer: Gazetteer
) -> None:
    single = 0
    for unit in _former_of_hanoi(tables):
        successors = gazetteer.successors(unit.code)
        resolution = gazetteer.resolve(_stated(tables, unit))
        assert resolution.candidates == successors, resolution
        certain = len(successors) == 1 and unit.name["vi"] not in SURER
        assert resolution.code == (successors[0].code if certain else None)
        single += resolution.code is not None
    assert single == 526 - 199 - len(SURER)


def test_the_table_is_understood_row_by_row(changes: ChangesRead) -> None:
    assert (changes.rows, len(changes.table.successors)) == (526, 526)
    assert changes.table.province == "01"
    assert changes.remarks == ()
    counts = Counter(len(codes) for codes in changes.table.successors.values())
    assert counts == {1: 398, 2: 115, 3: 13}


def test_without_the_table_the_sources_candidates_and_nothing_certain_that_it_denies(
    gazetteer: Gazetteer, rows: Rows
) -> None:
    counts: Counter[str] = Counter()
    for district, ward, now, _ in rows[1:]:
        resolution = gazetteer.resolve(f"{ward}, {district}, Hà Nội")
        source = _bare([one.name for one in resolution.candidates])
        table = _bare(now.split(" | "))
        counts[_compare(source, table)] += 1
        if len(source) > 1 or len(table) > 1:
            assert resolution.code is None, resolution
        assert {one.source for one in resolution.candidates} == {"vietnamadminunits"}
    assert counts == {"same": 417, "source more": 104, "table more": 3, "differ": 2}


def test_with_the_table_exactly_its_candidates_and_each_names_it(
    loaded: Gazetteer, rows: Rows
) -> None:
    for district, ward, now, _ in rows[1:]:
        resolution = loaded.resolve(f"{ward}, {district}, Hà Nội")
        table = _bare(now.split(" | "))
        assert _bare([one.name for one in resolution.candidates]) == table
        assert {one.source for one in resolution.candidates} == {NAME}
        assert (resolution.code is not None) == (len(table) == 1), resolution


def test_a_district_is_what_its_communes_are_by_the_table(
    loaded: Gazetteer, changes: ChangesRead, tables: Tables
) -> None:
    gia_lam = [code for code in tables.former if tables.former[code].district_code == "018"]
    expected = {code for old in gia_lam for code in changes.table.successors.get(old, ())}
    found = loaded.resolve("Huyện Gia Lâm, Hà Nội").candidates
    assert {one.code for one in found} == expected
    assert {one.source for one in found} == {NAME}
    # What is said of today's units, and of other provinces, stays the source's word.
    assert {one.source for one in loaded.resolve("Phường Láng, Hà Nội").candidates} == {
        "vietnamadminunits"
    }


def test_who_says_otherwise_is_told(gazetteer: Gazetteer, loaded: Gazetteer) -> None:
    stated = "Phường Thịnh Quang, Quận Đống Đa, Hà Nội"
    assert gazetteer.resolve(stated).why["vi"] == (
        "Phường Thịnh Quang (quận Đống Đa cũ) nay thuộc Phường Đống Đa, Thành phố Hà Nội; các nguồn"
        " nói khác nhau về đơn vị này; vietmap-company/vietnam_administrative_address còn nêu"
        " Phường Kim Liên."
    )
    assert loaded.resolve(stated).why["en"] == (
        "Thịnh Quang Ward (former Đống Đa District) is now in 2 units; so hanoi-wards-old-to-new;"
        " vietnamadminunits does not name Kim Liên Ward."
    )


def test_what_is_kept_of_the_published_table_is_what_it_says(
    changes: ChangesRead, tables: Tables
) -> None:
    (kept,) = read_contested()
    said = changes.table.successors
    assert kept.successors == {
        code: codes for code, codes in said.items() if set(codes) - set(tables.successors[code])
    }


def _compare(source: set[str], table: set[str]) -> str:
    if source == table:
        return "same"
    if table < source:
        return "source more"
    return "table more" if source < table else "differ"
