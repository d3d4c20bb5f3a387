"""What is compared of one record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from khue.linking.names import Name


class Entry(NamedTuple):
    """A record by what may tell that it is another one.

    `units` are the present units that it may lie in (empty: not known), `around` those that contain
    them. `point` is latitude, longitude (degrees) and the metres within which they hold. `numbers`
    are its identifiers by scheme.
    """

    record: str
    name: Name
    units: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    point: tuple[float, float, float] | None = None
    numbers: Mapping[str, str] = MappingProxyType({})
