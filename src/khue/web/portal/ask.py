"""What someone asks of the search page, read from an address and written back into one.

Everything is bounded and everything unknown is passed over: an address that makes no sense still
gives a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from urllib.parse import quote_plus

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from khue.lib.vietnamese import display
from khue.model.packs import Pack
from khue.search import Box, Position
from khue.web.portal.editorial import groups
from khue.web.portal.paging import read_page

LONGEST_TEXT = 200
LONGEST_VALUE = 64
MOST_VALUES = 12
PAGE_SIZE = 20
LONGEST_SOURCE = 200
SORTS = ("relevance", "name", "date", "newest")
VIEWS = ("cards", "table", "map")
"""How a result is laid out. It changes nothing of what is found."""
DISTANCE = "distance"
"""The order that a question with a position has beside these, unless it asks for another."""
AREAS = ("box", "within", "near")
"""Parameters that say where on the map: `west,south,east,north` in degrees, the code of a unit
whose boundary is meant, and a position `lon,lat`."""

_UNIT = re.compile(r"[0-9]{2}|[0-9]{5}")
_CODE = re.compile(r"[\w.:-]+")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True)
class Ask:
    """A question: words, filters, order and page (from 1). `group` is a way in of the home page: a
    record must be of one of its types. With `certain`, what only may be at `place` is left out.
    `within` is the unit in whose boundary the points have to be; `near` filters nothing, but gives
    an order; `view` says how the page lays its result out."""

    text: str = ""
    type: str = ""
    place: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    box: Box | None = None
    within: str = ""
    near: Position | None = None
    certain: bool = False
    view: str = VIEWS[0]
    group: str = ""

    @property
    def offset(self) -> int:
        """How many hits stand before this page."""
        return (self.page - 1) * PAGE_SIZE

    def with_value(self, key: str, value: str) -> Ask:
        """The same question with one more filter, from its first page."""
        if key == "type":
            return replace(self, page=1, type=value)
        if key == "group":
            return replace(self, page=1, group=value)
        if key == "place":
            return replace(self, page=1, place=value, certain=self.certain and bool(value))
        if key == "certain":
            return replace(self, page=1, certain=bool(value))
        chosen = (*self.facets.get(key, ()), value)
        return replace(self, page=1, facets={**self.facets, key: chosen})

    def without(self, key: str, value: str) -> Ask:
        """The same question with one filter less, from its first page."""
        if key in ("type", "group", "place", "certain"):
            return self.with_value(key, "")
        if key == "near":
            return replace(self, page=1, near=None, sort=_sort(self.sort, None))
        if key in AREAS:
            return replace(self, page=1, **{key: getattr(Ask, key)})
        left = tuple(one for one in self.facets.get(key, ()) if one != value)
        others = {name: held for name, held in self.facets.items() if name != key}
        return replace(self, page=1, facets=others | ({key: left} if left else {}))

    def has(self, key: str, value: str) -> bool:
        """Whether a filter is set."""
        if key in ("type", "group", "place"):
            return bool(value) and getattr(self, key) == value
        if key == "certain":
            return self.certain
        return value in self.facets.get(key, ())

    def everywhere(self) -> Ask:
        """What decides which records are found, wherever they are: without the part of the map,
        order, page and view."""
        return replace(self, page=1, box=None, sort=_sort("", self.near), view=VIEWS[0])

    def pairs(self) -> list[tuple[str, str]]:
        """The question as parameters; what is as by default is left out."""
        plain = {"q": self.text, "group": self.group, "type": self.type, "place": self.place}
        plain |= {"certain": "1" if self.certain else "", **self.areas()}
        found = [(name, value) for name, value in plain.items() if value]
        found += [(key, value) for key, held in self.facets.items() for value in held]
        if self.sort != _sort("", self.near):
            found.append(("sort", self.sort))
        if self.view != VIEWS[0]:
            found.append(("view", self.view))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def areas(self) -> dict[str, str]:
        """Where on the map, as parameters; "" for what is not asked."""
        box, near = self.box, self.near
        sides = (box.west, box.south, box.east, box.north) if box else ()
        return {
            "box": ",".join(map(_written, sides)),
            "within": self.within,
            "near": ",".join(map(_written, (near.lon, near.lat) if near else ())),
        }

    def address(self, name: str = "search") -> str:
        """The address of this question at one of the search's pages."""
        query = "&".join(f"{key}={_quoted(value)}" for key, value in self.pairs())
        return _path(name, get_language() or "") + (f"?{query}" if query else "")


def read_ask(parameters: QueryDict, pack: Pack) -> Ask:
    """The question in an address. Filters that the pack does not know are passed over."""
    facets = {
        key: values
        for key in pack.facets
        if key not in ("type", "group", "place", "source")
        and (values := _codes(parameters.getlist(key)))
    }
    if sources := _sources(parameters.getlist("source")):
        facets["source"] = sources
    type_ = parameters.get("type") or ""
    group = parameters.get("group") or ""
    place = parameters.get("place") or ""
    box = _read_degrees(parameters.get("box") or "", 4)
    within = parameters.get("within") or ""
    lon_lat = _read_degrees(parameters.get("near") or "", 2)
    near = Position(*lon_lat) if lon_lat and abs(lon_lat[1]) <= 90 else None
    view = parameters.get("view") or ""
    return Ask(
        text=typed_text((parameters.get("q") or "")[:LONGEST_TEXT]),
        type=type_ if type_ in pack.types else "",
        group=group if group in groups() else "",
        place=place if _UNIT.fullmatch(place) else "",
        certain=bool(_UNIT.fullmatch(place)) and parameters.get("certain") == "1",
        facets=facets,
        sort=_sort(parameters.get("sort") or "", near),
        page=read_page(parameters.get("page") or ""),
        box=Box(*box) if box else None,
        within=within if _UNIT.fullmatch(within) else "",
        near=near,
        view=view if view in VIEWS else VIEWS[0],
    )


def typed_text(text: str) -> str:
    """A typed text as people should read it. A space at its end is kept: it closes the last word,
    which may otherwise still go on."""
    shown = display(text)
    return f"{shown} " if shown and text[-1:].isspace() else shown


@cache
def _path(name: str, language: str) -> str:
    """Where a page is in the language of the request. A search page has hundreds of addresses, and
    most of each is as in the others."""
    return reverse(name)


def _sort(name: str, near: Position | None) -> str:
    """The order of this name, where a question has it, or that which it has by default."""
    if name in SORTS:
        return name
    return DISTANCE if near else SORTS[0]


def _read_degrees(text: str, count: int) -> tuple[float, ...]:
    """So many numbers with commas between, to seven decimals (11 mm); none where it is not that."""
    parts = text.split(",", count)
    if len(parts) != count or not all(map(_DEGREES.fullmatch, parts)):
        return ()
    return tuple(round(float(part), 7) for part in parts)


def _written(degrees: float) -> str:
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


@lru_cache(1_000)
def _quoted(value: str) -> str:
    return quote_plus(value)


def _sources(values: list[str]) -> tuple[str, ...]:
    """Names of sources, which may be any words, as the index keeps them."""
    named = dict.fromkeys(display(value)[:LONGEST_SOURCE] for value in values)
    return tuple(name for name in named if name)[:MOST_VALUES]


def _codes(values: list[str]) -> tuple[str, ...]:
    kept = (v for v in values if len(v) <= LONGEST_VALUE and _CODE.fullmatch(v))
    return tuple(dict.fromkeys(kept))[:MOST_VALUES]
