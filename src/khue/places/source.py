"""Reads the data files of the PyPI package `vietnamadminunits`, never its code.

The package (MIT, Tran Ngoc Minh Hieu) holds a table of present units, a table of former ones and
the old-to-new pairs. Its own converter picks one default or nearest unit where a commune was
divided; that is a guess, so only the pairs are read. Nothing in them is repaired here: where its
`wardType` contradicts its own full name the full name counts, being what people see.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from khue.lib.tables import read_table
from khue.lib.vietnamese import display
from khue.places.kinds import Level, english_name, split_kind
from khue.places.units import SOURCE, FormerUnit, Unit

_PRESENT = """select provinceCode, province, provinceLat, provinceLon, provinceKey,
    wardCode, ward, wardLat, wardLon, wardAreaKm2, wardKey from admin_units"""
_FORMER = """select provinceCode, province, provinceLat, provinceLon, provinceKey,
    districtCode, district, districtLat, districtLon, districtKey, districtAlias,
    wardCode, ward, wardLat, wardLon, wardKey, wardAlias from admin_units_legacy"""


@dataclass(frozen=True, slots=True)
class Tables:
    """The source as read.

    `successors`: code of a former commune (of the district for the five island districts that
    had no communes) -> codes of all present communes it went to; of a former province -> the
    present province. `aliases`: code of a former unit -> other names that the source lists, lower
    case, without marks and spaces, often of units merged into it before 2025.
    """

    present: dict[str, Unit]
    former: dict[str, FormerUnit]
    successors: dict[str, tuple[str, ...]]
    aliases: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that the source does not have: the kind it goes with, the units that bear it as
    "present:<code>" or "former:<code>", and the grounds.

    With `parts` it is a province of its own that ended before those of the source began: it was
    made of these former provinces or districts, and lies in `units`.
    """

    name: str
    kind: str
    units: tuple[str, ...]
    grounds: str
    parts: tuple[str, ...] = ()


@cache
def read_other_names() -> tuple[OtherName, ...]:
    """The names of `other_names.yaml`."""
    return tuple(
        OtherName(
            name=row["name"],
            kind=row["kind"],
            units=tuple(row["units"]),
            grounds=row["grounds"],
            parts=tuple(row.get("parts", ())),
        )
        for row in read_table(__file__, "other_names.yaml")
    )


@dataclass(frozen=True, slots=True)
class Move:
    """That a former unit was under another district or province before: the keys under which it may
    be stated too, and the grounds."""

    unit: str
    under: tuple[str, ...]
    grounds: str


@cache
def read_moves() -> tuple[Move, ...]:
    """The units of `moves.yaml`."""
    return tuple(
        Move(row["unit"], tuple(row["under"]), row["grounds"])
        for row in read_table(__file__, "moves.yaml")
    )


def find_data() -> Path:
    """The package's data folder, found without importing it.

    Raises FileNotFoundError where the package is not installed.
    """
    spec = importlib.util.find_spec(SOURCE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the Python package {SOURCE} is not installed: no gazetteer")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def read_tables(folder: Path) -> Tables:
    """All units and old-to-new pairs of the package's data folder.

    Raises ValueError where a pair names a unit that neither table has.
    """
    with closing(_open(folder / "dataset.db")) as database:
        present, present_keys = _read_present(database)
        former, former_keys, aliases = _read_former(database)
    pairs = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    successors: dict[str, set[str]] = {}
    for old_key, new_key in _pairs(pairs):
        if old_key not in former_keys or new_key not in present_keys:
            raise ValueError(f"{SOURCE}: a pair names an unknown unit: {old_key} -> {new_key}")
        successors.setdefault(former_keys[old_key], set()).add(present_keys[new_key])
    ordered = {old: tuple(sorted(new)) for old, new in successors.items()}
    return Tables(present, former, ordered, aliases)


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise FileNotFoundError(f"{SOURCE}: no data file {path}")
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    database.row_factory = sqlite3.Row
    return database


def _read_present(database: sqlite3.Connection) -> tuple[dict[str, Unit], dict[str, str]]:
    units: dict[str, Unit] = {}
    keys: dict[str, str] = {}
    for row in database.execute(_PRESENT):
        province: str = row["provinceCode"]
        if province not in units:
            units[province] = Unit(province_code=province, **_unit(row, "province", "province"))
            keys[row["provinceKey"]] = province
        units[row["wardCode"]] = Unit(
            province_code=province, area_km2=row["wardAreaKm2"], **_unit(row, "ward", "commune")
        )
        keys[f"{row['provinceKey']}_{row['wardKey']}"] = row["wardCode"]
    return units, keys


def _read_former(
    database: sqlite3.Connection,
) -> tuple[dict[str, FormerUnit], dict[str, str], dict[str, tuple[str, ...]]]:
    units: dict[str, FormerUnit] = {}
    keys: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    for row in database.execute(_FORMER):
        above = {"province_code": row["provinceCode"], "district_code": row["districtCode"]}
        if row["provinceCode"] not in units:
            units[row["provinceCode"]] = FormerUnit(
                province_code=row["provinceCode"], **_unit(row, "province", "province")
            )
            keys[row["provinceKey"]] = row["provinceCode"]
        if row["districtCode"] not in units:
            units[row["districtCode"]] = FormerUnit(**above, **_unit(row, "district", "district"))
            aliases[row["districtCode"]] = tuple(json.loads(row["districtAlias"] or "[]"))
        # Five island districts had no communes: the row is the district's own.
        leaf: str = row["wardCode"] or row["districtCode"]
        if row["wardCode"]:
            units[leaf] = FormerUnit(**above, **_unit(row, "ward", "commune"))
            aliases[leaf] = tuple(json.loads(row["wardAlias"] or "[]"))
        keys[f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"] = leaf
    return units, keys, {code: names for code, names in aliases.items() if names}


def _unit(row: sqlite3.Row, column: str, level: Level) -> dict[str, Any]:
    """The fields that all units share, from the columns whose names begin with `column`."""
    name = display(row[column])
    kind, short = split_kind(name)
    return {
        "code": row[f"{column}Code"],
        "name": {"vi": name, "en": english_name(name)},
        "short": short,
        "kind": kind,
        "level": level,
        "lat": row[f"{column}Lat"],
        "lon": row[f"{column}Lon"],
    }


def _pairs(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(key of the former unit, key of the present unit), communes and provinces."""
    for province, olds in data["DICT_PROVINCE"].items():
        yield from ((old, province) for old in olds)
    for province, wards in data["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            yield from ((old, f"{province}_{ward}") for old in olds)
    for province, divided in data["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, wards in divided.items():
            yield from ((old, f"{province}_{ward['newWardKey']}") for ward in wards)
