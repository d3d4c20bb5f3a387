"""What a text says of what is measured: an indicator by its name, a unit, a place.

A line above a table (*Chỉ tiêu: Lượt khách (nghìn lượt)*) is such a text, and the heading of a
column. What is merely like the name of an indicator says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from khue.lib.vietnamese import exact
from khue.model.packs import Column, Vocabulary
from khue.model.values import Context, kind_of
from khue.model.values.code import named
from khue.model.values.place import PLACE
from khue.model.values.units import NUMERALS

MEASURE, UNIT = "name.vi", "unit"
"""The paths of what is measured, and in what unit."""

PER_CENT = "percent"
"""The unit of what is stated with the sign of per cent."""

_NAMED = re.compile(r"(?:(?:tên\s+)?chỉ\s+tiêu|indicator)\s*:\s*(?P<name>.+)", re.IGNORECASE)
_UNIT_WORD = r"(?:đơn\s+vị(?:\s+tính)?|đvt|unit)\s*:\s*"
_UNIT = re.compile(rf"\(?{_UNIT_WORD}(?P<unit>[^()]+)\)?", re.IGNORECASE)
_BRACKETS = re.compile(rf"(?P<name>.+?)\s*\((?:{_UNIT_WORD})?(?P<unit>[^()]+)\)", re.IGNORECASE)
_MANY = re.compile(rf"(?:{'|'.join(NUMERALS)}|1\.?000)\b", re.IGNORECASE)
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
_OF_WHICH = re.compile(
    r"^[\s+*•–-]*(?P<some>(?:trong\s+đó|of\s+which|including)(?:\s+có)?\s*[:,–-]?\s*)?[\s+*•–-]*",
    re.IGNORECASE,
)
"""Before a row that is some of what the row above it tells."""
_COUNT_OF = re.compile(
    r"^(?:(?:tổng\s+)?số(?:\s+lượng)?|(?:total\s+)?number\s+of)\s+", re.IGNORECASE
)
"""Before what is counted: *Số câu lạc bộ* are clubs."""
_MEASURE = re.compile(
    r"\b(?:số|tổng|lượt|khách|doanh\s+thu|thu|chi|kinh\s+phí|vốn|lao\s+động|tỷ\s+(?:lệ|trọng)|giá\s+trị"
    r"|visit\w*|revenue|share|number|total)\b",
    re.IGNORECASE,
)
"""Words of a measure. A text without any heads rows of several: *Thiết chế văn hóa*."""
_NAME_BEGINS = rf"(?!{_TIME})(?!{_UNIT_OF_PLACE}(?!\w))[^\s(]"
_WHERE = re.compile(
    rf"(?:\btrên\s+địa\s+bàn\s+(?:của\s+)?(?=(?:{_UNIT_OF_PLACE}\s+)?{_NAME_BEGINS})"
    rf"|(?={_UNIT_OF_PLACE}\s+{_NAME_BEGINS}))"
    rf"(?P<place>\S.*?)(?:[\s,(–-]+{_TIME}.*|\s*\(.*|[\s,.]*)$",
    re.IGNORECASE,
)
"""A place with a name of its own in what comes after: *của quận Hoàn Kiếm năm 2025*."""


def said_of(line: str, columns: Mapping[str, Column], context: Context) -> dict[str, str]:
    """The name of an indicator, the unit and the place that a line gives, by their paths."""
    if unit := _UNIT.fullmatch(line):
        return {UNIT: unit["unit"].strip()}
    named = _NAMED.fullmatch(line)
    text = named["name"] if named else line
    for name, unit_, place in _ways(text):
        known = is_indicator(name, context)
        if known or (named and unit_ and _is_unit(unit_, columns, context)):
            said = {MEASURE: name, UNIT: unit_, PLACE: place}
            return {path: what for path, what in said.items() if what}
    return {MEASURE: text} if named else {}


def heading_says(heading: str, context: Context) -> tuple[str, str]:
    """The name of an indicator and the unit that the heading of a column is, and nothing more: the
    cells below *Lượt khách tháng 6* are not of the whole year. ("", "") of any other heading."""
    ways = _named_and_unit(heading)
    return next((one for one in ways if is_indicator(one[0], context)), ("", ""))


def is_indicator(text: str, context: Context) -> bool:
    """Whether a text is the name of one indicator, in full."""
    return context.indicators is not None and bool(indicator_named(text, context.indicators))


def is_measure(text: str, context: Context) -> bool:
    """Whether a text says what is measured, and not only what rows below it have in common."""
    return _MEASURE.search(text) is not None or is_indicator(text, context)


def indicator_named(text: str, known: Vocabulary) -> str:
    """The indicator of which a text is the name in full, also with *Số*, *Trong đó:* or a dash
    before it; "" of none."""
    bare = _OF_WHICH.sub("", text)
    ways = dict.fromkeys((text, bare, _COUNT_OF.sub("", bare)))
    return next((key for one in ways if one and (key := named(one, known))), "")


def may_be_other(text: str, unit: str, key: str, context: Context, *, whole: str = "") -> bool:
    """Whether a name in full may yet mean something else, where figures are stated in a unit (""
    for none): *Di tích (%)* is a share, and of visits *Trong đó: bảo tàng* are those to museums. So
    is what is listed under a `whole`, unless that is counted alike."""
    own = context.indicator_units.get(key)
    if "%" in text:
        return own != PER_CENT
    some = some_of(text) or (_OF_WHICH.sub("", text) if whole else "")
    if not some or _COUNT_OF.match(some) or is_counted_alike(text, whole, context):
        return False
    if whole and exact(some).startswith(exact(whole)):  # Làng nghề: Làng nghề được công nhận
        return False
    return own != unit


def some_of(text: str) -> str:
    """The name of a part after *Trong đó:*; "" of any other text."""
    found = _OF_WHICH.match(text)
    return text[found.end() :] if found and found["some"] else ""


def is_counted_alike(one: str, other: str, context: Context) -> bool:
    """Whether two names are of indicators in one unit."""
    known, units = context.indicators, context.indicator_units
    keys = [indicator_named(name, known) if known else "" for name in (one, other)]
    return all(keys) and len({units.get(key) for key in keys}) == 1


def _ways(text: str) -> Iterator[tuple[str, str, str]]:
    """A text as a name, and as a name with a unit in brackets after it; then each of them without
    what reports say before and after, with the place that they name there. What is of one ward
    would else be taken for what is of all."""
    whole = _BEFORE.sub("", text)
    bare = _AFTER.sub("", whole)
    found = _WHERE.search(whole, len(bare))
    place = found["place"] if found else ""
    for one, where in dict.fromkeys(((text, ""), (bare, place))):
        yield from ((name, unit, where) for name, unit in _named_and_unit(one))


def _named_and_unit(text: str) -> Iterator[tuple[str, str]]:
    """A text as a name, and as a name with a unit in brackets after it. A unit without letters is
    none of the name: *Di tích (%)* would else be relics."""
    parts = _BRACKETS.fullmatch(text)
    if parts is None or exact(parts["unit"]):
        yield text, ""
    if parts is not None:
        yield parts["name"], parts["unit"].strip()


def _is_unit(text: str, columns: Mapping[str, Column], context: Context) -> bool:
    leaf = replace(columns[UNIT].field, path=UNIT)
    return bool(_MANY.match(text)) or kind_of(leaf).read(text, leaf, context).value is not None
