"""What can be taken away as a file: everything by type, or a result by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from khue.lib.vietnamese import sort_key
from khue.web.portal.ask import Ask
from khue.web.portal.present.places import Count
from khue.web.portal.present.reader import Reader


@dataclass(frozen=True)
class Download:
    """All public records of a type, to take away."""

    label: str
    count: int
    as_csv: str
    as_json: str


def downloads(counted: Mapping[str, int], reader: Reader) -> tuple[Download, ...]:
    """What can be downloaded, by type, in alphabetical order."""
    found = (
        Download(
            reader.type_plural(name),
            count,
            Ask(type=name).address("search_csv"),
            Ask(type=name).address("search_json"),
        )
        for name, count in counted.items()
        if count
    )
    return tuple(sorted(found, key=lambda one: sort_key(one.label)))


def download_choices(
    counted: Mapping[str, int], ask: Ask, format_name: str, reader: Reader
) -> tuple[Count, ...]:
    """The parts of a result, one for each type, as files of a format."""
    found = (
        Count(
            reader.type_plural(name),
            count,
            replace(ask, type=name).address(f"search_{format_name}"),
        )
        for name, count in counted.items()
        if count
    )
    return tuple(sorted(found, key=lambda one: (-one.count, sort_key(one.label))))
