"""What someone asks of the search page, read from an address and written back into one.

Everything is bounded and everything unknown is passed over: an address that makes no sense still
gives a page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from khue.lib.vietnamese import display
from khue.model.packs import Pack

LONGEST_TEXT = 200
LONGEST_VALUE = 64
MOST_VALUES = 12
PAGE_SIZE = 20
LAST_PAGE = 500
"""Search answers its first 10,000 hits page by page; all of them can be downloaded."""
SORTS = ("relevance", "name")

_UNIT = re.compile(r"[0-9]{2}|[0-9]{5}")
_CODE = re.compile(r"[\w.:-]+")
_PAGE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Ask:
    """A question: words, filters, order and page (from 1)."""

    text: str = ""
    type: str = ""
    place: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1

    @property
    def offset(self) -> int:
        """How many hits stand before this page."""
        return (self.page - 1) * PAGE_SIZE

    def with_value(self, key: str, value: str) -> Ask:
        """The same question with one more filter, from its first page."""
        if key == "type":
            return replace(self, page=1, type=value)
        if key == "place":
            return replace(self, page=1, place=value)
        chosen = (*self.facets.get(key, ()), value)
        return replace(self, page=1, facets={**self.facets, key: chosen})

    def without(self, key: str, value: str) -> Ask:
        """The same question with one filter less, from its first page."""
        if key in ("type", "place"):
            return self.with_value(key, "")
        left = tuple(one for one in self.facets.get(key, ()) if one != value)
        others = {name: held for name, held in self.facets.items() if name != key}
        return replace(self, page=1, facets=others | ({key: left} if left else {}))

    def has(self, key: str, value: str) -> bool:
        """Whether a filter is set."""
        if key in ("type", "place"):
            return bool(value) and getattr(self, key) == value
        return value in self.facets.get(key, ())

    def pairs(self) -> list[tuple[str, str]]:
        """The question as parameters; what is as by default is left out."""
        plain = {"q": self.text, "type": self.type, "place": self.place}
        found = [(name, value) for name, value in plain.items() if value]
        found += [(key, value) for key, held in self.facets.items() for value in held]
        if self.sort != SORTS[0]:
            found.append(("sort", self.sort))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def address(self, name: str = "search") -> str:
        """The address of this question at one of the search's pages."""
        query = urlencode(self.pairs())
        return _path(name, get_language() or "") + (f"?{query}" if query else "")


def read_ask(parameters: QueryDict, pack: Pack) -> Ask:
    """The question in an address. Filters that the pack does not know are passed over."""
    facets = {
        key: values
        for key in pack.facets
        if key not in ("type", "place") and (values := _codes(parameters.getlist(key)))
    }
    type_ = parameters.get("type") or ""
    place = parameters.get("place") or ""
    sort = parameters.get("sort") or ""
    return Ask(
        text=display((parameters.get("q") or "")[:LONGEST_TEXT]),
        type=type_ if type_ in pack.types else "",
        place=place if _UNIT.fullmatch(place) else "",
        facets=facets,
        sort=sort if sort in SORTS else SORTS[0],
        page=read_page(parameters.get("page") or ""),
    )


def read_page(text: str) -> int:
    """A page number between 1 and `LAST_PAGE`; 1 where there is none."""
    return min(max(int(text), 1), LAST_PAGE) if _PAGE.fullmatch(text) else 1


@cache
def _path(name: str, language: str) -> str:
    """Where a page is in the language of the request: a search page has hundreds of addresses."""
    return reverse(name)


def _codes(values: list[str]) -> tuple[str, ...]:
    kept = (v for v in values if len(v) <= LONGEST_VALUE and _CODE.fullmatch(v))
    return tuple(dict.fromkeys(kept))[:MOST_VALUES]
