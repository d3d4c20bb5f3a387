"""GeoJSON: a FeatureCollection of records (RFC 7946, WGS84, longitude before latitude).

Each record is a feature with what `publish.summary` tells of it as properties. Its geometry is the
public point of the record, a MultiPoint where it has several, and null where it has none: a record
known to its unit only is never put in the middle of it. `precision_m` is how many metres off the
point may be. At its end the collection counts its features (`numberReturned`, as OGC API Features
has it) and those among them that no map can show (`withoutGeometry`).

The order of the members of an object has no meaning in JSON, so both counts can stand last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from khue.publish.format import Edition, Format, in_parts
from khue.publish.json import encoded
from khue.publish.summary import points_of, summary_of

_ELSEWHERE = ("id", "lon", "lat")
"""Facts that GeoJSON has places of its own for."""


def write(documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
    """A collection with a feature per document, one on each line."""
    return in_parts(_pieces(documents, edition))


def feature_of(document: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """The feature of a public document."""
    facts = summary_of(document, edition)
    return {
        "type": "Feature",
        "id": document["id"],
        "geometry": _geometry(document, edition),
        "properties": {name: fact for name, fact in facts.items() if name not in _ELSEWHERE},
    }


def _geometry(document: Mapping[str, Any], edition: Edition) -> dict[str, Any] | None:
    type_ = edition.pack.types.get(document["type"])
    points = points_of(document, type_) if type_ else []
    positions = [[point["lon"], point["lat"]] for point in points]
    if not positions:
        return None
    if len(positions) == 1:
        return {"type": "Point", "coordinates": positions[0]}
    return {"type": "MultiPoint", "coordinates": positions}


def _pieces(documents: Iterable[Mapping[str, Any]], edition: Edition) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    returned = without = 0
    before = b"\n"
    for document in documents:
        feature = feature_of(document, edition)
        yield before + encoded(feature)
        before = b",\n"
        returned += 1
        without += feature["geometry"] is None
    yield b'\n],"numberReturned":%d,"withoutGeometry":%d}\n' % (returned, without)


FORMAT = Format("geojson", "application/geo+json", "geojson", write)
