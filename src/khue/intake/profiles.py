"""What the values of a column say about its meaning.

Only kinds that say something: a text that reads as a code of one vocabulary, as a point, or as an
address on the web is no accident if all of a column does; that a number can be read as an area says
nothing. A column is *certain* enough to be read if a vocabulary with one free column knows nearly
all of its values; anything else is a suggestion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from khue.intake.tables import Table
from khue.model.packs import Column
from khue.model.values import Context, kind_of

TELLING = ("code", "point", "place", "url", "edtf")
"""Kinds whose values can be told from others."""

CERTAIN = ("code", "point")
"""Kinds of which a column may be read by its values alone, if only one column can be meant."""

LOOKED_AT, SAMPLE, FEWEST, SHARE = 500, 60, 3, 0.9
"""Rows looked at, different values tried, the fewest that say anything, and how many must agree."""

LONGEST = 80
"""Characters of a value that may be a name, a code or a date."""

NEVER = frozenset({"visibility", "missing.reason"})
"""Columns that no likeness may fill: they decide about others."""


@dataclass(frozen=True)
class Profile:
    """The column that values speak for, and in words how many of how many; `certain` if it is the
    only one and its kind is beyond doubt."""

    column: Column
    words: str
    certain: bool


def profile(table: Table, index: int, free: Sequence[Column], context: Context) -> Profile | None:
    """Which free column the values at `index` fit, or None."""
    sample = _sample(table, index)
    if len(sample) < FEWEST or max(map(len, sample)) > LONGEST:
        return None
    for kind in TELLING:
        fitting = []
        for column in free:
            if column.field.kind != kind or column.path in NEVER:
                continue
            read = sum(_reads(text, column, context) for text in sample)
            if read >= SHARE * len(sample):
                fitting.append((column, read))
        if fitting:
            column, read = fitting[0]
            certain = len(fitting) == 1 and kind in CERTAIN
            if len(fitting) > 1 and kind != "edtf":
                continue
            return Profile(column, f"{read}/{len(sample)}", certain)
    return None


def fits_any(table: Table, index: int, column: Column, context: Context) -> bool:
    """Whether a column can read any of the values at `index`, or there are too few to say."""
    sample = _sample(table, index)
    return len(sample) < FEWEST or any(_reads(text, column, context) for text in sample)


def _sample(table: Table, index: int) -> list[str]:
    """Different values of the first rows."""
    rows = islice(table.rows, LOOKED_AT)
    cells = (row[index].strip() for _, row in rows if index < len(row))
    return list(islice(dict.fromkeys(cell for cell in cells if cell), SAMPLE))


def _reads(text: str, column: Column, context: Context) -> bool:
    leaf = replace(column.field, path=column.path)
    if leaf.kind == "edtf" and text.isdigit():
        return False  # a year and a quantity look alike
    reading = kind_of(leaf).read(text, leaf, context)
    return reading.value is not None and all(one.level == "note" for one in reading.findings)
