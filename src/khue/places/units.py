"""The values of the gazetteer: present units, former units, candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from khue.places.kinds import Level

# The name that candidates give as their source: the PyPI package the units are read from.
SOURCE = "vietnamadminunits"


@dataclass(frozen=True, slots=True)
class Unit:
    """A present unit (since 1/7/2025): one of 34 provinces or 3,321 communes.

    `code` is the official one: 2 digits for provinces, 5 for communes. `name` is full in both
    languages, `short` without the kind. `lat`, `lon` are the source's centroids in degrees
    (WGS84), `area_km2` its area; it gives none for provinces.
    """

    code: str
    name: Mapping[str, str] = field(hash=False)
    short: str
    kind: str
    level: Level
    province_code: str
    lat: float | None = None
    lon: float | None = None
    area_km2: float | None = None

    def full_name(self, province: Unit) -> dict[str, str]:
        """The name with its province's in both languages; a province's is its own."""
        if self.level == "province":
            return dict(self.name)
        return {lang: f"{name}, {province.name[lang]}" for lang, name in self.name.items()}


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A unit as it was on 30/6/2025: province (2 digits), district (3) or commune (5).

    Many communes of today keep the code of a former one: the two systems are told apart by type,
    never by code. `district_code` is empty for provinces, a district's own for districts.
    """

    code: str
    name: Mapping[str, str] = field(hash=False)
    short: str
    kind: str
    level: Level
    province_code: str
    district_code: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A present unit that a stated place may be: `name` is full, with the province."""

    code: str
    name: str
    source: str = SOURCE

    def of(self, source: str) -> Candidate:
        """The same unit as another source's word."""
        return self if source == self.source else Candidate(self.code, self.name, source)

    def to_document(self) -> dict[str, str]:
        """The JSON form that records keep."""
        return {"code": self.code, "name": self.name, "source": self.source}


@dataclass(frozen=True, slots=True)
class Otherwise:
    """That a source says something else than the one that decides: names of present units that it
    has more, in both languages, and of those that it does not have."""

    source: str
    more: tuple[Mapping[str, str], ...]
    less: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """Whose word stands for a former unit, and who says otherwise.

    It is `contested` where no loaded table decides and a published one is known to name more: then
    a single unit is not certain.
    """

    source: str
    otherwise: tuple[Otherwise, ...] = ()
    contested: bool = False
