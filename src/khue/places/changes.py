"""Change tables: what became of former units, as a table says that someone has loaded.

A table is rows of text with a heading: the former unit (district and commune, or its code), and
every present unit it went to, ` | ` between several. Which column is which is told by headings
(`headings.yaml`). Names are matched exactly; a row that is not understood is left out and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from khue.lib.tables import read_table
from khue.lib.vietnamese import display, fold
from khue.places.names import read_name
from khue.places.source import Tables

Row = Sequence[str]
Units = dict[tuple[str, str], list[tuple[str, str]]]
"""(code of the unit above, bare name) -> (kind, code) of each."""

SEPARATOR = "|"
MOST_HEADING_ROWS = 20  # a title and remarks may stand above the heading


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say of a row or shape: a finding's code, where, and its values."""

    code: str
    row: int | None = None
    column: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """What a table says: former code -> the codes of all present communes, sorted.

    `name` is that of its data set; `province` the code of the former province, where its rows do
    not say which.
    """

    name: str
    successors: Mapping[str, tuple[str, ...]]
    province: str = ""


@dataclass(frozen=True, slots=True)
class ChangesRead:
    """A table as far as it was understood. `provinces` are the former ones that all of its rows
    without a province fit, if none was given."""

    table: ChangeTable
    rows: int
    remarks: tuple[Remark, ...]
    provinces: tuple[str, ...] = ()


class NotChanges(ValueError):
    """The rows have no heading that says what former units became."""


def read_changes(rows: Sequence[Row], name: str, tables: Tables, province: str = "") -> ChangesRead:
    """Read a change table; `province` is the code of the former province of its districts, found
    by their names where it is empty.

    Raises `NotChanges` for rows without the headings of such a table.
    """
    start, columns = _find_heading(rows)
    book = _Book(tables)
    body = [_Line(number, row, columns) for number, row in enumerate(rows[start:], start + 1)]
    body = [line for line in body if line.says_anything]
    fitting = () if province else _provinces_of(body, book)
    chosen = province or (fitting[0] if len(fitting) == 1 else "")
    found: dict[str, set[str]] = {}
    remarks: list[Remark] = []
    for line in body:
        code, remark = book.former(line, chosen)
        if code is None:
            remarks += [remark] if remark else []
            continue
        codes, unknown = book.present(line, code)
        if unknown or not codes:
            remarks.append(_new_unknown(line, unknown))
            continue
        remarks += [remark] if remark else []
        # A table may have a row for each pair as well as one for each former unit.
        found.setdefault(code, set()).update(codes)
    successors = {code: tuple(sorted(codes)) for code, codes in sorted(found.items())}
    table = ChangeTable(name, successors, chosen)
    return ChangesRead(table, len(body), tuple(remarks), fitting)


def _new_unknown(line: _Line, unknown: Sequence[str]) -> Remark:
    named = ", ".join(unknown) or line.get("new_commune") or line.get("new_code")
    return Remark(
        "places_new_unit_unknown",
        line.number,
        line.heading("new_commune") or line.heading("new_code"),
        {"value": named, "unit": line.old_name},
    )


@cache
def _headings() -> Mapping[str, frozenset[str]]:
    """What a column says -> its headings, folded."""
    return {
        key: frozenset(map(fold, names))
        for key, names in read_table(__file__, "headings.yaml").items()
    }


def _find_heading(rows: Sequence[Row]) -> tuple[int, dict[str, tuple[int, str]]]:
    """Number of the first row under the heading, and what is in which column."""
    for number, row in enumerate(rows[:MOST_HEADING_ROWS]):
        columns: dict[str, tuple[int, str]] = {}
        for index, text in enumerate(row):
            folded = fold(text.replace("_", " "))
            for key, names in _headings().items():
                if folded in names:
                    columns.setdefault(key, (index, text))
        old = "old_code" in columns or "old_commune" in columns
        if old and ("new_code" in columns or "new_commune" in columns):
            return number + 1, columns
    raise NotChanges


class _Line:
    """A row by what its columns say."""

    def __init__(self, number: int, row: Row, columns: Mapping[str, tuple[int, str]]) -> None:
        self.number = number
        self._columns = columns
        self._said = {
            key: display(row[index]) if index < len(row) else ""
            for key, (index, _) in columns.items()
        }

    def get(self, key: str) -> str:
        return self._said.get(key, "")

    def heading(self, key: str) -> str:
        return self._columns[key][1] if key in self._columns else ""

    @property
    def says_anything(self) -> bool:
        return any(self._said.values())

    @property
    def old_name(self) -> str:
        keys = ("old_commune", "old_district", "old_province")
        return ", ".join(filter(None, map(self.get, keys))) or self.get("old_code")


class _Book:
    """Units by the names that stand under the same larger one."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._provinces: Units = {}
        self._districts: Units = {}
        self._communes: Units = {}
        self._present: Units = {}
        for code, unit in tables.former.items():
            bare = _bare(unit.short)
            if unit.level == "province":
                self._provinces.setdefault(("", bare), []).append((unit.kind, code))
            elif unit.level == "district":
                self._districts.setdefault((unit.province_code, bare), []).append((unit.kind, code))
            else:
                self._communes.setdefault((unit.district_code, bare), []).append((unit.kind, code))
        for code, now in tables.present.items():
            if now.level == "commune":
                key = (now.province_code, _bare(now.short))
                self._present.setdefault(key, []).append((now.kind, code))

    @property
    def every_province(self) -> tuple[str, ...]:
        """The codes of the former provinces."""
        return tuple(code for units in self._provinces.values() for _, code in units)

    def province(self, name: str) -> str:
        """The former province of a name; empty if there is none."""
        return _the_one(self._lookup(self._provinces, name, "")[0])

    def district(self, province: str, name: str) -> str:
        """The former district of a name in a province; empty if there is none."""
        return _the_one(self._lookup(self._districts, name, province)[0])

    def commune(self, district: str, name: str) -> tuple[str, bool]:
        """The former commune of a name in a district (empty if there is none), and whether its
        kind is the one that was stated."""
        codes, agrees = self._lookup(self._communes, name, district)
        return _the_one(codes), agrees

    def former(self, line: _Line, province: str) -> tuple[str | None, Remark | None]:
        """The former unit of a row, or why there is none; where it is one of another kind than
        stated, both."""
        if code := line.get("old_code"):
            unit = self._tables.former.get(code.zfill(5))
            if unit is None:
                return None, Remark(
                    "places_old_unit_unknown",
                    line.number,
                    line.heading("old_code"),
                    {"value": line.old_name},
                )
            return unit.code, None
        above = self.province(line.get("old_province")) if line.get("old_province") else province
        district = self.district(above, line.get("old_district"))
        name = line.get("old_commune")
        code, agrees = self.commune(district, name) if district else ("", True)
        column = line.heading("old_commune")
        if not code:
            value = {"value": line.old_name}
            return None, Remark("places_old_unit_unknown", line.number, column, value)
        if not agrees:
            known = self._tables.former[code].name
            return code, Remark(
                "places_other_kind", line.number, column, {"value": name, "unit": dict(known)}
            )
        return code, None

    def present(self, line: _Line, former: str) -> tuple[set[str], list[str]]:
        """The present units of a row, and those that it names and that there are not."""
        found: set[str] = set()
        unknown: list[str] = []
        if stated := line.get("new_code"):
            for code in _several(stated):
                unit = self._tables.present.get(code.zfill(5))
                found |= {unit.code} if unit and unit.level == "commune" else set()
                unknown += [] if unit and unit.level == "commune" else [code]
            return found, unknown
        inside = self._province_now(line, former)
        for name in _several(line.get("new_commune")):
            codes, agrees = self._lookup(self._present, name, inside)
            code = _the_one(codes) if agrees else ""
            found |= {code} if code else set()
            unknown += [] if code else [name]
        return found, unknown

    def _province_now(self, line: _Line, former: str) -> str:
        """The present province: the one that is stated, else what the former one became."""
        stated = line.get("new_province")
        if stated:
            bare = {reading.exact for reading in read_name(stated)}
            for code, unit in self._tables.present.items():
                if unit.level == "province" and _bare(unit.short) in bare:
                    return code
        return self._tables.successors[self._tables.former[former].province_code][0]

    def _lookup(self, table: Units, name: str, above: str) -> tuple[set[str], bool]:
        """The units of a name under another one: those of the stated kind, else of any kind, and
        whether the kind agrees (or none was stated)."""
        other: set[str] = set()
        for reading in read_name(name):
            if not reading.marked:
                continue
            units = table.get((above, reading.exact), ())
            same = {code for kind, code in units if reading.kind in ("", kind)}
            if same:
                return same, True
            other |= {code for _, code in units}
        return other, False


def _provinces_of(lines: Iterable[_Line], book: _Book) -> tuple[str, ...]:
    """The former provinces that have most of the districts and communes of the rows that say no
    province themselves."""
    counts: Counter[str] = Counter()
    asked = {
        (line.get("old_district"), line.get("old_commune"))
        for line in lines
        if not line.get("old_province") and not line.get("old_code")
    }
    for district, commune in asked:
        for province in book.every_province:
            found = book.district(province, district)
            if found and book.commune(found, commune)[0]:
                counts[province] += 1
    most = max(counts.values(), default=0)
    return tuple(sorted(code for code, count in counts.items() if count == most))


def _the_one(codes: set[str]) -> str:
    return next(iter(codes)) if len(codes) == 1 else ""


def _bare(short: str) -> str:
    """A unit's name in the form of `read_name`."""
    readings = [one for one in read_name(f"Xã {short}") if one.kind == "Xã"]
    return readings[0].exact


def _several(text: str) -> Iterator[str]:
    """The units of a cell that lists several."""
    return (part.strip() for part in text.split(SEPARATOR) if part.strip())
