"""What the lines above a table say of all its rows: the indicator of figures, their unit and place.

*Chỉ tiêu: Lượt khách (nghìn lượt)* above a table of places and years names what no column names. A
line without that word does so only if it is the name of an indicator in full, but for what reports
say around it: *Báo cáo lượt khách tham quan di tích, bảo tàng năm 2025*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from khue.intake.figures import is_figure
from khue.intake.mapping import MappedColumn
from khue.intake.merged import NAMES
from khue.intake.surroundings import Said
from khue.intake.tables import Table
from khue.intake.wide import MEASURE, UNIT
from khue.lib.vietnamese import display
from khue.model.findings import Finding, finding
from khue.model.packs import Column, Type
from khue.model.values import Context, kind_of, label_path
from khue.model.values.code import meant
from khue.model.values.place import PLACE

_NAMED = re.compile(r"(?:(?:tên\s+)?chỉ\s+tiêu|indicator)\s*:\s*(?P<name>.+)", re.IGNORECASE)
_UNIT_WORD = r"(?:đơn\s+vị(?:\s+tính)?|đvt|unit)\s*:\s*"
_UNIT = re.compile(rf"\(?{_UNIT_WORD}(?P<unit>[^()]+)\)?", re.IGNORECASE)
_BRACKETS = re.compile(rf"(?P<name>.+?)\s*\((?:{_UNIT_WORD})?(?P<unit>[^()]+)\)", re.IGNORECASE)
_MANY = re.compile(r"(?:nghìn|ngàn|triệu|tỷ|tỉ|thousand|million|billion|1\.?000)\b", re.IGNORECASE)
_BEFORE = re.compile(
    r"^(?:(?:báo\s+cáo|bảng|biểu|phụ\s+lục|tổng\s+hợp|thống\s+kê|số\s+liệu|tình\s+hình|kết\s+quả|về)"
    r"(?:\s+\d+)?[\s.:–-]+)+(?=\S)",
    re.IGNORECASE,
)
_TIME = r"(?:(?:các\s+)?năm|giai\s+đoạn|thời\s+kỳ|quý|(?:\d+\s+)?tháng|tính\s+đến)\b"
_UNIT_OF_PLACE = r"(?:thành\s+phố|tp\b\.?|tỉnh|quận|huyện|thị\s+xã|phường|xã)"
_AFTER = re.compile(
    rf"[\s,–-]+(?:{_TIME}|trên\s+địa\s+bàn\b"
    rf"|(?:của\s+|tại\s+|ở\s+)?{_UNIT_OF_PLACE}(?!\w)).*",
    re.IGNORECASE,
)
"""What reports say before the name of an indicator and after it."""
_NAME_BEGINS = rf"(?!{_TIME})(?!{_UNIT_OF_PLACE}(?!\w))[^\s(]"
_WHERE = re.compile(
    rf"(?:\btrên\s+địa\s+bàn\s+(?:của\s+)?(?=(?:{_UNIT_OF_PLACE}\s+)?{_NAME_BEGINS})"
    rf"|(?={_UNIT_OF_PLACE}\s+{_NAME_BEGINS}))"
    rf"(?P<place>\S.*?)(?:[\s,(–-]+{_TIME}.*|\s*\(.*|[\s,.]*)$",
    re.IGNORECASE,
)
"""A place with a name of its own in what comes after: *của quận Hoàn Kiếm năm 2025*."""


def names_measure(table: Table, type_: Type, context: Context) -> bool:
    """Whether one line above a table names the indicator of its figures."""
    if not is_figure(type_):
        return False
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    return sum(MEASURE in _said(display(line), columns, context) for _, line in table.above) == 1


def read_titles(
    table: Table, mapped: Sequence[MappedColumn], type_: Type, context: Context
) -> tuple[tuple[Said, ...], list[Finding]]:
    """The name, the unit and the place of all rows of a table of figures that has no column for
    them, and what there is to say about it. Of several lines that say one of them, none counts."""
    if not is_figure(type_):
        return (), []
    own = {one.path for one in mapped if one.how != "unpivoted"}
    columns = {column.path: column for column in context.pack.columns(type_.name)}
    wanted = {
        path: column
        for path, column in columns.items()
        if (path == MEASURE and not own & set(NAMES)) or (path in (UNIT, PLACE) and path not in own)
    }
    found: dict[str, list[tuple[int, str]]] = {}
    for row, line in table.above:
        for path, text in _said(display(line), columns, context).items():
            found.setdefault(path, []).append((row, text))
    said: list[Said] = []
    told: list[Finding] = []
    for path, column in wanted.items():
        if len(found.get(path, ())) != 1:
            continue
        ((row, text),) = found[path]
        leaf = replace(column.field, path=path)
        reading = kind_of(leaf).read(text, leaf, context)
        said.append(Said(path, text, column, reading.value))
        label = label_path(type_, path)
        new = finding("title_read", value=text, field=path, label=label)
        told += [one.at(sheet=table.sheet, row=row) for one in (new, *reading.findings)]
    return tuple(said), told


def _said(line: str, columns: Mapping[str, Column], context: Context) -> dict[str, str]:
    """The name of an indicator, the unit and the place that a line gives, by their paths."""
    if unit := _UNIT.fullmatch(line):
        return {UNIT: unit["unit"].strip()}
    named = _NAMED.fullmatch(line)
    text = named["name"] if named else line
    for name, unit_, place in _ways(text):
        known = context.indicators is not None and meant(name, context.indicators)[0]
        if known or (named and unit_ and _is_unit(unit_, columns, context)):
            said = {MEASURE: name, UNIT: unit_, PLACE: place}
            return {path: what for path, what in said.items() if what}
    return {MEASURE: text} if named else {}


def _ways(text: str) -> Iterator[tuple[str, str, str]]:
    """A text as a name, and as a name with a unit in brackets after it; then each of them without
    what reports say before and after, with the place that they name there. What is of one ward
    would else be taken for what is of all."""
    whole = _BEFORE.sub("", text)
    bare = _AFTER.sub("", whole)
    found = _WHERE.search(whole, len(bare))
    place = found["place"] if found else ""
    for one, where in dict.fromkeys(((text, ""), (bare, place))):
        yield one, "", where
        if parts := _BRACKETS.fullmatch(one):
            yield parts["name"], parts["unit"].strip(), where


def _is_unit(text: str, columns: Mapping[str, Column], context: Context) -> bool:
    leaf = replace(columns[UNIT].field, path=UNIT)
    return bool(_MANY.match(text)) or kind_of(leaf).read(text, leaf, context).value is not None
