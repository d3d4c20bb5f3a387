"""GeoJSON: each feature a row, its properties the columns, its geometry a point or a shape."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from khue.intake.book import Book
from khue.intake.readers.buffers import Buffer
from khue.intake.readers.objects import Object, book_of, load, require_light, unreadable
from khue.model.findings import Finding, finding

EXTENSIONS = ("geojson",)

POINT, ALTITUDE, SHAPE = "point", "altitude", "geometry"
"""Columns: latitude and longitude as the value kind `point` reads them; metres; any other geometry
as GeoJSON."""

DEGREES = ("CRS84", "4326")
"""What the older GeoJSON may name as its system and mean the degrees of RFC 7946."""


def read(data: Buffer) -> Book:
    """One sheet whose first row holds the keys of all properties. Raises `UnreadableFile` for
    anything but features."""
    require_light(data)
    try:
        value = load(bytes(data).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise unreadable(
            f"Tệp không phải GeoJSON: {error}.", f"This is not GeoJSON: {error}."
        ) from error
    if isinstance(value, dict) and value.get("type") == "Feature":
        value = {"type": "FeatureCollection", "features": [value]}
    if not is_collection(value):
        raise unreadable("Tệp GeoJSON không có đối tượng nào.", "The GeoJSON has no features.")
    return book_of_collection(value)


def is_collection(value: Any) -> bool:
    """Whether a JSON value is a collection of features."""
    if not isinstance(value, dict) or value.get("type") != "FeatureCollection":
        return False
    features = value.get("features")
    return (
        isinstance(features, list)
        and bool(features)
        and all(isinstance(one, dict) and one.get("type") == "Feature" for one in features)
    )


def book_of_collection(collection: Object) -> Book:
    """One sheet of the features of a collection."""
    system = str(collection.get("crs") or "")
    in_degrees = not system or any(name in system for name in DEGREES)
    objects = [_row(feature, in_degrees) for feature in collection["features"]]
    findings: list[Finding] = []
    if not in_degrees:
        findings.append(finding("geojson_not_degrees", value=system[:100]))
    return book_of(objects, findings)


def _row(feature: Object, in_degrees: bool) -> Object:
    properties = feature.get("properties")
    row: dict[str, Any] = dict(properties) if isinstance(properties, dict) else {}
    if "id" in feature:
        row.setdefault("id", feature["id"])
    geometry = feature.get("geometry")
    if not geometry:
        return row
    pair = _pair(geometry) if in_degrees else None
    name = SHAPE if pair is None else POINT
    name = f"geojson.{name}" if name in row else name
    if pair is None:
        # One text: a shape is one value, however many members state it.
        row[name] = json.dumps(geometry, ensure_ascii=False)
        return row
    longitude, latitude, *above = pair
    row[name] = f"{_plain(latitude)}, {_plain(longitude)}"
    if above:
        row.setdefault(ALTITUDE, above[0])
    return row


def _pair(geometry: Any) -> list[int | float] | None:
    """The coordinates of a point; None for any other geometry."""
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    numbers = geometry.get("coordinates")
    if not isinstance(numbers, list) or not 2 <= len(numbers) <= 3:
        return None
    return numbers if all(type(one) in (int, float) for one in numbers) else None


def _plain(number: int | float) -> str:
    """A number of degrees with all its decimals and no exponent."""
    return f"{Decimal(repr(number)):f}"
