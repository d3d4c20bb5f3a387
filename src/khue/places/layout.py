"""All that is made of the package's data whatever else is loaded: its tables and who bears which
name. Making it takes most of a second, so that it can be kept as plain values."""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from khue import __version__
from khue.lib import vietnamese
from khue.lib.kept import find_kept, keep
from khue.places import kinds, names, source, systems
from khue.places.names import Names, list_names
from khue.places.source import Tables, find_data, read_other_names, read_tables
from khue.places.systems import list_short_names, list_units
from khue.places.units import FormerUnit, Unit

KEPT = "gazetteer-1"
"""Where it is kept, below `KHUE_HOME/cache`: the format is in the name; the sha256 of all that it
is made from, our own program for it too, names the file."""

_MAKERS = (kinds, names, source, systems, vietnamese, sys.modules[__name__])
_PRESENT, _FORMER = (attrgetter(*(one.name for one in fields(of))) for of in (Unit, FormerUnit))


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables as read, and who bears which name in them (with the names of our own)."""

    tables: Tables
    names: Names


def lay_out(cache: Path | None = None) -> Layout:
    """The layout of the installed package; kept in the folder `cache`, if there is one.

    Raises FileNotFoundError where the package is missing, ValueError where its tables contradict
    each other.
    """
    folder = find_data()
    path = cache / KEPT / _digest(folder) if cache else None
    if path and (kept := find_kept(path)):
        return _from_plain(kept)
    layout = make_layout(read_tables(folder))
    if path:
        keep(path, _to_plain(layout))
    return layout


def make_layout(tables: Tables) -> Layout:
    """The layout of tables."""
    others = read_other_names()
    units = list_units(tables, [other for other in others if other.parts])
    beside = [(one.name, one.kind, key) for one in others if not one.parts for key in one.units]
    return Layout(tables, list_names(units, beside, _list_aliases(tables)))


def _list_aliases(tables: Tables) -> dict[str, tuple[str, ...]]:
    """Key -> names that may find the unit but never decide: the source's and shorter ones."""
    aliases = {f"former:{code}": known for code, known in tables.aliases.items()}
    for key, known in list_short_names(tables).items():
        aliases[key] = (*aliases.get(key, ()), *known)
    return aliases


def _digest(folder: Path) -> str:
    made_from = [folder / "dataset.db", folder / "converter_2025.json"]
    made_from += [Path(str(module.__file__)) for module in _MAKERS]
    made_from += [Path(source.__file__).with_name("other_names.yaml")]
    digest = hashlib.sha256(f"{__version__} {unicodedata.unidata_version}".encode())
    for path in made_from:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _to_plain(layout: Layout) -> Any:
    tables, found = layout.tables, layout.names
    return {
        "present": [_PRESENT(unit) for unit in tables.present.values()],
        "former": [_FORMER(unit) for unit in tables.former.values()],
        "successors": tables.successors,
        "aliases": tables.aliases,
        "names": [found.exact, found.folded, found.aliases],
    }


def _from_plain(kept: Mapping[str, Any]) -> Layout:
    present = {row[0]: Unit(*row) for row in kept["present"]}
    former = {row[0]: FormerUnit(*row) for row in kept["former"]}
    tables = Tables(present, former, _tuples(kept["successors"]), _tuples(kept["aliases"]))
    return Layout(tables, Names(*kept["names"]))


def _tuples(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(listed) for code, listed in lists.items()}
