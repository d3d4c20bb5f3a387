"""The gazetteer: administrative units of Việt Nam, former and present, and stated places resolved.

What lives here: units, their names and kinds, what became of each on 1/7/2025, and the reading of
places as departments write them. What does not: places in records (a value kind of `model`),
boundaries and change tables as batches (`pipeline` passes them down), any guess.
"""

from khue.places.gazetteer import Gazetteer, load_gazetteer
from khue.places.resolution import Resolution
from khue.places.units import Candidate, FormerUnit, Unit

__all__ = ["Candidate", "FormerUnit", "Gazetteer", "Resolution", "Unit", "load_gazetteer"]
