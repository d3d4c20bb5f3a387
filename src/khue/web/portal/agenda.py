"""Which events may be held in a month: what the public documents of events say of their days, kept
in memory and following the ledger.

A month's page must not read every event. So each process reads them once, keeps of each its days,
units and kind (about a kilobyte), and reads again only those that have changed since. Whoever comes
meanwhile is answered from what was known. What stands here is where to look: pages read the
documents of what they show, so nothing that has been closed meanwhile is told.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from khue.lib.chunks import chunked
from khue.lib.vietnamese import sort_key
from khue.pipeline import house
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
CHUNK = 500
MONTHS_KEPT = 64
PATIENCE = 0.1
"""Seconds that a visitor waits for someone else who reads what has changed."""


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


@dataclass(frozen=True, eq=False)
class Agenda:
    """All public events up to a change of the ledger (its position and record). The months in which
    each may be held lead to it. Nothing in it changes but what has been worked out from it."""

    reached: tuple[int, str] = (0, "")
    events: Mapping[str, Event] = field(default_factory=dict)
    months: Mapping[Key, frozenset[str]] = field(default_factory=dict)
    _worked_out: dict[tuple[dt.date, dt.date], tuple[Held, ...]] = field(default_factory=dict)

    def after(self, reached: tuple[int, str], read: Mapping[str, Event | None]) -> Agenda:
        """The agenda with some events as they are now; None where there is none any more."""
        events = {name: event for name, event in self.events.items() if name not in read}
        gone = [event for name in read if (event := self.events.get(name))]
        come = [event for event in read.values() if event]
        months = dict(self.months)
        touched = {key for event in (*gone, *come) for key in keys_of(event.schedule)}
        inside = {key: set(months.get(key, ())) for key in touched}
        for event in gone:
            for key in keys_of(event.schedule):
                inside[key].discard(event.id)
        for event in come:
            for key in keys_of(event.schedule):
                inside[key].add(event.id)
        months |= {key: frozenset(names) for key, names in inside.items()}
        return Agenda(reached, events | {event.id: event for event in come}, months)

    def held(self, first: dt.date, last: dt.date) -> tuple[Held, ...]:
        """Every holding that touches these days, by day and name."""
        found = self._worked_out.get((first, last))
        if found is None:
            if len(self._worked_out) >= MONTHS_KEPT:
                self._worked_out.clear()
            found = self._worked_out[first, last] = self._work_out(first, last)
        return found

    def _work_out(self, first: dt.date, last: dt.date) -> tuple[Held, ...]:
        names: set[str] = set()
        for key in keys_within(first, last):
            names |= self.months.get(key, frozenset())
        found = [
            Held(occurrence, event)
            for event in (self.events[name] for name in names)
            for occurrence in occurrences(event.schedule, first, last)
        ]
        return tuple(sorted(found, key=lambda one: (one.occurrence[:2], one.event.order)))


_agenda: Agenda | None = None
_reading = threading.Lock()


def held_between(first: dt.date, last: dt.date, *, wait: bool = False) -> tuple[Held, ...]:
    """Every holding of a public event from one day to another, as the ledger has it now. While
    someone else reads what has changed it is told as it was before, but to those who `wait`."""
    return _current(wait).held(first, last)


def of_place(held: Iterable[Held], code: str) -> list[Held]:
    """Those in a unit, or possibly in it."""
    return [one for one in held if code in one.event.units]


def _current(wait: bool) -> Agenda:
    global _agenda
    known = _agenda
    if not _reading.acquire(timeout=-1 if wait or known is None else PATIENCE):
        return known or Agenda()
    try:
        _agenda = known = _followed(_agenda or Agenda())
        return known
    finally:
        _reading.release()


def _followed(agenda: Agenda) -> Agenda:
    """An agenda at the head of the ledger."""
    seq, record = agenda.reached
    # With the last one that was read: in another ledger, another record stands there.
    changes = queries.changes_since(max(seq - 1, 0), 2)
    if changes == [(seq, record)]:
        return agenda
    if not changes or changes[0] != (seq, record):
        agenda, seq = Agenda(), 0
    head = queries.head()  # before the events: what is written meanwhile is read again
    last = queries.changes_since(head - 1, 1) if head else []
    read = _read(queries.changed(EVENT, seq))
    return agenda.after(last[0] if last else (0, ""), read)


def _read(names: Iterable[str]) -> dict[str, Event | None]:
    found: dict[str, Event | None] = {}
    for some in chunked(names, CHUNK):
        documents = queries.public_documents(some)
        recurring = [name for name, one in documents.items() if one and one.get("recurrence")]
        stated = queries.first_stated(recurring)
        for name, document in documents.items():
            is_event = document is not None and document["type"] == EVENT
            found[name] = (
                _event_of(document, stated.get(name, "")) if document and is_event else None
            )
    return found


def _event_of(document: Mapping[str, Any], stated: str) -> Event:
    name = document.get("name") or {}
    return Event(
        id=document["id"],
        kind=str(document.get("kind") or ""),
        units=derive(dict(document), house().pack.types.get(EVENT)).units,
        order=sort_key(name.get("vi") or name.get("en") or ""),
        schedule=schedule_of(document, stated),
    )
