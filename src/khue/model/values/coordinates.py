"""Reading pairs of coordinates from text: decimal degrees, degrees-minutes-seconds, GeoJSON.

How precise a coordinate is follows from how it was written: it holds within one unit of its last
digit. A degree of latitude is 111,320 m (WGS 84, mean), so four decimals hold within 11 m and a
whole second within 31 m. Nothing is taken to be more precise than one metre.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

METRES_PER_DEGREE = 111_320

_LONGEST = 200  # characters
_LETTERS = "NSEWBĐTnsewbđt"
_DIGITS = r"(?:[.,][0-9]{1,12})?"


def _coordinate_shape(n: int) -> str:
    return (
        rf"(?P<before{n}>[{_LETTERS}])?\s*"
        rf"(?P<degrees{n}>[+\-\u2212]?[0-9]{{1,3}}{_DIGITS})\s*(?:[°ºo˚]\s*)?"
        rf"(?:(?P<minutes{n}>[0-9]{{1,2}}{_DIGITS})\s*['’′´]\s*"
        rf"(?:(?P<seconds{n}>[0-9]{{1,2}}{_DIGITS})\s*(?:[\"”″]|''|’’|′′)?\s*)?)?"
        # A letter stands before or after, never on both sides.
        rf"(?(before{n})|(?P<after{n}>[{_LETTERS}])?)"
    )


_PAIR = re.compile(
    _coordinate_shape(1) + r"(?P<between>\s*[;,/|]\s*|\s+|(?<=[^0-9]))" + _coordinate_shape(2)
)

# Well-known text has the longitude first (OGC Simple Feature Access 1.2.1).
_WKT = re.compile(
    r"POINT\s*\(\s*(?P<lon>-?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s+"
    r"(?P<lat>-?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*\)"
)
_LABEL = re.compile(
    r"(?:(?P<lat>vĩ độ|vi do|latitude|lat)|kinh độ|kinh do|longitude|long|lon|lng)\b\s*[:=]?\s*",
    re.IGNORECASE,
)

# Hemispheres by their letters: English, and Vietnamese (Bắc, Nam, Đông, Tây).
_ENGLISH = {"N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1)}
_VIETNAMESE = {"B": ("lat", 1), "N": ("lat", -1), "Đ": ("lon", 1), "T": ("lon", -1)}

Axis = Literal["lat", "lon"]


class Coordinate(NamedTuple):
    """One coordinate in degrees, the metres it holds within, its axis where letters say it."""

    degrees: float
    precision_m: int
    axis: Axis | None


class Pair(NamedTuple):
    """Two coordinates in the order in which they were stated."""

    first: Coordinate
    second: Coordinate


@dataclass(frozen=True)
class _Part:
    """A written coordinate: its digits still as text, its letter in upper case or ''."""

    degrees: str
    minutes: str
    seconds: str
    letter: str


def read_pair(text: str) -> Pair | None:
    """The pair of coordinates that `text` writes, or None. Latitude comes first unless letters or
    GeoJSON say otherwise; whether the numbers lie on the Earth is not asked here."""
    if len(text) > _LONGEST:
        return None
    if text.startswith(("{", "[")):
        return _read_json(text)
    if (point := _WKT.fullmatch(text)) is not None:
        first, second = (_json_coordinate(point[axis], axis) for axis in ("lat", "lon"))
        return Pair(first, second) if first and second else None
    text = _without_labels(text.removeprefix("(").removesuffix(")").strip())
    match = _PAIR.fullmatch(text)
    if match is None or (match["between"] == "," and re.fullmatch("[0-9,]*", text)):
        return None  # 21,105 may as well be one number
    parts = [
        _Part(
            degrees=match[f"degrees{n}"],
            minutes=match[f"minutes{n}"] or "",
            seconds=match[f"seconds{n}"] or "",
            letter=(match[f"before{n}"] or match[f"after{n}"] or "").upper(),
        )
        for n in (1, 2)
    ]
    table = _VIETNAMESE if {"B", "Đ", "T"} & {part.letter for part in parts} else _ENGLISH
    first, second = (_coordinate(part, table) for part in parts)
    if first is None or second is None or (first.axis is None) != (second.axis is None):
        return None
    if first.axis is not None and first.axis == second.axis:
        return None
    return Pair(first, second)


def axis_of(label: str) -> Axis | None:
    """The coordinate that a label names, such as the heading of a column."""
    match = _LABEL.match(label.strip())
    return None if match is None else "lat" if match["lat"] else "lon"


def _without_labels(text: str) -> str:
    """*Vĩ độ: 21,03; kinh độ: 105,85* as letters, N21,03; E105,85, if it has none of its own."""
    if not _LABEL.search(text):
        return text
    bare = _LABEL.sub("", text)
    if any(letter in bare for letter in _LETTERS):
        return bare
    return _LABEL.sub(lambda match: "N" if match["lat"] else "E", text)


def _coordinate(part: _Part, table: dict[str, tuple[str, int]]) -> Coordinate | None:
    if part.letter and part.letter not in table:
        return None
    axis, sign = table.get(part.letter, (None, 1))
    degrees, minutes, seconds = map(_number, (part.degrees, part.minutes, part.seconds))
    if minutes >= 60 or seconds >= 60 or (part.minutes and not degrees.is_integer()):
        return None
    if part.degrees[0] in "-\u2212":
        sign = -sign
    value = sign * (abs(degrees) + minutes / 60 + seconds / 3600)
    return Coordinate(value, _precision(part), "lat" if axis == "lat" else "lon" if axis else None)


def _precision(part: _Part) -> int:
    """Metres in one unit of the last written digit, at least 1."""
    last, per_degree = (part.degrees, 1)
    if part.minutes:
        last, per_degree = (part.minutes, 60)
    if part.seconds:
        last, per_degree = (part.seconds, 3600)
    decimals = len(last.replace(",", ".").partition(".")[2])
    return max(1, round(METRES_PER_DEGREE / per_degree / 10.0**decimals))


def _read_json(text: str) -> Pair | None:
    """GeoJSON's `coordinates` (longitude first), also bare, or an object with lat and lon."""
    try:
        # Digits stay text, so that the precision can be seen; json's own errors are ValueErrors.
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and "coordinates" not in found:
        lat = found.get("lat", found.get("latitude"))
        lon = found.get("lon", found.get("lng", found.get("longitude")))
    else:
        both = found["coordinates"] if isinstance(found, dict) else found
        if not isinstance(both, list) or len(both) not in (2, 3):
            return None
        lon, lat = both[0], both[1]
    first, second = _json_coordinate(lat, "lat"), _json_coordinate(lon, "lon")
    return Pair(first, second) if first and second else None


def _json_coordinate(digits: Any, axis: Axis) -> Coordinate | None:
    if not isinstance(digits, str):
        return None
    try:
        value = float(digits)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    plain = "" if "e" in digits.lower() else digits
    return Coordinate(value, _precision(_Part(plain, "", "", "")), axis)


def _number(digits: str) -> float:
    return float(digits.replace(",", ".").replace("\u2212", "-")) if digits else 0.0
