"""Dynasties as dates, from `dynasties.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from khue.lib import vietnamese
from khue.lib.tables import read_table


@dataclass(frozen=True)
class Dynasty:
    """A dynasty or period: its name in both languages and its first and last year."""

    label: Mapping[str, str]
    first: int
    last: int

    @property
    def edtf(self) -> str:
        """Its years as an EDTF interval, approximate at both ends."""
        return f"{self.first:04d}~/{self.last:04d}~"


@dataclass(frozen=True)
class _Table:
    names: Mapping[str, Dynasty]
    folded: Mapping[str, Dynasty]
    ambiguous: Mapping[str, Mapping[str, str]]
    by_edtf: Mapping[str, Dynasty]


def dynasty_named(name: str) -> Dynasty | None:
    """The dynasty of a bare name (*Lý*, *Lê trung hưng*), or None. A name typed wholly without
    marks counts if it can mean only one."""
    table, key = _table(), vietnamese.exact(name)
    if key in table.names or key != vietnamese.fold(name):
        return table.names.get(key)
    return table.folded.get(key)


def meanings_of(name: str) -> Mapping[str, str] | None:
    """What an ambiguous name (*Lê*) may mean, in both languages, or None for other names."""
    return _table().ambiguous.get(vietnamese.exact(name))


def dynasty_of(edtf: str) -> Dynasty | None:
    """The dynasty whose approximate years an EDTF text gives, or None."""
    return _table().by_edtf.get(edtf)


@cache
def _table() -> _Table:
    raw = read_table(__file__, "dynasties.yaml")
    names: dict[str, Dynasty] = {}
    folded: dict[str, list[Dynasty]] = {}
    for period in raw["periods"]:
        label = {"vi": period["vi"], "en": period["en"]}
        dynasty = Dynasty(label, period["from"], period["to"])
        for name in period["names"]:
            names[vietnamese.exact(name)] = dynasty
            folded.setdefault(vietnamese.fold(name), []).append(dynasty)
    ambiguous = {
        key(name): {"vi": entry["vi"], "en": entry["en"]}
        for entry in raw["ambiguous"]
        for name in entry["names"]
        for key in (vietnamese.exact, vietnamese.fold)
    }
    return _Table(
        names=names,
        folded={key: found[0] for key, found in folded.items() if len(found) == 1},
        ambiguous=ambiguous,
        by_edtf={dynasty.edtf: dynasty for dynasty in names.values()},
    )
