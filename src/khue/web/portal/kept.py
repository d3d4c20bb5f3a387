"""What follows from the ledger and takes long to make, kept until the ledger moves.

Whatever is kept here follows from the last link of the public chain, the pack, the gazetteer, the
language and, where it says so, the index, the day and the computed values, and from nothing else.
Visitors come in several threads: one makes it, the others wait for that one.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from django.utils import timezone

from khue.measures.values import last_value
from khue.pipeline import house
from khue.places import Gazetteer
from khue.registry import queries
from khue.web.portal import house as ask_house
from khue.web.portal.words import Lang

T = TypeVar("T")


class State(NamedTuple):
    """All that something follows from: the last link of the public chain, the sha256 of the pack,
    the gazetteer, the day and the last computed value where they matter, and the language."""

    link: str
    pack: str
    gazetteer: Gazetteer
    day: dt.date | None
    value: int
    lang: Lang


class Kept(Generic[T]):
    """Something that `make` makes of a state. With `indexed` it is asked of the index too, and not
    kept while that is behind; with `daily` it is of the day; with `measured` also of the values
    that were computed."""

    def __init__(
        self,
        make: Callable[[State], T],
        *,
        indexed: bool = True,
        daily: bool = False,
        measured: bool = False,
    ) -> None:
        self._make = make
        self._indexed = indexed
        self._daily = daily
        self._measured = measured
        self._lock = threading.Lock()
        # Replaced as a whole: who reads it while someone writes sees one or the other.
        self._known: Mapping[State, T] = {}

    def __call__(self, lang: Lang) -> T:
        """It, as the ledger is now."""
        state = self._state(lang)
        known = self._known
        if state in known:
            return known[state]
        if not self._can_be_kept(state):
            return self._make(state)
        with self._lock:
            if state in self._known:
                return self._known[state]
            made = self._make(state)
            # While it was made someone may have written.
            if self._can_be_kept(state):
                same = {one: kept for one, kept in self._known.items() if one[:-1] == state[:-1]}
                self._known = {**same, state: made}
            return made

    def _state(self, lang: Lang) -> State:
        day = timezone.localdate() if self._daily else None
        installed = house()
        link = queries.public_head_hash()
        value = last_value() if self._measured else 0
        return State(link, installed.pack.sha256, installed.gazetteer, day, value, lang)

    def _can_be_kept(self, state: State) -> bool:
        behind = self._indexed and ask_house.followed() is None
        same = not self._measured or last_value() == state.value
        return not behind and same and queries.public_head_hash() == state.link
