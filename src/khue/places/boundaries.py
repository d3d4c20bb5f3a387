"""Boundaries of present units: which unit a point is in.

Shapes come from GeoJSON files that someone has loaded. Those that are not valid (rings that cross
themselves) are mended when they are read, and told. Coordinates are WGS84 degrees.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from khue.places.changes import Remark

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

Shapes = Mapping[str, "BaseGeometry"]
"""Code of a present unit -> its area."""

CODE_KEYS = ("code", "ward_code", "commune_code", "ma", "ma_xa", "maxa", "id")
"""Properties of a GeoJSON feature that may hold the official code, first come first."""

METRES_PER_DEGREE = 111_320.0
"""Of latitude, and of longitude at the equator: 40,075 km / 360."""

TOUCHING_M = 20.0
"""Shapes drawn one by one do not meet exactly: units that are so near each other are neighbours."""

MAGIC = b"khue boundaries 1\n"


class NotBoundaries(ValueError):
    """The bytes are no GeoJSON with polygons of units."""


@dataclass(frozen=True, slots=True)
class BoundariesRead:
    """The shapes of a file as far as they are of present units, and what there is to say."""

    shapes: Shapes
    features: int
    remarks: tuple[Remark, ...]


def read_boundaries(data: bytes, known: Collection[str]) -> BoundariesRead:
    """Read GeoJSON: features with the official code of a commune and its polygons. `known` are the
    codes of present communes.

    Raises `NotBoundaries` for anything else, also for coordinates that are not degrees.
    """
    features = _features(data)
    shapes: dict[str, BaseGeometry] = {}
    remarks: list[Remark] = []
    for number, feature in enumerate(features, 1):
        code, name = _code_of(feature), _name_of(feature)
        if code not in known:
            values = {"value": name or code, "unit": code}
            remarks.append(Remark("places_shape_of_no_unit", number, values=values))
            continue
        shape, mended = _shape_of(feature)
        if shape is None:
            values = {"value": name or code, "unit": code}
            remarks.append(Remark("places_shape_missing", number, values=values))
            continue
        if mended:
            values = {"value": name or code, "unit": code, "why": mended}
            remarks.append(Remark("places_shape_mended", number, values=values))
        shapes[code] = shape if code not in shapes else shapes[code].union(shape)
    return BoundariesRead(shapes, len(features), tuple(remarks))


def _features(data: bytes) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(data)
        features = document["features"]
        if document["type"] != "FeatureCollection" or not isinstance(features, list):
            raise NotBoundaries("no FeatureCollection")
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise NotBoundaries(str(error)) from error
    return [one if isinstance(one, Mapping) else {} for one in features]


def _code_of(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties")
    said = properties if isinstance(properties, Mapping) else {}
    lower = {str(key).lower(): value for key, value in said.items()} | {"": feature.get("id")}
    for key in (*CODE_KEYS, ""):
        value = lower.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            text = str(value).strip()
            # Spreadsheets and tools take the zeros away.
            return text.zfill(5) if text.isdecimal() else text
    return ""


def _name_of(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties")
    if isinstance(properties, Mapping):
        for key in ("full_name", "fullName", "name", "ten", "ten_xa"):
            if isinstance(properties.get(key), str):
                return str(properties[key])
    return ""


def _shape_of(feature: Mapping[str, Any]) -> tuple[BaseGeometry | None, str]:
    """The area of a feature (None if it has none), and why it had to be mended."""
    import shapely
    from shapely.geometry import shape as shape_of

    try:
        shape = shape_of(feature["geometry"])
    except Exception:  # whatever a geometry may be that is none
        return None, ""
    if shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return None, ""
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise NotBoundaries("coordinates are not degrees")
    if shape.is_valid:
        return shape, ""
    why = str(shapely.is_valid_reason(shape))
    # Mending may leave lines and points of what was folded up; they have no area.
    parts = [one for one in _parts(shapely.make_valid(shape)) if one.area > 0]
    return (shapely.union_all(parts), why) if parts else (None, "")


def _parts(shape: Any) -> list[Any]:
    parts = getattr(shape, "geoms", None)
    return [shape] if parts is None else [one for part in parts for one in _parts(part)]


def pack(shapes: Shapes) -> bytes:
    """Shapes as bytes that are read back much faster than GeoJSON."""
    pieces = [MAGIC]
    for code, shape in shapes.items():
        told, area = code.encode(), shape.wkb
        pieces += [struct.pack("<HI", len(told), len(area)), told, area]
    return b"".join(pieces)


def unpack(data: bytes) -> Shapes:
    """The shapes of `pack`. Raises ValueError for other bytes."""
    import shapely

    if not data.startswith(MAGIC):
        raise ValueError("no packed boundaries")
    at, codes, areas = len(MAGIC), list[str](), list[bytes]()
    try:
        while at < len(data):
            told, area = struct.unpack_from("<HI", data, at)
            at += 6
            codes.append(data[at : at + told].decode())
            areas.append(data[at + told : at + told + area])
            at += told + area
        return dict(zip(codes, shapely.from_wkb(areas), strict=True))
    except (struct.error, shapely.errors.GEOSException, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error


class Boundaries:
    """Shapes that are read when a point is first asked for; where several files have a unit, the
    last one decides. `load` gives (name of the source, shapes) in order of loading."""

    def __init__(self, load: Callable[[], Sequence[tuple[str, Shapes]]]) -> None:
        self._load = load

    def units_at(self, lon: float, lat: float, precision_m: float = 0.0) -> frozenset[str]:
        """The codes of the units that a point in degrees, known within so many metres, may be in.

        Several where it is that near a boundary; none where no shape is.
        """
        from shapely import box

        tree, codes = self._tree
        # What was rounded to some decimals is in a box.
        north = precision_m / METRES_PER_DEGREE
        east = north / max(math.cos(math.radians(lat)), 0.01)
        found = tree.query(
            box(lon - east, lat - north, lon + east, lat + north), predicate="intersects"
        )
        return frozenset(codes[number] for number in found)

    def neighbours_of(self, code: str) -> frozenset[str]:
        """The codes of the units whose shapes touch that of a unit, which must have one."""
        tree, codes = self._tree
        reach = TOUCHING_M / METRES_PER_DEGREE
        found = tree.query(self._shapes[code][1], predicate="dwithin", distance=reach)
        return frozenset(codes[number] for number in found) - {code}

    def covers(self, code: str) -> bool:
        """Whether there is a shape of a unit."""
        return code in self._sources

    def shape_of(self, codes: Sequence[str]) -> BaseGeometry | None:
        """The area of units together; None where there is not a shape of each."""
        import shapely

        if not codes or not all(map(self.covers, codes)):
            return None
        return shapely.union_all([self._shapes[code][1] for code in codes])

    def source_of(self, code: str) -> str:
        """The name of the source of a unit's shape."""
        return self._sources[code]

    @cached_property
    def _shapes(self) -> dict[str, tuple[str, BaseGeometry]]:
        return {code: (name, shape) for name, each in self._load() for code, shape in each.items()}

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return {code: name for code, (name, _) in self._shapes.items()}

    @cached_property
    def _tree(self) -> tuple[STRtree, list[str]]:
        import shapely

        shapes = [shape for _, shape in self._shapes.values()]
        shapely.prepare(shapes)
        return shapely.STRtree(shapes), [*self._shapes]
