"""The tables as the source has them: counts, and every pair leads somewhere."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from khue.places import Gazetteer
from khue.places.kinds import KINDS
from khue.places.resolution import MOST_CANDIDATES
from khue.places.source import Tables, find_data, read_moves, read_other_names, read_tables


def test_counts_of_present_units(tables: Tables) -> None:
    kinds = Counter(unit.kind for unit in tables.present.values() if unit.level == "commune")
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    assert sum(kinds.values()) == 3321
    assert sum(unit.level == "province" for unit in tables.present.values()) == 34


def test_counts_of_former_units(tables: Tables) -> None:
    levels = Counter(unit.level for unit in tables.former.values())
    assert levels == {"province": 63, "district": 696, "commune": 10035}
    leaves = [code for code in tables.successors if tables.former[code].level != "province"]
    assert len(leaves) == 10040
    without_communes = [code for code in leaves if tables.former[code].level == "district"]
    assert {tables.former[code].short for code in without_communes} == {
        *("Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo")
    }


def test_every_former_unit_has_a_candidate_and_every_present_one_an_origin(
    tables: Tables, gazetteer: Gazetteer
) -> None:
    assert [code for code in tables.former if not gazetteer.successors(code)] == []
    assert [code for code in tables.present if not gazetteer.predecessors(code)] == []


def test_how_many_former_communes_were_divided(tables: Tables) -> None:
    counts = Counter(
        len(codes)
        for code, codes in tables.successors.items()
        if tables.former[code].level != "province"
    )
    assert counts == {1: 9569, 2: 397, 3: 58, 4: 15, 5: 1}


def test_successors_of_a_commune_lie_in_the_province_that_its_province_became(
    tables: Tables,
) -> None:
    for code, codes in tables.successors.items():
        province = tables.successors[tables.former[code].province_code]
        assert {tables.present[new].province_code for new in codes} == set(province)


def test_hanoi(tables: Tables, gazetteer: Gazetteer) -> None:
    assert len(gazetteer.communes("01")) == 126
    kinds = Counter(unit.kind for unit in gazetteer.communes("01"))
    assert kinds == {"Phường": 51, "Xã": 75}
    former = [
        unit
        for unit in tables.former.values()
        if unit.level == "commune" and unit.province_code == "01"
    ]
    assert len(former) == 526
    assert sum(len(tables.successors[unit.code]) > 1 for unit in former) == 199


def test_every_former_district_fits_into_the_candidates(
    tables: Tables, gazetteer: Gazetteer
) -> None:
    most = max(
        len(gazetteer.successors(unit.code))
        for unit in tables.former.values()
        if unit.level == "district"
    )
    assert most == 14
    assert most <= MOST_CANDIDATES


def test_where_the_source_contradicts_itself_the_full_name_counts(tables: Tables) -> None:
    query = """select wardCode, ward, wardType from admin_units
        where ward not like wardType || ' %' order by wardCode"""
    with closing(sqlite3.connect(find_data() / "dataset.db")) as database:
        rows = database.execute(query).fetchall()
    assert rows == [
        ("10543", "Phường Việt Hòa", "Xã"),
        ("11848", "Xã Vĩnh Hòa", "Phường"),
        ("31213", "Phường Tân Lộc", "Xã"),
        ("31299", "Xã Phong Điền", "Phường"),
    ]
    for code, name, _ in rows:
        assert tables.present[code].name["vi"] == name
        assert name.startswith(tables.present[code].kind)


def test_other_names_are_of_units_that_exist(tables: Tables) -> None:
    for other in read_other_names():
        for key in other.units:
            system, code = key.split(":")
            units = tables.present if system == "present" else tables.former
            assert units[code].level in KINDS[other.kind].levels
        for key in other.parts:
            system, code = key.split(":")
            assert system == "former"
            assert tables.former[code].level in ("district", "province")
        assert other.grounds
    ended = {f"ended:{other.name}" for other in read_other_names() if other.parts}
    for move in read_moves():
        former = {f"former:{code}" for code in tables.former}
        assert move.unit in former
        assert former | ended >= set(move.under)
        assert move.grounds


def test_a_pair_of_unknown_units_is_an_error(tmp_path: Path) -> None:
    data = find_data()
    (tmp_path / "dataset.db").write_bytes((data / "dataset.db").read_bytes())
    pairs = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    pairs["DICT_PROVINCE"]["thanhphohanoi"].append("tinhhatay")
    (tmp_path / "converter_2025.json").write_text(json.dumps(pairs), encoding="utf-8")
    with pytest.raises(ValueError, match="tinhhatay"):
        read_tables(tmp_path)


def test_a_missing_file_says_which(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"dataset\.db"):
        read_tables(tmp_path)
