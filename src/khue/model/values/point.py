"""Points on the Earth with their precision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from khue.lib import numbers, vietnamese
from khue.model.findings import Finding
from khue.model.values.base import (
    CellType,
    Context,
    Flat,
    Kind,
    Plain,
    Reading,
    as_error,
    say,
    unread,
)
from khue.model.values.coordinates import Pair, read_pair

if TYPE_CHECKING:
    from khue.model.packs import Field

DATUM = "WGS84"

# Viet Nam with its islands, in degrees: south, north, west, east. From the mainland's extremes
# (8°34' to 23°23' N, 102°09' to 109°28' E) widened to Hoàng Sa and Trường Sa.
# Source: https://en.wikipedia.org/wiki/List_of_extreme_points_of_Vietnam
COUNTRY = (8.0, 24.0, 102.0, 118.0)

_POLES = {"vi": ("B", "N", "Đ", "T"), "en": ("N", "S", "E", "W")}


_ROUGH_M = 100
"""From so many metres on a precision has two digits that count: nobody measured its third."""


def show_precision(metres: float, lang: numbers.Lang) -> str:
    """Metres within which a point holds, as one says them: `11 m`, `110 m`, `1,1 km`."""
    if metres < _ROUGH_M:
        return f"{numbers.show_number(metres, lang)}\u00a0m"
    rounded = float(f"{metres:.2g}")
    if rounded < 1000:
        return f"{numbers.show_number(rounded, lang)}\u00a0m"
    return f"{numbers.show_number(rounded / 1000, lang)}\u00a0km"


class Point(Kind):
    """`{"lon", "lat", "precision_m", "datum"}`: degrees, and metres within which it holds."""

    name = "point"

    def understand(self, stated: str, field: Field, context: Context) -> Reading:
        pair = read_pair(vietnamese.display(stated))
        if pair is None:
            return unread("point_unreadable", stated, field)
        pair, swapped = _in_order(pair)
        value = {
            "lon": round(pair.second.degrees, 7),
            "lat": round(pair.first.degrees, 7),
            "precision_m": max(pair.first.precision_m, pair.second.precision_m),
            "datum": DATUM,
        }
        findings = _findings(value, stated, field)
        if any(found.level != "note" for found in findings):
            return Reading(None, findings)
        if swapped:
            shown = {lang: self.show(value, lang, field, context) for lang in ("vi", "en")}
            findings = (say("point_swapped", stated, field, shown=shown), *findings)
        return Reading(value, findings)

    def check(self, value: Any, field: Field, context: Context) -> tuple[Finding, ...]:
        stated = f"{value['lat']}, {value['lon']}"
        return tuple(map(as_error, _findings(value, stated, field)))

    def show(self, value: Any, lang: str, field: Field, context: Context) -> str:
        """`21,0341° B, 105,8512° Đ (±11 m)`, or in English `21.0341° N, 105.8512° E (±11 m)`."""
        written: numbers.Lang = "en" if lang == "en" else "vi"
        north, south, east, west = _POLES[written]
        lat, lon = value["lat"], value["lon"]
        parts = (
            f"{numbers.show_number(abs(lat), written)}° {north if lat >= 0 else south}, "
            f"{numbers.show_number(abs(lon), written)}° {east if lon >= 0 else west}"
        )
        precision = value.get("precision_m")
        if precision is None:
            return parts
        return f"{parts} (±{show_precision(precision, written)})"

    def flatten(self, value: Any, field: Field, context: Context) -> Flat:
        return Flat(
            columns={
                "lat": value["lat"],
                "lon": value["lon"],
                "precision_m": value.get("precision_m"),
            }
        )

    def columns(self, field: Field) -> Mapping[str, CellType]:
        return {"lon": "number", "lat": "number", "precision_m": "number"}

    def cells(self, value: Any, field: Field) -> tuple[Plain, ...]:
        return (value["lon"], value["lat"], value.get("precision_m"))


def _in_order(pair: Pair) -> tuple[Pair, bool]:
    """Latitude first, and whether that was not how it was stated. Letters decide; without them
    a first number that no latitude can have is a longitude."""
    if pair.first.axis == "lon" or pair.second.axis == "lat":
        return Pair(pair.second, pair.first), False
    lettered = pair.first.axis is not None
    if not lettered and abs(pair.first.degrees) > 90 >= abs(pair.second.degrees):
        return Pair(pair.second, pair.first), True
    return pair, False


def _findings(value: dict[str, Any], stated: str, field: Field) -> tuple[Finding, ...]:
    lat, lon = value["lat"], value["lon"]
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return (say("point_off_earth", stated, field),)
    south, north, west, east = COUNTRY
    if not (south <= lat <= north and west <= lon <= east):
        return (say("point_outside_country", stated, field),)
    return ()
