"""Holdings of events as an iCalendar file (RFC 5545), for calendars on phones and desks.

Each holding is an entry of its own with its solar days: the standard's rules of recurrence know no
Vietnamese lunar calendar (RSCALE=CHINESE of RFC 7529 reckons at UTC+8). Days that custom gives, and
days that are doubted, are TENTATIVE; what is not known to the day has no place in a calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MEDIA_TYPE = "text/calendar"
LONGEST_LINE = 75
"""Octets of a line, without its end (section 3.1)."""

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Entry:
    """One holding: `id` of the event's record, `first` and `last` day, `address` of the record."""

    id: str
    title: str
    first: dt.date
    last: dt.date
    is_certain: bool
    place: str
    note: str
    address: str


def write(title: str, entries: Iterable[Entry], stamp: dt.datetime) -> Iterator[bytes]:
    """The file, entry by entry. `stamp` (aware) is when it was made."""
    made = stamp.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Khue//Events//VI", "METHOD:PUBLISH"]
    yield _lines([*head, f"X-WR-CALNAME:{_text(title)}"])
    for one in entries:
        yield _lines(_entry(one, made))
    yield _lines(["END:VCALENDAR"])


def _entry(one: Entry, made: str) -> list[str]:
    after = one.last + dt.timedelta(days=1)  # the end of whole days is the day after them
    told = {
        "DESCRIPTION": _text(one.note),
        "LOCATION": _text(one.place),
        "URL": one.address.translate({10: None, 13: None}),
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{one.id}-{one.first:%Y%m%d}@khue",
        f"DTSTAMP:{made}",
        f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_text(one.title)}",
        *(f"{name}:{text}" for name, text in told.items() if text),
        f"STATUS:{'CONFIRMED' if one.is_certain else 'TENTATIVE'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _text(text: str) -> str:
    """A text as section 3.3.11 has it; characters of control, which it cannot hold, are gone."""
    kept = "".join(one for one in text if one == "\n" or one.isprintable())
    return kept.translate(_ESCAPES)


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(b"\r\n ".join(_folded(line)) + b"\r\n" for line in lines)


def _folded(line: str) -> Iterator[bytes]:
    """A line in pieces that are short enough, none cut within a character."""
    piece, room = b"", LONGEST_LINE
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > room:
            yield piece
            piece, room = b"", LONGEST_LINE - 1  # a space stands before each but the first
        piece += octets
    yield piece
