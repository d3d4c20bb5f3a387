"""What is compared of one record."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

from khue.linking.names import name_of

Point = tuple[float, float, float]
Pairs = tuple[tuple[str, str], ...]
Facts = tuple[tuple[str, ...], ...]

Row = tuple[
    str,
    str,
    str,
    str,
    tuple[str, ...],
    tuple[str, ...],
    Point | None,
    Pairs,
    Facts,
    str,
    int | None,
    int,
]
"""An entry as a plain tuple: pickled in half the time, between processes and on the disk."""


class Entry(NamedTuple):
    """A record by what may tell that it is another one, and how it is named to people.

    `exact` is its name in the form of `khue.lib.vietnamese.name_key`; `vi` and `en` are the name as
    it is written. `units` are the present units that it may lie in (empty: not known), `around`
    those that contain them, both in order. `point` is latitude, longitude (degrees) and the metres
    within which they hold. `numbers` are its identifiers with their schemes. `facts` are what else
    says which one it is (the period of an observation), in the order of its type: each the values
    that it may have, none if that is not known. `sheet` and `row` are where it stands in its file;
    a record of the registry has no row. `block` is what `block_of` gives for its name.
    """

    record: str
    exact: str
    vi: str
    en: str
    units: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    point: Point | None = None
    numbers: Pairs = ()
    facts: Facts = ()
    sheet: str = ""
    row: int | None = None
    block: int = 0


def block_of(exact: str) -> int:
    """A number of 32 bits that all names have in common which may be one name. Others may have it
    too; they are told apart when they are compared."""
    return crc32(name_of(exact).key.encode())
