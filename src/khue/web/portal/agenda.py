"""Which events may be held in a month: what the public documents of events say of their days, kept
in memory and following the ledger.

A month's page must not read every event. So each process reads them once, keeps of each its days,
units and kind (about a kilobyte), and reads again only those that have changed since. What stands
here is where to look: pages read the documents of what they show, so nothing that has been closed
meanwhile is told.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from khue.lib.chunks import chunked
from khue.lib.vietnamese import sort_key
from khue.model.rights import PUBLIC
from khue.pipeline import house
from khue.places import Gazetteer
from khue.publish.occurrences import (
    Key,
    Occurrence,
    Schedule,
    keys_of,
    keys_within,
    occurrences,
    schedule_of,
)
from khue.registry import queries
from khue.registry.fold import derive

EVENT = "event"
FEW = 2_000
"""Of so many changes the records are looked at; after more, all events are read again."""
CHUNK = 500
MONTHS_KEPT = 64


@dataclass(frozen=True)
class Event:
    """An event as the calendar knows it. `units` are those that it is in or may be in."""

    id: str
    kind: str
    units: frozenset[str]
    order: str
    schedule: Schedule


class Held(NamedTuple):
    """A holding of an event."""

    occurrence: Occurrence
    event: Event


@dataclass
class Agenda:
    """All public events up to a change of the ledger (its position and record). The months in which
    each may be held lead to it."""

    reached: tuple[int, str] = (0, "")
    events: dict[str, Event] = field(default_factory=dict)
    months: dict[Key, set[str]] = field(default_factory=dict)

    def put(self, name: str, event: Event | None) -> None:
        """Take up an event as it is now; None where there is none any more."""
        if (known := self.events.pop(name, None)) is not None:
            for key in keys_of(known.schedule):
                self.months[key].discard(name)
        if event is None:
            return
        self.events[name] = event
        for key in keys_of(event.schedule):
            self.months.setdefault(key, set()).add(name)

    def held(self, first: dt.date, last: dt.date) -> tuple[Held, ...]:
        """Every holding that touches these days, by day and name."""
        names: set[str] = set()
        for key in keys_within(first, last):
            names |= self.months.get(key, set())
        found = [
            Held(occurrence, event)
            for event in (self.events[name] for name in names)
            for occurrence in occurrences(event.schedule, first, last)
        ]
        return tuple(sorted(found, key=lambda one: (one.occurrence[:2], one.event.order)))


_agenda = Agenda()
_lock = threading.Lock()


def held_between(first: dt.date, last: dt.date) -> tuple[Held, ...]:
    """Every holding of a public event from one day to another, as the ledger has it now."""
    with _lock:
        _follow()
        return _known(_agenda.reached, first, last)


def of_place(held: Iterable[Held], code: str) -> list[Held]:
    """Those in a unit, or possibly in it."""
    return [one for one in held if code in one.event.units]


@lru_cache(MONTHS_KEPT)
def _known(reached: tuple[int, str], first: dt.date, last: dt.date) -> tuple[Held, ...]:
    return _agenda.held(first, last)


def _follow() -> None:
    """Bring the agenda to the head of the ledger."""
    global _agenda
    seq, record = _agenda.reached
    # With the last one that was read: in another ledger, another record stands there.
    changes = queries.changes_since(max(seq - 1, 0), FEW + 1)
    if changes and changes[0] == (seq, record) and len(changes) <= FEW:
        if len(changes) > 1:
            _read(_agenda, {name for _, name in changes[1:]})
            _agenda.reached = changes[-1]
        return
    agenda = Agenda()
    head = queries.head()  # before the events: what is written meanwhile is read again
    last = queries.changes_since(head - 1, 1) if head else []
    _read(agenda, queries.ids(PUBLIC, EVENT))
    agenda.reached = last[0] if last else (0, "")
    _agenda = agenda


def _read(agenda: Agenda, names: Iterable[str]) -> None:
    gazetteer = house().gazetteer  # once: whether something was loaded is asked of the ledger
    for some in chunked(names, CHUNK):
        for name, document in queries.public_documents(some).items():
            is_event = document is not None and document["type"] == EVENT
            agenda.put(name, _event_of(document, gazetteer) if document and is_event else None)


def _event_of(document: Mapping[str, Any], gazetteer: Gazetteer) -> Event:
    name = document.get("name") or {}
    units = derive(dict(document), house().pack.types.get(EVENT)).units
    above = {found.code for code in units if (found := gazetteer.within(code))}
    return Event(
        id=document["id"],
        kind=str(document.get("kind") or ""),
        units=frozenset(units | above),
        order=sort_key(name.get("vi") or name.get("en") or ""),
        schedule=schedule_of(document),
    )
