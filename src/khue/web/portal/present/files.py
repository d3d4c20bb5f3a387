"""What can be taken away as a file: everything by type, or a whole result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from khue.lib.vietnamese import sort_key
from khue.web.portal.ask import VIEWS, Ask
from khue.web.portal.present.reader import Reader
from khue.web.portal.present.results import Counted

FORMATS = ("csv", "xlsx", "geojson", "json")
"""The formats of `publish` that pages offer, in this order."""


@dataclass(frozen=True)
class File:
    """A file to take away: the word of its format, what it holds, and where it is."""

    label: str
    help: str
    href: str


@dataclass(frozen=True)
class Download:
    """All public records of a type, to take away."""

    label: str
    count: int
    files: tuple[File, ...]


def downloads(counted: Mapping[str, int], reader: Reader) -> tuple[Download, ...]:
    """What can be downloaded, by type, in alphabetical order."""
    found = (
        Download(reader.type_plural(name), count, _files(Ask(type=name), reader))
        for name, count in counted.items()
        if count
    )
    return tuple(sorted(found, key=lambda one: sort_key(one.label)))


def everything(reader: Reader) -> tuple[File, ...]:
    """The files of all public records together."""
    return _files(Ask(), reader)


def offered(ask: Ask, counted: Mapping[str, Iterable[Counted]], reader: Reader) -> tuple[File, ...]:
    """The files of a whole result. Where all of it is of one type, its files are of that type, so
    that a table has all columns."""
    types = [one.value for one in counted.get("type", ()) if one.count]
    if not ask.type and len(types) == 1:
        ask = replace(ask, type=types[0])
    return _files(replace(ask, page=1, view=VIEWS[0]), reader)


def _files(ask: Ask, reader: Reader) -> tuple[File, ...]:
    return tuple(
        File(
            reader.say(f"take.{name}"),
            reader.say(f"take.{name}.{'one' if ask.type else 'many'}"),
            ask.address(f"search_{name}"),
        )
        for name in FORMATS
    )
