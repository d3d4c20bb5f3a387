"""What a point says about a stated place: which of its candidates it is, or that it is elsewhere.

A point decides between units that were stated. It never corrects what was stated: one that lies
outside all of them is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from khue.places.boundaries import Boundaries
from khue.places.units import Unit

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """A place after its point was looked at. `elsewhere` are the units that the point is in where
    none of them was stated, by code with their names; `decided` says that it chose the unit."""

    place: Document
    decided: bool = False
    elsewhere: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def settle(
    place: Document,
    point: Mapping[str, Any],
    boundaries: Boundaries,
    unit_of: Callable[[str], Unit | None],
) -> Settled:
    """The place as records keep it, decided by a point (`lon`, `lat`, `precision_m`) if it can be.

    Where the units around a point have no shape, or it is too near a boundary to tell, nothing is
    said.
    """
    stated = _stated_codes(place)
    if not stated:
        return Settled(place)
    around = boundaries.units_at(point["lon"], point["lat"], point.get("precision_m") or 0.0)
    left = [code for code in stated if _may_be_in(code, around, boundaries, unit_of)]
    if not left and around:
        units = [unit for code in sorted(around) if (unit := unit_of(code))]
        return Settled(place, elsewhere={unit.code: unit.name for unit in units})
    if place.get("code") or len(left) != 1 or left[0] not in around:
        return Settled(place)
    return Settled(_decided(place, left[0], boundaries, unit_of), decided=True)


def _stated_codes(place: Mapping[str, Any]) -> list[str]:
    if place.get("code"):
        return [str(place["code"])]
    return list(dict.fromkeys(str(one["code"]) for one in place.get("candidates") or ()))


def _may_be_in(
    code: str,
    around: Collection[str],
    boundaries: Boundaries,
    unit_of: Callable[[str], Unit | None],
) -> bool:
    """Whether a unit can be where the point is: it is one of those around, or of unknown shape."""
    unit = unit_of(code)
    if unit is not None and unit.level == "province":
        provinces = {one.province_code for each in around if (one := unit_of(each))}
        return not provinces or code in provinces
    return code in around or not boundaries.covers(code)


def _decided(
    place: Document,
    code: str,
    boundaries: Boundaries,
    unit_of: Callable[[str], Unit | None],
) -> Document:
    chosen = [one for one in place["candidates"] if one["code"] == code][:1]
    unit = unit_of(code)
    why, source = place.get("why") or {}, boundaries.source_of(code)
    name = unit.name if unit else {"vi": code, "en": code}
    said = {
        "vi": f"Tọa độ nằm trong {name['vi']} theo {source}.",
        "en": f"The point is in {name['en']} by {source}.",
    }
    whole = {lang: f"{why.get(lang, '')} {text}".strip() for lang, text in said.items()}
    within = unit.province_code if unit else place.get("within")
    left = {key: value for key, value in place.items() if key != "possibly_within"}
    return left | {"code": code, "candidates": chosen, "within": within, "why": whole}
