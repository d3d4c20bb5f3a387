"""The page of a tour: its stops in order, how far apart, and what is not known of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from khue.model.packs import Field, Type
from khue.publish.summary import points_of, precision_of
from khue.web.portal.present.distances import distance_m, show_distance
from khue.web.portal.present.heading import Heading, heading
from khue.web.portal.present.reader import Reader, public_fields
from khue.web.portal.present.values import Shown, show
from khue.web.portal.words import choose, spoken

FACTS = (
    "schedule", "meeting_point", "minutes", "length", "group_size", "languages", "ticket_price",
    "opening_hours", "public_phone", "booking_url", "website", "managers", "operators",
)  # fmt: skip
"""What one needs to know before going, in this order."""


@dataclass(frozen=True)
class Stop:
    """A stop: its record where there is one that the public may see, else its name as stated.
    `leg` is the way from the stop before in words, "" where it is not known or this is the first;
    `is_placed` whether it has a point."""

    number: int
    name: str
    card: Heading | None
    minutes: str
    note: str
    note_lang: str
    leg: str
    is_placed: bool


@dataclass(frozen=True)
class Fact:
    """A label with its values."""

    label: str
    values: tuple[Shown, ...]


@dataclass(frozen=True)
class Route:
    """All stops that the public may know of; `total` is the length of the straight lines between
    them, in words, "" where one is not known or a stop is not shown, and `unplaced` how many stops
    have no point."""

    stops: tuple[Stop, ...]
    total: str
    unplaced: int


def stop_records(document: Mapping[str, Any]) -> list[str]:
    """The records of the stops, in order; those where it is held, if it has no stops."""
    stops = _in_order(document)
    named = [str(one["stop"]) for one in stops if one.get("stop")]
    return named or ([] if stops else [str(one) for one in document.get("held_at") or ()])


def shown_stops(document: Mapping[str, Any], public: Container[str]) -> int:
    """How many stops the public may know of, if those of these records are `public`."""
    return sum(_is_shown(one, public) for one in _in_order(document))


def route(
    document: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]], reader: Reader
) -> Route:
    """The stops of a public document; `records` are the public documents of those that are."""
    found: list[Stop] = []
    before: Mapping[str, Any] | None = None
    total, legs, is_whole = 0.0, 0, True
    for number, told in enumerate(_in_order(document), 1):
        if not _is_shown(told, records):
            # What the public may not know of leaves no trace but its number: nor is the way past it
            # one from stop to stop.
            before, is_whole = None, False
            continue
        record = records.get(str(told.get("stop") or ""))
        point = _point(record, reader) if record else None
        metres = distance_m(before, point) if before and point else None
        unsure = _unsure_by(before, point) if before and point else 0
        if metres is not None:
            total, legs = total + metres, legs + 1
        found.append(_stop(number, told, record, metres, unsure, point is not None, reader))
        before = point
    return Route(
        tuple(found),
        total=show_distance(total, reader) if legs and is_whole and legs == len(found) - 1 else "",
        unplaced=sum(not one.is_placed for one in found),
    )


def facts(document: Mapping[str, Any], type_: Type, reader: Reader) -> tuple[Fact, ...]:
    """What one needs to know before going."""
    fields: dict[str, Field] = {one.name: one for one in public_fields(type_)}
    told = [fields[name] for name in FACTS if name in fields and name in document]
    shown = (Fact(reader.label(one), show(one, document[one.name], reader)) for one in told)
    return tuple(one for one in shown if one.values)


def points_told(
    route: Mapping[str, Any], records: Iterable[Mapping[str, Any]], reader: Reader
) -> list[dict[str, Any]]:
    """Records with a point as GeoJSON features, as `/map.json` tells single records, each with the
    numbers that it has as a stop of the route."""
    found = []
    for document in records:
        if (point := _point(document, reader)) is None:
            continue
        told = {"id": document["id"], "type": document["type"]}
        told["label"] = choose(document.get("name"), reader.lang)
        if other := spoken(document.get("name"), reader.lang):
            told["lang"] = other
        if numbers := _numbers_of(document["id"], route):
            told["stops"] = numbers
        if (precision := precision_of([point])) is not None:
            told["precision_m"] = precision
        geometry = {"type": "Point", "coordinates": [point["lon"], point["lat"]]}
        found.append({"type": "Feature", "geometry": geometry, "properties": told})
    return found


def _numbers_of(record: str, route: Mapping[str, Any]) -> list[int]:
    stops = enumerate(_in_order(route), 1)
    return [number for number, told in stops if told.get("stop") == record]


def lines_told(
    document: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]], reader: Reader
) -> list[list[list[float]]]:
    """Straight lines from stop to stop in order, as positions of GeoJSON. None leads past a stop
    whose point is not known, or that the public may not know of."""
    lines: list[list[list[float]]] = [[]]
    for told in _in_order(document):
        record = records.get(str(told.get("stop") or ""))
        point = _point(record, reader) if record else None
        if point:
            lines[-1].append([point["lon"], point["lat"]])
        elif lines[-1]:
            lines.append([])
    return [line for line in lines if len(line) > 1]


def _in_order(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stops by their numbers, those without one after those before them in the list."""
    stops = [one for one in document.get("stops") or () if isinstance(one, Mapping)]
    last = 0
    keyed = []
    for place, one in enumerate(stops):
        last = one.get("number") or last
        keyed.append((last, place, one))
    return [one for _, _, one in sorted(keyed, key=lambda key: key[:2])]


def _is_shown(told: Mapping[str, Any], public: Container[str]) -> bool:
    return bool(told.get("name")) or str(told.get("stop") or "") in public


def _stop(
    number: int,
    told: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    metres: float | None,
    unsure: float,
    is_placed: bool,
    reader: Reader,
) -> Stop:
    minutes, note = told.get("minutes"), told.get("note")
    leg = ""
    if metres is not None and metres <= unsure:
        leg = reader.say("tour.leg_near")
    elif metres is not None:
        leg = reader.say("tour.leg", distance=show_distance(metres, reader))
    return Stop(
        number=number,
        name=str(told.get("name") or ""),
        card=heading(record, reader) if record else None,
        minutes=reader.say("tour.minutes", count=minutes) if minutes else "",
        note=choose(note, reader.lang),
        note_lang=spoken(note, reader.lang),
        leg=leg,
        is_placed=is_placed,
    )


def _unsure_by(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Metres by which a distance may be wrong: what is nearer than that has no length to tell."""
    return float(sum(precision_of([point]) or 0 for point in (one, other)))


def _point(document: Mapping[str, Any], reader: Reader) -> Mapping[str, Any] | None:
    type_ = reader.pack.types.get(str(document["type"]))
    return next(iter(points_of(document, type_)), None) if type_ else None
