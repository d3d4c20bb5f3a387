"""The gazetteer: administrative units of Việt Nam, former and present, and stated places resolved.

What lives here: units, their names and kinds, what became of each on 1/7/2025, and the reading of
places as departments write them; change tables and boundaries that were loaded, which `pipeline`
passes down. What does not: places in records (a value kind of `model`), loading as a batch, any
guess.
"""

from khue.places.boundaries import (
    Boundaries,
    BoundariesRead,
    NotBoundaries,
    Shapes,
    pack,
    read_boundaries,
    unpack,
)
from khue.places.changes import ChangesRead, ChangeTable, NotChanges, Remark, read_changes
from khue.places.containment import Settled
from khue.places.gazetteer import Gazetteer, commune_codes, load_gazetteer, read_source
from khue.places.resolution import Resolution
from khue.places.units import Candidate, FormerUnit, Unit

__all__ = [
    "Boundaries",
    "BoundariesRead",
    "Candidate",
    "ChangeTable",
    "ChangesRead",
    "FormerUnit",
    "Gazetteer",
    "NotBoundaries",
    "NotChanges",
    "Remark",
    "Resolution",
    "Settled",
    "Shapes",
    "Unit",
    "commune_codes",
    "load_gazetteer",
    "pack",
    "read_boundaries",
    "read_changes",
    "read_source",
    "unpack",
]
